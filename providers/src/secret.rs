//! Keys, and how they are kept out of texts.
use std::{
    borrow::Cow,
    collections::VecDeque,
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

/// A key. It shows itself to nobody: `Debug` and `Display` write `[redacted]`.
///
/// ```
/// use sigflow_providers::Secret;
///
/// let key = Secret::new("sk-very-secret");
/// assert_eq!(format!("{key} {key:?}"), "[redacted] [redacted]");
/// assert_eq!(key.expose(), "sk-very-secret");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps `text` secret. White space around it goes: a key read from a file ends with a new line.
    pub fn new(text: impl AsRef<str>) -> Self {
        Secret(text.as_ref().trim().to_owned())
    }

    /// The key itself, to be sent and for nothing else.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}
impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}
impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Secret::new(text)
    }
}
impl From<String> for Secret {
    fn from(text: String) -> Self {
        Secret::new(text)
    }
}

pub(crate) const REDACTED: &str = "[redacted]";

/// Shorter than this is no secret, and taking every `1` or `yes` out of a text would spoil it.
const SHORTEST: usize = 4;
/// Part of a header's value that is secret by itself, as the second word of `Basic dXNlcjpwYXNz`.
const SHORTEST_PART: usize = 8;

/// Whether a header (or a member of a query) holds keys by its name, whoever set it.
pub(crate) fn is_secret_header(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "api-key",
        "authorization",
        "cookie",
        "ocp-apim-subscription-key",
        "proxy-authorization",
        "set-cookie",
        "x-amz-security-token",
        "x-api-key",
        "x-goog-api-key",
    ];
    NAMES.iter().any(|secret| name.eq_ignore_ascii_case(secret))
}

/// Takes secrets out of texts that others wrote: a server may send back what we sent it.
#[derive(Clone, Default)]
pub(crate) struct Redactor {
    words: Words,
    /// What middleware sent along since, the newest last: tokens that are renewed.
    learned: Arc<RwLock<VecDeque<Words>>>,
}

/// So many secrets of middleware are remembered.
const LEARNED: usize = 16;

/// The forms in which a text may hold secrets. Longest first, so that a secret inside another one does not leave the
/// rest of it.
#[derive(Clone, Default, PartialEq, Eq)]
struct Words(Vec<String>);

impl Redactor {
    /// Adds a secret, and the forms in which a JSON text would hold it.
    pub(crate) fn add(&mut self, secret: &str) {
        self.words.add(secret);
    }

    /// Adds a secret that came up while the client was in use.
    pub(crate) fn learn(&self, secret: &str) {
        let mut words = Words::default();
        words.add(secret);
        let mut learned = self.learned.write().unwrap_or_else(PoisonError::into_inner);
        if !learned.contains(&words) {
            learned.push_back(words);
        }
        if learned.len() > LEARNED {
            learned.pop_front();
        }
    }

    /// Whether a header's value came up while the client was in use.
    #[cfg(feature = "http")]
    pub(crate) fn has_learned(&self, value: &reqwest::header::HeaderValue) -> bool {
        let learned = self.learned.read().unwrap_or_else(PoisonError::into_inner);
        let is_it = |word: &String| word.as_bytes() == value.as_bytes();
        learned.iter().any(|words| words.0.iter().any(is_it))
    }

    /// The length of the longest secret.
    pub(crate) fn longest(&self) -> usize {
        let learned = self.learned.read().unwrap_or_else(PoisonError::into_inner);
        let all = std::iter::once(&self.words).chain(learned.iter());
        all.filter_map(|words| words.0.first().map(String::len))
            .max()
            .unwrap_or(0)
    }

    /// The text without the secrets; the same text when it holds none.
    pub(crate) fn clean<'a>(&self, text: impl Into<Cow<'a, str>>) -> Cow<'a, str> {
        let mut text = self.words.clean(text.into());
        for words in self
            .learned
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
        {
            text = words.clean(text);
        }
        text
    }

    /// Whether this is of the same client.
    pub(crate) fn is_same(&self, other: &Redactor) -> bool {
        Arc::ptr_eq(&self.learned, &other.learned) && self.words == other.words
    }

    /// Where the secrets stand in a text, in order.
    pub(crate) fn find(&self, text: &str) -> Vec<std::ops::Range<usize>> {
        let learned = self.learned.read().unwrap_or_else(PoisonError::into_inner);
        let all = std::iter::once(&self.words).chain(learned.iter());
        let mut found: Vec<_> = all
            .flat_map(|words| &words.0)
            .flat_map(|word| text.match_indices(word.as_str()))
            .map(|(start, word)| start..start + word.len())
            .collect();
        found.sort_by_key(|range| range.start);
        found
    }
}

impl Words {
    fn add(&mut self, secret: &str) {
        let parts = secret
            .split_whitespace()
            .filter(|part| part.len() >= SHORTEST_PART);
        for word in std::iter::once(secret).chain(parts) {
            if word.len() < SHORTEST {
                continue;
            }
            let json = serde_json::Value::from(word).to_string();
            let inside = json[1..json.len() - 1].to_owned();
            for form in [word.to_owned(), inside] {
                if !self.0.contains(&form) {
                    self.0.push(form);
                }
            }
        }
        self.0.sort_by_key(|word| std::cmp::Reverse(word.len()));
    }

    fn clean<'a>(&self, mut text: Cow<'a, str>) -> Cow<'a, str> {
        for word in &self.0 {
            if text.contains(word.as_str()) {
                text = Cow::Owned(text.replace(word.as_str(), REDACTED));
            }
        }
        text
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Redactor({} words)", self.words.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_has_no_text() {
        let key = Secret::from("  sk-1234567890\n");
        assert_eq!(
            format!("{key:?}{key}{:?}", Some(&key)),
            "[redacted][redacted]Some([redacted])"
        );
        assert_eq!(key.expose(), "sk-1234567890");
    }

    #[test]
    fn secrets_go_from_texts_in_every_form() {
        let mut redactor = Redactor::default();
        redactor.add("sk-abcdef");
        redactor.add("sk-abcdef-longer");
        redactor.add("Basic dXNlcjpwYXNz");
        redactor.add("with \"quotes\"");
        redactor.add("1");
        let text = r#"1: sk-abcdef, sk-abcdef-longer, dXNlcjpwYXNz, "with \"quotes\"""#;
        let clean = redactor.clean(text);
        assert_eq!(
            clean,
            r#"1: [redacted], [redacted], [redacted], "[redacted]""#
        );
        assert!(matches!(redactor.clean("nothing here"), Cow::Borrowed(_)));
        assert!(format!("{redactor:?}").starts_with("Redactor("));
    }
}
