//! Lists, whatever holds their items together.
use crate::{
    parse::{
        limits::DEEPEST,
        node::{Kind, Member, Node},
        notes::Step,
        reader::{Level, Place, Reader, ahead::Likely, closer_of, member::into_text},
        rule::Rule,
        scope::Names,
    },
    schema::Schema,
};

impl<'t, 's> Reader<'t, 's, '_> {
    pub(super) fn list_value(&mut self, schema: Option<&'s Schema>) -> Node<'t> {
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
    pub(super) fn items(
        &mut self,
        start: usize,
        item: Option<&'s Schema>,
        items: &mut Vec<Node<'t>>,
    ) -> bool {
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
