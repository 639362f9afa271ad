//! Which quote closes a string: what follows says it.
use crate::parse::reader::{Place, Reader, ahead::Likely};

impl<'t> Reader<'t, '_, '_> {
    pub(super) fn letter_around(&self, at: usize) -> bool {
        at > 0
            && self.bytes[at - 1].is_ascii_alphanumeric()
            && self
                .byte(at + 1)
                .is_some_and(|byte| byte.is_ascii_alphanumeric())
    }

    /// There is such a quote within reach.
    pub(super) fn later_quote(&self, at: usize, quote: char) -> bool {
        let end = (at + 4_096).min(self.bytes.len());
        self.work.add(64);
        let rest = &self.bytes[at.min(end)..end];
        let mut buffer = [0; 4];
        let quote = quote.encode_utf8(&mut buffer).as_bytes();
        rest.windows(quote.len())
            .position(|window| window == quote)
            .is_some_and(|found| {
                self.work.add(found);
                true
            })
    }

    /// What follows could come after a member: the next one, a bracket, the end.
    pub(super) fn member_or_end(&self, at: usize) -> bool {
        let at = self.space(at);
        match self.byte(at) {
            None | Some(b'}' | b']') => true,
            Some(b',') => {
                let next = self.space(at + 1);
                matches!(self.byte(next), None | Some(b'}' | b']'))
                    || self.member_at(next) != Likely::No
                    || self.object().is_none()
            }
            _ => false,
        }
    }

    /// Whether a quote closes the string that is being read. `inner`: how many did not.
    pub(super) fn closes(
        &mut self,
        place: Place,
        at: usize,
        quote: char,
        inner: usize,
        doubled: bool,
        opened: char,
    ) -> bool {
        let width = quote.len_utf8();
        if doubled && self.character(at + width) != Some(quote) {
            return false;
        }
        let after = at + if doubled { 2 * width } else { width };
        // quotes that differ for opening and closing say themselves what they are
        if matches!(opened, '“' | '«' | '‘') && matches!(quote, '”' | '»') {
            return true;
        }
        let even = inner.is_multiple_of(2);
        let next = self.space(after);
        let Some(byte) = self.byte(next) else {
            return true;
        };
        if place == Place::Name {
            return byte == b':'
                || inner > 0
                || !(byte.is_ascii_alphanumeric() && next == after && self.name_goes_on(next));
        }
        if self.work.spent() {
            return matches!(byte, b',' | b'}' | b']' | b':');
        }
        if byte == b'/' && matches!(self.byte(next + 1), Some(b'/' | b'*')) {
            return true;
        }
        if byte == b'#' && next > after || self.starts(next, "```") {
            return even;
        }
        if byte == b'+' {
            let part = self.space(next + 1);
            return matches!(self.byte(part), Some(b'"' | b'\'')) || self.starts(part, "/*");
        }
        match place {
            Place::Member => self.closes_member(after, next, byte, even),
            Place::Item => self.closes_item(at, after, next, byte, even, inner),
            _ => matches!(byte, b',' | b';' | b')') && self.space(next + 1) >= self.bytes.len(),
        }
    }

    /// `"a"b": 1`: the name goes on to another quote.
    fn name_goes_on(&self, at: usize) -> bool {
        self.name_at(at).is_some_and(|ahead| {
            !ahead.quoted
                && self
                    .byte(self.space(at + ahead.name.len()))
                    .is_some_and(|byte| byte == b'"')
        })
    }

