//! Members without surprises: most are.
use crate::{
    parse::{
        limits::DEEPEST,
        node::{Kind, Member, Node},
        notes::Step,
        reader::{Place, Reader, member::into_text},
        rule::Rule,
        strict,
    },
    schema::Schema,
};
use std::borrow::Cow;

impl<'t, 's> Reader<'t, 's, '_> {
    /// A member that is as it should be but for its quotes, and whose name the schema has: most are. What
    /// is read here is read in the same way by [`member`](Self::member), where every case is looked at.
    pub(super) fn plain_member(&mut self, members: &mut Vec<Member<'t>>) -> bool {
        let (start, notes) = (self.at, self.notes.len());
        if self.plain_member_at(members).is_none() {
            self.at = start;
            self.notes.truncate(notes);
            return false;
        }
        true
    }

    fn plain_member_at(&mut self, members: &mut Vec<Member<'t>>) -> Option<()> {
        let start = self.at;
        if self.levels.len() >= DEEPEST {
            return None;
        }
        let name = self.plain_string(Place::Name)?;
        let name_end = self.at;
        let colon = self.space(name_end);
        let value = self.space(colon + 1);
        let byte = self.byte(value)?;
        if self.byte(colon) != Some(b':')
            || !(matches!(byte, b'"' | b'\'' | 0xe2 | b'-' | b'[' | b'{')
                || byte.is_ascii_alphanumeric())
            || self.bytes[name_end..value].contains(&b'\n')
        {
            return None;
        }
        let level = self.levels.last_mut()?;
        let schema = level.names.member_after(level.count, name.text()?)?;
        level.step(Step::name(start, name_end));
        self.at = value;
        let value = match byte {
            b'"' | b'\'' | 0xe2 => Some(self.plain_string(Place::Member)?),
            _ => match self.plain_word(schema, byte) {
                Some(node) => Some(node),
                None => self.value(Place::Member, Some(schema)),
            },
        };
        if let Some(value) = value {
            members.push(Member {
                name: into_text(name),
                value,
            });
        }
        Some(())
    }

    /// The same of a member whose name has no quotes.
    pub(super) fn bare_member(&mut self, members: &mut Vec<Member<'t>>) -> Option<()> {
        let start = self.at;
        let length = self.bytes[start..]
            .iter()
            .take(80)
            .position(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'_'))?;
        let end = start + length;
        let byte = self.byte(end + 2)?;
        if !self.starts(end, ": ")
            || !(matches!(byte, b'-' | b'[' | b'{') || byte.is_ascii_alphanumeric())
            || self.levels.len() >= DEEPEST
        {
            return None;
        }
        let name = &self.text[start..end];
        let level = self.levels.last_mut()?;
        let schema = level.names.member_after(level.count, name)?;
        level.step(Step::name(start, end));
        self.work.add(length);
        self.note(Rule::BareName, start..end);
        self.at = end + 2;
        let value = match self.plain_word(schema, byte) {
            Some(node) => Some(node),
            None => self.value(Place::Member, Some(schema)),
        };
        if let Some(value) = value {
            members.push(Member {
                name: Cow::Borrowed(name),
                value,
            });
        }
        Some(())
    }

    /// A number, a truth value or null where its schema wants it, and behind it what ends a member: read in
    /// the same way as [`bare`](Self::bare) reads it.
    pub(super) fn plain_word(&mut self, schema: &Schema, byte: u8) -> Option<Node<'t>> {
        let start = self.at;
        let rest = &self.bytes[start..];
        let (kind, length) = match (byte, schema) {
            (b'-' | b'0'..=b'9', Schema::Integer(_) | Schema::Number(_)) => {
                let length = strict::number(rest)?;
                let digits = &self.text[start..start + length];
                (Kind::Number(Cow::Borrowed(digits)), length)
            }
            (b't', Schema::Boolean) if rest.starts_with(b"true") => (Kind::Bool(true), 4),
            (b'f', Schema::Boolean) if rest.starts_with(b"false") => (Kind::Bool(false), 5),
            (b'n', Schema::Optional(_)) if rest.starts_with(b"null") => (Kind::Null, 4),
            _ => return None,
        };
        let end = start + length;
        let ends = match self.byte(end)? {
            b'}' => true,
            // a comma may be part of a number, and of a text that begins so
            b',' => {
                !matches!(kind, Kind::Null)
                    && matches!(self.byte(end + 1), Some(b' ' | b'\n' | b'"' | b'\'' | b'}'))
            }
            b' ' | b'\n' => self.byte(self.space(end)) == Some(b'}'),
            _ => false,
        };
        if !ends {
            return None;
        }
        self.work.add(length);
        self.at = end;
        Some(Node::new(kind, start, end))
    }
}
