//! The body of a request, written by hand: finished pieces are copied, inputs are escaped on the way.
use super::content::Contents;
use crate::{
    gemini::family::{Family, Thinking, budget},
    wire::{members, number, string, strings},
};
use serde_json::{Map, Value};
use sigflow_core::{
    Effort, Error, ErrorKind, Request, ResponseFormat, Result, Role, Settings, ToolChoice,
};
use std::fmt::Write as _;

/// The members that we write. Extra members have other names, so that none comes twice.
const OURS: &[&str] = &["contents", "systemInstruction", "tools", "toolConfig"];
/// Those of `generationConfig`.
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
        let inside = match outside.shift_remove("generationConfig") {
            None => Map::new(),
            Some(Value::Object(inside)) => inside,
            Some(_) => {
                let message = "extra member `generationConfig` must be an object";
                return Err(Error::new(ErrorKind::Configuration, message));
            }
        };
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
        let mut out = String::with_capacity(estimate(request));
        out.push('{');
        system(request, &mut out);
        out.push_str("\"contents\":[");
        let messages = request.prefix.demos.iter().chain(&request.turns);
        // writing into a text cannot fail
        let _ = self.contents.write(messages, &mut out);
        out.push(']');
        tools(request, &mut out);
        self.config(request, &mut out)?;
        out.push_str(&self.extra);
        out.push('}');
        Ok(out)
    }

    fn config(&self, request: &Request, out: &mut String) -> Result<()> {
        let before = out.len();
        out.push_str(",\"generationConfig\":");
        let start = out.len();
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
            other => {
                let message = format!("response format {other:?} is unknown to Gemini");
                return Err(Error::new(ErrorKind::Configuration, message));
            }
        }
        out.push_str(&self.inside);
        if out.len() == start {
            out.truncate(before);
        } else {
            // in the place of the first comma
            out.replace_range(start..=start, "{");
            out.push('}');
        }
        Ok(())
    }

    fn settings(&self, settings: &Settings, out: &mut String) -> Result<()> {
        for (name, value) in [
            ("temperature", settings.temperature),
            ("topP", settings.top_p),
        ] {
            if let Some(value) = value {
                number(name, value, out)?;
            }
        }
        if let Some(tokens) = settings.max_tokens {
            let _ = write!(out, ",\"maxOutputTokens\":{tokens}");
        }
        if let Some(n) = settings.n {
            let _ = write!(out, ",\"candidateCount\":{n}");
        }
        if let Some(seed) = settings.seed {
            let _ = write!(out, ",\"seed\":{}", fold(seed));
        }
        if let Some(stop) = settings.stop.as_deref().filter(|stop| !stop.is_empty()) {
            out.push_str(",\"stopSequences\":");
            strings(stop, out);
        }
        if let Some(top) = settings.logprobs {
            out.push_str(",\"responseLogprobs\":true");
            if top > 0 {
                let _ = write!(out, ",\"logprobs\":{top}");
            }
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

/// An empty system prompt says nothing, and the server refuses it.
fn system(request: &Request, out: &mut String) {
    let said = request.messages();
    let said = said.filter(|(role, text)| *role == Role::System && !text.as_str().is_empty());
    let mut any = false;
    for (_, text) in said {
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
    for (index, tool) in request.tools.iter().enumerate() {
        out.push_str(if index > 0 { ",{" } else { "{" });
        out.push_str("\"name\":");
        string(&tool.name, out);
        if !tool.description.is_empty() {
            out.push_str(",\"description\":");
            string(&tool.description, out);
        }
        out.push_str(",\"parametersJsonSchema\":");
        out.push_str(tool.parameters.as_str());
        out.push('}');
    }
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

/// Enough for most bodies, so that the text is not copied again while it grows.
pub(in crate::gemini) fn estimate(request: &Request) -> usize {
    use sigflow_core::Part;
    let texts: usize = request
        .messages()
        .map(|(_, text)| text.as_str().len() + 60)
        .sum();
    let part = |part: &Part| match part {
        Part::Image(image) => image.url.len(),
        Part::Audio(audio) => audio.data.len(),
        Part::File(file) => file.file_data.as_deref().unwrap_or_default().len(),
        Part::Document(document) => document.data.len(),
        _ => 0,
    };
    let messages = request.prefix.demos.iter().chain(&request.turns);
    let parts: usize = messages
        .flat_map(|message| &message.parts)
        .map(|it| part(it) + 80)
        .sum();
    let schema = match &request.response_format {
        ResponseFormat::Schema(schema) => schema.plain.as_str().len(),
        _ => 0,
    };
    let tools: usize = request
        .tools
        .iter()
        .map(|tool| tool.parameters.as_str().len() + tool.description.len() + 100)
        .sum();
    texts + texts / 16 + parts + schema + tools + 512
}

#[cfg(test)]
#[path = "request_tests.rs"]
mod tests;
