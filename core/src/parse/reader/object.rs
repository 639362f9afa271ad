//! Objects, whatever holds their members together.
use crate::{
    parse::{
        node::{Kind, Member, Node},
        notes::Step,
        reader::{Level, Place, Reader, ahead::Likely},
        rule::Rule,
    },
    schema::Schema,
};

impl<'t, 's> Reader<'t, 's, '_> {
    pub(super) fn object_value(&mut self, schema: Option<&'s Schema>) -> Node<'t> {
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

    pub(super) fn level(&mut self) -> Option<&mut Level<'s>> {
        self.levels.last_mut()
    }

    pub(super) fn ended(&mut self) -> bool {
        if !self.partial {
            self.note(Rule::Truncated, self.at..self.at);
        }
        true
    }

    /// Reads members up to the closing bracket. Whether the text ended before.
    pub(super) fn members(
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
    pub(super) fn goes_on(&self, at: usize) -> bool {
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
}
