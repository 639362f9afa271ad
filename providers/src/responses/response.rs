//! Reading a whole reply, leniently: what is not needed may be anything.
use super::items::Read;
use crate::{
    http::{
        Peer, Reply, body,
        said::Said,
        status::{refused, said_error},
    },
    openai::usage,
};
use serde_json::{Map, Value};
use sigflow_core::{Error, ErrorKind, FinishReason, Response, Result};
use std::sync::Arc;

/// The answer that a reply of status 2xx holds.
pub(super) fn decode(reply: Reply, peer: &Peer) -> Result<Response> {
    let value = match body::json(&reply.body) {
        Ok(value) => value,
        Err(error) => {
            let gist = body::gist(&reply.body, 200).unwrap_or_default();
            let what = format!("the reply is not JSON ({error}): {gist}");
            return Err(undecodable(&what, reply, peer));
        }
    };
    let Value::Object(mut members) = value else {
        return Err(undecodable("the reply is JSON and no object", reply, peer));
    };
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
    response.model = text(&mut members, "model").unwrap_or_else(|| peer.model.clone());
    response.usage = members.get("usage").and_then(usage);
    response.request_id = reply.request_id().or_else(|| text(&mut members, "id"));
    response.raw = Some(Arc::from(peer.redactor.clean(reply.body)));
    Ok(response)
}

/// A member that is text.
pub(super) fn text(members: &mut Map<String, Value>, name: &str) -> Option<String> {
    match members.remove(name) {
        Some(Value::String(text)) if !text.is_empty() => Some(text),
        _ => None,
    }
}

#[cold]
fn undecodable(what: &str, reply: Reply, peer: &Peer) -> Error {
    reply.attach(peer.error(ErrorKind::Decode, what), peer)
}
