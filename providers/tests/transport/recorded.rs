//! Exchanges with servers that nobody here wrote, recorded in `tests/cassettes/`, decoded as the official SDKs decode
//! them: `NAME.json` is the cassette, `NAME.sdk.json` what `oracle.py` there made of it.
//!
//! They are recorded anew by `SIGFLOW_RECORD=1` with the servers of `.ci/counterparts.sh` running.
use serde_json::{Value, json};
use sigflow_core::{
    Capabilities, Chunk, Completion, FinishReason, LanguageModel, Message, OutputSchema, Prefix,
    Request, ResponseFormat, Result, Text, ToolCall, ToolChoice, ToolSpec, Usage,
};
use sigflow_providers::{Cassette, OpenAi};
use std::{path::PathBuf, sync::Arc};

type Model = Arc<dyn LanguageModel>;
/// A request, and whether its reply is streamed.
type Asked = (Request, bool);

/// Of one server by one API.
struct Scene {
    name: &'static str,
    /// Where the server is when it is recorded, and what the cassette says of it.
    variable: &'static str,
    base: &'static str,
    client: fn(&str, &Cassette) -> Result<Model>,
    calls: fn() -> Vec<Asked>,
}

const AIMOCK: (&str, &str) = ("SIGFLOW_AIMOCK_URL", "http://127.0.0.1:14010/v1");
const LLAMA: (&str, &str) = ("SIGFLOW_LLAMA_URL", "http://127.0.0.1:14020/v1");

const SCENES: &[Scene] = &[
    Scene {
        name: "openai-chat-aimock",
        variable: AIMOCK.0,
        base: AIMOCK.1,
        client: openai,
        calls: aimock,
    },
    Scene {
        name: "openai-chat-llama",
        variable: LLAMA.0,
        base: LLAMA.1,
        client: openai,
        calls: llama,
    },
    Scene {
        name: "responses-aimock",
        variable: AIMOCK.0,
        base: AIMOCK.1,
        client: responses,
        calls: aimock,
    },
    #[cfg(feature = "anthropic")]
    Scene {
        name: "anthropic-aimock",
        variable: AIMOCK.0,
        base: AIMOCK.1,
        client: anthropic,
        calls: aimock,
    },
    #[cfg(feature = "anthropic")]
    Scene {
        name: "anthropic-llama",
        variable: LLAMA.0,
        base: LLAMA.1,
        client: anthropic,
        calls: llama,
    },
    #[cfg(feature = "gemini")]
    Scene {
        name: "gemini-aimock",
        variable: AIMOCK.0,
        base: AIMOCK.1,
        client: gemini,
        calls: aimock,
    },
    #[cfg(feature = "ollama")]
    Scene {
        name: "ollama-aimock",
        variable: AIMOCK.0,
        base: AIMOCK.1,
        client: ollama,
        calls: without_choice,
    },
];

fn openai(base: &str, cassette: &Cassette) -> Result<Model> {
    let builder = OpenAi::builder("gpt-5-mini")
        .base_url(base)
        .capabilities(Capabilities::ALL);
    Ok(Arc::new(
        builder
            .api_key("sk-recorded-0123456789")
            .cassette(cassette)
            .build()?,
    ))
}

fn responses(base: &str, cassette: &Cassette) -> Result<Model> {
    let builder = sigflow_providers::OpenAiResponses::builder("gpt-5-mini").base_url(base);
    let builder = builder
        .capabilities(Capabilities::ALL)
        .api_key("sk-recorded-0123456789");
    Ok(Arc::new(builder.cassette(cassette).build()?))
}

#[cfg(feature = "anthropic")]
fn anthropic(base: &str, cassette: &Cassette) -> Result<Model> {
    let base = base.trim_end_matches("/v1");
    let builder = sigflow_providers::Anthropic::builder("claude-sonnet-4-5").base_url(base);
    Ok(Arc::new(
        builder
            .api_key("sk-recorded-0123456789")
            .cassette(cassette)
            .build()?,
    ))
}

