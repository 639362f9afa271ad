//! An answer that a reply gives only within its reasoning: what the last steps say of an output that is missing.
use super::{
    How, carried, input,
    reply::{self, Keep},
    rule::{Repair, Rule, Strictness},
    value,
};
use crate::{
    Completion,
    error::Reason,
    schema::FieldDef,
    signature::{Def, STEPS_FIRST},
};
use serde_json::Value;
use std::borrow::Cow;

/// How many steps from the end are looked at.
const LAST: usize = 3;

/// The outputs of a reply with a reasoning in steps, those that are missing out of its last steps. Nothing if
/// anything else is wrong with the reply, or one of them is not there either.
pub(super) fn mended(
    def: &Def,
    how: How,
    completion: &Completion,
) -> Option<(Vec<Value>, Vec<Repair>)> {
    if how.strictness() == Strictness::Strict {
        return None;
    }
    let text = &*completion.text;
    let mut reading = match &def.plan {
        Some(plan) => carried::reading(def, plan, how, completion),
        None => reply::read(def, how, text, Keep::default()),
    };
    let missing = |fault: &crate::Fault| fault.reason == Reason::Missing;
    if reading.faults.is_empty() || !reading.faults.iter().all(missing) {
        return None;
    }
    let mut values = Vec::with_capacity(reading.values.len());
    for (index, field) in def.outputs().enumerate() {
        let value = match reading.values.get_mut(index)?.take() {
            Some(given) => given.into_value(),
            None if index < STEPS_FIRST => return None,
            None => {
                let (value, said, number) = in_last_steps(values.first()?, field)?;
                let at = text.find(&*said);
                reading.repairs.push(Repair {
                    rule: Rule::LastSteps,
                    path: field.name.get().to_owned(),
                    range: at.map_or(0..text.len(), |at| at..at + said.len()),
                    note: Cow::Owned(format!("step {number}")),
                });
                value
            }
        };
        values.push(value);
    }
    Some((values, reading.repairs))
}

/// What the last steps say of a field, in its form and within its bounds: the value, the words, the step's number.
fn in_last_steps(steps: &Value, field: &FieldDef) -> Option<(Value, String, usize)> {
    let steps = steps.as_array()?;
    for (index, step) in steps.iter().enumerate().rev().take(LAST) {
        for member in ["reasoning", "thought"] {
            let Some(text) = step.get(member).and_then(Value::as_str) else {
                continue;
            };
            for said in said(text, field.name.get()) {
                if let Some(value) = fitting(said, field) {
                    return Some((value, said.to_owned(), index + 1));
                }
            }
        }
    }
    None
}

fn fitting(said: &str, field: &FieldDef) -> Option<Value> {
    let schema = field.schema.get();
    let (value, _) = value(schema, said, false).ok()?;
    let mut faults = Vec::new();
    let value = input(field, value, &mut faults);
    faults.is_empty().then_some(value)
}

/// What a text says of a name, the last mention first: behind `name:` or `name =`, or after `name is`. First as far
/// as the sentence goes, then as far as the text does.
fn said<'t>(text: &'t str, name: &str) -> Vec<&'t str> {
    let mut found = Vec::new();
    let names = [
        name.to_ascii_lowercase(),
        name.replace('_', " ").to_ascii_lowercase(),
    ];
    let lower = text.to_ascii_lowercase();
    let mut places: Vec<usize> = Vec::new();
    for name in &names {
        places.extend(lower.match_indices(&**name).map(|(at, _)| at));
    }
    places.retain(|at| {
        let before = text[..*at].chars().next_back();
        before.is_none_or(|before| !before.is_alphanumeric() && before != '_')
    });
    places.sort_unstable();
    places.dedup();
    for at in places.into_iter().rev() {
        let rest = text[at + name.len()..]
            .trim_start_matches(['*', '`', '"', '\'', '_'])
            .trim_start();
        let rest = rest
            .strip_prefix([':', '='])
            .or_else(|| rest.strip_prefix("is "))
            .or_else(|| rest.strip_prefix("is: "));
        let Some(rest) = rest else {
            continue;
        };
        let rest = rest
            .trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '*' | ':'))
            .trim_end();
        let sentence = sentence(rest);
        if !sentence.is_empty() {
            found.push(sentence);
            if sentence.len() < rest.len() && rest.starts_with(['{', '[']) {
                found.push(rest);
            }
        }
    }
    found
}

/// The first sentence without its full stop, and without marks around it.
fn sentence(text: &str) -> &str {
    let line = text.lines().next().unwrap_or_default();
    let end = [". ", "; ", "! "]
        .iter()
        .filter_map(|mark| line.find(mark))
        .min();
    let sentence = line[..end.unwrap_or(line.len())].trim();
    sentence
        .trim_end_matches(['.', ';', '!'])
        .trim_matches(['*', '`', '"', '“', '”', ' '])
}
