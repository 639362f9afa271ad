//! Brings a value into the form its schema says, and notes what does not fit.
use super::{check::check, json, values::absent};
use crate::{
    error::Fault,
    field::shorten,
    schema::{Body, Constraint, Definitions, FieldDef, Format, Literal, Named, Schema, Variant},
};
use serde_json::{Map, Value};

/// Deeper values than this are refused.
const DEEPEST: usize = 128;

/// Where we are, and where faults go.
pub(super) struct Context<'a, 's> {
    faults: &'a mut Vec<Fault>,
    /// The output or input.
    field: &'a str,
    /// The way on from there: empty in most values, and then no allocation.
    inner: String,
    depth: usize,
    /// Named types around, for [`Schema::Recursion`].
    around: Vec<&'s Named>,
}

impl<'a, 's> Context<'a, 's> {
    pub(super) fn new(faults: &'a mut Vec<Fault>, field: &'a str) -> Self {
        Context {
            faults,
            field,
            inner: String::new(),
            depth: 0,
            around: Vec::new(),
        }
    }
    #[cold]
    fn path(&self) -> String {
        format!("{}{}", self.field, self.inner)
    }
    fn within<R>(&mut self, step: &str, run: impl FnOnce(&mut Self) -> R) -> R {
        let length = self.inner.len();
        if !step.starts_with('[') {
            self.inner.push('.');
        }
        self.inner.push_str(step);
        self.depth += 1;
        let result = run(self);
        self.depth -= 1;
        self.inner.truncate(length);
        result
    }
    #[cold]
    fn mismatch(&mut self, schema: &Schema, value: &Value) -> Value {
        let found = if value.is_null() {
            "null".to_owned()
        } else {
            shorten(value)
        };
        self.faults
            .push(Fault::mismatch(self.path(), expected(schema), found));
        Value::Null
    }
}

/// A field's value.
pub(super) fn field<'s>(field: &'s FieldDef, value: Value, mut context: Context<'_, 's>) -> Value {
    bounded(field, value, &mut context)
}

/// The value of a field that is not in the reply.
pub(super) fn missing(field: &FieldDef, context: Context<'_, '_>) -> Value {
    absent(field).unwrap_or_else(|fault| {
        context.faults.push(fault);
        Value::Null
    })
}

fn bounded<'s>(field: &'s FieldDef, value: Value, context: &mut Context<'_, 's>) -> Value {
    if value.is_null()
        && field.default.is_some()
        && !matches!(field.schema.get().shape(), Schema::Optional(_))
    {
        return absent(field).unwrap_or(Value::Null);
    }
    let value = align(field.schema.get(), value, context);
    constraints(&value, field.constraints.get(), context);
    value
}

fn constraints(value: &Value, constraints: &[Constraint], context: &mut Context<'_, '_>) {
    // null is what stands for a value that has its fault already, or for nothing, which has no bounds
    if !value.is_null() {
        check(
            value,
            constraints,
            &|| format!("{}{}", context.field, context.inner),
            context.faults,
        );
    }
}

/// What a schema expects, in words.
pub(crate) fn expected(schema: &Schema) -> String {
    match schema {
        Schema::Text => "text".into(),
        Schema::Character => "one character".into(),
        Schema::Boolean => "true or false".into(),
        Schema::Integer(_) => "an integer".into(),
        Schema::Number(_) => "a number".into(),
        Schema::Null => "null".into(),
        Schema::Any => "a value".into(),
        Schema::Formatted(format) => format.words().into(),
        Schema::List(_) | Schema::Set(_) => "a list".into(),
        Schema::Array(_, len) => format!("a list of {len}"),
        Schema::Tuple(items) => format!("a list of {}", items.len()),
        Schema::Map(..) => "an object".into(),
        Schema::Optional(inner) => format!("{} or null", expected(inner)),
        Schema::Union(options) => options
            .iter()
            .map(|option| expected(option))
            .collect::<Vec<_>>()
            .join(" or "),
        Schema::Literal(values) => one_of(values.iter().map(literal_text)),
        Schema::Constrained(inner, _) | Schema::Printed(inner, _) => expected(inner),
        Schema::Named(named) => match named.body() {
            Body::Record(_) => format!("an object `{}`", named.name.get()),
            Body::Words(variants) | Body::Variants(variants) => {
                one_of(variants.iter().map(|variant| variant.name.get().to_owned()))
            }
        },
        Schema::Inline(_) | Schema::Recursion(_) => "an object".into(),
    }
}

