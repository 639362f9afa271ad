//! Errors that point at the user's characters.

use std::fmt;

/// A run of bytes of the signature string.
///
/// ```
/// let ast = sigflow_grammar::parse("question -> answer")?;
/// let span = ast.outputs[0].name_span;
/// assert_eq!((span.start, span.end), (12, 18));
/// # Ok::<(), sigflow_grammar::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset after the last byte.
    pub end: usize,
}

impl Span {
    /// The bytes from `start` up to `end`.
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The part of `text` that the span covers; empty when the span is not of this text.
    pub fn of(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or_default()
    }

    /// From the start of this span to the end of the other.
    pub(crate) const fn to(self, other: Self) -> Self {
        Self::new(self.start, other.end)
    }
}

/// Why a signature string cannot be read, and where.
///
/// The message is lower case, quotes the user's words in backticks and ends with the fix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// What is wrong and what to write instead.
    pub message: String,
    /// Where it is wrong, in bytes of the string.
    pub span: Span,
}

impl Error {
    /// A mistake that a user of the grammar found: a type it cannot offer, say.
    pub fn new(span: Span, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            span,
        }
    }

    /// The message, then the line of `text` with carets under the place.
    ///
    /// ```
    /// let text = "question\n-> answer: strr";
    /// let error = sigflow_grammar::parse(text).unwrap_err();
    /// assert_eq!(
    ///     error.render(text),
    ///     "unknown type `strr`; did you mean `str`?\n2 | -> answer: strr\n  |            ^^^^",
    /// );
    /// ```
    pub fn render(&self, text: &str) -> String {
        // Another text than the one parsed must not panic, hence the clamping.
        let start = floor_boundary(text, self.span.start);
        let end = floor_boundary(text, self.span.end).max(start);
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let line = text[line_start..line_end].trim_end_matches('\r');

        // The line's number only says something where there are several.
        let number = if text.contains('\n') {
            (text[..line_start].matches('\n').count() + 1).to_string()
        } else {
            " ".to_owned()
        };
        let message = &self.message;
        let width = number.len();
        let mut out = format!("{message}\n{number} | {line}\n{:width$} | ", "");
        // A tab in the line stays a tab below it, or the carets slide.
        let before = &text[line_start..start];
        out.extend(before.chars().map(|c| if c == '\t' { '\t' } else { ' ' }));
        let carets = text[start..end.min(line_end)].chars().count().max(1);
        out.extend(std::iter::repeat_n('^', carets));
        out
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

fn floor_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn render(text: &str, start: usize, end: usize) -> String {
        Error::new(Span::new(start, end), "m").render(text)
    }

    #[test]
    fn carets_stand_under_the_span() {
        assert_eq!(render("a -> b", 5, 6), "m\n  | a -> b\n  |      ^");
        assert_eq!(render("a -> b", 6, 6), "m\n  | a -> b\n  |       ^");
        assert_eq!(render("", 0, 0), "m\n  | \n  | ^");
    }

    #[test]
    fn a_line_of_several_is_numbered() {
        assert_eq!(render("a\r\n\tbc\nd", 4, 6), "m\n2 | \tbc\n  | \t^^");
        // A span over several lines is shown on its first.
        assert_eq!(render("a\nbc\nd", 3, 6), "m\n2 | bc\n  |  ^");
        assert_eq!(render("a\n", 2, 2), "m\n2 | \n  | ^");
    }

    #[test]
    fn columns_are_characters_and_foreign_texts_are_harmless() {
        assert_eq!(render("é: x", 4, 5), "m\n  | é: x\n  |    ^");
        assert_eq!(render("é", 1, 40), "m\n  | é\n  | ^");
        assert_eq!(render("ab", 9, 7), "m\n  | ab\n  |   ^");
    }
}
