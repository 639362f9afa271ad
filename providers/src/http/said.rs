//! What a server says of a failure, in the many shapes of error bodies.
// A build with few providers leaves unused what only others need.
#![allow(dead_code)]
use super::{
    body::{gist, one_line},
    retry_after::go_duration,
};
use serde_json::{Map, Value};
use std::time::Duration;

/// The longest message of a server that an error repeats; the whole body is attached anyway.
const LONGEST_MESSAGE: usize = 2000;

/// What an error body says, whoever wrote it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Said {
    pub(crate) message: Option<String>,
    /// Its code, its type and the codes inside, in small letters.
    words: Vec<String>,
    /// The status it names itself, when the code is a number.
    pub(crate) status: Option<u16>,
    pub(crate) retry_after: Option<Duration>,
}

impl Said {
    /// Reads the body of a failed reply; a body that is not JSON is quoted in short.
    pub(crate) fn from_body(body: &str) -> Said {
        let value = serde_json::from_str::<Value>(body).ok();
        let said = value.as_ref().and_then(Said::from_failure);
        said.unwrap_or_else(|| Said {
            message: gist(body, 300),
            ..Said::default()
        })
    }

    /// The error that a reply holds beside or in place of its answer: `{"error": …}`.
    pub(crate) fn from_success(value: &Value) -> Option<Said> {
        Said::from_members(value.as_object()?)
    }

    /// As [`from_success`](Self::from_success), of an object's members.
    pub(crate) fn from_members(members: &Map<String, Value>) -> Option<Said> {
        match members.get("error")? {
            Value::Object(error) if !error.is_empty() => Some(Said::from_error(error)),
            // Its code may stand beside it: xAI.
            Value::String(text) if !text.is_empty() => Some(Said {
                words: ["code", "type"]
                    .iter()
                    .filter_map(|key| word(members.get(*key)?))
                    .collect(),
                ..Said::from_text(text)
            }),
            _ => None,
        }
    }

    /// A failure that has a name and at most a message.
    pub(crate) fn coded(word: &str, message: Option<String>) -> Said {
        Said {
            message,
            words: vec![word.to_ascii_lowercase()],
            ..Said::default()
        }
    }

    /// One more name of the failure.
    pub(crate) fn name(&mut self, word: &str) {
        self.words.push(word.trim().to_ascii_lowercase());
    }

    fn from_failure(value: &Value) -> Option<Said> {
        match value {
            // Gemini's OpenAI form wraps its error in a list.
            Value::Array(list) => list.first().and_then(Said::from_failure),
            Value::Object(map) => Said::from_members(map).or_else(|| {
                // Ours is the whole object: FastAPI's `detail`, old vLLM's `message`.
                let said = Said::from_error(map);
                said.message.is_some().then_some(said)
            }),
            Value::String(text) => Some(Said::from_text(text)),
            _ => None,
        }
    }

    fn from_text(text: &str) -> Said {
        Said {
            message: gist(text, LONGEST_MESSAGE),
            retry_after: wait_in_words(text),
            ..Said::default()
        }
    }

    fn from_error(error: &Map<String, Value>) -> Said {
        let mut said = Said::default();
        let message = ["message", "msg", "detail", "error", "error_description"];
        said.message = message
            .iter()
            .find_map(|key| error.get(*key).and_then(text_of));
        let inner = ["innererror", "metadata", "details"]
            .iter()
            .filter_map(|key| error.get(*key)?.as_object());
        for map in std::iter::once(error).chain(inner) {
            for key in [
                "code",
                "type",
                "status",
                "error_type",
                "error_code",
                "__type",
                "limit_source",
            ] {
                said.words.extend(map.get(key).and_then(word));
            }
            // OpenRouter's moderation says what it minded and gives no code.
            if map.get("reasons").is_some_and(Value::is_array) {
                said.words.push("content_filter".to_owned());
            }
        }
        said.status = said
            .words
            .iter()
            .find_map(|word| word.parse().ok().filter(|code| (400..600).contains(code)));
        said.retry_after = said.message.as_deref().and_then(wait_in_words);
        match error.get("details") {
            Some(Value::Array(details)) => details.iter().for_each(|detail| said.add(detail)),
            // Anthropic says there what kind of limit it is.
            Some(Value::Object(details)) => {
                said.words.extend(details.get("error_code").and_then(word));
            }
            _ => {}
        }
        said
    }

    /// One of Google's details: `RetryInfo`, `ErrorInfo`, `QuotaFailure`.
    fn add(&mut self, detail: &Value) {
        if let Some(wait) = detail["retryDelay"].as_str().and_then(go_duration) {
            self.retry_after = Some(wait);
        }
        self.words.extend(word(&detail["reason"]));
        let violations = detail["violations"].as_array().into_iter().flatten();
        let mut ids =
            violations.flat_map(|violation| [&violation["quotaId"], &violation["quotaMetric"]]);
        // The wait that comes with it is that of the limit by the minute.
        if ids.any(|id| id.as_str().is_some_and(is_daily)) {
            self.words.push(DAILY.to_owned());
        }
    }

