//! Words of enums and literals, however a model spells them: by value, name, other name or description;
//! whole words only, and never one of several that fit as well.
mod find;

use crate::{
    error::Fault,
    parse::{
        expected::{expected, literal_text, literal_value},
        fit::{Fit, word::find::find},
        fold::same,
        node::{Kind, Node},
        plain::brief,
        rule::Rule,
    },
    schema::{Literal, Schema, Variant},
};
use serde_json::Value;
use std::borrow::Cow;

/// One of the words that may come.
struct Choice<'v> {
    /// How it may be written, the value's own text first.
    spellings: Vec<Cow<'v, str>>,
    doc: &'v str,
    value: Value,
}

/// Whether a choice is meant.
type Test<'a> = dyn Fn(&Choice<'_>) -> bool + 'a;

/// What a text says of the choices.
enum Found {
    One(usize, Rule),
    Several(Vec<usize>),
    None,
}

/// A word without what models put around words.
pub(in crate::parse::fit) fn bare_word(text: &str) -> &str {
    text.trim()
        .trim_matches(['"', '\'', '`', '*', '“', '”', '<', '>', '[', ']', '(', ')'])
        .trim()
        .trim_end_matches(['.', ',', '!', ';', ':'])
        .trim_matches(['"', '\'', '`', '*', '_'])
        .trim()
}

impl<'s> Fit<'_, 's> {
    pub(in crate::parse::fit) fn literals(
        &mut self,
        schema: &'s Schema,
        values: &'s [Literal],
        node: &Node<'_>,
    ) -> Option<Value> {
        // values that are no text are meant by values that are none
        let direct = values.iter().find(|literal| match (literal, &node.kind) {
            (Literal::Null, Kind::Null) => true,
            (Literal::Boolean(value), Kind::Bool(found)) => value == found,
            (Literal::Integer(value), Kind::Number(digits)) => {
                crate::parse::fit::number::whole(digits)
                    .is_some_and(|whole| whole.parse::<i64>() == Ok(*value))
            }
            (Literal::Text(text), Kind::Text(found) | Kind::Bare(found)) => text.get() == &**found,
            _ => false,
        });
        if let Some(literal) = direct {
            return Some(literal_value(literal));
        }
        if let (Kind::Bool(found), true) = (&node.kind, self.manner.dspy)
            && let Some(literal) = values.iter().find(
                |literal| matches!(literal, Literal::Integer(value) if *value == i64::from(*found)),
            )
        {
            self.plainly(Rule::ValueToText, node);
            return Some(literal_value(literal));
        }
        // Python's `1 == True`, the other way round
        if let (Kind::Number(digits), true) = (&node.kind, self.manner.dspy)
            && let Some(whole) = crate::parse::fit::number::whole(digits)
            && let Some(literal) = values.iter().find(
                |literal| matches!(literal, Literal::Boolean(value) if *whole == *if *value { "1" } else { "0" }),
            )
        {
            self.plainly(Rule::Truth, node);
            return Some(literal_value(literal));
        }
        let choices: Vec<Choice<'_>> = values
            .iter()
            .map(|literal| Choice {
                spellings: vec![Cow::Owned(literal_text(literal))],
                doc: "",
                value: literal_value(literal),
            })
            .collect();
        self.choose(schema, &choices, node, None)
    }

    pub(in crate::parse::fit) fn words(
        &mut self,
        schema: &'s Schema,
        variants: &'s [Variant],
        node: &Node<'_>,
    ) -> Option<Value> {
        if self.manner.partial && node.open && !matches!(node.kind, Kind::Object(_)) {
            return self.mismatch(schema, node);
        }
        let value = |variant: &Variant| {
            variant
                .value
                .as_ref()
                .map_or_else(|| Value::from(variant.name.get()), literal_value)
        };
        // nearly all come as they were asked for
        if let Some(text) = node.text()
            && let Some(variant) = variants.iter().find(|variant| match &variant.value {
                None => variant.name.get() == text,
                Some(Literal::Text(value)) => value.get() == text,
                Some(_) => false,
            })
        {
            return Some(value(variant));
        }
        let choices: Vec<Choice<'_>> = variants
            .iter()
            .map(|variant| {
                let mut spellings = Vec::new();
                if let Some(value) = &variant.value {
                    spellings.push(Cow::Owned(literal_text(value)));
                }
                spellings.push(Cow::Borrowed(variant.name.get()));
                spellings.extend(
                    variant
                        .aliases
                        .get()
                        .iter()
                        .map(|alias| Cow::Borrowed(alias.get())),
                );
                Choice {
                    spellings,
                    doc: variant.doc.get(),
                    value: value(variant),
                }
            })
            .collect();
        let name = match schema {
            Schema::Named(named) => Some(named.name.get()),
            _ => None,
        };
        self.choose(schema, &choices, node, name)
    }

    /// The choice that a value says.
    fn choose(
        &mut self,
        schema: &'s Schema,
        choices: &[Choice<'_>],
        node: &Node<'_>,
        name: Option<&str>,
    ) -> Option<Value> {
        let text: Cow<'_, str> = match &node.kind {
            Kind::Text(text) | Kind::Bare(text) => Cow::Borrowed(text),
            Kind::Number(digits) => Cow::Borrowed(
                crate::parse::fit::number::whole(digits).map_or(&**digits, |_| digits),
            ),
            Kind::Bool(value) => Cow::Borrowed(if *value { "true" } else { "false" }),
            Kind::Null => Cow::Borrowed("null"),
            Kind::Nothing => return self.mismatch(schema, node),
            Kind::List(items) if items.len() == 1 => {
                self.plainly(Rule::ListToOne, node);
                return self.choose(schema, choices, &items[0], name);
            }
            Kind::List(_) => return self.mismatch(schema, node),
            Kind::Object(members) => {
                let named = members.iter().find(|member| {
                    members.len() == 1
                        || name.is_some_and(|name| same(name, &member.name))
                        || ["value", "answer", "label", "category", "choice"]
                            .iter()
                            .any(|word| same(word, &member.name))
                });
                return match named {
                    Some(member) if !matches!(member.value.kind, Kind::Object(_)) => {
                        self.plainly(Rule::Unwrapped, node);
                        self.choose(schema, choices, &member.value, name)
                    }
                    _ => self.mismatch(schema, node),
                };
            }
        };
        self.work.add(choices.len());
        match find(&text, choices, self.work.spent(), &|steps| {
            self.work.add(steps);
        }) {
            // the rest of a text that the end cut may have named others
            Found::One(_, Rule::WordInProse) if node.open => self.mismatch(schema, node),
            Found::One(index, rule) => {
                let choice = &choices[index];
                if rule != Rule::TextToValue {
                    self.repair(rule, node, || Cow::Owned(brief(node)));
                }
                Some(choice.value.clone())
            }
            Found::Several(several) => {
                self.fault(|fit| {
                    let words: Vec<String> = several
                        .iter()
                        .map(|index| format!("`{}`", choices[*index].spellings[0]))
                        .collect();
                    let found = format!("{}, which may be {}", brief(node), words.join(" or "));
                    Fault::mismatch(fit.path.clone(), expected(schema), found)
                });
                None
            }
            Found::None => self.mismatch(schema, node),
        }
    }
}
