//! The body of a request, written by hand.
use crate::wire::{Content, Kind, Source, base64, body, content, members, object, string};
use serde_json::{Map, Value};
use sigflow_core::{
    Dialect, Effort, Error, Message, Request, ResponseFormat, Result, Role, Settings, ToolChoice,
};
use std::fmt::Write as _;

/// The members that we write.
const OURS: &[&str] = &[
    "model",
    "messages",
    "tools",
    "format",
    "logprobs",
    "top_logprobs",
    "stream",
];
/// The object of what a call sets.
const INSIDE: &str = "options";
/// Its members.
const OURS_INSIDE: &[&str] = &["temperature", "top_p", "num_predict", "seed", "stop"];

/// What all bodies of a client have in common.
#[derive(Clone, Debug)]
pub(super) struct Encoder {
    /// `{"model":"…","messages":[`
    head: String,
    /// `,"key":value…`, the user's own members.
    extra: String,
    /// As `extra`, of `options`.
    inside: String,
    /// The user's own members say how much the model thinks, for all calls.
    says_think: bool,
    /// The model takes words for how much it thinks, others only whether.
    takes_words: bool,
    /// The model is known to tell its thoughts, so they are asked for.
    shows_thoughts: bool,
}

impl Encoder {
    pub(super) fn new(
        model: &str,
        num_ctx: Option<u32>,
        keep_alive: Option<&str>,
        shows_thoughts: bool,
        extra: &Map<String, Value>,
    ) -> Result<Self> {
        let mut head = body::model(model);
        head.push_str(",\"messages\":[");
        let mut outside = extra.clone();
        let mut inside = body::own_inside(INSIDE, outside.shift_remove(INSIDE))?;
        if let Some(tokens) = num_ctx {
            inside.insert("num_ctx".to_owned(), tokens.into());
        }
        if let Some(time) = keep_alive {
            // a number is one of seconds
            let time = time
                .trim()
                .parse::<i64>()
                .map_or(Value::from(time), Value::from);
            outside.insert("keep_alive".to_owned(), time);
        }
        let name = model.rsplit('/').next().unwrap_or(model);
        Ok(Encoder {
            head,
            says_think: outside.contains_key("think"),
            extra: members(&outside, OURS)?,
            inside: members(&inside, OURS_INSIDE)?,
            takes_words: name.to_ascii_lowercase().starts_with("gpt-oss"),
            shows_thoughts,
        })
    }

    /// The body of one request. The same request gives the same bytes.
    pub(super) fn encode(&self, request: &Request, streams: bool) -> Result<String> {
        unsaid(request)?;
        let estimate = body::estimate(request, 60);
        let mut out = String::with_capacity(estimate + self.head.len() + self.extra.len());
        out.push_str(&self.head);
        let mut first = true;
        if !request.prefix.system.as_str().is_empty() {
            out.push_str("{\"role\":\"system\",\"content\":");
            request.prefix.system.write_json(&mut out);
            out.push('}');
            first = false;
        }
        for message in body::messages(request) {
            if !std::mem::take(&mut first) {
                out.push(',');
            }
            self::message(message, &mut out)?;
        }
        out.push(']');
        tools(request, &mut out);
        match &request.response_format {
            ResponseFormat::Text => {}
            ResponseFormat::JsonObject => out.push_str(",\"format\":\"json\""),
            ResponseFormat::Schema(schema) => {
                out.push_str(",\"format\":");
                out.push_str(schema.plain.as_str());
            }
            other => return Err(body::unknown_format(other, "Ollama")),
        }
        self.settings(&request.settings, &mut out)?;
        out.push_str(&self.extra);
        // unasked the server streams
        let _ = write!(out, ",\"stream\":{streams}}}");
        Ok(out)
    }

