//! All outputs of a reply that is arriving.
use super::{Part, Slot};
use crate::{
    schema::FieldDef,
    signature::{Def, STEPS_FIRST},
    types::{ConfidenceScore, ReasoningChain},
};
use serde_json::Value;
use std::{
    fmt,
    ops::{Deref, Index},
};

/// The outputs of a signature as far as they have come. `signature!` makes one for each signature, named
/// after it: `GroundedAnswerPartial`, with a [`Part`] for each output.
pub trait Partial: Sized {
    /// Names an output: `GroundedAnswerField::Answer`.
    type Key: Clone + fmt::Debug + Send + 'static;
    /// Nothing has come.
    #[doc(hidden)]
    fn empty(def: &Def) -> Self;
    /// The name of an output.
    #[doc(hidden)]
    fn key(def: &Def, index: usize) -> Option<Self::Key>;
    /// The place of an output.
    #[doc(hidden)]
    fn part(&mut self, index: usize) -> Option<&mut dyn Slot>;
}

/// The places of outputs, whatever signature they are of.
pub(super) trait Parts {
    fn at(&mut self, index: usize) -> Option<&mut dyn Slot>;
}

impl<P: Partial> Parts for P {
    fn at(&mut self, index: usize) -> Option<&mut dyn Slot> {
        self.part(index)
    }
}

/// Outputs that are arriving after a reasoning, which is arriving too. Reads through to the outputs.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ReasonedPartial<P> {
    /// How the model comes to its answer.
    pub reasoning: Part<String>,
    /// The answer.
    pub output: P,
}

/// Names the reasoning or an output after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReasonedField<K> {
    /// The reasoning.
    Reasoning,
    /// An output.
    Output(K),
}

impl<P> Deref for ReasonedPartial<P> {
    type Target = P;
    fn deref(&self) -> &P {
        &self.output
    }
}

impl<P: Partial> Partial for ReasonedPartial<P> {
    type Key = ReasonedField<P::Key>;
    fn empty(def: &Def) -> Self {
        ReasonedPartial {
            reasoning: Part::Absent,
            output: P::empty(def),
        }
    }
    fn key(def: &Def, index: usize) -> Option<Self::Key> {
        match index.checked_sub(1) {
            None => Some(ReasonedField::Reasoning),
            Some(index) => P::key(def, index).map(ReasonedField::Output),
        }
    }
    fn part(&mut self, index: usize) -> Option<&mut dyn Slot> {
        match index.checked_sub(1) {
            None => Some(&mut self.reasoning),
            Some(index) => self.output.part(index),
        }
    }
}

/// Outputs that are arriving after a reasoning in steps, which is arriving too. Reads through to the outputs.
///
/// A stream is one request: what is wrong with its steps is not told to the model.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CheckedPartial<P> {
    /// The steps: while they grow, those that are complete, not yet checked as a whole.
    pub steps: Part<ReasoningChain>,
    /// How sure the model is.
    pub confidence: Part<ConfidenceScore>,
    /// The answer.
    pub output: P,
}

/// Names the steps, the confidence, or an output after them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CheckedField<K> {
    /// The steps.
    Steps,
    /// The confidence.
    Confidence,
    /// An output.
    Output(K),
}

impl<P> Deref for CheckedPartial<P> {
    type Target = P;
    fn deref(&self) -> &P {
        &self.output
    }
}

impl<P: Partial> Partial for CheckedPartial<P> {
    type Key = CheckedField<P::Key>;
    fn empty(def: &Def) -> Self {
        CheckedPartial {
            steps: Part::Absent,
            confidence: Part::Absent,
            output: P::empty(&def.without_first_outputs(STEPS_FIRST)),
        }
    }
    fn key(def: &Def, index: usize) -> Option<Self::Key> {
        match index {
            0 => Some(CheckedField::Steps),
            1 => Some(CheckedField::Confidence),
            _ => {
                let own = def.without_first_outputs(STEPS_FIRST);
                P::key(&own, index - STEPS_FIRST).map(CheckedField::Output)
            }
        }
    }
    fn part(&mut self, index: usize) -> Option<&mut dyn Slot> {
        match index {
            0 => Some(&mut self.steps),
            1 => Some(&mut self.confidence),
            _ => self.output.part(index - STEPS_FIRST),
        }
    }
}

/// Outputs of a signature made at run time as far as they have come, by name.
#[derive(Clone, Debug, PartialEq)]
pub struct PartialRecord(Vec<(String, Part<Value>)>);

impl PartialRecord {
    /// An output; `None` if the signature has none of that name.
    pub fn get(&self, name: &str) -> Option<&Part<Value>> {
        let mut parts = self.0.iter();
        parts.find(|(known, _)| known == name).map(|(_, part)| part)
    }
    /// Names and outputs in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Part<Value>)> {
        self.0.iter().map(|(name, part)| (name.as_str(), part))
    }
}

impl Index<&str> for PartialRecord {
    type Output = Part<Value>;
    /// An output; one that the signature does not have stays absent.
    fn index(&self, name: &str) -> &Part<Value> {
        static ABSENT: Part<Value> = Part::Absent;
        self.get(name).unwrap_or(&ABSENT)
    }
}

impl PartialRecord {
    fn of<'a>(fields: impl Iterator<Item = &'a FieldDef>) -> Self {
        let parts = fields.map(|field| (field.name.get().to_owned(), Part::Absent));
        PartialRecord(parts.collect())
    }
}

impl Partial for PartialRecord {
    type Key = String;
    fn empty(def: &Def) -> Self {
        PartialRecord::of(def.signature.outputs.get().iter())
    }
    fn key(def: &Def, index: usize) -> Option<String> {
        let field = def.signature.outputs.get().get(index)?;
        Some(field.name.get().to_owned())
    }
    fn part(&mut self, index: usize) -> Option<&mut dyn Slot> {
        match self.0.get_mut(index) {
            Some((_, part)) => Some(part),
            None => None,
        }
    }
}

/// Outputs by name, a reasoning among them where there is one; around a [`PartialRecord`] that is
/// [`ReasonedPartial`]'s.
pub(crate) struct FlatRecord(PartialRecord);

impl Partial for FlatRecord {
    type Key = String;
    fn empty(def: &Def) -> Self {
        FlatRecord(PartialRecord::of(def.outputs()))
    }
    fn key(def: &Def, index: usize) -> Option<String> {
        let field = def.outputs().nth(index)?;
        Some(field.name.get().to_owned())
    }
    fn part(&mut self, index: usize) -> Option<&mut dyn Slot> {
        self.0.part(index)
    }
}
