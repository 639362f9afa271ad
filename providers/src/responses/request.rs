//! The body of a request, written by hand: finished pieces are copied, inputs are escaped on the way.
use super::{builder::ReasoningSummary, input};
use crate::{
    openai::cache,
    wire::{
        body::{self, wrong},
        members, string,
    },
};
use serde_json::{Map, Value};
use sigflow_core::{Dialect, OutputSchema, Request, ResponseFormat, Result, Settings, ToolChoice};
use std::fmt::Write as _;

/// The members that we write. Extra members have other names, so that none comes twice.
const OURS: &[&str] = &[
    "model",
    "instructions",
    "input",
    "include",
    "store",
    "temperature",
    "top_p",
    "max_output_tokens",
    "top_logprobs",
    "tools",
    "tool_choice",
    "stream",
];

/// What all bodies of a client have in common.
#[derive(Clone, Debug)]
pub(super) struct Encoder {
    /// `{"model":"…"`
    head: String,
    /// `,"key":value…`, the user's own members.
    extra: String,
    own: Vec<String>,
    pub(super) store: bool,
    pub(super) summary: Option<ReasoningSummary>,
    pub(super) encrypted: Option<bool>,
    /// The name tells that the model thinks.
    thinks: bool,
    has_breakpoints: bool,
}

impl Encoder {
    pub(super) fn new(model: &str, extra: &Map<String, Value>) -> Result<Self> {
        Ok(Encoder {
            head: body::model(model),
            extra: members(extra, OURS)?,
            own: extra.keys().cloned().collect(),
            store: false,
            summary: None,
            encrypted: None,
            thinks: thinks(model),
            has_breakpoints: cache::has_breakpoints(model),
        })
    }

    fn has_own(&self, name: &str) -> bool {
        self.own.iter().any(|own| own == name)
    }

    /// The body of one request. What is not set is not in it but for `store`, and the same request gives the same
    /// bytes.
    pub(super) fn encode(&self, request: &Request, streams: bool) -> Result<String> {
        let estimate = body::estimate(request, 80);
        let mut out = String::with_capacity(estimate + self.head.len() + self.extra.len());
        out.push_str(&self.head);
        let mark = request.settings.prompt_cache.is_some()
            && self.has_breakpoints
            && !self.has_own("prompt_cache_options");
        let system = &request.prefix.system;
        if !mark && !system.as_str().is_empty() {
            out.push_str(",\"instructions\":");
            system.write_json(&mut out);
        }
        out.push_str(",\"input\":");
        input::write(request, mark, self.store, &mut out)?;
        if !self.store {
            out.push_str(",\"store\":false");
        }
        self.include(&request.settings, &mut out);
        self.settings(&request.settings, &mut out)?;
        if request.settings.prompt_cache.is_some() && !self.has_own("prompt_cache_key") {
            let _ = write!(
                out,
                ",\"prompt_cache_key\":\"sigflow-{:016x}\"",
                cache::beginning(request)
            );
        }
        if mark {
            out.push_str(",\"prompt_cache_options\":{\"mode\":\"explicit\"}");
        }
        tools(request, &mut out);
        self.format(&request.response_format, &mut out)?;
        out.push_str(&self.extra);
        if streams {
            out.push_str(",\"stream\":true");
        }
        out.push('}');
        Ok(out)
    }

    /// What shall come along.
    fn include(&self, settings: &Settings, out: &mut String) {
        use sigflow_core::Effort;
        let effort = settings.reasoning_effort;
        let asks = self.thinks || effort.is_some_and(|effort| effort != Effort::None);
        let encrypted = self.encrypted.unwrap_or(asks && !self.store);
        let names = [
            (encrypted, "reasoning.encrypted_content"),
            (settings.logprobs.is_some(), "message.output_text.logprobs"),
        ];
        let mut sign = ",\"include\":[";
        for (_, name) in names.iter().filter(|(wanted, _)| *wanted) {
            let _ = write!(out, "{sign}\"{name}\"");
            sign = ",";
        }
        if sign == "," {
            out.push(']');
        }
    }