fn one_of(words: impl Iterator<Item = String>) -> String {
    format!(
        "one of {}",
        words
            .map(|word| format!("`{word}`"))
            .collect::<Vec<_>>()
            .join(", ")
    )
}

fn literal_text(value: &Literal) -> String {
    match value {
        Literal::Text(text) => text.get().to_owned(),
        Literal::Integer(number) => number.to_string(),
        Literal::Boolean(value) => value.to_string(),
        Literal::Null => "null".into(),
    }
}

fn literal_value(value: &Literal) -> Value {
    match value {
        Literal::Text(text) => Value::from(text.get()),
        Literal::Integer(number) => Value::from(*number),
        Literal::Boolean(value) => Value::from(*value),
        Literal::Null => Value::Null,
    }
}

/// A value in the form its schema says; null and a fault if it does not fit.
fn align<'s>(schema: &'s Schema, value: Value, context: &mut Context<'_, 's>) -> Value {
    if context.depth > DEEPEST {
        return context.mismatch(schema, &Value::from("a value nested too deep"));
    }
    match schema {
        Schema::Text => match value {
            Value::String(_) => value,
            Value::Null => context.mismatch(schema, &value),
            other => Value::from(other.to_string()),
        },
        Schema::Any => value,
        Schema::Null if value.is_null() => value,
        Schema::Boolean => match truth(&value) {
            Some(truth) => Value::from(truth),
            None => context.mismatch(schema, &value),
        },
        // beyond 64 bits JSON has no exact numbers: the digits come as text
        Schema::Integer("int128" | "uint128") if digits(&value).is_some() => {
            digits(&value).unwrap_or_default()
        }
        Schema::Integer(_) => match number(&value).and_then(whole) {
            Some(number) => number,
            None => context.mismatch(schema, &value),
        },
        Schema::Number(_) => match number(&value) {
            Some(number) => number,
            None => context.mismatch(schema, &value),
        },
        Schema::Formatted(Format::Decimal) => match decimal(&value) {
            Some(number) => number,
            None => context.mismatch(schema, &value),
        },
        Schema::Character | Schema::Formatted(_) => match value {
            // one blank is a character too
            Value::String(text) if text.chars().count() == 1 => Value::String(text),
            Value::String(text) => Value::from(text.trim()),
            // a year, or a digit
            Value::Number(number) => Value::from(number.to_string()),
            other => context.mismatch(schema, &other),
        },
        Schema::List(item) | Schema::Set(item) => {
            let items = items(item, value, context);
            if matches!(schema, Schema::Set(_)) {
                distinct(items)
            } else {
                Value::Array(items)
            }
        }
        Schema::Array(item, len) => {
            let items = items(item, value, context);
            if items.len() == *len {
                Value::Array(items)
            } else {
                let found = format!("a list of {}", items.len());
                context
                    .faults
                    .push(Fault::mismatch(context.path(), expected(schema), found));
                Value::Null
            }
        }
        Schema::Tuple(kinds) => tuple(schema, kinds, value, context),
        Schema::Map(key, kind) => map(schema, (key, kind), value, context),
        Schema::Optional(inner) => {
            let nothing = match &value {
                Value::Null => true,
                Value::String(text) if !matches!(inner.get().shape(), Schema::Text) => {
                    matches!(text.trim(), "" | "null" | "None" | "none" | "N/A" | "n/a")
                }
                _ => false,
            };
            if nothing {
                Value::Null
            } else {
                align(inner.get(), value, context)
            }
        }
        Schema::Union(options) => {
            let options: Vec<&Schema> = options.iter().map(|option| &**option).collect();
            union(schema, &options, value, context)
        }
        Schema::Literal(values) => match values
            .iter()
            .find(|literal| same_word(&literal_text(literal), &value))
        {
            Some(literal) => literal_value(literal),
            None => context.mismatch(schema, &value),
        },
        Schema::Constrained(inner, bounds) => {
            let value = align(inner.get(), value, context);
            constraints(&value, bounds.get(), context);
            value
        }
        Schema::Printed(inner, _) => align(inner.get(), value, context),
        Schema::Named(named) => {
            context.around.push(named);
            let value = self::named(schema, named, value, context);
            context.around.pop();
            value
        }
        Schema::Inline(definition) => match &definition.get().body {
            Body::Record(fields) => record(schema, fields, value, context),
            _ => value,
        },
        Schema::Recursion(id) => match context
            .around
            .iter()
            .rev()
            .find(|named| named.id == *id)
            .copied()
        {
            Some(named) => self::named(schema, named, value, context),
            None => value,
        },
        Schema::Null => context.mismatch(schema, &value),
    }
}

fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        Value::Number(number) => match number.as_f64()? {
            0.0 => Some(false),
            1.0 => Some(true),
            _ => None,
        },
        Value::String(text) => match text
            .trim()
            .trim_end_matches('.')
            .to_ascii_lowercase()
            .as_str()
        {
            "true" | "yes" | "y" | "1" | "on" | "t" => Some(true),
            "false" | "no" | "n" | "0" | "off" | "f" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// A number, written as one or as text.
fn number(value: &Value) -> Option<Value> {
    match value {
        Value::Number(_) => Some(value.clone()),
        Value::String(text) => {
            let text = text.trim();
            // thousands in groups of three, never a decimal comma
            let grouped = text.split(',').skip(1).all(|group| {
                group.len() >= 3
                    && group.bytes().take(3).all(|b| b.is_ascii_digit())
                    && !group[3..].starts_with(|c: char| c.is_ascii_digit())
            });
            let plain = if grouped {
                text.replace(',', "")
            } else {
                text.to_owned()
            };
            json::number(&plain).map(Value::Number)
        }
        _ => None,
    }
}

/// The digits of a whole number as text, if they are text.
fn digits(value: &Value) -> Option<Value> {
    let text = value.as_str()?.trim();
    let plain = text.strip_prefix(['-', '+']).unwrap_or(text);
    let all = !plain.is_empty() && plain.bytes().all(|byte| byte.is_ascii_digit());
    all.then(|| Value::from(text.strip_prefix('+').unwrap_or(text)))
}

/// A decimal number: as text with all its digits where it came as text.
fn decimal(value: &Value) -> Option<Value> {
    let Value::String(text) = value else {
        return value.is_number().then(|| value.clone());
    };
    number(value)?;
    let text = text.trim();
    let text = text.strip_prefix('+').unwrap_or(text);
    Some(Value::from(
        text.chars()
            .filter(|c| !matches!(c, ',' | '_'))
            .collect::<String>(),
    ))
}

/// A whole number; `5.0` is one.
#[allow(
    clippy::cast_possible_truncation,
    clippy::float_cmp,
    reason = "checked to be whole and in range"
)]
fn whole(value: Value) -> Option<Value> {
    if value.is_i64() || value.is_u64() {
        return Some(value);
    }
    let number = value.as_f64()?;
    (number.fract() == 0.0 && number.abs() < 9.0e15).then(|| Value::from(number as i64))
}

/// Text that holds JSON: a model that answers with the right value in quotes.
fn opened(value: Value) -> Value {
    match &value {
        Value::String(text) => match json::read(text.trim()) {
            Some(inner @ (Value::Array(_) | Value::Object(_))) => inner,
            _ => value,
        },
        _ => value,
    }
}

fn items<'s>(kind: &'s Schema, value: Value, context: &mut Context<'_, 's>) -> Vec<Value> {
    let list = match opened(value) {
        Value::Array(list) => list,
        Value::Null => {
            context.mismatch(
                &Schema::List(crate::constant::Ref::new(&Schema::Any)),
                &Value::Null,
            );
            return Vec::new();
        }
        // one item where a list is asked for
        other => vec![other],
    };
    let mut items = Vec::with_capacity(list.len());
    for (index, item) in list.into_iter().enumerate() {
        items.push(context.within(&format!("[{index}]"), |context| align(kind, item, context)));
    }
    items
}

