//! A language model in the process: no key, no network, no intelligence.
//!
//! [`Offline`] reads the prompt like a form and fills it in by word overlap: labels by the closest
//! demonstration or description, texts, numbers and dates by the words of the field's name, all of it
//! within the schema. The same prompt gives the same bytes each time. It is there for tests, examples
//! and first steps; nothing that it says is understood, and a program that is deployed has no use for
//! it.
//!
//! It follows the schema's types, bounds, lengths, enums, references and unions. Of patterns it knows
//! characters, classes and counts; `not`, `if`, `contains` and dependencies it does not read.
mod labels;
mod pattern;
mod prompt;
mod reply;
mod scalar;
mod text;
mod value;

#[cfg(test)]
mod tests;

use prompt::Speaker;
use sigflow_core::{
    BoxFuture, Capabilities, Completion, FinishReason, LanguageModel, Request, Response,
    ResponseFormat, Result, Role, Usage,
};
use std::sync::Arc;

/// The model that is always there, named `offline`.
///
/// ```
/// use sigflow_core::{LanguageModel, Lm};
/// use sigflow_providers::Offline;
///
/// assert_eq!(Offline::new().name(), "offline");
/// let lm = Lm::new(Offline::new());
/// # let _ = lm;
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Offline;

impl Offline {
    /// The model; there is nothing to set.
    pub const fn new() -> Self {
        Offline
    }
}

/// Copies of the answer that one request may ask for.
const MOST_COPIES: u32 = 128;

impl LanguageModel for Offline {
    fn complete(self: Arc<Self>, request: Request) -> BoxFuture<'static, Result<Response>> {
        Box::pin(async move { Ok(respond(&request)) })
    }

    fn name(&self) -> &'static str {
        "offline"
    }

    fn capabilities(&self) -> Capabilities {
        let mut capabilities = Capabilities::CHAT;
        capabilities.json_schema = true;
        capabilities.json_object = true;
        capabilities.many = true;
        capabilities
    }
}

fn respond(request: &Request) -> Response {
    let turns = request.messages().skip(1).map(|(role, text)| {
        let speaker = if role == Role::Assistant {
            Speaker::Model
        } else {
            Speaker::User
        };
        (speaker, text.as_str())
    });
    let turns: Vec<(Speaker, &str)> = turns.collect();
    let schema = match &request.response_format {
        ResponseFormat::Schema(schema) => Some(schema.plain.as_str()),
        // without properties it only says that an object is wanted; the fields are in the prompt
        ResponseFormat::JsonObject => Some("{}"),
        _ => None,
    };
    let text = reply::answer(request.prefix.system.as_str(), &turns, schema);
    let count = |text: &str| text.split_whitespace().count() as u64;
    let copies = request.settings.n.unwrap_or(1).clamp(1, MOST_COPIES);
    let input = request
        .messages()
        .map(|(_, text)| count(text.as_str()))
        .sum();
    let mut completion = Completion::text(text);
    completion.finish_reason = Some(FinishReason::Stop);
    let mut response = Response::default();
    response.usage = Some(Usage::new(
        input,
        count(&completion.text) * u64::from(copies),
    ));
    response.completions = vec![completion; usize::try_from(copies).unwrap_or(1)];
    "offline".clone_into(&mut response.model);
    response
}

#[cfg(test)]
mod model_tests {
    use super::*;
    use sigflow_core::{Message, OutputSchema, Prefix};

    fn request(question: &'static str) -> Request {
        let system = "Your input fields are:\n1. `text` (str):\nYour output fields are:\n1. `total` (str):\n\
            All interactions will be structured in the following way, with the appropriate values filled in.";
        Request::new(Prefix::new(system.into()), vec![Message::user(question)])
    }

    #[test]
    fn copies_are_equal_and_words_are_counted() {
        let mut request = request("[[ ## text ## ]]\nTotal: 5");
        request.settings.n = Some(3);
        let response = respond(&request);
        assert_eq!(response.completions.len(), 3);
        let texts: Vec<_> = response
            .completions
            .iter()
            .map(|each| each.text.as_str())
            .collect();
        assert_eq!(texts, ["[[ ## total ## ]]\n5\n\n[[ ## completed ## ]]"; 3]);
        assert_eq!(response.usage.map(|usage| usage.output_tokens), Some(33));
        assert_eq!(response.model, "offline");
    }

    #[test]
    fn a_schema_of_the_request_is_kept() {
        let mut request = request("[[ ## text ## ]]\nTotal: 5");
        let schema = r#"{"type": "object", "properties": {"total": {"type": "integer"}}, "required": ["total"]}"#;
        request.response_format =
            ResponseFormat::Schema(OutputSchema::new("Out", schema.to_owned()));
        assert_eq!(respond(&request).completions[0].text, r#"{"total":5}"#);
        request.response_format = ResponseFormat::JsonObject;
        assert_eq!(respond(&request).completions[0].text, r#"{"total":"5"}"#);
    }
}
