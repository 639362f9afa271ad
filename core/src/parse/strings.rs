//! Strings: which quote closes one, and what is between the quotes.
use super::{
    node::{Kind, Node},
    reader::{Likely, Place, Reader, closer_of, dedented},
    rule::Rule,
    strict,
};
use crate::scan;
use std::borrow::Cow;

impl<'t> Reader<'t, '_, '_> {
    /// A string that begins at the cursor with a quote.
    pub(super) fn string(&mut self, place: Place) -> Node<'t> {
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
    pub(super) fn plain_string(&mut self, place: Place) -> Option<Node<'t>> {
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

    fn letter_around(&self, at: usize) -> bool {
        at > 0
            && self.bytes[at - 1].is_ascii_alphanumeric()
            && self
                .byte(at + 1)
                .is_some_and(|byte| byte.is_ascii_alphanumeric())
    }

    /// There is such a quote within reach.
    fn later_quote(&self, at: usize, quote: char) -> bool {
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
    fn member_or_end(&self, at: usize) -> bool {
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
    fn closes(
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

    /// A quote that opens the next member or item: the one before it is missing. Where the string ends.
    fn lost(&mut self, place: Place, open: usize, at: usize, inner: usize) -> Option<usize> {
        let before = self.text[open..at].trim_end();
        self.work.add(at - open - before.len());
        let line = self.text[open + before.len()..at].contains('\n');
        // a comment between comma and quote, a short one
        let commented = before.ends_with("*/").then(|| {
            let mut from = before.len().saturating_sub(200);
            while !before.is_char_boundary(from) {
                from += 1;
            }
            before[from..].rfind(",/*").map(|comma| from + comma)
        });
        let commented = commented.flatten();
        let comma = before.ends_with(',') || commented.is_some();
        if !comma && !line || before.is_empty() {
            return None;
        }
        let likely = match place {
            Place::Member => self.member_at(at),
            // `["hello,"world"]`
            _ => {
                let glued = comma
                    && inner == 0
                    && self
                        .byte(at + 1)
                        .is_some_and(|byte| !matches!(byte, b',' | b']' | b' '));
                if glued && open + before.len() == at || before.ends_with("*/") {
                    Likely::Maybe
                } else if self.levels.len() > 1 {
                    self.member_at(at)
                } else {
                    Likely::No
                }
            }
        };
        let certain =
            likely == Likely::Known || likely == Likely::Maybe && comma && inner.is_multiple_of(2);
        if !certain {
            return None;
        }
        let text = commented.map_or(before, |comma| &before[..comma]);
        Some(open + text.trim_end_matches(',').trim_end().len())
    }

    /// Where a string ends that is never closed: before brackets that the levels around it want, before a
    /// member that can be seen, or at the end of the text.
    fn unterminated(&mut self, place: Place, open: usize) -> usize {
        let end = self.bytes.len();
        if self.partial || place == Place::Top || self.work.spent() {
            let end = if place == Place::Top && !self.partial {
                open + self.text[open..].trim_end().len()
            } else {
                end
            };
            let rest = self.text[open..end].trim_end();
            // `"hello +`: the other part is cut off
            return if place == Place::Top && rest.ends_with(" +") {
                open + rest[..rest.len() - 2].trim_end().len()
            } else {
                end
            };
        }
        let content = &self.text[open..];
        self.work.add(content.len());
        let (mut round, mut last) = ([0i32; 2], content.trim_end().len());
        for byte in content.bytes() {
            match byte {
                b'{' => round[0] += 1,
                b'}' => round[0] -= 1,
                b'[' => round[1] += 1,
                b']' => round[1] -= 1,
                _ => {}
            }
        }
        let whole = last;
        // the brackets that the levels want, innermost first; the text may end with the first of them
        let closers: Vec<u8> = self
            .levels
            .iter()
            .rev()
            .take(16)
            .map(|level| if level.list { b']' } else { b'}' })
            .collect();
        let tail: Vec<(usize, u8)> = content
            .as_bytes()
            .iter()
            .copied()
            .enumerate()
            .rev()
            .filter(|(_, byte)| !byte.is_ascii_whitespace())
            .take_while(|(_, byte)| matches!(byte, b'}' | b']'))
            .take(16)
            .collect();
        let fits =
            |count: usize| (0..count).all(|index| tail[count - 1 - index].1 == closers[index]);
        let count = (1..=tail.len().min(closers.len()))
            .rev()
            .find(|count| fits(*count))
            .unwrap_or(0);
        let lacking = |round: i32| usize::try_from(-round).unwrap_or(0);
        let count = count.min(lacking(round[0]) + lacking(round[1]));
        if count > 0 && fits(count) {
            last = tail[count - 1].0;
        }
        if last == whole {
            return end;
        }
        self.note(Rule::LostQuote, open + last..open + last);
        let text = content[..last].trim_end().trim_end_matches(',').trim_end();
        last = text.len();
        if place == Place::Item {
            return open + text.find(',').unwrap_or(last);
        }
        let commas = text.match_indices(',').take(64);
        for (comma, _) in commas {
            if self.member_at(self.space(open + comma + 1)) != Likely::No {
                return open + comma;
            }
        }
        open + last
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

    /// A text without its escapes; those that mean nothing stay as they are.
    /// Half of one is left out where the text is `cut` off.
    fn unescaped(&mut self, content: &'t str, offset: usize, cut: bool) -> Cow<'t, str> {
        let mut text = String::with_capacity(content.len());
        let (mut at, mut copied) = (0, 0);
        let mut odd = None;
        while let Some(found) = content[at..].find('\\') {
            at += found;
            text.push_str(&content[copied..at]);
            if let Some(length) = strict::escape(content, at, &mut text) {
                at += length;
            } else {
                let next = content[at + 1..].chars().next();
                odd.get_or_insert(at);
                match next {
                    // cut off
                    None => at = content.len(),
                    Some('\'' | '`' | '“' | '”' | '„') => {
                        text.extend(next);
                        at += 1 + next.map_or(0, char::len_utf8);
                    }
                    Some('u') => match strict::unit(content, at + 2) {
                        // half a pair
                        Some(_) => {
                            let rest = &content[(at + 6).min(content.len())..];
                            // its other half is cut off
                            if !(rest.is_empty() || rest.starts_with('\\') && rest.len() < 6) {
                                text.push('\u{fffd}');
                            }
                            at += 6;
                        }
                        None if cut
                            && content.len() - at < 6
                            && content[at + 2..]
                                .bytes()
                                .all(|byte| byte.is_ascii_hexdigit()) =>
                        {
                            at = content.len();
                        }
                        None => {
                            text.push_str("\\u");
                            at += 2;
                        }
                    },
                    Some('x')
                        if content
                            .as_bytes()
                            .get(at + 2..at + 4)
                            .is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) =>
                    {
                        let code = u8::from_str_radix(&content[at + 2..at + 4], 16).unwrap_or(b'?');
                        text.push(char::from(code));
                        at += 4;
                    }
                    Some(other) => {
                        text.push('\\');
                        text.push(other);
                        at += 1 + other.len_utf8();
                    }
                }
            }
            at = at.min(content.len());
            copied = at;
        }
        text.push_str(&content[copied..]);
        if let Some(odd) = odd {
            self.note(
                Rule::Escape,
                offset + odd..offset + content.len().min(odd + 2),
            );
        }
        Cow::Owned(text)
    }
}
