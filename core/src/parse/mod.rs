//! From the text of a reply to typed outputs.
//!
//! Three steps, none of which knows Rust types: [`sections`] finds the value of each output in the text,
//! [`json`] reads what is not plain text, [`align`] brings each value into its schema's form and checks
//! its bounds. Then [`Values`] hands them to the generated code, typed.
mod align;
#[cfg(test)]
mod align_tests;
mod check;
mod json;
mod nested;
mod scalars;
mod sections;
mod values;
mod words;

pub(crate) use check::check;
pub(crate) use values::absent;
pub use values::{CheckResult, OneFault, Values, check_author};
pub(crate) use words::expected;

use crate::{
    Completion, Error, ErrorKind, Result,
    error::Fault,
    schema::FieldDef,
    signature::{Ask, Def},
};
use serde_json::Value;

/// Reads one completion of a reply as the outputs of `S`.
pub(crate) fn read<S: Ask>(def: &Def, completion: &Completion) -> Result<S::Output> {
    let text = &*completion.text;
    if text.trim().is_empty() {
        return Err(
            Error::new(ErrorKind::NoContent, "the model's reply is empty").with_raw_reply(text),
        );
    }
    let faulty = |faults: Vec<Fault>| {
        let bounds_only = faults.iter().all(|fault| fault.constraint);
        let kind = if bounds_only {
            ErrorKind::Constraint
        } else {
            ErrorKind::Parse
        };
        Error::from_faults(kind, faults).with_raw_reply(text)
    };
    let values = outputs(def, text).map_err(faulty)?;
    S::read(def, Values::of_outputs(values, def)).map_err(faulty)
}

/// The outputs in order, each in its schema's form; or all that is wrong with them.
pub(crate) fn outputs(def: &Def, text: &str) -> Result<Vec<Value>, Vec<Fault>> {
    let mut found = sections::find(def, text);
    let (mut values, mut faults) = (Vec::new(), Vec::new());
    for (index, field) in def.outputs().enumerate() {
        let context = align::Context::new(&mut faults, field.name.get());
        values.push(match found.get_mut(index).and_then(Option::take) {
            Some(value) => align::field(field, value, context),
            None => align::missing(field, context),
        });
    }
    if faults.is_empty() {
        Ok(values)
    } else {
        Err(faults)
    }
}

/// An input that came as JSON, in its schema's form.
pub(crate) fn input(field: &FieldDef, value: Value, faults: &mut Vec<Fault>) -> Value {
    align::field(field, value, align::Context::new(faults, field.name.get()))
}

/// The outputs in order out of a JSON object that has them by name, for what was written by us.
pub(crate) fn outputs_of_json(def: &Def, value: Value) -> Result<Values<'_>, Fault> {
    let Value::Object(mut members) = value else {
        return Err(crate::field::mismatch("an object", &value));
    };
    let mut values = Vec::new();
    for field in def.outputs() {
        values.push(match members.swap_remove(field.name.get()) {
            Some(value) => value,
            None => values::absent(field)?,
        });
    }
    Ok(Values::of_outputs(values, def))
}
