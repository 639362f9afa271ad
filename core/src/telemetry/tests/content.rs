//! What was said stands in spans where that is wanted, and nowhere else.
use super::{Kept, block, paris, question, shown};
use crate::{
    Ask, DynSignature, Error, ErrorKind, Lm, Response, Result, Scope, ToolCall,
    telemetry::execute_tool,
};
use std::sync::Arc;

#[test]
fn content_is_opted_into() {
    let kept = Arc::new(Kept::default());
    let scope = Scope::current().with_lm(&paris()).with_sink(kept.clone());
    block(scope.with_content(true).enter(question().predict())).unwrap();
    let spans = kept.spans.lock().unwrap();
    let of = |name: &str| spans[0].attribute(name).map(shown).unwrap_or_default();
    assert!(of("gen_ai.input.messages").contains("Where?"));
    assert!(of("gen_ai.output.messages").contains("Paris"));
    assert!(of("gen_ai.system_instructions").contains("answer"));
}

/// What an error quotes of a reply, an input or a server is content too.
#[test]
fn errors_quote_content_only_where_it_is_wanted() {
    let lm = Lm::from_fn(|request| async move {
        let text = request.turns[0].text().to_string();
        if text.contains("Where?") {
            let reply = "[[ ## answer ## ]]\nParis\n[[ ## confidence ## ]]\nmy-secret";
            return Ok(Response::text(reply));
        }
        let refused = Error::new(ErrorKind::BadRequest, "the server refused the request");
        Err(refused
            .with_status(400)
            .with_provider_message("my-secret is no question"))
    });
    let told = |content: bool, question: &str| {
        let signature = DynSignature::parse("question -> answer, confidence: float").unwrap();
        let ask = signature.ask([("question", question.into())]).unwrap();
        let kept = Arc::new(Kept::default());
        let scope = Scope::current().with_lm(&lm).with_sink(kept.clone());
        block(scope.with_content(content).run("geography", ask.predict())).unwrap_err();
        let spans = kept.spans.lock().unwrap();
        let errors = spans.iter().filter_map(|span| span.error.clone());
        errors.collect::<Vec<_>>().join("; ")
    };
    assert_eq!(
        [told(false, "Where?"), told(false, "When?")],
        [
            "StringSignature: parse: `confidence`; parse",
            "bad_request (HTTP 400); StringSignature: bad_request (HTTP 400); bad_request",
        ]
    );
    for question in ["Where?", "When?"] {
        let told = told(true, question);
        assert!(told.contains("my-secret"), "{told}");
    }
}

#[test]
fn inputs_and_outputs_of_a_call_are_content_too() {
    let kept = Arc::new(Kept::default());
    let scope = Scope::current().with_lm(&paris()).with_sink(kept.clone());
    block(scope.with_content(true).enter(question().predict())).unwrap();
    let spans = kept.spans.lock().unwrap();
    let of = |name: &str| {
        let text = spans[1].attribute(name).map(shown).unwrap_or_default();
        serde_json::from_str::<serde_json::Value>(&text).unwrap()
    };
    let said = |messages: serde_json::Value| messages[0]["parts"][0]["content"].clone();
    assert_eq!(
        said(of("gen_ai.input.messages")),
        r#"{"question":"Where?"}"#
    );
    let outputs = said(of("gen_ai.output.messages"));
    assert_eq!(outputs, r#"{"answer":"Paris","confidence":0.9}"#);
}

#[test]
fn what_a_tool_is_given_and_gives_is_content() {
    let kept = Arc::new(Kept::default());
    let scope = Scope::current().with_sink(kept.clone()).with_content(true);
    let call = ToolCall::new("", "weather", r#"{"city":"Paris"}"#);
    let works = execute_tool(&call, async { Result::Ok("12 °C") });
    block(scope.clone().enter(works)).unwrap();
    // left in the middle
    {
        let never = scope.enter(execute_tool(
            &call,
            std::future::pending::<Result<String>>(),
        ));
        let mut never = std::pin::pin!(never);
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(never.as_mut().poll(&mut context).is_pending());
    }
    let spans = kept.spans.lock().unwrap();
    let of = |span: usize, name: &str| spans[span].attribute(name).map(shown);
    let arguments = of(0, "gen_ai.tool.call.arguments");
    assert_eq!(arguments.as_deref(), Some(r#"{"city":"Paris"}"#));
    assert_eq!(of(0, "gen_ai.tool.call.result").as_deref(), Some("12 °C"));
    assert_eq!(of(0, "gen_ai.tool.call.id"), None, "the model gave it none");
    assert_eq!(of(1, "error.type").as_deref(), Some("cancelled"));
}
