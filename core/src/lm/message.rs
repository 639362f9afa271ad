//! Messages of a request, and the prefix that many requests share.
use super::{Completion, ReplayBlock, ToolCall};
use crate::{
    quoted,
    types::{Audio, Document, File, Image},
};
use std::{
    fmt,
    sync::{Arc, OnceLock},
};

/// A text with its JSON form, which its first use makes.
///
/// A request body is then a copy of finished pieces: only the user's own inputs are escaped per call.
#[derive(Clone)]
pub struct Text(Kind);

#[derive(Clone)]
enum Kind {
    /// It lives for ever, as does its JSON form, which the first use makes.
    Constant(&'static str, &'static OnceLock<String>),
    /// It lives for ever, and is escaped where it is written.
    Static(&'static str),
    /// Many requests share it and its JSON form.
    Shared(Arc<str>, Arc<OnceLock<String>>),
    /// It is of one request: the buffer that it was rendered into, escaped where it is written. Layers keep a request
    /// while an attempt is under way, so a large prompt must not be copied with it.
    Once(Arc<String>),
}

impl Text {
    /// A text that lives for ever: escaped at its first use, into `json`.
    pub const fn constant(raw: &'static str, json: &'static OnceLock<String>) -> Self {
        Text(Kind::Constant(raw, json))
    }
    /// A text that lives for ever and is seldom escaped.
    pub const fn borrowed(raw: &'static str) -> Self {
        Text(Kind::Static(raw))
    }
    /// A text that many requests share: escaped at its first use.
    pub fn shared(raw: impl Into<Arc<str>>) -> Self {
        Text(Kind::Shared(raw.into(), Arc::default()))
    }
    /// A text of one request, which is escaped each time that it is written.
    pub fn once(raw: impl Into<String>) -> Self {
        Text(Kind::Once(Arc::new(raw.into())))
    }
    /// The text.
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Kind::Constant(raw, _) | Kind::Static(raw) => raw,
            Kind::Shared(raw, _) => raw,
            Kind::Once(raw) => raw,
        }
    }
    /// Bytes that no clone shares with it.
    pub(crate) fn own_bytes(&self) -> usize {
        match &self.0 {
            Kind::Once(raw) => raw.len(),
            Kind::Constant(..) | Kind::Static(_) | Kind::Shared(..) => 0,
        }
    }
    fn escaped(&self) -> String {
        let mut json = String::with_capacity(self.as_str().len() + 64);
        quoted::write(self.as_str(), &mut json);
        json
    }
    /// Appends the text as a JSON string, with its quotes.
    pub fn write_json(&self, out: &mut String) {
        match &self.0 {
            Kind::Constant(_, cell) => out.push_str(cell.get_or_init(|| self.escaped())),
            Kind::Shared(_, cell) => out.push_str(cell.get_or_init(|| self.escaped())),
            Kind::Static(raw) => quoted::write(raw, out),
            Kind::Once(raw) => quoted::write(raw, out),
        }
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}
impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}
impl From<&'static str> for Text {
    fn from(raw: &'static str) -> Self {
        Text::borrowed(raw)
    }
}
impl From<String> for Text {
    fn from(raw: String) -> Self {
        Text::once(raw)
    }
}

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Role {
    /// Instructions.
    System,
    /// The caller.
    User,
    /// The model.
    Assistant,
    /// A tool that answers the model.
    Tool,
}

impl Role {
    /// The name that all chat protocols use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Role::System => "system",
            Role::User => "user",
            Role::Assistant => "assistant",
            Role::Tool => "tool",
        }
    }
}

/// A piece of a message: text, or one of DSPy's types as a content block.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Part {
    /// Words.
    Text(String),
    /// An image.
    Image(Image),
    /// A sound.
    Audio(Audio),
    /// A file.
    File(File),
    /// A document.
    Document(Document),
    /// A block in some provider's own form.
    Block(serde_json::Value),
}

