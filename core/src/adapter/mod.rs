//! From a signature and values to the text of a prompt.
//!
//! [`system`] writes what a predictor's calls share; for chat and JSON it is a `const fn`, so a signature
//! known to the compiler has its prompt as a constant. [`turn`] writes what one call adds: the inputs, the
//! turns of a history, and the demos. Each other form has a file of its own: [`xml`], [`baml`],
//! [`two_step`], [`native`]. [`carry`] takes fields out that the protocol carries. [`python`] and [`lower`] say how values look, [`content`] puts what is no
//! text into content blocks. [`choice`] chooses.
pub(crate) mod about;
pub(crate) mod baml;
pub(crate) mod carry;
pub(crate) mod choice;
pub(crate) mod content;
pub(crate) mod framing;
pub(crate) mod history;
pub(crate) mod lower;
pub(crate) mod native;
pub(crate) mod python;
#[cfg(test)]
mod round_trip;
pub(crate) mod system;
pub(crate) mod turn;
pub(crate) mod two_step;
pub(crate) mod value;
pub(crate) mod xml;

pub use carry::Native;
pub use choice::AdapterChoice;

use crate::signature::SignatureDef;

/// How a signature is put to a model, and its reply read.
///
/// `Chat`, `Json`, `Xml`, `Baml` and `TwoStep` write DSPy's messages byte for byte. `Structured` and `Tool`
/// leave the form of the reply to the server. [`Native`] says which fields do not go through the prompt at
/// all. No adapter makes a second request, but for `TwoStep`, whose
/// very idea it is.
///
/// ```
/// use sigflow_core::{Adapter, DynSignature, Record};
///
/// let signature = DynSignature::parse("question -> answer")?;
/// let inputs = Record::from_iter([("question", "Why?".into())]);
/// let messages = signature.format(Adapter::Xml, &[], &inputs);
/// assert!(messages[1].text().starts_with("<question>\nWhy?\n</question>"));
/// assert_eq!(Adapter::default(), Adapter::Chat);
/// # Ok::<(), sigflow_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Adapter {
    /// DSPy's chat format: values between `[[ ## field ## ]]` markers. Any model can do it.
    #[default]
    Chat,
    /// DSPy's JSON format: one JSON object. The server is held to the signature's schema if it can be.
    Json,
    /// DSPy's XML format: a tag for each field, lists and structs as nested tags.
    Xml,
    /// DSPy's BAML format: as `Json`, with a compact schema that has descriptions as comments.
    Baml,
    /// DSPy's two-step format: the model answers in its own words, and a second model, which
    /// [`extractor`](crate::Call::extractor) names, takes the fields out of them. Two requests; their
    /// tokens are added up.
    TwoStep,
    /// The server's own structured output: the schema goes with the request and not into the prompt.
    Structured,
    /// The server's own tool calling: the outputs are the arguments of one tool that the model must call. It has the
    /// signature's name, or `execute`.
    Tool,
    /// The best of `Tool`, `Structured`, `Json` and `Chat` that model and signature can do: see
    /// [`AdapterChoice`].
    Auto,
}

impl Adapter {
    /// All of them.
    pub const ALL: [Adapter; 8] = [
        Adapter::Chat,
        Adapter::Json,
        Adapter::Xml,
        Adapter::Baml,
        Adapter::TwoStep,
        Adapter::Structured,
        Adapter::Tool,
        Adapter::Auto,
    ];
    /// Whether the reply is one JSON object.
    pub(crate) const fn replies_in_json(self) -> bool {
        matches!(
            self,
            Adapter::Json | Adapter::Baml | Adapter::Structured | Adapter::Tool
        )
    }
    /// Whether tools that were called stand in the conversation as the protocol's own messages.
    pub(crate) const fn replays_tools(self) -> bool {
        self.replies_in_json()
    }
    /// Whether the compiler can render the prompt.
    pub(crate) const fn is_constant(self) -> bool {
        matches!(self, Adapter::Chat | Adapter::Json | Adapter::Auto)
    }
}

/// The system message of the forms that only run time renders.
pub(crate) fn system_at_run_time(
    adapter: Adapter,
    signature: &SignatureDef,
    reasoning: bool,
    instructions: &str,
) -> String {
    match adapter {
        Adapter::Xml => xml::system(signature, reasoning, instructions),
        Adapter::Baml => baml::system(signature, reasoning, instructions),
        Adapter::TwoStep => two_step::system(signature, reasoning, instructions),
        _ => native::system(signature, reasoning, instructions),
    }
}

/// How long a text is without the blanks at its end, as Python's `rstrip` sees them.
pub(crate) const fn stripped_len(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut len = bytes.len();
    loop {
        // nearly every text ends in a letter or a sign, and in a constant only an index is cheap
        if len == 0 || (bytes[len - 1] > b' ' && bytes[len - 1] < 0x80) {
            return len;
        }
        let blank = match bytes.split_at(len).0 {
            [.., 9..=13 | 28..=32] => 1,
            [.., 0xc2, 0x85 | 0xa0] => 2,
            [.., 0xe1, 0x9a, 0x80]
            | [.., 0xe2, 0x80, 0x80..=0x8a | 0xa8 | 0xa9 | 0xaf]
            | [.., 0xe2, 0x81, 0x9f]
            | [.., 0xe3, 0x80, 0x80] => 3,
            _ => return len,
        };
        len -= blank;
    }
}

/// Python's `strip`: it takes more characters for blanks than `trim` does.
pub(crate) fn strip(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c))
}
