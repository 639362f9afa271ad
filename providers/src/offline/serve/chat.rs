//! Chat completions from the server's side: requests read, replies written, whole and in pieces.
use super::connection::{begin_events, end_events, event};
use serde_json::{Map, Value, json};
use sigflow_core::{
    Chunk, Completion, FinishReason, Lm, Message, OutputSchema, Prefix, Request, ResponseFormat,
    Role, Text, ToolCall, ToolSpec, Usage,
};
use std::{
    future::poll_fn,
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};
use tokio::net::TcpStream;

/// A request, read.
pub(super) struct Question {
    request: Request,
    /// The model's name as the client wrote it.
    model: String,
    pub(super) streams: bool,
    /// A stream shall say its tokens.
    tells_usage: bool,
}

/// Reads a body. What the model could not heed anyway may be anything.
///
/// # Errors
/// What is wrong with it, in words.
pub(super) fn read(body: &[u8]) -> Result<Question, String> {
    let body: Value = serde_json::from_slice(body).map_err(|error| format!("no JSON: {error}"))?;
    let Some(messages) = body.get("messages").and_then(Value::as_array) else {
        return Err("`messages` is missing".to_owned());
    };
    let mut system = String::new();
    let mut turns = Vec::new();
    for message in messages {
        let text = text(message.get("content"));
        match message.get("role").and_then(Value::as_str) {
            Some("system" | "developer") => {
                if !system.is_empty() {
                    system.push_str("\n\n");
                }
                system.push_str(&text);
            }
            Some("user") => turns.push(Message::user(text)),
            Some("assistant") => {
                let mut message_of = Message::new(Role::Assistant, text);
                message_of.tool_calls = calls(message);
                turns.push(message_of);
            }
            Some("tool") => {
                let id = message.get("tool_call_id").and_then(Value::as_str);
                turns.push(Message::tool(id.unwrap_or_default(), "", text));
            }
            other => return Err(format!("a message of the role {other:?}")),
        }
    }
    if turns.is_empty() {
        return Err("`messages` asks nothing".to_owned());
    }
    let mut request = Request::new(Prefix::new(Text::once(system)), turns);
    request.response_format = format(body.get("response_format"));
    request.tools = tools(body.get("tools"));
    let number = |name: &str| body.get(name).and_then(Value::as_u64);
    let small = |name: &str| number(name).and_then(|number| u32::try_from(number).ok());
    request.settings.n = small("n");
    request.settings.max_tokens = small("max_completion_tokens").or_else(|| small("max_tokens"));
    request.settings.seed = body.get("seed").and_then(Value::as_i64);
    request.settings.temperature = body.get("temperature").and_then(Value::as_f64);
    let is = |value: Option<&Value>| value.and_then(Value::as_bool) == Some(true);
    let options = body.get("stream_options");
    Ok(Question {
        request,
        model: string(body.get("model")).unwrap_or_default(),
        streams: is(body.get("stream")),
        tells_usage: is(options.and_then(|options| options.get("include_usage"))),
    })
}

fn string(value: Option<&Value>) -> Option<String> {
    value.and_then(Value::as_str).map(str::to_owned)
}

/// The words of a content: text, or parts.
fn text(content: Option<&Value>) -> String {
    match content {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(parts)) => {
            let texts = parts.iter().filter_map(|part| part.get("text")?.as_str());
            texts.collect()
        }
        _ => String::new(),
    }
}

fn calls(message: &Value) -> Vec<ToolCall> {
    let calls = message.get("tool_calls").and_then(Value::as_array);
    let calls = calls.into_iter().flatten();
    let each = calls.filter_map(|call| {
        let function = call.get("function")?;
        let id = string(call.get("id")).unwrap_or_default();
        let arguments = string(function.get("arguments")).unwrap_or_default();
        Some(ToolCall::new(id, string(function.get("name"))?, arguments))
    });
    each.collect()
}

fn tools(tools: Option<&Value>) -> Arc<[ToolSpec]> {
    let tools = tools.and_then(Value::as_array).into_iter().flatten();
    let each = tools.filter_map(|tool| {
        let function = tool.get("function")?;
        let parameters = function
            .get("parameters")
            .map_or_else(|| "{}".to_owned(), Value::to_string);
        let words = string(function.get("description")).unwrap_or_default();
        Some(ToolSpec::new(
            string(function.get("name"))?,
            words,
            parameters,
        ))
    });
    each.collect()
}

fn format(format: Option<&Value>) -> ResponseFormat {
    let kind = format.and_then(|format| format.get("type")?.as_str());
    let schema = format
        .and_then(|format| format.get("json_schema"))
        .and_then(Value::as_object);
    match (kind, schema) {
        (Some("json_object"), _) => ResponseFormat::JsonObject,
        (Some("json_schema"), Some(schema)) => {
            let name = string(schema.get("name")).unwrap_or_default();
            let plain = schema
                .get("schema")
                .map_or_else(|| "{}".to_owned(), Value::to_string);
            ResponseFormat::Schema(OutputSchema::new(name, plain))
        }
        _ => ResponseFormat::Text,
    }
}

