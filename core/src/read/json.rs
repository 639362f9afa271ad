//! JSON as its standard has it, value by value.
use super::{DEEPEST, Reader, unclean};
use crate::{error::Fault, quoted};
use serde_json::Value;
use std::borrow::Cow;

impl<'t> Reader<'t> {
    fn bytes(&self) -> &'t [u8] {
        &self.text.as_bytes()[..self.end]
    }
    /// The next byte behind blanks.
    pub(super) fn peek(&mut self) -> Option<u8> {
        let bytes = self.bytes();
        while let Some(byte) = bytes.get(self.at) {
            if !matches!(byte, b' ' | b'\n' | b'\t' | b'\r') {
                return Some(*byte);
            }
            self.at += 1;
        }
        None
    }
    pub(crate) fn is_at_end(&mut self) -> bool {
        self.peek().is_none()
    }
    /// Takes a byte behind blanks.
    pub(super) fn take(&mut self, wanted: u8) -> Result<(), Fault> {
        if self.peek() == Some(wanted) {
            self.at += 1;
            Ok(())
        } else {
            Err(unclean())
        }
    }
    /// Takes a word, if the value is that.
    fn word(&mut self, word: &str) -> bool {
        self.peek();
        let found = self.bytes()[self.at.min(self.end)..].starts_with(word.as_bytes());
        if found {
            self.at += word.len();
        }
        found
    }
    /// The whole of a section that is text, without blanks around it.
    fn section(&mut self) -> &'t str {
        let text = crate::adapter::strip(&self.text[self.at..self.end]);
        self.at = self.end;
        text
    }

    /// Takes a name and its colon, if they stand there in the plainest way.
    pub(super) fn key(&mut self, name: &str) -> bool {
        let found = self.peek() == Some(b'"')
            && self
                .bytes()
                .get(self.at + 1..)
                .and_then(|rest| rest.strip_prefix(name.as_bytes()))
                .is_some_and(|rest| rest.starts_with(b"\":"));
        if found {
            self.at += name.len() + 3;
        }
        found
    }
    /// A text: a section as it stands, or a string.
    pub(crate) fn text(&mut self) -> Result<Cow<'t, str>, Fault> {
        if self.bare {
            return Ok(Cow::Borrowed(self.section()));
        }
        self.string()
    }
    /// A string of JSON.
    pub(crate) fn string(&mut self) -> Result<Cow<'t, str>, Fault> {
        if self.peek() != Some(b'"') {
            return Err(unclean());
        }
        let (content, end) = quoted::read(&self.text[..self.end], self.at).ok_or_else(unclean)?;
        self.at = end;
        Ok(content)
    }

    /// `true` or `false`; in a section also in Python's spelling.
    pub(crate) fn boolean(&mut self) -> Result<bool, Fault> {
        let bare = self.bare;
        if self.word("true") || bare && self.word("True") {
            Ok(true)
        } else if self.word("false") || bare && self.word("False") {
            Ok(false)
        } else {
            Err(unclean())
        }
    }
    /// Nothing, where a value may be missing. A text in a section is a text, whatever it says.
    pub(crate) fn nothing(&mut self) -> bool {
        self.word("null") || self.bare && self.word("None")
    }
    /// Whether the value is a section of text.
    pub(crate) const fn is_bare(&self) -> bool {
        self.bare
    }
    /// A number as it is spelled, and whether it is a whole one.
    pub(crate) fn number(&mut self) -> Result<(&'t str, bool), Fault> {
        self.peek();
        let (bytes, start) = (self.bytes(), self.at);
        let mut at = start + usize::from(bytes.get(start) == Some(&b'-'));
        let digits = |mut at: usize| {
            let from = at;
            while bytes.get(at).is_some_and(u8::is_ascii_digit) {
                at += 1;
            }
            (at > from).then_some(at)
        };
        let zero = bytes.get(at) == Some(&b'0');
        let first = at;
        at = digits(at).ok_or_else(unclean)?;
        let mut whole = true;
        if zero && at > first + 1 {
            return Err(unclean());
        }
        if bytes.get(at) == Some(&b'.') {
            at = digits(at + 1).ok_or_else(unclean)?;
            whole = false;
        }
        if matches!(bytes.get(at), Some(b'e' | b'E')) {
            at += 1 + usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
            at = digits(at).ok_or_else(unclean)?;
            whole = false;
        }
        self.at = at;
        Ok((&self.text[start..at], whole))
    }

    /// Enters a list or an object.
    pub(super) fn enter(&mut self, bracket: u8) -> Result<(), Fault> {
        self.take(bracket)?;
        self.depth += 1;
        self.bare = false;
        if self.depth > DEEPEST {
            return Err(unclean());
        }
        Ok(())
    }
    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }
    /// Goes past a value whose turn comes later.
    pub(super) fn skip(&mut self) -> Result<(), Fault> {
        match self.peek() {
            Some(b'"') => self.string().map(drop),
            Some(b'{') => {
                self.enter(b'{')?;
                let mut first = true;
                while self.more(b'}', &mut first)? {
                    self.string()?;
                    self.take(b':')?;
                    self.skip()?;
                }
                Ok(())
            }
            Some(b'[') => {
                self.enter(b'[')?;
                let mut first = true;
                while self.more(b']', &mut first)? {
                    self.skip()?;
                }
                Ok(())
            }
            Some(b't' | b'f' | b'n') => {
                if self.word("true") || self.word("false") || self.word("null") {
                    Ok(())
                } else {
                    Err(unclean())
                }
            }
            _ => self.number().map(drop),
        }
    }
    /// Whether another item or member follows; takes the comma before it, or the bracket that ends them.
    pub(super) fn more(&mut self, end: u8, first: &mut bool) -> Result<bool, Fault> {
        let is_first = std::mem::take(first);
        match self.peek() {
            Some(byte) if byte == end => {
                self.at += 1;
                self.leave();
                Ok(false)
            }
            Some(_) if is_first => Ok(true),
            Some(b',') => {
                self.at += 1;
                // no comma before the end
                if self.peek() == Some(end) {
                    return Err(unclean());
                }
                Ok(true)
            }
            _ => Err(unclean()),
        }
    }
    /// The value as JSON.
    pub(super) fn any(&mut self) -> Result<Value, Fault> {
        let start = self.at;
        self.skip()?;
        serde_json::from_str(&self.text[start..self.at]).map_err(|_| unclean())
    }
}

#[cfg(test)]
mod tests {
    use super::Reader;

    #[test]
    fn numbers_are_those_of_json() {
        for (text, spelled) in [
            ("0", Some(("0", true))),
            ("-12 ", Some(("-12", true))),
            ("1.50", Some(("1.50", false))),
            ("1e9", Some(("1e9", false))),
            ("2E-3,", Some(("2E-3", false))),
            ("01", None),
            ("-", None),
            ("1.", None),
            ("1e", None),
            ("+1", None),
            (".5", None),
        ] {
            assert_eq!(Reader::new(text).number().ok(), spelled, "{text}");
        }
    }

    #[test]
    fn what_is_skipped_is_json() {
        for (text, clean) in [
            (r#"{"a": [1, 2, {"b": null}], "c": "d"}"#, true),
            ("[]", true),
            ("[1,]", false),
            ("[,1]", false),
            ("{\"a\" 1}", false),
            ("nul", false),
        ] {
            let mut reader = Reader::new(text);
            assert_eq!(reader.skip().is_ok() && reader.is_at_end(), clean, "{text}");
        }
        let deep = "[".repeat(1000) + &"]".repeat(1000);
        assert!(Reader::new(&deep).skip().is_err());
    }
}
