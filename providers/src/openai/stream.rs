//! A reply in pieces: server-sent events, each a `chat.completion.chunk`.
use super::{
    message::{Delta, delta},
    quick,
    response::usage,
};
use crate::{
    http::{
        body::{self, gist},
        said::Said,
    },
    wire::{self, Event, Fault, Pieces},
};
use serde_json::{Map, Value};

/// Reads the events of one stream.
#[derive(Debug)]
pub(crate) struct Reader;

impl wire::Reader for Reader {
    fn event(&mut self, event: Event<'_>, pieces: &mut Pieces) -> Result<(), Fault> {
        let data = event.data.trim();
        if data.is_empty() {
            return Ok(());
        }
        if data == "[DONE]" {
            pieces.done();
            return Ok(());
        }
        if let Some(quick) = quick::read(data, "delta") {
            quick.tell(pieces);
            return Ok(());
        }
        tree(data, pieces)
    }
}

/// Whatever is in an event.
fn tree(data: &str, pieces: &mut Pieces) -> Result<(), Fault> {
    let Ok(Value::Object(mut members)) = body::json(data) else {
        let what = gist(data, 200).unwrap_or_default();
        let what = format!("an event of the stream is no JSON object: {what}");
        return Err(Fault::Wrong(what));
    };
    let choices = match members.remove("choices") {
        Some(Value::Array(choices)) => choices,
        _ => Vec::new(),
    };
    let said = Said::from_members(&members).or_else(|| choices.iter().find_map(Said::from_success));
    if let Some(said) = said {
        return Err(Fault::Said(said));
    }
    head(&mut members, pieces);
    if let Some(usage) = members.get("usage").and_then(usage) {
        pieces.usage(usage);
    }
    for mut choice in choices {
        let index = choice.get("index").and_then(Value::as_u64).unwrap_or(0);
        if let (0, Some(choice)) = (index, choice.as_object_mut()) {
            add(delta(choice), pieces);
        }
    }
    Ok(())
}

/// Who answers: said by each event, told once.
fn head(members: &mut Map<String, Value>, pieces: &mut Pieces) {
    if pieces.has_head() {
        return;
    }
    let mut text = |name: &str| match members.remove(name) {
        Some(Value::String(text)) if !text.is_empty() => Some(text),
        _ => None,
    };
    let model = text("model").unwrap_or_default();
    pieces.head(model, text("id"));
}

fn add(delta: Delta, pieces: &mut Pieces) {
    pieces.reasoning(delta.reasoning);
    pieces.text(delta.text);
    pieces.refusal(&delta.refusal);
    for (index, call) in delta.calls {
        pieces.call(index, call.id, call.name, call.arguments);
    }
    for citation in delta.citations {
        pieces.citation(citation);
    }
    if let Some(reason) = delta.finish {
        pieces.finish(reason);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// What came of events that are read in one pass where they can be, and of the same as trees.
    fn both(events: &[Value]) -> (Pieces, usize) {
        let (mut pieces, mut trees, mut quick) = (Pieces::default(), Pieces::default(), 0);
        for event in events {
            let text = event.to_string();
            quick += usize::from(quick::read(&text, "delta").is_some());
            wire::Reader::event(&mut Reader, Event::of(&text), &mut pieces).expect("an event");
            tree(&text, &mut trees).expect("an event");
        }
        assert_eq!(format!("{pieces:?}"), format!("{trees:?}"));
        (pieces, quick)
    }
    fn chunk(choice: Value) -> Value {
        json!({"id": "c1", "object": "chat.completion.chunk", "model": "m", "system_fingerprint": null,
            "choices": [choice], "usage": null})
    }

    #[test]
    fn usual_events_are_read_in_one_pass() {
        let delta =
            |delta: Value| chunk(json!({"index": 0, "delta": delta, "finish_reason": null}));
        let events = [
            delta(json!({"role": "assistant", "content": "", "refusal": null, "tool_calls": []})),
            delta(json!({"content": "Pa\"ris"})),
            delta(json!({"reasoning_content": "hm", "content": null})),
            delta(json!({})),
            chunk(json!({"index": 0, "delta": {}, "finish_reason": "stop", "logprobs": null})),
            json!({"id": "c1", "model": "m", "choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 4,
                "total_tokens": 7, "prompt_tokens_details": {"cached_tokens": 1, "audio_tokens": 0},
                "completion_tokens_details": {"reasoning_tokens": 2}}}),
        ];
        let (pieces, quick) = both(&events);
        assert_eq!((pieces.so_far(), quick), ("Pa\"ris", events.len()));
        assert_eq!(pieces.used().map(|usage| usage.reasoning_tokens), Some(2));
    }

    #[test]
    fn unusual_events_are_read_as_trees() {
        let delta = |delta: Value| chunk(json!({"index": 0, "delta": delta}));
        let events = [
            delta(json!({"content": [{"type": "text", "text": "a"}]})),
            delta(
                json!({"tool_calls": [{"index": 0, "id": "1", "function": {"name": "f", "arguments": "{}"}}]}),
            ),
            delta(json!({"refusal": "no"})),
            chunk(json!({"index": 1, "delta": {"content": "second"}})),
            json!({"choices": [{"delta": {"content": "b"}}, {"index": 1, "delta": {"content": "c"}}]}),
            json!({"choices": [{"text": "older"}]}),
            json!({"usage": {"prompt_tokens": 3.0, "completion_tokens": "4"}}),
            json!({"usage": {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 9,
                "completion_tokens_details": {"reasoning_tokens": 2}}}),
        ];
        let (pieces, quick) = both(&events);
        assert_eq!((pieces.so_far(), quick), ("abolder", 0));
        assert_eq!(pieces.used().map(|usage| usage.output_tokens), Some(6));
    }
}
