//! The body of a request, written by hand: finished pieces are copied, inputs are escaped on the way.
use super::{
    Profile, cache,
    content::{self, Written},
};
use crate::wire::{body, members, string};
use serde_json::{Map, Value};
use sigflow_core::{Dialect, OutputSchema, Request, ResponseFormat, Result, ToolChoice};

/// The name under which a server takes the longest reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenField {
    /// `max_completion_tokens`: OpenAI's name since its reasoning models.
    MaxCompletionTokens,
    /// `max_tokens`: the older name, which every other server knows.
    MaxTokens,
}

impl TokenField {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            TokenField::MaxCompletionTokens => "max_completion_tokens",
            TokenField::MaxTokens => "max_tokens",
        }
    }
}

/// The members that we write. Extra members have other names, so that none comes twice.
const OURS: &[&str] = &[
    "model",
    "messages",
    "temperature",
    "top_p",
    "max_tokens",
    "max_completion_tokens",
    "n",
    "seed",
    "stop",
    "tools",
    "tool_choice",
    "response_format",
    "stream",
    "stream_options",
];

/// What all bodies of a client have in common.
#[derive(Clone, Debug)]
pub(crate) struct Encoder {
    /// `{"model":"…","messages":[`
    head: String,
    pub(super) model: String,
    pub(super) profile: Profile,
    pub(super) token_field: TokenField,
    /// The model takes marks of what shall be cached.
    pub(super) has_breakpoints: bool,
    /// `,"key":value…`, the user's own members.
    extra: String,
    /// Their names: what they say for all calls, no call says again.
    own: Vec<String>,
    /// Streams are asked for their tokens too.
    pub(super) stream_usage: bool,
}

impl Encoder {
    pub(crate) fn new(model: &str, profile: Profile, extra: &Map<String, Value>) -> Result<Self> {
        let mut head = body::model(model);
        head.push_str(",\"messages\":[");
        let members = members(extra, OURS)?;
        Ok(Encoder {
            head,
            model: model.to_owned(),
            profile,
            token_field: profile.quirks().token_field,
            has_breakpoints: cache::has_breakpoints(model),
            extra: members,
            own: extra.keys().cloned().collect(),
            stream_usage: true,
        })
    }

    /// Whether the user's own members say this for all calls.
    pub(super) fn has_own(&self, name: &str) -> bool {
        self.own.iter().any(|own| own == name)
    }

    /// As [`encode`](Self::encode), asking for a stream.
    pub(crate) fn encode_stream(&self, request: &Request) -> Result<String> {
        let mut body = self.encode(request)?;
        body.pop();
        body.push_str(",\"stream\":true");
        if self.stream_usage {
            body.push_str(",\"stream_options\":{\"include_usage\":true}");
        }
        body.push('}');
        Ok(body)
    }

    /// The body of one request. What is not set is not in it, and the same request gives the same bytes.
    pub(crate) fn encode(&self, request: &Request) -> Result<String> {
        let mut out = String::with_capacity(self.estimate(request));
        out.push_str(&self.head);
        // An empty system prompt says nothing, and some servers refuse it.
        let system = &request.prefix.system;
        let mark = self.mark(request);
        let demos = request.prefix.demos.len();
        let mut first = true;
        if !system.as_str().is_empty() {
            out.push_str("{\"role\":\"system\",\"content\":");
            content::words(system, mark.filter(|_| demos == 0), &mut out);
            out.push('}');
            first = false;
        }
        for (index, message) in body::messages(request).enumerate() {
            if !std::mem::take(&mut first) {
                out.push(',');
            }
            let how = Written {
                mark: mark.filter(|_| index + 1 == demos),
                profile: self.profile,
            };
            content::message(message, how, &mut out);
        }
        out.push(']');
        self.settings(&request.settings, &mut out)?;
        self.cache(request, &mut out);
        self.tools(request, &mut out);
        match &request.response_format {
            ResponseFormat::Text => {}
            ResponseFormat::JsonObject => {
                out.push_str(",\"response_format\":{\"type\":\"json_object\"}");
            }
            ResponseFormat::Schema(schema) if self.profile.quirks().schemas => {
                output_schema(schema, &mut out);
            }
            ResponseFormat::Schema(_) => {
                let fix = "takes none; ask for a JSON object, or for text";
                return Err(self.cannot("the reply shall keep to a JSON schema", fix));
            }
            other => return Err(body::unknown_format(other, "chat completions")),
        }
        out.push_str(&self.extra);
        out.push('}');
        Ok(out)
    }

    fn estimate(&self, request: &Request) -> usize {
        body::estimate(request, 40) + self.head.len() + self.extra.len()
    }

    fn tools(&self, request: &Request, out: &mut String) {
        if request.tools.is_empty() {
            // A choice among no tools is refused by servers, and means nothing.
            return;
        }
        out.push_str(",\"tools\":[");
        let open = "{\"type\":\"function\",\"function\":{";
        body::tools(&request.tools, open, out, |tool, out| {
            if tool.strict {
                out.push_str(",\"strict\":true");
            }
            body::parameters("parameters", tool, Dialect::OpenAi, out);
            out.push_str("}}");
        });
        out.push(']');
        match &request.tool_choice {
            ToolChoice::None => out.push_str(",\"tool_choice\":\"none\""),
            ToolChoice::Required => {
                out.push_str(",\"tool_choice\":\"");
                out.push_str(self.profile.quirks().required);
                out.push('"');
            }
            ToolChoice::Named(name) => {
                out.push_str(",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":");
                string(name, out);
                out.push_str("}}");
            }
            // Auto is what a server does by itself.
            _ => {}
        }
    }
}

/// OpenAI's strict form when the schema has one; else the plain schema, which guides and binds nothing.
fn output_schema(schema: &OutputSchema, out: &mut String) {
    out.push_str(",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":");
    schema.name.write_json(out);
    let text = if let Some(strict) = &schema.openai {
        out.push_str(",\"strict\":true,\"schema\":");
        strict
    } else {
        out.push_str(",\"strict\":false,\"schema\":");
        &schema.plain
    };
    out.push_str(text.as_str());
    out.push_str("}}");
}

#[cfg(test)]
#[path = "request_tests.rs"]
mod tests;