    fn settings(&self, settings: &Settings, out: &mut String) -> Result<()> {
        if !self.says_think {
            let word = match settings.reasoning_effort {
                None if self.shows_thoughts => "true",
                None => "",
                Some(Effort::None) => "false",
                Some(_) if !self.takes_words => "true",
                Some(Effort::Minimal | Effort::Low) => "\"low\"",
                Some(Effort::Medium) => "\"medium\"",
                Some(_) => "\"high\"",
            };
            if !word.is_empty() {
                let _ = write!(out, ",\"think\":{word}");
            }
        }
        if let Some(top) = settings.logprobs {
            body::logprobs(["logprobs", "top_logprobs"], top, out);
        }
        body::inside(INSIDE, out, |out| {
            body::sampling(settings, "top_p", out)?;
            body::whole("num_predict", settings.max_tokens, out);
            body::whole("seed", settings.seed, out);
            body::stop("stop", settings, out);
            out.push_str(&self.inside);
            Ok(())
        })
    }
}

/// Refuses what Ollama cannot be told and would change what is meant.
fn unsaid(request: &Request) -> Result<()> {
    let message = if request.settings.n.is_some_and(|n| n > 1) {
        "Ollama gives one completion for a request: leave `n` out and call several times".to_owned()
    } else if let (false, ToolChoice::Required | ToolChoice::Named(_)) =
        (request.tools.is_empty(), &request.tool_choice)
    {
        "Ollama's models choose themselves whether they call a tool: ask with `ToolChoice::Auto`, or by a schema of the answer".to_owned()
    } else {
        return Ok(());
    };
    Err(body::wrong(message))
}

fn message(message: &Message, out: &mut String) -> Result<()> {
    out.push_str("{\"role\":\"");
    out.push_str(message.role.as_str());
    out.push_str("\",\"content\":");
    let mut images = Vec::new();
    if message.parts.is_empty() {
        message.content.write_json(out);
    } else {
        let mut text = String::new();
        for part in &message.parts {
            match content(part) {
                Content::Text(words) => text.push_str(&words),
                Content::Media(Kind::Image, Source::Bytes { data, .. }) => images.push(data),
                Content::Media(kind, source) => return Err(no_place(kind, &source)),
                Content::Own(_) => {
                    let message = "Ollama takes words and images; a content block of another server's form has no place in its messages";
                    return Err(body::wrong(message));
                }
            }
        }
        string(&text, out);
    }
    for (index, image) in images.iter().enumerate() {
        out.push_str(if index == 0 { ",\"images\":[" } else { "," });
        base64(image, out);
    }
    if !images.is_empty() {
        out.push(']');
    }
    for (index, call) in message.tool_calls.iter().enumerate() {
        out.push_str(if index == 0 { ",\"tool_calls\":[" } else { "," });
        out.push_str("{\"function\":{\"name\":");
        string(&call.name, out);
        out.push_str(",\"arguments\":");
        if call.arguments.trim().is_empty() {
            out.push_str("{}");
        } else {
            object(&call.arguments, "arguments", out);
        }
        out.push_str("}}");
    }
    if !message.tool_calls.is_empty() {
        out.push(']');
    }
    if let (Role::Tool, Some((_, name))) = (message.role, &message.answers) {
        out.push_str(",\"tool_name\":");
        string(name, out);
    }
    out.push('}');
    Ok(())
}

#[cold]
fn no_place(kind: Kind, source: &Source<'_>) -> Error {
    let message = match (kind, source) {
        (Kind::Image, _) => {
            "Ollama fetches no addresses: give an image by its bytes, with `Image::from_bytes`"
        }
        (Kind::Audio, _) => "Ollama takes words and images, no sounds: leave the sound out",
        (Kind::Video, _) => "Ollama takes words and images, no films: give single images",
        (Kind::File, _) => {
            "Ollama takes words and images, no files: give a file's text, with `Document::new`"
        }
    };
    body::wrong(message)
}

/// A model that shall call none is told of none.
fn tools(request: &Request, out: &mut String) {
    if request.tools.is_empty() || request.tool_choice == ToolChoice::None {
        return;
    }
    out.push_str(",\"tools\":[");
    let open = "{\"type\":\"function\",\"function\":{";
    body::tools(&request.tools, open, out, |tool, out| {
        body::parameters("parameters", tool, Dialect::OpenAi, out);
        out.push_str("}}");
    });
    out.push(']');
}