    /// Whether one of its codes or types is among these.
    pub(crate) fn is(&self, words: &[&str]) -> bool {
        self.words.iter().any(|word| words.contains(&word.as_str()))
    }

    /// Whether the message holds one of these phrases, which are in small letters.
    pub(crate) fn mentions(&self, phrases: &[&str]) -> bool {
        let Some(message) = &self.message else {
            return false;
        };
        let message = message.to_lowercase();
        phrases.iter().any(|phrase| message.contains(phrase))
    }
}

/// The word for a quota of the day that is used up.
pub(crate) const DAILY: &str = "daily_quota";

fn is_daily(quota: &str) -> bool {
    let quota = quota.to_ascii_lowercase();
    quota.contains("perday") || quota.contains("per_day")
}

/// A code: text in small letters, or a number.
fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(word) => Some(word.to_ascii_lowercase()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The wait that a message asks for, where no header does: “try again in 6m0s”, “retry after 26 seconds”.
fn wait_in_words(message: &str) -> Option<Duration> {
    let message = message.to_ascii_lowercase();
    let rest = ["try again in ", "retry in ", "retry after "]
        .iter()
        .find_map(|words| message.split_once(words).map(|(_, rest)| rest))?;
    let mut words = rest.split_whitespace();
    let first = words.next()?.trim_end_matches(['.', ',', ';']);
    if let Some(wait) = go_duration(first) {
        return Some(wait);
    }
    let unit = words
        .next()?
        .trim_end_matches(['.', ',', ';'])
        .trim_end_matches('s');
    let unit = match unit {
        "second" | "sec" => "s",
        "minute" | "min" => "m",
        "hour" => "h",
        "millisecond" => "ms",
        _ => return None,
    };
    go_duration(&format!("{first}{unit}"))
}

/// A message: text, or a list of texts or of objects with one.
fn text_of(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Object(map) => map
            .get("message")
            .or_else(|| map.get("msg"))
            // Mistral: `{"message": {"detail": [{"msg": "…"}]}}`
            .or_else(|| map.get("detail"))
            .and_then(text_of)?,
        Value::Array(list) => list
            .iter()
            .filter_map(text_of)
            .collect::<Vec<_>>()
            .join("; "),
        _ => return None,
    };
    let line = gist(&text, LONGEST_MESSAGE)?;
    Some(one_line(&line, LONGEST_MESSAGE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_of_many_servers() {
        let message = |body: &str| Said::from_body(body).message;
        for (body, words) in [
            (
                r#"{"error":{"message":"a","type":"t","param":null,"code":"c"}}"#,
                "a",
            ),
            (r#"{"error":"model 'x' not found"}"#, "model 'x' not found"),
            (
                r#"[{"error":{"code":400,"message":"b","status":"INVALID_ARGUMENT"}}]"#,
                "b",
            ),
            (
                r#"{"object":"error","message":"c","type":"BadRequestError","code":400}"#,
                "c",
            ),
            (r#"{"detail":"Not Found"}"#, "Not Found"),
            (
                r#"{"detail":[{"loc":["body"],"msg":"d"},{"msg":"e"}]}"#,
                "d; e",
            ),
            (
                r#"{"object":"error","message":{"detail":[{"loc":["body","x"],"msg":"f"}]},"type":"invalid_request_error"}"#,
                "f",
            ),
            (r#"{"message":"no Route matched"}"#, "no Route matched"),
            (r#""just text""#, "just text"),
            ("upstream connect error", "upstream connect error"),
            (
                "<html><title>502 Bad Gateway</title></html>",
                "an HTML page, “502 Bad Gateway”",
            ),
        ] {
            assert_eq!(message(body).as_deref(), Some(words), "{body}");
        }
        assert_eq!(message(""), None);
        assert_eq!(message("[]"), Some("[]".to_owned()));
    }

    #[test]
    fn waits_in_words() {
        for (text, millis) in [
            ("Please try again in 7m12.5s.", Some(432_500)),
            ("Please retry after 26 seconds.", Some(26_000)),
            ("Please retry in 20.04466179s.", Some(20_044)),
            ("try again in 20ms. Visit", Some(20)),
            ("try again in 1 minute", Some(60_000)),
            ("please try again in a moment", None),
            ("try again later", None),
            ("retry after", None),
        ] {
            let wait = wait_in_words(text).map(|wait| wait.as_millis());
            assert_eq!(wait, millis, "{text}");
        }
    }

    #[test]
    fn google_says_when_to_come_back() {
        let body =
            r#"[{"error":{"code":429,"message":"m","details":[{"x":1},{"retryDelay":"34s"}]}}]"#;
        assert_eq!(
            Said::from_body(body).retry_after,
            Some(Duration::from_secs(34))
        );
    }
}
