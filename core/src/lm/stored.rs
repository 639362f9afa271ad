//! A response as JSON, for those who keep it.
//!
//! Like the canonical request it is taken apart whole, so that no new field of a response is lost in silence.
use super::{
    Completion, FinishReason, Logprob, ReplayBlock, Response, Saved, TokenLogprob, ToolCall, Usage,
};
use crate::{Error, ErrorKind, Field as _, InputField as _, Result, types::Citation};
use serde_json::{Map, Value, json};

const VERSION: u64 = 1;

/// The wire formats whose blocks can be read back: their names live for ever. Replies with blocks of another one are
/// kept in memory only.
const PROVIDERS: [&str; 6] = [
    "anthropic",
    "bedrock",
    "gemini",
    "gemini_interactions",
    "openai",
    "openai_responses",
];

impl Response {
    /// The reply as JSON, to be kept: completions, model, tokens and the server's name for the request. The body as it
    /// came, the attempts and the cost are of the call and not of the reply, and are not in it.
    ///
    /// `None` if the reply has a block for its server ([`ReplayBlock`]) of a wire format that is not known here, which
    /// could not be read back.
    ///
    /// ```
    /// use sigflow_core::Response;
    ///
    /// let json = Response::text("Paris").to_json().expect("a reply of text");
    /// assert_eq!(Response::from_json(&json)?.completions[0].text, "Paris");
    /// # Ok::<(), sigflow_core::Error>(())
    /// ```
    pub fn to_json(&self) -> Option<Value> {
        let Response {
            completions,
            model,
            usage,
            request_id,
            raw: _,
            attempts: _,
            // prices change, and a reply out of a cache costs nothing
            cost: _,
            saved,
        } = self;
        // the tokens of a reply out of a cache are those that it took
        let usage = usage.or(saved.and_then(|saved| saved.usage));
        let mut json = Map::new();
        json.insert("version".into(), VERSION.into());
        json.insert("model".into(), model.as_str().into());
        put(&mut json, "usage", usage.map(usage_json));
        put(
            &mut json,
            "request_id",
            request_id.as_deref().map(Value::from),
        );
        let completions = completions.iter().map(completion_json);
        json.insert("completions".into(), completions.collect::<Option<_>>()?);
        Some(Value::Object(json))
    }

    /// Reads what [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    /// If it is something else, or of another version: [`Error::is_state`].
    pub fn from_json(value: &Value) -> Result<Self> {
        read(value).ok_or_else(|| {
            let message = "this is no reply of version 1; write one with `Response::to_json`";
            Error::new(ErrorKind::State, message)
        })
    }

    /// The same as a cache gives it: its tokens are said to be [saved](Self::saved) and not spent.
    ///
    /// ```
    /// use sigflow_core::{Response, Usage};
    ///
    /// let mut response = Response::text("Paris");
    /// response.usage = Some(Usage::new(10, 2));
    /// let again = response.from_cache();
    /// assert_eq!(again.usage, None);
    /// assert_eq!(again.saved.and_then(|saved| saved.usage), Some(Usage::new(10, 2)));
    /// ```
    #[must_use]
    #[allow(clippy::wrong_self_convention)] // it says where the reply is from
    pub fn from_cache(mut self) -> Self {
        let usage = self.usage.take();
        let before = self.saved.and_then(|saved| saved.usage);
        self.saved = Some(Saved::new(usage.or(before)));
        self.attempts.clear();
        self.cost = None;
        self
    }
}

fn put(json: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    if let Some(value) = value {
        json.insert(name.into(), value);
    }
}

/// What is empty is not written.
fn put_list(json: &mut Map<String, Value>, name: &str, list: Vec<Value>) {
    put(
        json,
        name,
        Some(list).filter(|list| !list.is_empty()).map(Value::Array),
    );
}

