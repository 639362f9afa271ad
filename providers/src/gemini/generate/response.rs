//! Reading a reply, leniently: what is not needed may be anything.
use super::{PROVIDER, content::our_id};
use crate::{
    http::{
        Peer, Reply,
        said::Said,
        status::{refused, said_error},
    },
    wire::{count, take_text, undecodable},
};
use serde_json::{Map, Value};
use sigflow_core::{
    Completion, FinishReason, Logprob, ReplayBlock, Response, Result, TokenLogprob, ToolCall, Usage,
};
use std::sync::Arc;

/// The answer that the members of a reply hold.
pub(in crate::gemini) fn decode(
    mut members: Map<String, Value>,
    reply: Reply,
    peer: &Peer,
) -> Result<Response> {
    let candidates = match members.remove("candidates") {
        Some(Value::Array(candidates)) => candidates,
        _ => Vec::new(),
    };
    if candidates.is_empty() {
        if let Some(said) = Said::from_members(&members) {
            return Err(said_error(&said, reply, peer));
        }
        if let Some(words) = blocked(&members) {
            let error = refused(None, reply, peer);
            return Err(error.with_provider_message(peer.redactor.clean(words)));
        }
        return Err(undecodable("the reply has no `candidates`", reply, peer));
    }
    let mut words = None;
    let mut completions: Vec<(u64, Completion)> = Vec::with_capacity(candidates.len());
    for (position, mut candidate) in candidates.into_iter().enumerate() {
        let index = candidate.get("index").and_then(Value::as_u64);
        if let Some(members) = candidate.as_object_mut() {
            words = words.or_else(|| take_text(members, "finishMessage"));
            let completion = completion(members);
            completions.push((index.unwrap_or(position as u64), completion));
        }
    }
    completions.sort_by_key(|(index, _)| *index);
    let completions: Vec<Completion> = completions.into_iter().map(|(_, it)| it).collect();
    // one usable completion is worth having
    let usable = |it: &Completion| !it.text.is_empty() || !it.tool_calls.is_empty();
    let filtered = |it: &Completion| it.finish_reason == Some(FinishReason::ContentFilter);
    if !completions.iter().any(usable) && completions.iter().any(filtered) {
        let error = refused(None, reply, peer);
        return Err(match words {
            Some(words) => error.with_provider_message(peer.redactor.clean(words)),
            None => error,
        });
    }

    let mut response = Response::default();
    response.completions = completions;
    response.model = take_text(&mut members, "modelVersion").unwrap_or_else(|| peer.model.clone());
    response.usage = members.get("usageMetadata").and_then(usage);
    response.request_id = take_text(&mut members, "responseId").or_else(|| reply.request_id());
    response.raw = Some(Arc::from(peer.redactor.clean(reply.body)));
    Ok(response)
}

fn completion(candidate: &mut Map<String, Value>) -> Completion {
    let mut completion = Completion::default();
    let parts = match candidate
        .get_mut("content")
        .and_then(|it| it.get_mut("parts"))
    {
        Some(Value::Array(parts)) => std::mem::take(parts),
        _ => Vec::new(),
    };
    completion.replay = replay(&parts);
    let mut thought = String::new();
    for part in parts {
        match piece(part, completion.tool_calls.len()) {
            Some(Piece::Text(text)) => completion.text.push_str(&text),
            Some(Piece::Thought(text)) => thought.push_str(&text),
            Some(Piece::Call(call)) => completion.tool_calls.push(call),
            None => {}
        }
    }
    completion.reasoning = (!thought.is_empty()).then_some(thought);
    let calls = !completion.tool_calls.is_empty();
    completion.finish_reason = candidate
        .get("finishReason")
        .and_then(|reason| finish_reason(reason, calls));
    completion.logprobs = logprobs(candidate.get("logprobsResult"));
    completion
}

/// All parts as they came, where one of them bears a signature: the server wants it back in its place.
pub(super) fn replay(parts: &[Value]) -> Vec<ReplayBlock> {
    if !parts.iter().any(is_signed) {
        return Vec::new();
    }
    let blocks = parts.iter().cloned();
    blocks
        .map(|part| ReplayBlock::new(PROVIDER, part))
        .collect()
}

pub(super) fn is_signed(part: &Value) -> bool {
    part.get("thoughtSignature").is_some()
}

