//! Reading a whole reply, leniently: what is not needed may be anything.
use super::{
    REPLAY,
    reply::{citation, finish_reason, input, take_object, usage},
};
use crate::{
    http::{
        Peer, Reply,
        said::Said,
        status::{refused, said_error},
    },
    wire::{finished, reply_object, take_text, undecodable},
};
use serde_json::{Map, Value};
use sigflow_core::{Completion, FinishReason, ReplayBlock, Response, Result, ToolCall};

/// The answer that a reply of status 2xx holds.
pub(super) fn decode(reply: Reply, peer: &Peer) -> Result<Response> {
    let (mut members, reply) = reply_object(reply, peer)?;
    let message = take_object(&mut members, "output")
        .and_then(|mut output| take_object(&mut output, "message"));
    let content = message.and_then(|mut message| message.remove("content"));
    let Some(Value::Array(content)) = content else {
        return Err(match Said::from_members(&members) {
            Some(said) => said_error(&said, reply, peer),
            None => undecodable("the reply has no `output.message.content`", reply, peer),
        });
    };
    let mut completion = Completion::default();
    for block in content {
        add(block, &mut completion);
    }
    completion.finish_reason = finish_reason(members.get("stopReason"));
    let is_empty = completion.text.is_empty() && completion.tool_calls.is_empty();
    if is_empty && completion.finish_reason == Some(FinishReason::ContentFilter) {
        return Err(refused(None, reply, peer));
    }
    let mut response = Response::default();
    response.completions = vec![completion];
    response.usage = usage(members.get("usage"));
    Ok(finished(response, reply, peer))
}

/// One block of the reply: an object with one member, whose name says what it is.
fn add(mut block: Value, completion: &mut Completion) {
    let Some(members) = block.as_object_mut() else {
        return;
    };
    if let Some(words) = take_text(members, "text") {
        completion.text.push_str(&words);
    } else if let Some(call) = take_object(members, "toolUse") {
        tool_use(call, completion);
    } else if let Some(cited) = take_object(members, "citationsContent") {
        cited_text(cited, completion);
    } else if let Some(thought) = members.get("reasoningContent") {
        let said = thought.get("reasoningText");
        let words = said.and_then(|said| said.get("text")?.as_str());
        if let Some(words) = words.filter(|words| !words.is_empty()) {
            completion.reasoning.get_or_insert_default().push_str(words);
        }
        let signature = said.and_then(|said| said.get("signature")?.as_str());
        if signature.is_some_and(|text| !text.is_empty())
            || thought.get("redactedContent").is_some()
        {
            completion.replay.push(ReplayBlock::new(REPLAY, block));
        }
    }
}

fn tool_use(mut call: Map<String, Value>, completion: &mut Completion) {
    let Some(name) = take_text(&mut call, "name") else {
        return;
    };
    let place = completion.tool_calls.len();
    let id = take_text(&mut call, "toolUseId").unwrap_or_else(|| format!("call_{place}"));
    let arguments = input(call.remove("input"));
    completion
        .tool_calls
        .push(ToolCall::new(id, name, arguments));
}

fn cited_text(mut cited: Map<String, Value>, completion: &mut Completion) {
    if let Some(Value::Array(parts)) = cited.remove("content") {
        let words = parts.iter().filter_map(|part| part.get("text")?.as_str());
        completion.text.extend(words);
    }
    if let Some(Value::Array(all)) = cited.remove("citations") {
        let all = all.into_iter().filter_map(citation);
        completion.citations.extend(all);
    }
}

#[cfg(test)]
#[path = "response_tests.rs"]
mod tests;
