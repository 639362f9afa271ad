//! Texts made from identifiers.

use crate::text::is_space;

/// The label that DSPy makes of a field's name, without its colon.
///
/// ```
/// use sigflow_grammar::infer_prefix;
///
/// assert_eq!(infer_prefix("someAttribute2Name"), "Some Attribute 2 Name");
/// assert_eq!(infer_prefix("html_body"), "Html Body");
/// assert_eq!(infer_prefix("HTMLBody"), "HTML Body");
/// ```
pub fn infer_prefix(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let chars = split_capitalized(&chars);
    let chars = split_between(
        &chars,
        |c| c.is_ascii_lowercase() || c.is_ascii_digit(),
        char::is_ascii_uppercase,
    );
    let chars = split_between(&chars, char::is_ascii_alphabetic, char::is_ascii_digit);
    let chars = split_between(&chars, char::is_ascii_digit, char::is_ascii_alphabetic);
    let spaced: String = chars.into_iter().collect();
    let words: Vec<String> = spaced.split('_').map(label_word).collect();
    words.join(" ")
}

/// Puts `_` before a capital with small letters after it, whatever stands before. The character before
/// is taken into the match, so a capitalised word of one match is not the start of the next: a quirk
/// that only shows in names with blanks.
fn split_capitalized(chars: &[char]) -> Vec<char> {
    let mut out = Vec::with_capacity(chars.len() * 2);
    let mut at = 0;
    while at < chars.len() {
        let small = chars.get(at + 2..).unwrap_or_default();
        let run = small.iter().take_while(|c| c.is_ascii_lowercase()).count();
        let matches =
            chars[at] != '\n' && chars.get(at + 1).is_some_and(char::is_ascii_uppercase) && run > 0;
        out.push(chars[at]);
        if matches {
            out.push('_');
            out.extend(&chars[at + 1..at + 2 + run]);
            at += 2 + run;
        } else {
            at += 1;
        }
    }
    out
}

fn split_between(chars: &[char], left: fn(&char) -> bool, right: fn(&char) -> bool) -> Vec<char> {
    let mut out = Vec::with_capacity(chars.len() * 2);
    for (index, c) in chars.iter().enumerate() {
        if index > 0 && left(&chars[index - 1]) && right(c) {
            out.push('_');
        }
        out.push(*c);
    }
    out
}

/// A word in capitals stays, others get one.
fn label_word(word: &str) -> String {
    let has_upper = word.chars().any(char::is_uppercase);
    if has_upper && !word.chars().any(char::is_lowercase) {
        return word.to_owned();
    }
    capitalize(word)
}

/// Python's `str.capitalize`.
fn capitalize(word: &str) -> String {
    let mut chars = word.chars();
    let mut out: String = chars.next().map(titlecase).unwrap_or_default();
    out.extend(chars.flat_map(char::to_lowercase));
    out
}

/// The capital that begins a word: of a letter that becomes two (`ß`) only the first is one.
fn titlecase(c: char) -> String {
    let mut upper = c.to_uppercase();
    let mut out: String = upper.next().into_iter().collect();
    out.extend(upper.flat_map(char::to_lowercase));
    out
}

/// The title that pydantic gives a field in a JSON Schema.
///
/// ```
/// use sigflow_grammar::title;
///
/// assert_eq!(title("search_query"), "Search Query");
/// assert_eq!(title("camelCase2x"), "Camelcase2X");
/// ```
pub fn title(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut in_word = false;
    for c in name.chars() {
        let cased = c.is_lowercase() || c.is_uppercase();
        if c == '_' {
            out.push(' ');
        } else if in_word {
            out.extend(c.to_lowercase());
        } else {
            out.push_str(&titlecase(c));
        }
        in_word = cased;
    }
    out.trim_matches(is_space).to_owned()
}

/// The words of an identifier of any style.
fn words(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let mut words = Vec::new();
    let mut word = String::new();
    for (index, &c) in chars.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| chars[before]);
        let after = chars.get(index + 1);
        let starts = c.is_uppercase()
            && (before.is_some_and(|before| !before.is_uppercase())
                || after.is_some_and(|after| after.is_lowercase()));
        let separator = !c.is_alphanumeric();
        if (starts || separator) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if !separator {
            word.push(c);
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// The identifier in snake case; a run of capitals is one word.
///
/// ```
/// use sigflow_grammar::snake_case;
///
/// assert_eq!(snake_case("HTMLParser"), "html_parser");
/// assert_eq!(snake_case("GroundedAnswer2"), "grounded_answer2");
/// ```
pub fn snake_case(name: &str) -> String {
    words(name).join("_").to_lowercase()
}

/// The identifier in Pascal case.
///
/// ```
/// use sigflow_grammar::pascal_case;
///
/// assert_eq!(pascal_case("html_parser"), "HtmlParser");
/// assert_eq!(pascal_case("MAX_LEN"), "MaxLen");
/// assert_eq!(pascal_case("multiHop"), "MultiHop");
/// ```
pub fn pascal_case(name: &str) -> String {
    words(name).iter().map(|word| capitalize(word)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_dspys() {
        for (name, prefix) in [
            ("question", "Question"),
            ("HTMLParser", "HTML Parser"),
            ("X1", "X 1"),
            ("trailing_", "Trailing "),
            ("already Title", "Already  Title"),
            ("2fast", "2 Fast"),
            ("mixedCASEName", "Mixed CASE Name"),
            ("is_XML_valid", "Is XML Valid"),
            ("__a", "  A"),
            ("", ""),
            ("straße", "Straße"),
        ] {
            assert_eq!(infer_prefix(name), prefix, "{name}");
        }
    }

    #[test]
    fn titles_are_pydantics() {
        for (name, expected) in [
            ("trailing_", "Trailing"),
            ("a__b", "A  B"),
            ("x2y", "X2Y"),
            ("HTMLBody", "Htmlbody"),
            ("ßa", "Ssa"),
            ("", ""),
        ] {
            assert_eq!(title(name), expected, "{name}");
        }
    }

    #[test]
    fn cases_keep_acronyms_whole() {
        for (name, snake, pascal) in [
            ("HTMLParser", "html_parser", "HtmlParser"),
            ("parseHTML", "parse_html", "ParseHtml"),
            ("GPT4Model", "gpt4_model", "Gpt4Model"),
            ("already_snake", "already_snake", "AlreadySnake"),
            ("A", "a", "A"),
            ("_private__x", "private_x", "PrivateX"),
            ("", "", ""),
        ] {
            assert_eq!(snake_case(name), snake);
            assert_eq!(pascal_case(name), pascal);
        }
    }
}
