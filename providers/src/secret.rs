//! Keys, and how they are kept out of texts.
use std::{borrow::Cow, fmt};

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

const REDACTED: &str = "[redacted]";

/// Shorter than this is no secret, and taking every `1` or `yes` out of a text would spoil it.
const SHORTEST: usize = 4;
/// Part of a header's value that is secret by itself, as the second word of `Basic dXNlcjpwYXNz`.
const SHORTEST_PART: usize = 8;

/// Takes secrets out of texts that others wrote: a server may send back what we sent it.
#[derive(Clone, Default)]
pub(crate) struct Redactor {
    /// Longest first, so that a secret inside another one does not leave the rest of it.
    words: Vec<String>,
}

impl Redactor {
    /// Adds a secret, and the forms in which a JSON text would hold it.
    pub(crate) fn add(&mut self, secret: &str) {
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
                if !self.words.contains(&form) {
                    self.words.push(form);
                }
            }
        }
        self.words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    }

    /// The text without the secrets; the same text when it holds none.
    pub(crate) fn clean<'a>(&self, text: impl Into<Cow<'a, str>>) -> Cow<'a, str> {
        let mut text = text.into();
        for word in &self.words {
            if text.contains(word.as_str()) {
                text = Cow::Owned(text.replace(word.as_str(), REDACTED));
            }
        }
        text
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Redactor({} words)", self.words.len())
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
