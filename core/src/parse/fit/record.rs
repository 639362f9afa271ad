//! Objects with known members, and variants with data.
use super::Fit;
use crate::{
    error::Fault,
    parse::{
        expected::expected,
        fold::same,
        node::{Kind, Member, Node},
        plain::brief,
        rule::Rule,
        scope::is_named,
        values::absent,
    },
    schema::{Body, Definitions, FieldDef, Schema, Variant},
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

    fn members(
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
    fn member(&mut self, field: &'s FieldDef, node: &Node<'_>) -> Option<Value> {
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

    fn nothing_yet(&self, field: &'s FieldDef) -> Value {
        match self.scope.shape(field.schema.get()) {
            Schema::List(_) | Schema::Set(_) => Value::Array(Vec::new()),
            Schema::Map(..) => Value::Object(Map::new()),
            _ => Value::Null,
        }
    }

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

    /// An enum with data: an object with one member, or the name alone.
    pub(super) fn variants(
        &mut self,
        schema: &'s Schema,
        variants: &'s [Variant],
        node: &Node<'_>,
    ) -> Option<Value> {
        let find = |name: &str| {
            variants
                .iter()
                .find(|variant| variant.name.get() == name)
                .or_else(|| {
                    let mut same = variants.iter().filter(|variant| {
                        same(variant.name.get(), name)
                            || variant
                                .aliases
                                .get()
                                .iter()
                                .any(|alias| same(alias.get(), name))
                    });
                    same.next().filter(|_| same.next().is_none())
                })
        };
        match &node.kind {
            Kind::Object(members) => {
                let mut known = members
                    .iter()
                    .filter_map(|member| find(&member.name).map(|variant| (variant, member)));
                let (Some((variant, member)), None) = (known.next(), known.next()) else {
                    return self.tagged(schema, variants, members, node);
                };
                let name = variant.name.get();
                if members.len() > 1 {
                    self.plainly(Rule::Unknown, node);
                }
                if name != &*member.name {
                    self.repair(Rule::NameFold, node, || {
                        Cow::Owned(format!("`{}`", member.name))
                    });
                }
                let Some(data) = &variant.data else {
                    return Some(Value::from(name));
                };
                let inner = self.within(name, |fit| fit.value(data.get(), &member.value))?;
                Some(Value::Object(Map::from_iter([(name.to_owned(), inner)])))
            }
            Kind::Text(text) | Kind::Bare(text) => {
                if let Some(value) = self.reparsed(text, node, schema, |fit, inner| {
                    fit.variants(schema, variants, inner)
                }) {
                    return Some(value);
                }
                if let Some(Variant {
                    data: None, name, ..
                }) = find(super::word::bare_word(text))
                {
                    if name.get() != &**text {
                        self.repair(Rule::WordFold, node, || Cow::Owned(brief(node)));
                    }
                    return Some(Value::from(name.get()));
                }
                self.mismatch(schema, node)
            }
            Kind::List(items) if items.len() == 1 => {
                self.plainly(Rule::ListToOne, node);
                self.variants(schema, variants, &items[0])
            }
            _ => self.mismatch(schema, node),
        }
    }

    /// `{"type": "circle", "radius": 1}`: the variant's name among its members.
    fn tagged(
        &mut self,
        schema: &'s Schema,
        variants: &'s [Variant],
        members: &[Member<'_>],
        node: &Node<'_>,
    ) -> Option<Value> {
        let tag = members.iter().find(|member| {
            ["type", "kind", "tag", "variant"]
                .iter()
                .any(|word| same(word, &member.name))
        });
        let variant = tag.and_then(|tag| tag.value.text()).and_then(|text| {
            let mut found = variants
                .iter()
                .filter(|variant| same(variant.name.get(), text));
            found.next().filter(|_| found.next().is_none())
        });
        let Some(variant) = variant else {
            return self.mismatch(schema, node);
        };
        let name = variant.name.get();
        let Some(data) = &variant.data else {
            return Some(Value::from(name));
        };
        let record = matches!(self.scope.shape(data.get()), Schema::Inline(_))
            || matches!(self.scope.shape(data.get()), Schema::Named(named) if matches!(named.body(), Body::Record(_)));
        if !record {
            return self.mismatch(schema, node);
        }
        self.plainly(Rule::Unwrapped, node);
        let inner = self.within(name, |fit| fit.value(data.get(), node))?;
        Some(Value::Object(Map::from_iter([(name.to_owned(), inner)])))
    }
}
