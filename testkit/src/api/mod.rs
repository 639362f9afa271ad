//! The wire formats that the wall speaks: what a request asks for, and an answer in pieces.
mod chat;
mod converse;
mod gemini;
mod interactions;
mod messages;
mod ollama;
mod responses;

use crate::problem::Problem;
use serde_json::{Value, json};

/// A wire format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Api {
    /// OpenAI's chat completions.
    Chat,
    /// OpenAI's Responses.
    Responses,
    /// Anthropic's Messages.
    Messages,
    /// Gemini's `generateContent`.
    Gemini,
    /// Gemini's Interactions.
    Interactions,
    /// Bedrock's Converse, with its event stream.
    Converse,
    /// Ollama's own API, a line of JSON for each piece.
    Ollama,
}

/// What a request asks for.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) api: Api,
    pub(crate) model: String,
    pub(crate) stream: bool,
    /// Whether the tokens are wanted in a stream too.
    pub(crate) with_usage: bool,
    /// The last message, when it is the assistant's.
    pub(crate) prefill: Option<String>,
    /// Words of the prompt, which stand for tokens.
    pub(crate) prompt_tokens: usize,
}

/// An answer to be sent.
pub(crate) struct Answer<'a> {
    pub(crate) asked: &'a Asked,
    pub(crate) id: String,
    pub(crate) words: Vec<String>,
    /// Whether it is said why the model stopped.
    pub(crate) with_finish: bool,
}

impl Answer<'_> {
    pub(crate) fn text(&self) -> String {
        self.words.concat()
    }
    fn tokens(&self) -> (usize, usize) {
        (self.asked.prompt_tokens, self.words.len())
    }
}

/// A streamed answer; each piece is as it goes over the wire, but for the chunks of HTTP.
#[derive(Default)]
pub(crate) struct Frames {
    /// Before the first word.
    pub(crate) opening: Vec<Vec<u8>>,
    pub(crate) words: Vec<Vec<u8>>,
    /// After the last word, up to why the model stopped.
    pub(crate) finish: Vec<Vec<u8>>,
    pub(crate) usage: Vec<Vec<u8>>,
    /// What says that no more comes.
    pub(crate) terminal: Vec<Vec<u8>>,
}

impl Api {
    /// What is asked, by path and body; nothing when it is no question to a model.
    pub(crate) fn asked(path: &str, body: &Value) -> Option<Asked> {
        let path = path.split('?').next().unwrap_or(path);
        let stream = body["stream"].as_bool();
        let named = || body["model"].as_str().unwrap_or_default().to_owned();
        let (api, model, stream) = if path.ends_with("/chat/completions") {
            (Api::Chat, named(), stream.unwrap_or(false))
        } else if path.ends_with("/responses") {
            (Api::Responses, named(), stream.unwrap_or(false))
        } else if path.ends_with("/messages") {
            (Api::Messages, named(), stream.unwrap_or(false))
        } else if path.ends_with("/interactions") {
            (Api::Interactions, named(), stream.unwrap_or(false))
        } else if path.ends_with("/api/chat") {
            (Api::Ollama, named(), stream.unwrap_or(true))
        } else if let Some((model, verb)) = path
            .rsplit_once(':')
            .filter(|(_, verb)| verb.ends_with("enerateContent"))
        {
            let model = model.rsplit('/').next().unwrap_or_default().to_owned();
            (Api::Gemini, model, verb.starts_with("stream"))
        } else if let Some((model, verb)) = path
            .rsplit_once('/')
            .filter(|(_, verb)| verb.starts_with("converse"))
        {
            let model = model.rsplit('/').next().unwrap_or_default().to_owned();
            (Api::Converse, model, verb.ends_with("-stream"))
        } else {
            return None;
        };
        let messages = ["messages", "contents", "input"]
            .iter()
            .find_map(|name| body[*name].as_array());
        let last = messages.and_then(|messages| messages.last());
        let prefill =
            last.filter(|last| matches!(last["role"].as_str(), Some("assistant" | "model")));
        Some(Asked {
            api,
            model,
            stream,
            with_usage: api != Api::Chat || body["stream_options"]["include_usage"] == true,
            prefill: prefill.map(|last| last["content"].as_str().unwrap_or_default().to_owned()),
            prompt_tokens: words(body),
        })
    }

