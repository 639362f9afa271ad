//! The usual replies, read in one pass: one choice with words, and nothing that must be looked at twice. All
//! others are read as a tree, by `response` and `stream`; a test holds both equal.
use super::message::finish_word;
use crate::wire::{Cursor, Pieces};
use sigflow_core::{Completion, Response, Usage};
use std::borrow::Cow;

/// What a usual reply says, or a usual event of a stream.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Quick<'t> {
    pub(super) id: Option<Cow<'t, str>>,
    pub(super) model: Option<Cow<'t, str>>,
    pub(super) text: Option<Cow<'t, str>>,
    pub(super) reasoning: Option<Cow<'t, str>>,
    /// The word for why the model stopped.
    pub(super) finish: Option<Cow<'t, str>>,
    pub(super) usage: Option<Usage>,
    /// Choices, none or one.
    pub(super) choices: usize,
}

impl Quick<'_> {
    /// The reply; nothing where it says nothing, for then it must be looked at why.
    pub(super) fn into_response(self) -> Option<Response> {
        let mut completion = Completion::text(self.text.filter(|text| !text.is_empty())?);
        completion.reasoning = self.reasoning.map(Cow::into_owned);
        let finish = self.finish.filter(|word| !word.is_empty());
        completion.finish_reason = finish.map(|word| finish_word(&word));
        let mut response = Response::default();
        response.completions.push(completion);
        response.model = self.model.unwrap_or_default().into_owned();
        response.request_id = self.id.filter(|id| !id.is_empty()).map(Cow::into_owned);
        response.usage = self.usage;
        Some(response)
    }

    /// What an event adds.
    pub(super) fn tell(self, pieces: &mut Pieces) {
        if !pieces.has_head() {
            let id = self.id.filter(|id| !id.is_empty());
            let model = self.model.unwrap_or_default();
            // an event of a filter comes before it is known who answers
            if self.choices > 0 || id.is_some() || !model.is_empty() {
                pieces.head(model.into_owned(), id.map(Cow::into_owned));
            }
        }
        if let Some(usage) = self.usage {
            pieces.usage(usage);
        }
        if let Some(reasoning) = self.reasoning {
            pieces.reasoning(reasoning.into_owned());
        }
        if let Some(text) = self.text.filter(|text| !text.is_empty()) {
            pieces.text(text.into_owned());
        }
        if let Some(word) = self.finish.filter(|word| !word.is_empty()) {
            pieces.finish(finish_word(&word));
        }
    }
}

/// Reads a reply (`message`) or an event (`delta`); nothing where there is anything unusual in it.
pub(super) fn read<'t>(text: &'t str, message: &str) -> Option<Quick<'t>> {
    let mut quick = Quick::default();
    let mut cursor = Cursor::new(text);
    cursor.object(|name, cursor| {
        match name {
            "id" => quick.id = cursor.string_or_null()?,
            "model" => quick.model = cursor.string_or_null()?,
            "choices" => cursor.list(|cursor| {
                quick.choices += 1;
                choice(cursor, message, &mut quick)
            })?,
            "usage" => quick.usage = usage(cursor)?,
            "error" => cursor.nothing()?,
            // Groq has its tokens of streams here.
            "x_groq" => return None,
            _ => cursor.skip()?,
        }
        Some(())
    })?;
    (quick.choices <= 1 && cursor.is_at_end()).then_some(quick)
}

fn choice<'t>(cursor: &mut Cursor<'t>, message: &str, quick: &mut Quick<'t>) -> Option<()> {
    cursor.object(|name, cursor| {
        match name {
            "index" => {
                if cursor.count()? != 0 {
                    return None;
                }
            }
            "finish_reason" => quick.finish = cursor.string_or_null()?,
            _ if name == message => cursor.object(|name, cursor| said(name, cursor, quick))?,
            "message" | "delta" | "text" | "error" | "logprobs" => cursor.nothing()?,
            _ => cursor.skip()?,
        }
        Some(())
    })
}

fn said<'t>(name: &'t str, cursor: &mut Cursor<'t>, quick: &mut Quick<'t>) -> Option<()> {
    match name {
        "content" => quick.text = cursor.string_or_null()?,
        // one server says it twice
        "reasoning_content" | "reasoning" if quick.reasoning.is_none() => {
            quick.reasoning = cursor.string_or_null()?.filter(|text| !text.is_empty());
        }
        "role" => cursor.skip()?,
        // whatever else a message has must be looked at, if it says anything
        _ => cursor.nothing()?,
    }
    Some(())
}

#[allow(clippy::option_option)] // The outer one is a surprise, the inner one `null`.
fn usage(cursor: &mut Cursor<'_>) -> Option<Option<Usage>> {
    if cursor.null() {
        return Some(None);
    }
    let (mut input, mut output) = (None, None);
    let (mut cached, mut reasoning, mut total) = (0, 0, None);
    cursor.object(|name, cursor| {
        match name {
            "prompt_tokens" => input = Some(cursor.count()?),
            "completion_tokens" => output = Some(cursor.count()?),
            "total_tokens" => total = Some(cursor.count()?),
            "prompt_tokens_details" => {
                detail(cursor, "cached_tokens", &mut cached)?;
            }
            "completion_tokens_details" => {
                detail(cursor, "reasoning_tokens", &mut reasoning)?;
            }
            // the servers that say more, or in other words, are read as a tree
            _ if name.ends_with("_tokens") || name.ends_with("_details") => return None,
            _ => cursor.skip()?,
        }
        Some(())
    })?;
    let (input, output) = (input?, output?);
    if total.is_some_and(|total| total != input + output) {
        return None;
    }
    let mut usage = Usage::new(input, output);
    usage.cached_input_tokens = cached;
    usage.reasoning_tokens = reasoning;
    Some(Some(usage))
}

/// One count of an object, and nothing else of it.
fn detail(cursor: &mut Cursor<'_>, wanted: &str, into: &mut u64) -> Option<()> {
    if cursor.null() {
        return Some(());
    }
    cursor.object(|name, cursor| {
        if name == wanted && !cursor.null() {
            *into = cursor.count()?;
        } else if name.contains("write") || name.contains("creation") {
            return None;
        } else if name != wanted {
            cursor.skip()?;
        }
        Some(())
    })
}
