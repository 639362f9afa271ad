//! Looks ahead: whether a name begins a member, and of which object.
use crate::parse::reader::{Level, Reader, closer_of};

/// A name with its colon, seen ahead.
pub(in crate::parse) struct Ahead<'t> {
    pub(in crate::parse) name: &'t str,
    pub(in crate::parse) quoted: bool,
}

/// How many bytes a name may have to be seen ahead.
const NAME: usize = 80;

/// How likely it is that a name begins the next member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::parse) enum Likely {
    No,
    /// It looks like one.
    Maybe,
    /// The schema has it.
    Known,
}

impl<'t, 's, 'w> Reader<'t, 's, 'w> {
    /// A name and its colon at a place.
    pub(in crate::parse) fn name_at(&self, at: usize) -> Option<Ahead<'t>> {
        let first = self.character(at)?;
        self.work.add(2);
        if matches!(first, '"' | '\'')
            && let Some(ahead) = self.plain_name_at(at)
        {
            return Some(ahead);
        }
        if let Some(close) = closer_of(first) {
            let start = at + first.len_utf8();
            // a doubled quote
            let start = if self.character(start) == Some(first) {
                start + first.len_utf8()
            } else {
                start
            };
            let mut end = start;
            loop {
                let character = self.character(end)?;
                if close.contains(&character) {
                    break;
                }
                if matches!(character, '\n' | '{' | '[' | '\\') || end - start > NAME {
                    return None;
                }
                end += character.len_utf8();
            }
            self.work.add(end - start);
            let name = &self.text[start..end];
            let mut after = end + self.character(end)?.len_utf8();
            if self.character(after) == Some(first) {
                after += first.len_utf8();
            }
            let after = self.space(after);
            return (self.byte(after) == Some(b':')).then_some(Ahead { name, quoted: true });
        }
        if first.is_ascii_digit() {
            // a number as a name; `5:30` is none
            let digits = self.bytes[at..]
                .iter()
                .take(20)
                .take_while(|byte| byte.is_ascii_digit())
                .count();
            let plain = self.byte(at + digits) == Some(b':')
                && matches!(self.byte(at + digits + 1), Some(b' ' | b'"'));
            return plain.then(|| Ahead {
                name: &self.text[at..at + digits],
                quoted: false,
            });
        }
        if !(first.is_alphabetic() || first == '_') {
            return None;
        }
        let mut end = at;
        while end - at <= NAME {
            end += match self.byte(end) {
                Some(byte)
                    if byte.is_ascii_alphanumeric()
                        || matches!(byte, b'_' | b'-' | b'.' | b'/' | b' ') =>
                {
                    1
                }
                Some(0x80..) => match self.character(end) {
                    Some(character) if character.is_alphanumeric() => character.len_utf8(),
                    _ => break,
                },
                _ => break,
            };
        }
        self.work.add(end - at);
        let name = self.text[at..end].trim_end();
        if matches!(self.byte(end), Some(b'"' | b'\'')) {
            end += 1;
        }
        let after = self.space(end);
        if self.byte(after) != Some(b':')
            || self.byte(after + 1) == Some(b'/') && self.byte(after + 2) == Some(b'/')
        {
            return None;
        }
        Some(Ahead {
            name,
            quoted: false,
        })
    }

    /// The same of most names: letters and signs between two quotes, and the colon.
    fn plain_name_at(&self, at: usize) -> Option<Ahead<'t>> {
        let (quote, start) = (self.bytes[at], at + 1);
        let rest = self.bytes.get(start..)?;
        let length = rest
            .iter()
            .take(NAME)
            .position(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'_'))?;
        let end = start + length;
        if length == 0 || self.bytes[end] != quote || self.byte(end + 1) != Some(b':') {
            return None;
        }
        self.work.add(length);
        Some(Ahead {
            name: &self.text[start..end],
            quoted: true,
        })
    }

    /// The object that a member would be of.
    pub(in crate::parse) fn object(&self) -> Option<&Level<'s>> {
        self.levels.iter().rev().find(|level| !level.list)
    }

    /// Whether a name at a place begins the next member of the object around.
    pub(in crate::parse) fn member_at(&self, at: usize) -> Likely {
        let Some(ahead) = self.name_at(at) else {
            return Likely::No;
        };
        let Some(object) = self.object() else {
            return if ahead.quoted {
                Likely::Maybe
            } else {
                Likely::No
            };
        };
        // a parent's name: a bracket is missing before it
        let known = self
            .levels
            .iter()
            .rev()
            .filter(|level| !level.list)
            .take(4)
            .any(|level| level.names.knows(ahead.name));
        if known {
            return Likely::Known;
        }
        let single = !ahead.name.contains([' ', '/', '.']);
        if ahead.quoted || single && object.names.open {
            Likely::Maybe
        } else {
            Likely::No
        }
    }

    /// More brackets are opened than closed from the value's beginning on, whatever stands in strings.
    pub(in crate::parse) fn unbalanced(&mut self) -> bool {
        if let Some(known) = self.unbalanced {
            return known;
        }
        let (mut open, mut close) = (0usize, 0usize);
        for byte in &self.bytes[self.start..] {
            match byte {
                b'{' | b'[' => open += 1,
                b'}' | b']' => close += 1,
                _ => {}
            }
        }
        self.work.add(self.bytes.len() - self.start);
        self.unbalanced = Some(open > close);
        open > close
    }
}
