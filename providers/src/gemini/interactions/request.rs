//! The body of a request, written by hand.
use super::step::steps;
use crate::{
    gemini::{
        family::{Family, Thinking},
        generate::request::instructions,
    },
    wire::{body, members, string, strings},
};
use serde_json::{Map, Value};
use sigflow_core::{Dialect, Effort, Request, ResponseFormat, Result, Settings, Text, ToolChoice};
use std::fmt::Write as _;

/// The members that we write.
const OURS: &[&str] = &[
    "model",
    "input",
    "system_instruction",
    "tools",
    "response_format",
    "response_mime_type",
    "stream",
];
/// The object of what a call sets.
const INSIDE: &str = "generation_config";
/// Its members.
const OURS_INSIDE: &[&str] = &[
    "temperature",
    "top_p",
    "max_output_tokens",
    "seed",
    "stop_sequences",
    "tool_choice",
];

/// What all bodies of a client have in common.
#[derive(Clone, Debug)]
pub(in crate::gemini) struct Encoder {
    /// `{"model":"…","input":[`
    head: String,
    files: String,
    /// `,"key":value…`, the user's own members; and whether the server keeps what is asked.
    extra: String,
    /// As `extra`, of `generation_config`.
    inside: String,
    says_thinking: bool,
    thinking: Thinking,
    shows_thoughts: bool,
}

impl Encoder {
    pub(in crate::gemini) fn new(
        model: &str,
        family: Family,
        files: String,
        shows_thoughts: bool,
        extra: &Map<String, Value>,
    ) -> Result<Self> {
        let mut head = body::model(model.strip_prefix("models/").unwrap_or(model));
        head.push_str(",\"input\":[");
        let mut outside = extra.clone();
        let inside = body::own_inside(INSIDE, outside.shift_remove(INSIDE))?;
        // The server keeps each prompt and each reply unless it is told not to, for conversations that it goes on with.
        // A call here says all that it means, so nothing need stay there.
        if !outside.contains_key("store") {
            outside.insert("store".to_owned(), Value::Bool(false));
        }
        Ok(Encoder {
            head,
            files,
            extra: members(&outside, OURS)?,
            inside: members(&inside, OURS_INSIDE)?,
            says_thinking: ["thinking_level", "thinking_summaries"]
                .iter()
                .any(|name| inside.contains_key(*name)),
            thinking: family.thinking,
            shows_thoughts,
        })
    }

    /// The body of one request. The same request gives the same bytes.
    pub(in crate::gemini) fn encode(&self, request: &Request, streams: bool) -> Result<String> {
        if let Some(setting) = unsaid(&request.settings) {
            let message = format!(
                "Gemini's Interactions API has no word for {setting}; build the client with `.api(GeminiApi::GenerateContent)`"
            );
            return Err(body::wrong(message));
        }
        let mut out = String::with_capacity(body::estimate(request, 60));
        out.push_str(&self.head);
        // writing into a text cannot fail
        let _ = steps(body::messages(request), &self.files, &mut out);
        out.push(']');
        system(request, &mut out);
        tools(request, &mut out);
        match &request.response_format {
            ResponseFormat::Text => {}
            ResponseFormat::JsonObject => json(None, &mut out),
            ResponseFormat::Schema(schema) => {
                json(schema.gemini.as_ref().map(Text::as_str), &mut out);
            }
            other => return Err(body::unknown_format(other, "Gemini")),
        }
        self.config(request, &mut out)?;
        out.push_str(&self.extra);
        // said in either case: servers differ in what they do unasked
        let _ = write!(out, ",\"stream\":{streams}}}");
        Ok(out)
    }

    fn config(&self, request: &Request, out: &mut String) -> Result<()> {
        let settings = &request.settings;
        body::inside(INSIDE, out, |out| {
            body::sampling(settings, "top_p", out)?;
            body::whole("max_output_tokens", settings.max_tokens, out);
            body::whole("seed", settings.seed, out);
            body::stop("stop_sequences", settings, out);
            if !request.tools.is_empty() {
                tool_choice(request, out);
            }
            if !self.says_thinking && self.thinking != Thinking::Never {
                let effort = settings.reasoning_effort;
                if let Some(effort) = effort {
                    let word = self.thinking.level(effort);
                    let _ = write!(out, ",\"thinking_level\":\"{word}\"");
                }
                if effort.map_or(self.shows_thoughts, |effort| effort != Effort::None) {
                    out.push_str(",\"thinking_summaries\":\"auto\"");
                }
            }
            out.push_str(&self.inside);
            Ok(())
        })
    }
}

/// What this API cannot say and would change what is meant.
pub(in crate::gemini) fn unsaid(settings: &Settings) -> Option<&'static str> {
    if settings.n.is_some_and(|n| n > 1) {
        Some("`n`, several completions at once")
    } else if settings.logprobs.is_some() {
        Some("`logprobs`")
    } else {
        None
    }
}

/// One text; of several, one below the other.
fn system(request: &Request, out: &mut String) {
    let said: Vec<_> = instructions(request).collect();
    match said.as_slice() {
        [] => {}
        [text] => {
            out.push_str(",\"system_instruction\":");
            text.write_json(out);
        }
        texts => {
            let texts: Vec<&str> = texts.iter().map(|text| text.as_str()).collect();
            out.push_str(",\"system_instruction\":");
            string(&texts.join("\n\n"), out);
        }
    }
}

fn tools(request: &Request, out: &mut String) {
    if request.tools.is_empty() {
        return;
    }
    out.push_str(",\"tools\":[");
    let open = "{\"type\":\"function\",";
    body::tools(&request.tools, open, out, |tool, out| {
        body::parameters("parameters", tool, Dialect::Gemini, out);
        out.push('}');
    });
    out.push(']');
}

fn tool_choice(request: &Request, out: &mut String) {
    let word = match &request.tool_choice {
        ToolChoice::None => "\"none\"",
        ToolChoice::Required => "\"any\"",
        ToolChoice::Named(name) => {
            out.push_str(",\"tool_choice\":{\"allowed_tools\":{\"mode\":\"any\",\"tools\":");
            strings(&[name], out);
            out.push_str("}}");
            return;
        }
        // it may speak or call, and a call keeps to its schema
        _ if request.tools.iter().any(|tool| tool.strict) => "\"validated\"",
        _ => return,
    };
    let _ = write!(out, ",\"tool_choice\":{word}");
}

fn json(schema: Option<&str>, out: &mut String) {
    out.push_str(",\"response_format\":{\"type\":\"text\",\"mime_type\":\"application/json\"");
    if let Some(schema) = schema {
        out.push_str(",\"schema\":");
        out.push_str(schema);
    }
    out.push('}');
}

#[cfg(test)]
#[path = "request_tests.rs"]
mod tests;
