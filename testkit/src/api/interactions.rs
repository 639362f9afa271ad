//! Gemini's Interactions.
use super::{Answer, Frames, event};
use serde_json::{Value, json};

pub(super) fn whole(answer: &Answer<'_>) -> Value {
    interaction(answer, "completed")
}

fn interaction(answer: &Answer<'_>, status: &str) -> Value {
    let (input, output) = answer.tokens();
    let mut interaction = json!({
        "id": answer.id, "object": "interaction", "model": answer.asked.model, "status": status,
        "created": "2026-11-30T00:00:00Z", "updated": "2026-11-30T00:00:00Z",
    });
    if status == "completed" {
        let content = json!([{"type": "text", "text": answer.text()}]);
        interaction["steps"] = json!([{"type": "model_output", "content": content}]);
        interaction["usage"] = json!({"total_input_tokens": input, "total_output_tokens": output, "total_tokens": input + output});
    }
    interaction
}

pub(super) fn frames(answer: &Answer<'_>) -> Frames {
    let named = |name: &str, mut members: Value| {
        members["event_type"] = name.into();
        event(name, &members)
    };
    let word = |word: &String| {
        named(
            "step.delta",
            json!({"index": 0, "delta": {"type": "text", "text": word}}),
        )
    };
    Frames {
        opening: vec![
            named(
                "interaction.created",
                json!({"interaction": interaction(answer, "in_progress")}),
            ),
            named(
                "step.start",
                json!({"index": 0, "step": {"type": "model_output"}}),
            ),
        ],
        words: answer.words.iter().map(word).collect(),
        finish: vec![named("step.stop", json!({"index": 0}))],
        usage: Vec::new(),
        terminal: vec![named(
            "interaction.completed",
            json!({"interaction": interaction(answer, "completed")}),
        )],
    }
}
