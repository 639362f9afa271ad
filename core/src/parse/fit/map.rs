//! Maps: objects of any names, and lists of names and values.
use super::Fit;
use crate::{
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

impl<'s> Fit<'_, 's> {
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
