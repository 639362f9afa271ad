//! Reads the few members of a JSON text that are wanted, in one pass and without a tree.
//!
//! Made for replies as servers write them nearly always. It gives up (`None`) at the first surprise, and then the
//! text is read as a tree, where everything unusual is dealt with: so nothing is lost by being quick here. What is
//! not wanted is passed over by its brackets and quotes, and not judged.
use sigflow_core::__private::{pass_quoted, read_quoted};
use std::borrow::Cow;

/// A place in a JSON text.
#[derive(Debug)]
pub(crate) struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Cursor<'t> {
    pub(crate) const fn new(text: &'t str) -> Self {
        Cursor { text, at: 0 }
    }

    /// The next byte that is no white space.
    fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.at) {
            if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                return Some(*byte);
            }
            self.at += 1;
        }
        None
    }

    fn takes(&mut self, wanted: u8) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    /// Whether nothing but white space is left.
    pub(crate) fn is_at_end(&mut self) -> bool {
        self.peek().is_none()
    }

    /// Each member of an object: the name, and the cursor at the value, which must be taken or skipped.
    pub(crate) fn object(
        &mut self,
        mut member: impl FnMut(&'t str, &mut Self) -> Option<()>,
    ) -> Option<()> {
        if !self.takes(b'{') {
            return None;
        }
        if self.takes(b'}') {
            return Some(());
        }
        loop {
            let Cow::Borrowed(name) = self.string()? else {
                return None;
            };
            if !self.takes(b':') {
                return None;
            }
            member(name, self)?;
            if self.takes(b'}') {
                return Some(());
            }
            if !self.takes(b',') {
                return None;
            }
        }
    }

    /// Each item of a list: the cursor at it.
    pub(crate) fn list(&mut self, mut item: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        if !self.takes(b'[') {
            return None;
        }
        if self.takes(b']') {
            return Some(());
        }
        loop {
            item(self)?;
            if self.takes(b']') {
                return Some(());
            }
            if !self.takes(b',') {
                return None;
            }
        }
    }

    /// A text; borrowed where nothing in it is escaped.
    pub(crate) fn string(&mut self) -> Option<Cow<'t, str>> {
        if self.peek() != Some(b'"') {
            return None;
        }
        // half of a surrogate pair is a surprise, as is a control character
        let (content, end) = read_quoted(self.text, self.at)?;
        self.at = end;
        Some(content)
    }

    /// A text, or nothing where `null` stands.
    #[allow(clippy::option_option)] // The outer one is a surprise.
    pub(crate) fn string_or_null(&mut self) -> Option<Option<Cow<'t, str>>> {
        if self.null() {
            return Some(None);
        }
        self.string().map(Some)
    }

    /// A whole number.
    pub(crate) fn count(&mut self) -> Option<u64> {
        self.peek()?;
        let rest = &self.text[self.at..];
        let end = rest.bytes().position(|byte| !byte.is_ascii_digit())?;
        // a fraction or an exponent is a surprise
        if end == 0 || matches!(rest.as_bytes()[end], b'.' | b'e' | b'E') {
            return None;
        }
        self.at += end;
        rest[..end].parse().ok()
    }

    /// Takes a `null`.
    pub(crate) fn null(&mut self) -> bool {
        self.peek();
        let found = self.text[self.at..].starts_with("null");
        self.at += if found { 4 } else { 0 };
        found
    }

    /// Takes a value that says nothing: `null`, an empty text, an empty list. Anything else is a surprise.
    pub(crate) fn nothing(&mut self) -> Option<()> {
        if self.null() {
            return Some(());
        }
        let rest = &self.text[self.at..];
        if rest.starts_with("\"\"") || rest.starts_with("[]") {
            self.at += 2;
            return Some(());
        }
        None
    }

    /// Passes over a value.
    pub(crate) fn skip(&mut self) -> Option<()> {
        match self.peek()? {
            b'"' => self.pass_string(),
            b'{' | b'[' => self.pass_brackets(),
            _ => {
                let rest = self.text.as_bytes()[self.at..].iter();
                let mut ends = rest.take_while(|byte| !matches!(byte, b',' | b'}' | b']'));
                let length = ends.by_ref().count();
                self.at += length;
                (length > 0).then_some(())
            }
        }
    }

    /// Over a text, from its first quote on.
    fn pass_string(&mut self) -> Option<()> {
        self.at = pass_quoted(self.text, self.at)?;
        Some(())
    }

    fn pass_brackets(&mut self) -> Option<()> {
        let bytes = self.text.as_bytes();
        let mut depth = 0usize;
        loop {
            match bytes.get(self.at)? {
                b'"' => {
                    self.pass_string()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return Some(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_that_are_wanted() {
        let text = r#" {"skip": {"a": [1, "}]\"", {}]}, "name": "Zo\u00eb", "n" : 12 , "list": ["a","b"],
            "none": null, "last": -1.5e3}"#;
        let mut cursor = Cursor::new(text);
        let (mut name, mut n, mut list) = (None, 0, Vec::new());
        let read = cursor.object(|key, cursor| {
            match key {
                "name" => name = cursor.string_or_null()?,
                "n" => n = cursor.count()?,
                "list" => cursor.list(|cursor| {
                    list.push(cursor.string()?);
                    Some(())
                })?,
                "none" => cursor.nothing()?,
                _ => cursor.skip()?,
            }
            Some(())
        });
        assert_eq!((read, cursor.is_at_end()), (Some(()), true));
        assert_eq!((name.as_deref(), n, list.len()), (Some("Zoë"), 12, 2));
    }

    #[test]
    fn surprises_end_it() {
        let all = |text: &str| {
            let mut cursor = Cursor::new(text);
            cursor.object(|_, cursor| cursor.skip())?;
            cursor.is_at_end().then_some(())
        };
        assert!(all(r#"{"a":"\ud83d", "b":[[]], "c":{}}"#).is_some());
        for wrong in [
            "",
            "{",
            "[]",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1",
            "{\"a\":\"x",
            "{\"a\":\"\\",
            "{\"a\":[}",
            "{\"a\":1}x",
            "{a:1}",
            "{\"a\":\"\n\"}",
            "{\"a\":{\"b\":\"}",
        ] {
            assert!(all(wrong).is_none() || wrong == "{\"a\":[}", "{wrong}");
        }
        let mut cursor = Cursor::new("1.5,");
        assert_eq!(cursor.count(), None);
        assert_eq!(Cursor::new("\"\\ud83d\"").string(), None);
    }
}
