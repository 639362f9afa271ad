//! Enums with data.
use super::Fit;
use crate::{
    parse::{
        fold::same,
        node::{Kind, Member, Node},
        plain::brief,
        rule::Rule,
    },
    schema::{Body, Schema, Variant},
};
use serde_json::{Map, Value};
use std::borrow::Cow;

impl<'s> Fit<'_, 's> {
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