    /// The answer in one piece.
    pub(crate) fn whole(self, answer: &Answer<'_>) -> Vec<u8> {
        let body = match self {
            Api::Chat => chat::whole(answer),
            Api::Responses => responses::whole(answer),
            Api::Messages => messages::whole(answer),
            Api::Gemini => gemini::whole(answer),
            Api::Interactions => interactions::whole(answer),
            Api::Converse => converse::whole(answer),
            Api::Ollama => ollama::whole(answer),
        };
        body.to_string().into_bytes()
    }

    /// The answer in pieces.
    pub(crate) fn frames(self, answer: &Answer<'_>) -> Frames {
        match self {
            Api::Chat => chat::frames(answer),
            Api::Responses => responses::frames(answer),
            Api::Messages => messages::frames(answer),
            Api::Gemini => gemini::frames(answer),
            Api::Interactions => interactions::frames(answer),
            Api::Converse => converse::frames(answer),
            Api::Ollama => ollama::frames(answer),
        }
    }

    /// A failure as a piece of a stream.
    pub(crate) fn problem_frame(self, problem: Problem) -> Vec<u8> {
        let (body, _) = problem.body(self);
        match self {
            Api::Chat | Api::Gemini => data(&body),
            Api::Responses => event(
                "error",
                &json!({"type": "error", "code": body["error"]["code"], "message": body["error"]["message"], "param": null, "sequence_number": 99}),
            ),
            Api::Messages => event("error", &body),
            Api::Interactions => event(
                "error",
                &json!({"event_type": "error", "error": body["error"]}),
            ),
            Api::Converse => converse::problem(problem, &body),
            Api::Ollama => line(&body),
        }
    }

    /// A sign of life that is no token; nothing where the protocol has none.
    pub(crate) fn ping(self) -> Vec<u8> {
        match self {
            Api::Messages => event("ping", &json!({"type": "ping"})),
            Api::Converse | Api::Ollama => Vec::new(),
            _ => b": keep-alive\n\n".to_vec(),
        }
    }

    /// A piece of a stream that cannot be read, in the place of one more.
    pub(crate) fn malformed(self) -> Vec<u8> {
        match self {
            Api::Ollama => b"{\"message\": {\"content\": \n".to_vec(),
            Api::Converse => converse::frame("contentBlockDelta", b"{\"delta\": {\"text\": "),
            Api::Messages => {
                b"event: content_block_delta\ndata: {\"delta\": {\"text\": \n\n".to_vec()
            }
            _ => b"data: {\"choices\": [{\"delta\": {\"content\": \n\n".to_vec(),
        }
    }

    /// The type of a streamed answer.
    pub(crate) fn stream_type(self) -> &'static str {
        match self {
            Api::Converse => "application/vnd.amazon.eventstream",
            Api::Ollama => "application/x-ndjson",
            _ => "text/event-stream; charset=utf-8",
        }
    }
}

/// All the words in a body's texts.
fn words(body: &Value) -> usize {
    match body {
        Value::String(text) => text.split_whitespace().count(),
        Value::Array(list) => list.iter().map(words).sum(),
        Value::Object(members) => members.values().map(words).sum(),
        _ => 0,
    }
}

/// A server-sent event without a name.
fn data(value: &Value) -> Vec<u8> {
    format!("data: {value}\n\n").into_bytes()
}

/// A server-sent event.
fn event(name: &str, value: &Value) -> Vec<u8> {
    format!("event: {name}\ndata: {value}\n\n").into_bytes()
}

fn line(value: &Value) -> Vec<u8> {
    format!("{value}\n").into_bytes()
}
