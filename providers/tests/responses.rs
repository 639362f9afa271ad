//! `OpenAI`'s responses: bodies that its own schemas judge, replies and streams of several servers.
#![cfg(feature = "openai")]
mod support;

use serde_json::{Value, json};
use sigflow_core::{
    Chunk, Completion, Effort, Error, ErrorKind, FinishReason, LanguageModel, Logprob, Message,
    OutputSchema, Part, PromptCache, Request, Response, ResponseFormat, Result, Role, ToolCall,
    ToolChoice, ToolSpec, Usage,
    types::{Audio, Document, File, Image},
};
use sigflow_providers::{OpenAiResponses, OpenAiResponsesBuilder, ReasoningSummary};
use std::sync::{Arc, LazyLock};
use support::{
    KEY, Server, Step, ask, http,
    schemas::{fits, only, spec, validator},
    streams,
};

fn builder(server: &Server, model: &str) -> OpenAiResponsesBuilder {
    let builder = OpenAiResponses::builder(model);
    builder.base_url(&server.base).api_key(KEY)
}
async fn call(builder: OpenAiResponsesBuilder, request: Request) -> Result<Response> {
    let model = Arc::new(builder.build().expect("a client"));
    model.complete(request).await
}

const MEMBERS: &[&str] = &[
    "model",
    "instructions",
    "input",
    "store",
    "include",
    "temperature",
    "top_p",
    "max_output_tokens",
    "top_logprobs",
    "reasoning",
    "prompt_cache_key",
    "prompt_cache_options",
    "tools",
    "tool_choice",
    "text",
    "stream",
];

static SCHEMA: LazyLock<Option<jsonschema::Validator>> = LazyLock::new(|| {
    let text = spec("openai/responses.request.schema.json")?;
    // Its kinds of items overlap, so that one that is good is good twice; and two words are of an older draft.
    let text = text.replace("\"oneOf\"", "\"anyOf\"");
    let text = text.replace("$recursiveRef", "$ref");
    let text = text.replace("\"$recursiveAnchor\":true", "\"title\":\"filter\"");
    let text = text.replace("\"$recursiveAnchor\": true", "\"title\":\"filter\"");
    let schema: Value = serde_json::from_str(&text).expect("a schema of JSON");
    Some(validator(&schema))
});

#[track_caller]
fn check(body: &Value) {
    for schema in SCHEMA.iter() {
        fits(schema, body);
    }
    only(MEMBERS, body);
}

fn answer(text: &str) -> Value {
    json!({"id": "resp_1", "object": "response", "status": "completed", "model": "gpt-5-mini-2026", "error": null,
        "incomplete_details": null,
        "output": [{"type": "message", "id": "msg_1", "status": "completed", "role": "assistant",
            "content": [{"type": "output_text", "text": text, "annotations": []}]}],
        "usage": {"input_tokens": 10, "input_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 2},
            "output_tokens": 6, "output_tokens_details": {"reasoning_tokens": 3}, "total_tokens": 16}})
}

/// The body of one request, judged.
async fn sent(model: &str, request: Request) -> Value {
    let server = Server::json(answer("x")).await;
    call(builder(&server, model), request)
        .await
        .expect("a response");
    let body = server.unchecked()[0].json();
    check(&body);
    body
}

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

