//! Reading a reply, leniently. A reply in pieces is many of the same form, the last of which says that it is done.
use crate::{
    http::{Peer, Reply, said::Said, status::said_error},
    wire::{count, finished, reply_object, take_text, undecodable},
};
use serde_json::{Map, Value};
use sigflow_core::{
    Completion, FinishReason, Logprob, Response, Result, TokenLogprob, ToolCall, Usage,
};

/// The answer that a reply of status 2xx holds.
pub(super) fn decode(reply: Reply, peer: &Peer) -> Result<Response> {
    let (mut members, reply) = reply_object(reply, peer)?;
    if let Some(said) = Said::from_members(&members) {
        return Err(said_error(&said, reply, peer));
    }
    let Some(delta) = delta(&mut members, 0) else {
        return Err(undecodable("the reply has no `message`", reply, peer));
    };
    let mut completion = Completion::default();
    completion.text = delta.text;
    completion.reasoning = Some(delta.reasoning).filter(|text| !text.is_empty());
    completion.tool_calls = delta.calls;
    completion.logprobs = delta.logprobs;
    completion.finish_reason = finish_reason(&members, !completion.tool_calls.is_empty());
    let mut response = Response::default();
    response.completions = vec![completion];
    response.model = take_text(&mut members, "model").unwrap_or_default();
    response.usage = usage(&members);
    Ok(finished(response, reply, peer))
}

/// What a reply, or a piece of one, adds.
pub(super) struct Delta {
    pub(super) text: String,
    pub(super) reasoning: String,
    pub(super) calls: Vec<ToolCall>,
    pub(super) logprobs: Vec<TokenLogprob>,
}

/// Reads a piece; `calls` were before it.
pub(super) fn delta(members: &mut Map<String, Value>, calls: usize) -> Option<Delta> {
    let logprobs = logprobs(members.get("logprobs"));
    let Some(Value::Object(mut message)) = members.remove("message") else {
        return None;
    };
    let reasoning = ["thinking", "reasoning_content"]
        .iter()
        .find_map(|name| take_text(&mut message, name));
    let list = match message.remove("tool_calls") {
        Some(Value::Array(list)) => list,
        _ => Vec::new(),
    };
    let list = list.into_iter().enumerate();
    Some(Delta {
        text: take_text(&mut message, "content").unwrap_or_default(),
        reasoning: reasoning.unwrap_or_default(),
        calls: list
            .filter_map(|(index, it)| call(calls + index, it))
            .collect(),
        logprobs,
    })
}

fn call(index: usize, call: Value) -> Option<ToolCall> {
    let Value::Object(mut call) = call else {
        return None;
    };
    let id = take_text(&mut call, "id").unwrap_or_else(|| format!("call_{index}"));
    let Some(Value::Object(mut function)) = call.remove("function") else {
        return None;
    };
    let name = take_text(&mut function, "name")?;
    let arguments = match function.remove("arguments") {
        None | Some(Value::Null) => "{}".to_owned(),
        Some(Value::String(text)) => text,
        Some(value) => value.to_string(),
    };
    Some(ToolCall::new(id, name, arguments))
}

/// Why the model stopped, once it is done.
pub(super) fn finish_reason(members: &Map<String, Value>, calls: bool) -> Option<FinishReason> {
    if !is_done(members) {
        return None;
    }
    let word = members.get("done_reason").and_then(Value::as_str);
    Some(match word.unwrap_or_default() {
        "" | "stop" if calls => FinishReason::ToolCalls,
        // servers of old give no reason
        "" | "stop" => FinishReason::Stop,
        "length" => FinishReason::Length,
        word => FinishReason::Other(word.to_owned()),
    })
}

pub(super) fn is_done(members: &Map<String, Value>) -> bool {
    members.get("done") == Some(&Value::Bool(true))
}

/// Tokens, which the last piece counts.
pub(super) fn usage(members: &Map<String, Value>) -> Option<Usage> {
    let of = |name: &str| count(members, name);
    if !members.contains_key("prompt_eval_count") && !members.contains_key("eval_count") {
        return None;
    }
    let mut usage = Usage::new(of("prompt_eval_count"), of("eval_count"));
    usage.cached_input_tokens = of("prompt_eval_cached_count");
    Some(usage)
}

fn logprobs(list: Option<&Value>) -> Vec<TokenLogprob> {
    let tokens = list.and_then(Value::as_array).into_iter().flatten();
    let tokens = tokens.filter_map(|token| {
        let top = token.get("top_logprobs").and_then(Value::as_array);
        let top = top.into_iter().flatten().filter_map(logprob);
        Some(TokenLogprob::new(logprob(token)?, top.collect()))
    });
    tokens.collect()
}

fn logprob(value: &Value) -> Option<Logprob> {
    let token = value.get("token")?.as_str()?;
    Some(Logprob::new(token, value.get("logprob")?.as_f64()?))
}
