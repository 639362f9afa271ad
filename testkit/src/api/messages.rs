//! Anthropic's Messages.
use super::{Answer, Frames, event};
use serde_json::{Value, json};

pub(super) fn whole(answer: &Answer<'_>) -> Value {
    let (input, output) = answer.tokens();
    json!({
        "id": answer.id, "type": "message", "role": "assistant", "model": answer.asked.model,
        "content": [{"type": "text", "text": answer.text()}],
        "stop_reason": if answer.with_finish { json!("end_turn") } else { Value::Null }, "stop_sequence": null,
        "usage": {"input_tokens": input, "output_tokens": output},
    })
}

pub(super) fn frames(answer: &Answer<'_>) -> Frames {
    let (input, output) = answer.tokens();
    let start = json!({
        "id": answer.id, "type": "message", "role": "assistant", "model": answer.asked.model, "content": [],
        "stop_reason": null, "stop_sequence": null, "usage": {"input_tokens": input, "output_tokens": 1},
    });
    let text = json!({"type": "text", "text": ""});
    let word = |word: &String| {
        let delta = json!({"type": "text_delta", "text": word});
        event(
            "content_block_delta",
            &json!({"type": "content_block_delta", "index": 0, "delta": delta}),
        )
    };
    let stop = json!({"stop_reason": "end_turn", "stop_sequence": null});
    let stopped =
        json!({"type": "message_delta", "delta": stop, "usage": {"output_tokens": output}});
    let mut finish = vec![event(
        "content_block_stop",
        &json!({"type": "content_block_stop", "index": 0}),
    )];
    if answer.with_finish {
        finish.push(event("message_delta", &stopped));
    }
    Frames {
        opening: vec![
            event(
                "message_start",
                &json!({"type": "message_start", "message": start}),
            ),
            event(
                "content_block_start",
                &json!({"type": "content_block_start", "index": 0, "content_block": text}),
            ),
            event("ping", &json!({"type": "ping"})),
        ],
        words: answer.words.iter().map(word).collect(),
        finish,
        usage: Vec::new(),
        terminal: vec![event("message_stop", &json!({"type": "message_stop"}))],
    }
}
