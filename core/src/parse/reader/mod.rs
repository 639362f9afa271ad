//! JSON as models write it, read with the schema in hand.
//!
//! A cursor over the bytes. What is expected at a place decides how lost quotes, commas, colons and
//! brackets are read. Each look ahead is bounded or remembered, and steps are counted: when they are
//! spent, nothing is looked for any more.
mod ahead;
mod bare;
mod blanks;
mod closing;
mod ending;
mod list;
mod literal;
mod member;
mod object;
mod plain;
mod string;
mod value;

pub(super) use literal::{digits, literal};

use crate::{
    parse::{
        limits::Work,
        node::Node,
        notes::{Notes, Step, Trail},
        rule::Rule,
        scope::{Names, Scope},
    },
    schema::Schema,
};
use std::{borrow::Cow, ops::Range};

pub(in crate::parse) struct Reader<'t, 's, 'w> {
    pub(in crate::parse) text: &'t str,
    pub(in crate::parse) bytes: &'t [u8],
    pub(in crate::parse) at: usize,
    /// What is open around the cursor.
    pub(in crate::parse) levels: Vec<Level<'s>>,
    pub(in crate::parse) notes: Notes,
    pub(in crate::parse) scope: &'w Scope<'s>,
    pub(in crate::parse) work: &'w Work,
    /// The text is the beginning of a longer one.
    pub(in crate::parse) partial: bool,
    /// Where the value begins, for counting brackets.
    pub(in crate::parse) start: usize,
    pub(in crate::parse) unbalanced: Option<bool>,
    /// The list being read is nothing but brackets around a fence.
    pub(in crate::parse) unwrap: bool,
    /// How many members the last object had: the next one will have as many.
    pub(in crate::parse) usual: usize,
    /// Up to the end of a line with a comment.
    line: Range<usize>,
}

/// An object or a list around the cursor.
pub(in crate::parse) struct Level<'s> {
    pub(in crate::parse) list: bool,
    pub(in crate::parse) names: Names<'s>,
    /// Where the name or the item is that is being read: for paths.
    step: Step,
    /// The same among the steps that notes refer to, once there is one.
    trail: Option<Trail>,
    /// How many members or items there are.
    pub(in crate::parse) count: usize,
}

impl<'s> Level<'s> {
    pub(in crate::parse) fn new(list: bool, names: Names<'s>, step: Step) -> Self {
        Level {
            list,
            names,
            step,
            trail: None,
            count: 0,
        }
    }

    pub(in crate::parse) fn step(&mut self, step: Step) {
        self.step = step;
        self.trail = None;
    }
}

/// Where a string or a word stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::parse) enum Place {
    Top,
    Name,
    Member,
    Item,
}

impl<'t, 's, 'w> Reader<'t, 's, 'w> {
    pub(in crate::parse) fn new(
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
    pub(in crate::parse) fn read(&mut self, schema: Option<&'s Schema>) -> Option<Node<'t>> {
        self.start = self.at;
        self.value(Place::Top, schema)
    }

    pub(in crate::parse) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub(in crate::parse) fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    pub(in crate::parse) fn starts(&self, at: usize, what: &str) -> bool {
        self.bytes
            .get(at..)
            .is_some_and(|rest| rest.starts_with(what.as_bytes()))
    }

    pub(in crate::parse) fn character(&self, at: usize) -> Option<char> {
        let byte = self.byte(at)?;
        if byte < 0x80 {
            return Some(char::from(byte));
        }
        self.text.get(at..)?.chars().next()
    }

    /// Notes a leniency at the place being read. Nothing is put into words before someone asks.
    pub(in crate::parse) fn note(&mut self, rule: Rule, range: Range<usize>) {
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
}

/// The quotes that close a string that this one opens.
pub(in crate::parse) fn closer_of(quote: char) -> Option<&'static [char]> {
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
pub(in crate::parse) fn dedented(text: &str) -> Cow<'_, str> {
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
