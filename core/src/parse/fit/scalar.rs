//! Text, numbers, truth, and values with a text form.
use super::{Fit, number, time, word::bare_word};
use crate::{
    parse::{
        node::{Kind, Node},
        plain::{plain, python},
        rule::Rule,
    },
    schema::{Format, Schema},
};
use serde_json::{Number, Value};
use std::borrow::Cow;

impl<'s> Fit<'_, 's> {
    pub(super) fn scalar(&mut self, schema: &'s Schema, node: &Node<'_>) -> Option<Value> {
        if !matches!(schema, Schema::Text) {
            if self.manner.partial && node.open {
                // it may still become another one
                return self.mismatch(schema, node);
            }
            match &node.kind {
                Kind::List(_) | Kind::Object(_) if self.manner.given => {
                    return self.mismatch(schema, node);
                }
                Kind::List(items) if items.len() == 1 && !items[0].is_composite() => {
                    self.plainly(Rule::ListToOne, node);
                    return self.scalar(schema, &items[0]);
                }
                Kind::Object(members) if members.len() == 1 && !members[0].value.is_composite() => {
                    self.plainly(Rule::Unwrapped, node);
                    return self.scalar(schema, &members[0].value);
                }
                _ => {}
            }
        }
        match schema {
            Schema::Text => self.text(schema, node),
            Schema::Boolean => self.truth(schema, node),
            Schema::Integer(kind) => self.integer(schema, kind, node),
            Schema::Number(_) => self.number(schema, node),
            Schema::Null
                if matches!(node.kind, Kind::Null | Kind::Nothing)
                    || node
                        .text()
                        .is_some_and(|text| matches!(text.trim(), "null" | "None" | "none")) =>
            {
                Some(Value::Null)
            }
            Schema::Character => match node.text() {
                Some(text) if text.chars().count() == 1 => Some(Value::from(text)),
                Some(text) => Some(Value::from(text.trim())),
                None => self.digits_as_text(schema, node),
            },
            Schema::Formatted(format) => self.formatted(schema, *format, node),
            Schema::Literal(values) => self.literals(schema, values.get(), node),
            _ => self.mismatch(schema, node),
        }
    }

    fn digits_as_text(&mut self, schema: &'s Schema, node: &Node<'_>) -> Option<Value> {
        match &node.kind {
            Kind::Number(digits) => Some(Value::from(&**digits)),
            _ => self.mismatch(schema, node),
        }
    }

    pub(super) fn text(&mut self, schema: &'s Schema, node: &Node<'_>) -> Option<Value> {
        match &node.kind {
            Kind::Text(text) | Kind::Bare(text) => return Some(Value::from(&**text)),
            Kind::Nothing => return self.mismatch(schema, node),
            Kind::Null if !self.manner.dspy => return self.mismatch(schema, node),
            _ => {}
        }
        if node.is_composite() {
            // a union has something better than this
            self.cost += 20;
        } else if self.quiet > 0 && matches!(node.kind, Kind::Number(_) | Kind::Bool(_)) {
            // as has one of numbers and text: `5.0` is rather 5 than text
            self.cost += 10;
        }
        if self.manner.dspy {
            let mut text = String::new();
            python(node, &mut text);
            if !matches!(node.kind, Kind::Number(_)) {
                self.plainly(Rule::ValueToText, node);
            }
            return Some(Value::from(text));
        }
        self.plainly(Rule::ValueToText, node);
        // as it stands there
        let written = self.source.get(node.span()).filter(|text| !text.is_empty());
        Some(match (&node.kind, written) {
            (Kind::Number(digits), None) => Value::from(&**digits),
            (_, Some(text)) => Value::from(text),
            _ => Value::from(plain(node).to_string()),
        })
    }

    fn truth(&mut self, schema: &'s Schema, node: &Node<'_>) -> Option<Value> {
        let said = match &node.kind {
            Kind::Bool(value) => return Some(Value::from(*value)),
            Kind::Number(digits) => match digits.parse::<f64>() {
                Ok(0.0) => Some((false, Rule::Truth)),
                Ok(1.0) => Some((true, Rule::Truth)),
                _ => None,
            },
            Kind::Text(text) | Kind::Bare(text) => truth(text),
            _ => None,
        };
        let Some((value, rule)) = said else {
            return self.mismatch(schema, node);
        };
        self.plainly(rule, node);
        Some(Value::from(value))
    }

    /// The digits of a number, however it is written.
    fn digits<'n>(&mut self, node: &'n Node<'_>) -> Option<Cow<'n, str>> {
        match &node.kind {
            Kind::Number(digits) => Some(Cow::Borrowed(digits)),
            Kind::Text(text) | Kind::Bare(text) => {
                let (digits, rule) = number::read(text)?;
                if rule != Rule::TextToValue || matches!(node.kind, Kind::Text(_)) {
                    self.plainly(rule, node);
                }
                Some(digits)
            }
            _ => None,
        }
    }

    fn integer(&mut self, schema: &'s Schema, kind: &str, node: &Node<'_>) -> Option<Value> {
        if let (Kind::Bool(value), true) = (&node.kind, self.manner.dspy) {
            self.cost += 6;
            self.plainly(Rule::ValueToText, node);
            return Some(Value::from(u8::from(*value)));
        }
        let Some(digits) = self.digits(node) else {
            return self.mismatch(schema, node);
        };
        let whole = number::whole(&digits);
        let value = match &whole {
            Some(whole) => {
                if whole.len() != digits.len() {
                    self.plainly(Rule::Whole, node);
                }
                match (whole.parse::<i64>(), whole.parse::<u64>()) {
                    (Ok(number), _) => Some(Value::from(number)),
                    (_, Ok(number)) => Some(Value::from(number)),
                    // beyond 64 bits JSON has no exact numbers: the digits come as text
                    _ if matches!(kind, "int128" | "uint128") => Some(Value::from(&**whole)),
                    _ if kind.is_empty() => crate::parse::plain::number(whole).map(Value::Number),
                    _ => None,
                }
            }
            None => None,
        };
        value.or_else(|| self.mismatch(schema, node))
    }

    fn number(&mut self, schema: &'s Schema, node: &Node<'_>) -> Option<Value> {
        if let (Kind::Bool(value), true) = (&node.kind, self.manner.dspy) {
            self.cost += 6;
            self.plainly(Rule::ValueToText, node);
            return Some(Value::from(if *value { 1.0 } else { 0.0 }));
        }
        let value = self
            .digits(node)
            .and_then(|digits| crate::parse::plain::number(&digits));
        let value = match (self.whole, node.text(), value) {
            (Some(whole), Some(text), Some(percent)) if number::is_percent(text) => percent
                .as_f64()
                .and_then(|percent| Number::from_f64(percent * whole / 100.0)),
            (_, _, value) => value,
        };
        match value {
            Some(number) => {
                if number.is_i64() || number.is_u64() {
                    // a whole number is better off as one, where a union has the choice
                    self.cost += u32::from(self.quiet > 0);
                }
                Some(Value::Number(number))
            }
            None => self.mismatch(schema, node),
        }
    }

    fn formatted(&mut self, schema: &'s Schema, format: Format, node: &Node<'_>) -> Option<Value> {
        if format == Format::Decimal {
            // up to fifteen digits survive as a number; more stay as they are written
            if let Kind::Number(digits) = &node.kind
                && digits.bytes().filter(u8::is_ascii_digit).count() <= 15
            {
                return crate::parse::plain::number(digits)
                    .map(Value::Number)
                    .or_else(|| self.mismatch(schema, node));
            }
            return match self.digits(node) {
                Some(digits) => Some(Value::from(&*digits)),
                None => self.mismatch(schema, node),
            };
        }
        let text: Cow<'_, str> = match &node.kind {
            Kind::Text(text) | Kind::Bare(text) => Cow::Borrowed(text),
            Kind::Number(digits) => Cow::Borrowed(digits),
            _ => return self.mismatch(schema, node),
        };
        let text = text.trim();
        match time::read(format, text) {
            Some(time::Read::AsIs) => Some(Value::from(text)),
            Some(time::Read::As(canonical)) => {
                if canonical != text {
                    self.plainly(Rule::DateFormat, node);
                }
                Some(Value::from(canonical))
            }
            None => self.mismatch(schema, node),
        }
    }
}

