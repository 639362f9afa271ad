//! What a call adds to the prefix: its inputs, the turns of its history, and the demos before them.
use super::{
    Adapter, baml, content::Content, framing, history, lower, strip, system::is_text, two_step,
    value, xml,
};
use crate::{
    Message, Record, Text, Turns,
    field::View,
    quoted,
    schema::{FieldDef, What, render},
    signature::Def,
    types::kind::{Kind, mentioned},
};
use serde_json::Value;
use std::borrow::Cow;

/// The reminder that ends a turn: a constant, or rendered. Some forms have none.
pub(crate) fn reminder(def: &Def, adapter: Adapter) -> Cow<'static, str> {
    match (def.constants, adapter) {
        (Some(constants), Adapter::Chat | Adapter::Auto) => Cow::Borrowed(&*constants.reminder),
        (_, Adapter::TwoStep | Adapter::Structured | Adapter::Tool) => Cow::Borrowed(""),
        (_, Adapter::Xml) => Cow::Owned(xml::reminder(def)),
        _ => Cow::Owned(render(
            What::Reminder(adapter),
            &def.signature,
            def.reasoning,
        )),
    }
}

/// Takes inputs one by one: index and value.
type Sink<'a> = &'a mut dyn FnMut(usize, View<'_>);

/// A value behind its marker: DSPy's `format_field_value`.
fn written(out: &mut Content, field: &FieldDef, view: View<'_>) {
    let schema = field.schema.get();
    let text = is_text(schema);
    if mentioned(schema) {
        lower::write(out, schema, &view.to_value(), &|out, value| {
            value::write(out, View::Json(value), text);
        });
    } else {
        value::write(&mut out.words, view, text);
    }
}

/// One field of a message of the user.
pub(super) fn section(
    out: &mut Content,
    (def, adapter): (&Def, Adapter),
    field: &FieldDef,
    view: View<'_>,
) {
    let name = field.name.get();
    out.gap();
    match adapter {
        Adapter::Xml => {
            out.text("<");
            out.text(name);
            out.text(">\n");
            written(out, field, view);
            out.text("\n</");
            out.text(name);
            out.text(">");
        }
        Adapter::TwoStep => two_step::section(out, def, field, view),
        _ => {
            out.text(framing::OPEN);
            out.text(name);
            out.text(framing::CLOSE);
            out.text("\n");
            if matches!(adapter, Adapter::Baml)
                && !is_null(view)
                && (baml::is_model(field.schema.get())
                    || baml::is_model_of(field.schema.get(), view))
            {
                lower::write(out, field.schema.get(), &view.to_value(), &|out, value| {
                    lower::indented(out, value, 0);
                });
            } else {
                written(out, field, view);
            }
        }
    }
}

const fn is_null(view: View<'_>) -> bool {
    matches!(view, View::Null | View::Json(Value::Null))
}

/// The history among the inputs, if there is one. Two-step writes it as any other value.
fn history_of(def: &Def, adapter: Adapter) -> Option<usize> {
    if adapter == Adapter::TwoStep {
        return None;
    }
    def.inputs()
        .iter()
        .position(|field| Kind::of_schema(field.schema.get()) == Some(Kind::History))
}

/// The messages of a call: the turns of its history, then its inputs.
pub(crate) fn inputs(def: &Def, adapter: Adapter, each: &dyn Fn(Sink<'_>)) -> Turns {
    let fields = def.inputs();
    let past = history_of(def, adapter);
    let mut conversation = Value::Null;
    let reminder = reminder(def, adapter);
    // the one buffer grows seldom: texts, which may be large, have their room, other values are short mostly
    let mut room = reminder.len() + 64 * (fields.len() + 1);
    each(&mut |_, view| {
        room += match view {
            View::Text(text) => text.len(),
            _ => 192,
        };
    });
    let mut out = Content::with_capacity(room);
    each(&mut |index, view| match fields.get(index) {
        Some(_) if Some(index) == past => conversation = view.to_value(),
        Some(field) => section(&mut out, (def, adapter), field, view),
        None => {}
    });
    if !reminder.is_empty() {
        out.gap();
        out.text(&reminder);
    }
    let mut messages = match past {
        Some(past) => history::turns(def, adapter, past, &conversation, &reminder).into(),
        None => Turns::default(),
    };
    match out.user(Text::once) {
        Some(message) => messages.push(message),
        // DSPy's two-step sends a message without words, too
        None if adapter == Adapter::TwoStep => messages.push(Message::user("")),
        None => {}
    }
    messages
}

/// The messages of some demos: incomplete ones first, as DSPy sorts them. A demo without an input or
/// without an output says nothing and is left out.
pub(crate) fn demos(def: &Def, adapter: Adapter, demos: &[Record]) -> Vec<Message> {
    let known = |demo: &Record, name: &str| demo.get(name).is_some_and(|value| !value.is_null());
    let (mut incomplete, mut complete) = (Vec::new(), Vec::new());
    for demo in demos {
        let input = |field: &FieldDef| demo.get(&field.name).is_some();
        let whole = def.inputs().iter().all(|field| known(demo, &field.name))
            && def.outputs().all(|field| known(demo, &field.name));
        if whole {
            complete.push(demo);
        } else if def.inputs().iter().any(input) && def.outputs().any(input) {
            incomplete.push(demo);
        }
    }
    let mut messages = Vec::with_capacity(demos.len() * 2);
    let all = incomplete
        .into_iter()
        .map(|demo| (demo, true))
        .chain(complete.into_iter().map(|demo| (demo, false)));
    for (demo, partial) in all {
        let mut out = Content::default();
        if partial {
            out.text(framing::INCOMPLETE);
        }
        for field in def.inputs() {
            if let Some(known) = demo.get(&field.name) {
                section(&mut out, (def, adapter), field, View::Json(known));
            }
        }
        let question = out.user(Text::shared);
        messages.push(question.unwrap_or_else(|| Message::user("")));
        let missing = partial.then_some(framing::NOT_SUPPLIED);
        let fields: Vec<&FieldDef> = def.outputs().collect();
        messages.push(Message::assistant(Text::shared(answer(
            &fields, adapter, demo, missing,
        ))));
    }
    messages
}

/// The model's side of a demo or of a turn. `missing` stands for what is not there; without it, `None`.
pub(super) fn answer(
    fields: &[&FieldDef],
    adapter: Adapter,
    values: &Record,
    missing: Option<&str>,
) -> String {
    let missing = missing.map_or(Value::Null, Value::from);
    let value = |field: &FieldDef| values.get(&field.name).unwrap_or(&missing).clone();
    if adapter.replies_in_json() {
        return json_answer(fields, &value);
    }
    let mut out = String::new();
    for field in fields {
        // a field that is not there is left out here, and only here
        if adapter == Adapter::TwoStep && values.get(&field.name).is_none() {
            continue;
        }
        if !out.is_empty() {
            out.push_str("\n\n");
        }
        let value = lower::as_text(field.schema.get(), &value(field));
        match adapter {
            Adapter::Xml => xml::output(&mut out, field, &value),
            Adapter::TwoStep => {
                two_step::output(&mut out, field, values.get(&field.name).unwrap_or(&missing));
            }
            _ => {
                out.push_str(framing::OPEN);
                out.push_str(&field.name);
                out.push_str(framing::CLOSE);
                out.push('\n');
                value::write(&mut out, View::Json(&value), is_text(field.schema.get()));
            }
        }
    }
    let mut out = strip(&out).to_owned();
    if matches!(adapter, Adapter::Chat | Adapter::Auto) {
        out.push_str("\n\n");
        out.push_str(framing::OPEN);
        out.push_str(framing::COMPLETED);
        out.push_str(framing::CLOSE);
        out.push('\n');
    }
    out
}

fn json_answer(fields: &[&FieldDef], value: &dyn Fn(&FieldDef) -> Value) -> String {
    if fields.is_empty() {
        return "{}".to_owned();
    }
    let mut out = String::from("{");
    for (index, field) in fields.iter().enumerate() {
        out.push_str(if index > 0 { ",\n  " } else { "\n  " });
        quoted::write(&field.name, &mut out);
        out.push_str(": ");
        let lowered = lower::as_text(field.schema.get(), &value(field));
        lower::indented(&mut out, &lowered, 1);
    }
    out.push_str("\n}");
    out
}
