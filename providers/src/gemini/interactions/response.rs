//! Reading a reply, leniently: what is not needed may be anything.
use super::PROVIDER;
use crate::{
    http::{Peer, Reply, said::Said, status::said_error},
    wire::{count, take_text, undecodable},
};
use serde_json::{Map, Value};
use sigflow_core::{Completion, FinishReason, ReplayBlock, Response, Result, ToolCall, Usage};
use std::sync::Arc;

/// The answer that the members of a reply hold.
pub(in crate::gemini) fn decode(
    mut members: Map<String, Value>,
    reply: Reply,
    peer: &Peer,
) -> Result<Response> {
    if let Some(said) = failure(&members) {
        return Err(said_error(&said, reply, peer));
    }
    let Some(Value::Array(steps)) = members.remove("steps") else {
        return Err(undecodable("the reply has no `steps`", reply, peer));
    };
    let mut completion = Completion::default();
    let mut thought = String::new();
    let signed = steps.iter().any(is_signed);
    for step in steps {
        let kind = step.get("type").and_then(Value::as_str).unwrap_or_default();
        match kind {
            // what was asked, told again
            "user_input" | "function_result" => continue,
            "thought" => thought.push_str(&summary(&step)),
            "model_output" => completion.text.push_str(&words(&step)),
            "function_call" => completion.tool_calls.extend(call(&step)),
            _ => {}
        }
        if signed {
            completion.replay.push(ReplayBlock::new(PROVIDER, step));
        }
    }
    completion.reasoning = (!thought.is_empty()).then_some(thought);
    let status = members.get("status").and_then(Value::as_str);
    let calls = !completion.tool_calls.is_empty();
    completion.finish_reason = status.and_then(|status| finish_reason(status, calls));

    let mut response = Response::default();
    response.completions = vec![completion];
    response.model = take_text(&mut members, "model").unwrap_or_else(|| peer.model.clone());
    response.usage = members.get("usage").and_then(usage);
    response.request_id = take_text(&mut members, "id").or_else(|| reply.request_id());
    response.raw = Some(Arc::from(peer.redactor.clean(reply.body)));
    Ok(response)
}

/// What went wrong, where the server says so in an interaction: a list of errors, an error in a step, or only that it failed.
pub(super) fn failure(interaction: &Map<String, Value>) -> Option<Said> {
    if let Some(said) = Said::from_members(interaction) {
        return Some(said);
    }
    let list = |name: &str| {
        interaction
            .get(name)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
    };
    let errors = list("errors").map(|error| serde_json::json!({ "error": error }));
    let steps = list("steps").cloned();
    if let Some(said) = errors.chain(steps).find_map(|it| Said::from_success(&it)) {
        return Some(said);
    }
    let failed = interaction.get("status").and_then(Value::as_str) == Some("failed");
    let nothing =
        serde_json::json!({"error": "the interaction failed, and the server does not say why"});
    failed.then(|| Said::from_success(&nothing)).flatten()
}

pub(super) fn is_signed(step: &Value) -> bool {
    step.get("signature")
        .is_some_and(|signature| !signature.is_null())
}

fn texts<'a>(step: &'a Value, member: &str) -> impl Iterator<Item = &'a str> {
    let parts = step
        .get(member)
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    parts.filter_map(|part| part.get("text")?.as_str())
}

/// The words of a step, if it is one of words.
pub(super) fn words(step: &Value) -> String {
    match step.get("type").and_then(Value::as_str) {
        Some("model_output") => texts(step, "content").collect(),
        _ => String::new(),
    }
}

/// What the model thought, in short.
pub(super) fn summary(step: &Value) -> String {
    texts(step, "summary").collect()
}

fn call(step: &Value) -> Option<ToolCall> {
    let text = |name: &str| step.get(name).and_then(Value::as_str).unwrap_or_default();
    let name = text("name");
    let call = ToolCall::new(text("id"), name, arguments(step.get("arguments")));
    (!name.is_empty()).then_some(call)
}

/// Arguments as JSON text.
pub(super) fn arguments(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "{}".to_owned(),
        Some(Value::String(text)) if text.is_empty() => "{}".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
    }
}

/// Why it stopped; nothing while it goes on.
pub(super) fn finish_reason(status: &str, calls: bool) -> Option<FinishReason> {
    Some(match status {
        "" | "in_progress" | "queued" => return None,
        "completed" if calls => FinishReason::ToolCalls,
        "completed" => FinishReason::Stop,
        "requires_action" => FinishReason::ToolCalls,
        // the longest reply, or a budget, was reached
        "incomplete" | "budget_exceeded" => FinishReason::Length,
        _ => FinishReason::Other(status.to_owned()),
    })
}

/// Tokens. Thoughts and what the server's own tools read are counted apart, which the total shows; ours are inclusive.
pub(super) fn usage(value: &Value) -> Option<Usage> {
    let map = value.as_object()?;
    let of = |name: &str| count(map, name);
    let (input, output) = (of("total_input_tokens"), of("total_output_tokens"));
    let (thoughts, tools) = (of("total_thought_tokens"), of("total_tool_use_tokens"));
    let inclusive = of("total_tokens") == input + output;
    let mut usage = if inclusive {
        Usage::new(input, output)
    } else {
        Usage::new(input + tools, output + thoughts)
    };
    usage.cached_input_tokens = of("total_cached_tokens");
    usage.reasoning_tokens = thoughts;
    Some(usage)
}

#[cfg(test)]
#[path = "response_tests.rs"]
mod tests;