#[tokio::test]
async fn a_whole_reply() {
    let mut body = answer("Paris");
    body["output"][0]["content"][0]["logprobs"] = json!([{"token": "Paris", "logprob": -0.1, "bytes": [],
        "top_logprobs": [{"token": "Rome", "logprob": -3.0}]}]);
    let thought = json!({"type": "reasoning", "id": "rs_1", "encrypted_content": "e30=",
        "summary": [{"type": "summary_text", "text": "One."}, {"type": "summary_text", "text": "Two."}]});
    body["output"]
        .as_array_mut()
        .expect("a list")
        .insert(0, thought.clone());
    let server = Server::json(body.clone()).await;
    let response = call(builder(&server, "gpt-5"), ask("who?"))
        .await
        .expect("a response");
    let completion = &response.completions[0];
    assert_eq!(completion.text, "Paris");
    assert_eq!(completion.reasoning.as_deref(), Some("One.\n\nTwo."));
    assert_eq!(completion.finish_reason, Some(FinishReason::Stop));
    assert_eq!(completion.logprobs[0].top, [Logprob::new("Rome", -3.0)]);
    assert_eq!(response.model, "gpt-5-mini-2026");
    assert_eq!(response.request_id.as_deref(), Some("resp_1"));
    assert_eq!(response.raw.as_deref(), Some(body.to_string().as_str()));
    let mut usage = Usage::new(10, 6);
    (usage.cached_input_tokens, usage.cache_write_tokens) = (4, 2);
    usage.reasoning_tokens = 3;
    assert_eq!(response.usage, Some(usage));

    // in the next turn the thought stands before what was said
    let mut next = ask("who?");
    next.turns.push(Message::of_completion(completion));
    next.turns.push(Message::user("and why?"));
    let body = sent("gpt-5", next).await;
    assert_eq!(body["input"][1], thought);
    assert_eq!(
        body["input"][2],
        json!({"type": "message", "role": "assistant", "content": "Paris"})
    );
}

#[tokio::test]
async fn thoughts_that_the_server_must_know_go_back_only_if_it_keeps_them() {
    let mut body = answer("Paris");
    let thought = json!({"type": "reasoning", "id": "rs_1", "summary": []});
    body["output"]
        .as_array_mut()
        .expect("a list")
        .insert(0, thought.clone());
    let server = Server::json(body).await;
    let response = call(builder(&server, "gpt-5"), ask("who?"))
        .await
        .expect("a response");
    let mut next = ask("who?");
    next.turns
        .push(Message::of_completion(&response.completions[0]));
    next.turns.push(Message::user("and why?"));
    for (store, count) in [(false, 3), (true, 4)] {
        let server = Server::json(answer("x")).await;
        let client = builder(&server, "gpt-5").store(store);
        call(client, next.clone()).await.expect("a response");
        let body = server.unchecked()[0].json();
        check(&body);
        assert_eq!(body["input"].as_array().expect("a list").len(), count);
        assert_eq!(body.get("store"), (!store).then_some(&json!(false)));
    }
}

#[tokio::test]
async fn what_is_said_while_at_work_is_not_the_answer() {
    let mut body = answer("Paris");
    body["output"][0]["phase"] = json!("final_answer");
    let first = json!({"type": "message", "id": "msg_0", "status": "completed", "role": "assistant", "phase": "commentary",
        "content": [{"type": "output_text", "text": "I look it up.", "annotations": []}]});
    body["output"]
        .as_array_mut()
        .expect("a list")
        .insert(0, first);
    let server = Server::json(body).await;
    let response = call(builder(&server, "gpt-5"), ask("who?"))
        .await
        .expect("a response");
    let completion = &response.completions[0];
    assert_eq!(
        (completion.text.as_str(), completion.reasoning.as_deref()),
        ("Paris", Some("I look it up."))
    );
    // phases must come back, so the messages do as they came
    let mut next = ask("who?");
    next.turns.push(Message::of_completion(completion));
    next.turns.push(Message::user("and why?"));
    let server = Server::json(answer("x")).await;
    call(builder(&server, "gpt-5"), next)
        .await
        .expect("a response");
    let input = server.unchecked()[0].json()["input"].clone();
    assert_eq!(input.as_array().map(Vec::len), Some(4));
    assert_eq!(input[1]["phase"], "commentary");
    assert_eq!(input[2]["phase"], "final_answer");
}

async fn decode(body: Value) -> Result<Completion> {
    let server = Server::json(body).await;
    let response = call(builder(&server, "gpt-5"), ask("who?")).await?;
    Ok(response
        .completions
        .into_iter()
        .next()
        .expect("a completion"))
}