#[cfg(feature = "gemini")]
fn gemini(base: &str, cassette: &Cassette) -> Result<Model> {
    use sigflow_providers::gemini::{Gemini, GeminiApi};
    let builder = Gemini::builder("gemini-2.5-flash").base_url(base.trim_end_matches("/v1"));
    let builder = builder
        .api(GeminiApi::GenerateContent)
        .api_key("sk-recorded-0123456789");
    Ok(Arc::new(builder.cassette(cassette).build()?))
}

#[cfg(feature = "ollama")]
fn ollama(base: &str, cassette: &Cassette) -> Result<Model> {
    let builder = sigflow_providers::ollama::Ollama::builder("llama3.2");
    let builder = builder.base_url(base.trim_end_matches("/v1"));
    Ok(Arc::new(builder.cassette(cassette).build()?))
}

fn ask(text: &str) -> Request {
    let prefix = Prefix::new(Text::from("Answer as the schema says."));
    Request::new(prefix, vec![Message::user(text.to_owned())])
}

const ANSWER: &str = r#"{"type":"object","properties":{"answer":{"type":"string","maxLength":24},"confidence":{"type":"number"}},"required":["answer","confidence"],"additionalProperties":false}"#;
const BOUNDLESS: &str = r#"{"type":"object","properties":{"answer":{"type":"string"},"confidence":{"type":"number"}},"required":["answer","confidence"],"additionalProperties":false}"#;

fn both(requests: Vec<Request>) -> Vec<Asked> {
    requests
        .into_iter()
        .flat_map(|request| [(request.clone(), false), (request, true)])
        .collect()
}

/// Text, tools, a schema, thoughts, a cut reply, failures.
fn aimock() -> Vec<Asked> {
    let mut tools = ask("How is the weather in Paris?");
    let schema = r#"{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}"#;
    tools.tools = Arc::from([ToolSpec::new("get_weather", "Tells the weather.", schema)]);
    tools.tool_choice = ToolChoice::Named("get_weather".to_owned());
    let requests = [
        ask("What is the capital of France?"),
        tools,
        ask("Please think first."),
        ask("too many requests"),
        ask("server breaks"),
    ];
    both(requests.into())
}

/// Ollama's API has no word for a choice of tools. Thoughts are left out: aimock has a name for them that Ollama's SDK
/// does not know, and we do.
#[cfg(feature = "ollama")]
fn without_choice() -> Vec<Asked> {
    let mut calls = aimock();
    calls.drain(4..6);
    for (request, _) in &mut calls {
        request.tool_choice = ToolChoice::Auto;
    }
    calls
}

