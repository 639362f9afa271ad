//! Words and numbers that whole replies and streams have in common.
use crate::wire::{take_text, tokens};
use serde_json::{Map, Value, json};
use sigflow_core::{Field as _, FinishReason, Usage, types::Citation};

/// Why the model stopped.
pub(super) fn finish_reason(value: Option<&Value>) -> Option<FinishReason> {
    let word = value?.as_str().filter(|word| !word.is_empty())?;
    Some(match word {
        "end_turn" | "stop_sequence" => FinishReason::Stop,
        // both are replies that were cut
        "max_tokens" | "model_context_window_exceeded" => FinishReason::Length,
        "tool_use" => FinishReason::ToolCalls,
        "guardrail_intervened" | "content_filtered" | "refusal" => FinishReason::ContentFilter,
        other => FinishReason::Other(other.to_owned()),
    })
}

/// Tokens as inclusive totals: what the cache gave or took is not among `inputTokens`.
pub(super) fn usage(value: Option<&Value>) -> Option<Usage> {
    let usage = value?.as_object()?;
    let of = |name: &str| usage.get(name).and_then(tokens);
    let (input, output) = (of("inputTokens"), of("outputTokens"));
    input.or(output)?;
    let read = of("cacheReadInputTokens").unwrap_or(0);
    let written = of("cacheWriteInputTokens").unwrap_or(0);
    let input = input.unwrap_or(0) + read + written;
    let mut usage = Usage::new(input, output.unwrap_or(0));
    usage.cached_input_tokens = read;
    usage.cache_write_tokens = written;
    Some(usage)
}

/// A place in a document, if it is one: pages and chunks stand where characters do, and the kind says which.
pub(super) fn citation(mut value: Value) -> Option<Citation> {
    let members = value.as_object_mut()?;
    let location = members.get("location")?.as_object()?;
    let (kind, place) = [
        ("char_location", "documentChar"),
        ("page_location", "documentPage"),
        ("content_block_location", "documentChunk"),
    ]
    .into_iter()
    .find_map(|(kind, name)| Some((kind, location.get(name)?.as_object()?)))?;
    let of = |name: &str| place.get(name).cloned().unwrap_or_else(|| 0.into());
    let words = members.get("sourceContent").and_then(Value::as_array);
    let words: String = words
        .into_iter()
        .flatten()
        .filter_map(|part| part.get("text")?.as_str())
        .collect();
    let citation = json!({
        "type": kind,
        "cited_text": words,
        "document_index": of("documentIndex"),
        "start_char_index": of("start"),
        "end_char_index": of("end"),
    });
    let mut citation = Citation::from_value(citation).ok()?;
    citation.document_title = take_text(members, "title");
    Some(citation)
}

/// A member that is an object.
pub(super) fn take_object(
    members: &mut Map<String, Value>,
    name: &str,
) -> Option<Map<String, Value>> {
    match members.get_mut(name).map(Value::take) {
        Some(Value::Object(inner)) => Some(inner),
        _ => None,
    }
}

/// Arguments of a call, as JSON text.
pub(super) fn input(value: Option<Value>) -> String {
    match value {
        None | Some(Value::Null) => "{}".to_owned(),
        Some(Value::String(text)) => text,
        Some(input) => input.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finish_reasons_of_any_word() {
        for (word, reason) in [
            ("end_turn", FinishReason::Stop),
            ("stop_sequence", FinishReason::Stop),
            ("max_tokens", FinishReason::Length),
            ("model_context_window_exceeded", FinishReason::Length),
            ("tool_use", FinishReason::ToolCalls),
            ("guardrail_intervened", FinishReason::ContentFilter),
            ("content_filtered", FinishReason::ContentFilter),
            (
                "malformed_tool_use",
                FinishReason::Other("malformed_tool_use".to_owned()),
            ),
        ] {
            assert_eq!(finish_reason(Some(&json!(word))), Some(reason), "{word}");
        }
        assert_eq!(finish_reason(None), None);
    }

    #[test]
    fn tokens_are_inclusive_totals() {
        let of = |value: Value| usage(Some(&value));
        let all = json!({"inputTokens": 10, "outputTokens": 7, "totalTokens": 1117,
            "cacheReadInputTokens": 100, "cacheWriteInputTokens": 1000});
        let all = of(all).expect("it was counted");
        assert_eq!((all.input_tokens, all.output_tokens), (1110, 7));
        assert_eq!(
            (all.cached_input_tokens, all.cache_write_tokens),
            (100, 1000)
        );
        assert!(of(json!({})).is_none() && of(json!(3)).is_none() && usage(None).is_none());
    }

    #[test]
    fn places_in_documents() {
        let of = |location: Value| {
            citation(
                json!({"title": "Sky", "sourceContent": [{"text": "bl"}, {"text": "ue"}], "location": location}),
            )
        };
        let page = of(json!({"documentPage": {"documentIndex": 1, "start": 2, "end": 3}}));
        let page = page.expect("a citation");
        assert_eq!(
            (page.kind.as_str(), page.cited_text.as_str()),
            ("page_location", "blue")
        );
        assert_eq!(
            (
                page.document_index,
                page.start_char_index,
                page.end_char_index
            ),
            (1, 2, 3)
        );
        assert_eq!(page.document_title.as_deref(), Some("Sky"));
        assert!(of(json!({"web": {"url": "https://h"}})).is_none());
        assert!(citation(json!(3)).is_none());
    }
}
