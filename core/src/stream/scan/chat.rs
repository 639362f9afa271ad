//! Sections between `[[ ## name ## ]]` markers.
use super::{Flow, Outputs, What, json::Items, may_become};
use crate::{
    adapter::framing,
    parse::{chat_lines, is_line_end, is_same_name, without_cut_marker},
};

/// A marker that is not one in the strict sense, and longer than this, is text.
const LONGEST_SLOPPY: usize = 130;

#[derive(Debug)]
pub(super) struct Chat {
    /// Looked at for markers up to here.
    at: usize,
    /// How far the name of a marker at `at` was looked at.
    probe: usize,
    open: Option<Open>,
    sure: bool,
}

/// A section that has not ended.
#[derive(Debug)]
struct Open {
    field: usize,
    /// Where its marker begins.
    start: usize,
    from: usize,
    flow: Flow,
    items: Option<Items>,
    /// What looks like a marker stands in the middle of a line: text, or the end of this section. Nothing
    /// is shown until that is known.
    doubt: Option<Doubt>,
}

#[derive(Clone, Copy, Debug)]
enum Doubt {
    Field(usize),
    Completed,
}

/// What stands at two brackets.
enum Found {
    /// More must come first.
    Unknown,
    /// A marker of its own line, up to here. Its name.
    Marker(usize, std::ops::Range<usize>),
    /// Something like a marker.
    Sloppy(usize, Doubt),
    Text,
}

impl Chat {
    pub(super) const fn new(start: usize) -> Self {
        Chat {
            at: start,
            probe: 0,
            open: None,
            sure: true,
        }
    }
    pub(super) const fn is_sure(&self) -> bool {
        self.sure
    }

    pub(super) fn grown(&mut self, text: &str, outputs: &mut Outputs) {
        while self.sure {
            // pieces are short: a search that prepares itself costs more than it saves
            let mut rest = text.as_bytes()[self.at..].iter();
            let Some(offset) = rest.position(|byte| *byte == b'[') else {
                outputs.looked_at(text.len() - self.at);
                self.at = text.len();
                break;
            };
            outputs.looked_at(offset + 1);
            self.at += offset;
            match self.look(text, outputs) {
                Found::Unknown => break,
                Found::Text => self.at += 1,
                Found::Sloppy(end, doubt) => {
                    self.show(text, self.at, outputs);
                    match &mut self.open {
                        Some(open) => {
                            open.doubt.get_or_insert(doubt);
                        }
                        // before the first marker anything may stand, but the first output
                        None => self.sure = matches!(doubt, Doubt::Completed),
                    }
                    self.at = end;
                }
                Found::Marker(end, name) => {
                    let start = self.at;
                    self.at = end;
                    self.probe = 0;
                    let field = outputs.fresh(&text[name]);
                    self.close(text, start, field, outputs);
                    if !self.sure {
                        return;
                    }
                    if let Some(field) = field {
                        outputs.start(field);
                        self.open = Some(Open {
                            field,
                            start,
                            from: end,
                            flow: Flow::new(end),
                            items: outputs.is_list(field).then(|| Items::new(end)),
                            doubt: None,
                        });
                    }
                }
            }
        }
        if self.sure {
            self.show(text, self.at, outputs);
        }
    }

    /// The text is complete: so is its last section.
    pub(super) fn ended(&mut self, text: &str, outputs: &mut Outputs) {
        let Some(open) = &self.open else { return };
        if open.doubt.is_some() || !self.sure {
            self.sure = false;
            return;
        }
        outputs.looked_at(text.len() - open.from);
        let end = open.from + without_cut_marker(&text[open.from..]);
        self.close(text, end, None, outputs);
    }

