//! One completion of a reply, in whatever form its parts come.
use super::{Profile, logprobs, replay};
use serde_json::{Map, Value};
use sigflow_core::{Completion, Field, FinishReason, TokenLogprob, ToolCall, types::Citation};
use std::borrow::Cow;

/// One choice, and the words with which the model refused.
pub(crate) fn completion(
    choice: Option<&mut Map<String, Value>>,
    profile: Profile,
) -> (Completion, Option<String>) {
    let mut completion = Completion::default();
    let Some(choice) = choice else {
        return (completion, None);
    };
    completion.finish_reason = choice.get("finish_reason").and_then(finish_reason);
    completion.logprobs = logprobs::read(choice.remove("logprobs"));
    // Servers of the older protocol put `text` into the choice itself.
    let Some(Value::Object(mut message)) = choice.remove("message") else {
        if let Some(Value::String(text)) = choice.remove("text") {
            completion.text = text;
        }
        return (completion, None);
    };
    let mut refused = non_empty(message.remove("refusal"));
    let mut thought = String::new();
    match message.remove("content") {
        None | Some(Value::Null) => {}
        Some(Value::String(text)) => completion.text = text,
        Some(Value::Array(parts)) => {
            for part in parts {
                read_part(part, &mut completion.text, &mut thought, &mut refused);
            }
        }
        // JSON in place of JSON text.
        Some(other) => completion.text = other.to_string(),
    }
    let reasoning = ["reasoning_content", "reasoning"]
        .iter()
        .find_map(|key| non_empty(message.remove(*key)));
    completion.reasoning = reasoning.or_else(|| (!thought.is_empty()).then_some(thought));
    if let Some(Value::Array(calls)) = message.remove("tool_calls") {
        let calls = calls
            .into_iter()
            .enumerate()
            .filter_map(|(index, call)| tool_call(index, call));
        completion.tool_calls = calls.collect();
    }
    // The protocol before tools: one function, without a name for the call.
    if completion.tool_calls.is_empty()
        && let Some(call @ Value::Object(_)) = message.remove("function_call")
    {
        completion.tool_calls.extend(tool_call(0, call));
    }
    completion.citations = citations(message.remove("provider_specific_fields"), "citations");
    let wanted = replay::of_message(
        profile,
        completion.reasoning.as_deref(),
        message.remove("reasoning_details"),
        !completion.tool_calls.is_empty(),
    );
    completion.replay.extend(wanted);
    if completion.text.is_empty() && refused.is_some() {
        completion.finish_reason = Some(FinishReason::ContentFilter);
    }
    (completion, refused)
}

/// What an event of a stream adds to a completion.
#[derive(Debug, Default)]
pub(crate) struct Delta {
    pub(crate) text: String,
    pub(crate) reasoning: String,
    pub(crate) refusal: String,
    /// Pieces of tool calls, by their places.
    pub(crate) calls: Vec<(usize, ToolCall)>,
    pub(crate) citations: Vec<Citation>,
    pub(crate) logprobs: Vec<TokenLogprob>,
    /// Thoughts with their signatures, as OpenRouter gives them.
    pub(crate) details: Option<Value>,
    pub(crate) finish: Option<FinishReason>,
}

/// One choice of an event.
pub(crate) fn delta(choice: &mut Map<String, Value>) -> Delta {
    let mut delta = Delta {
        finish: choice.get("finish_reason").and_then(finish_reason),
        logprobs: logprobs::read(choice.remove("logprobs")),
        ..Delta::default()
    };
    let Some(Value::Object(mut message)) = choice.remove("delta") else {
        if let Some(Value::String(text)) = choice.remove("text") {
            delta.text = text;
        }
        return delta;
    };
    let mut refused = non_empty(message.remove("refusal"));
    match message.remove("content") {
        Some(Value::String(text)) => delta.text = text,
        Some(Value::Array(parts)) => {
            for part in parts {
                read_part(part, &mut delta.text, &mut delta.reasoning, &mut refused);
            }
        }
        _ => {}
    }
    delta.refusal = refused.unwrap_or_default();
    let reasoning = ["reasoning_content", "reasoning"]
        .iter()
        .find_map(|key| non_empty(message.remove(*key)));
    delta.reasoning.extend(reasoning);
    if let Some(Value::Array(calls)) = message.remove("tool_calls") {
        let calls = calls.into_iter().enumerate();
        delta.calls = calls
            .filter_map(|(at, call)| call_piece(at, call))
            .collect();
    }
    delta.citations = citations(message.remove("provider_specific_fields"), "citation");
    delta.details = message.remove("reasoning_details");
    if let (true, Some(call)) = (delta.calls.is_empty(), message.remove("function_call")) {
        delta.calls.extend(call_piece(0, call));
    }
    delta
}

