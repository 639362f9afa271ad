//! What counts as blank between values: spaces, marks, comments.
use crate::{
    parse::{reader::Reader, rule::Rule},
    scan,
};

impl<'t, 's, 'w> Reader<'t, 's, 'w> {
    /// Skips blanks, and what counts as blank: byte order marks and the like.
    #[inline]
    pub(in crate::parse) fn space(&self, at: usize) -> usize {
        let mut end = at;
        loop {
            match self.byte(end) {
                Some(b' ' | b'\n') => end += 1,
                Some(0x21..0x7f) => break,
                // what is rarer
                _ => return self.wide_space(at, end),
            }
        }
        self.work.add(end - at);
        end
    }

    fn wide_space(&self, from: usize, mut at: usize) -> usize {
        while let Some(byte) = self.byte(at) {
            if matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                at += 1;
            } else if byte < 0x80 && !matches!(byte, 0xb | 0xc) {
                break;
            } else {
                match self.character(at) {
                    Some(character)
                        if character.is_whitespace()
                            || matches!(
                                character,
                                '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{180e}'
                            ) =>
                    {
                        at += character.len_utf8();
                    }
                    _ => break,
                }
            }
        }
        self.work.add(at - from);
        at
    }

    /// Skips blanks and comments.
    #[inline]
    pub(in crate::parse) fn blanks(&mut self) {
        self.at = self.space(self.at);
        if matches!(self.peek(), Some(b'/' | b'#' | b'<')) {
            self.comments();
        }
    }

    fn comments(&mut self) {
        loop {
            self.at = self.space(self.at);
            let start = self.at;
            let end = match self.peek() {
                Some(b'/') if self.byte(start + 1) == Some(b'/') => self.line_end(start),
                Some(b'/') if self.byte(start + 1) == Some(b'*') => {
                    let mut end = start + 2;
                    loop {
                        end = scan::byte(self.bytes, end, b'*') + 1;
                        match self.byte(end) {
                            Some(b'/') => break end + 1,
                            Some(_) => {}
                            None => break self.bytes.len(),
                        }
                    }
                }
                Some(b'#') => {
                    // a line may have many, and its end is looked for once
                    if !self.line.contains(&start) {
                        self.line = start..self.line_end(start);
                        self.work.add(self.line.len());
                    }
                    let end = self.line.end;
                    // a comment in one line with all the rest ends before the bracket
                    if end == self.bytes.len() && !self.work.spent() {
                        self.text[start..]
                            .find(['}', ']'])
                            .map_or(end, |closer| start + closer)
                    } else {
                        end
                    }
                }
                Some(b'<') if self.starts(start, "<!--") => self.text[start..]
                    .find("-->")
                    .map_or(self.bytes.len(), |end| start + end + 3),
                _ => return,
            };
            self.work.add(end - start);
            self.at = end;
            self.note(Rule::Comment, start..end);
        }
    }

    pub(in crate::parse) fn line_end(&self, at: usize) -> usize {
        self.text[at..]
            .find('\n')
            .map_or(self.bytes.len(), |end| at + end)
    }
}