    fn settings(&self, settings: &Settings, out: &mut String) -> Result<()> {
        body::sampling(settings, "top_p", out)?;
        body::whole("max_output_tokens", settings.max_tokens, out);
        body::whole("top_logprobs", settings.logprobs, out);
        if let Some(n) = settings.n.filter(|n| *n > 1) {
            let what = format!("`n` is {n}, and responses give one completion");
            return Err(wrong(format!(
                "{what}; ask several times, or use `openai/…`"
            )));
        }
        if settings
            .stop
            .as_deref()
            .is_some_and(|stop| !stop.is_empty())
        {
            let what = "`stop` is set, and responses know no texts that end a reply";
            return Err(wrong(format!("{what}; leave it out, or use `openai/…`")));
        }
        if !self.has_own("reasoning") && (settings.reasoning_effort, self.summary) != (None, None) {
            let mut sign = ",\"reasoning\":{";
            if let Some(effort) = settings.reasoning_effort {
                let _ = write!(out, "{sign}\"effort\":\"{}\"", effort.as_str());
                sign = ",";
            }
            if let Some(summary) = self.summary {
                let _ = write!(out, "{sign}\"summary\":\"{}\"", summary.as_str());
            }
            out.push('}');
        }
        Ok(())
    }

    fn format(&self, format: &ResponseFormat, out: &mut String) -> Result<()> {
        if *format == ResponseFormat::Text {
            return Ok(());
        }
        if self.has_own("text") {
            let message = "extra member `text` and a form for the reply do not go together; leave one of them out";
            return Err(wrong(message));
        }
        match format {
            ResponseFormat::JsonObject => {
                out.push_str(",\"text\":{\"format\":{\"type\":\"json_object\"}}");
            }
            ResponseFormat::Schema(schema) => output_schema(schema, out),
            other => return Err(body::unknown_format(other, "responses")),
        }
        Ok(())
    }
}

/// Models that think, by their names: `o3`, `gpt-5-mini`, `gpt-oss-20b`.
fn thinks(model: &str) -> bool {
    let name = model.rsplit('/').next().unwrap_or(model);
    let digit = |rest: Option<&str>| rest.and_then(|rest| rest.chars().next()?.to_digit(10));
    let is_chat = name.contains("-chat");
    digit(name.strip_prefix('o')).is_some()
        || name.starts_with("gpt-oss")
        || digit(name.strip_prefix("gpt-")).is_some_and(|version| version >= 5 && !is_chat)
}

fn tools(request: &Request, out: &mut String) {
    if request.tools.is_empty() {
        return;
    }
    out.push_str(",\"tools\":[");
    let open = "{\"type\":\"function\",";
    body::tools(&request.tools, open, out, |tool, out| {
        // said either way: here a tool is strict by default
        body::whole("strict", Some(tool.strict), out);
        body::parameters("parameters", tool, Dialect::OpenAi, out);
        out.push('}');
    });
    out.push(']');
    match &request.tool_choice {
        ToolChoice::None => out.push_str(",\"tool_choice\":\"none\""),
        ToolChoice::Required => out.push_str(",\"tool_choice\":\"required\""),
        ToolChoice::Named(name) => {
            out.push_str(",\"tool_choice\":{\"type\":\"function\",\"name\":");
            string(name, out);
            out.push('}');
        }
        _ => {}
    }
}

/// `OpenAI`'s strict form when the schema has one; else the plain schema, which guides and binds nothing.
fn output_schema(schema: &OutputSchema, out: &mut String) {
    out.push_str(",\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":");
    schema.name.write_json(out);
    let (strict, text) = match &schema.openai {
        Some(strict) => (true, strict),
        None => (false, &schema.plain),
    };
    let _ = write!(out, ",\"strict\":{strict},\"schema\":");
    out.push_str(text.as_str());
    out.push_str("}}");
}

#[cfg(test)]
mod tests {
    use super::thinks;

    #[test]
    fn models_that_think() {
        for model in [
            "o3",
            "o4-mini",
            "gpt-5",
            "gpt-5.6-nano",
            "openai/gpt-oss-20b",
            "gpt-6",
        ] {
            assert!(thinks(model), "{model}");
        }
        for model in [
            "gpt-4o",
            "gpt-4.1",
            "gpt-5-chat-latest",
            "omni",
            "tiny",
            "gpt-",
        ] {
            assert!(!thinks(model), "{model}");
        }
    }
}
