//! Outputs of which the protocol carries some: the rest is read from the text.
use super::{Given, How, check, reply, values::absent};
use crate::{
    Completion, Error, InputField, Repair, Result,
    adapter::carry::{Plan, Source},
    error::Fault,
    parse::{Reading, reply::Keep},
    schema::FieldDef,
    signature::Def,
    types::{Citations, ToolCalls},
};
use serde_json::{Value, json};

/// What a whole response says of all outputs.
pub(crate) fn reading(def: &Def, plan: &Plan, how: How, completion: &Completion) -> Reading {
    let called = plan.hands_tools() && !completion.tool_calls.is_empty();
    let text = &*completion.text;
    let mut read = if plan.reads_text() && !(called && text.trim().is_empty()) {
        let keep = Keep {
            written: false,
            listed: true,
        };
        reply::read(&plan.asked, how, text, keep)
    } else {
        Reading::default()
    };
    // beside calls the text is what the model says about them, as a rule: no reply that must be readable
    if called && !read.faults.is_empty() {
        read = Reading::default();
    }
    let mut all = Reading {
        repairs: std::mem::take(&mut read.repairs),
        faults: std::mem::take(&mut read.faults),
        ..Reading::default()
    };
    let mut from_text = read.values.into_iter().zip(read.given);
    for (field, source) in def.outputs().zip(&*plan.sources) {
        let (value, given) = match source {
            Source::Text => match from_text.next() {
                Some(read) => read,
                None => (left_out(field, &mut all.faults).map(Given::Value), false),
            },
            carried => {
                let (value, given) = carried_value(*carried, completion);
                (
                    bounded(field, value, &mut all.faults).map(Given::Value),
                    given,
                )
            }
        };
        all.values.push(value);
        all.given.push(given);
    }
    all
}

/// The outputs, in their schemas' form.
pub(super) fn outputs(
    def: &Def,
    plan: &Plan,
    how: How,
    completion: &Completion,
) -> Result<(Vec<Value>, Vec<Repair>)> {
    let called = plan.hands_tools() && !completion.tool_calls.is_empty();
    let is_empty = if plan.reads_text() {
        !called
    } else {
        plan.sources
            .iter()
            .all(|source| !carried_value(*source, completion).1)
    };
    if is_empty && let Some(error) = super::empty(&completion.text) {
        return Err(error);
    }
    let mut reading = reading(def, plan, how, completion);
    if reading.faults.is_empty() {
        let values = reading.values.into_iter();
        let values = values.map(|value| value.unwrap_or_default().into_value());
        return Ok((values.collect(), reading.repairs));
    }
    let faults = std::mem::take(&mut reading.faults);
    Err(super::faulty(def, &reading, faults, &completion.text))
}

/// An author's check failed: the error of it.
#[cold]
pub(super) fn refused(
    def: &Def,
    plan: &Plan,
    how: How,
    completion: &Completion,
    faults: Vec<Fault>,
) -> Error {
    let reading = reading(def, plan, how, completion);
    super::faulty(def, &reading, faults, &completion.text)
}

/// What the protocol carries, and whether there was any.
fn carried_value(source: Source, completion: &Completion) -> (Value, bool) {
    match source {
        Source::Text => (Value::Null, false),
        Source::Calls => {
            let calls = ToolCalls::from(&*completion.tool_calls);
            (calls.view().to_value(), !calls.tool_calls.is_empty())
        }
        Source::Thoughts => {
            let thoughts = completion.reasoning.as_deref().unwrap_or_default();
            (json!(thoughts), !thoughts.is_empty())
        }
        Source::Citations => {
            let citations = Citations {
                citations: completion.citations.clone(),
            };
            (citations.view().to_value(), !citations.citations.is_empty())
        }
    }
}

/// The value of an output that a response with calls may leave out.
fn left_out(field: &FieldDef, faults: &mut Vec<Fault>) -> Option<Value> {
    match absent(field) {
        Ok(value) => Some(value),
        Err(fault) => {
            // the calls were made all the same: what is wrong is the signature
            let expected = format!(
                "{}; a response that calls tools may leave it out, so give it a default or a type that may be null",
                fault.expected
            );
            faults.push(Fault::mismatch(field.name.get(), expected, ""));
            None
        }
    }
}

fn bounded(field: &FieldDef, value: Value, faults: &mut Vec<Fault>) -> Option<Value> {
    let before = faults.len();
    let path = || field.name.get().to_owned();
    check(&value, &field.constraints, &path, faults);
    (faults.len() == before).then_some(value)
}