#[tokio::test]
async fn ends_of_all_kinds() {
    let mut body = answer("Par");
    body["status"] = json!("incomplete");
    body["incomplete_details"] = json!({"reason": "max_output_tokens"});
    let cut = decode(body.clone()).await.expect("a completion");
    assert_eq!(cut.finish_reason, Some(FinishReason::Length));
    body["incomplete_details"] = json!({"reason": "new_reason"});
    let other = decode(body.clone()).await.expect("a completion");
    assert_eq!(
        other.finish_reason,
        Some(FinishReason::Other("new_reason".to_owned()))
    );
    body["incomplete_details"] = json!({"reason": "content_filter"});
    body["output"] = json!([]);
    let error = decode(body.clone()).await.expect_err("filtered");
    assert_eq!(error.kind(), ErrorKind::ContentFilter);

    let mut body = answer("");
    body["output"][0]["content"] = json!([{"type": "refusal", "refusal": "I will not."}]);
    let error = decode(body).await.expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::ContentFilter);
    assert!(error.to_string().contains("I will not."), "{error}");

    let mut body = answer("");
    body["output"] = json!([
        {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "find", "arguments": "{\"q\":1}", "status": "completed"},
        {"type": "new_kind", "x": 1},
    ]);
    let called = decode(body).await.expect("a completion");
    assert_eq!(called.finish_reason, Some(FinishReason::ToolCalls));
    assert_eq!(
        called.tool_calls,
        [ToolCall::new("call_1", "find", "{\"q\":1}")]
    );

    for (body, kind) in [
        (
            json!({"status": "failed", "output": [], "error": {"code": "server_error", "message": "m"}}),
            ErrorKind::Server,
        ),
        (
            json!({"status": "failed", "output": [], "error": {"code": "rate_limit_exceeded", "message": "m"}}),
            ErrorKind::RateLimited,
        ),
        (
            json!({"status": "in_progress", "output": [], "error": null}),
            ErrorKind::Decode,
        ),
        (json!({"id": "x"}), ErrorKind::Decode),
        (json!([]), ErrorKind::Decode),
    ] {
        let error = decode(body.clone()).await.expect_err("no answer");
        assert_eq!(error.kind(), kind, "{body}: {error}");
        assert!(error.raw_reply().is_some());
    }
}

/// What a stream of these bytes says, and how it ends.
async fn stream(bytes: Vec<u8>) -> (Vec<Chunk>, Option<Error>) {
    let server = Server::start(vec![Step::SendAndClose(bytes)]).await;
    let model = builder(&server, "gpt-5").build().expect("a client");
    let (chunks, error) = streams::all(Arc::new(model), ask("who?")).await;
    if error.is_some() {
        return (chunks, error);
    }
    let mut body = server.unchecked()[0].json();
    assert_eq!(body["stream"], true);
    body["stream"] = json!(null);
    check(&body);
    (chunks, None)
}

fn events(events: &[Value]) -> Vec<u8> {
    let mut text = String::new();
    for event in events {
        text.push_str("event: ");
        text.push_str(event["type"].as_str().unwrap_or_default());
        text.push_str("\ndata: ");
        text.push_str(&event.to_string());
        text.push_str("\n\n");
    }
    http(200, &[("content-type", "text/event-stream")], &text)
}