fn llama() -> Vec<Asked> {
    let with = |text: &str, seed: i64| {
        let mut request = ask(text);
        request.settings.max_tokens = Some(40);
        request.settings.seed = Some(seed);
        request.settings.temperature = Some(0.5);
        request
    };
    let mut structured = with("say something", 2);
    let mut output = OutputSchema::new("answer", ANSWER);
    output.openai = Some(ANSWER.into());
    output.anthropic = Some(BOUNDLESS.into());
    structured.response_format = ResponseFormat::Schema(output);
    let mut wrong = with("say something", 3);
    let mut output = OutputSchema::new("answer", r#"{"type":"no such type"}"#);
    output.openai = Some(output.plain.clone());
    wrong.response_format = ResponseFormat::Schema(output);
    both(vec![with("hello", 1), structured, wrong])
}

/// What came, in the words that the oracle uses too.
async fn decoded(model: Model, (request, streams): Asked) -> Value {
    let (completion, usage) = if streams {
        let mut stream = model.stream(request);
        let (mut whole, mut usage) = (Completion::default(), None);
        while let Some(chunk) = std::future::poll_fn(|cx| stream.as_mut().poll_next(cx)).await {
            match chunk {
                Ok(Chunk::Text(text)) => whole.text += &text,
                Ok(Chunk::Reasoning(text)) => {
                    whole.reasoning.get_or_insert_default().push_str(&text);
                }
                Ok(Chunk::ToolCall {
                    index,
                    id,
                    name,
                    arguments,
                    ..
                }) => {
                    while whole.tool_calls.len() <= index {
                        whole.tool_calls.push(ToolCall::new("", "", ""));
                    }
                    let call = &mut whole.tool_calls[index];
                    (call.id, call.name) = (call.id.clone() + &id, call.name.clone() + &name);
                    call.arguments += &arguments;
                }
                Ok(Chunk::Finish(reason)) => whole.finish_reason = Some(reason),
                Ok(Chunk::End(tokens)) => usage = tokens,
                Ok(_) => {}
                Err(error) => return json!({"error": error.status()}),
            }
        }
        (whole, usage)
    } else {
        match model.complete(request).await {
            Ok(mut response) => (response.completions.swap_remove(0), response.usage),
            Err(error) => return json!({"error": error.status()}),
        }
    };
    let finish = match completion.finish_reason {
        Some(FinishReason::Stop) => "stop".to_owned(),
        Some(FinishReason::Length) => "length".to_owned(),
        Some(FinishReason::ToolCalls) => "tool_calls".to_owned(),
        other => format!("{other:?}"),
    };
    let Usage {
        input_tokens,
        output_tokens,
        ..
    } = usage.unwrap_or_default();
    json!({
        "text": completion.text,
        "reasoning": completion.reasoning.unwrap_or_default(),
        "calls": completion.tool_calls.iter().map(|call| {
            let arguments: Value = serde_json::from_str(&call.arguments).expect("JSON");
            json!([call.id, call.name, arguments])
        }).collect::<Vec<_>>(),
        "finish": finish,
        "usage": [input_tokens, output_tokens],
    })
}

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/cassettes")
        .join(name)
}

#[tokio::test]
async fn recorded_exchanges_are_decoded_as_the_official_sdks_do() {
    if std::env::var_os("SIGFLOW_RECORD").is_some() {
        for scene in SCENES {
            record(scene).await;
        }
        return;
    }
    for scene in SCENES {
        let cassette = Cassette::load(file(&format!("{}.json", scene.name))).expect("a cassette");
        let theirs =
            std::fs::read_to_string(file(&format!("{}.sdk.json", scene.name))).expect("a file");
        let theirs: Value = serde_json::from_str(&theirs).expect("JSON");
        let theirs = theirs["decoded"].as_array().expect("a list");
        let calls = (scene.calls)();
        assert_eq!(theirs.len(), calls.len(), "{}", scene.name);
        for (index, (call, theirs)) in calls.into_iter().zip(theirs).enumerate() {
            let model = (scene.client)(scene.base, &cassette).expect("a client");
            let mut ours = decoded(model, call).await;
            // where the API has no names for calls, ours are our own
            if theirs["calls"][0][0].is_null() && ours["calls"][0].is_array() {
                ours["calls"][0][0] = Value::Null;
            }
            assert_eq!(&ours, theirs, "{}, exchange {}", scene.name, index + 1);
        }
        cassette.finish().expect("all was played");
    }
}

async fn record(scene: &Scene) {
    let server = std::env::var(scene.variable).expect("the servers run");
    // llama.cpp tells where its model lies
    let cassette = Cassette::recording()
        .scrub(r"/[A-Za-z0-9_./-]*\.gguf")
        .expect("a pattern");
    let cassette = cassette.note(format!(
        "Recorded by SIGFLOW_RECORD=1 cargo test -p sigflow-providers --test transport recorded, from {}",
        if scene.variable == LLAMA.0 {
            "llama.cpp b11549 (PyPI xllamacpp 2026.10.11549) with random weights"
        } else {
            "aimock 1.43.0 (npm @copilotkit/aimock) with the fixtures of .ci/aimock"
        }
    ));
    for call in (scene.calls)() {
        let model = (scene.client)(&server, &cassette).expect("a client");
        decoded(model, call).await;
    }
    // the port is the machine's
    let text = cassette.to_json().expect("clean").replace(
        &server[..server.len() - 3],
        &scene.base[..scene.base.len() - 3],
    );
    std::fs::write(file(&format!("{}.json", scene.name)), text).expect("written");
}
