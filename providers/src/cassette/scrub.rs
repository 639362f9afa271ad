//! What may stand on no cassette.
use crate::secret::{REDACTED, Redactor};
use regex_lite::Regex;
use sigflow_core::{Error, ErrorKind, Result};
use std::{ops::Range, sync::LazyLock};

/// Keys of known kinds. They are told by how they begin and by their length, so that ordinary words stay.
static KEYS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        // OpenAI, Anthropic, OpenRouter, DeepSeek, LiteLLM
        r"\bsk-[A-Za-z0-9_-]{16,}",
        // Groq, xAI, Perplexity, Together, Replicate, Hugging Face
        r"\b(?:gsk|xai|pplx|tgp|r8|hf)[_-][A-Za-z0-9_-]{20,}",
        // Google: API keys, OAuth tokens
        r"\bAIza[A-Za-z0-9_-]{30,}",
        r"\bya29\.[A-Za-z0-9_.-]{20,}",
        // AWS: access keys, session tokens of Bedrock
        r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
        r"\bbedrock-api-key-[A-Za-z0-9+/=_-]{16,}",
        // GitHub, Slack
        r"\b(?:gh[opsu]|github_pat|xox[abp])[_-][A-Za-z0-9_-]{20,}",
        // JSON web tokens
        r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*",
        // whatever calls itself one
        r"(?i)\bbearer\s+[A-Za-z0-9._~+/=-]{12,}",
    ]
    .iter()
    .map(|pattern| Regex::new(pattern).expect("a pattern of ours"))
    .collect()
});

/// What a cassette must not hold: the secrets of the clients that were recorded, what looks like a key, and what the
/// user's own patterns find.
#[derive(Default)]
pub(super) struct Rule {
    clients: Vec<Redactor>,
    patterns: Vec<Regex>,
}

impl Rule {
    pub(super) fn add(&mut self, pattern: &str) -> Result<()> {
        let pattern = Regex::new(pattern).map_err(|error| {
            let message = format!("`{pattern}` is no regular expression: {error}");
            Error::new(ErrorKind::Configuration, message)
        })?;
        self.patterns.push(pattern);
        Ok(())
    }

    /// Remembers the secrets of a client.
    pub(super) fn knows(&mut self, client: &Redactor) {
        if !self.clients.iter().any(|known| known.is_same(client)) {
            self.clients.push(client.clone());
        }
    }

    /// Whether there is something in it that may not be.
    pub(super) fn finds(&self, text: &str) -> bool {
        !self.find(text).is_empty()
    }

    pub(super) fn clean(&self, text: &str) -> String {
        self.clean_cut(text, &mut [])
    }

    /// The text without all that; `cuts` are places in it, ascending, which move along. A cut inside of a secret comes
    /// to stand behind it.
    pub(super) fn clean_cut(&self, text: &str, cuts: &mut [usize]) -> String {
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        let mut cuts = cuts.iter_mut().peekable();
        for found in self.find(text) {
            while let Some(cut) = cuts.next_if(|cut| **cut <= found.start) {
                *cut = *cut - at + out.len();
            }
            out.push_str(&text[at..found.start]);
            out.push_str(REDACTED);
            at = found.end;
            while let Some(cut) = cuts.next_if(|cut| **cut < found.end) {
                *cut = out.len();
            }
        }
        for cut in cuts {
            *cut = *cut - at + out.len();
        }
        out.push_str(&text[at..]);
        out
    }

    /// All places, in order, none inside of another.
    fn find(&self, text: &str) -> Vec<Range<usize>> {
        let mut found: Vec<_> = self
            .clients
            .iter()
            .flat_map(|client| client.find(text))
            .collect();
        for pattern in KEYS.iter().chain(&self.patterns) {
            let places = pattern
                .find_iter(text)
                .map(|place| place.start()..place.end());
            found.extend(
                places.filter(|place| !place.is_empty() && &text[place.clone()] != REDACTED),
            );
        }
        found.sort_by_key(|place| (place.start, std::cmp::Reverse(place.end)));
        let mut apart: Vec<Range<usize>> = Vec::with_capacity(found.len());
        for place in found {
            match apart.last_mut() {
                Some(last) if place.start < last.end => last.end = last.end.max(place.end),
                _ => apart.push(place),
            }
        }
        apart
    }
}
