//! Which member of an object is meant by which field, and what of those that are missing or left over.
use super::Fit;
use crate::{
    error::Fault,
    parse::{
        expected::expected,
        node::{Kind, Member, Node},
        rule::Rule,
        scope::is_named,
        values::absent,
    },
    schema::{Definitions, FieldDef, Schema},
};
use serde_json::{Map, Value};
use std::borrow::Cow;

impl<'s> Fit<'_, 's> {
    /// For each field the member that is meant by it: the last of those with its very name, else the last
    /// in another spelling.
    pub(super) fn matched(
        &self,
        fields: &'s [FieldDef],
        members: &[Member<'_>],
    ) -> Vec<Option<usize>> {
        let mut found: Vec<Option<usize>> = vec![None; fields.len()];
        let mut exact = vec![false; fields.len()];
        let mut next = 0;
        self.work.add(members.len());
        for (index, member) in members.iter().enumerate() {
            // they mostly come in order
            let field = if next < fields.len() && fields[next].name.get() == &*member.name {
                Some((next, true))
            } else if let Some(field) = fields
                .iter()
                .position(|field| field.name.get() == &*member.name)
            {
                Some((field, true))
            } else {
                self.work.add(fields.len() / 4);
                fields
                    .iter()
                    .position(|field| is_named(field, &member.name))
                    .map(|field| (field, false))
            };
            if let Some((field, is_exact)) = field {
                next = field + 1;
                let nothing = matches!(member.value.kind, Kind::Nothing) && found[field].is_some();
                if (is_exact || !exact[field]) && !nothing {
                    found[field] = Some(index);
                    exact[field] = is_exact;
                }
            }
        }
        found
    }

    /// Notes members that nothing asks for, and those that came again.
    pub(super) fn left_over(
        &mut self,
        fields: &'s [FieldDef],
        found: &[Option<usize>],
        members: &[Member<'_>],
    ) {
        for (index, member) in members.iter().enumerate() {
            if found.contains(&Some(index)) {
                continue;
            }
            let rule = if fields.iter().any(|field| is_named(field, &member.name)) {
                Rule::Repeated
            } else {
                Rule::Unknown
            };
            self.repair(rule, &member.value, || {
                Cow::Owned(format!("`{}`", member.name))
            });
            if self.repairs.len() > 200 {
                return;
            }
        }
    }

    /// The value of a member that is not there.
    pub(super) fn missing(&mut self, field: &'s FieldDef, node: &Node<'_>) -> Option<Value> {
        if let Ok(value) = absent(field) {
            self.within(field.name.get(), |fit| fit.plainly(Rule::Default, node));
            return Some(if self.manner.partial && field.default.is_some() {
                self.nothing_yet(field)
            } else {
                value
            });
        }
        if self.manner.partial {
            self.cost += 1;
            return Some(self.nothing_yet(field));
        }
        // a list or a map of which nothing is said is empty
        let empty = match self.scope.shape(field.schema.get()) {
            Schema::List(_) | Schema::Set(_) => Some(Value::Array(Vec::new())),
            Schema::Map(..) => Some(Value::Object(Map::new())),
            _ => None,
        };
        if let Some(empty) = empty
            && field.constraints.get().is_empty()
            && (!self.manner.given || self.closes_cycle(field))
        {
            self.cost += 4;
            self.within(field.name.get(), |fit| fit.plainly(Rule::Default, node));
            return Some(empty);
        }
        self.fault(|fit| {
            let path = if fit.path.is_empty() {
                field.name.get().to_owned()
            } else {
                format!("{}.{}", fit.path, field.name.get())
            };
            Fault::mismatch(path, expected(field.schema.get()), "")
        });
        None
    }

    /// The list or map holds a type around it: where a dialect unrolls recursive types it must be told that
    /// such a member may be missing.
    fn closes_cycle(&self, field: &'s FieldDef) -> bool {
        self.around
            .last()
            .is_some_and(|around| Definitions::closes_cycle(around, field.schema.get()))
    }

    pub(super) fn nothing_yet(&self, field: &'s FieldDef) -> Value {
        match self.scope.shape(field.schema.get()) {
            Schema::List(_) | Schema::Set(_) => Value::Array(Vec::new()),
            Schema::Map(..) => Value::Object(Map::new()),
            _ => Value::Null,
        }
    }
}
