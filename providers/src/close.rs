//! The word that was probably meant.

/// The one of `words` that is nearest to `word`, when it is near enough to be a slip.
pub(crate) fn closest<'a>(word: &str, words: &[&'a str]) -> Option<&'a str> {
    let word = word.to_ascii_lowercase();
    words
        .iter()
        .map(|other| (distance(&word, other), *other))
        .min_by_key(|(steps, _)| *steps)
        .filter(|(steps, other)| *steps <= 2.max(other.len() / 3))
        .map(|(_, other)| other)
}

/// Insertions, deletions and replacements from one word to the other.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (index, a) in from.chars().enumerate() {
        let mut corner = row[0];
        row[0] = index + 1;
        for (column, b) in to.iter().enumerate() {
            let above = row[column + 1];
            row[column + 1] = if a == *b {
                corner
            } else {
                1 + corner.min(above).min(row[column])
            };
            corner = above;
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found_and_strangers_are_not() {
        let words = ["openai", "ollama", "offline"];
        assert_eq!(closest("opnai", &words), Some("openai"));
        assert_eq!(closest("OpenAI", &words), Some("openai"));
        assert_eq!(closest("olama", &words), Some("ollama"));
        assert_eq!(closest("bedrock", &words), None);
        assert_eq!(closest("x", &[]), None);
    }
}
