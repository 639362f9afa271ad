//! Lists and tuples.
use super::Fit;
use crate::{
    constant::Ref,
    parse::{
        node::{Kind, Node},
        plain::brief,
        rule::Rule,
    },
    schema::Schema,
};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// Each item once, in order of first appearance. The texts of items tell them apart.
pub(super) fn distinct(items: Vec<Value>) -> Value {
    let mut seen = std::collections::HashSet::new();
    Value::Array(
        items
            .into_iter()
            .filter(|item| seen.insert(item.to_string()))
            .collect(),
    )
}

impl<'s> Fit<'_, 's> {
    pub(super) fn list(
        &mut self,
        schema: &'s Schema,
        item: &'s Schema,
        node: &Node<'_>,
    ) -> Option<Vec<Value>> {
        match &node.kind {
            Kind::List(items) => return self.items(schema, item, items, node),
            Kind::Null => {
                // a list that is said to be nothing is empty
                if self.depth == 0 && !self.manner.partial {
                    self.mismatch(schema, node);
                    return None;
                }
                self.plainly(Rule::Nothing, node);
                return Some(Vec::new());
            }
            Kind::Nothing => {
                if self.manner.partial {
                    return Some(Vec::new());
                }
                self.mismatch(schema, node);
                return None;
            }
            Kind::Text(text) | Kind::Bare(text) => {
                if let Some(found) =
                    self.reparsed(text, node, schema, |fit, inner| match &inner.kind {
                        Kind::List(items) => fit.items(schema, item, items, inner),
                        _ if fit.scope.want(Some(item)) == crate::parse::scope::Want::Composite => {
                            fit.one_item(schema, item, inner)
                        }
                        _ => None,
                    })
                {
                    return Some(found);
                }
            }
            Kind::Object(members) => {
                // a list in an object around it
                if let [member] = members.as_slice()
                    && let Kind::List(items) = &member.value.kind
                    && self.trial(|fit| fit.one_item(schema, item, node)).is_none()
                {
                    self.plainly(Rule::Unwrapped, node);
                    return self.items(schema, item, items, &member.value);
                }
            }
            _ => {}
        }
        self.one_item(schema, item, node)
    }

    /// One value where a list is wanted.
    fn one_item(
        &mut self,
        schema: &'s Schema,
        item: &'s Schema,
        node: &Node<'_>,
    ) -> Option<Vec<Value>> {
        if node.text().is_some_and(|text| text.trim().is_empty()) {
            self.mismatch(schema, node);
            return None;
        }
        self.plainly(Rule::OneToList, node);
        let value = self.at(0, |fit| fit.value(item, node))?;
        Some(vec![value])
    }

    pub(super) fn items(
        &mut self,
        schema: &'s Schema,
        item: &'s Schema,
        items: &[Node<'_>],
        node: &Node<'_>,
    ) -> Option<Vec<Value>> {
        let mut values = Vec::with_capacity(items.len());
        let mut kept_faults = Vec::new();
        let mut bounds = false;
        for (index, found) in items.iter().enumerate() {
            let before = self.faults.len();
            match self.at(index, |fit| fit.value(item, found)) {
                Some(value) if self.faults.len() == before => values.push(value),
                // it is what it should be, and breaks a bound
                Some(value) if self.faults[before..].iter().all(|fault| fault.constraint) => {
                    bounds = true;
                    values.push(value);
                    kept_faults.extend(self.faults.split_off(before));
                }
                _ => {
                    let faults = self.faults.split_off(before);
                    bounds |= faults.iter().any(|fault| fault.constraint);
                    kept_faults.extend(faults);
                    if !self.manner.partial {
                        self.at(index, |fit| {
                            let note = || Cow::Owned(brief(found));
                            fit.repair(Rule::Dropped, found, note);
                        });
                    }
                }
            }
        }
        // what breaks a bound is no slip of the pen, and a list of which nothing is left was none
        let strict = self.manner.given && !kept_faults.is_empty();
        if strict || bounds || values.is_empty() && !items.is_empty() && !self.manner.partial {
            if kept_faults.is_empty() {
                self.mismatch(schema, node);
            }
            let only_bounds = kept_faults.iter().all(|fault| fault.constraint);
            self.faults.extend(kept_faults.into_iter().take(20));
            return only_bounds.then_some(values);
        }
        Some(values)
    }

    pub(super) fn tuple(
        &mut self,
        schema: &'s Schema,
        kinds: &'s [Ref<Schema>],
        node: &Node<'_>,
    ) -> Option<Value> {
        match &node.kind {
            Kind::List(items) => {
                if items.len() > kinds.len() && self.manner.given {
                    return self.mismatch(schema, node);
                }
                if items.len() > kinds.len() {
                    self.plainly(Rule::Surplus, node);
                }
                let mut values = Vec::with_capacity(kinds.len());
                for (index, kind) in kinds.iter().enumerate() {
                    match items.get(index) {
                        Some(item) => {
                            values.push(self.at(index, |fit| fit.value(kind.get(), item))?);
                        }
                        None => match self.scope.shape(kind.get()) {
                            Schema::Optional(_) => values.push(Value::Null),
                            Schema::List(_) | Schema::Set(_) if index > 0 => {
                                values.push(Value::Array(Vec::new()));
                            }
                            Schema::Map(..) if index > 0 => values.push(Value::Object(Map::new())),
                            _ => {
                                self.mismatch(schema, node);
                                return None;
                            }
                        },
                    }
                }
                Some(Value::Array(values))
            }
            // the form that closed dialects use: members `0`, `1`, …
            Kind::Object(members)
                if (self.manner.dspy || self.manner.given) && members.len() == kinds.len() =>
            {
                let mut values = Vec::with_capacity(kinds.len());
                for (index, kind) in kinds.iter().enumerate() {
                    let name = index.to_string();
                    let Some(member) = members.iter().find(|member| *member.name == name) else {
                        return self.mismatch(schema, node);
                    };
                    values.push(self.at(index, |fit| fit.value(kind.get(), &member.value))?);
                }
                Some(Value::Array(values))
            }
            Kind::Text(text) | Kind::Bare(text) => {
                let found = self.reparsed(text, node, schema, |fit, inner| {
                    matches!(inner.kind, Kind::List(_))
                        .then(|| fit.tuple(schema, kinds, inner))
                        .flatten()
                });
                found.or_else(|| self.mismatch(schema, node))
            }
            _ => self.mismatch(schema, node),
        }
    }
}
