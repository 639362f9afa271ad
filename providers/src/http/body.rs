//! Bodies: read within a bound, turned into text whatever their bytes, and shortened for messages.
use serde_json::Value;
use std::borrow::Cow;

/// Why a body did not come whole.
#[derive(Debug)]
pub(crate) enum Cut {
    /// Longer than the bound.
    TooLong,
    /// The connection failed.
    Broken(reqwest::Error),
}

/// The body as text. A wrong byte becomes U+FFFD: a reply that was paid for is not lost for one byte.
pub(crate) fn text(bytes: Vec<u8>) -> String {
    let mut text = String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    text
}

/// Bytes as text. Those that are text, which are nearly all, are looked at many at a time, as `from_utf8_lossy` does not.
pub(crate) fn lossy(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

/// JSON, also with half of a surrogate pair in a text: some servers cut replies between the two.
pub(crate) fn json(body: &str) -> serde_json::Result<Value> {
    serde_json::from_str(body).or_else(|error| match mend(body) {
        Cow::Borrowed(_) => Err(error),
        Cow::Owned(mended) => serde_json::from_str(&mended).map_err(|_| error),
    })
}

/// Replaces escaped halves of surrogate pairs that stand alone.
fn mend(body: &str) -> Cow<'_, str> {
    let unit = |at: usize| {
        let digits = body.get(at..at + 6)?.strip_prefix("\\u")?;
        u32::from_str_radix(digits, 16).ok()
    };
    let mut out = String::new();
    let (mut done, mut at) = (0, 0);
    while let Some(step) = body[at..].find('\\') {
        at += step;
        at += match unit(at) {
            Some(0xd800..=0xdbff) if matches!(unit(at + 6), Some(0xdc00..=0xdfff)) => 12,
            Some(0xd800..=0xdfff) => {
                out.push_str(&body[done..at]);
                out.push_str("\\ufffd");
                done = at + 6;
                6
            }
            Some(_) => 6,
            // `\\` and other short escapes; the character after the backslash may be of any length.
            None => 1 + body[at + 1..].chars().next().map_or(0, char::len_utf8),
        };
    }
    if done == 0 {
        return Cow::Borrowed(body);
    }
    out.push_str(&body[done..]);
    Cow::Owned(out)
}

/// One line of at most `longest` characters that says what a text that is not JSON is about: the title
/// of a proxy's error page, else the beginning.
pub(crate) fn gist(text: &str, longest: usize) -> Option<String> {
    let html = is_html(text);
    let words = match (html, title(text)) {
        (_, Some(title)) => Cow::Borrowed(title),
        (true, None) => Cow::Owned(without_tags(text)),
        (false, None) => Cow::Borrowed(text),
    };
    let line = one_line(&words, longest);
    if line.is_empty() {
        None
    } else if html {
        Some(format!("an HTML page, “{line}”"))
    } else {
        Some(line)
    }
}

/// White space folded, and an ellipsis where it was cut.
pub(crate) fn one_line(text: &str, longest: usize) -> String {
    let mut line = String::new();
    let mut count = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if count + length >= longest {
            line.extend(word.chars().take(longest.saturating_sub(count + 1)));
            line.push('…');
            return line;
        }
        if count > 0 {
            line.push(' ');
            count += 1;
        }
        line.push_str(word);
        count += length;
    }
    line
}

fn is_html(text: &str) -> bool {
    let start = text.trim_start().as_bytes();
    let begins = |word: &str| {
        start
            .get(..word.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(word.as_bytes()))
    };
    begins("<!doctype html") || begins("<html") || begins("<head") || begins("<body")
}

fn title(text: &str) -> Option<&str> {
    // ASCII letters change case in place, so positions hold in the text itself.
    let lower = text.to_ascii_lowercase();
    let start = lower.find("<title")?;
    let start = start + lower[start..].find('>')? + 1;
    let end = start + lower[start..].find("</title")?;
    let title = text[start..end].trim();
    (!title.is_empty()).then_some(title)
}

fn without_tags(text: &str) -> String {
    let mut words = String::new();
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        words.push_str(&rest[..open]);
        words.push(' ');
        let Some(close) = rest[open..].find('>') else {
            return words;
        };
        rest = &rest[open + close + 1..];
    }
    words.push_str(rest);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_bytes_are_text() {
        assert_eq!(text(b"plain".to_vec()), "plain");
        assert_eq!(text(b"\xef\xbb\xbf{}".to_vec()), "{}");
        assert_eq!(text(b"a\xffb".to_vec()), "a\u{fffd}b");
        assert_eq!(lossy("é".as_bytes()), "é");
        assert_eq!(lossy(b"a\xffb"), "a\u{fffd}b");
    }

    #[test]
    fn half_a_surrogate_pair_is_mended() {
        let text = r#"["a\ud83d b\udc00 \ud83d\ude00 \\ud83d ü\\"]"#;
        let value = json(text).expect("JSON");
        assert_eq!(value[0], "a\u{fffd} b\u{fffd} \u{1f600} \\ud83d ü\\");
        assert!(matches!(mend(r#""\u00e4 \n\"#), Cow::Borrowed(_)));
        for odd in ["\\", "\\u", "\\ud83", "\\ü", "\\u12ü4"] {
            assert!(json(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn the_gist_of_pages_and_texts() {
        let page = "<!DOCTYPE html>\n<html><head><TITLE>502 Bad\n Gateway</TITLE></head><body>nginx</body>";
        assert_eq!(
            gist(page, 80).as_deref(),
            Some("an HTML page, “502 Bad Gateway”")
        );
        assert_eq!(
            gist("<html><body><h1>Oh</h1>no", 80).as_deref(),
            Some("an HTML page, “Oh no”")
        );
        assert_eq!(gist("<html><body <", 80), None);
        assert_eq!(
            gist(" upstream\n timed out ", 80).as_deref(),
            Some("upstream timed out")
        );
        assert_eq!(gist("  ", 80), None);
        assert_eq!(
            gist("<title>ü</titl", 80).as_deref(),
            Some("<title>ü</titl")
        );
    }

    #[test]
    fn lines_are_cut_between_characters() {
        assert_eq!(one_line("ab cd ef", 6), "ab cd…");
        assert_eq!(one_line("äöüßäöüß", 4), "äöü…");
        assert_eq!(one_line("ab cd", 10), "ab cd");
        assert_eq!(one_line("", 10), "");
    }
}
