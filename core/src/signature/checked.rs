//! A signature whose outputs come after a reasoning in steps, which is checked.
use super::{Ask, Constants, Def, OutputsOf, Signature, SignatureDef};
use crate::{
    Result,
    constant::Ref,
    error::Fault,
    field::{InputField, Members, View},
    parse::Values,
    schema::{FieldDef, definitions::Definitions},
    stream::CheckedPartial,
    types::{ConfidenceScore, ReasoningChain, ReasoningQuality},
};
use std::{ops::Deref, sync::Arc};

/// Inputs of `S`, outputs of `S` after a reasoning in steps and a confidence. Made by
/// [`checked_reasoning`](Ask::checked_reasoning).
#[derive(Clone, Debug)]
pub struct WithSteps<S>(pub S);

/// What [`checked_reasoning`](Ask::checked_reasoning) answers. Reads through to the output; to move a field out, take
/// it from [`output`](Self::output): `checked.output.answer`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Checked<O> {
    /// How the model came to its answer, step by step: numbered, complete, and none said twice.
    pub steps: ReasoningChain,
    /// How sure the model is.
    pub confidence: ConfidenceScore,
    /// How good the reasoning looks.
    pub quality: ReasoningQuality,
    /// The answer.
    pub output: O,
}

impl<O> Checked<O> {
    /// An answer with its reasoning: what a demo shows.
    pub fn new(steps: ReasoningChain, confidence: ConfidenceScore, output: O) -> Self {
        Checked {
            quality: steps.quality(),
            steps,
            confidence,
            output,
        }
    }
}

impl<O> Deref for Checked<O> {
    type Target = O;
    fn deref(&self) -> &O {
        &self.output
    }
}

/// The steps and the confidence under the names that they are asked for by where the signature has no fields of
/// these names itself.
impl<O: Members> Members for Checked<O> {
    fn each(&self, member: &mut dyn FnMut(&str, View<'_>)) {
        member(STEPS.0, self.steps.view());
        member(CONFIDENCE.0, self.confidence.view());
        self.output.each(member);
    }
}

impl<O: OutputsOf> OutputsOf for Checked<O> {
    type Of = WithSteps<O::Of>;
}

/// How many outputs come before the signature's own.
pub(crate) const FIRST: usize = 2;

/// What is asked for, under which name, and under which where the signature has a field of that name itself.
const STEPS: (&str, &str, &str) = (
    "reasoning_steps",
    "checked_reasoning_steps",
    "the way to the answer. Of each step say in `thought` what it is about; in `reasoning` why it holds and what it \
     rests on (quote an input, or name an earlier step: `step 1`), then `Assumptions:` and `Uncertainties:`, each \
     with `none` where there are none; in `confidence` how sure the step is",
);
const CONFIDENCE: (&str, &str, &str) = (
    "confidence",
    "reasoning_confidence",
    "how sure you are of what these steps lead to",
);

fn asked<T: InputField>(
    (name, other, doc): (&str, &'static str, &'static str),
    own: &Def,
) -> FieldDef {
    let is_taken = |name: &str| {
        let mut fields = own.inputs().iter().chain(own.outputs());
        fields.any(|field| field.name.get() == name)
    };
    let mut name = name.to_owned();
    if is_taken(&name) {
        other.clone_into(&mut name);
    }
    while is_taken(&name) {
        name.push('_');
    }
    let mut field = FieldDef::new(Ref::shared(name.into()), T::SCHEMA.clone());
    field.doc = Ref::new(doc);
    field
}

/// A definition with steps and a confidence before its outputs. They are fields like others: so predictors can be
/// tuned in what is said of them.
fn with_steps(own: &Def) -> Def {
    let first = [
        asked::<ReasoningChain>(STEPS, own),
        asked::<ConfidenceScore>(CONFIDENCE, own),
    ];
    let signature = SignatureDef {
        name: own.signature.name.clone(),
        instructions: own.signature.instructions.clone(),
        inputs: own.signature.inputs.clone(),
        outputs: Ref::shared(first.into_iter().chain(own.outputs().cloned()).collect()),
    };
    Def {
        steps: true,
        ..Def::new(Ref::shared(Arc::new(signature)))
    }
}

impl<S: Ask> Ask for WithSteps<S> {
    type Output = Checked<S::Output>;
    type Partial = CheckedPartial<S::Partial>;
    const TYPED: bool = S::TYPED;
    fn def(&self) -> Def {
        with_steps(&self.0.def())
    }
    fn each_input(&self, input: &mut dyn FnMut(usize, View<'_>)) {
        self.0.each_input(input);
    }
    fn check_inputs(&self, faults: &mut Vec<Fault>) {
        self.0.check_inputs(faults);
    }
    fn read(def: &Def, mut values: Values<'_, '_>) -> Result<Self::Output, Vec<Fault>> {
        let steps: ReasoningChain = values.next()?;
        let confidence = values.next()?;
        let inputs = def.inputs().iter().map(|field| field.name.get());
        Ok(Checked {
            quality: ReasoningQuality::of(&steps, inputs),
            steps,
            confidence,
            output: S::read(&def.without_first_outputs(FIRST), values)?,
        })
    }
}

impl<S: Signature> Signature for WithSteps<S> {
    /// The signature's own: with steps all is put together at run time.
    const DEF: &'static SignatureDef = S::DEF;
    fn constants() -> Option<&'static Constants> {
        // a step is a named type too
        const { Definitions::have_room_beside(S::DEF, 1) };
        None
    }
    fn definition() -> Def {
        let _ = Self::constants();
        with_steps(&S::definition())
    }
    type At<'a> = WithSteps<S::At<'a>>;
    type Inputs<'a> = S::Inputs<'a>;
    fn ask<'a>(inputs: Self::Inputs<'a>) -> Self::At<'a> {
        WithSteps(S::ask(inputs))
    }
}