/// Each item once, in order of first appearance. The texts of items tell them apart.
fn distinct(items: Vec<Value>) -> Value {
    let mut seen = std::collections::HashSet::new();
    Value::Array(
        items
            .into_iter()
            .filter(|item| seen.insert(item.to_string()))
            .collect(),
    )
}

fn tuple<'s>(
    schema: &'s Schema,
    kinds: &'s [crate::constant::Ref<Schema>],
    value: Value,
    context: &mut Context<'_, 's>,
) -> Value {
    let list = match opened(value) {
        Value::Array(list) => list,
        // the form that closed dialects use: members `0`, `1`, …
        Value::Object(mut members) => (0..kinds.len())
            .map_while(|index| members.swap_remove(&index.to_string()))
            .collect(),
        other => return context.mismatch(schema, &other),
    };
    if list.len() != kinds.len() {
        return context.mismatch(schema, &Value::Array(list));
    }
    let mut items = Vec::with_capacity(list.len());
    for (index, (kind, item)) in kinds.iter().zip(list).enumerate() {
        items.push(context.within(&format!("[{index}]"), |context| {
            align(kind.get(), item, context)
        }));
    }
    Value::Array(items)
}

fn map<'s>(
    schema: &'s Schema,
    (key, kind): (&'s Schema, &'s Schema),
    value: Value,
    context: &mut Context<'_, 's>,
) -> Value {
    let members: Vec<(Value, Value)> = match opened(value) {
        Value::Object(members) => members
            .into_iter()
            .map(|(name, value)| (Value::from(name), value))
            .collect(),
        // the form that closed dialects use: a list of key and value; or of pairs
        Value::Array(list) => {
            let mut members = Vec::with_capacity(list.len());
            for item in list {
                members.push(match item {
                    Value::Object(mut pair) => {
                        match (pair.swap_remove("key"), pair.swap_remove("value")) {
                            (Some(key), Some(value)) => (key, value),
                            _ => return context.mismatch(schema, &Value::Object(pair)),
                        }
                    }
                    Value::Array(pair) => match <[Value; 2]>::try_from(pair) {
                        Ok([key, value]) => (key, value),
                        Err(pair) => return context.mismatch(schema, &Value::Array(pair)),
                    },
                    other => return context.mismatch(schema, &other),
                });
            }
            members
        }
        other => return context.mismatch(schema, &other),
    };
    let mut aligned = Map::new();
    for (name, value) in members {
        let shown = match name {
            Value::String(name) => name,
            other => other.to_string(),
        };
        let (name, value) = context.within(&shown, |context| {
            (self::key(key, &shown, context), align(kind, value, context))
        });
        aligned.insert(name, value);
    }
    Value::Object(aligned)
}

/// The name of a member whose key has a schema: words as the enum spells them, numbers without blanks.
fn key<'s>(schema: &'s Schema, name: &str, context: &mut Context<'_, 's>) -> String {
    if matches!(
        schema.shape(),
        Schema::Text | Schema::Character | Schema::Any
    ) {
        return name.to_owned();
    }
    match align(schema, Value::from(name), context) {
        Value::String(name) => name,
        // the fault is noted
        Value::Null => name.to_owned(),
        other => other.to_string(),
    }
}

/// The option with the fewest faults; among equals the first whose value is kept as it came.
fn union<'s>(
    schema: &Schema,
    options: &[&'s Schema],
    value: Value,
    context: &mut Context<'_, 's>,
) -> Value {
    let mut best: Option<(usize, Value)> = None;
    for option in options {
        let mut faults = Vec::new();
        let mut trial = Context {
            faults: &mut faults,
            field: context.field,
            inner: context.inner.clone(),
            depth: context.depth + 1,
            around: context.around.clone(),
        };
        let aligned = align(option, value.clone(), &mut trial);
        let cost = faults.len() * 2 + usize::from(aligned != value);
        if best.as_ref().is_none_or(|(least, _)| cost < *least) {
            best = Some((cost, aligned));
        }
        if cost == 0 {
            break;
        }
    }
    match best {
        Some((cost, aligned)) if cost < 2 => aligned,
        _ => context.mismatch(schema, &value),
    }
}

