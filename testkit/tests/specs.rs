//! What the wall says is what the formats say: its replies and events against the machine-readable descriptions,
//! where these are beside the repository.
mod support;

use serde_json::{Value, json};
use sigflow_testkit::CANONICAL;
use std::path::Path;
use support::{all, ask, body, wall};

struct Format {
    whole: &'static str,
    pieces: &'static str,
    /// Descriptions of a reply and of an event.
    reply: &'static str,
    event: &'static str,
}

const FORMATS: &[Format] = &[
    Format {
        whole: "/v1/chat/completions",
        pieces: "/v1/chat/completions",
        reply: "openai/chat.response.schema.json",
        event: "openai/chat.stream_chunk.schema.json",
    },
    Format {
        whole: "/v1/responses",
        pieces: "/v1/responses",
        reply: "openai/sdk.responses.response.schema.json",
        event: "openai/sdk.responses.stream_event.schema.json",
    },
    Format {
        whole: "/v1/messages",
        pieces: "/v1/messages",
        reply: "anthropic/messages.response.schema.json",
        event: "anthropic/messages.stream_event.schema.json",
    },
    Format {
        whole: "/v1beta/models/fb-ok:generateContent",
        pieces: "/v1beta/models/fb-ok:streamGenerateContent?alt=sse",
        reply: "gemini/sdk.generateContentResponse.schema.json",
        event: "gemini/sdk.generateContentResponse.schema.json",
    },
    Format {
        whole: "/v1beta/interactions",
        pieces: "/v1beta/interactions",
        reply: "gemini/interactions.response.schema.json",
        event: "gemini/interactions.stream_event.schema.json",
    },
];

fn validator(name: &str) -> Option<jsonschema::Validator> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared/specs")
        .join(name);
    let Ok(text) = std::fs::read_to_string(path) else {
        eprintln!("{name} is not in shared/specs: nothing is checked against it");
        return None;
    };
    let schema: Value = serde_json::from_str(&text).expect("a schema of JSON");
    Some(jsonschema::validator_for(&schema).expect("a schema"))
}

#[track_caller]
fn check(schema: Option<&jsonschema::Validator>, value: &Value, name: &str) {
    let faults = schema.map(|schema| {
        schema
            .iter_errors(value)
            .map(|fault| fault.to_string())
            .collect::<Vec<_>>()
    });
    assert!(
        faults.as_ref().is_none_or(Vec::is_empty),
        "{name}: {faults:?}\n{value}"
    );
}

#[tokio::test]
async fn replies_and_events_are_as_described() {
    let wall = wall().await;
    for format in FORMATS {
        let asked = |stream: bool| json!({"model": "fb-ok", "stream": stream, "stream_options": {"include_usage": true}, "messages": []});
        let (reply, _) = all(&mut ask(&wall, format.whole, &asked(false)).await).await;
        let reply: Value = serde_json::from_slice(&body(&reply)).expect("JSON");
        assert!(reply.to_string().contains(CANONICAL));
        check(validator(format.reply).as_ref(), &reply, format.reply);
        let (reply, _) = all(&mut ask(&wall, format.pieces, &asked(true)).await).await;
        let events = String::from_utf8(body(&reply)).expect("text");
        let schema = validator(format.event);
        let mut count = 0;
        for event in events
            .lines()
            .filter_map(|line| line.strip_prefix("data: "))
        {
            if event != "[DONE]" {
                let event: Value = serde_json::from_str(event).expect("JSON");
                // Anthropic's own types leave the ping out, which its server sends.
                if event["type"] != "ping" {
                    check(schema.as_ref(), &event, format.event);
                }
                count += 1;
            }
        }
        assert!(count > 60, "{}: {count} events", format.pieces);
    }
}
