//! What a model thinks before it answers, between tags.
use super::{Outputs, may_become};

/// The tags that models think in, as the reader of whole replies knows them.
use crate::parse::THOUGHTS;

/// Waits for the reply proper.
#[derive(Debug, Default)]
pub(super) struct Thoughts {
    at: usize,
    /// Inside of this tag.
    inside: Option<&'static str>,
}

impl Thoughts {
    /// Where the reply begins, once that is known.
    pub(super) fn grown(&mut self, text: &str, outputs: &Outputs) -> Option<usize> {
        loop {
            if let Some(tag) = self.inside {
                let close = format!("</{tag}>");
                let Some(offset) = text[self.at..].find(&close) else {
                    // the end may hold a beginning of the tag
                    let mut back = text.len().saturating_sub(close.len()).max(self.at);
                    while !text.is_char_boundary(back) {
                        back -= 1;
                    }
                    self.at = back;
                    return None;
                };
                self.at += offset + close.len();
                self.inside = None;
            }
            let rest = text[self.at..].trim_start();
            self.at = text.len() - rest.len();
            if rest.is_empty() {
                return None;
            }
            let tags = || THOUGHTS.iter().filter(|tag| outputs.named(tag).is_none());
            let opened = tags().find(|tag| {
                rest.strip_prefix('<')
                    .and_then(|rest| rest.strip_prefix(**tag))
                    .is_some_and(|rest| rest.starts_with('>'))
            });
            match opened {
                Some(tag) => {
                    self.at += tag.len() + 2;
                    self.inside = Some(tag);
                }
                None if rest.starts_with('<')
                    && tags().any(|tag| may_become(rest, &format!("<{tag}>"))) =>
                {
                    return None;
                }
                None => return Some(self.at),
            }
        }
    }
}
