//! Messages as lists of blocks, as Anthropic's Messages and Bedrock's Converse have them.
use super::{
    body::{self, wrong},
    data_uri, decode_base64,
};
use sigflow_core::{
    Message, Part, PromptCache, ReplayBlock, Request, ResponseFormat, Result, ToolCall,
};
use std::fmt::Write as _;

/// What holds for all messages of a request.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Style {
    /// The model shall cite the documents.
    pub(crate) cites: bool,
    /// The server shall keep the demos.
    pub(crate) cache: Option<PromptCache>,
}

impl Style {
    /// Documents are cited all or none, which both APIs demand, and none beside a schema, which they take for a
    /// contradiction.
    pub(crate) fn of(request: &Request) -> Self {
        let has_document = |message: &Message| {
            let mut parts = message.parts.iter();
            parts.any(|part| matches!(part, Part::Document(_)))
        };
        Style {
            cites: !matches!(request.response_format, ResponseFormat::Schema(_))
                && body::messages(request).any(has_document),
            cache: request.settings.prompt_cache,
        }
    }
}

/// Writes the blocks of one turn. A format says how a block looks, and the order of them is the same for all.
pub(crate) trait Blocks {
    /// Whose blocks go back as they came.
    const PROVIDER: &'static str;
    /// How a block of words begins; the words and `}` come behind it.
    const WORDS: &'static str;

    /// Where the next block stands, behind a comma if it is not the first.
    fn next(&mut self) -> &mut String;
    /// One part that is no empty text.
    fn part(&mut self, part: &Part) -> Result<()>;
    /// What the tool answered that was called by this name.
    fn answer(&mut self, id: &str, message: &Message) -> Result<()>;
    /// A call of a tool.
    fn call(call: &ToolCall, out: &mut String);

    /// What goes back as it came, then the answer of a tool, or words and calls.
    fn message(&mut self, message: &Message) -> Result<()> {
        for block in replayed(message, Self::PROVIDER) {
            let _ = write!(self.next(), "{}", block.block);
        }
        if let Some((id, _)) = &message.answers {
            return self.answer(id, message);
        }
        self.content(message)?;
        for call in &message.tool_calls {
            Self::call(call, self.next());
        }
        Ok(())
    }

    /// The parts, or the words. Both APIs refuse an empty text.
    fn content(&mut self, message: &Message) -> Result<()> {
        if message.parts.is_empty() && !message.text().is_empty() {
            self.words(message);
        }
        for part in &message.parts {
            if !matches!(part, Part::Text(text) if text.is_empty()) {
                self.part(part)?;
            }
        }
        Ok(())
    }

    /// A block of a message's words.
    fn words(&mut self, message: &Message) {
        let out = self.next();
        out.push_str(Self::WORDS);
        message.content.write_json(out);
        out.push('}');
    }
}

/// The blocks of a message that go back to this provider.
pub(crate) fn replayed<'a>(
    message: &'a Message,
    provider: &'static str,
) -> impl Iterator<Item = &'a ReplayBlock> {
    let all = message.replay.iter();
    all.filter(move |block| block.provider == provider)
}

/// A text with something in it.
pub(crate) fn given(text: Option<&String>) -> Option<&str> {
    text.map(String::as_str).filter(|text| !text.is_empty())
}

/// Media type and base64 of a file's data.
///
/// # Errors
/// Of kind `Configuration`, where they are no data URI.
pub(crate) fn file_data(uri: &str) -> Result<(&str, &str)> {
    data_uri(uri)
        .ok_or_else(|| wrong("the data of a file is no data URI in base64; use `File::from_bytes`"))
}

/// The text that base64 holds, if it is one.
pub(crate) fn text_in(data: &str) -> Option<String> {
    decode_base64(data).and_then(|bytes| String::from_utf8(bytes).ok())
}

/// The beginning of an address that cannot be used, for errors.
pub(crate) fn beginning(url: &str) -> String {
    url.chars().take(40).collect()
}
