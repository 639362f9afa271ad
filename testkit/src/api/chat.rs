//! OpenAI's chat completions.
use super::{Answer, Frames, data};
use serde_json::{Value, json};

pub(super) fn whole(answer: &Answer<'_>) -> Value {
    json!({
        "id": answer.id, "object": "chat.completion", "created": 1_788_000_000, "model": answer.asked.model,
        "choices": [{
            "index": 0,
            "message": {"role": "assistant", "content": answer.text(), "refusal": null},
            "logprobs": null,
            "finish_reason": finish(answer),
        }],
        "usage": usage(answer),
    })
}

pub(super) fn frames(answer: &Answer<'_>) -> Frames {
    let piece = |choices: Value, usage: Value| {
        let mut piece = json!({
            "id": answer.id, "object": "chat.completion.chunk", "created": 1_788_000_000, "model": answer.asked.model,
            "choices": choices,
        });
        if !usage.is_null() {
            piece["usage"] = usage;
        }
        data(&piece)
    };
    let delta = |delta: Value, finish: Value| {
        piece(
            json!([{"index": 0, "delta": delta, "finish_reason": finish}]),
            Value::Null,
        )
    };
    let words = answer
        .words
        .iter()
        .map(|word| delta(json!({"content": word}), Value::Null));
    Frames {
        opening: vec![delta(
            json!({"role": "assistant", "content": ""}),
            Value::Null,
        )],
        words: words.collect(),
        finish: if answer.with_finish {
            vec![delta(json!({}), finish(answer))]
        } else {
            Vec::new()
        },
        usage: if answer.asked.with_usage {
            vec![piece(json!([]), usage(answer))]
        } else {
            Vec::new()
        },
        terminal: vec![b"data: [DONE]\n\n".to_vec()],
    }
}

fn finish(answer: &Answer<'_>) -> Value {
    if answer.with_finish {
        json!("stop")
    } else {
        Value::Null
    }
}

fn usage(answer: &Answer<'_>) -> Value {
    let (input, output) = answer.tokens();
    json!({"prompt_tokens": input, "completion_tokens": output, "total_tokens": input + output})
}
