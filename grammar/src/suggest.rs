//! The close match for a misspelt word.

/// Longer words get no suggestion: nobody means one of our names by them, and the distance takes
/// time that is the product of the two lengths.
const LONGEST: usize = 64;

/// The candidate that `word` most probably means, if one is close.
///
/// A difference in case is closest of all. Otherwise inserted, dropped, replaced and swapped letters
/// count one each, and up to a third of the letters may differ. Of equals the first wins.
///
/// ```
/// use sigflow_grammar::closest;
///
/// let names = ["question", "context", "answer"];
/// assert_eq!(closest("qeustion", names.into_iter()), Some("question"));
/// assert_eq!(closest("Answer", names.into_iter()), Some("answer"));
/// assert_eq!(closest("score", names.into_iter()), None);
/// ```
pub fn closest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let written: Vec<char> = word.chars().take(LONGEST + 1).collect();
    if written.is_empty() || written.len() > LONGEST {
        return None;
    }
    let mut best: Option<(usize, &'a str)> = None;
    for candidate in candidates {
        if candidate == word {
            return Some(candidate);
        }
        let letters: Vec<char> = candidate.chars().take(LONGEST + 1).collect();
        let allowed = (written.len().max(letters.len()) / 3).max(1);
        if letters.len() > LONGEST || written.len().abs_diff(letters.len()) > allowed {
            continue;
        }
        let distance = if candidate.eq_ignore_ascii_case(word) {
            0
        } else {
            distance(&written, &letters)
        };
        // Two words of one or two letters that share none are not close.
        let shares_a_letter = distance < written.len().max(letters.len());
        if distance <= allowed && shares_a_letter && best.is_none_or(|(least, _)| distance < least)
        {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Insertions, deletions, replacements and swaps of neighbours between the two words.
fn distance(from: &[char], to: &[char]) -> usize {
    // Three rows of the table are alive: a swap looks two rows back.
    let mut before = vec![0; to.len() + 1];
    let mut previous: Vec<usize> = (0..=to.len()).collect();
    let mut current = vec![0; to.len() + 1];
    for row in 1..=from.len() {
        current[0] = row;
        for column in 1..=to.len() {
            let same = from[row - 1] == to[column - 1];
            let replaced = previous[column - 1] + usize::from(!same);
            let mut least = replaced
                .min(previous[column] + 1)
                .min(current[column - 1] + 1);
            let swapped = row > 1
                && column > 1
                && from[row - 1] == to[column - 2]
                && from[row - 2] == to[column - 1];
            if swapped {
                least = least.min(before[column - 2] + 1);
            }
            current[column] = least;
        }
        std::mem::swap(&mut before, &mut previous);
        std::mem::swap(&mut previous, &mut current);
    }
    previous[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        let distance = |left: &str, right: &str| {
            distance(
                &left.chars().collect::<Vec<_>>(),
                &right.chars().collect::<Vec<_>>(),
            )
        };
        assert_eq!(distance("floot", "float"), 1);
        assert_eq!(distance("flaot", "float"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
    }

    #[test]
    fn near_words_are_found_and_far_ones_are_not() {
        let names = || ["str", "int", "float", "list", "bool"].into_iter();
        assert_eq!(closest("strr", names()), Some("str"));
        assert_eq!(closest("itn", names()), Some("int"));
        assert_eq!(closest("Float", names()), Some("float"));
        assert_eq!(closest("x", ["y"].into_iter()), None);
        assert_eq!(closest("", names()), None);
        assert_eq!(closest("Profile", names()), None);
        assert_eq!(closest(&"s".repeat(1 << 20), names()), None);
    }
}