/// What all replies have: a name of their own, when, and by which model.
fn head(kind: &str, model: &str) -> Map<String, Value> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let mut head = Map::new();
    head.insert("id".to_owned(), format!("chatcmpl-{count}").into());
    head.insert("object".to_owned(), kind.into());
    head.insert(
        "created".to_owned(),
        now.map_or(0, |now| now.as_secs()).into(),
    );
    head.insert("model".to_owned(), model.into());
    head
}

/// A whole reply; a failure of the model's is told with the status that it had.
pub(super) async fn whole(question: Question, model: &Lm) -> Result<Value, (u16, String)> {
    let response = model.complete(question.request).await;
    let response = response.map_err(|error| (error.status().unwrap_or(500), error.to_string()))?;
    let mut body = head("chat.completion", &question.model);
    let choices = response.completions.iter().enumerate();
    let choices: Vec<Value> = choices.map(|(index, one)| choice(index, one)).collect();
    body.insert("choices".to_owned(), choices.into());
    if let Some(usage) = &response.usage {
        body.insert("usage".to_owned(), tokens(usage));
    }
    Ok(body.into())
}

fn choice(index: usize, completion: &Completion) -> Value {
    let content = if completion.text.is_empty() && !completion.tool_calls.is_empty() {
        Value::Null
    } else {
        completion.text.as_str().into()
    };
    let mut message = json!({"role": "assistant", "content": content, "refusal": null});
    if let Some(reasoning) = &completion.reasoning {
        message["reasoning_content"] = reasoning.as_str().into();
    }
    if !completion.tool_calls.is_empty() {
        let calls = completion.tool_calls.iter();
        let calls = calls.map(|call| {
            json!({"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}})
        });
        message["tool_calls"] = calls.collect();
    }
    let reason = completion.finish_reason.as_ref().map_or("stop", reason);
    json!({"index": index, "message": message, "logprobs": null, "finish_reason": reason})
}

fn reason(reason: &FinishReason) -> &str {
    match reason {
        FinishReason::Length => "length",
        FinishReason::ToolCalls => "tool_calls",
        FinishReason::ContentFilter => "content_filter",
        // clients know no other words
        _ => "stop",
    }
}

fn tokens(usage: &Usage) -> Value {
    json!({
        "prompt_tokens": usage.input_tokens,
        "completion_tokens": usage.output_tokens,
        "total_tokens": usage.total_tokens(),
        "prompt_tokens_details": {"cached_tokens": usage.cached_input_tokens},
        "completion_tokens_details": {"reasoning_tokens": usage.reasoning_tokens},
    })
}

/// A reply in pieces. A client that has gone ends it, and the model with it.
pub(super) async fn stream(to: &mut TcpStream, question: Question, model: &Lm) -> io::Result<()> {
    begin_events(to).await?;
    let head = head("chat.completion.chunk", &question.model);
    let mut pieces = model.stream(question.request);
    let mut is_first = true;
    while let Some(piece) = poll_fn(|cx| pieces.as_mut().poll_next(cx)).await {
        let (mut delta, mut finish) = (json!({}), Value::Null);
        match piece {
            Ok(Chunk::Text(text)) => delta["content"] = text.into(),
            Ok(Chunk::Reasoning(text)) => delta["reasoning_content"] = text.into(),
            Ok(Chunk::ToolCall {
                index,
                id,
                name,
                arguments,
            }) => {
                let mut call = json!({"index": index, "type": "function", "function": {"arguments": arguments}});
                if !name.is_empty() {
                    call["id"] = id.into();
                    call["function"]["name"] = name.into();
                }
                delta["tool_calls"] = json!([call]);
            }
            Ok(Chunk::Finish(why)) => finish = reason(&why).into(),
            Ok(Chunk::End(usage)) => {
                if let (true, Some(usage)) = (question.tells_usage, usage) {
                    let mut last = head.clone();
                    last.insert("choices".to_owned(), json!([]));
                    last.insert("usage".to_owned(), tokens(&usage));
                    event(to, &Value::from(last).to_string()).await?;
                }
                break;
            }
            Ok(_) => continue,
            Err(error) => {
                let error = json!({"message": error.to_string(), "type": "server_error", "param": null, "code": error.status()});
                event(to, &json!({ "error": error }).to_string()).await?;
                break;
            }
        }
        if std::mem::take(&mut is_first) {
            delta["role"] = "assistant".into();
        }
        let mut chunk = head.clone();
        let choice = json!({"index": 0, "delta": delta, "logprobs": null, "finish_reason": finish});
        chunk.insert("choices".to_owned(), json!([choice]));
        event(to, &Value::from(chunk).to_string()).await?;
    }
    end_events(to).await
}
