//! Words and numbers that whole replies and streams have in common.
use crate::wire::tokens;
use serde_json::{Map, Value};
use sigflow_core::{Field as _, FinishReason, Usage, types::Citation};

/// Why the model stopped.
pub(super) fn finish_reason(value: Option<&Value>) -> Option<FinishReason> {
    let word = match value? {
        Value::Null => return None,
        Value::String(word) if word.is_empty() => return None,
        Value::String(word) => word.clone(),
        other => other.to_string(),
    };
    Some(match word.as_str() {
        "end_turn" | "stop_sequence" => FinishReason::Stop,
        // both are replies that were cut
        "max_tokens" | "model_context_window_exceeded" => FinishReason::Length,
        "tool_use" => FinishReason::ToolCalls,
        "refusal" => FinishReason::ContentFilter,
        // `pause_turn`: the server wants the turn back to go on with it
        _ => FinishReason::Other(word),
    })
}

/// What the server says of a refusal.
pub(super) fn explanation(members: &Map<String, Value>) -> Option<String> {
    let details = members.get("stop_details")?.as_object()?;
    let mut words = ["category", "explanation"]
        .iter()
        .filter_map(|name| details.get(*name)?.as_str());
    let first = words.next()?.to_owned();
    Some(words.fold(first, |all, word| format!("{all}: {word}")))
}

/// Tokens as the API counts them: what the cache gave or took is not among `input_tokens`.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    said: bool,
    input: u64,
    output: u64,
    read: u64,
    written: u64,
    thinking: u64,
}

impl Counts {
    /// Takes what an object `usage` says. A stream tells totals so far, and leaves out what it told before.
    pub(super) fn take(&mut self, usage: Option<&Value>) {
        let Some(usage) = usage.and_then(Value::as_object) else {
            return;
        };
        let of = |name: &str| usage.get(name).and_then(tokens);
        let thinking = usage
            .get("output_tokens_details")
            .and_then(|details| details.get("thinking_tokens").and_then(tokens));
        for (place, said) in [
            (&mut self.input, of("input_tokens")),
            (&mut self.output, of("output_tokens")),
            (&mut self.read, of("cache_read_input_tokens")),
            (&mut self.written, of("cache_creation_input_tokens")),
            (&mut self.thinking, thinking),
        ] {
            if let Some(said) = said {
                self.said = true;
                *place = said.max(*place);
            }
        }
    }

    /// Inclusive totals, if the server counted.
    pub(super) fn usage(&self) -> Option<Usage> {
        let input = self.input + self.read + self.written;
        let mut usage = Usage::new(input, self.output);
        usage.cached_input_tokens = self.read;
        usage.cache_write_tokens = self.written;
        usage.reasoning_tokens = self.thinking;
        self.said.then_some(usage)
    }
}

/// A place in a document, if it is one: pages and blocks stand where characters do, and the kind says which.
pub(super) fn citation(value: Value) -> Option<Citation> {
    let Value::Object(mut members) = value else {
        return None;
    };
    for (name, others) in [
        (
            "start_char_index",
            ["start_page_number", "start_block_index"],
        ),
        ("end_char_index", ["end_page_number", "end_block_index"]),
    ] {
        if let Some(place) = others.iter().find_map(|other| members.remove(*other)) {
            members.insert(name.to_owned(), place);
        }
    }
    // of a search result or a web page, which have no document
    members.get("document_index")?;
    Citation::from_value(Value::Object(members)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn finish_reasons_of_any_word() {
        let of = |word: Value| finish_reason(Some(&word));
        for (word, reason) in [
            ("end_turn", FinishReason::Stop),
            ("stop_sequence", FinishReason::Stop),
            ("max_tokens", FinishReason::Length),
            ("model_context_window_exceeded", FinishReason::Length),
            ("tool_use", FinishReason::ToolCalls),
            ("refusal", FinishReason::ContentFilter),
            ("pause_turn", FinishReason::Other("pause_turn".to_owned())),
        ] {
            assert_eq!(of(json!(word)), Some(reason), "{word}");
        }
        assert_eq!(
            (of(Value::Null), of(json!("")), finish_reason(None)),
            (None, None, None)
        );
    }

    #[test]
    fn tokens_are_inclusive_totals() {
        let mut counts = Counts::default();
        assert!(counts.usage().is_none());
        counts.take(Some(
            &json!({"input_tokens": 10, "cache_read_input_tokens": 100,
            "cache_creation_input_tokens": 1000, "output_tokens": 1}),
        ));
        counts.take(Some(&json!({"output_tokens": 7, "input_tokens": null,
            "output_tokens_details": {"thinking_tokens": 3}})));
        let usage = counts.usage().expect("it was counted");
        assert_eq!((usage.input_tokens, usage.output_tokens), (1110, 7));
        assert_eq!(
            (usage.cached_input_tokens, usage.cache_write_tokens),
            (100, 1000)
        );
        assert_eq!(usage.reasoning_tokens, 3);
    }

    #[test]
    fn places_in_documents() {
        let page = citation(
            json!({"type": "page_location", "cited_text": "blue", "document_index": 1,
            "document_title": null, "start_page_number": 2, "end_page_number": 3, "file_id": null}),
        );
        let page = page.expect("a citation");
        assert_eq!((page.start_char_index, page.end_char_index), (2, 3));
        assert_eq!(page.kind, "page_location");
        let web =
            json!({"type": "web_search_result_location", "cited_text": "x", "url": "https://h"});
        assert!(citation(web).is_none() && citation(json!(3)).is_none());
    }
}
