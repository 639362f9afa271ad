//! What a call adds to the prefix: its inputs, and the demos before them.
use super::{Adapter, framing, value};
use crate::{
    Message, Record,
    field::View,
    lm::escape,
    schema::{FieldDef, Schema, What, render},
    signature::Def,
};
use std::borrow::Cow;

/// The reminder that ends a turn: a constant, or rendered.
pub(crate) fn reminder(def: &Def, adapter: Adapter) -> Cow<'static, str> {
    match (def.constants, adapter) {
        (Some(constants), Adapter::Chat) => Cow::Borrowed(&*constants.reminder),
        _ => Cow::Owned(render(
            What::Reminder(adapter),
            &def.signature,
            def.reasoning,
        )),
    }
}

fn open(out: &mut String, name: &str) {
    if !out.is_empty() {
        out.push_str("\n\n");
    }
    out.push_str(framing::OPEN);
    out.push_str(name);
    out.push_str(framing::CLOSE);
    out.push('\n');
}

/// Lists in a field of text are numbered: what DSPy does with a list for an input without a type.
fn is_text(field: &FieldDef) -> bool {
    matches!(field.schema.get(), Schema::Text)
}

/// Takes inputs one by one: index and value.
type Sink<'a> = &'a mut dyn FnMut(usize, View<'_>);

/// The user message of a call.
pub(crate) fn inputs(def: &Def, adapter: Adapter, each: &dyn Fn(Sink<'_>)) -> String {
    let fields = def.inputs();
    let mut out = String::with_capacity(512);
    each(&mut |index, view| {
        if let Some(field) = fields.get(index) {
            open(&mut out, &field.name);
            value::write(&mut out, view, is_text(field));
        }
    });
    if !out.is_empty() {
        out.push_str("\n\n");
    }
    out.push_str(&reminder(def, adapter));
    trim(out)
}

/// Python's `strip`, in place where nothing is to be stripped.
fn trim(text: String) -> String {
    let trimmed = text.trim();
    if trimmed.len() == text.len() {
        text
    } else {
        trimmed.to_owned()
    }
}

/// The messages of some demos: incomplete ones first, as DSPy sorts them. A demo without an input or
/// without an output says nothing and is left out.
pub(crate) fn demos(def: &Def, adapter: Adapter, demos: &[Record]) -> Vec<Message> {
    let known = |demo: &Record, name: &str| demo.get(name).is_some_and(|value| !value.is_null());
    let (mut incomplete, mut complete) = (Vec::new(), Vec::new());
    for demo in demos {
        let inputs = def
            .inputs()
            .iter()
            .filter(|field| demo.get(&field.name).is_some())
            .count();
        let outputs = def
            .outputs()
            .filter(|field| demo.get(&field.name).is_some())
            .count();
        let whole = def.inputs().iter().all(|field| known(demo, &field.name))
            && def.outputs().all(|field| known(demo, &field.name));
        if whole {
            complete.push(demo);
        } else if inputs > 0 && outputs > 0 {
            incomplete.push(demo);
        }
    }
    let mut messages = Vec::with_capacity(demos.len() * 2);
    let all = incomplete
        .into_iter()
        .map(|demo| (demo, true))
        .chain(complete.into_iter().map(|demo| (demo, false)));
    for (demo, partial) in all {
        messages.push(Message::user(crate::Text::shared(question(
            def, demo, partial,
        ))));
        messages.push(Message::assistant(crate::Text::shared(answer(
            def, adapter, demo, partial,
        ))));
    }
    messages
}

fn question(def: &Def, demo: &Record, partial: bool) -> String {
    let mut out = String::new();
    if partial {
        out.push_str(framing::INCOMPLETE);
    }
    for field in def.inputs() {
        if let Some(known) = demo.get(&field.name) {
            open(&mut out, &field.name);
            value::write(&mut out, View::Json(known), is_text(field));
        }
    }
    trim(out)
}

/// The model's side of a demo.
fn answer(def: &Def, adapter: Adapter, demo: &Record, partial: bool) -> String {
    let mut out = String::new();
    match adapter {
        Adapter::Chat => {
            for field in def.outputs() {
                open(&mut out, &field.name);
                match demo.get(&field.name) {
                    Some(known) => value::write(&mut out, View::Json(known), is_text(field)),
                    None if partial => out.push_str(framing::NOT_SUPPLIED),
                    None => {}
                }
            }
            open(&mut out, framing::COMPLETED);
        }
        Adapter::Json => {
            out.push('{');
            for (index, field) in def.outputs().enumerate() {
                out.push_str(if index > 0 { ",\n  " } else { "\n  " });
                escape(&field.name, &mut out);
                out.push_str(": ");
                match demo.get(&field.name) {
                    Some(known) => indented(&mut out, known, 1),
                    None if partial => escape(framing::NOT_SUPPLIED, &mut out),
                    None => out.push_str("null"),
                }
            }
            out.push_str("\n}");
        }
    }
    out
}

/// Python's `json.dumps(value, indent=2)`, from the given depth on.
fn indented(out: &mut String, value: &serde_json::Value, depth: usize) {
    use serde_json::Value;
    let line = |out: &mut String, depth: usize| {
        out.push('\n');
        (0..depth).for_each(|_| out.push_str("  "));
    };
    match value {
        Value::Array(items) if !items.is_empty() => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                line(out, depth + 1);
                indented(out, item, depth + 1);
            }
            line(out, depth);
            out.push(']');
        }
        Value::Object(members) if !members.is_empty() => {
            out.push('{');
            for (index, (name, value)) in members.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                line(out, depth + 1);
                escape(name, out);
                out.push_str(": ");
                indented(out, value, depth + 1);
            }
            line(out, depth);
            out.push('}');
        }
        other => value::json(out, View::Json(other)),
    }
}
