//! From the text of a reply to typed outputs.
//!
//! [`reply`] finds where each output stands: behind its marker, in a JSON object, in tags, behind labels.
//! [`reader`] reads what is not plain text with the schema in hand, into [`node`]s that borrow the text;
//! JSON as its standard has it goes through [`strict`], which is the same without any leniency.
//! [`fit`] brings each node into its schema's form and checks its bounds. Where a text offers several
//! values, [`payload`] lets each be fitted and takes the one that costs least. Every leniency is a
//! [`Rule`](rule::Rule) with a cost, and is noted. Then [`Values`] hands the outputs to the generated code.
//!
//! Work is bounded: [`limits`] counts steps against the length of the text, and nothing recurses deeper
//! than a constant.
#![allow(
    clippy::similar_names,
    reason = "`node` and `note`, `names` and `named` are the words of this place"
)]
mod carried;
mod chat;
mod check;
mod expected;
mod fit;
mod fold;
mod labels;
mod limits;
mod lines;
mod node;
mod notes;
mod partial;
mod payload;
mod plain;
mod reader;
mod reply;
mod rule;
mod scope;
mod steps;
mod strict;
mod tags;
mod values;
mod written;

#[cfg(test)]
mod tests;

pub(crate) use crate::read::Given;
pub use crate::read::{OneFault, Values};
pub(crate) use carried::reading as carried_reading;
pub(crate) use chat::{has_odd_line_ends, is_line_end, lines as chat_lines, without_cut_marker};
pub(crate) use check::check;
pub(crate) use expected::expected;
pub(crate) use fold::same as is_same_name;
pub(crate) use payload::THOUGHTS;
pub use reply::Form;
#[cfg(test)]
pub(crate) use reply::read as read_outputs;
pub(crate) use reply::{Keep, Reading, keeps_text};
pub use rule::{Repair, Rule, Strictness};
pub(crate) use scope::is_named;
pub(crate) use tags::decoded as without_escapes;
pub(crate) use values::absent;
pub use values::{CheckResult, check_author};

use crate::{
    Completion, Error, ErrorKind, Result,
    error::Fault,
    schema::{FieldDef, Schema},
    signature::{Ask, Def},
};
use fit::{Fit, Manner};
use node::Node;
use serde_json::{Map, Value};

impl From<crate::Adapter> for Form {
    fn from(adapter: crate::Adapter) -> Self {
        match adapter {
            crate::Adapter::Xml => Form::Xml,
            other if other.replies_in_json() => Form::Json,
            _ => Form::Chat,
        }
    }
}

/// How a reply is to be read.
#[derive(Clone, Copy, Debug, Default)]
pub struct How {
    pub(crate) form: Form,
    pub(crate) strictness: Strictness,
}

impl How {
    pub(crate) const fn new(form: Form, strictness: Strictness) -> Self {
        How { form, strictness }
    }
    pub(crate) const fn form(self) -> Form {
        self.form
    }
    pub(crate) const fn strictness(self) -> Strictness {
        self.strictness
    }
}

/// What a whole reply says, untyped.
pub(crate) fn read_outputs_of(def: &Def, how: How, text: &str) -> Reading {
    reply::read(def, how, text, Keep::default())
}

/// What the part of a reply says that one output has, with its marker, tags or name.
pub(crate) fn read_output(field: &FieldDef, how: How, member: bool, text: &str) -> Reading {
    let fields = std::slice::from_ref(field);
    if member {
        let how = How::new(Form::Json, how.strictness);
        return reply::fields_of(fields, how, &format!("{{{text}}}"), Keep::default());
    }
    reply::fields_of(fields, how, text, Keep::default())
}

/// Whether a value keeps the bounds of its output.
pub(crate) fn keeps(field: &FieldDef, view: &crate::View<'_>) -> bool {
    if field.constraints.is_empty() {
        return true;
    }
    let value = view.to_value();
    let mut faults = Vec::new();
    // what is absent has no bounds to break
    if !value.is_null() {
        check(&value, &field.constraints, &String::new, &mut faults);
    }
    faults.is_empty()
}

/// Reads one completion of a reply as the outputs of `S`, and says what was forgiven.
pub(crate) fn read<S: Ask>(
    def: &Def,
    how: How,
    completion: &Completion,
) -> Result<(S::Output, Vec<Repair>)> {
    read_listed::<S>(def, how, completion, true)
}

