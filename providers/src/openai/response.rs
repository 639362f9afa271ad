//! Reading a reply, leniently: what is not needed may be anything, and what is needed may come in any
//! form that a server is known to use.
use super::{
    Profile,
    message::completion,
    quick::{self, Quick},
};
use crate::http::{
    Peer, Reply, body,
    said::Said,
    status::{refused, said_error},
};
use serde_json::Value;
use sigflow_core::{Completion, Error, ErrorKind, FinishReason, Response, Result, Usage};
use std::sync::Arc;

/// The answer that a reply of status 2xx holds.
pub(crate) fn decode(reply: Reply, peer: &Peer, profile: Profile) -> Result<Response> {
    if let Some(response) = quick::read(&reply.body, "message").and_then(Quick::into_response) {
        return Ok(finished(response, reply, peer));
    }
    decode_tree(reply, peer, profile)
}

/// Whatever is in it.
fn decode_tree(reply: Reply, peer: &Peer, profile: Profile) -> Result<Response> {
    let value = match body::json(&reply.body) {
        Ok(value) => value,
        Err(error) => return Err(not_json(reply, peer, &error)),
    };
    let Value::Object(mut members) = value else {
        return Err(undecodable("the reply is JSON and no object", reply, peer));
    };
    let choices = match members.remove("choices") {
        Some(Value::Array(choices)) if !choices.is_empty() => choices,
        _ => {
            return Err(match Said::from_members(&members) {
                Some(said) => said_error(&said, reply, peer),
                None => undecodable("the reply has no `choices`", reply, peer),
            });
        }
    };

    let mut indexed = Vec::with_capacity(choices.len());
    let (mut usable, mut refusal, mut failure) = (false, None, None);
    let mut held = Vec::new();
    for (position, mut choice) in choices.into_iter().enumerate() {
        let index = choice
            .get("index")
            .and_then(count)
            .unwrap_or(position as u64);
        // OpenRouter puts the failure of one answer beside as much of it as there was.
        let failed = Said::from_success(&choice);
        held.extend(held_back(&choice));
        let (completion, refused) = completion(choice.as_object_mut(), profile);
        let is_empty = completion.text.is_empty() && completion.tool_calls.is_empty();
        usable |= failed.is_none() && !is_empty;
        failure = failure.or(failed);
        refusal = refusal.or(refused);
        indexed.push((index, completion));
    }
    indexed.sort_by_key(|(index, _)| *index);
    let completions: Vec<Completion> = indexed
        .into_iter()
        .map(|(_, completion)| completion)
        .collect();

    // One usable completion is worth having; without any, say why there is none.
    if !usable {
        let failure = failure.or_else(|| Said::from_members(&members));
        if let Some(said) = failure {
            return Err(said_error(&said, reply, peer));
        }
        let filtered = completions
            .iter()
            .any(|c| c.finish_reason == Some(FinishReason::ContentFilter));
        if refusal.is_some() || filtered {
            let is_held = refusal.is_none() && !held.is_empty();
            let error = refused(refusal, reply, peer);
            return Err(if is_held {
                error.with_provider_message(held.join(", "))
            } else {
                error
            });
        }
    }

    let mut response = Response::default();
    response.completions = completions;
    let mut text = |name: &str| match members.get_mut(name).map(Value::take) {
        Some(Value::String(text)) if !text.is_empty() => Some(text),
        _ => None,
    };
    response.model = text("model").unwrap_or_default();
    response.request_id = text("id");
    response.usage = members.get("usage").and_then(usage);
    Ok(finished(response, reply, peer))
}

/// With what the head of the reply says, and the body as it came.
fn finished(mut response: Response, reply: Reply, peer: &Peer) -> Response {
    if response.model.is_empty() {
        response.model.clone_from(&peer.model);
    }
    response.request_id = reply.request_id().or(response.request_id);
    response.raw = Some(Arc::from(peer.redactor.clean(reply.body)));
    response
}

/// What Azure's filters minded in an answer: `violence (high)`.
fn held_back(choice: &Value) -> Vec<String> {
    let results = choice
        .get("content_filter_results")
        .and_then(Value::as_object);
    let each = results.into_iter().flatten();
    each.filter(|(_, result)| result.get("filtered").and_then(Value::as_bool) == Some(true))
        .map(
            |(name, result)| match result.get("severity").and_then(Value::as_str) {
                Some(severity) => format!("{name} ({severity})"),
                None => name.clone(),
            },
        )
        .collect()
}

/// Tokens, under the names of both of OpenAI's protocols and a few of others.
pub(crate) fn usage(value: &Value) -> Option<Usage> {
    let map = value.as_object()?;
    let of = |names: &[&str]| names.iter().find_map(|name| map.get(*name).and_then(count));
    let inner = |key: &str, names: &[&str]| {
        let member = |of: &&str| map.get(*of)?.get(key).and_then(count);
        names.iter().find_map(member).unwrap_or(0)
    };
    let details = &["prompt_tokens_details", "input_tokens_details"];
    let input = of(&["prompt_tokens", "input_tokens"]);
    let output = of(&["completion_tokens", "output_tokens"]);
    if input.is_none() && output.is_none() {
        return None;
    }
    let mut usage = Usage::new(input.unwrap_or(0), output.unwrap_or(0));
    usage.cached_input_tokens = match inner("cached_tokens", details) {
        // DeepSeek's name, and what LiteLLM hands on of Anthropic's
        0 => of(&[
            "prompt_cache_hit_tokens",
            "cache_read_input_tokens",
            "cached_tokens",
        ])
        .unwrap_or(0),
        cached => cached,
    };
    usage.cache_write_tokens = match inner("cache_write_tokens", details) {
        0 => of(&["cache_creation_input_tokens"]).unwrap_or(0),
        written => written,
    };
    usage.reasoning_tokens = inner(
        "reasoning_tokens",
        &["completion_tokens_details", "output_tokens_details"],
    );
    // xAI counts reasoning apart from the reply, and only its total shows it.
    let apart = usage.total_tokens().saturating_add(usage.reasoning_tokens);
    if usage.reasoning_tokens > 0 && of(&["total_tokens"]) == Some(apart) {
        usage.output_tokens = usage.output_tokens.saturating_add(usage.reasoning_tokens);
    }
    Some(usage)
}

/// A count: a number with or without a fraction, or such a number as text.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Both ends are checked.
fn count(value: &Value) -> Option<u64> {
    let float = match value {
        Value::Number(number) => match number.as_u64() {
            Some(count) => return Some(count.min(MOST)),
            None => number.as_f64()?,
        },
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    if float.is_nan() {
        None
    } else {
        Some(float.clamp(0.0, 9e15) as u64)
    }
}

/// More tokens than this is nonsense, and sums of such numbers would overflow.
const MOST: u64 = 9_000_000_000_000_000;

#[cold]
fn not_json(reply: Reply, peer: &Peer, error: &serde_json::Error) -> Error {
    let packed = reply
        .header("content-encoding")
        .filter(|coding| *coding != "identity");
    let what = if reply.body.trim().is_empty() {
        "the reply is empty".to_owned()
    } else if let Some(coding) = packed {
        format!("the reply is packed with `{coding}`, which was not asked for")
    } else {
        let gist = body::gist(&reply.body, 200).unwrap_or_default();
        format!("the reply is not JSON ({error}): {gist}")
    };
    undecodable(&what, reply, peer)
}

#[cold]
fn undecodable(what: &str, reply: Reply, peer: &Peer) -> Error {
    reply.attach(peer.error(ErrorKind::Decode, what), peer)
}

#[cfg(test)]
#[path = "response_tests.rs"]
mod tests;
