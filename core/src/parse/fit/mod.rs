//! Brings what was read into the form that its schema says: the cheapest way there is, and each step noted.
mod calls;
mod composite;
mod framed;
mod map;
mod members;
mod number;
mod record;
mod reparsed;
mod rewrite;
mod scalar;
mod settle;
mod sure;
mod time;
mod union;
mod value;
mod variant;
mod word;

#[cfg(test)]
mod nested_tests;
#[cfg(test)]
mod scalar_tests;
#[cfg(test)]
mod tests;

use super::{
    expected::expected,
    limits::Work,
    node::{Kind, Node},
    notes::Notes,
    plain::brief,
    rule::{Repair, Rule},
    scope::Scope,
};
use crate::{
    error::Fault,
    schema::{Named, Schema},
};
use serde_json::Value;
use std::{borrow::Cow, ops::Range};

/// How many steps it counts to fit a value: it takes as long as looking at so many bytes.
const VALUE: usize = 16;

/// How many repairs are listed.
const REPAIRS: usize = 1_000;

/// How values are read; the same for a whole reply.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Manner {
    /// As DSPy does where a text is what it asked for: Python's words for values as text.
    pub(super) dspy: bool,
    /// The text is the beginning of a longer one: what may still grow is shown as far as it goes or not
    /// at all, and nothing is missing yet.
    pub(super) partial: bool,
    /// The value came from a program and not from a model: nothing of it is left out, nothing filled in.
    pub(super) given: bool,
}

/// Where we are, and where costs, repairs and faults go.
pub(super) struct Fit<'a, 's> {
    pub(super) scope: &'a Scope<'s>,
    pub(super) work: &'a Work,
    pub(super) manner: Manner,
    /// The text that spans of nodes are of; empty for values that came as JSON.
    pub(super) source: &'a str,
    /// Where all of the source stands in the reply, if it is not the reply itself.
    pub(super) base: Option<Range<usize>>,
    /// From the field on: `people[2].age`.
    pub(super) path: String,
    pub(super) depth: usize,
    pub(super) cost: u32,
    pub(super) repairs: Vec<Repair>,
    pub(super) faults: Vec<Fault>,
    /// How many trials are under way: nothing is written down meanwhile.
    pub(super) quiet: usize,
    /// JSON in text in JSON: how often.
    pub(super) nested: usize,
    /// The named types around.
    pub(super) around: Vec<&'s Named>,
    /// Where values go that need nothing done to them, if they need not be values.
    pub(super) written: Option<String>,
    /// What a hundred percent of the number at hand are, where it may be said in percent.
    pub(super) whole: Option<f64>,
    /// A value of which [`sure`](Self::sure) was lacks members that may be missing.
    missing_any: bool,
}

impl<'a, 's> Fit<'a, 's> {
    pub(super) fn new(
        scope: &'a Scope<'s>,
        work: &'a Work,
        manner: Manner,
        source: &'a str,
        path: &str,
    ) -> Self {
        Fit {
            scope,
            work,
            manner,
            source,
            base: None,
            path: path.to_owned(),
            depth: 0,
            cost: 0,
            repairs: Vec::new(),
            faults: Vec::new(),
            quiet: 0,
            nested: 0,
            around: Vec::new(),
            written: None,
            whole: None,
            missing_any: false,
        }
    }

    /// Counts a leniency and notes it.
    pub(super) fn repair(
        &mut self,
        rule: Rule,
        node: &Node<'_>,
        note: impl FnOnce() -> Cow<'static, str>,
    ) {
        self.cost = self.cost.saturating_add(rule.cost());
        if self.quiet == 0 && self.work.lists() && self.repairs.len() < REPAIRS {
            let range = self.base.clone().unwrap_or_else(|| node.span());
            self.repairs.push(Repair {
                rule,
                path: self.path.clone(),
                range,
                note: note(),
            });
        }
    }

    pub(super) fn plainly(&mut self, rule: Rule, node: &Node<'_>) {
        self.repair(rule, node, || Cow::Borrowed(""));
    }

    /// Takes over what the reader noted.
    pub(super) fn read(&mut self, notes: &Notes) {
        self.cost = self.cost.saturating_add(notes.cost());
        if self.quiet > 0 || !self.work.lists() {
            return;
        }
        for note in notes.iter() {
            if self.repairs.len() < REPAIRS {
                let mut path = self.path.clone();
                notes.write_path(note, self.source, &mut path);
                let range = self.base.clone().unwrap_or_else(|| note.range());
                self.repairs.push(Repair {
                    rule: note.rule,
                    path,
                    range,
                    note: Cow::Borrowed(""),
                });
            }
        }
    }

    /// A value that does not fit. Always `None`.
    #[cold]
    pub(super) fn mismatch(&mut self, schema: &Schema, node: &Node<'_>) -> Option<Value> {
        self.fault(|fit| {
            let found = match node.kind {
                Kind::Null => "null".to_owned(),
                Kind::Nothing => "nothing".to_owned(),
                _ => brief(node),
            };
            Fault::mismatch(fit.path.clone(), expected(schema), found)
        });
        None
    }

    #[cold]
    pub(super) fn fault(&mut self, fault: impl FnOnce(&Self) -> Fault) {
        if self.quiet == 0 {
            let fault = fault(self);
            self.faults.push(fault);
        } else if self.faults.is_empty() {
            // its words are read by nobody
            self.faults.push(Fault::mismatch("", "", ""));
        }
    }

    pub(super) fn within<R>(&mut self, step: &str, run: impl FnOnce(&mut Self) -> R) -> R {
        let write = |path: &mut String| {
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(step);
        };
        self.stepped(write, run)
    }

    pub(super) fn at<R>(&mut self, index: usize, run: impl FnOnce(&mut Self) -> R) -> R {
        let write = |path: &mut String| {
            let mut digits = [0u8; 20];
            let mut first = digits.len();
            let mut rest = index;
            loop {
                first -= 1;
                digits[first] = b'0' + u8::try_from(rest % 10).unwrap_or(0);
                rest /= 10;
                if rest == 0 {
                    break;
                }
            }
            path.push('[');
            path.push_str(std::str::from_utf8(&digits[first..]).unwrap_or(""));
            path.push(']');
        };
        self.stepped(write, run)
    }

    /// Goes a step down, which is written into the path only where somebody will read it.
    fn stepped<R>(
        &mut self,
        write: impl FnOnce(&mut String),
        run: impl FnOnce(&mut Self) -> R,
    ) -> R {
        self.depth += 1;
        let length = self.path.len();
        if self.quiet == 0 {
            write(&mut self.path);
        }
        let result = run(self);
        self.depth -= 1;
        self.path.truncate(length);
        result
    }
}
