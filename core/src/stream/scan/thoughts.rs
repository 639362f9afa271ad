//! What a model thinks before it answers, between tags.
use super::{Begins, Outputs, begins};

/// The tags that models think in, as the reader of whole replies knows them.
use crate::parse::THOUGHTS;

/// Waits for the reply proper.
#[derive(Debug, Default)]
pub(super) struct Thoughts {
    at: usize,
    /// Up to this tag.
    until: Option<String>,
}

impl Thoughts {
    /// Where the reply begins, once that is known.
    pub(super) fn grown(&mut self, text: &str, outputs: &Outputs) -> Option<usize> {
        loop {
            if let Some(close) = &self.until {
                let Some(offset) = text[self.at..].find(close) else {
                    outputs.looked_at(text.len() - self.at);
                    // the end may hold a beginning of the tag
                    let mut back = text.len().saturating_sub(close.len()).max(self.at);
                    while !text.is_char_boundary(back) {
                        back -= 1;
                    }
                    self.at = back;
                    return None;
                };
                outputs.looked_at(offset + close.len());
                self.at += offset + close.len();
                self.until = None;
            }
            let rest = text[self.at..].trim_start();
            outputs.looked_at(text.len() - rest.len() - self.at);
            self.at = text.len() - rest.len();
            if rest.is_empty() {
                return None;
            }
            if !rest.starts_with('<') {
                return Some(self.at);
            }
            let mut maybe = false;
            for tag in THOUGHTS {
                outputs.looked_at(tag.len());
                match begins(rest, &["<", tag, ">"]) {
                    Begins::No => {}
                    // what is an output is no thought
                    _ if outputs.named(tag).is_some() => {}
                    Begins::Maybe => maybe = true,
                    Begins::Yes => {
                        self.at += tag.len() + 2;
                        self.until = Some(format!("</{tag}>"));
                        break;
                    }
                }
            }
            match (&self.until, maybe) {
                (Some(_), _) => {}
                (None, true) => return None,
                (None, false) => return Some(self.at),
            }
        }
    }
}
