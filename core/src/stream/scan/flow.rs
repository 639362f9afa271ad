//! A value whose blanks at both ends do not count, as it flows in.
use std::ops::Range;

/// How far a value was looked at, and how far it was shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Flow {
    /// Up to here it was looked at.
    pub(super) looked: usize,
    /// Up to here it was shown; blanks before the first character count as shown.
    shown: usize,
    /// Behind the last character that is not blank.
    solid: usize,
    begun: bool,
}

impl Flow {
    pub(super) const fn new(from: usize) -> Self {
        Flow {
            looked: from,
            shown: from,
            solid: from,
            begun: false,
        }
    }
    /// What can be shown now that the value is known to go on to `to`. Blanks at the end wait for what
    /// follows them.
    pub(super) fn to(&mut self, text: &str, to: usize) -> Option<Range<usize>> {
        if to <= self.looked {
            return None;
        }
        let new = &text[self.looked..to];
        // most pieces end in a letter
        let kept = match new.as_bytes() {
            [.., last] if last.is_ascii_graphic() => new.len(),
            _ => new.trim_end_matches(blank).len(),
        };
        if kept > 0 {
            if !self.begun {
                self.begun = true;
                self.shown = to - new.trim_start_matches(blank).len();
            }
            self.solid = self.looked + kept;
        }
        self.looked = to;
        (self.begun && self.solid > self.shown).then(|| {
            let range = self.shown..self.solid;
            self.shown = self.solid;
            range
        })
    }
}

fn blank(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{1c}'..='\u{1f}' | '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}')
}
