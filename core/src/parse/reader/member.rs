//! Members: names, what stands between name and value, and values.
use crate::{
    parse::{
        limits::DEEPEST,
        node::{Kind, Member, Node},
        notes::Step,
        reader::{Place, Reader, ahead::Likely, closer_of},
        rule::Rule,
        scope::Want,
    },
    schema::Schema,
};
use std::borrow::Cow;

impl<'t, 's> Reader<'t, 's, '_> {
    /// One member, or one item of a set. `Some`: the object ends here, and whether the text does.
    pub(super) fn member(
        &mut self,
        start: usize,
        members: &mut Vec<Member<'t>>,
        set: &mut Option<Vec<Node<'t>>>,
    ) -> Option<bool> {
        let at = self.at;
        let quoted = self
            .character(at)
            .is_some_and(|first| closer_of(first).is_some());
        let name = if quoted {
            self.string(Place::Name)
        } else {
            self.bare_name()
        };
        let (name_end, name_open) = (self.at, name.open);
        self.blanks();
        let next = self.peek();
        let text = name.text().unwrap_or_default();
        let (open, schema, known) = self.levels.last().map_or((true, None, false), |level| {
            let schema = level.names.member_after(level.count, text);
            (
                level.names.open,
                schema,
                schema.is_some() || level.names.knows(text),
            )
        });
        if next == Some(b':') && !open && !known && self.belongs_to_parent(text) {
            self.at = at;
            self.note(Rule::Closer, at..at);
            return Some(false);
        }
        match next {
            None => {
                if set.is_none()
                    && !self.partial
                    && !text.is_empty()
                    && (name_open || quoted && !quoted_only(&self.text[at..name_end]))
                    && open
                {
                    let name = into_text(name);
                    members.push(Member {
                        name,
                        value: Node::new(Kind::Nothing, self.at, self.at),
                    });
                }
                return Some(self.ended());
            }
            // `{"a", "b"}`: a set
            Some(b',' | b'}') if set.is_some() || members.is_empty() && !text.is_empty() => {
                let item = if quoted {
                    name
                } else {
                    self.set_item(name, at, name_end)
                };
                set.get_or_insert_default().push(item);
                return None;
            }
            Some(b',' | b'}' | b']') => {
                self.note(Rule::NoValue, at..name_end);
                return None;
            }
            _ => {}
        }
        if let Some(level) = self.levels.last_mut() {
            level.step(Step::name(at, name_end));
        }
        if !quoted {
            self.note(Rule::BareName, at..name_end);
        }
        if next == Some(b':') {
            self.at += 1;
            if matches!(self.peek(), Some(b'=' | b':')) {
                self.at += 1;
            }
        } else if next == Some(b'=') || self.starts(self.at, "->") {
            self.at += 1;
            if self.peek() == Some(b'>') {
                self.at += 1;
            }
        } else {
            // words before a name are no name
            let ahead = self.name_at(self.at);
            if ahead.as_ref().is_some_and(|ahead| ahead.quoted) && (!quoted || text.is_empty()) {
                self.note(Rule::Junk, at..name_end);
                return None;
            }
            if !quoted && matches!(next, Some(b'{' | b'[')) && !known {
                // prose, and then the value
                self.note(Rule::Junk, at..name_end);
                return None;
            }
            self.note(Rule::Separator, name_end..self.at);
        }
        self.blanks();
        let value = match self.peek() {
            None | Some(b',' | b'}') => {
                self.note(Rule::NoValue, at..self.at);
                // where text must come, it is the empty one
                let empty = !self.partial
                    && schema
                        .is_some_and(|schema| matches!(self.scope.shape(schema), Schema::Text));
                let kind = if empty {
                    Kind::Text(Cow::Borrowed(""))
                } else {
                    Kind::Nothing
                };
                let mut node = Node::new(kind, self.at, self.at);
                node.open = self.peek().is_none();
                Some(node)
            }
            Some(b']') => Some(Node::new(Kind::Nothing, self.at, self.at)),
            Some(b'"') if self.value_is_missing(start) => {
                self.note(Rule::NoValue, at..self.at);
                Some(Node::new(Kind::Nothing, self.at, self.at))
            }
            Some(byte) => {
                let word = match schema {
                    Some(schema) if self.levels.len() < DEEPEST => self.plain_word(schema, byte),
                    _ => None,
                };
                match word {
                    Some(node) => Some(node),
                    None => self.value(Place::Member, schema),
                }
            }
        };
        if let Some(value) = value {
            members.push(Member {
                name: into_text(name),
                value,
            });
        }
        None
    }

    /// `"a": "b": 1`: what stands for a value is the next name.
    fn value_is_missing(&self, _start: usize) -> bool {
        self.member_at(self.at) == Likely::Known
            && self.name_at(self.at).is_some_and(|ahead| {
                let line = self.text[..self.at]
                    .rfind(|c: char| !c.is_whitespace())
                    .map_or(0, |at| at + 1);
                ahead.quoted && self.bytes[line..self.at].contains(&b'\n')
            })
    }

    fn set_item(&mut self, name: Node<'t>, at: usize, end: usize) -> Node<'t> {
        let _ = name;
        let text = self.text[at..end].trim();
        let kind = self.word(text, Want::Any, false);
        Node::new(kind, at, end)
    }

    /// A name without quotes.
    fn bare_name(&mut self) -> Node<'t> {
        let start = self.at;
        let rest = &self.text[start..];
        let mut end = rest.len().min(4 * 1024);
        while !rest.is_char_boundary(end) {
            end -= 1;
        }
        let stop = rest[..end]
            .bytes()
            .position(|byte| !byte.is_ascii_alphanumeric() && byte != b'_')
            .unwrap_or(end);
        // signs are rare in names
        let stop = stop
            + rest[stop..end]
                .find([':', ',', '}', '{', '[', ']', '"', '\'', '\n', '=', '“'])
                .unwrap_or(end - stop);
        self.work.add(stop);
        let text = rest[..stop].trim_end();
        self.at = start + stop;
        // `name": `: its first quote is missing. `it's "x"`: a word with an apostrophe
        if matches!(self.peek(), Some(b'"' | b'\'')) {
            let after = self.space(self.at + 1);
            if self.byte(after) == Some(b':') {
                self.at += 1;
            }
        }
        let mut node = Node::new(Kind::Bare(Cow::Borrowed(text)), start, start + text.len());
        node.open = self.at >= self.bytes.len();
        node
    }

    /// A name that this object does not have and one around it has, and it lacks a bracket before it.
    fn belongs_to_parent(&mut self, name: &str) -> bool {
        let parents = self.levels.len().saturating_sub(1);
        let known = self.levels[..parents]
            .iter()
            .rev()
            .find(|level| !level.list)
            .is_some_and(|level| !level.names.open && level.names.knows(name));
        known && self.unbalanced()
    }
}

pub(super) fn into_text(node: Node<'_>) -> Cow<'_, str> {
    match node.kind {
        Kind::Text(text) | Kind::Bare(text) => text,
        _ => Cow::Borrowed(""),
    }
}

/// Nothing but a quote.
fn quoted_only(text: &str) -> bool {
    text.trim_matches(['"', '\'', '`']).is_empty()
}
