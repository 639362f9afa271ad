//! Bodies of chat completions of a given size, as a server sends them. What they say is in the form that a signature with
//! one output, `answer`, asks for.
use serde_json::{Value, json};

/// A reply in one piece whose body is of about so many bytes.
pub fn whole(bytes: usize) -> String {
    let reply = |text: &str| {
        json!({
            "id": "chatcmpl-0123456789", "object": "chat.completion", "created": 1_790_000_000, "model": "gpt-5-mini-2025-08-07",
            "choices": [{"index": 0, "message": {"role": "assistant", "content": text, "refusal": null},
                "logprobs": null, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 512, "completion_tokens": 96, "total_tokens": 608},
            "service_tier": "default", "system_fingerprint": null,
        })
        .to_string()
    };
    let words = text(bytes.saturating_sub(reply(&(BEGINS.to_owned() + ENDS)).len()));
    reply(&[BEGINS, &words, ENDS].concat())
}

const BEGINS: &str = "[[ ## answer ## ]]\n";
const ENDS: &str = "\n\n[[ ## completed ## ]]\n";

/// The events of a streamed reply: each as a server sends it, about so many bytes in all.
pub fn streamed(bytes: usize) -> Vec<String> {
    let event = |delta: Value, finish: Option<&str>| {
        let value = json!({
            "id": "chatcmpl-0123456789", "object": "chat.completion.chunk", "created": 1_790_000_000,
            "model": "gpt-5-mini-2025-08-07", "service_tier": "default", "system_fingerprint": null,
            "choices": [{"index": 0, "delta": delta, "logprobs": null, "finish_reason": finish}],
        });
        format!("data: {value}\n\n")
    };
    let word = |at: usize| format!(" word{}", at % 10);
    let said = |words: &str| event(json!({"content": words}), None);
    let count = (bytes / said(&word(0)).len()).saturating_sub(1).max(1);
    let mut events: Vec<String> = (0..count)
        .map(|at| {
            let begins = if at == 0 { BEGINS } else { "" };
            let ends = if at + 1 == count { ENDS } else { "" };
            said(&[begins, &word(at), ends].concat())
        })
        .collect();
    events.push(event(json!({}), Some("stop")));
    events.push("data: [DONE]\n\n".to_owned());
    events
}

/// English of so many bytes.
pub fn text(bytes: usize) -> String {
    let mut text =
        "Paris has been the capital of France since 987, and said \"so\".\n".repeat(bytes / 60 + 1);
    text.truncate(bytes);
    text
}
