//! A reply in pieces: a JSON text on each line, the last with `"done": true`.
use super::response::{delta, finish_reason, is_done, usage};
use crate::{
    http::said::Said,
    wire::{self, Event, Fault, Pieces, event_object, take_text},
};

/// Reads the lines of one stream.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    calls: usize,
}

impl wire::Reader for Reader {
    fn event(&mut self, event: Event<'_>, pieces: &mut Pieces) -> Result<(), Fault> {
        let mut members = event_object("a line", event.data)?;
        if let Some(said) = Said::from_members(&members) {
            return Err(Fault::Said(said));
        }
        if !pieces.has_head() {
            pieces.head(take_text(&mut members, "model").unwrap_or_default(), None);
        }
        if let Some(delta) = delta(&mut members, self.calls) {
            pieces.reasoning(delta.reasoning);
            pieces.text(delta.text);
            pieces.logprobs(delta.logprobs);
            for call in delta.calls {
                pieces.call(self.calls, call.id, call.name, call.arguments);
                self.calls += 1;
            }
        }
        if let Some(usage) = usage(&members) {
            pieces.usage(usage);
        }
        if let Some(reason) = finish_reason(&members, self.calls > 0) {
            pieces.finish(reason);
        }
        if is_done(&members) {
            pieces.done();
        }
        Ok(())
    }
}
