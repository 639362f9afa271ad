//! One of several kinds: the one that costs least.
use super::Fit;
use crate::{
    constant::Ref,
    parse::{
        fold::same,
        node::{Kind, Node},
        scope::is_named,
    },
    schema::{Body, Literal, Schema},
};
use serde_json::Value;

impl<'s> Fit<'_, 's> {
    pub(super) fn union(
        &mut self,
        schema: &'s Schema,
        options: &'s [Ref<Schema>],
        node: &Node<'_>,
    ) -> Option<Value> {
        let mut best: Option<(u32, &'s Schema, Value)> = None;
        for option in options {
            let option = option.get();
            if !self.possible(option, node) {
                continue;
            }
            // there is no time to choose: the first that may be
            if self.work.spent() && best.is_none() {
                self.depth += 1;
                let value = self.value(option, node);
                self.depth -= 1;
                return value;
            }
            let Some((value, cost)) = self.trial(|fit| {
                fit.depth += 1;
                let value = fit.value(option, node);
                fit.depth -= 1;
                value
            }) else {
                continue;
            };
            if best.as_ref().is_none_or(|(least, ..)| cost < *least) {
                best = Some((cost, option, value));
            }
            // nothing is better, or there is no time to look for it
            if cost == 0 || self.work.spent() {
                break;
            }
        }
        let Some((cost, option, value)) = best else {
            return self.mismatch(schema, node);
        };
        if self.quiet > 0 || cost == 0 {
            self.cost = self.cost.saturating_add(cost);
            return Some(value);
        }
        // once more, and this time it is written down
        self.depth += 1;
        let value = self.value(option, node);
        self.depth -= 1;
        value
    }

    /// A look at the outside: spares trials that cannot succeed.
    fn possible(&self, option: &'s Schema, node: &Node<'_>) -> bool {
        let shape = self.scope.shape(option);
        match (&node.kind, shape) {
            (
                Kind::Object(_),
                Schema::Integer(_)
                | Schema::Number(_)
                | Schema::Boolean
                | Schema::Formatted(_)
                | Schema::Null,
            ) => false,
            (
                Kind::Null,
                Schema::Integer(_) | Schema::Number(_) | Schema::Boolean | Schema::List(_),
            ) => false,
            (Kind::Object(members), Schema::Named(named)) => match named.body() {
                // the literal that tells records apart
                Body::Record(fields) => fields.get().iter().all(|field| {
                    let only: Vec<String> = match self.scope.shape(field.schema.get()) {
                        Schema::Literal(values) => values
                            .get()
                            .iter()
                            .map(crate::parse::expected::literal_text)
                            .collect(),
                        Schema::Named(tag) => match tag.body() {
                            Body::Words(words) if words.get().len() == 1 => words
                                .get()
                                .iter()
                                .flat_map(|word| {
                                    std::iter::once(word.name.get().to_owned())
                                        .chain(
                                            word.aliases
                                                .get()
                                                .iter()
                                                .map(|alias| alias.get().to_owned()),
                                        )
                                        .chain(
                                            word.value
                                                .iter()
                                                .map(crate::parse::expected::literal_text),
                                        )
                                })
                                .collect(),
                            _ => return true,
                        },
                        _ => return true,
                    };
                    let found = members
                        .iter()
                        .rev()
                        .find(|member| is_named(field, &member.name));
                    found
                        .and_then(|member| {
                            member.value.text().map(|text| (text, member.value.open))
                        })
                        .is_none_or(|(text, open)| {
                            only.iter().any(|word| same(word, text)) || self.manner.partial && open
                        })
                }),
                Body::Words(_) => members.len() <= 2,
                Body::Variants(_) => true,
            },
            (Kind::List(_), Schema::Literal(values)) => values
                .get()
                .iter()
                .all(|value| !matches!(value, Literal::Null)),
            _ => true,
        }
    }
}
