//! Items of a list that is arriving.
use super::{Nest, Outputs, What};

/// The items of a list, each when it is complete.
#[derive(Debug)]
pub(in crate::stream::scan) struct Items {
    at: usize,
    nest: Nest,
    /// Where the item begins.
    item: Option<usize>,
}

impl Items {
    pub(in crate::stream::scan) const fn new(at: usize) -> Self {
        Items {
            at,
            nest: Nest::new(),
            item: None,
        }
    }
    pub(in crate::stream::scan) fn grown(
        &mut self,
        text: &str,
        to: usize,
        field: usize,
        outputs: &mut Outputs,
    ) {
        let bytes = text.as_bytes();
        outputs.looked_at(to.saturating_sub(self.at));
        while self.at < to {
            let byte = bytes[self.at];
            let outside = self.nest.depth == 1 && !self.nest.string;
            if self.nest.depth == 0 {
                // a list that is written in another way has no items to show
                if byte == b'[' && self.item.is_none() {
                    self.nest.take(byte);
                    self.item = Some(self.at + 1);
                } else if !byte.is_ascii_whitespace() {
                    self.at = usize::MAX;
                    return;
                }
            } else {
                if outside && matches!(byte, b',' | b']') {
                    let start = self.item.replace(self.at + 1).unwrap_or(self.at);
                    if !text[start..self.at].trim().is_empty() {
                        outputs.say(field, What::Item(start, self.at));
                    }
                }
                self.nest.take(byte);
            }
            self.at += 1;
        }
    }
}
