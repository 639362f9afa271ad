//! What the pieces of a reply mean for its outputs.
use super::{
    event::FieldEvent,
    part::{Grown, Slot},
    partial::Parts,
    running::Running,
    scan::{Step, What},
};
use crate::{
    Error, ErrorKind, View,
    adapter::carry,
    error::Fault,
    parse::{self, Reading},
    read::Reader,
};
use serde_json::Value;

impl Running {
    /// Something happened to an output.
    pub(super) fn step(&mut self, step: Step, parts: &mut dyn Parts) {
        let index = step.field;
        let Some(slot) = parts.at(index) else {
            return;
        };
        match step.what {
            What::Started => {
                slot.start();
                self.shown.clear();
                self.happened(index, FieldEvent::Started);
            }
            What::Text(text) => {
                slot.grow(Grown::Text(&text));
                self.shown.push_str(&text);
                self.happened(index, FieldEvent::Delta(text));
            }
            What::Raw(text) => self.happened(index, FieldEvent::Delta(text)),
            What::Item(start, end) => {
                let mut reader = Reader::new(&self.text[start..end]);
                slot.grow(Grown::Item(&mut reader));
            }
            What::Finished(outer, inner) => {
                let faults = self.complete(slot, index, outer, inner);
                if !faults.is_empty() {
                    let error = self.breaks(faults, parts);
                    self.events.push_back(Err(error));
                    return;
                }
                self.done[index] = true;
                // what was held back to the end
                let rest = match slot.view() {
                    Some(View::Text(text)) => text.strip_prefix(self.shown.as_str()),
                    _ => None,
                };
                let rest = rest
                    .filter(|rest| !rest.is_empty() && self.is_text(index))
                    .map(str::to_owned);
                if let Some(rest) = rest {
                    self.happened(index, FieldEvent::Delta(rest));
                }
                self.happened(index, FieldEvent::Finished);
            }
        }
    }

    /// The output that is what the model thinks.
    fn thoughts_index(&self) -> Option<usize> {
        let sources = &self.source.def.plan.as_ref()?.sources;
        sources
            .iter()
            .position(|source| *source == carry::Source::Thoughts)
    }

    /// More of the thoughts, where they are an output. Those between pieces of the text wait for the end.
    pub(super) fn thinks(&mut self, text: String, parts: &mut dyn Parts) {
        let Some(field) = self.thoughts_index().filter(|_| self.text.is_empty()) else {
            return;
        };
        if parts.at(field).is_some_and(|slot| slot.is_absent()) {
            let what = What::Started;
            self.step(Step { field, what }, parts);
        }
        self.thoughts_shown += text.len();
        let what = What::Text(text);
        self.step(Step { field, what }, parts);
    }

    /// The thoughts are complete.
    pub(super) fn thought(&mut self, parts: &mut dyn Parts) {
        let (Some(index), Some(thoughts)) = (self.thoughts_index(), &self.completion.reasoning)
        else {
            return;
        };
        let Some(slot) = parts.at(index).filter(|slot| !slot.is_absent()) else {
            return;
        };
        let rest = thoughts
            .get(self.thoughts_shown..)
            .unwrap_or_default()
            .to_owned();
        let (value, field) = (Value::from(thoughts.as_str()), &self.fields[index]);
        let kept = slot.finish(&mut Reader::of(value), &mut |_, view| {
            parse::keeps(field, &view)
        });
        if !rest.is_empty() {
            self.happened(index, FieldEvent::Delta(rest));
        }
        // what breaks a bound is an error at the end, as in a call
        if kept {
            self.done[index] = true;
            self.happened(index, FieldEvent::Finished);
        }
    }

    pub(super) fn happened(&mut self, index: usize, what: FieldEvent) {
        self.events.push_back(Ok((index, what)));
    }

    fn is_text(&self, index: usize) -> bool {
        parse::keeps_text(self.fields[index].schema.get())
    }

    /// The error of an output that is complete and cannot stay.
    #[cold]
    fn breaks(&mut self, faults: Vec<Fault>, parts: &mut dyn Parts) -> Error {
        let bounds_only = faults.iter().all(|fault| fault.constraint);
        let kind = if bounds_only {
            ErrorKind::Constraint
        } else {
            ErrorKind::Parse
        };
        let error = Error::from_faults(kind, faults);
        self.broken
            .get_or_insert_with(|| (kind, error.message().to_owned()));
        self.placed(error, parts)
    }

    /// Reads an output that is complete: as clean text, else as the reader of whole replies does.
    fn complete(
        &self,
        slot: &mut dyn Slot,
        index: usize,
        outer: (usize, usize),
        inner: (usize, usize),
    ) -> Vec<Fault> {
        let (field, how) = (&self.fields[index], self.source.how());
        let in_section = self.scanner.in_sections();
        let odd = |text: &str| text.contains('\u{1f}') || parse::has_odd_line_ends(text);
        // what splits lines in Python only is the other reader's
        if self.source.typed
            && !(in_section && odd(&self.text[inner.0..inner.1]))
            && let Some(mut reader) = Reader::part(&self.text, inner, in_section)
            && slot.finish(&mut reader, &mut |reader, view| {
                reader.is_at_end() && parse::keeps(field, &view)
            })
        {
            return Vec::new();
        }
        let text = &self.text[outer.0..outer.1];
        let reading = parse::read_output(field, how, self.scanner.in_object(), text);
        if !reading.faults.is_empty() {
            return reading.faults;
        }
        let Some(value) = reading.values.into_iter().next().flatten() else {
            return Vec::new();
        };
        let value = value.into_value();
        let found = crate::field::shorten(&value);
        if slot.finish(&mut Reader::of(value), &mut |_, _| true) {
            Vec::new()
        } else {
            let expected = parse::expected(field.schema.get());
            vec![Fault::mismatch(field.name.get(), expected, found)]
        }
    }

    /// Where the scanner was not sure of all it saw, the reader of whole replies is.
    pub(super) fn settle(&mut self, parts: &mut dyn Parts) {
        let whole = self.done.iter().all(|done| *done);
        if whole && self.scanner.is_sure(&self.text) {
            return;
        }
        let how = self.source.how();
        let mut reading = self.reading(how);
        for index in 0..self.fields.len() {
            let value = reading.values.get_mut(index).and_then(Option::take);
            if let (Some(value), Some(slot)) = (value, parts.at(index)) {
                self.settle_one(index, value.into_value(), slot, &reading);
            }
        }
    }

    fn settle_one(&mut self, index: usize, value: Value, slot: &mut dyn Slot, reading: &Reading) {
        let is_new = slot.view().is_none();
        let started = self.scanner.has_seen(index);
        let read = slot.finish(&mut Reader::of(value), &mut |_, _| true);
        // what stands for an output that is not there is no event
        let given = reading.given.get(index).copied().unwrap_or_default() || started;
        if !read || !is_new {
            return;
        }
        self.done[index] = true;
        if !given {
            return;
        }
        let rest = match slot.view().map(|view| view.to_value()) {
            Some(Value::String(text)) if started => {
                text.strip_prefix(self.shown.as_str()).map(str::to_owned)
            }
            Some(Value::String(text)) => Some(text),
            _ => None,
        };
        if !started {
            self.happened(index, FieldEvent::Started);
        }
        if let Some(rest) = rest.filter(|rest| !rest.is_empty()) {
            self.happened(index, FieldEvent::Delta(rest));
        }
        self.happened(index, FieldEvent::Finished);
    }
}
