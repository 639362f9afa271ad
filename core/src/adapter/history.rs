//! The turns of a conversation that was led before.
use super::{Adapter, content::Content, framing, turn, value};
use crate::{
    Field, Message, Record, Role, Text,
    field::View,
    schema::FieldDef,
    signature::Def,
    types::{ToolCallResults, ToolCalls, ToolInvocation, kind::Kind},
};
use serde_json::Value;

/// The turns of a history, `past` being its place among the inputs.
pub(super) fn turns(
    def: &Def,
    adapter: Adapter,
    past: usize,
    history: &Value,
    reminder: &str,
) -> Vec<Message> {
    let said = history.get("messages").unwrap_or(history);
    let mut messages = Vec::new();
    for message in said.as_array().into_iter().flatten() {
        let Value::Object(members) = message else {
            continue;
        };
        let values = Record::from(members.clone());
        question(def, adapter, past, &values, reminder, &mut messages);
        answer(def, adapter, values, &mut messages);
    }
    messages
}

/// What the user said. A turn without inputs is something else: it has no reminder either.
fn question(
    def: &Def,
    adapter: Adapter,
    past: usize,
    values: &Record,
    reminder: &str,
    messages: &mut Vec<Message>,
) {
    let mut out = Content::default();
    let mut asked = false;
    for (index, field) in def.inputs().iter().enumerate() {
        if index != past
            && let Some(value) = values.get(&field.name)
        {
            asked = true;
            turn::section(&mut out, (def, adapter), field, View::Json(value));
        }
    }
    if asked && !reminder.is_empty() {
        out.gap();
        out.text(reminder);
    }
    messages.extend(out.user(Text::once));
}

/// What the model said, and what came of the tools it called.
fn answer(def: &Def, adapter: Adapter, mut values: Record, messages: &mut Vec<Message>) {
    let found = values.iter().find_map(|(name, value)| {
        value.get("tool_calls")?;
        let calls = ToolCalls::from_value(value.clone()).ok()?;
        Some((name.to_owned(), calls))
    });
    let mut fields: Vec<&FieldDef> = def.outputs().collect();
    let Some((name, mut calls)) = found else {
        return say(&fields, adapter, &values, messages);
    };
    let results = calls.tool_call_results.take();
    if adapter.replays_tools() || def.hands_tools {
        fields.retain(|field| {
            Kind::of_schema(field.schema.get()) != Some(Kind::ToolCalls)
                && values
                    .get(&field.name)
                    .is_some_and(|value| !value.is_null())
        });
        return replay(&fields, adapter, &values, &calls, results, messages);
    }
    values.set(name, crate::InputField::view(&calls).to_value());
    say(&fields, adapter, &values, messages);
    if let Some(results) = results {
        let field = FieldDef::new(
            crate::constant::Ref::new(framing::TOOL_CALL_RESULTS),
            <ToolCallResults as crate::InputField>::SCHEMA,
        );
        let mut out = Content::default();
        let view = crate::InputField::view(&results);
        turn::section(&mut out, (def, adapter), &field, view);
        messages.extend(out.user(Text::once));
    }
}

fn say(fields: &[&FieldDef], adapter: Adapter, values: &Record, messages: &mut Vec<Message>) {
    let content = turn::answer(fields, adapter, values, None);
    if !content.is_empty() {
        messages.push(Message::assistant(Text::once(content)));
    }
}

/// The calls and their results in the protocol's own messages. Results that do not belong to the calls,
/// one by one and by name, cannot stand there.
fn replay(
    fields: &[&FieldDef],
    adapter: Adapter,
    values: &Record,
    calls: &ToolCalls,
    results: Option<ToolCallResults>,
    messages: &mut Vec<Message>,
) {
    let content = if fields.is_empty() {
        String::new()
    } else {
        turn::answer(fields, adapter, values, None)
    };
    let asked = calls.tool_calls.iter().map(|call| &call.id);
    let results = results.filter(|results| {
        let answered = results
            .tool_call_results
            .iter()
            .map(|result| &result.call_id);
        asked.clone().eq(answered)
            && asked
                .clone()
                .all(|id| id.as_deref().is_some_and(|id| !id.is_empty()))
    });
    if content.is_empty() && results.is_none() {
        return;
    }
    let mut message = Message::new(Role::Assistant, content);
    if results.is_some() {
        message.tool_calls = calls.tool_calls.iter().map(ToolInvocation::wire).collect();
    }
    messages.push(message);
    for result in results.into_iter().flat_map(|all| all.tool_call_results) {
        let said = match result.value {
            Value::String(text) => text,
            other => value::json_text(&other),
        };
        let id = result.call_id.unwrap_or_default();
        messages.push(Message::tool(id, result.name, said));
    }
}
