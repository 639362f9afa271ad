//! The body of a request, written by hand: finished pieces are copied, inputs are escaped on the way.
use super::content;
use crate::{
    claude::{Family, Thought},
    wire::{blocks::Style, body, members, string},
};
use serde_json::{Map, Value};
use sigflow_core::{
    Dialect, Effort, Message, PromptCache, Request, ResponseFormat, Result, Settings, Text,
    ToolChoice,
};
use std::fmt::Write as _;

/// The members that we write. Extra members have other names, so that none comes twice.
const OURS: &[&str] = &[
    "messages",
    "system",
    "inferenceConfig",
    "toolConfig",
    "outputConfig",
];

/// Members for the model itself, which Converse hands on: the user's and ours are joined.
const MODELS: &str = "additionalModelRequestFields";

/// What all bodies of a client have in common.
#[derive(Clone, Debug)]
pub(super) struct Encoder {
    model: String,
    family: Family,
    /// `,"key":value…`, the user's own members.
    extra: String,
    /// `"key":value…`, the user's own members for the model.
    models: String,
    /// The member for the model that says how it thinks.
    member: &'static str,
    /// The user's own members say how the model thinks, for all calls.
    says_thinking: bool,
}

impl Encoder {
    pub(super) fn new(model: &str, extra: &Map<String, Value>) -> Result<Self> {
        let mut extra = extra.clone();
        let models = body::own_inside(MODELS, extra.remove(MODELS))?;
        let written = members(&models, &[])?;
        let family = Family::of(model);
        let member = if family.is_claude() {
            "thinking"
        } else if model.contains("nova-2") {
            "reasoningConfig"
        } else {
            "reasoning_effort"
        };
        Ok(Encoder {
            model: model.to_owned(),
            family,
            member,
            extra: members(&extra, OURS)?,
            says_thinking: models.contains_key(member),
            models: written.trim_start_matches(',').to_owned(),
        })
    }

    /// The body of one request. What is not set is not in it, and the same request gives the same bytes.
    pub(super) fn encode(&self, request: &Request) -> Result<String> {
        let settings = &request.settings;
        can_say(settings)?;
        let cache = settings.prompt_cache;
        let mut out = String::with_capacity(self.estimate(request));
        out.push_str("{\"messages\":[");
        content::messages(request, Style::of(request), &mut out)?;
        out.push(']');
        system(&request.prefix.system, cache, &mut out);
        let mut thought = self.thought(settings)?;
        let thinks = thought.is_on();
        if self.says_thinking {
            thought.thinking = None;
        }
        self.inference(settings, thinks, &mut out)?;
        tools(request, &mut out)?;
        output_config(&request.response_format, &thought, &mut out)?;
        if !self.models.is_empty() || thought.thinking.is_some() {
            let _ = write!(out, ",\"{MODELS}\":{{{}", self.models);
            if let Some(thinking) = &thought.thinking {
                out.push_str(if self.models.is_empty() { "" } else { "," });
                let _ = write!(out, "\"{}\":{thinking}", self.member);
            }
            out.push('}');
        }
        out.push_str(&self.extra);
        out.push('}');
        Ok(out)
    }

    /// How much the model thinks: Claude as its family says it, others of which the word is known by theirs, the
    /// rest by Converse's.
    fn thought(&self, settings: &Settings) -> Result<Thought> {
        let Some(effort) = settings.reasoning_effort else {
            return Ok(Thought::default());
        };
        if self.family.is_claude() {
            let most = settings.max_tokens.unwrap_or(self.family.max_tokens);
            return self.family.thought(effort, most, &self.model);
        }
        // none of them knows a word for less than little, but for Nova, nor one for more than much
        let word = match effort {
            Effort::None | Effort::Minimal | Effort::Low => "low",
            Effort::Medium => "medium",
            _ => "high",
        };
        let mut thought = Thought::default();
        match self.member {
            "reasoningConfig" if effort == Effort::None => {
                thought.thinking = Some("{\"type\":\"disabled\"}".to_owned());
            }
            "reasoningConfig" => {
                let enabled = format!("{{\"type\":\"enabled\",\"maxReasoningEffort\":\"{word}\"}}");
                thought.thinking = Some(enabled);
            }
            _ if self.model.contains("gpt-oss") => thought.thinking = Some(format!("\"{word}\"")),
            _ => thought.effort = Some(word),
        }
        Ok(thought)
    }

