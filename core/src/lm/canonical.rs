//! A request as bytes: equal where the model is asked the same, different where it is not.
//!
//! It stands here and not beside the cache, because every struct is taken apart whole: who adds a field to a request
//! is told by the compiler to say whether the reply depends on it. A field that were missing here would let a cache
//! answer a question that nobody asked.
use super::{
    Message, OutputSchema, Part, PromptCache, ReplayBlock, Request, ResponseFormat, Settings, Text,
    ToolCall, ToolChoice, ToolSpec,
};
use crate::types::{Audio, Document, File, Image};

/// Changes whenever the bytes of an old request would change, or mean something else.
const VERSION: u8 = 1;

impl Request {
    /// The request to the model `identity` ([`LanguageModel::identity`](super::LanguageModel::identity)) as bytes. Two
    /// requests have the same bytes exactly if the model is asked the same: messages with their parts, tools, format,
    /// settings and rollout count, the deadline, what a cache may do and how layers handle it do not.
    ///
    /// The bytes hold the whole of the request, so that those who compare them compare it and not a hash. They begin
    /// with a version and say nothing else to other programs.
    ///
    /// ```
    /// use sigflow_core::{Message, Prefix, Request};
    ///
    /// let ask = |question: &'static str| Request::new(Prefix::new("Be short.".into()), Message::user(question));
    /// assert_eq!(ask("Where?").canonical("tiny"), ask("Where?").canonical("tiny"));
    /// assert_ne!(ask("Where?").canonical("tiny"), ask("Where?").canonical("large"));
    /// assert_ne!(ask("Where?").canonical("tiny"), ask("When?").canonical("tiny"));
    /// ```
    pub fn canonical(&self, identity: &str) -> Vec<u8> {
        let Request {
            prefix,
            turns,
            tools,
            tool_choice,
            response_format,
            settings,
            deadline: _,
            rollout,
            cache: _,
            handling: _,
        } = self;
        let mut out = Out(Vec::with_capacity(
            256 + prefix.system.as_str().len()
                + turns.iter().map(|m| m.text().len()).sum::<usize>(),
        ));
        out.0.push(VERSION);
        out.text(identity);
        out.text(prefix.system.as_str());
        // which messages are demos does not reach the model, only their order does
        out.list(prefix.demos.iter().chain(&**turns), |out, message| {
            out.message(message);
        });
        out.list(tools.iter(), |out, tool| {
            let ToolSpec {
                name,
                description,
                parameters,
                strict,
                dialects,
            } = tool;
            out.text(name);
            out.text(description);
            out.text(parameters.as_str());
            out.0.push(u8::from(*strict));
            out.maybe(dialects.as_deref(), Out::schema);
        });
        match tool_choice {
            ToolChoice::Auto => out.0.push(0),
            ToolChoice::None => out.0.push(1),
            ToolChoice::Required => out.0.push(2),
            ToolChoice::Named(name) => {
                out.0.push(3);
                out.text(name);
            }
        }
        match response_format {
            ResponseFormat::Text => out.0.push(0),
            ResponseFormat::JsonObject => out.0.push(1),
            ResponseFormat::Schema(schema) => {
                out.0.push(2);
                out.schema(schema);
            }
        }
        out.settings(settings);
        out.number(u64::from(*rollout));
        out.0
    }
}

/// Everything has its length or its tag before it, so no two different requests run together into the same bytes.
struct Out(Vec<u8>);

impl Out {
    fn number(&mut self, number: u64) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }
    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.0.extend_from_slice(text.as_bytes());
    }
    fn maybe<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.0.push(u8::from(value.is_some()));
        if let Some(value) = value {
            write(self, value);
        }
    }
    fn list<T>(&mut self, items: impl Iterator<Item = T>, write: impl Fn(&mut Self, T)) {
        for item in items {
            self.0.push(1);
            write(self, item);
        }
        self.0.push(0);
    }
    fn schema(&mut self, schema: &OutputSchema) {
        let OutputSchema {
            name,
            plain,
            openai,
            anthropic,
            gemini,
        } = schema;
        self.text(name.as_str());
        self.text(plain.as_str());
        for dialect in [openai, anthropic, gemini] {
            self.maybe(dialect.as_ref(), |out, text| out.text(text.as_str()));
        }
    }
    fn message(&mut self, message: &Message) {
        let Message {
            role,
            content,
            parts,
            tool_calls,
            answers,
            replay,
        } = message;
        self.text(role.as_str());
        self.text(Text::as_str(content));
        self.list(parts.iter(), Out::part);
        self.list(tool_calls.iter(), |out, call| {
            let ToolCall {
                id,
                name,
                arguments,
            } = call;
            out.text(id);
            out.text(name);
            out.text(arguments);
        });
        self.maybe(answers.as_ref(), |out, (id, name)| {
            out.text(id);
            out.text(name);
        });
        self.list(replay.iter(), |out, block| {
            let ReplayBlock { provider, block } = block;
            out.text(provider);
            out.text(&block.to_string());
        });
    }
    fn part(&mut self, part: &Part) {
        let some = |out: &mut Self, text: &Option<String>| {
            out.maybe(text.as_deref(), Out::text);
        };
        match part {
            Part::Text(text) => {
                self.0.push(b't');
                self.text(text);
            }
            Part::Image(Image { url }) => {
                self.0.push(b'i');
                self.text(url);
            }
            Part::Audio(Audio { data, audio_format }) => {
                self.0.push(b'a');
                self.text(data);
                self.text(audio_format);
            }
            Part::File(File {
                file_data,
                file_id,
                filename,
            }) => {
                self.0.push(b'f');
                some(self, file_data);
                some(self, file_id);
                some(self, filename);
            }
            Part::Document(Document {
                data,
                title,
                media_type,
                context,
            }) => {
                self.0.push(b'd');
                self.text(data);
                some(self, title);
                self.text(media_type);
                some(self, context);
            }
            Part::Block(block) => {
                self.0.push(b'b');
                self.text(&block.to_string());
            }
        }
    }
    fn settings(&mut self, settings: &Settings) {
        let Settings {
            temperature,
            top_p,
            max_tokens,
            n,
            seed,
            reasoning_effort,
            stop,
            logprobs,
            // it changes the price and not the reply; but what is sent differs, so it counts
            prompt_cache,
        } = settings;
        for number in [temperature, top_p] {
            self.maybe(*number, |out, number| out.number(number.to_bits()));
        }
        for number in [*max_tokens, *n, logprobs.map(u32::from)] {
            self.maybe(number, |out, number| out.number(number.into()));
        }
        self.maybe(*seed, |out, seed| {
            out.0.extend_from_slice(&seed.to_le_bytes());
        });
        self.maybe(*reasoning_effort, |out, effort| out.text(effort.as_str()));
        self.maybe(stop.as_deref(), |out, stop| {
            out.list(stop.iter(), |out, text| out.text(text));
        });
        self.maybe(*prompt_cache, |out, kept| {
            out.0.push(match kept {
                PromptCache::Short => 0,
                PromptCache::Long => 1,
            });
        });
    }
}

#[cfg(test)]
#[path = "canonical_tests.rs"]
mod tests;