/// What a part says.
pub(super) enum Piece {
    Text(String),
    Thought(String),
    Call(ToolCall),
}

/// Reads a part; `calls` were before it. Parts that only mean something to the server (code that it ran) say nothing.
pub(super) fn piece(part: Value, calls: usize) -> Option<Piece> {
    let Value::Object(mut part) = part else {
        return None;
    };
    if let Some(Value::Object(mut call)) = part.remove("functionCall") {
        let name = take_text(&mut call, "name")?;
        let id = take_text(&mut call, "id").unwrap_or_else(|| our_id(calls));
        let arguments = match call.remove("args") {
            None | Some(Value::Null) => "{}".to_owned(),
            Some(Value::String(text)) => text,
            Some(value) => value.to_string(),
        };
        return Some(Piece::Call(ToolCall::new(id, name, arguments)));
    }
    let text = take_text(&mut part, "text")?;
    Some(match part.get("thought") {
        Some(Value::Bool(true)) => Piece::Thought(text),
        _ => Piece::Text(text),
    })
}

pub(super) fn finish_reason(value: &Value, calls: bool) -> Option<FinishReason> {
    let word = value.as_str().filter(|word| !word.is_empty())?;
    Some(match word {
        // a call ends a turn like any other word
        "STOP" if calls => FinishReason::ToolCalls,
        "STOP" => FinishReason::Stop,
        "FUNCTION_CALL" => FinishReason::ToolCalls,
        "MAX_TOKENS" => FinishReason::Length,
        "SAFETY"
        | "RECITATION"
        | "BLOCKLIST"
        | "PROHIBITED_CONTENT"
        | "SPII"
        | "MODEL_ARMOR"
        | "IMAGE_SAFETY"
        | "IMAGE_PROHIBITED_CONTENT"
        | "IMAGE_RECITATION" => FinishReason::ContentFilter,
        _ => FinishReason::Other(word.to_owned()),
    })
}

/// Why the prompt was held back, if it was.
pub(super) fn blocked(members: &Map<String, Value>) -> Option<String> {
    let feedback = members.get("promptFeedback")?;
    let reason = feedback.get("blockReason")?.as_str()?;
    let words = feedback.get("blockReasonMessage").and_then(Value::as_str);
    Some(match words.filter(|words| !words.is_empty()) {
        Some(words) => format!("the prompt was blocked ({reason}): {words}"),
        None => format!("the prompt was blocked ({reason})"),
    })
}

/// Tokens. Google counts thoughts apart from the reply and what its own tools put into the prompt apart from the prompt;
/// ours are totals.
pub(super) fn usage(value: &Value) -> Option<Usage> {
    let map = value.as_object()?;
    let of = |name: &str| count(map, name);
    let thoughts = of("thoughtsTokenCount");
    let input = of("promptTokenCount") + of("toolUsePromptTokenCount");
    let mut usage = Usage::new(input, of("candidatesTokenCount") + thoughts);
    usage.cached_input_tokens = of("cachedContentTokenCount");
    usage.reasoning_tokens = thoughts;
    Some(usage)
}

/// How sure the model was of each token.
pub(super) fn logprobs(result: Option<&Value>) -> Vec<TokenLogprob> {
    let list = |name: &str| {
        let list = result.and_then(|result| result.get(name)?.as_array());
        list.map(Vec::as_slice).unwrap_or_default()
    };
    let tops = list("topCandidates");
    let chosen = list("chosenCandidates").iter().enumerate();
    let tokens = chosen.filter_map(|(index, chosen)| {
        let top = tops.get(index).and_then(|top| top.get("candidates"));
        let top = top.and_then(Value::as_array).into_iter().flatten();
        Some(TokenLogprob::new(
            logprob(chosen)?,
            top.filter_map(logprob).collect(),
        ))
    });
    tokens.collect()
}

fn logprob(value: &Value) -> Option<Logprob> {
    let token = value.get("token")?.as_str()?;
    // the logarithm of 1, which Google's JSON leaves out as it does every 0
    let logprob = value
        .get("logProbability")
        .map_or(Some(0.0), Value::as_f64)?;
    Some(Logprob::new(token, logprob))
}

#[cfg(test)]
#[path = "response_tests.rs"]
mod tests;