    fn inference(&self, settings: &Settings, thinks: bool, out: &mut String) -> Result<()> {
        body::inside("inferenceConfig", out, |out| {
            body::whole("maxTokens", settings.max_tokens, out);
            let sampled = self.family.sampled(settings, thinks, &self.model)?;
            body::sampling(&sampled, "topP", out)?;
            body::stop("stopSequences", settings, out);
            Ok(())
        })
    }

    fn estimate(&self, request: &Request) -> usize {
        body::estimate(request, 60) + self.extra.len() + self.models.len()
    }
}

/// What the API has no word for and what a caller would miss.
fn can_say(settings: &Settings) -> Result<()> {
    let wrong = if settings.n.is_some_and(|n| n > 1) {
        "`n` is more than 1, and Converse gives one completion a call; ask several times"
    } else if settings.logprobs.is_some() {
        "`logprobs` are asked for, and Converse gives none; leave the setting out"
    } else {
        return Ok(());
    };
    Err(body::wrong(wrong))
}

/// An empty system prompt is refused.
fn system(system: &Text, cache: Option<PromptCache>, out: &mut String) {
    if system.as_str().is_empty() {
        return;
    }
    out.push_str(",\"system\":[{\"text\":");
    system.write_json(out);
    out.push('}');
    content::cache_point(cache, out);
    out.push(']');
}

fn tools(request: &Request, out: &mut String) -> Result<()> {
    if request.tools.is_empty() {
        return Ok(());
    }
    if request.tool_choice == ToolChoice::None {
        let has_calls =
            |message: &Message| !message.tool_calls.is_empty() || message.answers.is_some();
        if body::messages(request).any(has_calls) {
            let message = "no tool shall be called, which Converse cannot say in a conversation that has calls; leave the choice to the model";
            return Err(body::wrong(message));
        }
        return Ok(());
    }
    out.push_str(",\"toolConfig\":{\"tools\":[");
    body::tools(&request.tools, "{\"toolSpec\":{", out, |tool, out| {
        out.push_str(",\"inputSchema\":{\"json\":");
        let (parameters, strict) = tool.arguments(Dialect::Anthropic);
        out.push_str(parameters.as_str());
        out.push('}');
        if strict {
            out.push_str(",\"strict\":true");
        }
        out.push_str("}}");
    });
    content::cache_point(request.settings.prompt_cache, out);
    out.push(']');
    match &request.tool_choice {
        ToolChoice::Required => out.push_str(",\"toolChoice\":{\"any\":{}}"),
        ToolChoice::Named(name) => {
            out.push_str(",\"toolChoice\":{\"tool\":{\"name\":");
            string(name, out);
            out.push_str("}}");
        }
        // Auto is what a server does by itself.
        _ => {}
    }
    out.push('}');
    Ok(())
}

/// The schema, which goes as a text, and the word of effort.
fn output_config(format: &ResponseFormat, thought: &Thought, out: &mut String) -> Result<()> {
    let schema = match format {
        ResponseFormat::Text | ResponseFormat::JsonObject => None,
        ResponseFormat::Schema(schema) => Some(schema),
        other => return Err(body::unknown_format(other, "Converse")),
    };
    body::inside("outputConfig", out, |out| {
        if let Some(effort) = thought.effort {
            let _ = write!(out, ",\"effort\":\"{effort}\"");
        }
        if let Some(schema) = schema {
            out.push_str(
                ",\"textFormat\":{\"type\":\"json_schema\",\"structure\":{\"jsonSchema\":{\"name\":",
            );
            schema.name.write_json(out);
            out.push_str(",\"schema\":");
            let text = schema.anthropic.as_ref().unwrap_or(&schema.plain);
            text.write_json(out);
            out.push_str("}}}");
        }
        Ok(())
    })
}

#[cfg(test)]
#[path = "request_tests.rs"]
mod tests;
