//! A signature whose outputs come after a reasoning.
use super::{Ask, Constants, Def, OutputsOf, Signature, SignatureDef};
use crate::{
    Result,
    error::Fault,
    field::{Members, View},
    parse::Values,
    schema::definitions::Definitions,
    stream::ReasonedPartial,
};
use std::ops::Deref;

/// Inputs of `S`, outputs of `S` after a `reasoning`.
#[derive(Clone, Debug)]
pub struct WithReasoning<S>(pub S);

/// What `chain_of_thought()` answers. Reads through to the output; to move a field out, take it from
/// [`output`](Self::output): `reasoned.output.answer`.
#[derive(Clone, Debug, PartialEq)]
pub struct Reasoned<O> {
    /// How the model came to its answer.
    pub reasoning: String,
    /// The answer.
    pub output: O,
}

impl<O> Deref for Reasoned<O> {
    type Target = O;
    fn deref(&self) -> &O {
        &self.output
    }
}

impl<O: Members> Members for Reasoned<O> {
    fn each(&self, member: &mut dyn FnMut(&str, View<'_>)) {
        member("reasoning", View::Text(&self.reasoning));
        self.output.each(member);
    }
}

impl<O: OutputsOf> OutputsOf for Reasoned<O> {
    type Of = WithReasoning<O::Of>;
}

impl<S: Ask> Ask for WithReasoning<S> {
    type Output = Reasoned<S::Output>;
    type Partial = ReasonedPartial<S::Partial>;
    const TYPED: bool = S::TYPED;
    fn def(&self) -> Def {
        Def {
            reasoning: true,
            constants: S::reasoned(),
            ..self.0.def()
        }
    }
    fn each_input(&self, input: &mut dyn FnMut(usize, View<'_>)) {
        self.0.each_input(input);
    }
    fn check_inputs(&self, faults: &mut Vec<Fault>) {
        self.0.check_inputs(faults);
    }
    fn read(def: &Def, mut values: Values<'_, '_>) -> Result<Self::Output, Vec<Fault>> {
        Ok(Reasoned {
            reasoning: values.next()?,
            output: if def.reasoning {
                S::read(def, values)?
            } else {
                // a predictor with labels of its own has the reasoning among its fields
                S::read(&def.without_first_output(), values)?
            },
        })
    }
}

impl<S: Signature> Signature for WithReasoning<S> {
    const DEF: &'static SignatureDef = S::DEF;
    const REASONING: bool = true;
    fn constants() -> Option<&'static Constants> {
        // as in the trait: with a reasoning everything is rendered at run time
        const { Definitions::have_room(S::DEF) };
        S::reasoned()
    }
    type At<'a> = WithReasoning<S::At<'a>>;
    type Inputs<'a> = S::Inputs<'a>;
    fn ask<'a>(inputs: Self::Inputs<'a>) -> Self::At<'a> {
        WithReasoning(S::ask(inputs))
    }
}