    /// What stands at a bracket. The rules for markers are those of the reader of whole replies.
    fn look(&mut self, text: &str, outputs: &Outputs) -> Found {
        let rest = &text[self.at..];
        if let Some(inner) = rest.strip_prefix(framing::OPEN) {
            let begin = self.at + framing::OPEN.len();
            // a long name is not looked at from its beginning each time
            let from = self.probe.max(begin);
            let word = |c: char| c.is_alphanumeric() || c == '_';
            let Some(offset) = text[from..].find(|c| !word(c)) else {
                outputs.looked_at(text.len() - from);
                self.probe = text.len();
                return Found::Unknown;
            };
            outputs.looked_at(offset + framing::CLOSE.len());
            let stop = from + offset;
            let after = &text[stop..];
            self.probe = stop;
            if may_become(after, framing::CLOSE) {
                return Found::Unknown;
            }
            if stop > begin && after.starts_with(framing::CLOSE) {
                let end = stop + framing::CLOSE.len();
                let before = text[..self.at].trim_end_matches([' ', '\t']);
                outputs.looked_at(self.at - before.len());
                if before.is_empty() || before.ends_with(is_line_end) {
                    return Found::Marker(end, begin..stop);
                }
                self.probe = 0;
                let name = &inner[..stop - begin];
                return doubt(name, outputs).map_or(Found::Text, |doubt| Found::Sloppy(end, doubt));
            }
            self.probe = 0;
        } else if may_become(rest, framing::OPEN) {
            return Found::Unknown;
        }
        self.sloppy(rest, outputs)
    }

    /// Something like a marker: signs may be missing.
    fn sloppy(&self, rest: &str, outputs: &Outputs) -> Found {
        if may_become(rest, "[[") {
            return Found::Unknown;
        }
        let Some(inner) = rest.strip_prefix("[[") else {
            return Found::Text;
        };
        let signs = |text: &str, signs: &[char]| {
            let long = text.chars().take(8).take_while(|c| signs.contains(c));
            long.count()
        };
        let start = signs(inner, &[' ', '#', '\t']);
        let name = &inner[start..];
        let long = name.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-')));
        let unknown = |more: &str| more.is_empty() && rest.len() < LONGEST_SLOPPY;
        outputs.looked_at(start + long.unwrap_or(name.len()) + 8);
        let Some(long) = long else {
            return if unknown("") {
                Found::Unknown
            } else {
                Found::Text
            };
        };
        let name = &name[..long];
        let after = &inner[start + long..];
        let after = &after[signs(after, &[' ', '#', '\t', ':'])..];
        let doubt = doubt(name, outputs);
        match (after.chars().next(), doubt) {
            (_, None) => Found::Text,
            (None, Some(_)) if unknown(after) => Found::Unknown,
            (Some(']'), Some(doubt)) => {
                let end = self.at + rest.len() - after.len() + 1;
                Found::Sloppy(end, doubt)
            }
            _ => Found::Text,
        }
    }

    /// Shows the open section up to `to`.
    fn show(&mut self, text: &str, to: usize, outputs: &mut Outputs) {
        let Some(open) = &mut self.open else { return };
        if open.doubt.is_some() {
            return;
        }
        outputs.looked_at(to.saturating_sub(open.flow.looked));
        let Some(range) = open.flow.to(text, to) else {
            return;
        };
        if outputs.is_text(open.field) {
            // no line end is cut in two: the shown part ends behind a character that is no blank
            let shown = chat_lines(&text[range]).into_owned();
            outputs.say(open.field, What::Text(shown));
            return;
        }
        let end = range.end;
        outputs.say(open.field, What::Raw(text[range].to_owned()));
        if let Some(items) = &mut open.items {
            items.grown(text, end, open.field, outputs);
        }
    }

    /// Ends the open section at `end`, where that of `next` begins.
    fn close(&mut self, text: &str, end: usize, next: Option<usize>, outputs: &mut Outputs) {
        if let Some(Open {
            doubt: Some(Doubt::Field(doubted)),
            ..
        }) = self.open
            && next != Some(doubted)
        {
            // the doubtful marker may be the only one of its output: the section may have ended there
            self.sure = false;
            return;
        }
        if let Some(open) = &mut self.open {
            open.doubt = None;
        }
        self.show(text, end, outputs);
        if let Some(open) = self.open.take() {
            outputs.say(
                open.field,
                What::Finished((open.start, end), (open.from, end)),
            );
        }
    }
}

/// The output that a sloppy marker would begin, or the end.
fn doubt(name: &str, outputs: &Outputs) -> Option<Doubt> {
    if name.is_empty() || name.len() > LONGEST_SLOPPY + outputs.longest_name() {
        return None;
    }
    if let Some(field) = outputs.fresh(name) {
        return Some(Doubt::Field(field));
    }
    is_same_name(name, framing::COMPLETED).then_some(Doubt::Completed)
}
