//! Values that have their schema's form already: seen without making anything.
use super::Fit;
use crate::{
    parse::{
        check::check,
        limits::DEEPEST,
        node::{Kind, Member, Node},
        plain::plain,
        rule::Rule,
    },
    schema::{Body, FieldDef, Schema},
};

impl<'s> Fit<'_, 's> {
    /// What it costs to take a value as it stands, if that is possible: the same as a trial would say.
    /// `None` does not mean that it cannot be read, only that there is more to it.
    pub(in crate::parse) fn sure(&mut self, schema: &'s Schema, node: &Node<'_>) -> Option<u32> {
        if self.manner.partial || self.manner.given {
            return None;
        }
        self.sure_at(schema, node, self.depth)
    }

    fn sure_at(&mut self, schema: &'s Schema, node: &Node<'_>, depth: usize) -> Option<u32> {
        if depth > DEEPEST {
            return None;
        }
        self.work.add(1);
        match (schema, &node.kind) {
            (Schema::Text, Kind::Text(_) | Kind::Bare(_)) => Some(0),
            (Schema::Boolean, Kind::Bool(_)) => Some(0),
            (Schema::Integer(_), Kind::Number(digits)) => is_short_integer(digits).then_some(0),
            // a whole number is better off as one, where there is a choice
            (Schema::Number(_), Kind::Number(digits)) if is_short_integer(digits) => Some(1),
            (Schema::Number(_), Kind::Number(digits)) => {
                (digits.len() < 24 && digits.contains('.') && !digits.contains(['e', 'E']))
                    .then_some(0)
            }
            (Schema::Optional(_), Kind::Null) => Some(0),
            (Schema::Optional(inner), _) => {
                // words that say that there is nothing
                if node.text().is_some_and(super::value::nothing)
                    && !matches!(inner.get(), Schema::Text)
                {
                    return None;
                }
                self.sure_at(inner.get(), node, depth)
            }
            (Schema::List(item), Kind::List(items)) => self.sure_items(item.get(), items, depth),
            (Schema::Array(item, len), Kind::List(items)) if items.len() == *len => {
                self.sure_items(item.get(), items, depth)
            }
            (Schema::Map(key, value), Kind::Object(members))
                if matches!(key.get(), Schema::Text) =>
            {
                let mut cost = 0;
                for member in members {
                    cost += self.sure_at(value.get(), &member.value, depth + 1)?;
                }
                Some(cost)
            }
            (Schema::Named(named), _) => {
                self.scope.learn(named, schema);
                match (named.body(), &node.kind) {
                    (Body::Record(fields), Kind::Object(members)) => {
                        self.sure_members(fields.get(), members, depth)
                    }
                    (Body::Words(words), Kind::Text(text) | Kind::Bare(text)) => words
                        .get()
                        .iter()
                        .any(|word| word.value.is_none() && word.name.get() == &**text)
                        .then_some(0),
                    _ => None,
                }
            }
            (Schema::Inline(definition), Kind::Object(members)) => match &definition.get().body {
                Body::Record(fields) => self.sure_members(fields.get(), members, depth),
                _ => None,
            },
            (Schema::Recursion(_), _) => match self.scope.shape(schema) {
                Schema::Recursion(_) => None,
                known => self.sure_at(known, node, depth),
            },
            _ => None,
        }
    }

    fn sure_items(&mut self, item: &'s Schema, items: &[Node<'_>], depth: usize) -> Option<u32> {
        let mut cost = 0;
        for found in items {
            cost += self.sure_at(item, found, depth + 1)?;
        }
        Some(cost)
    }

    fn sure_members(
        &mut self,
        fields: &'s [FieldDef],
        members: &[Member<'_>],
        depth: usize,
    ) -> Option<u32> {
        let (mut cost, mut next, mut seen) = (0, 0, 0u64);
        if fields.len() > 64 {
            return None;
        }
        for member in members {
            let place = match fields.get(next) {
                Some(field) if field.name.get() == &*member.name => next,
                // they mostly come in order
                _ => fields
                    .iter()
                    .position(|field| field.name.get() == &*member.name)?,
            };
            next = place + 1;
            if seen & 1 << place != 0 {
                return None;
            }
            seen |= 1 << place;
            let field = &fields[place];
            let schema = field.schema.get();
            if matches!(member.value.kind, Kind::Null) && field.default.is_some() {
                return None;
            }
            cost += self.sure_at(schema, &member.value, depth + 1)?;
            if !field.constraints.get().is_empty() && !matches!(member.value.kind, Kind::Null) {
                if member.value.is_composite() {
                    return None;
                }
                let mut faults = Vec::new();
                let value = plain(&member.value);
                check(&value, field.constraints.get(), &String::new, &mut faults);
                if !faults.is_empty() {
                    return None;
                }
            }
        }
        for (index, field) in fields.iter().enumerate() {
            if seen & 1 << index == 0 {
                if field.default.is_none() && !field.is_optional() {
                    return None;
                }
                cost += Rule::Default.cost();
                self.missing_any = true;
            }
        }
        Some(cost)
    }

    /// Notes the members that a value lacks of which [`sure`](Self::sure) said that it may.
    pub(in crate::parse) fn note_missing(&mut self, schema: &'s Schema, node: &Node<'_>) {
        match (self.scope.shape(schema), &node.kind) {
            (Schema::Optional(inner), _) => self.note_missing(inner.get(), node),
            (Schema::List(item) | Schema::Array(item, _), Kind::List(items)) => {
                for (index, found) in items.iter().enumerate() {
                    self.at(index, |fit| fit.note_missing(item.get(), found));
                }
            }
            (Schema::Map(_, value), Kind::Object(members)) => {
                for member in members {
                    self.within(&member.name, |fit| {
                        fit.note_missing(value.get(), &member.value);
                    });
                }
            }
            (Schema::Named(named), Kind::Object(members)) => {
                if let Body::Record(fields) = named.body() {
                    self.note_missing_members(fields.get(), members, node);
                }
            }
            (Schema::Inline(definition), Kind::Object(members)) => {
                if let Body::Record(fields) = &definition.get().body {
                    self.note_missing_members(fields.get(), members, node);
                }
            }
            _ => {}
        }
    }

    fn note_missing_members(
        &mut self,
        fields: &'s [FieldDef],
        members: &[Member<'_>],
        node: &Node<'_>,
    ) {
        for field in fields {
            let name = field.name.get();
            let found = members.iter().find(|member| *member.name == *name);
            self.within(name, |fit| match found {
                Some(member) => fit.note_missing(field.schema.get(), &member.value),
                None => fit.plainly(Rule::Default, node),
            });
        }
    }
}

/// A whole number that fits into 64 bits whatever it is.
pub(super) fn is_short_integer(digits: &str) -> bool {
    digits.len() <= 18
        && digits != "-0"
        && digits
            .bytes()
            .enumerate()
            .all(|(at, byte)| byte.is_ascii_digit() || at == 0 && byte == b'-')
}
