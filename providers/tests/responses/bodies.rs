//! What is sent.
use super::{answer, builder, call, check, sent};
use crate::support::{Server, ask};
use serde_json::json;
use sigflow_core::{
    Effort, Message, OutputSchema, Part, PromptCache, Request, ResponseFormat, Role, ToolCall,
    ToolChoice, ToolSpec,
    types::{Audio, Document, File, Image},
};
use sigflow_providers::ReasoningSummary;
use std::sync::Arc;

#[tokio::test]
async fn what_is_not_set_is_not_sent() {
    assert_eq!(
        sent("gpt-4o", ask("who?")).await,
        json!({"model": "gpt-4o", "instructions": "be brief", "input": [{"role": "user", "content": "who?"}], "store": false})
    );
    // a model that thinks gives its thoughts along, for the next turn
    let thinks = sent("gpt-5-mini", ask("who?")).await;
    assert_eq!(thinks["include"], json!(["reasoning.encrypted_content"]));
}

#[tokio::test]
async fn settings_tools_and_forms() {
    let mut request = ask("who?");
    request.settings.temperature = Some(0.5);
    request.settings.top_p = Some(1.0);
    request.settings.max_tokens = Some(64);
    request.settings.n = Some(1);
    request.settings.seed = Some(7);
    request.settings.logprobs = Some(3);
    request.settings.reasoning_effort = Some(Effort::XHigh);
    let schema = r#"{"type":"object","properties":{},"required":[],"additionalProperties":false}"#;
    let mut strict = ToolSpec::new("find", "finds \"things\"", schema);
    strict.strict = true;
    request.tools = Arc::from([strict, ToolSpec::new("look", "", "{\"type\":\"object\"}")]);
    request.tool_choice = ToolChoice::Named("find".to_owned());
    let mut output = OutputSchema::new("a", "{}");
    output.openai = Some(schema.into());
    request.response_format = ResponseFormat::Schema(output);
    let server = Server::json(answer("x")).await;
    let summed = builder(&server, "gpt-5").reasoning_summary(ReasoningSummary::Auto);
    call(summed, request.clone()).await.expect("a response");
    let body = server.unchecked()[0].json();
    check(&body);
    assert_eq!(body["max_output_tokens"], 64);
    assert_eq!(
        body["reasoning"],
        json!({"effort": "xhigh", "summary": "auto"})
    );
    assert_eq!(
        body["include"],
        json!([
            "reasoning.encrypted_content",
            "message.output_text.logprobs"
        ])
    );
    assert_eq!(body["tools"][0]["strict"], true);
    assert_eq!(body["tools"][1]["strict"], false);
    assert_eq!(
        body["tool_choice"],
        json!({"type": "function", "name": "find"})
    );
    assert_eq!(body["text"]["format"]["strict"], true);
    assert!(body.get("seed").is_none() && body.get("n").is_none());

    for choice in [ToolChoice::None, ToolChoice::Required, ToolChoice::Auto] {
        request.tool_choice = choice;
        request.response_format = ResponseFormat::JsonObject;
        sent("gpt-4o", request.clone()).await;
    }
}

#[tokio::test]
async fn what_responses_cannot_say_is_told() {
    type Case = (fn(&mut Request), &'static str);
    let cases: [Case; 3] = [
        (|r| r.settings.n = Some(2), "`n` is 2"),
        (
            |r| r.settings.stop = Some(Arc::from(["x".to_owned()])),
            "`stop` is set",
        ),
        (
            |r| {
                let sound = Part::Audio(Audio::from_base64("AAAA", "wav"));
                r.turns = Message::user_parts(vec![sound]).into();
            },
            "no audio",
        ),
    ];
    let server = Server::json(answer("x")).await;
    for (change, words) in cases {
        let mut request = ask("who?");
        change(&mut request);
        let error = call(builder(&server, "gpt-5"), request)
            .await
            .expect_err("it cannot");
        assert!(error.is_configuration(), "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
    assert!(server.unchecked().is_empty(), "nothing was sent");
}

#[tokio::test]
async fn turns_parts_and_tools_become_items() {
    let mut request = ask("hi");
    request.prefix.demos = Arc::from([Message::user("q"), Message::assistant("a")]);
    let parts = vec![
        Part::Text("look: ".to_owned()),
        Part::Image(Image::from_bytes(b"ab", "image/png")),
        Part::File(File::from_id("file-1")),
        Part::Document(Document::new("the text").title("T")),
        Part::Document(Document::from_pdf(b"%PDF")),
    ];
    request.turns = Message::user_parts(parts).into();
    let mut called = Message::new(Role::Assistant, String::new());
    called.tool_calls = vec![
        ToolCall::new("c1", "find", "{}"),
        ToolCall::new("c2", "find", "{}"),
    ];
    request.turns.push(called);
    request.turns.push(Message::tool("c1", "find", "three"));
    request.turns.push(Message::tool("c2", "find", "four"));
    let body = sent("gpt-5", request).await;
    assert_eq!(
        body["input"],
        json!([
            {"role": "user", "content": "q"},
            {"type": "message", "role": "assistant", "content": "a"},
            {"role": "user", "content": [
                {"type": "input_text", "text": "look: "},
                {"type": "input_image", "detail": "auto", "image_url": "data:image/png;base64,YWI="},
                {"type": "input_file", "file_id": "file-1"},
                {"type": "input_text", "text": "T\nthe text"},
                {"type": "input_file", "filename": "document.pdf", "file_data": "data:application/pdf;base64,JVBERg=="},
            ]},
            {"type": "function_call", "call_id": "c1", "name": "find", "arguments": "{}"},
            {"type": "function_call", "call_id": "c2", "name": "find", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "c1", "output": "three"},
            {"type": "function_call_output", "call_id": "c2", "output": "four"},
        ])
    );
}

#[tokio::test]
async fn the_beginning_of_a_prompt_is_kept() {
    let mut request = ask("who?");
    request.settings.prompt_cache = Some(PromptCache::Short);
    let older = sent("gpt-5", request.clone()).await;
    assert_eq!(older["instructions"], "be brief");
    assert!(older["prompt_cache_key"].is_string());
    let newer = sent("gpt-5.6", request.clone()).await;
    assert_eq!(newer.get("instructions"), None);
    assert_eq!(
        newer["input"][0]["content"][0]["prompt_cache_breakpoint"],
        json!({"mode": "explicit"})
    );
    request.prefix.demos = Arc::from([Message::user("q"), Message::assistant("a")]);
    let demos = sent("gpt-5.6", request).await;
    assert_eq!(demos["input"][0]["content"], "be brief");
    assert_eq!(
        demos["input"][1]["content"][0]["prompt_cache_breakpoint"],
        json!({"mode": "explicit"})
    );
    assert_eq!(demos["input"][2]["content"], "a");
}
