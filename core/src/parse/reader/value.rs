//! Any value: what its first character says it is, and what may be wrapped around it.
use crate::{
    parse::{
        limits::DEEPEST,
        node::{Kind, Node},
        reader::{Place, Reader, closer_of},
        rule::Rule,
        scope::Want,
    },
    schema::Schema,
};
use std::borrow::Cow;

impl<'t, 's> Reader<'t, 's, '_> {
    /// Any value; `None` if there is none here.
    pub(in crate::parse) fn value(
        &mut self,
        place: Place,
        schema: Option<&'s Schema>,
    ) -> Option<Node<'t>> {
        self.blanks();
        if self.levels.len() >= DEEPEST {
            // what is deeper is not looked at
            let start = self.at;
            self.at = self.bytes.len();
            self.note(Rule::Truncated, start..self.at);
            return None;
        }
        let start = self.at;
        let byte = self.peek()?;
        match byte {
            b'{' => Some(self.object_value(schema)),
            b'[' => Some(self.list_value(schema)),
            b'(' if place != Place::Top || !self.phone() => Some(self.tuple(place, schema)),
            b'`' if self.starts(start, "```") && place == Place::Item && self.fenced_value() => {
                // a fence around the value, and brackets around the fence
                self.unwrap = true;
                self.at = self.line_end(start);
                self.note(Rule::Fence, start..self.at);
                let node = self.value(place, schema);
                self.blanks();
                while self.peek() == Some(b'`') {
                    self.at += 1;
                }
                node
            }
            b'`' if self.starts(start, "```") && !self.starts(start, "````") => {
                Some(self.string(place))
            }
            b'`' if self.starts(start, "````") => {
                while self.peek() == Some(b'`') {
                    self.at += 1;
                }
                self.value(place, schema)
            }
            _ if self
                .character(start)
                .is_some_and(|first| closer_of(first).is_some()) =>
            {
                if self.starts(start, "\\") {
                    self.at += 1;
                }
                let node = self.string(place);
                Some(self.joined(node))
            }
            b'.' if self.starts(start, "...") && place != Place::Member => {
                self.at += 3;
                self.note(Rule::Ellipsis, start..self.at);
                None
            }
            _ => {
                let want = self.scope.want(schema);
                if let Some(node) = self.called(place, schema, want) {
                    return Some(node);
                }
                Some(self.bare(place, want))
            }
        }
    }

    /// After ` ``` ` and a language comes a bracket.
    pub(super) fn fenced_value(&self) -> bool {
        let line = self.line_end(self.at);
        let language = self.text[self.at + 3..line].trim();
        language.len() < 12
            && language.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && matches!(self.byte(self.space(line)), Some(b'{' | b'['))
            && self.levels.len() == 1
            && self.levels[0].count == 0
    }

    /// `(555) 123`: no tuple.
    fn phone(&self) -> bool {
        !matches!(
            self.byte(self.space(self.at + 1)),
            Some(b'"' | b'\'' | b'{' | b'[' | b'0'..=b'9')
        )
    }

    /// `"a" + "b"`.
    pub(super) fn joined(&mut self, mut node: Node<'t>) -> Node<'t> {
        loop {
            let after = self.at;
            self.blanks();
            if self.peek() != Some(b'+') {
                self.at = after;
                return node;
            }
            self.at += 1;
            self.blanks();
            if !matches!(self.peek(), Some(b'"' | b'\'')) {
                if self.peek().is_some() {
                    self.at = after;
                }
                return node;
            }
            let next = self.string(Place::Item);
            self.note(Rule::Joined, node.span().start..self.at);
            if let (Some(one), Some(two)) = (node.text(), next.text()) {
                let both = format!("{one}{two}");
                self.work.add(both.len());
                let start = node.span().start;
                node = Node::new(Kind::Text(Cow::Owned(both)), start, self.at);
                node.open = next.open;
            }
            if self.work.spent() {
                return node;
            }
        }
    }

    /// `ObjectId("1")`, `callback({…})`: the value in a call.
    fn called(&mut self, place: Place, schema: Option<&'s Schema>, want: Want) -> Option<Node<'t>> {
        let start = self.at;
        if want == Want::Text && place != Place::Top {
            return None;
        }
        let name = self.bytes[start..]
            .iter()
            .take(40)
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'))
            .count();
        if name == 0 || !self.bytes[start].is_ascii_alphabetic() {
            return None;
        }
        let open = if place == Place::Top {
            self.space(start + name)
        } else {
            start + name
        };
        if self.byte(open) != Some(b'(') {
            return None;
        }
        let inner = self.space(open + 1);
        let plausible = matches!(
            self.byte(inner),
            Some(b'"' | b'\'' | b'{' | b'[' | b'0'..=b'9' | b'-')
        ) || ["true", "false", "null"]
            .iter()
            .any(|word| self.starts(inner, word));
        if !plausible {
            return None;
        }
        let notes = self.notes.len();
        self.at = inner;
        let node = match self.byte(inner) {
            Some(b'{' | b'[') => self.value(Place::Item, schema),
            Some(b'"' | b'\'') => Some(self.string(Place::Item)),
            _ => {
                let end = self.bytes[inner..]
                    .iter()
                    .take(64)
                    .position(|byte| matches!(byte, b')' | b',' | b'\n'))
                    .map(|end| inner + end);
                end.map(|end| {
                    self.at = end;
                    let text = self.text[inner..end].trim();
                    let kind = self.word(text, Want::Any, false);
                    Node::new(kind, inner, end)
                })
            }
        };
        self.blanks();
        if self.peek() == Some(b')') && node.as_ref().is_some_and(|node| !node.open) {
            self.at += 1;
            let after = self.space(self.at);
            if matches!(
                self.byte(after),
                None | Some(b',' | b'}' | b']' | b';' | b'\n' | b'/')
            ) || self.bytes[self.at..after].contains(&b'\n')
            {
                if self.byte(after) == Some(b';') {
                    self.at = after + 1;
                }
                self.note(Rule::Wrapper, start..self.at);
                return node;
            }
        }
        self.notes.truncate(notes);
        self.at = start;
        None
    }

    /// `(1, 2)` is a list, `(1)` a value in brackets.
    fn tuple(&mut self, place: Place, schema: Option<&'s Schema>) -> Node<'t> {
        let start = self.at;
        let mut node = self.list_value(schema);
        let comma = self.text[start..self.at]
            .trim_end_matches(')')
            .trim_end()
            .ends_with(',');
        if let Kind::List(items) = &mut node.kind
            && items.len() == 1
            && !comma
            && place != Place::Top
            && let Some(item) = items.pop()
        {
            return item;
        }
        node
    }
}