/// The same word, case, quotes and the blanks around it aside.
fn same_word(word: &str, value: &Value) -> bool {
    match value {
        Value::String(text) => {
            let text = text.trim().trim_matches(['"', '\'', '`', '.', '*']);
            text.eq_ignore_ascii_case(word) || normal(text) == normal(word)
        }
        Value::Number(number) => number.to_string() == word,
        Value::Bool(value) => word.eq_ignore_ascii_case(if *value { "true" } else { "false" }),
        Value::Null => word.eq_ignore_ascii_case("null"),
        _ => false,
    }
}

/// Letters and digits only, in lower case: `In progress` and `in_progress` are one word.
fn normal(word: &str) -> String {
    word.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// The variant that a word means: exactly, else the only one that is the same word.
fn variant<'v>(variants: &'v [Variant], word: &Value) -> Option<&'v Variant> {
    let spelled = |variant: &Variant| match &variant.value {
        Some(value) => literal_text(value),
        None => variant.name.get().to_owned(),
    };
    if let Some(exact) = variants
        .iter()
        .find(|variant| word.as_str() == Some(&*spelled(variant)))
    {
        return Some(exact);
    }
    let mut same = variants.iter().filter(|variant| {
        same_word(&spelled(variant), word) || same_word(variant.name.get(), word)
    });
    let first = same.next()?;
    same.next().is_none().then_some(first)
}

fn named<'s>(
    schema: &'s Schema,
    named: &'s Named,
    value: Value,
    context: &mut Context<'_, 's>,
) -> Value {
    match named.body() {
        Body::Words(variants) => match variant(variants, &value) {
            Some(variant) => variant
                .value
                .as_ref()
                .map_or_else(|| Value::from(variant.name.get()), literal_value),
            None => context.mismatch(schema, &value),
        },
        Body::Variants(variants) => match opened(value) {
            Value::Object(members) if members.len() == 1 => {
                let Some((name, inner)) = members.into_iter().next() else {
                    return Value::Null;
                };
                match variant(variants, &Value::from(name.as_str())) {
                    Some(Variant {
                        name,
                        data: Some(data),
                        ..
                    }) => {
                        let inner =
                            context.within(name.get(), |context| align(data.get(), inner, context));
                        Value::Object(Map::from_iter([(name.get().to_owned(), inner)]))
                    }
                    Some(Variant {
                        name, data: None, ..
                    }) => Value::from(name.get()),
                    None => context.mismatch(schema, &Value::from(name)),
                }
            }
            word => match variant(variants, &word) {
                Some(Variant {
                    name, data: None, ..
                }) => Value::from(name.get()),
                _ => context.mismatch(schema, &word),
            },
        },
        Body::Record(fields) => record(schema, fields, value, context),
    }
}

fn record<'s>(
    schema: &'s Schema,
    fields: &'s [FieldDef],
    value: Value,
    context: &mut Context<'_, 's>,
) -> Value {
    let mut members = match opened(value) {
        Value::Object(members) => members,
        other => return context.mismatch(schema, &other),
    };
    let mut aligned = Map::new();
    for field in fields {
        let name = field.name.get();
        let found = members.swap_remove(name).or_else(|| {
            let wanted = normal(name);
            let key = members
                .keys()
                .find(|key| !wanted.is_empty() && normal(key) == wanted)?
                .clone();
            members.swap_remove(&key)
        });
        let value = match found {
            Some(value) => context.within(name, |context| bounded(field, value, context)),
            None if let Some(empty) = empty(field, context) => empty,
            None => absent(field).unwrap_or_else(|fault| {
                context.faults.push(fault.within(&context.path()));
                Value::Null
            }),
        };
        aligned.insert(name.to_owned(), value);
    }
    Value::Object(aligned)
}

/// What a missing list or map is that holds the type around it: empty. Where a dialect unrolls recursive
/// types it must be told that such a member may be missing.
fn empty(field: &FieldDef, context: &Context<'_, '_>) -> Option<Value> {
    let empty = match field.schema.get().shape() {
        Schema::List(_) | Schema::Set(_) => Value::Array(Vec::new()),
        Schema::Map(..) => Value::Object(Map::new()),
        _ => return None,
    };
    let around = context.around.last()?;
    (field.default.is_none() && Definitions::closes_cycle(around, field.schema.get()))
        .then_some(empty)
}
