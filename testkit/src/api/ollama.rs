//! Ollama's own API: a line of JSON for each piece, the last with `done`.
use super::{Answer, Frames, line};
use serde_json::{Value, json};

pub(super) fn whole(answer: &Answer<'_>) -> Value {
    last(answer, &answer.text())
}

pub(super) fn frames(answer: &Answer<'_>) -> Frames {
    let words = answer
        .words
        .iter()
        .map(|word| line(&piece(answer, word, false)));
    Frames {
        words: words.collect(),
        terminal: vec![line(&last(answer, ""))],
        ..Frames::default()
    }
}

fn piece(answer: &Answer<'_>, text: &str, done: bool) -> Value {
    json!({
        "model": answer.asked.model, "created_at": "2026-11-30T00:00:00Z",
        "message": {"role": "assistant", "content": text}, "done": done,
    })
}

fn last(answer: &Answer<'_>, text: &str) -> Value {
    let (input, output) = answer.tokens();
    let mut last = piece(answer, text, true);
    if answer.with_finish {
        last["done_reason"] = "stop".into();
    }
    last["prompt_eval_count"] = input.into();
    last["eval_count"] = output.into();
    last
}
