//! Values between tags.
use super::{Flow, Outputs, What, may_become};
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
    name: String,
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
            let Some(offset) = text[self.at..].find('<') else {
                self.at = text.len();
                break;
            };
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
            let tag = format!("<{}>", field.name.get());
            unknown |= may_become(rest, &tag);
            if rest.starts_with(&tag) {
                found = Some((index, tag));
            }
        }
        match found {
            Some((field, _)) if outputs.seen[field] => {
                // the first counts; what stands in this one is not for the others
                self.sure = false;
            }
            Some((field, tag)) => {
                let start = self.at;
                self.at += tag.len();
                outputs.start(field);
                self.open = Some(Open {
                    field,
                    start,
                    from: self.at,
                    flow: Flow::new(self.at),
                    name: tag[1..tag.len() - 1].to_owned(),
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
        let rest = &text[self.at..];
        let close = format!("</{}>", open.name);
        if rest.starts_with(&close) {
            let (field, start, from, end) = (open.field, open.start, open.from, self.at);
            self.at += close.len();
            self.show(text, end, outputs);
            self.open = None;
            outputs.say(field, What::Finished((start, self.at), (from, end)));
            return true;
        }
        // what may hide a tag, or be one of the same name or of another output
        let others = outputs
            .fields
            .iter()
            .map(|field| format!("<{}", field.name.get()));
        let mut hides = others.chain(["<![CDATA[".to_owned(), "<!--".to_owned()]);
        if may_become(rest, &close) || hides.any(|hidden| may_become(rest, &hidden)) {
            return false;
        }
        let others = outputs
            .fields
            .iter()
            .map(|field| format!("<{}", field.name.get()));
        let mut hides = others.chain(["<![CDATA[".to_owned(), "<!--".to_owned()]);
        if hides.any(|hidden| rest.starts_with(&hidden)) {
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
