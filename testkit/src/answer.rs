//! The texts that the wall answers with, and when one is complete.

/// The question of each scenario.
pub const PROMPT: &str = "Explain in exactly sixty words why a gateway earns trust only when the provider behind it misbehaves.";

/// The sixty words of the catalogue: nothing shorter can pass for them.
pub const CANONICAL: &str = "A gateway earns trust only when the provider behind it misbehaves. Rate limits arrive without warning, \
streams die halfway through a sentence, servers answer with malformed bytes, and a healthy model returns to service \
while the breaker is still open. This answer contains exactly sixty words so that a truncated response can never be \
mistaken for a complete one again.";

/// A text whose characters take two, three and four bytes.
pub const WIDE: &str =
    "Ein Überblick für Ärzte: naïve café, Привет мир, 東京は晴れ, 👩‍👩‍👧 und 🦀, ∑∫√, é̂ ﬁn";

/// Whether `got` is the whole of `wanted`, white space folded: the catalogue's rule.
///
/// ```
/// use sigflow_testkit::{CANONICAL, is_complete};
///
/// assert!(is_complete(&format!(" {CANONICAL}\n"), CANONICAL));
/// assert!(!is_complete("A gateway earns trust", CANONICAL));
/// ```
pub fn is_complete(got: &str, wanted: &str) -> bool {
    got == wanted || got.split_whitespace().eq(wanted.split_whitespace())
}

/// The text in the pieces that a stream gives: words, each but the first with the blank before it.
pub(crate) fn pieces(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    for word in text.split(' ') {
        let blank = if pieces.is_empty() { "" } else { " " };
        pieces.push(format!("{blank}{word}"));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_canonical_answer_is_sixty_words() {
        assert_eq!(CANONICAL.split_whitespace().count(), 60);
        assert_eq!(pieces(CANONICAL).concat(), CANONICAL);
        assert_eq!(pieces(WIDE).concat(), WIDE);
    }

    /// The text is the catalogue's own, where the catalogue is beside the repository.
    #[test]
    fn the_canonical_answer_is_that_of_the_catalogue() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../shared/specs/failoverbench/canonical.txt"
        );
        match std::fs::read_to_string(path) {
            Ok(text) => assert_eq!(text.trim(), CANONICAL),
            Err(_) => eprintln!("no catalogue beside the checkout: not compared"),
        }
    }
}
