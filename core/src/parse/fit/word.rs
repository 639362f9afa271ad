//! Words of enums and literals, however a model spells them: by value, name, other name or description;
//! whole words only, and never one of several that fit as well.
use super::Fit;
use crate::{
    error::Fault,
    parse::{
        expected::{expected, literal_text, literal_value},
        fold::{key, same},
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
pub(super) fn bare_word(text: &str) -> &str {
    text.trim()
        .trim_matches(['"', '\'', '`', '*', '“', '”', '<', '>', '[', ']', '(', ')'])
        .trim()
        .trim_end_matches(['.', ',', '!', ';', ':'])
        .trim_matches(['"', '\'', '`', '*', '_'])
        .trim()
}

impl<'s> Fit<'_, 's> {
    pub(super) fn literals(
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
                super::number::whole(digits).is_some_and(|whole| whole.parse::<i64>() == Ok(*value))
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
            && let Some(whole) = super::number::whole(digits)
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

    pub(super) fn words(
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
            Kind::Number(digits) => {
                Cow::Borrowed(super::number::whole(digits).map_or(&**digits, |_| digits))
            }
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

fn find(text: &str, choices: &[Choice<'_>], spent: bool, work: &dyn Fn(usize)) -> Found {
    let exact = |text: &str| {
        choices
            .iter()
            .position(|choice| choice.spellings.first().is_some_and(|first| first == text))
    };
    if let Some(index) = exact(text).or_else(|| exact(text.trim())) {
        return Found::One(index, Rule::TextToValue);
    }
    if text.len() > 20_000 || spent {
        return Found::None;
    }
    let word = bare_word(text);
    if let Some(index) = exact(word) {
        return Found::One(index, Rule::WordFold);
    }
    let any = |test: &dyn Fn(&Choice<'_>) -> bool| {
        let mut fitting = choices
            .iter()
            .enumerate()
            .filter(|(_, choice)| test(choice))
            .map(|(index, _)| index);
        let first = fitting.next()?;
        let rest: Vec<usize> = fitting.collect();
        Some(if rest.is_empty() {
            Ok(first)
        } else {
            Err(std::iter::once(first).chain(rest).collect::<Vec<_>>())
        })
    };
    let ladder: [(&Test<'_>, Rule); 4] = [
        (
            &|choice| choice.spellings.iter().any(|spelling| spelling == word),
            Rule::WordAlias,
        ),
        (
            &|choice| {
                choice
                    .spellings
                    .first()
                    .is_some_and(|first| same(first, word))
            },
            Rule::WordFold,
        ),
        (
            &|choice| choice.spellings.iter().any(|spelling| same(spelling, word)),
            Rule::WordAlias,
        ),
        (
            &|choice| {
                !choice.doc.is_empty()
                    && (same(choice.doc, word)
                        || choice
                            .spellings
                            .iter()
                            .any(|spelling| described(spelling, choice.doc, word)))
            },
            Rule::WordAlias,
        ),
    ];
    for (test, rule) in ladder {
        match any(test) {
            Some(Ok(index)) => return Found::One(index, rule),
            Some(Err(several)) => return Found::Several(several),
            None => {}
        }
    }
    // `Color.RED`, `Literal[positive]`, `RED: because`, `ONE - the first`, `A) the first`
    for part in heads(word) {
        let part = bare_word(part);
        match any(&|choice: &Choice<'_>| {
            choice.spellings.iter().any(|spelling| same(spelling, part))
        }) {
            Some(Ok(index)) => return Found::One(index, Rule::WordFold),
            Some(Err(several)) => return Found::Several(several),
            None => {}
        }
    }
    in_prose(text, choices, work)
}

/// A spelling and its description, one after the other.
fn described(spelling: &str, doc: &str, text: &str) -> bool {
    text.len() > spelling.len()
        && text.len() < 2 * (spelling.len() + doc.len()) + 8
        && key(text) == format!("{}{}", key(spelling), key(doc))
}

/// Parts of a text that may be the word alone.
fn heads(text: &str) -> impl Iterator<Item = &str> {
    let qualified = text
        .rsplit_once("::")
        .or_else(|| {
            text.split_once('.').filter(|(left, right)| {
                !left.is_empty() && !left.contains(' ') && !right.contains(' ')
            })
        })
        .map(|(_, right)| right);
    let python = text
        .split_once('.')
        .map(|(_, right)| right)
        .and_then(|right| right.split_once(": "))
        .map(|(left, _)| left);
    let wrapped = text
        .split_once(['[', '('])
        .map(|(_, inside)| inside.trim_end_matches([']', ')']))
        .filter(|inside| inside.len() < 64);
    let before = |separator: &'static str| {
        text.split_once(separator)
            .map(|(left, _)| left)
            .filter(|left| !left.trim().contains(' ') || left.len() < 40)
    };
    [
        python,
        qualified,
        wrapped,
        before(":"),
        before(" - "),
        before(" – "),
        before(" — "),
        before(") "),
        before("\n"),
        before(" ("),
    ]
    .into_iter()
    .flatten()
}

/// The choice whose words stand in a text as whole words; of several the one that stands there most often.
fn in_prose(text: &str, choices: &[Choice<'_>], work: &dyn Fn(usize)) -> Found {
    // as they are written, if any are
    match count_in_prose(text, choices, work, true) {
        Found::None => count_in_prose(text, choices, work, false),
        found => found,
    }
}

fn count_in_prose(
    text: &str,
    choices: &[Choice<'_>],
    work: &dyn Fn(usize),
    as_written: bool,
) -> Found {
    struct Word<'t> {
        folded: String,
        plain: &'t str,
    }
    let words: Vec<Word<'_>> = text
        .split(|c: char| !(c.is_alphanumeric() || is_mark(c)))
        .filter(|word| !word.is_empty())
        .take(4_000)
        .map(|plain| Word {
            folded: key(plain),
            plain,
        })
        .collect();
    // longest first, so that `VERY_LOW` is not `LOW`
    let mut patterns: Vec<(usize, Vec<String>, &str)> = Vec::new();
    for (index, choice) in choices.iter().enumerate() {
        for spelling in &choice.spellings {
            let pattern: Vec<String> = spelling
                .split(|c: char| !(c.is_alphanumeric() || is_mark(c)))
                .filter(|word| !word.is_empty())
                .map(key)
                .collect();
            if !pattern.is_empty()
                && !patterns
                    .iter()
                    .any(|(other, known, _)| *other == index && *known == pattern)
            {
                patterns.push((index, pattern, spelling));
            }
        }
    }
    patterns
        .sort_by_key(|(_, pattern, spelling)| std::cmp::Reverse((pattern.len(), spelling.len())));
    let (mut taken, mut counts) = (vec![false; words.len()], vec![0usize; choices.len()]);
    work(words.len() * patterns.len() / 4);
    if words.len() * patterns.len() > 200_000 {
        return Found::None;
    }
    for (index, pattern, spelling) in &patterns {
        let short = spelling.chars().count() <= 2;
        let mut at = 0;
        while at + pattern.len() <= words.len() {
            let spelt = !as_written
                || text.contains(&**spelling) && pattern.len() > 1
                || pattern.len() == 1
                    && words[at].plain == spelling.trim_matches(|c: char| !c.is_alphanumeric());
            let fits = spelt
                && pattern
                    .iter()
                    .zip(&words[at..])
                    .all(|(one, word)| *one == word.folded)
                && !taken[at..at + pattern.len()].contains(&true);
            // one letter is a word only as it is written, and `A` not where a sentence begins
            let meant = !short
                || spelling.chars().all(|c| !c.is_ascii_alphabetic())
                || words[at].plain == &**spelling
                    && !(matches!(&**spelling, "A" | "I")
                        && words
                            .get(at + 1)
                            .is_some_and(|next| next.plain.chars().all(char::is_lowercase)))
                || spelling.chars().count() == 2
                    && spelling.eq_ignore_ascii_case(words[at].plain)
                    && words.len() < 12;
            if fits && meant {
                counts[*index] += 1;
                taken[at..at + pattern.len()].fill(true);
                at += pattern.len();
            } else {
                at += 1;
            }
        }
    }
    let most = counts.iter().copied().max().unwrap_or(0);
    if most == 0 {
        return Found::None;
    }
    let best: Vec<usize> = (0..counts.len())
        .filter(|index| counts[*index] == most)
        .collect();
    match best.as_slice() {
        [one] => Found::One(*one, Rule::WordInProse),
        _ => Found::Several(best),
    }
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{200d}')
        || !c.is_ascii()
            && !c.is_whitespace()
            && !matches!(
                c,
                '“' | '”'
                    | '‘'
                    | '’'
                    | '–'
                    | '—'
                    | '…'
                    | '。'
                    | '，'
                    | '、'
                    | '「'
                    | '」'
                    | '：'
                    | '！'
                    | '？'
            )
}
