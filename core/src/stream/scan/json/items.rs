//! Items of a list that is arriving.
use super::{Nest, Outputs};

/// The items of a list in a section, each when it is complete.
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
        outputs.looked_at(to.saturating_sub(self.at));
        if self.item.is_none() {
            let blanks = |byte: &&u8| byte.is_ascii_whitespace();
            let rest = text.as_bytes().get(self.at..to).unwrap_or_default();
            self.at = self
                .at
                .saturating_add(rest.iter().take_while(blanks).count());
            match text.as_bytes().get(self.at) {
                Some(b'[') if self.at < to => self.item = Some(self.at + 1),
                // a list that is written in another way has no items to show
                Some(_) if self.at < to => self.at = usize::MAX,
                _ => return,
            }
        }
        if self.at >= to {
            return;
        }
        let mut start = self.item.unwrap_or(self.at);
        let end = self.nest.value(&text[..to], &mut self.at, |at| {
            outputs.item(text, field, &mut start, at);
        });
        self.item = Some(start);
        if end.is_some() {
            self.at = usize::MAX;
        }
    }
}
