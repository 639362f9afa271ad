//! Streams of each format: whole, cut at any byte, in any pieces, and with a failure in them.
use crate::support::{KEY, Server, Step, ask, http};
use serde_json::{Value, json};
use sigflow_core::{Chunk, Error, LanguageModel, Usage};
use sigflow_providers::{Gemini, GeminiApi, Ollama};
use std::{sync::Arc, time::Duration};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Format {
    Generate,
    Interactions,
    Ollama,
}
const FORMATS: [Format; 3] = [Format::Generate, Format::Interactions, Format::Ollama];

impl Format {
    fn client(self, server: &Server) -> Arc<dyn LanguageModel> {
        let gemini = |api| {
            let builder = Gemini::builder("gemini-2.5-flash").base_url(server.root());
            Arc::new(builder.api_key(KEY).api(api).build().expect("a client"))
        };
        match self {
            Format::Generate => gemini(GeminiApi::GenerateContent),
            Format::Interactions => gemini(GeminiApi::Interactions),
            Format::Ollama => {
                let builder = Ollama::builder("llama3.2").base_url(server.root());
                Arc::new(builder.api_key(KEY).build().expect("a client"))
            }
        }
    }

    fn content_type(self) -> &'static str {
        match self {
            Format::Ollama => "application/x-ndjson",
            _ => "text/event-stream",
        }
    }

    /// A stream of `Pa`, `ris é😀`, and the end.
    fn events(self) -> Vec<Value> {
        match self {
            Format::Generate => {
                let piece = |text: &str| json!({"candidates": [{"content": {"parts": [{"text": text}]}}], "modelVersion": "m-1"});
                let end = json!({"candidates": [{"finishReason": "STOP"}],
                    "usageMetadata": {"promptTokenCount": 5, "candidatesTokenCount": 3}});
                vec![piece("Pa"), piece("ris é😀"), end]
            }
            Format::Interactions => {
                let delta = |text: &str| json!({"event_type": "step.delta", "index": 0, "delta": {"type": "text", "text": text}});
                let created = json!({"event_type": "interaction.created",
                    "interaction": {"id": "i", "model": "m-1", "status": "in_progress"}});
                let end = json!({"event_type": "interaction.completed", "interaction": {"id": "i", "status": "completed",
                    "usage": {"total_input_tokens": 5, "total_output_tokens": 3}}});
                vec![created, delta("Pa"), delta("ris é😀"), end]
            }
            Format::Ollama => {
                let piece = |text: &str| json!({"model": "m-1", "message": {"content": text}, "done": false});
                let end = json!({"model": "m-1", "message": {"content": ""}, "done": true, "done_reason": "stop",
                    "prompt_eval_count": 5, "eval_count": 3});
                vec![piece("Pa"), piece("ris é😀"), end]
            }
        }
    }

    fn text(self, events: &[Value]) -> String {
        let framed = events.iter().map(|event| match self {
            Format::Ollama => format!("{event}\n"),
            _ => format!("data: {event}\r\n\r\n"),
        });
        framed.collect()
    }

    /// What stands for a failure in the middle of a stream.
    fn failure(self) -> Value {
        match self {
            Format::Generate => {
                json!({"error": {"code": 503, "message": "later", "status": "UNAVAILABLE"}})
            }
            Format::Interactions => {
                json!({"event_type": "error", "error": {"code": "overloaded", "message": "later"}})
            }
            Format::Ollama => json!({"error": "later"}),
        }
    }
}

fn head(content_type: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\nconnection: close\r\n\r\n")
        .into_bytes()
}

fn streamed(format: Format, body: &[u8]) -> Vec<u8> {
    let mut bytes = head(format.content_type());
    bytes.extend_from_slice(body);
    bytes
}

/// The text of a stream and how it ended.
async fn hear(client: Arc<dyn LanguageModel>) -> (String, Result<Option<Usage>, Error>) {
    let mut stream = client.stream(ask("who?"));
    let mut text = String::new();
    loop {
        let next = std::future::poll_fn(|cx| stream.as_mut().poll_next(cx)).await;
        match next.expect("an end, or an error") {
            Ok(Chunk::Text(more)) => text += &more,
            Ok(Chunk::End(usage)) => return (text, Ok(usage)),
            Ok(_) => {}
            Err(error) => return (text, Err(error)),
        }
    }
}

