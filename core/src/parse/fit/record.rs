//! Objects with known members.
use super::Fit;
use crate::{
    parse::{
        node::{Kind, Member, Node},
        rule::Rule,
        scope::is_named,
    },
    schema::{FieldDef, Schema},
};
use serde_json::{Map, Value};
use std::borrow::Cow;

impl<'s> Fit<'_, 's> {
    pub(super) fn record(
        &mut self,
        schema: &'s Schema,
        fields: &'s [FieldDef],
        node: &Node<'_>,
    ) -> Option<Value> {
        match &node.kind {
            Kind::Object(members) => self.members(schema, fields, members, node),
            Kind::Text(text) | Kind::Bare(text) => {
                let found = self.reparsed(text, node, schema, |fit, inner| {
                    fit.record(schema, fields, inner)
                });
                if found.is_some() {
                    return found;
                }
                // a value for the only member; text says too little to be sure of that
                match fields {
                    [only] if !self.manner.given && !self.takes_text(only) && self.depth < 4 => {
                        self.implied(only, node)
                    }
                    _ => self.mismatch(schema, node),
                }
            }
            Kind::List(_) | Kind::Number(_) | Kind::Bool(_) if self.manner.given => {
                self.mismatch(schema, node)
            }
            Kind::List(items) => {
                // one object in a list; or a list for the only member
                if let [only] = fields
                    && matches!(
                        self.scope.shape(only.schema.get()),
                        Schema::List(_) | Schema::Set(_)
                    )
                    && self.trial(|fit| fit.field(only, node)).is_some()
                {
                    return self.implied(only, node);
                }
                let mut fitting: Option<(usize, u32)> = None;
                for (index, item) in items
                    .iter()
                    .enumerate()
                    .filter(|(_, item)| matches!(item.kind, Kind::Object(_)))
                    .take(16)
                {
                    if let Some((_, cost)) = self.trial(|fit| fit.record(schema, fields, item))
                        && fitting.is_none_or(|(_, best)| cost <= best)
                    {
                        fitting = Some((index, cost));
                    }
                }
                match fitting {
                    Some((index, _)) => {
                        self.plainly(
                            if items.len() == 1 {
                                Rule::ListToOne
                            } else {
                                Rule::Candidate
                            },
                            node,
                        );
                        self.record(schema, fields, &items[index])
                    }
                    None => self.mismatch(schema, node),
                }
            }
            Kind::Number(_) | Kind::Bool(_) => match fields {
                [only] if self.depth < 4 => self.implied(only, node),
                _ => self.mismatch(schema, node),
            },
            Kind::Null | Kind::Nothing => self.mismatch(schema, node),
        }
    }

    /// Any text would do for the field.
    fn takes_text(&self, field: &'s FieldDef) -> bool {
        match self.scope.shape(field.schema.get()) {
            Schema::Text
            | Schema::Any
            | Schema::Map(..)
            | Schema::Named(_)
            | Schema::Inline(_)
            | Schema::Recursion(_) => true,
            Schema::Optional(inner) => matches!(
                self.scope.shape(inner.get()),
                Schema::Text | Schema::Any | Schema::Named(_)
            ),
            Schema::List(inner) | Schema::Set(inner) => {
                matches!(self.scope.shape(inner.get()), Schema::Text | Schema::Any)
            }
            Schema::Union(_) => true,
            _ => false,
        }
    }

    fn implied(&mut self, only: &'s FieldDef, node: &Node<'_>) -> Option<Value> {
        self.plainly(Rule::ImpliedName, node);
        let name = only.name.get();
        let value = self.within(name, |fit| fit.field(only, node))?;
        Some(Value::Object(Map::from_iter([(name.to_owned(), value)])))
    }

    pub(super) fn members(
        &mut self,
        schema: &'s Schema,
        fields: &'s [FieldDef],
        members: &[Member<'_>],
        node: &Node<'_>,
    ) -> Option<Value> {
        let found = self.matched(fields, members);
        let any = found.iter().any(Option::is_some);
        if !any
            && !members.is_empty()
            && !self.manner.partial
            && !self.manner.given
            && let Some(value) = self.wrapped(schema, fields, members, node)
        {
            return Some(value);
        }
        let mut record = Map::with_capacity(fields.len());
        let mut whole = true;
        let mut used = 0;
        for (field, found) in fields.iter().zip(&found) {
            let name = field.name.get();
            let value = match found {
                Some(index) => {
                    used += 1;
                    let member = &members[*index];
                    if &*member.name != name {
                        self.within(name, |fit| {
                            fit.repair(Rule::NameFold, &member.value, || {
                                Cow::Owned(format!("`{}`", member.name))
                            });
                        });
                    }
                    if matches!(member.value.kind, Kind::Nothing) {
                        self.missing(field, node)
                    } else {
                        self.within(name, |fit| fit.member(field, &member.value))
                    }
                }
                None => self.missing(field, node),
            };
            match value {
                Some(value) => _ = record.insert(name.to_owned(), value),
                None => {
                    whole = false;
                    // a union looks elsewhere
                    if self.quiet > 0 {
                        return None;
                    }
                }
            }
        }
        if used < members.len() {
            self.left_over(fields, &found, members);
        }
        whole.then_some(Value::Object(record))
    }

    /// A member's value. In a beginning of a text, what cannot be read yet is not there yet.
    pub(super) fn member(&mut self, field: &'s FieldDef, node: &Node<'_>) -> Option<Value> {
        if !self.manner.partial {
            return self.field(field, node);
        }
        let faults = self.faults.len();
        match self.field(field, node) {
            Some(value) if self.faults.len() == faults => Some(value),
            _ => {
                self.faults.truncate(faults);
                Some(self.nothing_yet(field))
            }
        }
    }

    /// An object of which no member is known: what is wanted may be one of its members, or its only one.
    fn wrapped(
        &mut self,
        schema: &'s Schema,
        fields: &'s [FieldDef],
        members: &[Member<'_>],
        node: &Node<'_>,
    ) -> Option<Value> {
        let inside: Vec<usize> = members
            .iter()
            .enumerate()
            .filter(|(_, member)| match &member.value.kind {
                Kind::Object(inner) => {
                    inner
                        .iter()
                        .any(|inner| fields.iter().any(|field| is_named(field, &inner.name)))
                        || inner.len() == 1 && inner[0].value.is_composite()
                }
                Kind::Text(text) => members.len() == 1 && text.trim_start().starts_with('{'),
                Kind::List(items) => members.len() == 1 && items.len() == 1,
                _ => false,
            })
            .map(|(index, _)| index)
            .take(2)
            .collect();
        if let [one] = inside.as_slice()
            && self.depth < 8
        {
            let inner = &members[*one].value;
            self.depth += 1;
            let tried = self.trial(|fit| fit.record(schema, fields, inner));
            let value = tried.is_some().then(|| {
                self.repair(Rule::Unwrapped, node, || {
                    Cow::Owned(format!("`{}`", members[*one].name))
                });
                self.record(schema, fields, inner)
            });
            self.depth -= 1;
            return value.flatten();
        }
        if let [only] = fields
            && !self.takes_text(only)
            && self.trial(|fit| fit.field(only, node)).is_some()
        {
            return self.implied(only, node);
        }
        None
    }
}
