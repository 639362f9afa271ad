//! What was forgiven while a text was read: noted by position, put into words only when it is kept.
use super::rule::Rule;
use std::{fmt::Write, ops::Range};

/// How many notes are kept; a hopeless text would give one per byte.
const MOST: usize = 1_000;

/// A place in a value: its last step is one of [`Notes`]' steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Trail(u32);

/// A step on the way into a value.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// The item of a list.
    Item(u32),
    /// The member whose name stands there; nothing if the name is empty.
    Name(u32, u32),
}

impl Step {
    pub(super) fn item(index: usize) -> Self {
        Step::Item(narrow(index))
    }
    pub(super) fn name(start: usize, end: usize) -> Self {
        Step::Name(narrow(start), narrow(end))
    }
    /// No member yet.
    pub(super) const NONE: Step = Step::Name(0, 0);
}

/// One leniency and where.
#[derive(Clone, Copy, Debug)]
pub(super) struct Note {
    pub(super) rule: Rule,
    trail: Trail,
    start: u32,
    end: u32,
}

impl Note {
    pub(super) fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Notes, and the steps to their places. A step knows the one before it, so that notes share their way.
#[derive(Clone, Debug, Default)]
pub(super) struct Notes {
    list: Vec<Note>,
    /// Step `n` is that of `Trail(n + 1)`.
    steps: Vec<(Trail, Step)>,
}

impl Notes {
    /// A note on a value as a whole.
    pub(super) fn one(rule: Rule, range: Range<usize>) -> Self {
        let mut notes = Notes::default();
        notes.push(rule, Trail::default(), range);
        notes
    }
    pub(super) fn is_full(&self) -> bool {
        self.list.len() >= MOST
    }
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }
    pub(super) fn truncate(&mut self, len: usize) {
        self.list.truncate(len);
    }
    pub(super) fn iter(&self) -> impl Iterator<Item = &Note> {
        self.list.iter()
    }
    /// What they cost together.
    pub(super) fn cost(&self) -> u32 {
        self.iter().map(|note| note.rule.cost()).sum()
    }
    /// Goes one step further.
    pub(super) fn step(&mut self, from: Trail, step: Step) -> Trail {
        if matches!(step, Step::Name(start, end) if start >= end) {
            return from;
        }
        self.steps.push((from, step));
        Trail(narrow(self.steps.len()))
    }
    pub(super) fn push(&mut self, rule: Rule, trail: Trail, range: Range<usize>) {
        if self.list.capacity() == 0 {
            self.list.reserve(32);
        }
        self.list.push(Note {
            rule,
            trail,
            start: narrow(range.start),
            end: narrow(range.end),
        });
    }
    /// Takes over the notes on another value.
    pub(super) fn append(&mut self, other: Notes) {
        let before = narrow(self.steps.len());
        let moved = |trail: Trail| match trail {
            Trail(0) => trail,
            Trail(step) => Trail(step + before),
        };
        self.steps.extend(
            other
                .steps
                .into_iter()
                .map(|(from, step)| (moved(from), step)),
        );
        self.list.extend(other.list.into_iter().map(|note| Note {
            trail: moved(note.trail),
            ..note
        }));
    }

    /// Writes the place of a note behind a path: `people[2].age`.
    pub(super) fn write_path(&self, note: &Note, text: &str, path: &mut String) {
        self.write_trail(note.trail, text, path);
    }
    /// No deeper than values are.
    fn write_trail(&self, trail: Trail, text: &str, path: &mut String) {
        let Some((before, step)) = trail
            .0
            .checked_sub(1)
            .and_then(|step| self.steps.get(step as usize))
        else {
            return;
        };
        self.write_trail(*before, text, path);
        match step {
            Step::Item(index) => _ = write!(path, "[{index}]"),
            Step::Name(start, end) => {
                if !path.is_empty() {
                    path.push('.');
                }
                let name = text.get(*start as usize..*end as usize).unwrap_or_default();
                path.push_str(name.trim_matches(['"', '\'', '`', ' ']));
            }
        }
    }
}

/// Texts are shorter than this, and so is what is counted in them.
fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::{Notes, Step, Trail};
    use crate::parse::rule::Rule;

    #[test]
    fn places_in_words() {
        let text = "{'people': [{age: 1}]}";
        let mut notes = Notes::default();
        let people = notes.step(Trail::default(), Step::name(1, 9));
        let first = notes.step(people, Step::item(0));
        let inside = notes.step(first, Step::NONE);
        let age = notes.step(inside, Step::name(13, 16));
        notes.push(Rule::BareName, age, 13..16);
        let mut both = Notes::one(Rule::Quotes, 0..1);
        both.append(notes.clone());
        both.append(notes);
        let paths: Vec<String> = both
            .iter()
            .map(|note| {
                let mut path = String::new();
                both.write_path(note, text, &mut path);
                path
            })
            .collect();
        assert_eq!(paths, ["", "people[0].age", "people[0].age"]);
    }
}
