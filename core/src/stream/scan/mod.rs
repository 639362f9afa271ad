//! Where the values of a reply stand while it arrives.
//!
//! A [`Scanner`] is told that the text grew and says what that means for the outputs. It looks at each
//! byte a bounded number of times, however the text is cut. It shows only what cannot be taken back: what
//! may yet become a marker, a tag or an escape is held until more is known. Where a text is not what was
//! asked for it falls silent ([`is_sure`](Scanner::is_sure)), and the reader of whole replies decides at
//! the end; it decides always, so nothing here changes what a reply means.
mod chat;
mod flow;
mod json;
mod thoughts;
mod xml;

#[cfg(test)]
mod tests;

use crate::{
    parse::{Form, is_named, keeps_text},
    schema::{FieldDef, Schema},
};
use flow::Flow;
use std::cell::Cell;
use thoughts::Thoughts;

/// What growth of a text means for one output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) field: usize,
    pub(super) what: What,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    Started,
    /// More of a text, without escapes.
    Text(String),
    /// More of another value, as it stands there.
    Raw(String),
    /// A whole item of a list.
    Item(usize, usize),
    /// The value ended. First where it stands with its marker, then without.
    Finished((usize, usize), (usize, usize)),
}

/// The outputs, as far as scanning needs to know them, and which have been seen.
#[derive(Debug)]
struct Outputs {
    fields: Vec<FieldDef>,
    seen: Vec<bool>,
    steps: Vec<Step>,
    /// How many bytes were looked at, each time counted.
    work: Cell<usize>,
}

impl Outputs {
    /// The output that a name means, of those that have not been seen.
    fn fresh(&self, name: &str) -> Option<usize> {
        self.named(name).filter(|index| !self.seen[*index])
    }
    /// Counts. What is added here must stay below a constant times the length of the text, however it is
    /// cut (`tests.rs`).
    fn looked_at(&self, bytes: usize) {
        self.work.set(self.work.get().saturating_add(bytes));
    }
    /// The output that a name means.
    fn named(&self, name: &str) -> Option<usize> {
        self.looked_at(name.len());
        let very = |field: &FieldDef| field.name.get() == name;
        let named = |field: &FieldDef| is_named(field, name);
        let exact = self.fields.iter().position(very);
        exact.or_else(|| self.fields.iter().position(named))
    }
    fn start(&mut self, field: usize) {
        self.seen[field] = true;
        self.say(field, What::Started);
    }
    fn say(&mut self, field: usize, what: What) {
        self.steps.push(Step { field, what });
    }
    /// An item ends, and the next one begins behind it.
    fn item(&mut self, text: &str, field: usize, start: &mut usize, end: usize) {
        let from = std::mem::replace(start, end + 1);
        if !text[from..end].trim().is_empty() {
            self.say(field, What::Item(from, end));
        }
    }
    /// Whether a section with this output is text, whatever stands there.
    fn is_text(&self, field: usize) -> bool {
        keeps_text(self.fields[field].schema.get())
    }
    /// Whether items of this output can be seen one by one.
    fn is_list(&self, field: usize) -> bool {
        matches!(
            self.fields[field].schema.get().shape(),
            Schema::List(_) | Schema::Set(_) | Schema::Any
        )
    }
    fn longest_name(&self) -> usize {
        let names = self.fields.iter().map(|field| field.name.get().len());
        names.max().unwrap_or(0)
    }
}

/// Says what the growth of a reply means for its outputs.
#[derive(Debug)]
pub(super) struct Scanner {
    outputs: Outputs,
    state: State,
    form: Form,
    /// No object is read where sections were asked for.
    strict: bool,
}

#[derive(Debug)]
enum State {
    /// Before the reply proper: what a model thinks first may stand here.
    Before(Thoughts),
    Chat(chat::Chat),
    Json(json::Json),
    Xml(xml::Xml),
}

impl Scanner {
    pub(super) fn new(fields: Vec<FieldDef>, form: Form, strict: bool) -> Self {
        Scanner {
            outputs: Outputs {
                seen: vec![false; fields.len()],
                fields,
                steps: Vec::new(),
                work: Cell::new(0),
            },
            state: State::Before(Thoughts::default()),
            form,
            strict,
        }
    }

    /// The text has grown: what that means, in order, into `steps`, which are empty and keep their room.
    pub(super) fn grown(&mut self, text: &str, steps: &mut Vec<Step>) {
        self.look(text);
        std::mem::swap(&mut self.outputs.steps, steps);
    }

    /// The text is complete: what that means.
    pub(super) fn ended(&mut self, text: &str, steps: &mut Vec<Step>) {
        self.look(text);
        if let State::Chat(chat) = &mut self.state {
            chat.ended(text, &mut self.outputs);
        }
        std::mem::swap(&mut self.outputs.steps, steps);
    }

    fn look(&mut self, text: &str) {
        loop {
            match &mut self.state {
                State::Before(thoughts) => {
                    let Some(start) = thoughts.grown(text, &self.outputs) else {
                        return;
                    };
                    self.state = self.begin(text, start);
                }
                State::Chat(chat) => return chat.grown(text, &mut self.outputs),
                State::Json(json) => return json.grown(text, &mut self.outputs),
                State::Xml(xml) => return xml.grown(text, &mut self.outputs),
            }
        }
    }

    /// How many bytes were looked at, each time counted.
    #[cfg(test)]
    pub(super) fn work(&self) -> usize {
        self.outputs.work.get()
    }

    /// Whether all of the text so far was what was asked for.
    pub(super) fn is_sure(&self, text: &str) -> bool {
        match &self.state {
            State::Before(_) => false,
            State::Chat(chat) => chat.is_sure(),
            State::Json(json) => json.is_sure(text),
            State::Xml(xml) => xml.is_sure(),
        }
    }

    pub(super) fn has_seen(&self, field: usize) -> bool {
        self.outputs.seen[field]
    }
    /// Whether values stand in sections, where text has no quotes.
    pub(super) const fn in_sections(&self) -> bool {
        matches!(self.state, State::Chat(_))
    }
    /// Whether values are members of an object.
    pub(super) const fn in_object(&self) -> bool {
        matches!(self.state, State::Json(_))
    }

    /// The state that the first byte of a reply asks for.
    fn begin(&self, text: &str, start: usize) -> State {
        let first = text.as_bytes().get(start);
        match self.form {
            // an object where sections were asked for says as much
            Form::Chat if !self.strict && matches!(first, Some(b'{' | b'`')) => {
                State::Json(json::Json::new(start))
            }
            Form::Chat => State::Chat(chat::Chat::new(start)),
            Form::Json => State::Json(json::Json::new(start)),
            Form::Xml => State::Xml(xml::Xml::new(start)),
        }
    }
}

/// Whether `text` may become one that begins with `whole`.
fn may_become(text: &str, whole: &str) -> bool {
    text.len() < whole.len() && whole.starts_with(text)
}

/// Whether a text begins with words one behind another.
enum Begins {
    Yes,
    /// It ends before that is known.
    Maybe,
    No,
}

fn begins(mut text: &str, words: &[&str]) -> Begins {
    for word in words {
        match text.strip_prefix(word) {
            Some(rest) => text = rest,
            None if may_become(text, word) => return Begins::Maybe,
            None => return Begins::No,
        }
    }
    Begins::Yes
}
