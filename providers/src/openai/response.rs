//! Reading a reply, leniently: what is not needed may be anything, and what is needed may come in any
//! form that a server is known to use.
use super::{
    Profile,
    message::completion,
    quick::{self, Quick},
};
use crate::{
    http::{
        Peer, Reply,
        said::Said,
        status::{refused, said_error},
    },
    wire::{finished, reply_object, take_text, tokens, undecodable},
};
use serde_json::Value;
use sigflow_core::{Completion, FinishReason, Response, Result, Usage};

/// The answer that a reply of status 2xx holds.
pub(crate) fn decode(reply: Reply, peer: &Peer, profile: Profile) -> Result<Response> {
    if let Some(response) = quick::read(&reply.body, "message").and_then(Quick::into_response) {
        return Ok(finished(response, reply, peer));
    }
    decode_tree(reply, peer, profile)
}

/// Whatever is in it.
fn decode_tree(reply: Reply, peer: &Peer, profile: Profile) -> Result<Response> {
    let (mut members, reply) = reply_object(reply, peer)?;
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
            .and_then(tokens)
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
    response.model = take_text(&mut members, "model").unwrap_or_default();
    response.request_id = take_text(&mut members, "id");
    response.usage = members.get("usage").and_then(usage);
    Ok(finished(response, reply, peer))
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
    let of = |names: &[&str]| {
        names
            .iter()
            .find_map(|name| map.get(*name).and_then(tokens))
    };
    let inner = |key: &str, names: &[&str]| {
        let member = |of: &&str| map.get(*of)?.get(key).and_then(tokens);
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

#[cfg(test)]
#[path = "response_tests.rs"]
mod tests;