/// Reads one completion of a reply where no one asks what was forgiven.
pub(crate) fn output<S: Ask>(def: &Def, how: How, completion: &Completion) -> Result<S::Output> {
    read_listed::<S>(def, how, completion, false).map(|(output, _)| output)
}

fn read_listed<S: Ask>(
    def: &Def,
    how: How,
    completion: &Completion,
    listed: bool,
) -> Result<(S::Output, Vec<Repair>)> {
    let read = read_given::<S>(def, how, completion, listed);
    if def.steps
        && read.is_err()
        && let Some((values, repairs)) = steps::mended(def, how, completion)
        && let Ok(output) = S::read(def, Values::of_outputs(values, def))
    {
        return Ok((output, repairs));
    }
    read
}

fn read_given<S: Ask>(
    def: &Def,
    how: How,
    completion: &Completion,
    listed: bool,
) -> Result<(S::Output, Vec<Repair>)> {
    if let Some(plan) = &def.plan {
        let (values, repairs) = carried::outputs(def, plan, how, completion)?;
        return match S::read(def, Values::of_outputs(values, def)) {
            Ok(output) => Ok((output, repairs)),
            Err(faults) => Err(carried::refused(def, plan, how, completion, faults)),
        };
    }
    let text = &*completion.text;
    if let Some(error) = empty(text) {
        return Err(error);
    }
    if let Some(output) = crate::read::clean::<S>(def, how, text) {
        return Ok((output, Vec::new()));
    }
    tolerantly::<S>(def, how, text, listed)
}

/// Reads a reply that is not clean. `listed`: and lists what was forgiven.
pub(crate) fn tolerantly<S: Ask>(
    def: &Def,
    how: How,
    text: &str,
    listed: bool,
) -> Result<(S::Output, Vec<Repair>)> {
    if S::TYPED {
        let mut reading = reply::read(
            def,
            how,
            text,
            Keep {
                written: true,
                listed,
            },
        );
        if reading.is_by_value() {
            return finished::<S>(def, how, text, reading);
        }
        if let Some(output) = typed::<S>(def, text, &mut reading) {
            return Ok((output, reading.repairs));
        }
        // a fault, a bound, a check: what is said of it needs the values
    }
    let reading = reply::read(
        def,
        how,
        text,
        Keep {
            written: false,
            listed,
        },
    );
    finished::<S>(def, how, text, reading)
}

/// Outputs of which some are written as clean JSON.
fn typed<S: Ask>(def: &Def, text: &str, reading: &mut Reading) -> Option<S::Output> {
    if !reading.faults.is_empty() {
        return None;
    }
    let given = std::mem::take(&mut reading.values)
        .into_iter()
        .map(Option::unwrap_or_default)
        .collect();
    let mut reader = crate::read::Reader::new(text);
    S::read(
        def,
        Values::of_given(&mut reader, &reading.text, given, def),
    )
    .ok()
}

/// Outputs that are all values.
fn finished<S: Ask>(
    def: &Def,
    how: How,
    text: &str,
    reading: Reading,
) -> Result<(S::Output, Vec<Repair>)> {
    let (values, repairs) = by_value(def, text, reading)?;
    match S::read(def, Values::of_outputs(values, def)) {
        Ok(output) => Ok((output, repairs)),
        Err(faults) => Err(refused(def, how, text, faults)),
    }
}

// What follows does not depend on the signature's type: it is compiled here and not in the user's crate.

/// The error of a reply without a word.
fn empty(text: &str) -> Option<Error> {
    text.trim().is_empty().then(|| {
        Error::new(ErrorKind::NoContent, "the model's reply is empty").with_raw_reply(text)
    })
}

/// The outputs in their schemas' form.
fn by_value(def: &Def, text: &str, mut reading: Reading) -> Result<(Vec<Value>, Vec<Repair>)> {
    if !reading.faults.is_empty() {
        let faults = std::mem::take(&mut reading.faults);
        return Err(faulty(def, &reading, faults, text));
    }
    let values = reading.values.into_iter();
    let values = values.map(|value| value.unwrap_or_default().into_value());
    Ok((values.collect(), reading.repairs))
}