/// A truth value: as one word, at the start of a sentence, or the only one in it.
fn truth(text: &str) -> Option<(bool, Rule)> {
    let word = bare_word(text);
    let one = |word: &str| {
        let is = |other: &&str| word.eq_ignore_ascii_case(other);
        if ["true", "yes", "y", "1", "on", "t", "1.0"].iter().any(is) {
            return Some(true);
        }
        let no = ["false", "no", "n", "0", "off", "f", "0.0"].iter().any(is);
        no.then_some(false)
    };
    if word.len() < 8
        && let Some(value) = one(word)
    {
        return Some((value, Rule::Truth));
    }
    let mut found = None;
    for (index, word) in text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .enumerate()
    {
        let value = if word.eq_ignore_ascii_case("true") {
            true
        } else if word.eq_ignore_ascii_case("false") {
            false
        } else if index == 0
            && matches!(word.to_ascii_lowercase().as_str(), "yes" | "no")
            && text.trim_start().trim_start_matches(['*', '"', '`'])[word.len()..]
                .starts_with([',', '.', '!', ':', ';', '*', '\n', ' '])
            && !text.trim_start().trim_start_matches(['*', '"', '`'])[word.len()..].starts_with(' ')
        {
            word.eq_ignore_ascii_case("yes")
        } else {
            continue;
        };
        if found.is_some_and(|found| found != value) {
            return None;
        }
        found = Some(value);
    }
    found.map(|value| (value, Rule::TruthInProse))
}
