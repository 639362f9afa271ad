//! A value by its schema.
use super::{Fit, VALUE, composite};
use crate::parse::{
    check::check,
    expected::expected,
    limits::DEEPEST,
    node::{Kind, Node},
    plain::{brief, plain},
    rule::Rule,
    values::absent,
};
use crate::{
    error::Fault,
    schema::{Body, Constraint, FieldDef, Meaning, Schema, meaning},
    types::kind,
};
use serde_json::Value;
use std::borrow::Cow;

impl<'a, 's> Fit<'a, 's> {
    /// The value of a field, held to its bounds.
    pub(in crate::parse) fn field(
        &mut self,
        field: &'s FieldDef,
        node: &Node<'_>,
    ) -> Option<Value> {
        let nothing = matches!(node.kind, Kind::Null | Kind::Nothing);
        if nothing
            && field.default.is_some()
            && !matches!(self.scope.shape(field.schema.get()), Schema::Optional(_))
        {
            self.plainly(Rule::Default, node);
            return absent(field).ok();
        }
        let value = self.value(field.schema.get(), node)?;
        self.bounds(&value, field.constraints.get());
        Some(value)
    }

    /// Holds a value to its bounds: a fault for each that it breaks. Nothing has none.
    pub(in crate::parse) fn bounds(&mut self, value: &Value, constraints: &[Constraint]) {
        if value.is_null() || constraints.is_empty() || self.manner.partial {
            return;
        }
        let mut faults = Vec::new();
        let path = &self.path;
        check(value, constraints, &|| path.clone(), &mut faults);
        self.faults.extend(faults);
    }

    /// A value in the form that its schema says; `None` and a fault if it does not fit.
    pub(in crate::parse) fn value(&mut self, schema: &'s Schema, node: &Node<'_>) -> Option<Value> {
        self.work.add(VALUE);
        if self.depth > DEEPEST {
            self.fault(|fit| {
                Fault::mismatch(
                    fit.path.clone(),
                    expected(schema),
                    "a value nested too deep",
                )
            });
            return None;
        }
        match schema {
            Schema::Constrained(inner, bounds) => {
                let Some(meaning) = meaning(bounds.get()) else {
                    let value = self.value(inner.get(), node)?;
                    self.bounds(&value, bounds.get());
                    return Some(value);
                };
                return self.meant(inner.get(), bounds.get(), meaning, node);
            }
            Schema::Printed(inner, name)
                if name.get() == "Code" || name.get().starts_with("Code_") =>
            {
                return self.code(inner.get(), node);
            }
            Schema::Printed(inner, _) if matches!(self.scope.shape(inner.get()), Schema::Text) => {
                return self.content(inner.get(), node);
            }
            Schema::Printed(inner, _) => return self.value(inner.get(), node),
            Schema::Named(named) => {
                self.scope.learn(named, schema);
                self.around.push(named);
                let value = self.shaped(schema, node);
                self.around.pop();
                return value;
            }
            Schema::Recursion(_) => {
                let known = self.scope.shape(schema);
                return if matches!(known, Schema::Recursion(_)) {
                    Some(plain(node))
                } else {
                    self.value(known, node)
                };
            }
            _ => {}
        }
        self.shaped(schema, node)
    }

    /// A value of a type that means more than its form: it may be said in percent, its number is rounded once its
    /// bounds hold. Nothing is pressed into its bounds.
    fn meant(
        &mut self,
        inner: &'s Schema,
        bounds: &[Constraint],
        meaning: &Meaning,
        node: &Node<'_>,
    ) -> Option<Value> {
        let around = std::mem::replace(&mut self.whole, meaning.whole());
        let value = self.value(inner, node);
        self.whole = around;
        let (value, before) = (value?, self.faults.len());
        self.bounds(&value, bounds);
        Some(match value.as_f64() {
            Some(number) if meaning.decimals().is_some() && self.faults.len() == before => {
                Value::from(meaning.round(number))
            }
            _ => value,
        })
    }

    fn shaped(&mut self, schema: &'s Schema, node: &Node<'_>) -> Option<Value> {
        match schema {
            Schema::Any => Some(self.any(node)),
            Schema::List(item) => self.list(schema, item.get(), node).map(Value::Array),
            Schema::Set(item) => self.list(schema, item.get(), node).map(composite::distinct),
            Schema::Array(item, len) => {
                let items = self.list(schema, item.get(), node)?;
                if items.len() == *len || self.manner.partial {
                    return Some(Value::Array(items));
                }
                self.fault(|fit| {
                    Fault::mismatch(
                        fit.path.clone(),
                        expected(schema),
                        format!("a list of {}", items.len()),
                    )
                });
                None
            }
            Schema::Tuple(kinds) => self.tuple(schema, kinds.get(), node),
            Schema::Map(key, value) => self.map(schema, key.get(), value.get(), node),
            Schema::Optional(inner) => self.optional(schema, inner.get(), node),
            Schema::Union(options) => self.union(schema, options.get(), node),
            Schema::Named(named) => match named.body() {
                body @ Body::Record(_)
                    if let Some(kind @ (kind::Kind::ToolCall | kind::Kind::ToolCalls)) =
                        kind::Kind::of(named) =>
                {
                    self.tools(schema, body, kind, node)
                }
                Body::Record(fields) => self.record(schema, fields.get(), node),
                Body::Words(variants) => self.words(schema, variants.get(), node),
                Body::Variants(variants) => self.variants(schema, variants.get(), node),
            },
            Schema::Inline(definition) => match &definition.get().body {
                Body::Record(fields) => self.record(schema, fields.get(), node),
                _ => Some(plain(node)),
            },
            _ => self.scalar(schema, node),
        }
    }

    fn any(&self, node: &Node<'_>) -> Value {
        if self.manner.partial {
            crate::parse::partial::plain(node)
        } else {
            plain(node)
        }
    }

    /// A value or nothing.
    fn optional(
        &mut self,
        schema: &'s Schema,
        inner: &'s Schema,
        node: &Node<'_>,
    ) -> Option<Value> {
        match &node.kind {
            Kind::Null => return Some(Value::Null),
            Kind::Nothing => {
                self.cost += 1;
                return Some(Value::Null);
            }
            _ => {}
        }
        if matches!(self.scope.shape(inner), Schema::Text) {
            return self.value(inner, node);
        }
        let said = node.text().is_some_and(|text| {
            nothing(text) && (text.trim().is_empty() || !text.trim().eq_ignore_ascii_case("na"))
        });
        if said {
            // unless it is one of the words that may come
            if let Some((value, cost)) = self.trial(|fit| fit.value(inner, node))
                && cost < Rule::WordInProse.cost()
                && !value.is_array()
            {
                return self.value(inner, node);
            }
            let plain_null = node
                .text()
                .is_some_and(|text| matches!(text.trim(), "null" | "None"));
            if !plain_null {
                self.repair(Rule::Nothing, node, || Cow::Owned(brief(node)));
            }
            return Some(Value::Null);
        }
        let _ = schema;
        self.value(inner, node)
    }
}

/// Words that say that there is no value.
pub(super) fn nothing(text: &str) -> bool {
    let text = text.trim().trim_end_matches('.');
    text.len() < 24
        && [
            "",
            "null",
            "none",
            "n/a",
            "na",
            "nil",
            "unknown",
            "undefined",
            "unspecified",
            "not specified",
            "not available",
            "not applicable",
            "not given",
            "not provided",
            "not mentioned",
            "not stated",
            "not known",
            "-",
            "--",
            "—",
            "?",
        ]
        .iter()
        .any(|word| text.eq_ignore_ascii_case(word))
}