/// As `OpenAI` sends it, without what nobody reads.
fn good() -> Vec<Value> {
    let thought =
        json!({"type": "reasoning", "id": "rs_1", "encrypted_content": "e30=", "summary": []});
    vec![
        json!({"type": "response.created", "sequence_number": 0, "response": {"id": "resp_1", "model": "gpt-5-2026", "status": "in_progress"}}),
        json!({"type": "response.output_item.added", "output_index": 0, "item": {"type": "reasoning", "id": "rs_1", "summary": []}}),
        json!({"type": "response.reasoning_summary_part.added", "item_id": "rs_1", "summary_index": 0}),
        json!({"type": "response.reasoning_summary_text.delta", "item_id": "rs_1", "delta": "One."}),
        json!({"type": "response.reasoning_summary_part.added", "item_id": "rs_1", "summary_index": 1}),
        json!({"type": "response.reasoning_summary_text.delta", "item_id": "rs_1", "delta": "Two."}),
        json!({"type": "response.output_item.done", "output_index": 0, "item": thought}),
        json!({"type": "response.output_item.added", "output_index": 1, "item": {"type": "message", "id": "msg_1", "content": []}}),
        json!({"type": "response.output_text.delta", "item_id": "msg_1", "delta": "Par", "logprobs": [{"token": "Par", "logprob": -0.5}]}),
        json!({"type": "response.output_text.delta", "item_id": "msg_1", "delta": "is é😀", "obfuscation": "xyz"}),
        json!({"type": "response.output_text.done", "item_id": "msg_1", "text": "Paris é😀"}),
        json!({"type": "response.new_event", "x": 1}),
        json!({"type": "response.output_item.added", "output_index": 2, "item": {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "find", "arguments": ""}}),
        json!({"type": "response.output_item.added", "output_index": 3, "item": {"type": "function_call", "id": "fc_2", "call_id": "call_2", "name": "look", "arguments": ""}}),
        json!({"type": "response.function_call_arguments.delta", "item_id": "fc_2", "output_index": 3, "delta": "{\"b\":"}),
        json!({"type": "response.function_call_arguments.delta", "item_id": "fc_1", "output_index": 2, "delta": "{}"}),
        json!({"type": "response.function_call_arguments.delta", "item_id": "fc_2", "output_index": 3, "delta": "2}"}),
        json!({"type": "response.function_call_arguments.done", "item_id": "fc_1", "output_index": 2, "arguments": "{}"}),
        json!({"type": "response.output_item.done", "output_index": 3, "item": {"type": "function_call", "id": "fc_2", "call_id": "call_2", "name": "look", "arguments": "{\"b\":2}"}}),
        json!({"type": "response.completed", "response": {"id": "resp_1", "status": "completed", "model": "gpt-5-2026", "output": [],
            "usage": {"input_tokens": 9, "output_tokens": 3, "total_tokens": 12}}}),
    ]
}

#[track_caller]
fn is_good(chunks: &[Chunk], error: Option<Error>) {
    assert!(error.is_none(), "{error:?}");
    let reply = streams::whole(chunks);
    assert_eq!(reply.text, "Paris é😀");
    assert_eq!(reply.reasoning.as_deref(), Some("One.\n\nTwo."));
    assert_eq!(
        reply.tool_calls,
        [
            ToolCall::new("call_1", "find", "{}"),
            ToolCall::new("call_2", "look", "{\"b\":2}")
        ]
    );
    assert!(
        matches!(&chunks[0], Chunk::Head { model, request_id: Some(id) } if model == "gpt-5-2026" && id == "resp_1")
    );
    assert!(chunks.iter().any(
        |chunk| matches!(chunk, Chunk::Replay(block) if block.block["encrypted_content"] == "e30=")
    ));
    assert!(
        chunks
            .iter()
            .any(|chunk| matches!(chunk, Chunk::Logprobs(tokens) if tokens.len() == 1))
    );
    assert!(
        chunks
            .iter()
            .any(|chunk| matches!(chunk, Chunk::Finish(FinishReason::ToolCalls)))
    );
    assert!(matches!(chunks.last(), Some(Chunk::End(Some(usage))) if *usage == Usage::new(9, 3)));
}

#[tokio::test]
async fn a_good_stream() {
    let (chunks, error) = stream(events(&good())).await;
    is_good(&chunks, error);
}

