//! The state of one predictor, as DSPy saved it.
use crate::{
    Record, State,
    error::Fault,
    field::shorten,
    predict::{Edited, FieldText, Kept},
    signature::Def,
};
use serde_json::{Map, Value};
use sigflow_grammar::closest;
use std::sync::Arc;

/// By what the saved fields are found.
#[derive(Clone, Copy)]
pub(super) enum Names<'a> {
    /// By these names, in the order of the saved fields.
    Known(&'a [Value]),
    /// By their labels; where two are alike, in order.
    Prefix,
    /// By their place, whatever they are called.
    Place,
}

/// Where a fault is.
struct Place<'a> {
    path: &'a str,
    faults: &'a mut Vec<Fault>,
}

impl Place<'_> {
    #[cold]
    fn wrong(&mut self, member: &str, expected: impl Into<String>, found: impl Into<String>) {
        let path = match self.path {
            // a predictor alone has its members at the top
            "self" => member.to_owned(),
            path if member.is_empty() => path.to_owned(),
            path => format!("{path}.{member}"),
        };
        self.faults.push(Fault::mismatch(path, expected, found));
    }
    /// What was found where something else was expected; nothing if it is missing.
    fn other(&mut self, member: &str, expected: &str, found: Option<&Value>) {
        self.wrong(member, expected, found.map(shorten).unwrap_or_default());
    }
    /// A list that may be missing.
    fn list(&mut self, member: &str, entry: &Map<String, Value>) -> Vec<Value> {
        match entry.get(member) {
            None => Vec::new(),
            Some(Value::Array(items)) => items.clone(),
            other => {
                self.other(member, "a list", other);
                Vec::new()
            }
        }
    }
}

/// Reads one predictor's state into what it is to become.
pub(super) fn read(
    path: &str,
    saved: &Value,
    def: &Def,
    names: Names<'_>,
    state: &mut State,
    faults: &mut Vec<Fault>,
) {
    let mut place = Place { path, faults };
    let Value::Object(entry) = saved else {
        return place.other("", "the state of a predictor", Some(saved));
    };
    // DSPy 2.5 and before: chain of thought kept a second signature
    if entry.contains_key("extended_signature") {
        let expected = "a state of DSPy 2.6 or later; load it there and save it again";
        return place.wrong("extended_signature", expected, "of an older format");
    }
    let mut kept = Kept {
        traces: place.list("traces", entry),
        train: place.list("train", entry),
        ..Kept::default()
    };
    let demos = place.list("demos", entry);
    state.demos = Vec::with_capacity(demos.len());
    for (index, demo) in demos.into_iter().enumerate() {
        match demo {
            Value::Object(members) => state.demos.push(Record::from(members)),
            other => place.other(
                &format!("demos[{index}]"),
                "an object of values by name",
                Some(&other),
            ),
        }
    }
    match entry.get("fields") {
        None => {}
        Some(decisions @ Value::Object(_)) => kept.fields = Some(decisions.clone()),
        other => place.other("fields", "an object", other),
    }
    match entry.get("lm") {
        None | Some(Value::Null) => {}
        Some(lm @ Value::Object(_)) => kept.lm = Some(lm.clone()),
        other => place.other("lm", "the description of a model, or null", other),
    }
    match entry.get("signature") {
        Some(Value::Object(signature)) => {
            match signature.get("instructions") {
                Some(Value::String(text)) => {
                    let own = text == def.signature.instructions.get();
                    state.instructions = (!own).then(|| text.clone());
                }
                other => place.other("signature.instructions", "text", other),
            }
            match signature.get("fields") {
                Some(Value::Array(fields)) => {
                    let texts = texts(fields, def, names, &mut place);
                    state.edited = texts.and_then(|texts| Edited::new(def, texts));
                }
                other => place.other("signature.fields", "a list", other),
            }
        }
        other => place.other(
            "signature",
            "an object with `instructions` and `fields`",
            other,
        ),
    }
    state.kept = (kept != Kept::default()).then(|| Arc::new(kept));
}

/// The saved labels and descriptions in the order of the definition.
fn texts(
    saved: &[Value],
    def: &Def,
    names: Names<'_>,
    place: &mut Place<'_>,
) -> Option<Vec<FieldText>> {
    let before = place.faults.len();
    let mut own = FieldText::all(def);
    let mut taken = vec![false; own.len()];
    let count = saved.len() == own.len();
    if !count && !matches!(names, Names::Place) {
        let (expected, found) = (number(own.len()), number(saved.len()));
        place.wrong("signature.fields", expected, found);
    }
    for (index, field) in saved.iter().enumerate() {
        let member = format!("signature.fields[{index}]");
        let (Some(prefix), Some(description)) =
            (field["prefix"].as_str(), field["description"].as_str())
        else {
            place.other(
                &member,
                "an object with the texts `prefix` and `description`",
                Some(field),
            );
            continue;
        };
        let free = |(at, _): &(usize, &FieldText)| !taken[*at];
        let mut all = own.iter().enumerate();
        let found = match names {
            Names::Known(names) => {
                let name = names.get(index).and_then(Value::as_str);
                all.filter(free)
                    .find(|(_, field)| Some(field.name.as_str()) == name)
            }
            Names::Prefix => all.filter(free).find(|(_, field)| field.prefix == prefix),
            Names::Place => all.nth(index),
        };
        match found.map(|(at, _)| at) {
            Some(at) => {
                taken[at] = true;
                prefix.clone_into(&mut own[at].prefix);
                description.clone_into(&mut own[at].description);
            }
            // what is beyond the last place was allowed to be lost
            None if matches!(names, Names::Place) => {}
            None => {
                let left = own.iter().zip(&taken).filter(|(_, taken)| !**taken);
                let left: Vec<&str> = left
                    .map(|(field, _)| match names {
                        Names::Known(_) => field.name.as_str(),
                        _ => field.prefix.as_str(),
                    })
                    .collect();
                let found = match names {
                    Names::Known(names) => names.get(index).and_then(Value::as_str),
                    _ => Some(prefix),
                };
                let found = found.unwrap_or_default();
                let expected = match (closest(found, left.iter().copied()), left.as_slice()) {
                    (Some(close), _) => format!("`{close}`"),
                    (None, []) => "no more fields".to_owned(),
                    (None, all) => format!("one of `{}`", all.join("`, `")),
                };
                place.wrong(&member, expected, format!("`{found}`"));
            }
        }
    }
    (place.faults.len() == before).then_some(own)
}

fn number(count: usize) -> String {
    match count {
        1 => "1 field".to_owned(),
        count => format!("{count} fields"),
    }
}
