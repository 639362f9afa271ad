//! Reading a whole reply, leniently: what is not needed may be anything.
use super::{
    REPLAY,
    reply::{Counts, citation, explanation, finish_reason},
};
use crate::{
    http::{
        Peer, Reply,
        said::Said,
        status::{refused, said_error},
    },
    wire::{finished, reply_object, take_text, undecodable},
};
use serde_json::Value;
use sigflow_core::{Completion, FinishReason, ReplayBlock, Response, Result, ToolCall};

/// The answer that a reply of status 2xx holds.
pub(super) fn decode(reply: Reply, peer: &Peer) -> Result<Response> {
    let (mut members, reply) = reply_object(reply, peer)?;
    let Some(Value::Array(content)) = members.get_mut("content").map(Value::take) else {
        return Err(match Said::from_members(&members) {
            Some(said) => said_error(&said, reply, peer),
            None => undecodable("the reply has no `content`", reply, peer),
        });
    };
    let mut completion = Completion::default();
    for block in content {
        add(block, &mut completion);
    }
    completion.finish_reason = finish_reason(members.get("stop_reason"));
    let is_empty = completion.text.is_empty() && completion.tool_calls.is_empty();
    if is_empty && completion.finish_reason == Some(FinishReason::ContentFilter) {
        return Err(refused(explanation(&members), reply, peer));
    }
    let mut counts = Counts::default();
    counts.take(members.get("usage"));
    let mut response = Response::default();
    response.completions = vec![completion];
    response.model = take_text(&mut members, "model").unwrap_or_default();
    response.usage = counts.usage();
    response.request_id = take_text(&mut members, "id");
    Ok(finished(response, reply, peer))
}

/// One block of the reply.
fn add(mut block: Value, completion: &mut Completion) {
    let Some(members) = block.as_object_mut() else {
        return;
    };
    match members.get("type").and_then(Value::as_str) {
        Some("text") => {
            if let Some(words) = take_text(members, "text") {
                completion.text.push_str(&words);
            }
            if let Some(Value::Array(cited)) = members.remove("citations") {
                let cited = cited.into_iter().filter_map(citation);
                completion.citations.extend(cited);
            }
        }
        Some("thinking") => {
            if let Some(words) = members.get("thinking").and_then(Value::as_str)
                && !words.is_empty()
            {
                completion.reasoning.get_or_insert_default().push_str(words);
            }
            if is_signed(&block) {
                completion.replay.push(ReplayBlock::new(REPLAY, block));
            }
        }
        Some("tool_use") => {
            let id = take_text(members, "id");
            let Some(name) = take_text(members, "name") else {
                return;
            };
            let place = completion.tool_calls.len();
            let id = id.unwrap_or_else(|| format!("call_{place}"));
            let input = match members.remove("input") {
                None | Some(Value::Null) => "{}".to_owned(),
                // some servers put JSON text there
                Some(Value::String(text)) => text,
                Some(input) => input.to_string(),
            };
            completion.tool_calls.push(ToolCall::new(id, name, input));
        }
        // hidden thoughts, and what tools on the server did: it wants them back
        Some(_) => completion.replay.push(ReplayBlock::new(REPLAY, block)),
        None => {}
    }
}

/// Thoughts without a signature are refused when they come back.
pub(super) fn is_signed(thinking: &Value) -> bool {
    let signature = thinking.get("signature").and_then(Value::as_str);
    signature.is_some_and(|signature| !signature.is_empty())
}

#[cfg(test)]
#[path = "response_tests.rs"]
mod tests;
