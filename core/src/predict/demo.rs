//! Demonstrations.
use super::Record;
use crate::{
    field::Members,
    signature::{Ask, WithReasoning, WithSteps},
};
use std::marker::PhantomData;

/// An example for the prompt of `S`: inputs and the outputs they should give. Made by
/// [`Signature::demo`](crate::Signature::demo).
pub struct Demo<S> {
    record: Record,
    of: PhantomData<fn() -> S>,
}

impl<S> Demo<S> {
    pub(crate) fn new(inputs: &impl Ask, outputs: &impl Members) -> Self {
        let def = inputs.def();
        let mut record = Record::default();
        inputs.each_input(&mut |index, view| {
            if let Some(field) = def.inputs().get(index) {
                record.set(field.name.get(), view.to_value());
            }
        });
        outputs.each(&mut |name, view| record.set(name, view.to_value()));
        Demo {
            record,
            of: PhantomData,
        }
    }
    /// A demo out of values by name, some of which may be missing: out of saved state, or a dataset.
    ///
    /// An incomplete demo is shown as such; one without an input or without an output is left out.
    pub fn from_record(record: Record) -> Self {
        Demo {
            record,
            of: PhantomData,
        }
    }
    /// The values by name.
    pub fn record(&self) -> &Record {
        &self.record
    }
}

impl<S> Clone for Demo<S> {
    fn clone(&self) -> Self {
        Demo {
            record: self.record.clone(),
            of: PhantomData,
        }
    }
}
impl<S> std::fmt::Debug for Demo<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.record.fmt(f)
    }
}

/// A demo that may stand in the prompt of `S`: one of `S`, or, where a reasoning is asked for, one that
/// has none. A trait of ours and not `Into`, for the sake of its message.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no demo for `{S}`",
    label = "made from the inputs of another signature",
    note = "make demos with the inputs they belong to: `Inputs {{ … }}.demo(Outputs {{ … }})`"
)]
pub trait DemoFor<S> {
    /// The values by name.
    fn into_record(self) -> Record;
}
impl<S> DemoFor<S> for Demo<S> {
    fn into_record(self) -> Record {
        self.record
    }
}
impl<S> DemoFor<WithReasoning<S>> for Demo<S> {
    fn into_record(self) -> Record {
        self.record
    }
}
impl<S> DemoFor<WithSteps<S>> for Demo<S> {
    fn into_record(self) -> Record {
        self.record
    }
}
impl<S> DemoFor<S> for &Demo<S> {
    fn into_record(self) -> Record {
        self.record.clone()
    }
}
