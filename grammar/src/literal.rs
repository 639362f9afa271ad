//! Python's literals: strings with prefixes and escapes, numbers.

use std::hash::{Hash, Hasher};

use crate::error::{Error, Span};
use crate::lexer::{quotation, string_prefix};

/// A constant: a value of `Literal[…]` or of an argument of `Field(…)`.
#[derive(Clone, Debug)]
pub enum Constant {
    /// Text.
    Str(String),
    /// A whole number.
    Int(i64),
    /// A number with a fraction; never in `Literal[…]`.
    Float(f64),
    /// `True` or `False`.
    Bool(bool),
    /// `None`.
    None,
}

// Bits are compared, so that a set can tell types with constraints apart; `-0.0` is not `0.0` here.
impl PartialEq for Constant {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Str(left), Self::Str(right)) => left == right,
            (Self::Int(left), Self::Int(right)) => left == right,
            (Self::Float(left), Self::Float(right)) => left.to_bits() == right.to_bits(),
            (Self::Bool(left), Self::Bool(right)) => left == right,
            (Self::None, Self::None) => true,
            _ => false,
        }
    }
}

impl Eq for Constant {}

impl Hash for Constant {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::mem::discriminant(self).hash(state);
        match self {
            Self::Str(text) => text.hash(state),
            Self::Int(number) => number.hash(state),
            Self::Float(number) => number.to_bits().hash(state),
            Self::Bool(flag) => flag.hash(state),
            Self::None => {}
        }
    }
}

/// Reads a number; `None` when Python would not take it for one, or when it is not a real number.
pub(crate) fn number(token: &str) -> Option<Number> {
    if token.starts_with('_') || token.ends_with('_') || token.contains("__") {
        return None;
    }
    let digits: String = token.chars().filter(|c| *c != '_').collect();
    let lower = digits.to_ascii_lowercase();
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(rest) = lower.strip_prefix(prefix) {
            let valid = !rest.is_empty() && rest.chars().all(|c| c.is_digit(radix));
            return valid
                .then(|| i64::from_str_radix(rest, radix).map_or(Number::Huge, Number::Int));
        }
    }
    if lower.bytes().all(|b| b.is_ascii_digit()) {
        // `007` is an error in Python, `000` is not.
        let leading_zero = lower.len() > 1 && lower.starts_with('0');
        if leading_zero && lower.bytes().any(|b| b != b'0') {
            return None;
        }
        return Some(lower.parse().map_or(Number::Huge, Number::Int));
    }
    // The standard library also reads `inf` and `nan`; a Python number begins with a digit or point.
    let real = lower.strip_suffix('j').unwrap_or(&lower);
    let value: f64 = real.parse().ok()?;
    Some(if real.len() == lower.len() {
        Number::Float(value)
    } else {
        Number::Imaginary
    })
}

/// What a number token stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Number {
    Int(i64),
    Float(f64),
    /// A whole number of more than 64 bits.
    Huge,
    Imaginary,
}

/// Reads a number token at `span` of `text`, with the sign that stands before it.
pub(crate) fn number_constant(text: &str, span: Span, negative: bool) -> Result<Constant, Error> {
    let word = span.of(text);
    let message = match number(word) {
        Some(Number::Int(value)) => {
            return Ok(Constant::Int(if negative { -value } else { value }));
        }
        Some(Number::Float(value)) => {
            return Ok(Constant::Float(if negative { -value } else { value }));
        }
        Some(Number::Huge) => format!("`{word}` has more than 64 bits; write a smaller number"),
        Some(Number::Imaginary) => format!("`{word}` is imaginary; write a real number"),
        None => format!("`{word}` is not a number; write digits, as in `12` or `0.5`"),
    };
    Err(Error::new(span, message))
}

/// Reads a string token at `span` of `text`.
pub(crate) fn string(text: &str, span: Span) -> Result<String, Error> {
    let token = span.of(text);
    let prefix = string_prefix(token).unwrap_or_default();
    let kind = token[..prefix].to_ascii_lowercase();
    if kind.contains(['b', 'f']) {
        let what = if kind.contains('b') {
            "bytes"
        } else {
            "an f-string"
        };
        return Err(Error::new(
            span,
            format!(
                "{what} cannot stand in a signature; write plain text without the `{}`",
                &token[..prefix]
            ),
        ));
    }
    let mark = quotation(&token[prefix..]).len();
    let body = &token[prefix + mark..token.len() - mark];
    if kind.contains('r') || !body.contains('\\') {
        return Ok(newlines(body));
    }
    unescape(body, span.start + prefix + mark)
}

