//! A reply in pieces: server-sent events, each a `chat.completion.chunk`.
use super::{
    message::{Delta, delta},
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
        let Ok(Value::Object(mut members)) = body::json(data) else {
            let what = gist(data, 200).unwrap_or_default();
            let what = format!("an event of the stream is no JSON object: {what}");
            return Err(Fault::Wrong(what));
        };
        let choices = match members.remove("choices") {
            Some(Value::Array(choices)) => choices,
            _ => Vec::new(),
        };
        let said =
            Said::from_members(&members).or_else(|| choices.iter().find_map(Said::from_success));
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
