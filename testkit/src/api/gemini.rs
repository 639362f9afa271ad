//! Gemini's `generateContent`: the stream is of partial replies, and the reason to stop is its end.
use super::{Answer, Frames, data};
use serde_json::{Value, json};

pub(super) fn whole(answer: &Answer<'_>) -> Value {
    let mut reply = piece(answer, &answer.text());
    if answer.with_finish {
        reply["candidates"][0]["finishReason"] = "STOP".into();
    }
    reply["usageMetadata"] = usage(answer);
    reply
}

pub(super) fn frames(answer: &Answer<'_>) -> Frames {
    let words = answer.words.iter().map(|word| data(&piece(answer, word)));
    let mut last = piece(answer, "");
    last["candidates"][0]["finishReason"] = "STOP".into();
    last["usageMetadata"] = usage(answer);
    Frames {
        words: words.collect(),
        finish: if answer.with_finish {
            vec![data(&last)]
        } else {
            Vec::new()
        },
        ..Frames::default()
    }
}

fn piece(answer: &Answer<'_>, text: &str) -> Value {
    json!({
        "candidates": [{"content": {"parts": [{"text": text}], "role": "model"}, "index": 0}],
        "modelVersion": answer.asked.model, "responseId": answer.id,
    })
}

fn usage(answer: &Answer<'_>) -> Value {
    let (input, output) = answer.tokens();
    json!({"promptTokenCount": input, "candidatesTokenCount": output, "totalTokenCount": input + output})
}
