//! Escapes of a string whose end may not have come.

/// What a backslash means.
pub(super) enum Escape {
    /// More must come first.
    Unknown,
    Is(char, usize),
    Wrong,
}

/// What a backslash at the beginning of a text means.
pub(super) fn escape(text: &str) -> Escape {
    let Some(letter) = text.as_bytes().get(1) else {
        return Escape::Unknown;
    };
    let simple = match letter {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'n' => '\n',
        b't' => '\t',
        b'r' => '\r',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'u' => return unicode(text),
        _ => return Escape::Wrong,
    };
    Escape::Is(simple, 2)
}

/// `\u0041`, or two of them for one character.
fn unicode(text: &str) -> Escape {
    let bytes = text.as_bytes();
    let unit = |at: usize| {
        let digits = bytes.get(at..at + 4)?;
        digits.iter().try_fold(0_u32, |number, digit| {
            Some(number << 4 | char::from(*digit).to_digit(16)?)
        })
    };
    if bytes.len() < 6 {
        let fine = bytes[2..].iter().all(u8::is_ascii_hexdigit);
        return if fine { Escape::Unknown } else { Escape::Wrong };
    }
    let (code, length) = match unit(2) {
        Some(high @ 0xd800..=0xdbff) => {
            if bytes.len() < 12 {
                return Escape::Unknown;
            }
            match (&bytes[6..8], unit(8)) {
                (b"\\u", Some(low @ 0xdc00..=0xdfff)) => {
                    (0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00), 12)
                }
                _ => return Escape::Wrong,
            }
        }
        Some(unit) => (unit, 6),
        None => return Escape::Wrong,
    };
    char::from_u32(code).map_or(Escape::Wrong, |character| Escape::Is(character, length))
}