    fn closes_member(&mut self, after: usize, next: usize, byte: u8, even: bool) -> bool {
        match byte {
            b',' | b';' => {
                let then = self.space(next + 1);
                match self.byte(then) {
                    None | Some(b'}' | b']' | b'/' | b'#') => true,
                    Some(b'[' | b'{' | b'.' | b',') => even,
                    Some(_) => match self.member_at(then) {
                        Likely::Known => true,
                        Likely::Maybe => {
                            even || self.name_at(then).is_some_and(|ahead| ahead.quoted)
                        }
                        Likely::No => {
                            even && (self.junk_before_name(then)
                                || self.quoted_without_colon(then)
                                || self.cut_name(then))
                        }
                    },
                }
            }
            b'}' => {
                let then = self.space(next + 1);
                match self.byte(then) {
                    None | Some(b'}' | b']') => true,
                    Some(_) if self.starts(then, "```") => true,
                    Some(_) => even || !self.later_quote(then, '"'),
                }
            }
            b']' => {
                let end = || matches!(self.byte(self.space(next + 1)), None | Some(b'}'));
                even && (self.levels.iter().any(|level| level.list) || end())
            }
            b'"' | b'\'' | b'`' => {
                // a comma is missing
                next > after
                    && (self.member_at(next) != Likely::No && even
                        || self.member_at(next) == Likely::Known
                        || even && self.quoted_then_end(next))
            }
            b'<' => even && self.starts(next, "</"),
            // `"title": "…"rating": 4`: one quote for two
            _ if next == after => self.joined_name(next),
            _ => {
                let line = self.bytes[after..next].contains(&b'\n');
                line && even && self.member_at(next) != Likely::No
            }
        }
    }

    /// `rating": `: a name that the schema knows, without its first quote.
    fn joined_name(&self, at: usize) -> bool {
        let Some(ahead) = self.name_at(at) else {
            return false;
        };
        !ahead.quoted
            && self.byte(at + ahead.name.len()) == Some(b'"')
            && self
                .object()
                .is_some_and(|object| object.names.knows(ahead.name))
    }

    /// A quote and the beginning of a name, and then the text ends.
    fn cut_name(&self, at: usize) -> bool {
        let rest = &self.bytes[at..];
        let Some(first) = rest.first().filter(|_| rest.len() < 80) else {
            return false;
        };
        match first {
            b'"' | b'\'' => !rest[1..].contains(first),
            // a bare one
            _ => {
                self.partial
                    && rest
                        .iter()
                        .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
            }
        }
    }

    /// A bare word and then a name: `COMMENT "notes": `.
    fn junk_before_name(&self, at: usize) -> bool {
        let word = self.bytes[at..]
            .iter()
            .take(40)
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
            .count();
        let then = self.space(at + word);
        word > 0 && then > at + word && self.name_at(then).is_some_and(|ahead| ahead.quoted)
    }

    /// A known name in quotes and its value, without a colon.
    fn quoted_without_colon(&self, at: usize) -> bool {
        let Some(name) = self.quoted_word(at) else {
            return false;
        };
        let then = self.space(at + name.len() + 2);
        matches!(
            self.byte(then),
            Some(b'"' | b'\'' | b'0'..=b'9' | b'[' | b'{' | b't' | b'f' | b'n' | b'-')
        ) && self
            .object()
            .is_none_or(|object| object.names.open || object.names.knows(name))
    }

    /// A short string that ends the object: nothing that a value could be part of.
    fn quoted_then_end(&self, at: usize) -> bool {
        self.quoted_word(at).is_some_and(|word| {
            matches!(
                self.byte(self.space(at + word.len() + 2)),
                None | Some(b'}')
            )
        })
    }

    fn quoted_word(&self, at: usize) -> Option<&'t str> {
        let quote = self.byte(at).filter(|byte| matches!(byte, b'"' | b'\''))?;
        let rest = &self.bytes[at + 1..];
        let length = rest.iter().take(80).position(|byte| *byte == quote)?;
        self.work.add(length);
        self.text.get(at + 1..at + 1 + length)
    }

    fn closes_item(
        &mut self,
        at: usize,
        after: usize,
        next: usize,
        byte: u8,
        even: bool,
        inner: usize,
    ) -> bool {
        match byte {
            b']' => true,
            b',' => {
                let then = self.space(next + 1);
                even || matches!(self.byte(then), None | Some(b']'))
            }
            b'}' | b')' => even,
            b':' => even && next == after,
            b'"' | b'\'' => even && next > after,
            b'{' | b'[' => even,
            b'.' => even && self.starts(next, "..."),
            // `"value1" value2"` closes as it looks, `"lorem "ipsum" dolor"` does not
            _ => next > after && inner == 0 && at > 0 && !self.bytes[at - 1].is_ascii_whitespace(),
        }
    }
}
