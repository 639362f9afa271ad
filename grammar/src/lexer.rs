//! Characters into Python's tokens, inside the parentheses of a parameter list.

use crate::error::{Error, Span};

/// What a token is; its text is in its span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Name,
    Number,
    Str,
    Op,
}

/// A token of one side of the arrow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) span: Span,
}

/// The operators of Python's expressions, longest first.
const OPERATORS: [&str; 32] = [
    "...", "**", "//", "<<", ">>", "<=", ">=", "==", "!=", ":=", "+", "-", "*", "/", "%", "@", "&",
    "|", "^", "~", "<", ">", "(", ")", "[", "]", "{", "}", ",", ":", ".", "=",
];

/// Python's words that no field can have for its name.
const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
];

pub(crate) fn is_keyword(name: &str) -> bool {
    KEYWORDS.contains(&name)
}

/// Splits the part of `text` in `side` into tokens.
///
/// Newlines are blanks, because DSPy puts the side between parentheses.
pub(crate) fn lex(text: &str, side: Span) -> Result<Vec<Token>, Error> {
    let source = &text[..side.end];
    let mut tokens = Vec::new();
    let mut at = side.start;
    while let Some(next) = source[at..].chars().next() {
        let rest = &source[at..];
        if matches!(next, ' ' | '\t' | '\n' | '\r' | '\x0c') {
            at += 1;
        } else if next == '\\' {
            at += continuation(rest).ok_or_else(|| unexpected(at, next))?;
        } else if next == '#' {
            at += comment(rest, at, side.end)?;
        } else {
            let (kind, length) = if let Some(prefix) = string_prefix(rest) {
                (Kind::Str, string(rest, prefix, at)?)
            } else if is_name_start(next) {
                (Kind::Name, run(rest, is_name_part))
            } else if next.is_ascii_digit() || starts_with_point_and_digit(rest) {
                (Kind::Number, number(rest))
            } else if let Some(operator) = OPERATORS.iter().find(|op| rest.starts_with(**op)) {
                (Kind::Op, operator.len())
            } else {
                return Err(unexpected(at, next));
            };
            let span = Span::new(at, at + length);
            tokens.push(Token { kind, span });
            at += length;
        }
    }
    Ok(tokens)
}

/// Whether Python lets a name begin with the character.
///
/// The standard library has no table of `XID_Start`; letters are the part of it that people use.
pub(crate) fn is_name_start(c: char) -> bool {
    c == '_' || c.is_alphabetic()
}

fn is_name_part(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

fn unexpected(at: usize, c: char) -> Error {
    Error::new(
        Span::new(at, at + c.len_utf8()),
        format!(
            "unexpected character `{}`; fields are names with types, separated by commas: `question, score: float`",
            c.escape_debug()
        ),
    )
}

/// The bytes that a backslash at the end of a line takes.
fn continuation(rest: &str) -> Option<usize> {
    ["\\\r\n", "\\\n", "\\\r"]
        .iter()
        .find(|ending| rest.starts_with(**ending))
        .map(|ending| ending.len())
}

/// The bytes of a comment. Without a newline after it, it would take in the end of the side, as it
/// takes in the closing parenthesis in DSPy.
fn comment(rest: &str, at: usize, end: usize) -> Result<usize, Error> {
    rest.find(['\n', '\r']).ok_or_else(|| {
        Error::new(
            Span::new(at, end),
            "a comment hides the rest of its side; remove the text from `#` on",
        )
    })
}

fn run(rest: &str, accept: fn(char) -> bool) -> usize {
    rest.find(|c| !accept(c)).unwrap_or(rest.len())
}

fn starts_with_point_and_digit(rest: &str) -> bool {
    rest.as_bytes().first() == Some(&b'.') && rest.as_bytes().get(1).is_some_and(u8::is_ascii_digit)
}

/// The bytes of a number, taken greedily: what it means is judged later.
fn number(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let decimal = !matches!(bytes.get(..2), Some(b"0x" | b"0X"));
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let sign_of_exponent = decimal
            && matches!(byte, b'+' | b'-')
            && at > 0
            && matches!(bytes[at - 1], b'e' | b'E');
        if !(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.') || sign_of_exponent) {
            break;
        }
        at += 1;
    }
    at
}

/// The length of a string's prefix (`r`, `b`, …), when `rest` begins with a string.
pub(crate) fn string_prefix(rest: &str) -> Option<usize> {
    let quote = rest
        .bytes()
        .take(3)
        .position(|b| matches!(b, b'"' | b'\''))?;
    let prefix = rest[..quote].to_ascii_lowercase();
    matches!(
        prefix.as_str(),
        "" | "r" | "u" | "b" | "f" | "br" | "rb" | "fr" | "rf"
    )
    .then_some(quote)
}

/// The quotation mark of a string: one character, or three.
pub(crate) fn quotation(unprefixed: &str) -> &str {
    let one = &unprefixed[..1];
    match unprefixed.get(..3) {
        Some(three @ ("'''" | "\"\"\"")) => three,
        _ => one,
    }
}

/// The bytes of a string with its prefix and quotation marks.
fn string(rest: &str, prefix: usize, at: usize) -> Result<usize, Error> {
    let mark = quotation(&rest[prefix..]);
    let bytes = rest.as_bytes();
    let mut end = prefix + mark.len();
    while let Some(&byte) = bytes.get(end) {
        if byte == b'\\' {
            end += 2;
        } else if rest.as_bytes()[end..].starts_with(mark.as_bytes()) {
            return Ok(end + mark.len());
        } else if mark.len() == 1 && matches!(byte, b'\n' | b'\r') {
            break;
        } else {
            end += 1;
        }
    }
    Err(Error::new(
        Span::new(at, at + prefix + mark.len()),
        format!("this string is never closed; add `{mark}` after its last character"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        let tokens = lex(text, Span::new(0, text.len())).unwrap();
        tokens.iter().map(|token| token.span.of(text)).collect()
    }

    #[test]
    fn tokens_are_pythons() {
        assert_eq!(
            texts("a: list[int]|None = 1e-5"),
            ["a", ":", "list", "[", "int", "]", "|", "None", "=", "1e-5"]
        );
        assert_eq!(
            texts("tuple[int, ...]"),
            ["tuple", "[", "int", ",", "...", "]"]
        );
        assert_eq!(
            texts("dspy.Image**kw.5"),
            ["dspy", ".", "Image", "**", "kw", ".5"]
        );
        assert_eq!(texts("a\\\n, b # why\n, ü"), ["a", ",", "b", ",", "ü"]);
    }

    #[test]
    fn strings_end_at_their_own_mark() {
        assert_eq!(
            texts(r#"'it\'s' "it's" r'\' '"#),
            [r"'it\'s'", r#""it's""#, r"r'\' '"]
        );
        assert_eq!(texts("'''a\n'b'''x"), ["'''a\n'b'''", "x"]);
        assert_eq!(texts("Rb'x' bar'y'"), ["Rb'x'", "bar", "'y'"]);
    }

    #[test]
    fn what_python_cannot_read_is_an_error() {
        for text in [
            "'a", "'a\nb'", "a # b", "a ? b", "a \\ b", "'''a''", "'\\", "a; b", "\0",
        ] {
            assert!(lex(text, Span::new(0, text.len())).is_err(), "{text:?}");
        }
    }
}
