//! A reply in pieces: binary frames, each an event that its header names.
use super::{
    REPLAY,
    reply::{citation, finish_reason, input, take_object, usage},
};
use crate::{
    http::{
        body::{self, gist},
        said::Said,
    },
    wire::{self, Event, Fault, Pieces, no_object, take_text},
};
use serde_json::{Map, Value, json};
use sigflow_core::ReplayBlock;
use std::sync::Arc;

/// Reads the events of one stream.
#[derive(Debug)]
pub(crate) struct Reader {
    /// No event names the model.
    model: Arc<str>,
    /// Blocks under way, by their places.
    blocks: Vec<Block>,
    calls: usize,
}

/// What is known of a block while it arrives. Most begin with their first piece.
#[derive(Debug, Default)]
enum Block {
    /// Nothing that must be remembered, or it is over.
    #[default]
    Plain,
    Thought {
        text: String,
        signature: String,
        hidden: String,
    },
    /// The call at a place, and whether arguments came.
    Tool { place: usize, has_input: bool },
}

/// No reply has so many blocks; a number beyond is a server's mistake, and must not cost memory.
const MOST_BLOCKS: usize = 4096;

impl wire::Reader for Reader {
    fn event(&mut self, event: Event<'_>, pieces: &mut Pieces) -> Result<(), Fault> {
        let value = body::json(event.data);
        if event.is_exception {
            return Err(Fault::Said(exception(event, value.ok())));
        }
        let Ok(Value::Object(mut members)) = value else {
            return Err(no_object("an event", event.data));
        };
        // some servers put the event's name into the payload too
        if let Some(inner) = take_object(&mut members, event.name) {
            members = inner;
        }
        match event.name {
            "messageStart" => pieces.head(self.model.to_string(), None),
            "contentBlockStart" => self.start(members, pieces)?,
            "contentBlockDelta" => self.delta(members, pieces)?,
            "contentBlockStop" => {
                let place = self.place(&members)?;
                close(std::mem::take(&mut self.blocks[place]), pieces);
            }
            "messageStop" => {
                for block in self.blocks.drain(..) {
                    close(block, pieces);
                }
                if let Some(reason) = finish_reason(members.get("stopReason")) {
                    pieces.finish(reason);
                }
            }
            "metadata" => {
                if let Some(usage) = usage(members.get("usage")) {
                    pieces.usage(usage);
                }
                // the last event of a whole reply
                if pieces.has_finished() {
                    pieces.done();
                }
            }
            // what is not known yet
            _ => {}
        }
        Ok(())
    }
}

/// A failure that the server reports in the middle of a stream.
fn exception(event: Event<'_>, value: Option<Value>) -> Said {
    let message = value.and_then(|mut value| {
        let members = value.as_object_mut()?;
        let own = take_text(members, "message").or_else(|| take_text(members, "Message"));
        let original = take_text(members, "originalMessage");
        own.or(original)
    });
    Said::coded(event.name, message.or_else(|| gist(event.data, 300)))
}

impl Reader {
    pub(super) fn new(model: Arc<str>) -> Self {
        Reader {
            model,
            blocks: Vec::new(),
            calls: 0,
        }
    }

    /// Where the block of an event stands; there is room for it then.
    fn place(&mut self, members: &Map<String, Value>) -> Result<usize, Fault> {
        let index = members.get("contentBlockIndex").and_then(Value::as_u64);
        let index = index.unwrap_or(0);
        let place = usize::try_from(index).unwrap_or(usize::MAX);
        if place >= MOST_BLOCKS {
            let what = format!("the stream has a block of number {index}");
            return Err(Fault::Wrong(what));
        }
        if self.blocks.len() <= place {
            self.blocks.resize_with(place + 1, Block::default);
        }
        Ok(place)
    }

    fn start(&mut self, mut members: Map<String, Value>, pieces: &mut Pieces) -> Result<(), Fault> {
        let place = self.place(&members)?;
        let call = take_object(&mut members, "start")
            .and_then(|mut start| take_object(&mut start, "toolUse"));
        if let Some(mut call) = call {
            let name = take_text(&mut call, "name").unwrap_or_default();
            let id = take_text(&mut call, "toolUseId");
            let index = self.calls;
            self.calls += 1;
            let id = id.unwrap_or_else(|| format!("call_{index}"));
            pieces.call(index, id, name, String::new());
            self.blocks[place] = Block::Tool {
                place: index,
                has_input: false,
            };
        }
        Ok(())
    }

    fn delta(&mut self, mut members: Map<String, Value>, pieces: &mut Pieces) -> Result<(), Fault> {
        let place = self.place(&members)?;
        let block = &mut self.blocks[place];
        let Some(mut delta) = take_object(&mut members, "delta") else {
            return Ok(());
        };
        if let Some(text) = take_text(&mut delta, "text") {
            pieces.text(text);
        } else if let Some(mut call) = take_object(&mut delta, "toolUse") {
            let more = input(call.remove("input"));
            if let Block::Tool { place, has_input } = block
                && !more.is_empty()
            {
                *has_input = true;
                pieces.call(*place, String::new(), String::new(), more);
            }
        } else if let Some(mut thought) = take_object(&mut delta, "reasoningContent") {
            if !matches!(block, Block::Thought { .. }) {
                *block = Block::Thought {
                    text: String::new(),
                    signature: String::new(),
                    hidden: String::new(),
                };
            }
            if let Block::Thought {
                text,
                signature,
                hidden,
            } = block
            {
                signature.extend(take_text(&mut thought, "signature"));
                hidden.extend(take_text(&mut thought, "redactedContent"));
                if let Some(words) = take_text(&mut thought, "text") {
                    text.push_str(&words);
                    pieces.reasoning(words);
                }
            }
        } else if let Some(citation) = delta.remove("citation").and_then(citation) {
            pieces.citation(citation);
        }
        Ok(())
    }
}

/// A block is over.
fn close(block: Block, pieces: &mut Pieces) {
    match block {
        Block::Tool {
            place,
            has_input: false,
        } => pieces.call(place, String::new(), String::new(), "{}".to_owned()),
        Block::Thought { hidden, .. } if !hidden.is_empty() => {
            let block = json!({"reasoningContent": {"redactedContent": hidden}});
            pieces.replay(ReplayBlock::new(REPLAY, block));
        }
        Block::Thought {
            text, signature, ..
        } if !signature.is_empty() => {
            let said = json!({"text": text, "signature": signature});
            let block = json!({"reasoningContent": {"reasoningText": said}});
            pieces.replay(ReplayBlock::new(REPLAY, block));
        }
        _ => {}
    }
}
