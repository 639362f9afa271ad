//! Strings of JSON with their quotes: written, and read.
//!
//! Most of a large prompt or reply is plain, so runs of plain bytes are found many at a time and copied as slices; what
//! is left to pay for is each escape.
use crate::scan;
use std::borrow::Cow;

/// Appends `text` as a string of JSON, with its quotes.
pub fn write(text: &str, out: &mut String) {
    out.reserve(text.len() + 2);
    out.push('"');
    let mut rest = text;
    loop {
        // what stops the scan is ASCII, so both ends are between characters
        let (run, after) = rest.split_at(scan::special(rest.as_bytes(), 0));
        out.push_str(run);
        let Some(byte) = after.bytes().next() else {
            break;
        };
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            0x08 => out.push_str("\\b"),
            0x0c => out.push_str("\\f"),
            control => {
                const HEX: &[u8; 16] = b"0123456789abcdef";
                out.push_str("\\u00");
                out.push(HEX[usize::from(control >> 4)].into());
                out.push(HEX[usize::from(control & 15)].into());
            }
        }
        rest = &after[1..];
    }
    out.push('"');
}

/// The string whose first quote stands at `at`, and the place behind its last one; nothing at the first surprise. It
/// is borrowed where nothing in it is escaped.
pub fn read(text: &str, at: usize) -> Option<(Cow<'_, str>, usize)> {
    let start = at + 1;
    let stop = scan::special(text.as_bytes(), start);
    if text.as_bytes().get(stop) == Some(&b'"') {
        // both ends stand beside a quote
        return Some((Cow::Borrowed(&text[start..stop]), stop + 1));
    }
    let (content, end) = unescaped(text, start, stop)?;
    Some((Cow::Owned(content), end))
}

/// The same from the first byte that is not plain on.
fn unescaped(text: &str, start: usize, mut at: usize) -> Option<(String, usize)> {
    /// Of longer ones the room that growing left is given back.
    const SHORT: usize = 4096;
    let bytes = text.as_bytes();
    let mut content = String::with_capacity((at - start) * 2 + 16);
    let mut copied = start;
    loop {
        content.push_str(&text[copied..at]);
        match bytes.get(at)? {
            b'"' => {
                if content.len() > SHORT {
                    content.shrink_to_fit();
                }
                return Some((content, at + 1));
            }
            b'\\' => {
                let (character, length) = escape(text, at)?;
                content.push(character);
                at += length;
            }
            // JSON has no raw control characters
            _ => return None,
        }
        copied = at;
        at = scan::special(bytes, at);
    }
}

/// The place behind the string whose first quote stands at `at`, whatever its escapes mean; nothing if it does not end,
/// or has a control character in it.
pub fn pass(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = at + 1;
    loop {
        at = scan::special(bytes, at);
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => return None,
        }
    }
}

/// What the escape means that begins at `at`, and how long it is; nothing if it means nothing.
#[inline]
pub(crate) fn escape(text: &str, at: usize) -> Option<(char, usize)> {
    let character = match text.as_bytes().get(at + 1)? {
        b'n' => '\n',
        b'"' => '"',
        b'\\' => '\\',
        b't' => '\t',
        b'r' => '\r',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'u' => return unicode(text, at),
        _ => return None,
    };
    Some((character, 2))
}

/// `\u0041`, or two of them for one character; half of such a pair is none.
fn unicode(text: &str, at: usize) -> Option<(char, usize)> {
    let unit = unit(text, at + 2)?;
    if !(0xd800..0xe000).contains(&unit) {
        return Some((char::from_u32(unit)?, 6));
    }
    if unit >= 0xdc00 || text.as_bytes().get(at + 6..at + 8) != Some(b"\\u") {
        return None;
    }
    let low = self::unit(text, at + 8).filter(|low| (0xdc00..0xe000).contains(low))?;
    let code = 0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
    Some((char::from_u32(code)?, 12))
}

/// Four hexadecimal digits.
pub(crate) fn unit(text: &str, at: usize) -> Option<u32> {
    let digits = text.as_bytes().get(at..at + 4)?;
    digits.iter().try_fold(0, |unit, digit| {
        Some(unit * 16 + char::from(*digit).to_digit(16)?)
    })
}

#[cfg(test)]
mod tests {
    use super::{pass, read, write};

    #[test]
    fn what_is_written_is_what_serde_json_writes_and_is_read_back() {
        let mut samples = vec![
            String::new(),
            "é日本語😀".into(),
            "\u{7f}\u{80}\u{9f}".into(),
            "plain for long, ".repeat(40),
        ];
        for special in [
            '"', '\\', '\n', '\r', '\t', '\0', '\u{8}', '\u{c}', '\u{1f}', '/', '\u{20}',
        ] {
            samples.extend(
                (0..40).map(|at| format!("{}{special}{}", "a".repeat(at), "é".repeat(40 - at))),
            );
            samples.push(special.to_string().repeat(50));
        }
        for sample in samples {
            let mut out = String::from("before ");
            write(&sample, &mut out);
            let (before, written) = out.split_at(7);
            assert_eq!(before, "before ");
            assert_eq!(written, serde_json::to_string(&sample).expect("JSON"));
            let (back, end) = read(&out, 7).expect("what was written");
            assert_eq!((&*back, end), (&*sample, out.len()));
        }
    }

    #[test]
    fn what_is_read_is_what_serde_json_reads() {
        let mut texts: Vec<String> = [
            r#""""#,
            r#""plain""#,
            r#""a longer text, without escapes, é 日本 😀""#,
            r#""esc \" \\ \/ \n \t \r \b \f \u00e9 \u00E9 \ud83d\ude00 end""#,
            r#""12345678\"""#,
            r#""1234567\"8""#,
            r#""open"#,
            r#""open \""#,
            r#""bad \x""#,
            r#""half \ud83d""#,
            r#""half \ud83d and more""#,
            r#""half \ud83d\n""#,
            r#""two halves \ud83d\ud83d""#,
            r#""low \udc00""#,
            r#""cut \u12"#,
            r#""no digits \u12g4""#,
            r#""sign \u+123""#,
            "\"line\nbreak\"",
            "\"control \u{1}\"",
            "\"delete \u{7f} and \u{80}\"",
            "\"",
            "\"\\",
        ]
        .map(str::to_owned)
        .into();
        // each at each place, so that it falls into every part of the scan
        for at in 0..40 {
            for odd in ["\\n", "\u{1}", "\\u00e9", "\\"] {
                texts.push(format!(
                    "\"{}{odd}{}\"",
                    "a".repeat(at),
                    "b".repeat(40 - at)
                ));
            }
        }
        for text in texts {
            let ours = read(&text, 0).filter(|(_, end)| *end == text.len());
            let theirs: Option<String> = serde_json::from_str(&text).ok();
            assert_eq!(ours.map(|(ours, _)| ours.into_owned()), theirs, "{text}");
        }
        let (inside, end) = read(r#"{"a":"b\n","c":1}"#, 5).expect("a string");
        assert_eq!((&*inside, end), ("b\n", 10));
        assert_eq!(pass(r#"{"a":"b\n","c":1}"#, 5), Some(10));
        assert_eq!(pass(r#""a\""#, 0), None);
    }
}
