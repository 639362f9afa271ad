//! How generated code reads values.
use crate::{
    CheckResult, InputField, View,
    error::Fault,
    field::mismatch,
    parse::{Values, expected},
    read::{Reader, unclean},
    schema::{Body, Definition, Schema, Variant},
};
use serde_json::Value;
use std::borrow::Cow;

/// The definition of a type that has one.
fn definition<T: InputField>() -> Option<&'static Definition> {
    match T::SCHEMA.get_static()? {
        Schema::Named(named) => named.definition.get_static(),
        _ => None,
    }
}

fn variants<T: InputField>() -> &'static [Variant] {
    match definition::<T>().map(|definition| &definition.body) {
        Some(Body::Variants(variants)) => variants.get(),
        _ => &[],
    }
}

/// The members of a struct, in order.
///
/// # Errors
/// A fault if the value is no object, or a member is missing.
pub fn members_of<'a, 't, T: InputField>(
    reader: &'a mut Reader<'t>,
) -> Result<Values<'a, 't>, Fault> {
    match definition::<T>() {
        Some(definition) => Values::at(reader, definition),
        None => Err(unclean()),
    }
}

/// The members of a variant's data, in order.
///
/// # Errors
/// As [`members_of`].
pub fn members_of_variant<T: InputField>(
    index: usize,
    value: Value,
) -> Result<Values<'static, 'static>, Fault> {
    let data = variants::<T>()
        .get(index)
        .and_then(|variant| variant.data.as_ref()?.get_static());
    match data {
        Some(Schema::Inline(definition)) => match definition.get_static() {
            Some(definition) => Values::of_record(value, definition),
            None => Err(mismatch("an object", &value)),
        },
        _ => Err(mismatch("an object", &value)),
    }
}

/// Which variant a value is, and its data.
///
/// # Errors
/// A fault if it is none.
pub fn variant_of<T: InputField>(value: Value) -> Result<(usize, Value), Fault> {
    let find = |name: &str| {
        variants::<T>()
            .iter()
            .position(|variant| variant.name.get() == name)
    };
    let found = match &value {
        Value::String(name) => find(name).map(|index| (index, Value::Null)),
        Value::Object(members) if members.len() == 1 => members
            .iter()
            .next()
            .and_then(|(name, data)| Some((find(name)?, data.clone()))),
        _ => None,
    };
    found.ok_or_else(|| not_of::<T>(&value))
}

/// The fault of a value that is none of a type's words.
#[cold]
pub fn no_word<T: InputField>(word: &str) -> Fault {
    not_of::<T>(&Value::from(word))
}

#[cold]
fn not_of<T: InputField>(value: &Value) -> Fault {
    mismatch(&expected(T::SCHEMA.get()), value)
}

/// The word that a reader stands at.
///
/// # Errors
/// A fault if it is no text.
pub fn word_of<'t, T: InputField>(reader: &mut Reader<'t>) -> Result<Cow<'t, str>, Fault> {
    match reader.given() {
        None => reader.text(),
        Some(Value::String(word)) => Ok(Cow::Owned(word)),
        Some(other) => Err(not_of::<T>(&other)),
    }
}

/// A value that the tolerant reader made; a type that only it can read has no other.
///
/// # Errors
/// A fault if the reader stands in a text.
pub fn given_to(reader: &mut Reader<'_>) -> Result<Value, Fault> {
    reader.given().ok_or_else(unclean)
}

/// Lets an author's check judge one field.
///
/// # Errors
/// A fault with the check's words.
pub fn check_one(name: &str, value: View<'_>, result: impl CheckResult) -> Result<(), Fault> {
    let mut faults = Vec::new();
    crate::parse::check_author(&mut faults, name, value, result);
    faults.pop().map_or(Ok(()), Err)
}

/// The outputs, unless an author's check found a fault.
///
/// # Errors
/// All faults.
pub fn checked<T>(output: T, faults: Vec<Fault>) -> Result<T, Vec<Fault>> {
    if faults.is_empty() {
        Ok(output)
    } else {
        Err(faults)
    }
}

/// What a type answers of which a mistake leaves nothing known.
///
/// # Errors
/// Always.
pub fn unreadable<T>(value: Value) -> Result<T, Fault> {
    Err(mismatch("", &value))
}
