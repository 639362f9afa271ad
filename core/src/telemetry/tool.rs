//! A tool at work, watched.
use super::{Live, SpanKind, is_on, sink::conversation};
use crate::{Result, Scope, ToolCall, lm::Installed};
use std::{
    future::{Future, poll_fn},
    pin::pin,
};

/// Runs a tool that a model wants called, inside of a span `execute_tool {name}`: the tool's name and the call's
/// id, arguments and result where the scope [wants content](Scope::with_content), and `error.type` where it
/// fails. Models that are asked by the tool stand inside of it. Where nobody watches, it only runs.
///
/// ```
/// # async fn run() -> sigflow_core::Result<()> {
/// use sigflow_core::{Message, ToolCall, telemetry};
///
/// let call = ToolCall::new("call-1", "weather", r#"{"city":"Paris"}"#);
/// let result = telemetry::execute_tool(&call, async { Ok("12 °C".to_owned()) }).await?;
/// let answer = Message::tool(&*call.id, &*call.name, result);
/// assert_eq!(answer.text(), "12 °C");
/// # Ok(()) }
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run()).unwrap();
/// ```
///
/// # Errors
/// That of the tool, as it is.
pub async fn execute_tool<T: AsRef<str>>(
    call: &ToolCall,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    if !is_on() {
        return work.await;
    }
    let scope = Scope::current();
    let name = format!("execute_tool {}", call.name);
    let mut live = Live::of(&scope, None, SpanKind::Tool, name);
    live.set("gen_ai.operation.name", "execute_tool");
    live.set("gen_ai.tool.name", call.name.clone());
    live.set("gen_ai.tool.type", "function");
    if !call.id.is_empty() {
        live.set("gen_ai.tool.call.id", call.id.clone());
    }
    conversation(&mut live, &scope);
    if live.wants_content() {
        live.set("gen_ai.tool.call.arguments", call.arguments.clone());
    }
    let mut inside = live.inside(&scope);
    let result = {
        let mut work = pin!(work);
        let watched = poll_fn(|cx| {
            let _installed = inside.as_mut().map(Installed::new);
            #[allow(clippy::let_unit_value)] // nothing where the feature is off
            let _entered = live.enter();
            work.as_mut().poll(cx)
        });
        watched.await
    };
    match &result {
        Ok(said) if live.wants_content() => {
            live.set("gen_ai.tool.call.result", said.as_ref().to_owned());
        }
        Ok(_) => {}
        Err(error) => live.fail(error),
    }
    live.end();
    result
}
