//! Brings what was read into the form that its schema says: the cheapest way there is, and each step noted.
mod calls;
mod composite;
mod number;
mod record;
mod rewrite;
mod scalar;
mod sure;
mod time;
mod union;
mod word;

#[cfg(test)]
mod nested_tests;
#[cfg(test)]
mod scalar_tests;
#[cfg(test)]
mod tests;

use super::{
    Given,
    check::check,
    expected::expected,
    limits::{DEEPEST, Work},
    node::{Kind, Node},
    notes::Notes,
    plain::{brief, plain},
    rule::{Repair, Rule},
    scope::Scope,
    values::absent,
};
use crate::{
    error::Fault,
    schema::{Body, Constraint, FieldDef, Named, Schema},
    types::kind,
};
use serde_json::Value;
use std::{borrow::Cow, ops::Range};

/// How many steps it counts to fit a value: it takes as long as looking at so many bytes.
const VALUE: usize = 16;
/// How many repairs are listed.
const REPAIRS: usize = 1_000;

/// How values are read; the same for a whole reply.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Manner {
    /// As DSPy does where a text is what it asked for: Python's words for values as text.
    pub(super) dspy: bool,
    /// The text is the beginning of a longer one: what may still grow is shown as far as it goes or not
    /// at all, and nothing is missing yet.
    pub(super) partial: bool,
    /// The value came from a program and not from a model: nothing of it is left out, nothing filled in.
    pub(super) given: bool,
}

/// Where we are, and where costs, repairs and faults go.
pub(super) struct Fit<'a, 's> {
    pub(super) scope: &'a Scope<'s>,
    pub(super) work: &'a Work,
    pub(super) manner: Manner,
    /// The text that spans of nodes are of; empty for values that came as JSON.
    pub(super) source: &'a str,
    /// Where all of the source stands in the reply, if it is not the reply itself.
    pub(super) base: Option<Range<usize>>,
    /// From the field on: `people[2].age`.
    pub(super) path: String,
    pub(super) depth: usize,
    pub(super) cost: u32,
    pub(super) repairs: Vec<Repair>,
    pub(super) faults: Vec<Fault>,
    /// How many trials are under way: nothing is written down meanwhile.
    pub(super) quiet: usize,
    /// JSON in text in JSON: how often.
    pub(super) nested: usize,
    /// The named types around.
    pub(super) around: Vec<&'s Named>,
    /// Where values go that need nothing done to them, if they need not be values.
    pub(super) written: Option<String>,
    /// A value of which [`sure`](Self::sure) was lacks members that may be missing.
    missing_any: bool,
}

impl<'a, 's> Fit<'a, 's> {
    pub(super) fn new(
        scope: &'a Scope<'s>,
        work: &'a Work,
        manner: Manner,
        source: &'a str,
        path: &str,
    ) -> Self {
        Fit {
            scope,
            work,
            manner,
            source,
            base: None,
            path: path.to_owned(),
            depth: 0,
            cost: 0,
            repairs: Vec::new(),
            faults: Vec::new(),
            quiet: 0,
            nested: 0,
            around: Vec::new(),
            written: None,
            missing_any: false,
        }
    }

    /// Counts a leniency and notes it.
    pub(super) fn repair(
        &mut self,
        rule: Rule,
        node: &Node<'_>,
        note: impl FnOnce() -> Cow<'static, str>,
    ) {
        self.cost = self.cost.saturating_add(rule.cost());
        if self.quiet == 0 && self.work.lists() && self.repairs.len() < REPAIRS {
            let range = self.base.clone().unwrap_or_else(|| node.span());
            self.repairs.push(Repair {
                rule,
                path: self.path.clone(),
                range,
                note: note(),
            });
        }
    }
    pub(super) fn plainly(&mut self, rule: Rule, node: &Node<'_>) {
        self.repair(rule, node, || Cow::Borrowed(""));
    }
    /// Takes over what the reader noted.
    pub(super) fn read(&mut self, notes: &Notes) {
        self.cost = self.cost.saturating_add(notes.cost());
        if self.quiet > 0 || !self.work.lists() {
            return;
        }
        for note in notes.iter() {
            if self.repairs.len() < REPAIRS {
                let mut path = self.path.clone();
                notes.write_path(note, self.source, &mut path);
                let range = self.base.clone().unwrap_or_else(|| note.range());
                self.repairs.push(Repair {
                    rule: note.rule,
                    path,
                    range,
                    note: Cow::Borrowed(""),
                });
            }
        }
    }

    /// A value that does not fit. Always `None`.
    #[cold]
    pub(super) fn mismatch(&mut self, schema: &Schema, node: &Node<'_>) -> Option<Value> {
        self.fault(|fit| {
            let found = match node.kind {
                Kind::Null => "null".to_owned(),
                Kind::Nothing => "nothing".to_owned(),
                _ => brief(node),
            };
            Fault::mismatch(fit.path.clone(), expected(schema), found)
        });
        None
    }
    #[cold]
    pub(super) fn fault(&mut self, fault: impl FnOnce(&Self) -> Fault) {
        if self.quiet == 0 {
            let fault = fault(self);
            self.faults.push(fault);
        } else if self.faults.is_empty() {
            // its words are read by nobody
            self.faults.push(Fault::mismatch("", "", ""));
        }
    }

