//! The same in the words of `OpenInference`, as much as Phoenix does not read out of the conventions' own: it takes
//! models, tokens, messages and tools from these, and knows no workflow, no tokens of thought, and no text of a reply.
use crate::telemetry::{Span, SpanKind, Value};
use serde_json::Value as Json;

/// Gives the additional attributes of a span.
pub(super) fn of(span: &Span, give: &mut dyn FnMut(&str, &Value<'_>)) {
    let kind = match span.kind {
        SpanKind::Program | SpanKind::Module | SpanKind::Prediction => "CHAIN",
        SpanKind::Chat => "LLM",
        SpanKind::Embeddings => "EMBEDDING",
        SpanKind::Tool => "TOOL",
        // it has no word for an HTTP request
        _ => return,
    };
    give("openinference.span.kind", &kind.into());
    for (ours, theirs) in [
        (
            "gen_ai.usage.reasoning.output_tokens",
            "llm.token_count.completion_details.reasoning",
        ),
        ("sigflow.cost_usd", "llm.cost.total"),
    ] {
        if let Some(value) = span.attribute(ours) {
            give(theirs, value);
        }
    }
    for (messages, tool, value, form) in [
        (
            "gen_ai.input.messages",
            "gen_ai.tool.call.arguments",
            "input.value",
            "input.mime_type",
        ),
        (
            "gen_ai.output.messages",
            "gen_ai.tool.call.result",
            "output.value",
            "output.mime_type",
        ),
    ] {
        let text = |name: &str| match span.attribute(name) {
            Some(Value::Text(text)) => Some(text.as_ref()),
            _ => None,
        };
        let shown = match text(messages) {
            Some(messages) => plain(messages).unwrap_or_else(|| messages.to_owned()),
            None => match text(tool) {
                Some(said) => said.to_owned(),
                None => continue,
            },
        };
        let is_json = matches!(
            serde_json::from_str(&shown),
            Ok(Json::Object(_) | Json::Array(_))
        );
        give(value, &shown.as_str().into());
        let words = if is_json {
            "application/json"
        } else {
            "text/plain"
        };
        give(form, &words.into());
    }
}

/// The words of a message that stands alone and has no other parts.
fn plain(messages: &str) -> Option<String> {
    let messages: Json = serde_json::from_str(messages).ok()?;
    let [message] = messages.as_array()?.as_slice() else {
        return None;
    };
    let [part] = message["parts"].as_array()?.as_slice() else {
        return None;
    };
    (part["type"] == "text").then(|| part["content"].as_str().map(str::to_owned))?
}

#[cfg(test)]
mod tests {
    use super::*;
    use sigflow_core::{
        Ask, Completion, DynAsk, DynSignature, Lm, Response, Result, Scope, ToolCall, Usage,
        telemetry::{Sink, execute_tool},
    };
    use std::{
        collections::BTreeMap,
        sync::{Arc, Mutex},
    };

    #[derive(Default)]
    struct Kept(Mutex<Vec<(String, BTreeMap<String, String>)>>);
    impl Sink for Kept {
        fn span(&self, span: &Span) {
            let mut all = BTreeMap::new();
            of(span, &mut |name, value| {
                let shown = match value {
                    Value::Text(text) => text.to_string(),
                    other => format!("{other:?}"),
                };
                all.insert(name.to_owned(), shown);
            });
            self.0.lock().unwrap().push((span.name.clone(), all));
        }
    }

    fn question() -> DynAsk {
        let signature = DynSignature::parse("question -> answer").unwrap();
        signature.ask([("question", "Where?".into())]).unwrap()
    }

    async fn run(content: bool) -> BTreeMap<String, BTreeMap<String, String>> {
        let lm = Lm::from_fn(|_| async {
            let mut usage = Usage::new(12, 3);
            usage.reasoning_tokens = 2;
            let mut response = Response::default();
            response.completions = vec![Completion::text("[[ ## answer ## ]]\nParis")];
            response.usage = Some(usage);
            response.cost = Some(0.5);
            Ok(response)
        });
        let kept = Arc::new(Kept::default());
        let scope = Scope::current().with_lm(&lm).with_sink(kept.clone());
        let work = async {
            question().predict().await?;
            let call = ToolCall::new("call-1", "weather", r#"{"city":"Paris"}"#);
            execute_tool(&call, async { Result::Ok("12 °C") }).await
        };
        scope.with_content(content).run("trip", work).await.unwrap();
        let kept = kept.0.lock().unwrap();
        kept.iter().cloned().collect()
    }

    #[tokio::test]
    async fn kinds_tokens_and_cost_are_said_always_and_texts_where_they_are_wanted() {
        let all = run(false).await;
        let kind = |name: &str| all[name]["openinference.span.kind"].as_str();
        assert_eq!(kind("invoke_workflow trip"), "CHAIN");
        assert_eq!(kind("invoke_workflow StringSignature"), "CHAIN");
        assert_eq!(kind("execute_tool weather"), "TOOL");
        let chat = &all["chat function"];
        assert_eq!(chat.len(), 3, "{chat:?}");
        assert_eq!(chat["openinference.span.kind"], "LLM");
        let thoughts = &chat["llm.token_count.completion_details.reasoning"];
        assert_eq!(
            (thoughts.as_str(), chat["llm.cost.total"].as_str()),
            ("Int(2)", "Float(0.5)")
        );

        let all = run(true).await;
        let prediction = &all["invoke_workflow StringSignature"];
        assert_eq!(prediction["input.value"], r#"{"question":"Where?"}"#);
        assert_eq!(prediction["input.mime_type"], "application/json");
        assert_eq!(prediction["output.value"], r#"{"answer":"Paris"}"#);
        let chat = &all["chat function"];
        assert!(chat["input.value"].contains("Where?"), "{chat:?}");
        assert_eq!(chat["output.value"], "[[ ## answer ## ]]\nParis");
        assert_eq!(chat["output.mime_type"], "text/plain");
        let tool = &all["execute_tool weather"];
        assert_eq!(tool["input.value"], r#"{"city":"Paris"}"#);
        assert_eq!(
            (
                tool["output.value"].as_str(),
                tool["output.mime_type"].as_str()
            ),
            ("12 °C", "text/plain")
        );
    }

    #[test]
    fn several_messages_stay_together() {
        assert_eq!(plain("[]"), None);
        assert_eq!(plain("no JSON"), None);
        let two = r#"[{"parts":[{"type":"text","content":"a"},{"type":"text","content":"b"}]}]"#;
        assert_eq!(plain(two), None);
        let one = r#"[{"parts":[{"type":"text","content":"a"}]}]"#;
        assert_eq!(plain(one).as_deref(), Some("a"));
    }
}
