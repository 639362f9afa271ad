//! The body of a request, written by hand: finished pieces are copied, inputs are escaped on the way.
use super::content::Contents;
use crate::{
    gemini::family::{Family, Thinking, budget},
    wire::{body, members, strings},
};
use serde_json::{Map, Value};
use sigflow_core::{
    Dialect, Effort, Request, ResponseFormat, Result, Role, Settings, Text, ToolChoice,
};
use std::fmt::Write as _;

/// The members that we write. Extra members have other names, so that none comes twice.
const OURS: &[&str] = &["contents", "systemInstruction", "tools", "toolConfig"];
/// The object of what a call sets.
const INSIDE: &str = "generationConfig";
/// Its members.
const OURS_INSIDE: &[&str] = &[
    "temperature",
    "topP",
    "maxOutputTokens",
    "candidateCount",
    "seed",
    "stopSequences",
    "responseLogprobs",
    "logprobs",
    "responseMimeType",
    "responseJsonSchema",
    "responseSchema",
];

/// What all bodies of a client have in common.
#[derive(Clone, Debug)]
pub(in crate::gemini) struct Encoder {
    contents: Contents,
    /// `,"key":value…`, the user's own members.
    extra: String,
    /// As `extra`, of `generationConfig`.
    inside: String,
    /// The user's own members say how much the model thinks, for all calls.
    says_thinking: bool,
    thinking: Thinking,
    /// The model is known to tell its thoughts, so they are asked for.
    shows_thoughts: bool,
}

impl Encoder {
    pub(in crate::gemini) fn new(
        family: Family,
        files: String,
        shows_thoughts: bool,
        extra: &Map<String, Value>,
    ) -> Result<Self> {
        let mut outside = extra.clone();
        let inside = body::own_inside(INSIDE, outside.shift_remove(INSIDE))?;
        Ok(Encoder {
            contents: Contents {
                files,
                wants_signatures: family.wants_signatures,
            },
            extra: members(&outside, OURS)?,
            inside: members(&inside, OURS_INSIDE)?,
            says_thinking: inside.contains_key("thinkingConfig"),
            thinking: family.thinking,
            shows_thoughts,
        })
    }

    /// The body of one request. What is not set is not in it, and the same request gives the same bytes.
    pub(in crate::gemini) fn encode(&self, request: &Request) -> Result<String> {
        let mut out = String::with_capacity(body::estimate(request, 60));
        out.push('{');
        system(request, &mut out);
        out.push_str("\"contents\":[");
        // writing into a text cannot fail
        let _ = self.contents.write(body::messages(request), &mut out);
        out.push(']');
        tools(request, &mut out);
        self.config(request, &mut out)?;
        out.push_str(&self.extra);
        out.push('}');
        Ok(out)
    }

    fn config(&self, request: &Request, out: &mut String) -> Result<()> {
        body::inside(INSIDE, out, |out| {
            self.settings(&request.settings, out)?;
            match &request.response_format {
                ResponseFormat::Text => {}
                ResponseFormat::JsonObject => json(out),
                ResponseFormat::Schema(schema) => {
                    json(out);
                    // what the dialect cannot say stands in the prompt alone
                    if let Some(schema) = &schema.gemini {
                        out.push_str(",\"responseJsonSchema\":");
                        out.push_str(schema.as_str());
                    }
                }
                other => return Err(body::unknown_format(other, "Gemini")),
            }
            out.push_str(&self.inside);
            Ok(())
        })
    }

    fn settings(&self, settings: &Settings, out: &mut String) -> Result<()> {
        body::sampling(settings, "topP", out)?;
        body::whole("maxOutputTokens", settings.max_tokens, out);
        body::whole("candidateCount", settings.n, out);
        body::whole("seed", settings.seed.map(fold), out);
        body::stop("stopSequences", settings, out);
        if let Some(top) = settings.logprobs {
            body::logprobs(["responseLogprobs", "logprobs"], top, out);
        }
        if !self.says_thinking {
            self.thinking(settings.reasoning_effort, out);
        }
        Ok(())
    }

    fn thinking(&self, effort: Option<Effort>, out: &mut String) {
        if self.thinking == Thinking::Never {
            return;
        }
        let shows = effort.map_or(self.shows_thoughts, |effort| effort != Effort::None);
        if effort.is_none() && !shows {
            return;
        }
        out.push_str(",\"thinkingConfig\":{");
        match (self.thinking, effort) {
            (_, None) | (Thinking::Never, _) => {}
            (Thinking::Budget { can_rest, most }, Some(effort)) => {
                let _ = write!(out, "\"thinkingBudget\":{}", budget(effort, can_rest, most));
            }
            (level @ Thinking::Level { .. }, Some(effort)) => {
                let word = level.level(effort).to_ascii_uppercase();
                let _ = write!(out, "\"thinkingLevel\":\"{word}\"");
            }
        }
        if shows {
            out.push_str(if effort.is_some() { "," } else { "" });
            out.push_str("\"includeThoughts\":true");
        }
        out.push('}');
    }
}

/// A seed of any size in the 32 bits that the API has: the same one for the same one.
fn fold(seed: i64) -> i32 {
    i32::try_from(seed).unwrap_or_else(|_| {
        let bytes = seed.to_le_bytes();
        i32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
    })
}

fn json(out: &mut String) {
    out.push_str(",\"responseMimeType\":\"application/json\"");
}

/// What the system says. An empty prompt says nothing, and the server refuses it.
pub(in crate::gemini) fn instructions(request: &Request) -> impl Iterator<Item = &Text> {
    let said = request.messages();
    let said = said.filter(|(role, text)| *role == Role::System && !text.as_str().is_empty());
    said.map(|(_, text)| text)
}

fn system(request: &Request, out: &mut String) {
    let mut any = false;
    for text in instructions(request) {
        out.push_str(if any {
            ",{\"text\":"
        } else {
            "\"systemInstruction\":{\"parts\":[{\"text\":"
        });
        text.write_json(out);
        out.push('}');
        any = true;
    }
    if any {
        out.push_str("]},");
    }
}

fn tools(request: &Request, out: &mut String) {
    if request.tools.is_empty() {
        return;
    }
    out.push_str(",\"tools\":[{\"functionDeclarations\":[");
    body::tools(&request.tools, "{", out, |tool, out| {
        body::parameters("parametersJsonSchema", tool, Dialect::Gemini, out);
        out.push('}');
    });
    out.push_str("]}]");
    let is_strict = request.tools.iter().any(|tool| tool.strict);
    let mode = match &request.tool_choice {
        ToolChoice::None => "NONE",
        ToolChoice::Required | ToolChoice::Named(_) => "ANY",
        // it may speak or call, and a call keeps to its schema
        _ if is_strict => "VALIDATED",
        _ => return,
    };
    let _ = write!(
        out,
        ",\"toolConfig\":{{\"functionCallingConfig\":{{\"mode\":\"{mode}\""
    );
    if let ToolChoice::Named(name) = &request.tool_choice {
        out.push_str(",\"allowedFunctionNames\":");
        strings(&[name], out);
    }
    out.push_str("}}");
}

#[cfg(test)]
#[path = "request_tests.rs"]
mod tests;
