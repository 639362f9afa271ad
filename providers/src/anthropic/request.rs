//! The body of a request, written by hand: finished pieces are copied, inputs are escaped on the way.
use super::content;
use crate::{
    claude::{Family, Thought},
    wire::{blocks::Style, body, members, string},
};
use serde_json::{Map, Value};
use sigflow_core::{
    Dialect, PromptCache, Request, ResponseFormat, Result, Settings, Text, ToolChoice,
};
use std::fmt::Write as _;

/// The members that we write. Extra members have other names, so that none comes twice.
const OURS: &[&str] = &[
    "model",
    "max_tokens",
    "system",
    "messages",
    "temperature",
    "top_p",
    "stop_sequences",
    "tools",
    "tool_choice",
    "output_config",
    "stream",
];

/// What all bodies of a client have in common.
#[derive(Clone, Debug)]
pub(super) struct Encoder {
    /// `{"model":"…","max_tokens":`
    head: String,
    model: String,
    family: Family,
    max_tokens: u32,
    /// `,"key":value…`, the user's own members.
    extra: String,
    /// The user's own members say how the model thinks, for all calls.
    says_thinking: bool,
}

impl Encoder {
    pub(super) fn new(
        model: &str,
        max_tokens: Option<u32>,
        extra: &Map<String, Value>,
    ) -> Result<Self> {
        let mut head = body::model(model);
        head.push_str(",\"max_tokens\":");
        let family = Family::of(model);
        Ok(Encoder {
            head,
            model: model.to_owned(),
            family,
            max_tokens: max_tokens.unwrap_or(family.max_tokens),
            extra: members(extra, OURS)?,
            says_thinking: extra.contains_key("thinking"),
        })
    }

    /// The body of one request. What is not set is not in it but for `max_tokens`, which the API demands, and the
    /// same request gives the same bytes.
    pub(super) fn encode(&self, request: &Request, streams: bool) -> Result<String> {
        let settings = &request.settings;
        can_say(settings)?;
        let mut out = String::with_capacity(self.estimate(request));
        let max_tokens = settings.max_tokens.unwrap_or(self.max_tokens);
        out.push_str(&self.head);
        let _ = write!(out, "{max_tokens}");
        system(&request.prefix.system, settings.prompt_cache, &mut out);
        out.push_str(",\"messages\":[");
        content::messages(request, Style::of(request), &mut out)?;
        out.push(']');
        let mut thought = match settings.reasoning_effort {
            Some(effort) => self.family.thought(effort, max_tokens, &self.model)?,
            None => Thought::default(),
        };
        if self.says_thinking {
            thought.thinking = None;
        }
        self.settings(settings, &thought, &mut out)?;
        tools(request, settings.prompt_cache, &mut out);
        output_config(&request.response_format, &thought, &mut out)?;
        if let Some(thinking) = &thought.thinking {
            out.push_str(",\"thinking\":");
            out.push_str(thinking);
        }
        out.push_str(&self.extra);
        if streams {
            out.push_str(",\"stream\":true");
        }
        out.push('}');
        Ok(out)
    }

    fn settings(&self, settings: &Settings, thought: &Thought, out: &mut String) -> Result<()> {
        let thinks = thought.is_on();
        let sampled = self.family.sampled(settings, thinks, &self.model)?;
        body::sampling(&sampled, "top_p", out)?;
        body::stop("stop_sequences", settings, out);
        Ok(())
    }

    fn estimate(&self, request: &Request) -> usize {
        body::estimate(request, 40) + self.head.len() + self.extra.len()
    }
}

/// What the API has no word for and what a caller would miss.
fn can_say(settings: &Settings) -> Result<()> {
    let wrong = if settings.n.is_some_and(|n| n > 1) {
        "`n` is more than 1, and Anthropic's API gives one completion a call; ask several times"
    } else if settings.logprobs.is_some() {
        "`logprobs` are asked for, and Anthropic's API gives none; leave the setting out"
    } else {
        return Ok(());
    };
    Err(body::wrong(wrong))
}

/// An empty system prompt says nothing, and the API refuses an empty block.
fn system(system: &Text, cache: Option<PromptCache>, out: &mut String) {
    if system.as_str().is_empty() {
        return;
    }
    out.push_str(",\"system\":");
    match cache {
        None => system.write_json(out),
        Some(_) => {
            out.push_str("[{\"type\":\"text\",\"text\":");
            system.write_json(out);
            out.push('}');
            content::mark(cache, out);
            out.push(']');
        }
    }
}

fn tools(request: &Request, cache: Option<PromptCache>, out: &mut String) {
    if request.tools.is_empty() {
        // A choice among no tools is refused, and means nothing.
        return;
    }
    out.push_str(",\"tools\":[");
    body::tools(&request.tools, "{", out, |tool, out| {
        if tool.arguments(Dialect::Anthropic).1 {
            out.push_str(",\"strict\":true");
        }
        body::parameters("input_schema", tool, Dialect::Anthropic, out);
        out.push('}');
    });
    content::mark(cache, out);
    out.push(']');
    match &request.tool_choice {
        ToolChoice::None => out.push_str(",\"tool_choice\":{\"type\":\"none\"}"),
        ToolChoice::Required => out.push_str(",\"tool_choice\":{\"type\":\"any\"}"),
        ToolChoice::Named(name) => {
            out.push_str(",\"tool_choice\":{\"type\":\"tool\",\"name\":");
            string(name, out);
            out.push('}');
        }
        // Auto is what a server does by itself.
        _ => {}
    }
}

/// The schema, in Anthropic's form where it has one, and the word of effort.
fn output_config(format: &ResponseFormat, thought: &Thought, out: &mut String) -> Result<()> {
    let schema = match format {
        ResponseFormat::Text | ResponseFormat::JsonObject => None,
        ResponseFormat::Schema(schema) => Some(schema.anthropic.as_ref().unwrap_or(&schema.plain)),
        other => return Err(body::unknown_format(other, "Anthropic's API")),
    };
    body::inside("output_config", out, |out| {
        if let Some(effort) = thought.effort {
            let _ = write!(out, ",\"effort\":\"{effort}\"");
        }
        if let Some(schema) = schema {
            out.push_str(",\"format\":{\"type\":\"json_schema\",\"schema\":");
            out.push_str(schema.as_str());
            out.push('}');
        }
        Ok(())
    })
}

#[cfg(test)]
#[path = "request_tests.rs"]
mod tests;