impl Part {
    /// The content block as DSPy makes it: OpenAI's form, and Anthropic's for documents.
    ///
    /// ```
    /// use sigflow_core::{Part, types::Image};
    ///
    /// let part = Part::Image(Image::from_url("https://example.com/dog.jpg"));
    /// assert_eq!(part.block()["image_url"]["url"], "https://example.com/dog.jpg");
    /// ```
    pub fn block(&self) -> serde_json::Value {
        match self {
            Part::Text(text) => serde_json::json!({"type": "text", "text": text}),
            Part::Image(image) => image.block(),
            Part::Audio(audio) => audio.block(),
            Part::File(file) => file.block(),
            Part::Document(document) => document.block(),
            Part::Block(block) => block.clone(),
        }
    }
}

/// One message.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// What is said; of a message in parts, their words.
    pub content: Text,
    /// The parts in order, if there is more than words.
    pub parts: Vec<Part>,
    /// The tools that the model wanted called.
    pub tool_calls: Vec<ToolCall>,
    /// Which call a tool's message answers: the call's name and the tool's.
    pub answers: Option<(String, String)>,
    /// What a server wants back as it came, of the model's own messages: signed thoughts.
    pub replay: Vec<ReplayBlock>,
}

impl Message {
    /// A message of `role`.
    pub fn new(role: Role, content: impl Into<Text>) -> Self {
        Message {
            role,
            content: content.into(),
            parts: Vec::new(),
            tool_calls: Vec::new(),
            answers: None,
            replay: Vec::new(),
        }
    }
    /// The caller's words.
    pub fn user(content: impl Into<Text>) -> Self {
        Message::new(Role::User, content)
    }
    /// The model's words.
    pub fn assistant(content: impl Into<Text>) -> Self {
        Message::new(Role::Assistant, content)
    }
    /// The caller's words with other things between them.
    ///
    /// ```
    /// use sigflow_core::{Message, Part, types::Image};
    ///
    /// let image = Part::Image(Image::from_url("https://example.com/dog.jpg"));
    /// let message = Message::user_parts(vec![Part::Text("What is it? ".into()), image]);
    /// assert_eq!(message.text(), "What is it? ");
    /// ```
    pub fn user_parts(parts: Vec<Part>) -> Self {
        let words = parts.iter().filter_map(|part| match part {
            Part::Text(text) => Some(text.as_str()),
            _ => None,
        });
        let mut message = Message::user(words.collect::<String>());
        message.parts = parts;
        message
    }
    /// What the model said, for the next turn: its words, the tools it wants called, and what its server wants
    /// back.
    ///
    /// ```
    /// use sigflow_core::{Completion, Message};
    ///
    /// let message = Message::of_completion(&Completion::text("Paris"));
    /// assert_eq!(message.text(), "Paris");
    /// ```
    pub fn of_completion(completion: &Completion) -> Self {
        let mut message = Message::assistant(completion.text.clone());
        message.tool_calls.clone_from(&completion.tool_calls);
        message.replay.clone_from(&completion.replay);
        message
    }
    /// What a tool answered to the call `id`.
    pub fn tool(id: impl Into<String>, name: impl Into<String>, content: impl Into<Text>) -> Self {
        let mut message = Message::new(Role::Tool, content);
        message.answers = Some((id.into(), name.into()));
        message
    }
    /// What is said, as text.
    pub fn text(&self) -> &str {
        self.content.as_str()
    }
}

/// The part of a request that all calls of a predictor share: the system prompt and the demos.
/// Cloning it copies no text.
#[derive(Clone, Debug, PartialEq)]
pub struct Prefix {
    /// The system prompt.
    pub system: Text,
    /// Demonstrations: a user message and the answer to it, again and again.
    pub demos: Arc<[Message]>,
}

impl Prefix {
    /// A prefix without demos.
    pub fn new(system: Text) -> Self {
        Prefix {
            system,
            demos: empty(),
        }
    }
}

/// One empty list for all who have no demos: no allocation per call.
fn empty() -> Arc<[Message]> {
    static EMPTY: OnceLock<Arc<[Message]>> = OnceLock::new();
    EMPTY.get_or_init(|| Arc::from([])).clone()
}
