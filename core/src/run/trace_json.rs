//! Traces as JSON.
use super::trace::{CallTrace, Exchange, Outcome, Span, SpanKind, Trace};
use crate::{
    Error, ErrorKind, Field, InputField, Record, Result, ToolCall, Usage, types::Citation,
};
use serde_json::{Map, Value, json};
use std::time::Duration;

impl Trace {
    /// As JSON; times in nanoseconds.
    pub fn to_json(&self) -> Value {
        json!({
            "version": 1,
            "run": self.run.map(|run| run.to_string()),
            "tags": self.tags.iter().cloned().map(|(name, value)| (name, value.into())).collect::<Map<_, _>>(),
            "spans": self.spans.iter().map(span).collect::<Value>(),
        })
    }
    /// Reads what [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    /// If it is something else: [`Error::is_state`].
    pub fn from_json(value: &Value) -> Result<Self> {
        let read = || -> Option<Trace> {
            if value["version"] != 1 {
                return None;
            }
            let tags = value["tags"].as_object()?.iter();
            let tags = tags.map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())));
            Some(Trace {
                run: match &value["run"] {
                    Value::Null => None,
                    run => Some(run.as_str()?.parse().ok()?),
                },
                tags: tags.collect::<Option<_>>()?,
                spans: list(&value["spans"], read_span)?,
            })
        };
        read().ok_or_else(|| {
            let message =
                "this is no trace of version 1; write one with `Trace::to_json`".to_owned();
            Error::new(ErrorKind::State, message)
        })
    }
}

impl serde::Serialize for Trace {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}
impl<'de> serde::Deserialize<'de> for Trace {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Trace::from_json(&value).map_err(serde::de::Error::custom)
    }
}

fn list<T>(value: &Value, read: impl Fn(&Value) -> Option<T>) -> Option<Vec<T>> {
    value.as_array()?.iter().map(read).collect()
}
fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn nanos(duration: Duration) -> u64 {
    // 584 years
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

fn span(span: &Span) -> Value {
    let (outcome, error) = match &span.outcome {
        Outcome::Running => ("running", Value::Null),
        Outcome::Succeeded => ("succeeded", Value::Null),
        Outcome::Dropped => ("dropped", Value::Null),
        Outcome::Failed(kind, words) => (
            "failed",
            json!({ "kind": kind.map(|kind| format!("{kind:?}")), "words": words }),
        ),
    };
    json!({
        "parent": span.parent,
        "kind": match span.kind {
            SpanKind::Program => "program",
            SpanKind::Node => "node",
            SpanKind::ModelCall => "call",
        },
        "name": span.name,
        "path": span.path,
        "start": nanos(span.start),
        "end": span.end.map(nanos),
        "outcome": outcome,
        "error": error,
        "call": span.call.as_ref().map(call),
    })
}

fn read_span(value: &Value) -> Option<Span> {
    let outcome = match value["outcome"].as_str()? {
        "running" => Outcome::Running,
        "succeeded" => Outcome::Succeeded,
        "dropped" => Outcome::Dropped,
        "failed" => {
            let error = &value["error"];
            let kind = match error["kind"].as_str() {
                Some(name) => Some(ErrorKind::named(name)?),
                None => None,
            };
            Outcome::Failed(kind, text(&error["words"])?)
        }
        _ => return None,
    };
    let call = &value["call"];
    Some(Span {
        parent: match &value["parent"] {
            Value::Null => None,
            parent => Some(usize::try_from(parent.as_u64()?).ok()?),
        },
        kind: match value["kind"].as_str()? {
            "program" => SpanKind::Program,
            "node" => SpanKind::Node,
            "call" => SpanKind::ModelCall,
            _ => return None,
        },
        name: text(&value["name"])?,
        path: text(&value["path"])?,
        start: Duration::from_nanos(value["start"].as_u64()?),
        end: value["end"].as_u64().map(Duration::from_nanos),
        outcome,
        call: if call.is_null() {
            None
        } else {
            Some(read_call(call)?)
        },
    })
}

fn call(call: &CallTrace) -> Value {
    json!({
        "signature": call.signature,
        "inputs": call.inputs.clone().into_json(),
        "outputs": call.outputs.clone().map(Record::into_json),
        "exchanges": call.exchanges.iter().map(exchange).collect::<Value>(),
    })
}

fn read_call(value: &Value) -> Option<CallTrace> {
    let record = |value: &Value| value.as_object().cloned().map(Record::from);
    Some(CallTrace {
        signature: text(&value["signature"])?,
        inputs: record(&value["inputs"])?,
        outputs: record(&value["outputs"]),
        exchanges: list(&value["exchanges"], read_exchange)?,
    })
}

fn exchange(exchange: &Exchange) -> Value {
    let tool =
        |call: &ToolCall| json!({ "id": call.id, "name": call.name, "arguments": call.arguments });
    let tools = exchange.tool_calls.iter();
    json!({
        "messages": exchange.messages.iter().map(|(role, content)| json!({ "role": role, "content": content })).collect::<Value>(),
        "replies": exchange.replies,
        "reasoning": exchange.reasoning,
        "tool_calls": tools.map(|calls| calls.iter().map(tool).collect::<Value>()).collect::<Value>(),
        "citations": exchange.citations.iter().map(|cited| cited.view().to_value()).collect::<Value>(),
        "model": exchange.model,
        "usage": exchange.usage.map(|usage| json!({
            "input_tokens": usage.input_tokens,
            "output_tokens": usage.output_tokens,
            "cached_input_tokens": usage.cached_input_tokens,
            "cache_write_tokens": usage.cache_write_tokens,
            "reasoning_tokens": usage.reasoning_tokens,
        })),
    })
}

fn read_exchange(value: &Value) -> Option<Exchange> {
    let tool = |value: &Value| {
        Some(ToolCall::new(
            text(&value["id"])?,
            text(&value["name"])?,
            text(&value["arguments"])?,
        ))
    };
    let usage = &value["usage"];
    Some(Exchange {
        messages: list(&value["messages"], |message| {
            Some((text(&message["role"])?, text(&message["content"])?))
        })?,
        replies: list(&value["replies"], text)?,
        reasoning: list(&value["reasoning"], |value| Some(text(value)))?,
        tool_calls: list(&value["tool_calls"], |calls| list(calls, tool))?,
        // traces of before have none
        citations: list(&value["citations"], |cited| {
            list(cited, |one| Citation::from_value(one.clone()).ok())
        })
        .unwrap_or_default(),
        model: text(&value["model"])?,
        usage: if usage.is_null() {
            None
        } else {
            Some(Usage {
                input_tokens: usage["input_tokens"].as_u64()?,
                output_tokens: usage["output_tokens"].as_u64()?,
                cached_input_tokens: usage["cached_input_tokens"].as_u64()?,
                // traces of before have none
                cache_write_tokens: usage["cache_write_tokens"].as_u64().unwrap_or(0),
                reasoning_tokens: usage["reasoning_tokens"].as_u64()?,
            })
        },
    })
}