/// An author's check failed, or a type wants more than its schema says: the values are gone into it, and
/// only an error needs them again.
#[cold]
fn refused(def: &Def, how: How, text: &str, faults: Vec<Fault>) -> Error {
    let reading = reply::read(def, how, text, Keep::default());
    faulty(def, &reading, faults, text)
}

/// The error of a reply: its faults, the reply, and every field that can be read.
#[cold]
pub(crate) fn faulty(def: &Def, reading: &Reading, faults: Vec<Fault>, text: &str) -> Error {
    let is_missing = |fault: &Fault| !fault.constraint && fault.found.is_empty();
    let (kind, message) = if faults.iter().all(|fault| fault.constraint) {
        (ErrorKind::Constraint, "")
    } else if !reading.given.contains(&true) && faults.iter().all(is_missing) {
        // prose: no call, no JSON and no marked text with any of the outputs in it
        (ErrorKind::NoContent, "nothing of the reply can be used")
    } else {
        (ErrorKind::Parse, "")
    };
    let mut fields = Map::new();
    for ((field, value), given) in def.outputs().zip(&reading.values).zip(&reading.given) {
        let name = field.name.get();
        let at_fault = faults.iter().any(|fault| {
            fault
                .path
                .strip_prefix(name)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        });
        if let (Some(Given::Value(value)), true, false) = (value, given, at_fault) {
            fields.insert(name.to_owned(), value.clone());
        }
    }
    Error::new(kind, message)
        .with_faults(faults)
        .with_raw_reply(text)
        .with_partial_fields(fields)
}

/// Reads one value of a schema from a text, whatever is around it. `partial`: the text is the beginning
/// of a longer one.
pub(crate) fn value(
    schema: &Schema,
    text: &str,
    partial: bool,
) -> Result<(Value, Vec<Repair>), Vec<Fault>> {
    // text is text
    if matches!(schema, Schema::Text) {
        return Ok((Value::from(text), Vec::new()));
    }
    let (scope, work) = (scope::Scope::default(), limits::Work::of(text));
    let mut fit = Fit::new(
        &scope,
        &work,
        Manner {
            partial,
            ..Manner::default()
        },
        text,
        "",
    );
    let value = payload::read(&mut fit, schema, text, 0, text.len());
    match value.map(Given::into_value) {
        Some(value) if fit.faults.is_empty() => Ok((value, fit.repairs)),
        _ => Err(fit.faults),
    }
}

/// The steps that reading a value takes.
#[cfg(test)]
fn steps(schema: &Schema, text: &str, partial: bool) -> usize {
    let (scope, work) = (scope::Scope::default(), limits::Work::of(text));
    let manner = Manner {
        partial,
        ..Manner::default()
    };
    let mut fit = Fit::new(&scope, &work, manner, text, "");
    let _ = payload::read(&mut fit, schema, text, 0, text.len());
    work.done()
}

/// A value that came as JSON, in the form of a schema; as DSPy takes a member of an object.
pub(crate) fn aligned(schema: &Schema, value: &Value) -> Result<Value, Vec<Fault>> {
    let node = Node::of(value);
    let (scope, work) = (scope::Scope::default(), limits::Work::of(""));
    let mut fit = Fit::new(
        &scope,
        &work,
        Manner {
            dspy: true,
            ..Manner::default()
        },
        "",
        "",
    );
    match fit.value(schema, &node) {
        Some(value) if fit.faults.is_empty() => Ok(value),
        _ => Err(fit.faults),
    }
}

/// An input that came as JSON, in its schema's form.
pub(crate) fn input(field: &FieldDef, value: Value, faults: &mut Vec<Fault>) -> Value {
    let node = Node::of(&value);
    let (scope, work) = (scope::Scope::default(), limits::Work::of(""));
    let manner = Manner {
        given: true,
        ..Manner::default()
    };
    let mut fit = Fit::new(&scope, &work, manner, "", field.name.get());
    let aligned = fit.field(field, &node);
    let before = faults.len();
    faults.append(&mut fit.faults);
    match aligned {
        Some(value) => value,
        None => {
            if faults.len() == before {
                faults.push(Fault::mismatch(
                    field.name.get(),
                    expected(field.schema.get()),
                    crate::field::shorten(&value),
                ));
            }
            Value::Null
        }
    }
}

/// The outputs in order out of a JSON object that has them by name, for what was written by us.
pub(crate) fn outputs_of_json(def: &Def, value: Value) -> Result<Values<'_, 'static>, Fault> {
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
