//! One JSON object with the outputs as its members.
mod escape;
mod items;
mod nest;

pub(super) use items::Items;

use super::{Flow, Outputs, What};
use crate::read::Reader;
use escape::{Escape, escape};
use nest::Nest;

#[derive(Debug)]
pub(super) struct Json {
    at: usize,
    state: State,
    /// Something was not as JSON has it.
    surprised: bool,
}

#[derive(Debug)]
enum State {
    /// Before the object, behind a fence maybe.
    Seek,
    /// Before a name, or the end.
    Name,
    /// Inside of a name that began here.
    InName(usize),
    Colon(Member),
    Value(Member),
    Text(Member),
    Raw(Member, Raw),
    /// Behind a value that ended here.
    After(Member, usize),
    Over,
}

/// A member under way: which output it is, where its name and its value begin.
#[derive(Clone, Copy, Debug)]
struct Member {
    field: Option<usize>,
    start: usize,
    value: usize,
}

/// A value that is no string.
#[derive(Debug)]
struct Raw {
    nest: Nest,
    flow: Flow,
    /// Where the next item of a list begins.
    items: Option<usize>,
}

impl Json {
    pub(super) const fn new(start: usize) -> Self {
        Json {
            at: start,
            state: State::Seek,
            surprised: false,
        }
    }
    /// Nothing but a fence may stand behind the object.
    pub(super) fn is_sure(&self, text: &str) -> bool {
        !self.surprised
            && matches!(self.state, State::Over)
            && text[self.at..]
                .chars()
                .all(|c| c.is_whitespace() || c == '`')
    }

    pub(super) fn grown(&mut self, text: &str, outputs: &mut Outputs) {
        let mut from = self.at;
        while self.step(text, outputs) {
            outputs.looked_at(1 + self.at.saturating_sub(from));
            from = self.at;
        }
        outputs.looked_at(1 + self.at.saturating_sub(from));
    }

    /// The next byte that is no blank.
    fn peek(&mut self, text: &str) -> Option<u8> {
        let bytes = text.as_bytes();
        while let Some(byte) = bytes.get(self.at) {
            if !matches!(byte, b' ' | b'\n' | b'\t' | b'\r') {
                return Some(*byte);
            }
            self.at += 1;
        }
        None
    }

    /// Falls silent. Before the first output the object may be another one.
    fn surprise(&mut self, outputs: &Outputs) -> bool {
        if outputs.seen.contains(&true) {
            self.surprised = true;
            self.state = State::Over;
            return false;
        }
        self.state = State::Seek;
        true
    }

