//! A reply in pieces: server-sent events, each a `chat.completion.chunk`.
use super::{
    Profile,
    message::{Delta, delta},
    quick,
    replay::Growing,
    response::usage,
};
use crate::{
    http::said::Said,
    wire::{self, Event, Fault, Pieces, event_object, take_text},
};
use serde_json::{Map, Value};

/// Reads the events of one stream.
#[derive(Debug)]
pub(crate) struct Reader {
    replay: Growing,
}

impl Reader {
    pub(super) fn new(profile: Profile) -> Self {
        Reader {
            replay: Growing::new(profile),
        }
    }

    fn add(&mut self, delta: Delta, pieces: &mut Pieces) {
        self.replay.add(&delta.reasoning, delta.details);
        pieces.reasoning(delta.reasoning);
        pieces.text(delta.text);
        pieces.refusal(&delta.refusal);
        for (index, call) in delta.calls {
            pieces.call(index, call.id, call.name, call.arguments);
        }
        for citation in delta.citations {
            pieces.citation(citation);
        }
        pieces.logprobs(delta.logprobs);
        if let Some(reason) = delta.finish {
            if let Some(block) = self.replay.take(pieces.has_calls()) {
                pieces.replay(block);
            }
            pieces.finish(reason);
        }
    }

    /// Whatever is in an event.
    fn tree(&mut self, data: &str, pieces: &mut Pieces) -> Result<(), Fault> {
        let mut members = event_object("an event", data)?;
        let choices = match members.remove("choices") {
            Some(Value::Array(choices)) => choices,
            _ => Vec::new(),
        };
        let said =
            Said::from_members(&members).or_else(|| choices.iter().find_map(Said::from_success));
        if let Some(said) = said {
            return Err(Fault::Said(said));
        }
        // Azure says first what its filters found, and not yet who answers
        head(&mut members, choices.is_empty(), pieces);
        let groq = |members: &Map<String, Value>| members.get("x_groq")?.get("usage").cloned();
        let used = members.get("usage").and_then(usage);
        if let Some(usage) = used.or_else(|| usage(&groq(&members)?)) {
            pieces.usage(usage);
        }
        for mut choice in choices {
            let index = choice.get("index").and_then(Value::as_u64).unwrap_or(0);
            if let (0, Some(choice)) = (index, choice.as_object_mut()) {
                self.add(delta(choice), pieces);
            }
        }
        Ok(())
    }
}

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
        // What goes back to the server is gathered from trees.
        if !self.replay.gathers()
            && let Some(quick) = quick::read(data, "delta")
        {
            quick.tell(pieces);
            return Ok(());
        }
        self.tree(data, pieces)
    }
}

/// Who answers: said by each event, told once.
fn head(members: &mut Map<String, Value>, is_bare: bool, pieces: &mut Pieces) {
    if pieces.has_head() {
        return;
    }
    let model = take_text(members, "model").unwrap_or_default();
    let id = take_text(members, "id");
    if !(is_bare && model.is_empty() && id.is_none()) {
        pieces.head(model, id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// What came of events that are read in one pass where they can be, and of the same as trees.
    fn both(events: &[Value]) -> (Pieces, usize) {
        let (mut pieces, mut trees, mut quick) = (Pieces::default(), Pieces::default(), 0);
        let (mut one, mut other) = (Reader::new(Profile::Other), Reader::new(Profile::Other));
        for event in events {
            let text = event.to_string();
            quick += usize::from(quick::read(&text, "delta").is_some());
            wire::Reader::event(&mut one, Event::of(&text), &mut pieces).expect("an event");
            other.tree(&text, &mut trees).expect("an event");
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
            json!({"model": "", "id": "", "choices": [], "x_groq": {"usage": {"prompt_tokens": 3, "completion_tokens": 1}}}),
            json!({"usage": {"prompt_tokens": 3.0, "completion_tokens": "4"}}),
            json!({"usage": {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 9,
                "completion_tokens_details": {"reasoning_tokens": 2}}}),
        ];
        let (pieces, quick) = both(&events);
        assert_eq!((pieces.so_far(), quick), ("abolder", 0));
        assert_eq!(pieces.used().map(|usage| usage.output_tokens), Some(6));
    }
}
