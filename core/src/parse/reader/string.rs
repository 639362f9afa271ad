//! Strings: where they begin and what is between their quotes.
use crate::{
    parse::{
        node::{Kind, Node},
        reader::{Place, Reader, ahead::Likely, closer_of, dedented},
        rule::Rule,
    },
    scan,
};
use std::borrow::Cow;

impl<'t> Reader<'t, '_, '_> {
    /// A string that begins at the cursor with a quote.
    pub(in crate::parse) fn string(&mut self, place: Place) -> Node<'t> {
        if let Some(node) = self.plain_string(place) {
            return node;
        }
        let start = self.at;
        let quote = self.character(start).unwrap_or('"');
        let width = quote.len_utf8();
        if quote != '"' {
            self.note(Rule::Quotes, start..start + width);
        }
        let mut open = start + width;
        if width == 1
            && place != Place::Name
            && self.bytes[open..].first() == Some(&self.bytes[start])
        {
            for triple in ["\"\"\"", "'''", "```"] {
                if self.starts(start, triple) && !self.starts(start + 3, &triple[..1]) {
                    return self.triple(triple, place);
                }
            }
        }
        // `""answer""`: one quote, doubled; `"" key"`: one too many
        let mut doubled = false;
        if self.character(open) == Some(quote) && !matches!(quote, '`') {
            let after = self.space(open + width);
            let next = self.character(after);
            let goes_on = next.is_some_and(char::is_alphanumeric)
                && (after == open + width || place == Place::Name);
            if goes_on && self.later_quote(after, quote) {
                doubled = after == open + width;
                open += width;
                self.note(Rule::Quotes, start..open);
            }
        }
        let closers = closer_of(quote).unwrap_or(&['"']);
        let (mut at, mut escapes, mut raw, mut inner, mut smart) =
            (open, false, false, 0usize, 0usize);
        let mut lost = None;
        let mut first_bad = None;
        let end = loop {
            at = scan::plain(self.bytes, at, [b'"', b'\'', b'`', b'\\'], true);
            let Some(byte) = self.byte(at) else {
                break None;
            };
            match byte {
                b'\\' => {
                    escapes = true;
                    at += 1;
                    at += self.character(at).map_or(0, char::len_utf8);
                }
                0..0x20 => {
                    raw = true;
                    at += 1;
                }
                b'"' | b'\'' | b'`' | 0xe2 | 0xc2 => {
                    let character = self.character(at).unwrap_or('"');
                    if closers.contains(&character)
                        && !(character == '\''
                            && matches!(quote, '`' | '\'')
                            && place == Place::Item
                            && self.letter_around(at))
                    {
                        // after a comma or in a new line it may open the next name
                        if matches!(place, Place::Member | Place::Item)
                            && at > open
                            && (matches!(self.bytes[at - 1], b',' | b'/')
                                || self.bytes[at - 1].is_ascii_whitespace())
                            && let Some(end) = self.lost(place, open, at, inner)
                        {
                            lost = Some(end);
                            break Some(end);
                        }
                        if self.closes(place, at, character, inner, doubled, quote) {
                            break Some(at);
                        }
                        first_bad.get_or_insert(at);
                        inner += 1;
                    } else if quote == '"'
                        && character == '”'
                        && smart == 0
                        && self.closes(place, at, character, inner, false, quote)
                        && inner == 0
                        && self.member_or_end(at + 3)
                    {
                        break Some(at);
                    } else if matches!(character, '“' | '„') {
                        smart += 1;
                    }
                    at += character.len_utf8();
                }
                _ => at += 1,
            }
        };
        self.work.add(at - start);
        let (end, closed) = match (end, lost) {
            (Some(end), Some(_)) => {
                self.note(Rule::LostQuote, end..end);
                (end, false)
            }
            (Some(end), None) => (end, true),
            (None, _) => (self.unterminated(place, open), false),
        };
        if inner > 0 && first_bad.is_some_and(|bad| bad < end) {
            self.note(Rule::InnerQuote, open..end);
        }
        if raw {
            self.note(Rule::RawControl, open..end);
        }
        let content = &self.text[open..end];
        let text = if escapes {
            self.unescaped(content, open, end >= self.bytes.len())
        } else {
            Cow::Borrowed(content)
        };
        self.at = if closed {
            end + self.character(end).map_or(0, char::len_utf8)
        } else {
            end
        };
        if closed && doubled && self.character(self.at) == Some(quote) {
            self.at += width;
        }
        let mut node = Node::new(Kind::Text(text), start, self.at);
        if !closed && end >= self.bytes.len() {
            node.open = true;
            if !self.partial {
                self.note(Rule::Truncated, end..end);
            }
        }
        node
    }

    /// Most strings have nothing in them, and what follows leaves no doubt that they end. What is read here
    /// is read in the same way below, where every case is looked at.
    pub(in crate::parse) fn plain_string(&mut self, place: Place) -> Option<Node<'t>> {
        let start = self.at;
        let quote = self.byte(start)?;
        let open = start + if quote == 0xe2 { 3 } else { 1 };
        let (mut at, mut raw) = (open, false);
        loop {
            at = match quote {
                // typographic quotes may stand inside
                b'"' => scan::plain(self.bytes, at, [b'"', b'\\', 0xe2], false),
                b'\'' => scan::plain(self.bytes, at, [b'\'', b'\\'], false),
                0xe2 if self.starts(start, "“") => {
                    scan::plain(self.bytes, at, [b'"', b'\\', 0xe2], false)
                }
                _ => return None,
            };
            match self.byte(at)? {
                0..0x20 => {
                    raw = true;
                    at += 1;
                }
                b'\\' => return None,
                _ => break,
            }
        }
        if at == open
            || matches!(self.bytes[at - 1], b',' | b'/')
            || self.bytes[at - 1].is_ascii_whitespace()
            || self.work.spent()
        {
            return None;
        }
        let end = if quote == 0xe2 {
            // quotes that differ for opening and closing say themselves what they are
            let end = self.starts(at, "”").then_some(at + 3)?;
            // a name has its colon, and a value is not joined to another
            let next = self.byte(self.space(end))?;
            let ends = match place {
                Place::Name => next == b':',
                _ => matches!(next, b',' | b'}' | b']'),
            };
            ends.then_some(end)?
        } else if self.bytes[at] != quote || !self.ends_plainly(place, at + 1)? {
            return None;
        } else {
            at + 1
        };
        self.work.add(at - start);
        if quote != b'"' {
            self.note(Rule::Quotes, start..open);
        }
        if raw {
            self.note(Rule::RawControl, open..at);
        }
        self.at = end;
        let text = Cow::Borrowed(&self.text[open..at]);
        let mut node = Node::new(Kind::Text(text), start, end);
        node.plain = !raw && quote != b'\'';
        Some(node)
    }

    /// What follows a quote makes it the end of its string.
    fn ends_plainly(&self, place: Place, after: usize) -> Option<bool> {
        let next = self.space(after);
        Some(match (place, self.byte(next)?) {
            (Place::Name, byte) => byte == b':',
            (Place::Member | Place::Item, b'}') => true,
            (Place::Item, b',' | b']') => true,
            (Place::Member, b',') => {
                let then = self.space(next + 1);
                match self.byte(then)? {
                    b'}' | b']' | b'/' | b'#' => true,
                    b'"' | b'\'' => self.name_at(then).is_some_and(|ahead| ahead.quoted),
                    _ => false,
                }
            }
            _ => false,
        })
    }

    /// `"""…"""` and the like: no escapes, and lines are moved left as far as all allow.
    fn triple(&mut self, quote: &str, place: Place) -> Node<'t> {
        let start = self.at;
        let open = start + 3;
        let mut from = open;
        let end = loop {
            let Some(found) = self.text[from..].find(quote) else {
                break None;
            };
            let at = from + found;
            self.work.add(found + 3);
            let next = self.space(at + 3);
            if place == Place::Top
                || matches!(
                    self.byte(next),
                    None | Some(b',' | b'}' | b']' | b')' | b'/')
                )
                || self.member_at(next) != Likely::No
            {
                break Some(at);
            }
            from = at + 3;
        };
        self.note(Rule::Quotes, start..open);
        let (close, after) = end.map_or((self.bytes.len(), self.bytes.len()), |end| (end, end + 3));
        let mut content = &self.text[open..close];
        // the language of a fence
        if let Some(line) = content.find('\n')
            && (content[..line].trim().is_empty()
                || quote == "```" && !content[..line].trim().contains([' ', '(', '{']))
        {
            content = content[line + 1..].trim_end();
        }
        self.at = after;
        let mut node = Node::new(Kind::Text(dedented(content)), start, after);
        node.open = end.is_none();
        node
    }
}