fn completion_json(completion: &Completion) -> Option<Value> {
    let Completion {
        text,
        reasoning,
        tool_calls,
        citations,
        finish_reason,
        logprobs,
        replay,
    } = completion;
    let mut json = Map::new();
    json.insert("text".into(), text.as_str().into());
    put(
        &mut json,
        "reasoning",
        reasoning.as_deref().map(Value::from),
    );
    put(
        &mut json,
        "finish_reason",
        finish_reason.as_ref().map(|reason| match reason {
            FinishReason::Stop => "stop".into(),
            FinishReason::Length => "length".into(),
            FinishReason::ToolCalls => "tool_calls".into(),
            FinishReason::ContentFilter => "content_filter".into(),
            FinishReason::Other(other) => json!({ "other": other }),
        }),
    );
    let calls = tool_calls.iter().map(|call| {
        let ToolCall {
            id,
            name,
            arguments,
        } = call;
        json!({ "id": id, "name": name, "arguments": arguments })
    });
    put_list(&mut json, "tool_calls", calls.collect());
    let citations = citations.iter().map(|cited| cited.view().to_value());
    put_list(&mut json, "citations", citations.collect());
    let logprobs = logprobs.iter().map(|token| {
        let TokenLogprob { chosen, top } = token;
        json!([
            logprob_json(chosen),
            top.iter().map(logprob_json).collect::<Value>()
        ])
    });
    put_list(&mut json, "logprobs", logprobs.collect());
    let replay = replay.iter().map(|block| {
        let ReplayBlock { provider, block } = block;
        let known = PROVIDERS.contains(provider);
        known.then(|| json!({ "provider": provider, "block": block }))
    });
    put_list(&mut json, "replay", replay.collect::<Option<_>>()?);
    Some(Value::Object(json))
}

/// JSON has no infinity, and there are servers that say minus infinity: bits keep every number.
fn logprob_json(logprob: &Logprob) -> Value {
    let Logprob { token, logprob } = logprob;
    json!([token, logprob.to_bits()])
}

fn usage_json(usage: Usage) -> Value {
    let Usage {
        input_tokens,
        output_tokens,
        cached_input_tokens,
        cache_write_tokens,
        reasoning_tokens,
    } = usage;
    json!([
        input_tokens,
        output_tokens,
        cached_input_tokens,
        cache_write_tokens,
        reasoning_tokens
    ])
}

fn list<T>(value: &Value, read: impl Fn(&Value) -> Option<T>) -> Option<Vec<T>> {
    match value {
        Value::Null => Some(Vec::new()),
        value => value.as_array()?.iter().map(read).collect(),
    }
}

/// Nothing where there is nothing, and no reading at all where there is something else.
#[allow(clippy::option_option)] // what is not there and what is there and wrong are two things
fn maybe<T>(value: &Value, read: impl Fn(&Value) -> Option<T>) -> Option<Option<T>> {
    match value {
        Value::Null => Some(None),
        value => read(value).map(Some),
    }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn read(value: &Value) -> Option<Response> {
    if value["version"] != VERSION {
        return None;
    }
    Some(Response {
        completions: value["completions"]
            .as_array()?
            .iter()
            .map(read_completion)
            .collect::<Option<_>>()?,
        model: text(&value["model"])?,
        usage: maybe(&value["usage"], read_usage)?,
        request_id: maybe(&value["request_id"], text)?,
        ..Response::default()
    })
}

fn read_completion(value: &Value) -> Option<Completion> {
    Some(Completion {
        text: text(&value["text"])?,
        reasoning: maybe(&value["reasoning"], text)?,
        tool_calls: list(&value["tool_calls"], |call| {
            Some(ToolCall::new(
                text(&call["id"])?,
                text(&call["name"])?,
                text(&call["arguments"])?,
            ))
        })?,
        citations: list(&value["citations"], |cited| {
            Citation::from_value(cited.clone()).ok()
        })?,
        finish_reason: maybe(&value["finish_reason"], |reason| {
            Some(match reason.as_str() {
                Some("stop") => FinishReason::Stop,
                Some("length") => FinishReason::Length,
                Some("tool_calls") => FinishReason::ToolCalls,
                Some("content_filter") => FinishReason::ContentFilter,
                Some(_) => return None,
                None => FinishReason::Other(text(&reason["other"])?),
            })
        })?,
        logprobs: list(&value["logprobs"], |token| {
            let top = token[1].as_array()?.iter().map(read_logprob);
            Some(TokenLogprob::new(
                read_logprob(&token[0])?,
                top.collect::<Option<_>>()?,
            ))
        })?,
        replay: list(&value["replay"], |block| {
            let name = block["provider"].as_str()?;
            let provider = PROVIDERS.into_iter().find(|known| *known == name)?;
            Some(ReplayBlock::new(provider, block.get("block")?.clone()))
        })?,
    })
}

fn read_logprob(value: &Value) -> Option<Logprob> {
    Some(Logprob::new(
        text(&value[0])?,
        f64::from_bits(value[1].as_u64()?),
    ))
}

fn read_usage(value: &Value) -> Option<Usage> {
    let number = |index: usize| value[index].as_u64();
    Some(Usage {
        input_tokens: number(0)?,
        output_tokens: number(1)?,
        cached_input_tokens: number(2)?,
        cache_write_tokens: number(3)?,
        reasoning_tokens: number(4)?,
    })
}

#[cfg(test)]
#[path = "stored_tests.rs"]
mod tests;
