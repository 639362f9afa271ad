//! Values without quotes: numbers, literals, and text that has lost its quotes.
use crate::parse::{
    node::{Kind, Node},
    reader::{
        Place, Reader,
        ahead::Likely,
        literal::{digits, literal},
    },
    rule::Rule,
    scope::Want,
    strict,
};
use std::borrow::Cow;

impl<'t> Reader<'t, '_, '_> {
    /// A number, a literal or text up to what ends it at this place.
    pub(in crate::parse) fn bare(&mut self, place: Place, want: Want) -> Node<'t> {
        let start = self.at;
        if want != Want::Text || place == Place::Top {
            // most are plain
            if let Some(length) = strict::number(&self.bytes[start..])
                && self.ends(start + length, place, want)
            {
                self.at = start + length;
                let mut node = Node::new(
                    Kind::Number(Cow::Borrowed(&self.text[start..self.at])),
                    start,
                    self.at,
                );
                node.open = self.at >= self.bytes.len();
                return node;
            }
        }
        let end = self.bare_end(place, want);
        self.work.add(end - start);
        let mut text = self.text[start..end].trim_end();
        // a quote that was never opened
        if text.ends_with('"') && text.bytes().filter(|byte| *byte == b'"').count() % 2 == 1 {
            text = text[..text.len() - 1].trim_end();
            self.note(Rule::Quotes, end - 1..end);
        }
        self.at = end;
        let open = end >= self.bytes.len();
        let kind = self.word(text, want, open && self.partial);
        if let Kind::Bare(_) = kind {
            self.note(Rule::BareText, start..end);
        }
        let mut node = Node::new(kind, start, start + text.len());
        node.open = open;
        node
    }

    /// A plain number ends here, and is not the first of more words.
    pub(super) fn ends(&self, at: usize, place: Place, want: Want) -> bool {
        let next = self.space(at);
        match self.byte(next) {
            None | Some(b'}' | b']') => true,
            Some(b',') => {
                !(matches!(want, Want::Number | Want::Any)
                    && place == Place::Member
                    && next == at
                    && self.thousands(next))
            }
            Some(b')') => place == Place::Item,
            _ => place != Place::Top && next > at && self.bytes[at..next].contains(&b'\n'),
        }
    }

    /// `,234` and no digit behind it.
    fn thousands(&self, comma: usize) -> bool {
        self.bytes
            .get(comma + 1..comma + 4)
            .is_some_and(|digits| digits.iter().all(u8::is_ascii_digit))
            && !self
                .byte(comma + 4)
                .is_some_and(|byte| byte.is_ascii_digit())
    }

    /// What a bare text is: a literal, a number, or text.
    pub(in crate::parse) fn word(&mut self, text: &'t str, want: Want, partial: bool) -> Kind<'t> {
        if want != Want::Text
            && let Some(kind) = literal(text)
        {
            if !matches!(text, "true" | "false" | "null") {
                let at = self.at;
                self.note(Rule::Spelling, at.saturating_sub(text.len())..at);
            }
            return kind;
        }
        if want == Want::Text && matches!(text, "null" | "None" | "undefined" | "nil" | "NULL") {
            return Kind::Null;
        }
        if want != Want::Text
            && let Some(digits) = digits(text)
        {
            return Kind::Number(digits);
        }
        // cut off within a literal
        if !partial
            && want == Want::Other
            && self.at >= self.bytes.len()
            && !text.is_empty()
            && ["true", "false", "null"]
                .iter()
                .any(|word| word.starts_with(text))
        {
            return Kind::Nothing;
        }
        if want == Want::Any
            && let Some(digits) = text.strip_suffix('%').and_then(digits)
        {
            return Kind::Number(digits);
        }
        if partial && want == Want::Any && !text.is_empty() {
            for (word, kind) in [
                ("true", Kind::Bool(true)),
                ("false", Kind::Bool(false)),
                ("null", Kind::Null),
                ("True", Kind::Bool(true)),
                ("False", Kind::Bool(false)),
                ("None", Kind::Null),
            ] {
                if word.starts_with(text) {
                    return kind;
                }
            }
        }
        Kind::Bare(Cow::Borrowed(text))
    }

    /// Where a bare text ends.
    fn bare_end(&mut self, place: Place, want: Want) -> usize {
        let start = self.at;
        let listed = self.levels.iter().any(|level| level.list);
        let (mut round, mut square, mut curly) = (0usize, 0usize, 0usize);
        let mut at = start;
        while let Some(byte) = self.byte(at) {
            // none of what follows is about letters and digits
            if byte.is_ascii_alphanumeric() {
                at += 1;
                continue;
            }
            let nested = round + square + curly > 0;
            match byte {
                b'(' => round += 1,
                b')' if round > 0 => round -= 1,
                b')' if place == Place::Item && !nested => return at,
                b'[' => square += 1,
                b'{' if place == Place::Item && !nested => return at,
                b'{' if place == Place::Member
                    && at - start < 32
                    && digits(self.text[start..at].trim()).is_some() =>
                {
                    return at;
                }
                b'{' => curly += 1,
                b']' if square > 0 => square -= 1,
                b']' if place == Place::Item || place == Place::Member && listed => return at,
                b'}' if curly > 0 => curly -= 1,
                b'}' if place != Place::Top => return at,
                b',' | b';'
                    if place != Place::Top
                        && !nested
                        && self.comma_ends(start, at, place, want) =>
                {
                    return at;
                }
                b'\n' if place == Place::Item && !nested => return at,
                b'\n' if place == Place::Member => {
                    let next = self.space(at);
                    match self.byte(next) {
                        None => return at,
                        Some(b'}') if !nested => return at,
                        _ if self.starts(next, "```") => return at,
                        _ => match self.member_at(next) {
                            Likely::Known => return at,
                            Likely::Maybe if !nested => return at,
                            _ => at = next - 1,
                        },
                    }
                }
                b'"' | b'\'' | b'`' if place != Place::Top && at > start && !nested => {
                    let blank = self.bytes[at - 1].is_ascii_whitespace();
                    let number = || {
                        digits(self.text[start..at].trim()).is_some()
                            || literal(self.text[start..at].trim()).is_some()
                    };
                    match place {
                        Place::Item
                            if blank && byte != b'`' && (want != Want::Text || byte == b'"') =>
                        {
                            return at;
                        }
                        Place::Member if blank && self.member_at(at) != Likely::No => return at,
                        Place::Member if byte == b'"' && at - start < 32 && number() => return at,
                        _ => {}
                    }
                    if self.starts(at, "```") && place == Place::Member {
                        return at;
                    }
                }
                b'/' if at > start
                    && place != Place::Top
                    && self.bytes[at - 1].is_ascii_whitespace()
                    && matches!(self.byte(at + 1), Some(b'/' | b'*')) =>
                {
                    return at;
                }
                b'/' if at > start && place != Place::Top && self.byte(at + 1) == Some(b'*') => {
                    return at;
                }
                b'.' if at > start
                    && place == Place::Member
                    && want != Want::Text
                    && self.bytes[at - 1].is_ascii_whitespace()
                    && self.starts(at, "...") =>
                {
                    return at;
                }
                b'#' if at > start
                    && place != Place::Top
                    && self.bytes[at - 1].is_ascii_whitespace()
                    && at - start < 48 =>
                {
                    let text = self.text[start..at].trim();
                    if literal(text).is_some() || digits(text).is_some() || want == Want::Other {
                        return at;
                    }
                }
                b' ' if place == Place::Item
                    && !nested
                    && want != Want::Text
                    && at - start < 32 =>
                {
                    let next = self.space(at);
                    let text = &self.text[start..at];
                    let number = digits(text).is_some() || literal(text).is_some();
                    if number
                        && self.byte(next).is_some_and(|byte| {
                            byte.is_ascii_digit() || matches!(byte, b'-' | b'{' | b'[')
                        })
                    {
                        return at;
                    }
                }
                b':' if place == Place::Item
                    && !nested
                    && want != Want::Text
                    && self.byte(at + 1) != Some(b'/')
                    && !self.text[start..at].contains([' ', '.'])
                    && !self.bytes[start].is_ascii_digit() =>
                {
                    return at;
                }
                _ => {}
            }
            if self.work.spent() {
                self.work.add(1);
            }
            at += 1;
        }
        self.bytes.len()
    }

    /// Whether a comma ends a bare text, or belongs to it.
    fn comma_ends(&self, start: usize, at: usize, place: Place, want: Want) -> bool {
        if place == Place::Item || self.work.spent() {
            return true;
        }
        let next = self.space(at + 1);
        let Some(byte) = self.byte(next) else {
            return true;
        };
        if matches!(byte, b'}' | b']' | b',')
            || self.starts(next, "//")
            || self.starts(next, "/*")
            || self.starts(next, "...")
        {
            return true;
        }
        if at - start < 40 {
            let text = self.text[start..at].trim();
            if matches!(want, Want::Number | Want::Any) && self.thousands(at) && next == at + 1 {
                return false;
            }
            if want != Want::Text && (literal(text).is_some() || digits(text).is_some()) {
                return true;
            }
        }
        match self.member_at(next) {
            Likely::Known => true,
            Likely::Maybe => {
                self.byte(next) == Some(b'"')
                    || self.object().is_some_and(|object| object.names.open)
            }
            Likely::No => false,
        }
    }
}
