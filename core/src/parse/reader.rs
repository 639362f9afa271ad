//! JSON as models write it, read with the schema in hand.
//!
//! A cursor over the bytes. What is expected at a place decides how lost quotes, commas, colons and
//! brackets are read. Each look ahead is bounded or remembered, and steps are counted: when they are
//! spent, nothing is looked for any more.
use super::{
    limits::Work,
    node::Node,
    notes::{Notes, Step, Trail},
    rule::Rule,
    scope::{Names, Scope},
};
use crate::{scan, schema::Schema};
use std::{borrow::Cow, ops::Range};

pub(super) struct Reader<'t, 's, 'w> {
    pub(super) text: &'t str,
    pub(super) bytes: &'t [u8],
    pub(super) at: usize,
    /// What is open around the cursor.
    pub(super) levels: Vec<Level<'s>>,
    pub(super) notes: Notes,
    pub(super) scope: &'w Scope<'s>,
    pub(super) work: &'w Work,
    /// The text is the beginning of a longer one.
    pub(super) partial: bool,
    /// Where the value begins, for counting brackets.
    pub(super) start: usize,
    pub(super) unbalanced: Option<bool>,
    /// The list being read is nothing but brackets around a fence.
    pub(super) unwrap: bool,
    /// How many members the last object had: the next one will have as many.
    pub(super) usual: usize,
    /// Up to the end of a line with a comment.
    line: Range<usize>,
}

/// An object or a list around the cursor.
pub(super) struct Level<'s> {
    pub(super) list: bool,
    pub(super) names: Names<'s>,
    /// Where the name or the item is that is being read: for paths.
    step: Step,
    /// The same among the steps that notes refer to, once there is one.
    trail: Option<Trail>,
    /// How many members or items there are.
    pub(super) count: usize,
}

impl<'s> Level<'s> {
    pub(super) fn new(list: bool, names: Names<'s>, step: Step) -> Self {
        Level {
            list,
            names,
            step,
            trail: None,
            count: 0,
        }
    }
    pub(super) fn step(&mut self, step: Step) {
        self.step = step;
        self.trail = None;
    }
}

/// Where a string or a word stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Top,
    Name,
    Member,
    Item,
}

/// A name with its colon, seen ahead.
pub(super) struct Ahead<'t> {
    pub(super) name: &'t str,
    pub(super) quoted: bool,
}

/// How many bytes a name may have to be seen ahead.
const NAME: usize = 80;

impl<'t, 's, 'w> Reader<'t, 's, 'w> {
    pub(super) fn new(
        text: &'t str,
        at: usize,
        scope: &'w Scope<'s>,
        work: &'w Work,
        partial: bool,
    ) -> Self {
        Reader {
            text,
            bytes: text.as_bytes(),
            at,
            levels: Vec::new(),
            notes: Notes::default(),
            scope,
            work,
            partial,
            start: at,
            unbalanced: None,
            unwrap: false,
            usual: 0,
            line: 0..0,
        }
    }

    /// Reads one value; `None` if there is nothing.
    pub(super) fn read(&mut self, schema: Option<&'s Schema>) -> Option<Node<'t>> {
        self.start = self.at;
        self.value(Place::Top, schema)
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }
    pub(super) fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }
    pub(super) fn starts(&self, at: usize, what: &str) -> bool {
        self.bytes
            .get(at..)
            .is_some_and(|rest| rest.starts_with(what.as_bytes()))
    }
    pub(super) fn character(&self, at: usize) -> Option<char> {
        let byte = self.byte(at)?;
        if byte < 0x80 {
            return Some(char::from(byte));
        }
        self.text.get(at..)?.chars().next()
    }

    /// Notes a leniency at the place being read. Nothing is put into words before someone asks.
    pub(super) fn note(&mut self, rule: Rule, range: Range<usize>) {
        if self.notes.is_full() {
            return;
        }
        if !self.work.lists() {
            self.notes.push(rule, Trail::default(), range);
            return;
        }
        let known = self
            .levels
            .iter()
            .rposition(|level| level.trail.is_some())
            .map_or(0, |known| known + 1);
        let mut trail = known
            .checked_sub(1)
            .and_then(|last| self.levels[last].trail)
            .unwrap_or_default();
        for level in &mut self.levels[known..] {
            trail = self.notes.step(trail, level.step);
            level.trail = Some(trail);
        }
        self.notes.push(rule, trail, range);
    }

    /// Skips blanks, and what counts as blank: byte order marks and the like.
    #[inline]
    pub(super) fn space(&self, at: usize) -> usize {
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
    pub(super) fn blanks(&mut self) {
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

    pub(super) fn line_end(&self, at: usize) -> usize {
        self.text[at..]
            .find('\n')
            .map_or(self.bytes.len(), |end| at + end)
    }

    /// A name and its colon at a place.
    pub(super) fn name_at(&self, at: usize) -> Option<Ahead<'t>> {
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
    pub(super) fn object(&self) -> Option<&Level<'s>> {
        self.levels.iter().rev().find(|level| !level.list)
    }

    /// Whether a name at a place begins the next member of the object around.
    pub(super) fn member_at(&self, at: usize) -> Likely {
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
    pub(super) fn unbalanced(&mut self) -> bool {
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

/// How likely it is that a name begins the next member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Likely {
    No,
    /// It looks like one.
    Maybe,
    /// The schema has it.
    Known,
}

/// The quotes that close a string that this one opens.
pub(super) fn closer_of(quote: char) -> Option<&'static [char]> {
    Some(match quote {
        '"' => &['"'],
        '\'' => &['\''],
        '`' => &['`', '\''],
        '“' | '”' | '„' => &['”', '“', '"'],
        '‘' | '’' | '‚' => &['’', '‘', '\''],
        '«' => &['»'],
        _ => return None,
    })
}

/// A text without the blanks before each line that all lines have.
pub(super) fn dedented(text: &str) -> Cow<'_, str> {
    let depth = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.len() - line.trim_start_matches([' ', '\t']).len())
        .min()
        .unwrap_or(0);
    if depth == 0 {
        return Cow::Borrowed(text);
    }
    Cow::Owned(
        text.split('\n')
            .map(|line| line.get(depth..).unwrap_or(""))
            .collect::<Vec<_>>()
            .join("\n"),
    )
}
