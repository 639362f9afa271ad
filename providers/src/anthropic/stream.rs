//! A reply in pieces: server-sent events, each with its `type`.
use super::{
    REPLAY,
    reply::{Counts, citation, explanation, finish_reason},
    response::is_signed,
};
use crate::{
    http::{body::gist, said::Said},
    wire::{self, Event, Fault, Pieces, event_object, take_text},
};
use serde_json::{Map, Value, json};
use sigflow_core::{FinishReason, ReplayBlock};

/// Reads the events of one stream.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    /// Blocks under way, by their places.
    blocks: Vec<Block>,
    calls: usize,
    counts: Counts,
}

/// What is known of a block while it arrives.
#[derive(Debug, Default)]
enum Block {
    /// Nothing that must be remembered, or it is over.
    #[default]
    Plain,
    Thinking {
        text: String,
        signature: String,
    },
    /// The call at a place, and the arguments that came with its beginning until others come.
    Tool {
        place: usize,
        input: Option<String>,
    },
    /// What goes back as it came: the block, and pieces of its input.
    Kept {
        block: Value,
        input: String,
    },
}

/// No reply has so many blocks; a number beyond is a server's mistake, and must not cost memory.
const MOST_BLOCKS: usize = 4096;

impl wire::Reader for Reader {
    fn event(&mut self, event: Event<'_>, pieces: &mut Pieces) -> Result<(), Fault> {
        let data = event.data.trim();
        if data.is_empty() {
            return Ok(());
        }
        let mut members = event_object("an event", data)?;
        if let Some(said) = Said::from_members(&members) {
            return Err(Fault::Said(said));
        }
        let kind = take_text(&mut members, "type").unwrap_or_else(|| event.name.to_owned());
        match kind.as_str() {
            "message_start" => self.start(members, pieces),
            "content_block_start" => self.block(members, pieces)?,
            "content_block_delta" => self.delta(members, pieces)?,
            "content_block_stop" => {
                let place = self.place(&members)?;
                close(std::mem::take(&mut self.blocks[place]), pieces);
            }
            "message_delta" => {
                self.counts.take(members.get("usage"));
                self.usage(pieces);
                if let Some(Value::Object(delta)) = members.get("delta") {
                    stops(delta, pieces);
                }
            }
            "message_stop" => {
                if !pieces.has_finished() {
                    let what = "the stream ended without the reason why the model stopped";
                    return Err(Fault::Wrong(what.to_owned()));
                }
                for block in self.blocks.drain(..) {
                    close(block, pieces);
                }
                pieces.done();
            }
            "error" => {
                let message = gist(data, 300);
                return Err(Fault::Said(Said::coded("api_error", message)));
            }
            // `ping`, and what is not known yet
            _ => {}
        }
        Ok(())
    }
}

impl Reader {
    fn start(&mut self, mut members: Map<String, Value>, pieces: &mut Pieces) {
        let Some(Value::Object(mut message)) = members.remove("message") else {
            return;
        };
        let model = take_text(&mut message, "model").unwrap_or_default();
        pieces.head(model, take_text(&mut message, "id"));
        self.counts.take(message.get("usage"));
        self.usage(pieces);
    }

    fn usage(&self, pieces: &mut Pieces) {
        if let Some(usage) = self.counts.usage() {
            pieces.usage(usage);
        }
    }

    /// Where the block of an event stands; there is room for it then.
    fn place(&mut self, members: &Map<String, Value>) -> Result<usize, Fault> {
        let index = members.get("index").and_then(Value::as_u64).unwrap_or(0);
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

    fn block(&mut self, mut members: Map<String, Value>, pieces: &mut Pieces) -> Result<(), Fault> {
        let place = self.place(&members)?;
        let Some(Value::Object(mut block)) = members.remove("content_block") else {
            return Ok(());
        };
        let kind = block.get("type").and_then(Value::as_str).unwrap_or("");
        self.blocks[place] = match kind {
            "text" => {
                pieces.text(take_text(&mut block, "text").unwrap_or_default());
                if let Some(Value::Array(cited)) = block.remove("citations") {
                    for citation in cited.into_iter().filter_map(citation) {
                        pieces.citation(citation);
                    }
                }
                Block::Plain
            }
            "thinking" => {
                let words = take_text(&mut block, "thinking").unwrap_or_default();
                pieces.reasoning(words.clone());
                Block::Thinking {
                    text: words,
                    signature: take_text(&mut block, "signature").unwrap_or_default(),
                }
            }
            "tool_use" => {
                let call = self.calls;
                self.calls += 1;
                let name = take_text(&mut block, "name").unwrap_or_default();
                let id = take_text(&mut block, "id").unwrap_or_else(|| format!("call_{call}"));
                pieces.call(call, id, name, String::new());
                let input = match block.remove("input") {
                    None | Some(Value::Null) => "{}".to_owned(),
                    Some(Value::String(text)) => text,
                    Some(input) => input.to_string(),
                };
                Block::Tool {
                    place: call,
                    input: Some(input),
                }
            }
            "" => Block::Plain,
            _ => Block::Kept {
                block: Value::Object(block),
                input: String::new(),
            },
        };
        Ok(())
    }

    fn delta(&mut self, mut members: Map<String, Value>, pieces: &mut Pieces) -> Result<(), Fault> {
        let place = self.place(&members)?;
        let Some(Value::Object(mut delta)) = members.remove("delta") else {
            return Ok(());
        };
        let block = &mut self.blocks[place];
        match delta.get("type").and_then(Value::as_str).unwrap_or("") {
            "text_delta" => pieces.text(take_text(&mut delta, "text").unwrap_or_default()),
            "thinking_delta" => {
                let words = take_text(&mut delta, "thinking").unwrap_or_default();
                if let Block::Thinking { text, .. } = block {
                    text.push_str(&words);
                }
                pieces.reasoning(words);
            }
            "signature_delta" => {
                if let Block::Thinking { signature, .. } = block {
                    signature.extend(take_text(&mut delta, "signature"));
                }
            }
            "input_json_delta" => {
                let more = take_text(&mut delta, "partial_json").unwrap_or_default();
                match block {
                    Block::Tool { place, input } if !more.is_empty() => {
                        *input = None;
                        pieces.call(*place, String::new(), String::new(), more);
                    }
                    Block::Kept { input, .. } => input.push_str(&more),
                    _ => {}
                }
            }
            "citations_delta" => {
                if let Some(citation) = delta.remove("citation").and_then(citation) {
                    pieces.citation(citation);
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// A block is over.
fn close(block: Block, pieces: &mut Pieces) {
    match block {
        Block::Plain | Block::Tool { input: None, .. } => {}
        Block::Tool {
            place,
            input: Some(input),
        } => pieces.call(place, String::new(), String::new(), input),
        Block::Thinking { text, signature } => {
            let block = json!({"type": "thinking", "thinking": text, "signature": signature});
            if is_signed(&block) {
                pieces.replay(ReplayBlock::new(REPLAY, block));
            }
        }
        Block::Kept { mut block, input } => {
            if let Ok(input @ Value::Object(_)) = serde_json::from_str(&input) {
                block["input"] = input;
            }
            pieces.replay(ReplayBlock::new(REPLAY, block));
        }
    }
}

/// Why the model stopped.
fn stops(delta: &Map<String, Value>, pieces: &mut Pieces) {
    let Some(reason) = finish_reason(delta.get("stop_reason")) else {
        return;
    };
    if reason == FinishReason::ContentFilter
        && let Some(words) = explanation(delta)
    {
        pieces.refusal(&words);
    }
    pieces.finish(reason);
}
