//! Lists, tuples and maps.
use super::Fit;
use crate::{
    constant::Ref,
    error::Fault,
    parse::{
        expected::expected,
        fold::same,
        node::{Kind, Node},
        plain::{brief, plain},
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

    fn items(
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

    /// JSON inside a text.
    pub(super) fn reparsed<R>(
        &mut self,
        text: &str,
        node: &Node<'_>,
        schema: &'s Schema,
        run: impl FnOnce(&mut Self, &Node<'_>) -> Option<R>,
    ) -> Option<R> {
        let trimmed = text.trim();
        if self.nested >= 3 || !trimmed.starts_with(['[', '{', '(', '`']) || self.work.spent() {
            return None;
        }
        self.work.add(trimmed.len());
        let (scope, work) = (self.scope, self.work);
        let inner = match crate::parse::strict::whole(trimmed) {
            Some(inner) => inner,
            None => {
                let mut reader = crate::parse::reader::Reader::new(trimmed, 0, scope, work, false);
                let inner = reader.read(Some(schema))?;
                if reader.notes.iter().any(|note| note.rule == Rule::Truncated) {
                    self.cost += 4;
                }
                inner
            }
        };
        if !inner.is_composite() {
            return None;
        }
        let (repairs, faults, cost) = (self.repairs.len(), self.faults.len(), self.cost);
        // spans of the inside mean nothing outside
        let base = self.base.clone();
        self.base = Some(base.clone().unwrap_or_else(|| node.span()));
        let source = std::mem::take(&mut self.source);
        self.nested += 1;
        self.plainly(Rule::Reparsed, node);
        let result = run(self, &inner);
        self.nested -= 1;
        self.source = source;
        self.base = base;
        if result.is_none() || self.faults.len() > faults {
            self.repairs.truncate(repairs);
            self.faults.truncate(faults);
            self.cost = cost;
            return None;
        }
        result
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

    pub(super) fn map(
        &mut self,
        schema: &'s Schema,
        key: &'s Schema,
        kind: &'s Schema,
        node: &Node<'_>,
    ) -> Option<Value> {
        match &node.kind {
            Kind::Object(members) => {
                let mut entries = Map::new();
                let mut failed = Vec::new();
                for member in members {
                    if matches!(member.value.kind, Kind::Nothing) {
                        continue;
                    }
                    self.entry(
                        key,
                        kind,
                        &member.name,
                        &member.value,
                        &mut entries,
                        &mut failed,
                    );
                }
                self.entries(entries, failed, members.len())
            }
            // the form that closed dialects use: a list of key and value; or of pairs; or of objects
            Kind::List(items) if !items.is_empty() || self.manner.given => {
                let mut entries = Map::new();
                let mut failed = Vec::new();
                for item in items {
                    let pair = match &item.kind {
                        Kind::Object(pair) => {
                            let of = |names: [&str; 3]| {
                                pair.iter()
                                    .find(|member| {
                                        names.iter().any(|name| same(name, &member.name))
                                    })
                                    .map(|member| &member.value)
                            };
                            match (of(["key", "name", "k"]), of(["value", "v", "val"])) {
                                (Some(name), Some(value)) if pair.len() == 2 => Some((
                                    name.text()
                                        .map_or_else(|| plain(name).to_string(), str::to_owned),
                                    value,
                                )),
                                _ if pair.len() == 1
                                    && !self.manner.given
                                    && &*pair[0].name != "key" =>
                                {
                                    Some((pair[0].name.to_string(), &pair[0].value))
                                }
                                _ => None,
                            }
                        }
                        Kind::List(pair) if pair.len() == 2 => Some((
                            pair[0]
                                .text()
                                .map_or_else(|| plain(&pair[0]).to_string(), str::to_owned),
                            &pair[1],
                        )),
                        _ => None,
                    };
                    let Some((name, value)) = pair else {
                        return self.mismatch(schema, node);
                    };
                    self.entry(key, kind, &name, value, &mut entries, &mut failed);
                }
                self.plainly(Rule::Pairs, node);
                self.entries(entries, failed, items.len())
            }
            Kind::Null if self.depth > 0 => {
                self.plainly(Rule::Nothing, node);
                Some(Value::Object(Map::new()))
            }
            Kind::Nothing if self.manner.partial => Some(Value::Object(Map::new())),
            Kind::Text(text) | Kind::Bare(text) => {
                let found = self.reparsed(text, node, schema, |fit, inner| {
                    fit.map(schema, key, kind, inner)
                });
                found.or_else(|| self.mismatch(schema, node))
            }
            _ => self.mismatch(schema, node),
        }
    }

    fn entry(
        &mut self,
        key: &'s Schema,
        kind: &'s Schema,
        name: &str,
        node: &Node<'_>,
        entries: &mut Map<String, Value>,
        failed: &mut Vec<Fault>,
    ) {
        let before = self.faults.len();
        let found = self.within(name, |fit| {
            let name = fit.key(key, name)?;
            Some((name, fit.value(kind, node)?))
        });
        match found {
            Some((name, value)) if self.faults.len() == before => _ = entries.insert(name, value),
            _ => {
                failed.extend(self.faults.split_off(before));
                if !self.manner.partial {
                    self.within(name, |fit| {
                        fit.repair(Rule::Dropped, node, || Cow::Owned(brief(node)));
                    });
                }
            }
        }
    }

    fn entries(
        &mut self,
        entries: Map<String, Value>,
        failed: Vec<Fault>,
        all: usize,
    ) -> Option<Value> {
        let bounds = failed.iter().any(|fault| fault.constraint);
        let strict = self.manner.given && !failed.is_empty();
        if strict
            || bounds
            || entries.is_empty() && all > 0 && !failed.is_empty() && !self.manner.partial
        {
            self.faults.extend(failed.into_iter().take(20));
            return None;
        }
        Some(Value::Object(entries))
    }

    /// The name of a member whose key has a schema: words as the enum spells them, numbers without blanks.
    fn key(&mut self, schema: &'s Schema, name: &str) -> Option<String> {
        if matches!(
            self.scope.shape(schema),
            Schema::Text | Schema::Character | Schema::Any
        ) && matches!(schema, Schema::Text | Schema::Character | Schema::Any)
        {
            return Some(name.to_owned());
        }
        let node = Node::new(Kind::Bare(Cow::Borrowed(name)), 0, 0);
        Some(match self.value(schema, &node)? {
            Value::String(name) => name,
            Value::Null => {
                self.fault(|fit| {
                    Fault::mismatch(fit.path.clone(), expected(schema), format!("`{name}`"))
                });
                return None;
            }
            other => other.to_string(),
        })
    }
}