/// llama.cpp, aimock and `LiteLLM`: no numbers, no places, no pieces of arguments.
#[tokio::test]
async fn a_stream_without_numbers_and_places() {
    let mut bare = good();
    for event in &mut bare {
        let event = event.as_object_mut().expect("an object");
        event.remove("sequence_number");
        event.remove("output_index");
    }
    let (chunks, error) = stream(events(&bare)).await;
    is_good(&chunks, error);

    let whole = [
        json!({"type": "response.output_item.done", "item": {"type": "function_call", "call_id": "c", "name": "find", "arguments": "{\"q\":1}"}}),
        json!({"type": "response.output_text.done", "text": "Paris"}),
        json!({"type": "response.completed", "response": {"model": "m", "output": []}}),
    ];
    let (chunks, error) = stream(events(&whole)).await;
    assert!(error.is_none(), "{error:?}");
    let reply = streams::whole(&chunks);
    assert_eq!(
        (reply.text.as_str(), reply.tool_calls),
        ("Paris", vec![ToolCall::new("c", "find", "{\"q\":1}")])
    );

    // all at once
    let (chunks, error) = stream(events(&[
        json!({"type": "response.completed", "response": answer("Paris")}),
    ]))
    .await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(streams::text(&chunks), "Paris");
}

#[tokio::test]
async fn a_stream_that_is_cut_is_never_whole() {
    let all = good();
    for count in 0..all.len() {
        let (chunks, error) = stream(events(&all[..count])).await;
        let error = error.unwrap_or_else(|| panic!("{count} events are not the reply: {chunks:?}"));
        assert_eq!(
            error.kind(),
            ErrorKind::IncompleteStream,
            "{count}: {error}"
        );
    }
    // in the middle of an event, and of a character
    let bytes = events(&all);
    let head = bytes
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .expect("a head")
        + 4;
    for at in (head..bytes.len() - 3).step_by(97) {
        let mut cut = http(
            200,
            &[
                ("content-type", "text/event-stream"),
                ("connection", "close"),
            ],
            "",
        );
        let text = String::from_utf8(cut)
            .expect("a head")
            .replace("content-length: 0\r\n", "");
        cut = text.into_bytes();
        cut.extend(&bytes[head..at]);
        let (_, error) = stream(cut).await;
        let error = error.expect("it was cut");
        assert!(error.kind() == ErrorKind::IncompleteStream, "{at}: {error}");
    }
}

#[tokio::test]
async fn failures_in_a_stream() {
    for (last, kind, words) in [
        (
            json!({"type": "response.failed", "response": {"status": "failed", "error": {"code": "rate_limit_exceeded", "message": "slow down"}}}),
            ErrorKind::RateLimited,
            "slow down",
        ),
        (
            json!({"type": "error", "code": "insufficient_quota", "message": "spent", "param": null, "sequence_number": 3}),
            ErrorKind::QuotaSpent,
            "spent",
        ),
        (
            json!({"type": "error", "error": {"type": "invalid_request_error", "code": "context_length_exceeded", "message": "too long"}}),
            ErrorKind::ContextLength,
            "too long",
        ),
        (
            json!({"type": "response.failed", "response": {"status": "failed", "error": null}}),
            ErrorKind::Server,
            "",
        ),
    ] {
        let mut all = good();
        all.truncate(9);
        all.push(last);
        let (chunks, error) = stream(events(&all)).await;
        let error = error.expect("a failure");
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(words), "{error}");
        assert_eq!(streams::text(&chunks), "Par");
        assert_eq!(error.raw_reply(), Some("Par"), "the error keeps what came");
    }
    let refused = [
        json!({"type": "response.refusal.delta", "delta": "I will "}),
        json!({"type": "response.refusal.delta", "delta": "not."}),
        json!({"type": "response.completed", "response": {"status": "completed", "output": []}}),
    ];
    let (_, error) = stream(events(&refused)).await;
    let error = error.expect("a refusal");
    assert_eq!(error.kind(), ErrorKind::ContentFilter);
    assert!(error.to_string().contains("I will not."), "{error}");
    let cut = [
        json!({"type": "response.output_text.delta", "delta": "Par"}),
        json!({"type": "response.incomplete", "response": {"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}}),
    ];
    let (chunks, error) = stream(events(&cut)).await;
    assert!(error.is_none(), "{error:?}");
    assert!(
        chunks
            .iter()
            .any(|chunk| matches!(chunk, Chunk::Finish(FinishReason::Length)))
    );
}
