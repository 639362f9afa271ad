//! Objects and lists, whatever holds them together.
use super::{
    limits::DEEPEST,
    node::{Kind, Member, Node},
    notes::Step,
    reader::{Level, Likely, Place, Reader, closer_of},
    rule::Rule,
    scope::{Names, Want},
    strict,
};
use crate::schema::Schema;
use std::borrow::Cow;

impl<'t, 's> Reader<'t, 's, '_> {
    /// Any value; `None` if there is none here.
    pub(super) fn value(&mut self, place: Place, schema: Option<&'s Schema>) -> Option<Node<'t>> {
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
    fn fenced_value(&self) -> bool {
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
    fn joined(&mut self, mut node: Node<'t>) -> Node<'t> {
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

    fn object_value(&mut self, schema: Option<&'s Schema>) -> Node<'t> {
        let start = self.at;
        self.at += 1;
        let names = self.scope.names(schema);
        let room = self.usual.max(names.expected());
        self.levels.push(Level::new(false, names, Step::NONE));
        let mut members: Vec<Member<'t>> = Vec::with_capacity(room);
        let mut set: Option<Vec<Node<'t>>> = None;
        let open = self.members(start, schema, &mut members, &mut set);
        self.levels.pop();
        self.usual = members.len().min(32);
        let kind = match set {
            Some(items) => Kind::List(items),
            None => Kind::Object(members),
        };
        let mut node = Node::new(kind, start, self.at);
        node.open = open;
        node
    }

    fn level(&mut self) -> Option<&mut Level<'s>> {
        self.levels.last_mut()
    }

    fn ended(&mut self) -> bool {
        if !self.partial {
            self.note(Rule::Truncated, self.at..self.at);
        }
        true
    }

    /// Reads members up to the closing bracket. Whether the text ended before.
    fn members(
        &mut self,
        start: usize,
        schema: Option<&'s Schema>,
        members: &mut Vec<Member<'t>>,
        set: &mut Option<Vec<Node<'t>>>,
    ) -> bool {
        let mut commas = 0;
        loop {
            if let Some(level) = self.level() {
                level.step(Step::NONE);
                level.count = members.len();
            }
            self.blanks();
            let at = self.at;
            let Some(byte) = self.peek() else {
                return self.ended();
            };
            match byte {
                b'}' => {
                    if commas > 0 {
                        self.note(Rule::Comma, at..at + 1);
                    }
                    if set.is_none() && self.goes_on(at) {
                        self.at += 1;
                        self.note(Rule::Extra, at..at + 1);
                        continue;
                    }
                    self.at += 1;
                    return false;
                }
                b']' | b')' => {
                    self.note(Rule::Closer, at..at + 1);
                    // the bracket of a list around: this object lacks its own
                    if byte == b')' || !self.levels.iter().rev().skip(1).any(|level| level.list) {
                        self.at += 1;
                    }
                    return false;
                }
                b',' | b';' => {
                    commas += 1;
                    if commas > 1 || members.is_empty() && set.is_none() {
                        self.note(Rule::Comma, at..at + 1);
                    }
                    self.at += 1;
                    continue;
                }
                b'.' if self.starts(at, "...") => {
                    self.at += 3;
                    self.note(Rule::Ellipsis, at..at + 3);
                    continue;
                }
                b'`' if self.starts(at, "```") => {
                    if !members.is_empty()
                        && !matches!(self.byte(self.space(at + 3)), Some(b'"' | b'}' | b','))
                    {
                        return self.ended();
                    }
                    self.at = at + 3;
                    let word = self.bytes[self.at..]
                        .iter()
                        .take_while(|byte| byte.is_ascii_alphanumeric())
                        .count();
                    self.at += word;
                    self.note(Rule::Fence, at..self.at);
                    continue;
                }
                b'{' => {
                    if members.is_empty() && set.is_none() {
                        // `{{…}}`: the brackets came twice
                        let Some(inner) = self.value(Place::Item, schema) else {
                            continue;
                        };
                        self.note(Rule::Extra, at..at + 1);
                        match inner.kind {
                            Kind::Object(inner) => members.extend(inner),
                            Kind::List(items) => *set = Some(items),
                            _ => {}
                        }
                        continue;
                    }
                    if self.levels.len() > 1 && self.levels[self.levels.len() - 2].list {
                        self.note(Rule::Closer, at..at);
                        return false;
                    }
                    let _ = self.value(Place::Item, None);
                    self.note(Rule::Junk, at..self.at);
                    continue;
                }
                b'[' | b'(' => {
                    // `"a": [1], [2]`: the list goes on
                    let found = self.value(Place::Item, None);
                    if let (
                        Some(Member {
                            value:
                                Node {
                                    kind: Kind::List(items),
                                    ..
                                },
                            ..
                        }),
                        Some(Node {
                            kind: Kind::List(more),
                            ..
                        }),
                    ) = (members.last_mut(), found)
                    {
                        items.extend(more);
                        self.note(Rule::Gathered, at..self.at);
                    } else {
                        self.note(Rule::Junk, at..self.at);
                    }
                    continue;
                }
                b':' | b'=' | b'+' | b'*' | b'!' => {
                    self.at += 1;
                    self.note(Rule::Junk, at..at + 1);
                    continue;
                }
                _ => {}
            }
            if commas == 0 && (!members.is_empty() || set.is_some()) {
                self.note(Rule::Separator, at..at);
            }
            commas = 0;
            let plain = set.is_none()
                && match byte {
                    b'"' | b'\'' | 0xe2 => self.plain_member(members),
                    b'a'..=b'z' | b'A'..=b'Z' => self.bare_member(members).is_some(),
                    _ => false,
                };
            if plain {
                if self.peek() == Some(b',') {
                    self.at += 1;
                    commas = 1;
                }
                continue;
            }
            if let Some(open) = self.member(start, members, set) {
                return open;
            }
            if self.at == at {
                // whatever it is, it is not read twice
                self.at += self.character(at).map_or(1, char::len_utf8);
                self.note(Rule::Junk, at..self.at);
            }
        }
    }

    /// The root is closed, and then more of its members come.
    fn goes_on(&self, at: usize) -> bool {
        if self.levels.len() != 1 {
            return false;
        }
        let comma = self.space(at + 1);
        if self.byte(comma) != Some(b',') {
            return false;
        }
        let next = self.space(comma + 1);
        if !matches!(self.byte(next), Some(b'"' | b'\'')) {
            return false;
        }
        match self.member_at(next) {
            Likely::Known => true,
            Likely::Maybe => self.levels[0].names.open,
            // a colon is missing too
            Likely::No => self.levels[0].names.open && self.two_strings(next),
        }
    }

    fn two_strings(&self, at: usize) -> bool {
        let Some(quote) = self.byte(at) else {
            return false;
        };
        let Some(length) = self.bytes[at + 1..]
            .iter()
            .take(80)
            .position(|byte| *byte == quote)
        else {
            return false;
        };
        let next = self.space(at + length + 2);
        next > at + length + 2 && self.byte(next) == Some(quote)
    }

    /// A member that is as it should be but for its quotes, and whose name the schema has: most are. What
    /// is read here is read in the same way by [`member`](Self::member), where every case is looked at.
    fn plain_member(&mut self, members: &mut Vec<Member<'t>>) -> bool {
        let (start, notes) = (self.at, self.notes.len());
        if self.plain_member_at(members).is_none() {
            self.at = start;
            self.notes.truncate(notes);
            return false;
        }
        true
    }
    fn plain_member_at(&mut self, members: &mut Vec<Member<'t>>) -> Option<()> {
        let start = self.at;
        if self.levels.len() >= DEEPEST {
            return None;
        }
        let name = self.plain_string(Place::Name)?;
        let name_end = self.at;
        let colon = self.space(name_end);
        let value = self.space(colon + 1);
        let byte = self.byte(value)?;
        if self.byte(colon) != Some(b':')
            || !(matches!(byte, b'"' | b'\'' | 0xe2 | b'-' | b'[' | b'{')
                || byte.is_ascii_alphanumeric())
            || self.bytes[name_end..value].contains(&b'\n')
        {
            return None;
        }
        let level = self.levels.last_mut()?;
        let schema = level.names.member_after(level.count, name.text()?)?;
        level.step(Step::name(start, name_end));
        self.at = value;
        let value = match byte {
            b'"' | b'\'' | 0xe2 => Some(self.plain_string(Place::Member)?),
            _ => match self.plain_word(schema, byte) {
                Some(node) => Some(node),
                None => self.value(Place::Member, Some(schema)),
            },
        };
        if let Some(value) = value {
            members.push(Member {
                name: into_text(name),
                value,
            });
        }
        Some(())
    }

    /// The same of a member whose name has no quotes.
    fn bare_member(&mut self, members: &mut Vec<Member<'t>>) -> Option<()> {
        let start = self.at;
        let length = self.bytes[start..]
            .iter()
            .take(80)
            .position(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'_'))?;
        let end = start + length;
        let byte = self.byte(end + 2)?;
        if !self.starts(end, ": ")
            || !(matches!(byte, b'-' | b'[' | b'{') || byte.is_ascii_alphanumeric())
            || self.levels.len() >= DEEPEST
        {
            return None;
        }
        let name = &self.text[start..end];
        let level = self.levels.last_mut()?;
        let schema = level.names.member_after(level.count, name)?;
        level.step(Step::name(start, end));
        self.work.add(length);
        self.note(Rule::BareName, start..end);
        self.at = end + 2;
        let value = match self.plain_word(schema, byte) {
            Some(node) => Some(node),
            None => self.value(Place::Member, Some(schema)),
        };
        if let Some(value) = value {
            members.push(Member {
                name: Cow::Borrowed(name),
                value,
            });
        }
        Some(())
    }

    /// A number, a truth value or null where its schema wants it, and behind it what ends a member: read in
    /// the same way as [`bare`](Self::bare) reads it.
    fn plain_word(&mut self, schema: &Schema, byte: u8) -> Option<Node<'t>> {
        let start = self.at;
        let rest = &self.bytes[start..];
        let (kind, length) = match (byte, schema) {
            (b'-' | b'0'..=b'9', Schema::Integer(_) | Schema::Number(_)) => {
                let length = strict::number(rest)?;
                let digits = &self.text[start..start + length];
                (Kind::Number(Cow::Borrowed(digits)), length)
            }
            (b't', Schema::Boolean) if rest.starts_with(b"true") => (Kind::Bool(true), 4),
            (b'f', Schema::Boolean) if rest.starts_with(b"false") => (Kind::Bool(false), 5),
            (b'n', Schema::Optional(_)) if rest.starts_with(b"null") => (Kind::Null, 4),
            _ => return None,
        };
        let end = start + length;
        let ends = match self.byte(end)? {
            b'}' => true,
            // a comma may be part of a number, and of a text that begins so
            b',' => {
                !matches!(kind, Kind::Null)
                    && matches!(self.byte(end + 1), Some(b' ' | b'\n' | b'"' | b'\'' | b'}'))
            }
            b' ' | b'\n' => self.byte(self.space(end)) == Some(b'}'),
            _ => false,
        };
        if !ends {
            return None;
        }
        self.work.add(length);
        self.at = end;
        Some(Node::new(kind, start, end))
    }

    /// One member, or one item of a set. `Some`: the object ends here, and whether the text does.
    fn member(
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

    fn list_value(&mut self, schema: Option<&'s Schema>) -> Node<'t> {
        let start = self.at;
        self.at += 1;
        self.levels
            .push(Level::new(true, Names::default(), Step::item(0)));
        let mut items = Vec::new();
        let open = self.items(start, self.scope.item(schema), &mut items);
        self.levels.pop();
        if std::mem::take(&mut self.unwrap)
            && items.len() == 1
            && let Some(item) = items.pop()
        {
            return item;
        }
        let mut node = Node::new(Kind::List(items), start, self.at);
        node.open = open;
        node
    }

    /// Reads items up to the closing bracket. Whether the text ended before.
    fn items(&mut self, start: usize, item: Option<&'s Schema>, items: &mut Vec<Node<'t>>) -> bool {
        let mut commas = 0;
        loop {
            if let Some(level) = self.level() {
                level.step(Step::item(items.len()));
                level.count = items.len();
            }
            self.blanks();
            let at = self.at;
            let Some(byte) = self.peek() else {
                return self.ended();
            };
            match byte {
                b']' | b')' => {
                    if commas > 0 {
                        self.note(Rule::Comma, at..at + 1);
                    }
                    if byte == b')' && self.byte(start) == Some(b'[') {
                        self.note(Rule::Closer, at..at + 1);
                    }
                    self.at += 1;
                    return false;
                }
                b'}' => {
                    self.note(Rule::Closer, at..at + 1);
                    if !self.levels.iter().any(|level| !level.list) {
                        // nothing that it could close
                        self.at += 1;
                        continue;
                    }
                    let after = self.space(at + 1);
                    // `[1, 2}, "b": 3`: it stands for the list's own bracket
                    if self.byte(after) == Some(b',')
                        && self.member_at(self.space(after + 1)) != Likely::No
                        && self
                            .name_at(self.space(after + 1))
                            .is_some_and(|ahead| ahead.quoted)
                        && self.levels.iter().filter(|level| !level.list).count() == 1
                    {
                        self.at += 1;
                    }
                    return false;
                }
                b',' | b';' => {
                    commas += 1;
                    if commas > 1 || items.is_empty() {
                        self.note(Rule::Comma, at..at + 1);
                    }
                    self.at += 1;
                    continue;
                }
                b'`' if self.starts(at, "```") && !items.is_empty() => {
                    self.at += 3;
                    continue;
                }
                b'`' if self.starts(at, "```") && self.fenced_value() => {
                    // `[``` {…} ```]`: brackets around a fence
                    self.note(Rule::Wrapper, start..at);
                }
                _ => {}
            }
            if commas == 0 && !items.is_empty() {
                self.note(Rule::Separator, at..at);
            }
            commas = 0;
            if matches!(byte, b'"' | b'\'' | 0xe2)
                && self.levels.len() < DEEPEST
                && let Some(node) = self.plain_string(Place::Item)
            {
                items.push(node);
                continue;
            }
            let quoted = self
                .character(at)
                .is_some_and(|first| closer_of(first).is_some());
            // a name of the object around: the bracket is missing
            if quoted
                && self.levels.len() > 1
                && self.name_at(at).is_some()
                && (self.is_parents(at, item) || self.is_next_of_any(at, items))
            {
                self.note(Rule::Closer, at..at);
                return false;
            }
            let node = self.value(Place::Item, item);
            let after = self.at;
            self.blanks();
            if self.peek() == Some(b':') && node.as_ref().is_some_and(|node| node.text().is_some())
            {
                if let Some(name) = node {
                    items.push(self.loose_member(name, at, item));
                }
                continue;
            }
            self.at = self.at.max(after);
            match node {
                // a quote or a dash, and then nothing
                Some(node)
                    if node.open && node.text() == Some("")
                        || matches!(&node.kind, Kind::Bare(text) if *text == "-") =>
                {
                    self.note(Rule::Junk, at..self.at);
                }
                Some(node) => items.push(node),
                None if self.at == at => {
                    self.at += self.character(at).map_or(1, char::len_utf8);
                    self.note(Rule::Junk, at..self.at);
                }
                None => {}
            }
        }
    }

    fn is_parents(&self, at: usize, item: Option<&'s Schema>) -> bool {
        let Some(ahead) = self.name_at(at) else {
            return false;
        };
        let own = self.scope.names(item);
        let parent = self.levels.iter().rev().find(|level| !level.list);
        (own.open || !own.knows(ahead.name))
            && parent.is_some_and(|parent| !parent.names.open && parent.names.knows(ahead.name))
    }

    /// A name behind items that are no objects, in an object that may have any, and it lacks a bracket.
    fn is_next_of_any(&mut self, at: usize, items: &[Node<'t>]) -> bool {
        let open = self.object().is_some_and(|object| object.names.open);
        open && !items.is_empty()
            && items.iter().all(|item| !item.is_composite())
            && self.name_at(at).is_some_and(|ahead| ahead.quoted)
            && self.unbalanced()
    }

    /// `["a": 1, "b": 2]`: members without the brackets of their object.
    fn loose_member(&mut self, name: Node<'t>, start: usize, item: Option<&'s Schema>) -> Node<'t> {
        self.note(Rule::Closer, start..start);
        let names = self.scope.names(item);
        let step = Step::name(start, self.at);
        self.levels.push(Level::new(false, names, step));
        let mut members = Vec::new();
        let mut name = Some(name);
        while let Some(found) = name.take() {
            self.at += 1;
            let text = into_text(found);
            let schema = self
                .levels
                .last()
                .and_then(|level| level.names.member(&text));
            if let Some(value) = self.value(Place::Item, schema) {
                members.push(Member { name: text, value });
            }
            self.blanks();
            let comma = self.at;
            let next = if self.peek() == Some(b',') {
                self.space(comma + 1)
            } else {
                comma
            };
            if matches!(self.byte(next), Some(b'"' | b'\'')) && self.name_at(next).is_some() {
                self.at = next;
                name = Some(self.string(Place::Name));
                self.blanks();
                if self.peek() != Some(b':') {
                    name = None;
                }
            }
        }
        self.levels.pop();
        Node::new(Kind::Object(members), start, self.at)
    }
}

fn into_text(node: Node<'_>) -> Cow<'_, str> {
    match node.kind {
        Kind::Text(text) | Kind::Bare(text) => text,
        _ => Cow::Borrowed(""),
    }
}

/// Nothing but a quote.
fn quoted_only(text: &str) -> bool {
    text.trim_matches(['"', '\'', '`']).is_empty()
}
