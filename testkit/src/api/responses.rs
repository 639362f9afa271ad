//! OpenAI's Responses.
use super::{Answer, Frames, event};
use serde_json::{Value, json};

pub(super) fn whole(answer: &Answer<'_>) -> Value {
    response(answer, "completed")
}

fn response(answer: &Answer<'_>, status: &str) -> Value {
    let (input, output) = answer.tokens();
    let done = status == "completed";
    let mut response = json!({
        "id": answer.id, "object": "response", "created_at": 1_788_000_000, "status": status,
        "model": answer.asked.model, "error": null, "incomplete_details": null, "instructions": null,
        "metadata": {}, "parallel_tool_calls": true, "temperature": 1.0, "tool_choice": "auto", "tools": [], "top_p": 1.0,
        "output": if done { json!([message(answer, "completed")]) } else { json!([]) },
    });
    if done {
        response["usage"] = json!({
            "input_tokens": input, "output_tokens": output, "total_tokens": input + output,
            "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0},
        });
    }
    response
}

fn message(answer: &Answer<'_>, status: &str) -> Value {
    let content = if status == "completed" {
        json!([part(&answer.text())])
    } else {
        json!([])
    };
    json!({"id": "msg_wall", "type": "message", "role": "assistant", "status": status, "content": content})
}

fn part(text: &str) -> Value {
    json!({"type": "output_text", "text": text, "annotations": [], "logprobs": []})
}

pub(super) fn frames(answer: &Answer<'_>) -> Frames {
    let mut number = 0;
    let mut named = |name: &str, mut members: Value| {
        members["type"] = name.into();
        members["sequence_number"] = number.into();
        number += 1;
        event(name, &members)
    };
    let place = |mut members: Value| {
        members["item_id"] = "msg_wall".into();
        members["output_index"] = 0.into();
        members["content_index"] = 0.into();
        members
    };
    let opening = vec![
        named(
            "response.created",
            json!({"response": response(answer, "in_progress")}),
        ),
        named(
            "response.in_progress",
            json!({"response": response(answer, "in_progress")}),
        ),
        named(
            "response.output_item.added",
            json!({"output_index": 0, "item": message(answer, "in_progress")}),
        ),
        named(
            "response.content_part.added",
            place(json!({"part": part("")})),
        ),
    ];
    let words = answer
        .words
        .iter()
        .map(|word| {
            named(
                "response.output_text.delta",
                place(json!({"delta": word, "logprobs": []})),
            )
        })
        .collect();
    let text = answer.text();
    let finish = vec![
        named(
            "response.output_text.done",
            place(json!({"text": text, "logprobs": []})),
        ),
        named(
            "response.content_part.done",
            place(json!({"part": part(&text)})),
        ),
        named(
            "response.output_item.done",
            json!({"output_index": 0, "item": message(answer, "completed")}),
        ),
    ];
    let terminal = vec![named(
        "response.completed",
        json!({"response": response(answer, "completed")}),
    )];
    Frames {
        opening,
        words,
        finish,
        usage: Vec::new(),
        terminal,
    }
}
