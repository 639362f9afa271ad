//! Spans by OpenTelemetry's conventions.
use super::{Kept, block, paris, question, shown};
use crate::{
    Ask as _, Error, ErrorKind, Lm, OutputSchema, Prefix, Request, ResponseFormat, Result, Scope,
    Text, ToolCall, ToolSpec,
    telemetry::{ObservedReply, Span, execute_tool},
};
use std::sync::Arc;

/// The attributes that the conventions, v1.41.1, require of each kind of span, or require where there is something to
/// say: all of them, and none where there is nothing.
#[test]
fn spans_have_what_the_conventions_require() {
    let kept = Arc::new(Kept::default());
    let failing = Lm::from_fn(|_| async { Err(Error::new(ErrorKind::RateLimited, "slow down")) });
    let scope = Scope::current()
        .with_sink(kept.clone())
        .with_tag("gen_ai.conversation.id", "talk-1");
    let plain = Request::new(
        Prefix::new(Text::from("be brief")),
        crate::Message::user("hi"),
    );
    let mut formed = plain.clone();
    formed.response_format = ResponseFormat::Schema(OutputSchema::new("answer", "{}"));
    formed.settings.seed = Some(7);
    formed.settings.n = Some(2);
    formed.tools = Arc::new([ToolSpec::new("weather", "of a city", "{}")]);
    let call = ToolCall::new("call-1", "weather", r#"{"city":"Paris"}"#);
    block(scope.run("trip", async {
        let around = Scope::current();
        ObservedReply::send(&around, None, &paris(), plain).await?;
        let failed = ObservedReply::send(&around, None, &failing, formed).await;
        assert!(failed.unwrap_err().is_rate_limited());
        let asks = async {
            let answer = question().predict().with(&paris()).await?;
            Ok(answer["answer"].to_string())
        };
        execute_tool(&call, asks).await?;
        let failed = execute_tool(&call, async {
            Result::<String>::Err(Error::new(ErrorKind::Timeout, "too far"))
        });
        assert!(failed.await.unwrap_err().is_timeout());
        Ok(())
    }))
    .unwrap();
    let spans = kept.spans.lock().unwrap();
    let program = spans.last().unwrap();
    let named =
        |name: &str| -> Vec<&Span> { spans.iter().filter(|one| one.name == name).collect() };
    let chats = named("chat function");
    let [plain, formed, inside] = chats[..] else {
        panic!("{spans:#?}");
    };
    let tools = named("execute_tool weather");
    let [worked, failed] = tools[..] else {
        panic!("{spans:#?}");
    };
    let prediction = named("invoke_workflow StringSignature")[0];
    let is = |span: &Span, name: &str, value: Option<&str>| {
        let found = span.attribute(name).map(shown);
        assert_eq!(found.as_deref(), value, "{name} of {span:#?}");
    };
    for (spans, operation) in [
        (&chats[..], "chat"),
        (&tools[..], "execute_tool"),
        (&[program, prediction][..], "invoke_workflow"),
    ] {
        for span in spans {
            is(span, "gen_ai.operation.name", Some(operation));
            is(span, "gen_ai.conversation.id", Some("talk-1"));
        }
    }
    for chat in &chats {
        is(chat, "gen_ai.provider.name", Some("custom"));
        is(chat, "gen_ai.request.model", Some("function"));
        is(chat, "gen_ai.request.stream", None);
        assert!(chat.kind.is_client());
    }
    for name in [
        "output.type",
        "request.seed",
        "request.choice.count",
        "tool.definitions",
    ] {
        is(plain, &format!("gen_ai.{name}"), None);
    }
    is(formed, "gen_ai.output.type", Some("json"));
    is(formed, "gen_ai.request.seed", Some("7"));
    is(formed, "gen_ai.request.choice.count", Some("2"));
    is(formed, "gen_ai.tool.definitions", None);
    is(formed, "error.type", Some("rate_limited"));
    is(plain, "error.type", None);
    is(program, "gen_ai.workflow.name", Some("trip"));
    is(prediction, "gen_ai.workflow.name", Some("StringSignature"));
    for tool in &tools {
        is(tool, "gen_ai.tool.name", Some("weather"));
        is(tool, "gen_ai.tool.call.id", Some("call-1"));
        is(tool, "gen_ai.tool.type", Some("function"));
        is(tool, "gen_ai.tool.call.arguments", None);
        is(tool, "gen_ai.tool.call.result", None);
        assert!(!tool.kind.is_client() && tool.parent == Some(program.id));
    }
    is(failed, "error.type", Some("timeout"));
    is(worked, "error.type", None);
    // the tool asked a model
    assert_eq!(
        (prediction.parent, inside.parent),
        (Some(worked.id), Some(prediction.id))
    );
}
