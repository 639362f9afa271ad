//! Values between tags.
use super::{Begins, Flow, Outputs, What, begins};
use crate::parse::without_escapes;

/// An escape is no longer than this.
const LONGEST_ESCAPE: usize = 12;

#[derive(Debug)]
pub(super) struct Xml {
    at: usize,
    open: Option<Open>,
    sure: bool,
}

/// An element that has not ended.
#[derive(Debug)]
struct Open {
    field: usize,
    /// Where its tag begins.
    start: usize,
    from: usize,
    flow: Flow,
}

impl Xml {
    pub(super) const fn new(start: usize) -> Self {
        Xml {
            at: start,
            open: None,
            sure: true,
        }
    }
    pub(super) const fn is_sure(&self) -> bool {
        self.sure && self.open.is_none()
    }

    pub(super) fn grown(&mut self, text: &str, outputs: &mut Outputs) {
        while self.sure {
            let mut rest = text.as_bytes()[self.at..].iter();
            let Some(offset) = rest.position(|byte| *byte == b'<') else {
                outputs.looked_at(text.len() - self.at);
                self.at = text.len();
                break;
            };
            outputs.looked_at(offset + 1);
            self.at += offset;
            let rest = &text[self.at..];
            let known = match &self.open {
                None => self.begin(rest, outputs),
                Some(_) => self.end(text, outputs),
            };
            if !known {
                break;
            }
        }
        if self.sure {
            self.show(text, self.at, outputs);
        }
    }

    /// An opening tag; `false` if more must come first.
    fn begin(&mut self, rest: &str, outputs: &mut Outputs) -> bool {
        let mut unknown = false;
        let mut found = None;
        for (index, field) in outputs.fields.iter().enumerate() {
            let name = field.name.get();
            match begins(rest, &["<", name, ">"]) {
                Begins::No => outputs.looked_at(1),
                Begins::Maybe => unknown = true,
                Begins::Yes => found = Some((index, name.len() + 2)),
            }
        }
        outputs.looked_at(outputs.longest_name());
        match found {
            Some((field, _)) if outputs.seen[field] => {
                // the first counts; what stands in this one is not for the others
                self.sure = false;
            }
            Some((field, length)) => {
                let start = self.at;
                self.at += length;
                outputs.start(field);
                self.open = Some(Open {
                    field,
                    start,
                    from: self.at,
                    flow: Flow::new(self.at),
                });
            }
            None if unknown => return false,
            None => self.at += 1,
        }
        true
    }

    /// A tag inside of an element; `false` if more must come first.
    fn end(&mut self, text: &str, outputs: &mut Outputs) -> bool {
        let Some(open) = &self.open else { return true };
        let (field, start, from) = (open.field, open.start, open.from);
        let rest = &text[self.at..];
        let name = outputs.fields[field].name.get();
        outputs.looked_at(outputs.longest_name() + outputs.fields.len());
        let mut unknown = false;
        match begins(rest, &["</", name, ">"]) {
            Begins::Yes => {
                let end = self.at;
                self.at += name.len() + 3;
                self.show(text, end, outputs);
                self.open = None;
                outputs.say(field, What::Finished((start, self.at), (from, end)));
                return true;
            }
            Begins::Maybe => unknown = true,
            Begins::No => {}
        }
        // what may hide a tag, or be one of the same name or of another output
        let names = outputs.fields.iter().map(|field| ["<", field.name.get()]);
        let mut hidden = false;
        for words in names.chain([["<!", "[CDATA["], ["<!", "--"]]) {
            match begins(rest, &words) {
                Begins::Yes => hidden = true,
                Begins::Maybe => unknown = true,
                Begins::No => {}
            }
        }
        if unknown {
            return false;
        }
        if hidden {
            self.show(text, self.at, outputs);
            self.sure = false;
        } else {
            self.at += 1;
        }
        true
    }

    /// Shows the open element up to `to`.
    fn show(&mut self, text: &str, to: usize, outputs: &mut Outputs) {
        let Some(open) = &mut self.open else { return };
        // an escape is shown whole
        let mut to = to;
        let mut low = to.saturating_sub(LONGEST_ESCAPE).max(open.flow.looked);
        while !text.is_char_boundary(low) {
            low -= 1;
        }
        if let Some(and) = text.get(low..to).and_then(|tail| tail.rfind('&'))
            && to == text.len()
            && !text[low + and..to].contains(';')
        {
            to = low + and;
        }
        outputs.looked_at(LONGEST_ESCAPE + to.saturating_sub(open.flow.looked));
        let Some(range) = open.flow.to(text, to) else {
            return;
        };
        let what = if outputs.is_text(open.field) {
            What::Text(without_escapes(&text[range]).into_owned())
        } else {
            What::Raw(text[range].to_owned())
        };
        outputs.say(open.field, what);
    }
}
