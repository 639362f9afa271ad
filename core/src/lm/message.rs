//! Messages of a request, and the prefix that many requests share.
use crate::constant::Ref;
use std::{
    fmt,
    sync::{Arc, OnceLock},
};

/// A text with its JSON form, which the compiler or the first use has made.
///
/// A request body is then a copy of finished pieces: only the user's own inputs are escaped per call.
#[derive(Clone)]
pub struct Text {
    raw: Ref<str>,
    json: Json,
}

#[derive(Clone)]
enum Json {
    Known(&'static str),
    Later(Arc<OnceLock<String>>),
    /// A text that is used once is escaped where it is written.
    Never,
}

impl Text {
    /// A text whose JSON form (with its quotes) is known.
    pub const fn constant(raw: &'static str, json: &'static str) -> Self {
        Text { raw: Ref::new(raw), json: Json::Known(json) }
    }
    /// A text that lives for ever and is seldom escaped.
    pub const fn borrowed(raw: &'static str) -> Self {
        Text { raw: Ref::new(raw), json: Json::Never }
    }
    /// A text that many requests share: escaped at its first use.
    pub fn shared(raw: impl Into<Arc<str>>) -> Self {
        Text { raw: Ref::shared(raw.into()), json: Json::Later(Arc::default()) }
    }
    /// A text of one request.
    pub fn once(raw: impl Into<Arc<str>>) -> Self {
        Text { raw: Ref::shared(raw.into()), json: Json::Never }
    }
    /// The text.
    pub fn as_str(&self) -> &str {
        self.raw.get()
    }
    /// Appends the text as a JSON string, with its quotes.
    pub fn write_json(&self, out: &mut String) {
        match &self.json {
            Json::Known(json) => out.push_str(json),
            Json::Later(cell) => out.push_str(cell.get_or_init(|| {
                let mut json = String::with_capacity(self.as_str().len() + 64);
                escape(self.as_str(), &mut json);
                json
            })),
            Json::Never => escape(self.as_str(), out),
        }
    }
}

/// Appends `text` as a JSON string, with its quotes.
pub(crate) fn escape(text: &str, out: &mut String) {
    out.reserve(text.len() + 2);
    out.push('"');
    let mut start = 0;
    for (index, byte) in text.bytes().enumerate() {
        let short = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0..=0x1f => "",
            _ => continue,
        };
        out.push_str(&text[start..index]);
        if short.is_empty() {
            const HEX: &[u8; 16] = b"0123456789abcdef";
            out.push_str("\\u00");
            out.push(HEX[usize::from(byte >> 4)].into());
            out.push(HEX[usize::from(byte & 15)].into());
        } else {
            out.push_str(short);
        }
        start = index + 1;
    }
    out.push_str(&text[start..]);
    out.push('"');
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
}

impl Role {
    /// The name that all chat protocols use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Role::System => "system",
            Role::User => "user",
            Role::Assistant => "assistant",
        }
    }
}

/// One message.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// What is said.
    pub content: Text,
}

impl Message {
    /// A message of `role`.
    pub fn new(role: Role, content: impl Into<Text>) -> Self {
        Message { role, content: content.into() }
    }
    /// The caller's words.
    pub fn user(content: impl Into<Text>) -> Self {
        Message::new(Role::User, content)
    }
    /// The model's words.
    pub fn assistant(content: impl Into<Text>) -> Self {
        Message::new(Role::Assistant, content)
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
        Prefix { system, demos: empty() }
    }
}

/// One empty list for all who have no demos: no allocation per call.
fn empty() -> Arc<[Message]> {
    static EMPTY: OnceLock<Arc<[Message]>> = OnceLock::new();
    EMPTY.get_or_init(|| Arc::from([])).clone()
}
