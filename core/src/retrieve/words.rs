//! Words of a text, as an index counts them.

/// Runs of letters and digits in lower case; an ideograph or a kana is a word of its own, for such texts have no
/// spaces.
pub(crate) fn words(text: &str) -> Vec<String> {
    let (mut words, mut word) = (Vec::new(), String::new());
    for c in text.chars() {
        if is_word(c) {
            end(&mut words, &mut word);
            words.push(c.to_string());
        } else if c.is_alphanumeric() || is_mark(c) && !word.is_empty() {
            word.extend(c.to_lowercase());
        } else {
            end(&mut words, &mut word);
        }
    }
    end(&mut words, &mut word);
    words
}

fn end(words: &mut Vec<String>, word: &mut String) {
    if !word.is_empty() {
        words.push(std::mem::take(word));
    }
}

fn is_word(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

/// An accent that stands apart from its letter.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}
