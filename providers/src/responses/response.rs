//! Reading a whole reply, leniently: what is not needed may be anything.
use super::items::Read;
use crate::{
    http::{
        Peer, Reply,
        said::Said,
        status::{refused, said_error},
    },
    openai::usage,
    wire::{finished, reply_object, take_text, undecodable},
};
use serde_json::Value;
use sigflow_core::{FinishReason, Response, Result};

/// The answer that a reply of status 2xx holds.
pub(super) fn decode(reply: Reply, peer: &Peer) -> Result<Response> {
    let (mut members, reply) = reply_object(reply, peer)?;
    if let Some(said) = Said::from_members(&members) {
        return Err(said_error(&said, reply, peer));
    }
    let Some(Value::Array(items)) = members.remove("output") else {
        return Err(undecodable("the reply has no `output`", reply, peer));
    };
    if let Some(word @ ("queued" | "in_progress" | "failed" | "cancelled")) =
        members.get("status").and_then(Value::as_str)
    {
        let what = format!("the response is `{word}`, and no answer");
        return Err(undecodable(&what, reply, peer));
    }
    let mut read = Read::default();
    for item in items {
        read.item(item);
    }
    read.ends(&members);
    let is_empty = read.completion.text.is_empty() && read.completion.tool_calls.is_empty();
    if is_empty && read.completion.finish_reason == Some(FinishReason::ContentFilter) {
        return Err(refused(read.refusal, reply, peer));
    }
    let mut response = Response::default();
    response.completions = vec![read.completion];
    response.model = take_text(&mut members, "model").unwrap_or_default();
    response.usage = members.get("usage").and_then(usage);
    response.request_id = take_text(&mut members, "id");
    Ok(finished(response, reply, peer))
}