/// What a model cites. The protocol has no place for it; `LiteLLM` hands Anthropic's citations on in a member
/// of its own: a list for each block of the text, or all in one.
fn citations(fields: Option<Value>, name: &str) -> Vec<Citation> {
    let Some(Value::Object(mut fields)) = fields else {
        return Vec::new();
    };
    let cited = match fields.remove(name) {
        Some(Value::Array(cited)) => cited,
        one => one.into_iter().collect(),
    };
    let each = cited.into_iter().flat_map(|one| match one {
        Value::Array(inner) => inner,
        one => vec![one],
    });
    // a citation of another kind has no place in a document
    each.filter_map(|one| Citation::from_value(one).ok())
        .collect()
}

fn call_piece(position: usize, call: Value) -> Option<(usize, ToolCall)> {
    let Value::Object(mut call) = call else {
        return None;
    };
    let index = call.get("index").and_then(Value::as_u64);
    let index = index.map_or(Some(position), |index| usize::try_from(index).ok())?;
    let id = non_empty(call.remove("id")).unwrap_or_default();
    let mut function = match call.remove("function") {
        Some(Value::Object(function)) => function,
        _ => call,
    };
    let name = non_empty(function.remove("name")).unwrap_or_default();
    let arguments = match function.remove("arguments") {
        Some(Value::String(text)) => text,
        None | Some(Value::Null) => String::new(),
        Some(value) => value.to_string(),
    };
    Some((index, ToolCall::new(id, name, arguments)))
}

/// A part of a content that is a list: text, a refusal, or thoughts.
fn read_part(part: Value, text: &mut String, thought: &mut String, refused: &mut Option<String>) {
    let mut part = match part {
        Value::String(piece) => return text.push_str(&piece),
        Value::Object(part) => part,
        _ => return,
    };
    if let Some(words) = non_empty(part.remove("refusal")) {
        refused.get_or_insert_default().push_str(&words);
    }
    match part.remove("thinking") {
        Some(Value::String(piece)) => thought.push_str(&piece),
        Some(Value::Array(pieces)) => {
            pieces
                .iter()
                .filter_map(|piece| piece.get("text")?.as_str())
                .for_each(|piece| thought.push_str(piece));
        }
        _ => {}
    }
    match part.remove("text") {
        Some(Value::String(piece)) => text.push_str(&piece),
        // `{"text": {"value": "…"}}`
        Some(Value::Object(mut inner)) => {
            if let Some(Value::String(piece)) = inner.remove("value") {
                text.push_str(&piece);
            }
        }
        _ => {}
    }
}

fn tool_call(index: usize, call: Value) -> Option<ToolCall> {
    let Value::Object(mut call) = call else {
        return None;
    };
    let id = non_empty(call.remove("id")).unwrap_or_else(|| format!("call_{index}"));
    let mut function = match (call.remove("function"), call.remove("custom")) {
        (Some(Value::Object(function)), _) | (_, Some(Value::Object(function))) => function,
        _ => call,
    };
    let name = non_empty(function.remove("name"))?;
    let arguments = match function
        .remove("arguments")
        .or_else(|| function.remove("input"))
    {
        Some(Value::String(text)) if !text.trim().is_empty() => text,
        None | Some(Value::Null | Value::String(_)) => "{}".to_owned(),
        Some(value) => value.to_string(),
    };
    Some(ToolCall::new(id, name, arguments))
}

fn finish_reason(value: &Value) -> Option<FinishReason> {
    let word = match value {
        Value::Null => return None,
        Value::String(word) if word.is_empty() => return None,
        Value::String(word) => Cow::Borrowed(word.as_str()),
        other => Cow::Owned(other.to_string()),
    };
    Some(finish_word(&word))
}

/// What a server's word for why the model stopped means.
pub(super) fn finish_word(word: &str) -> FinishReason {
    match word {
        "stop" => FinishReason::Stop,
        // A reply that was cut must be known as such: Mistral's and Anthropic's words too.
        "length" | "max_tokens" | "model_length" => FinishReason::Length,
        "tool_calls" | "function_call" => FinishReason::ToolCalls,
        "content_filter" => FinishReason::ContentFilter,
        _ => FinishReason::Other(word.to_owned()),
    }
}

fn non_empty(value: Option<Value>) -> Option<String> {
    match value {
        Some(Value::String(text)) if !text.is_empty() => Some(text),
        _ => None,
    }
}