    /// Runs without writing anything down. The value if it fits, and what it costs.
    pub(super) fn trial<R>(
        &mut self,
        run: impl FnOnce(&mut Self) -> Option<R>,
    ) -> Option<(R, u32)> {
        // there is no time for what may be in vain
        if self.work.spent() {
            return None;
        }
        let before = self.cost;
        let faults = std::mem::take(&mut self.faults);
        self.quiet += 1;
        self.cost = 0;
        let result = run(self);
        self.quiet -= 1;
        let cost = std::mem::replace(&mut self.cost, before);
        let failed = !std::mem::replace(&mut self.faults, faults).is_empty();
        result.filter(|_| !failed).map(|value| (value, cost))
    }

    /// A value that fits; otherwise everything is as before.
    pub(super) fn attempt<R>(&mut self, run: impl FnOnce(&mut Self) -> Option<R>) -> Option<R> {
        if self.work.spent() {
            return None;
        }
        let (repairs, faults, cost) = (self.repairs.len(), self.faults.len(), self.cost);
        let result = run(self).filter(|_| self.faults.len() == faults);
        if result.is_none() {
            self.repairs.truncate(repairs);
            self.faults.truncate(faults);
            self.cost = cost;
        }
        result
    }

    /// A value for good: written if it may be and need not be changed. `strict`: it stands in the reply as
    /// clean JSON.
    pub(super) fn settled(
        &mut self,
        schema: &'s Schema,
        node: &Node<'_>,
        strict: bool,
    ) -> Option<Given> {
        if self.quiet == 0 && self.written.is_some() && node.is_composite() {
            self.missing_any = false;
            if strict && self.sure(schema, node).is_some() {
                if self.missing_any && self.work.lists() {
                    self.note_missing(schema, node);
                }
                return Some(Given::Stands(node.span()));
            }
            if let Some(range) = self.rewritten(schema, node) {
                return Some(Given::Written(range));
            }
        }
        self.value(schema, node).map(Given::Value)
    }
    /// The same of a field, held to its bounds.
    pub(super) fn settled_field(
        &mut self,
        field: &'s FieldDef,
        node: &Node<'_>,
        strict: bool,
    ) -> Option<Given> {
        let value = if node.is_composite() {
            self.settled(field.schema.get(), node, strict)?
        } else {
            return self.field(field, node).map(Given::Value);
        };
        if let Given::Value(value) = &value {
            self.bounds(value, field.constraints.get());
        }
        Some(value)
    }

    pub(super) fn within<R>(&mut self, step: &str, run: impl FnOnce(&mut Self) -> R) -> R {
        self.depth += 1;
        if self.quiet > 0 {
            let result = run(self);
            self.depth -= 1;
            return result;
        }
        let length = self.path.len();
        if !self.path.is_empty() {
            self.path.push('.');
        }
        self.path.push_str(step);
        let result = run(self);
        self.depth -= 1;
        self.path.truncate(length);
        result
    }
    pub(super) fn at<R>(&mut self, index: usize, run: impl FnOnce(&mut Self) -> R) -> R {
        self.depth += 1;
        if self.quiet > 0 {
            let result = run(self);
            self.depth -= 1;
            return result;
        }
        let length = self.path.len();
        let mut digits = [0u8; 20];
        let mut first = digits.len();
        let mut rest = index;
        loop {
            first -= 1;
            digits[first] = b'0' + u8::try_from(rest % 10).unwrap_or(0);
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        self.path.push('[');
        self.path
            .push_str(std::str::from_utf8(&digits[first..]).unwrap_or(""));
        self.path.push(']');
        let result = run(self);
        self.depth -= 1;
        self.path.truncate(length);
        result
    }

    /// The value of a field, held to its bounds.
    pub(super) fn field(&mut self, field: &'s FieldDef, node: &Node<'_>) -> Option<Value> {
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
    pub(super) fn bounds(&mut self, value: &Value, constraints: &[Constraint]) {
        if value.is_null() || constraints.is_empty() || self.manner.partial {
            return;
        }
        let mut faults = Vec::new();
        let path = &self.path;
        check(value, constraints, &|| path.clone(), &mut faults);
        self.faults.extend(faults);
    }

    /// A value in the form that its schema says; `None` and a fault if it does not fit.
    pub(super) fn value(&mut self, schema: &'s Schema, node: &Node<'_>) -> Option<Value> {
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
                let value = self.value(inner.get(), node)?;
                self.bounds(&value, bounds.get());
                return Some(value);
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
            super::partial::plain(node)
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