#[tokio::test]
async fn the_last_word_ends_a_stream_at_once() {
    for format in FORMATS {
        // nothing comes after it, and the connection stays
        let body = format.text(&format.events());
        let server =
            Server::start(vec![Step::SendAndStall(streamed(format, body.as_bytes()))]).await;
        let heard =
            tokio::time::timeout(Duration::from_secs(8), hear(format.client(&server))).await;
        let (text, end) = heard.expect("it does not wait");
        assert_eq!(text, "Paris é😀", "{format:?}");
        assert_eq!(end.expect("whole"), Some(Usage::new(5, 3)), "{format:?}");
        let request = &server.seen()[0];
        let (path, key) = match format {
            Format::Generate => (
                "POST /v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse ",
                ("x-goog-api-key", KEY.to_owned()),
            ),
            Format::Interactions => (
                "POST /v1beta/interactions ",
                ("x-goog-api-key", KEY.to_owned()),
            ),
            Format::Ollama => (
                "POST /api/chat ",
                ("authorization", format!("Bearer {KEY}")),
            ),
        };
        assert!(request.head.starts_with(path), "{}", request.head);
        assert_eq!(request.header(key.0), Some(key.1.as_str()));
        if format != Format::Ollama {
            assert_eq!(request.header("accept"), Some("text/event-stream"));
        }
        if format != Format::Generate {
            assert_eq!(request.json()["stream"], true);
        }
    }
}

#[tokio::test]
async fn a_stream_that_is_cut_is_an_error_that_keeps_what_came() {
    for format in FORMATS {
        let events = format.events();
        let body = format.text(&events);
        // the last event may lack its last mark, and no more
        let last = format.text(&events[events.len() - 1..]).trim_end().len();
        let complete = body.trim_end().len() - last;
        let script: Vec<Step> = (0..=complete)
            .map(|end| Step::SendAndClose(streamed(format, &body.as_bytes()[..end])))
            .collect();
        let server = Server::start(script).await;
        let client = format.client(&server);
        for end in 0..=complete {
            let (text, result) = hear(client.clone()).await;
            let error = result.expect_err("it is cut");
            assert!(error.is_incomplete_stream(), "{format:?} {end}: {error:?}");
            assert!("Paris é😀".starts_with(&text), "{format:?} {end}: {text}");
            if !text.is_empty() {
                assert_eq!(error.raw_reply(), Some(text.as_str()), "{format:?} {end}");
            }
            assert!(!format!("{error:?}").contains(KEY));
        }
    }
}

#[tokio::test]
async fn a_failure_in_the_middle_is_the_servers() {
    for format in FORMATS {
        let mut events = format.events();
        events.pop();
        events.push(format.failure());
        let body = format.text(&events);
        let server =
            Server::start(vec![Step::SendAndClose(streamed(format, body.as_bytes()))]).await;
        let (text, result) = hear(format.client(&server)).await;
        let error = result.expect_err("a failure");
        assert!(
            error.is_server() && error.is_retryable(),
            "{format:?}: {error:?}"
        );
        assert_eq!(error.provider_message(), Some("later"), "{format:?}");
        assert_eq!(
            (text.as_str(), error.raw_reply()),
            ("Paris é😀", Some("Paris é😀"))
        );
    }
}

#[tokio::test]
async fn what_is_no_format_at_all() {
    for format in FORMATS {
        for body in [
            "",
            "data: <html>\n\n",
            "{}\n",
            "data: {}\n\n",
            "data: 7\n\n",
        ] {
            let server =
                Server::start(vec![Step::SendAndClose(streamed(format, body.as_bytes()))]).await;
            let (text, result) = hear(format.client(&server)).await;
            let error = result.expect_err("no reply");
            assert!(text.is_empty());
            assert!(
                error.is_incomplete_stream() || error.is_decode(),
                "{format:?} {body:?}: {error:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_server_that_knows_no_streams_answers_whole() {
    for format in FORMATS {
        let body = match format {
            Format::Generate => {
                json!({"candidates": [{"content": {"parts": [{"text": "Paris"}]}, "finishReason": "STOP"}]})
            }
            Format::Interactions => json!({"id": "i", "status": "completed",
                "steps": [{"type": "model_output", "content": [{"type": "text", "text": "Paris"}]}]}),
            Format::Ollama => json!({"message": {"content": "Paris"}, "done": true}),
        };
        let reply = http(
            200,
            &[("content-type", "application/json")],
            &body.to_string(),
        );
        let server = Server::start(vec![Step::Send(reply)]).await;
        let (text, result) = hear(format.client(&server)).await;
        assert_eq!(text, "Paris", "{format:?}");
        assert!(result.is_ok());
    }
}