/// Python reads every line ending as `\n`.
fn newlines(body: &str) -> String {
    body.replace("\r\n", "\n").replace('\r', "\n")
}

/// Replaces the escapes of `body`, which begins at byte `base` of the signature.
fn unescape(body: &str, base: usize) -> Result<String, Error> {
    let mut out = String::with_capacity(body.len());
    let mut at = 0;
    while let Some(c) = body[at..].chars().next() {
        if c != '\\' {
            let end = body[at..].find('\\').map_or(body.len(), |found| at + found);
            out.push_str(&newlines(&body[at..end]));
            at = end;
            continue;
        }
        let Some(escaped) = body[at + 1..].chars().next() else {
            out.push('\\');
            break;
        };
        let mut length = 1 + escaped.len_utf8();
        match escaped {
            '\n' => {}
            '\r' => length += usize::from(body[at + 2..].starts_with('\n')),
            '\\' | '\'' | '"' => out.push(escaped),
            'a' => out.push('\x07'),
            'b' => out.push('\x08'),
            'f' => out.push('\x0c'),
            'n' => out.push('\n'),
            'r' => out.push('\r'),
            't' => out.push('\t'),
            'v' => out.push('\x0b'),
            '0'..='7' => {
                let digits = body[at + 1..].bytes().take(3);
                let count = digits.take_while(|b| matches!(b, b'0'..=b'7')).count();
                length = 1 + count;
                let code = u32::from_str_radix(&body[at + 1..at + length], 8).unwrap_or_default();
                out.extend(char::from_u32(code));
            }
            'x' | 'u' | 'U' | 'N' => {
                let digits = match escaped {
                    'x' => 2,
                    'u' => 4,
                    'U' => 8,
                    _ => usize::MAX,
                };
                let decoded = digits
                    .checked_add(at + 2)
                    .and_then(|end| body.get(at + 2..end))
                    .filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()))
                    .and_then(|hex| u32::from_str_radix(hex, 16).ok())
                    .and_then(char::from_u32);
                let Some(decoded) = decoded else {
                    return Err(Error::new(
                        Span::new(base + at, base + at + length),
                        format!(
                            "`\\{escaped}` does not spell a character here; write the character itself"
                        ),
                    ));
                };
                out.push(decoded);
                length += digits;
            }
            // Python keeps an escape that it does not know.
            other => {
                out.push('\\');
                out.push(other);
            }
        }
        at += length;
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(token: &str) -> Option<String> {
        string(token, Span::new(0, token.len())).ok()
    }

    #[test]
    fn strings_unescape_as_python_does() {
        assert_eq!(decode(r"'it\'s'").as_deref(), Some("it's"));
        assert_eq!(
            decode(r"'\x41\u00e9\U0001F600\101\0'").as_deref(),
            Some("Aé😀A\0")
        );
        assert_eq!(decode(r"'\d\ü'").as_deref(), Some(r"\d\ü"));
        assert_eq!(decode(r"r'\n'").as_deref(), Some(r"\n"));
        assert_eq!(decode("u'''a\r\nb\\\r\nc'''").as_deref(), Some("a\nbc"));
        assert_eq!(decode("''").as_deref(), Some(""));
    }

    #[test]
    fn what_is_no_text_is_refused() {
        for token in [
            "b'x'",
            "f'x'",
            "Rb'x'",
            r"'\ud800'",
            r"'\x4'",
            r"'\N{DASH}'",
            r"'\U00110000'",
            r"'\x+1'",
        ] {
            assert_eq!(decode(token), None, "{token}");
        }
    }

    #[test]
    fn numbers_are_pythons() {
        assert_eq!(number("1_000"), Some(Number::Int(1000)));
        assert_eq!(number("0x_ff"), Some(Number::Int(255)));
        assert_eq!(number("000"), Some(Number::Int(0)));
        assert_eq!(number("1e3"), Some(Number::Float(1000.0)));
        assert_eq!(number("1."), Some(Number::Float(1.0)));
        assert_eq!(number("2j"), Some(Number::Imaginary));
        assert_eq!(number("99999999999999999999"), Some(Number::Huge));
        for token in ["2fast", "007", "1__0", "0x", "1_", "0b2", "1.2.3"] {
            assert_eq!(number(token), None, "{token}");
        }
    }
}
