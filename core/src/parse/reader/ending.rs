//! Strings whose end is lost or cut off, and what escapes in them mean.
use crate::{
    parse::{
        reader::{Place, Reader, ahead::Likely},
        rule::Rule,
    },
    quoted,
};
use std::borrow::Cow;

impl<'t> Reader<'t, '_, '_> {
    /// A quote that opens the next member or item: the one before it is missing. Where the string ends.
    pub(super) fn lost(
        &mut self,
        place: Place,
        open: usize,
        at: usize,
        inner: usize,
    ) -> Option<usize> {
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
    pub(super) fn unterminated(&mut self, place: Place, open: usize) -> usize {
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

    /// A text without its escapes; those that mean nothing stay as they are.
    /// Half of one is left out where the text is `cut` off.
    pub(super) fn unescaped(&mut self, content: &'t str, offset: usize, cut: bool) -> Cow<'t, str> {
        let mut text = String::with_capacity(content.len());
        let (mut at, mut copied) = (0, 0);
        let mut odd = None;
        while let Some(found) = content[at..].find('\\') {
            at += found;
            text.push_str(&content[copied..at]);
            if let Some((character, length)) = quoted::escape(content, at) {
                text.push(character);
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
                    Some('u') => match quoted::unit(content, at + 2) {
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