    /// Goes on by one state; whether there is more to look at.
    fn step(&mut self, text: &str, outputs: &mut Outputs) -> bool {
        match &mut self.state {
            State::Over => return false,
            State::Seek => {
                let Some(offset) = text[self.at..].find('{') else {
                    self.at = text.len();
                    return false;
                };
                self.at += offset + 1;
                self.state = State::Name;
            }
            State::Name => match self.peek(text) {
                None => return false,
                Some(b'"') => {
                    let start = self.at;
                    self.at += 1;
                    self.state = State::InName(start);
                }
                Some(b'}') => {
                    self.at += 1;
                    self.state = State::Over;
                    if !outputs.seen.contains(&true) {
                        self.state = State::Seek;
                    }
                }
                Some(_) => return self.surprise(outputs),
            },
            State::InName(start) => {
                let start = *start;
                if !end_of_string(text, &mut self.at) {
                    return false;
                }
                let Ok(name) = Reader::new(&text[start..self.at]).string() else {
                    return self.surprise(outputs);
                };
                let field = outputs.named(&name);
                if field.is_some_and(|field| outputs.seen[field]) {
                    // of two the last counts
                    self.surprised = true;
                    self.state = State::Over;
                    return false;
                }
                self.state = State::Colon(Member {
                    field,
                    start,
                    value: 0,
                });
            }
            State::Colon(member) => {
                let member = *member;
                match self.peek(text) {
                    None => return false,
                    Some(b':') => {
                        self.at += 1;
                        self.state = State::Value(member);
                    }
                    Some(_) => return self.surprise(outputs),
                }
            }
            State::Value(member) => {
                let mut member = *member;
                let Some(first) = self.peek(text) else {
                    return false;
                };
                member.value = self.at;
                if let Some(field) = member.field {
                    outputs.start(field);
                }
                if first == b'"' {
                    self.at += 1;
                    self.state = State::Text(member);
                } else {
                    let listed = member.field.is_some_and(|field| outputs.is_list(field));
                    let raw = Raw {
                        nest: Nest::new(),
                        flow: Flow::new(self.at),
                        items: (first == b'[' && listed).then_some(self.at + 1),
                    };
                    self.state = State::Raw(member, raw);
                }
            }
            State::Text(member) => {
                let member = *member;
                return self.text(member, text, outputs);
            }
            State::Raw(member, raw) => {
                let member = *member;
                let (nest, items) = (&mut raw.nest, &mut raw.items);
                let end = nest.value(text, &mut self.at, |at| {
                    if let (Some(field), Some(start)) = (member.field, items.as_mut()) {
                        outputs.item(text, field, start, at);
                    }
                });
                if let Some(field) = member.field {
                    let to = end.unwrap_or(self.at);
                    if let Some(range) = raw.flow.to(text, to) {
                        outputs.say(field, What::Raw(text[range].to_owned()));
                    }
                }
                match end {
                    None => return false,
                    Some(end) => self.state = State::After(member, end),
                }
            }
            State::After(member, end) => {
                let (member, end) = (*member, *end);
                let next = match self.peek(text) {
                    None => return false,
                    Some(b',') => State::Name,
                    Some(b'}') => State::Over,
                    Some(_) => return self.surprise(outputs),
                };
                self.at += 1;
                if let Some(field) = member.field {
                    outputs.say(
                        field,
                        What::Finished((member.start, end), (member.value, end)),
                    );
                } else if matches!(next, State::Over) && !outputs.seen.contains(&true) {
                    // an object of something else
                    self.state = State::Seek;
                    return true;
                }
                self.state = next;
            }
        }
        true
    }

    /// Inside of a string: what can be shown of it.
    fn text(&mut self, member: Member, text: &str, outputs: &mut Outputs) -> bool {
        let mut shown = String::new();
        let bytes = text.as_bytes();
        let mut from = self.at;
        let mut go_on = false;
        loop {
            while !matches!(bytes.get(self.at), None | Some(b'"' | b'\\')) {
                self.at += 1;
            }
            shown.push_str(&text[from..self.at]);
            match bytes.get(self.at) {
                None => break,
                Some(b'"') => {
                    self.at += 1;
                    self.state = State::After(member, self.at);
                    go_on = true;
                    break;
                }
                Some(_) => match escape(&text[self.at..]) {
                    Escape::Unknown => break,
                    Escape::Wrong => {
                        self.surprised = true;
                        self.state = State::Over;
                        break;
                    }
                    Escape::Is(character, length) => {
                        shown.push(character);
                        self.at += length;
                    }
                },
            }
            from = self.at;
        }
        if let Some(field) = member.field
            && !shown.is_empty()
        {
            outputs.say(field, What::Text(shown));
        }
        go_on
    }
}

/// Goes behind the quote that ends a string, if it is there.
fn end_of_string(text: &str, at: &mut usize) -> bool {
    let bytes = text.as_bytes();
    while let Some(byte) = bytes.get(*at) {
        match byte {
            b'"' => {
                *at += 1;
                return true;
            }
            b'\\' if bytes.len() < *at + 2 => return false,
            b'\\' => *at += 2,
            _ => *at += 1,
        }
    }
    false
}
