//! Signatures: what is asked, and what comes back.
mod checked;
#[cfg(test)]
mod checked_tests;
mod def;
mod reasoned;

pub(crate) use checked::FIRST as STEPS_FIRST;
pub use checked::{Checked, WithSteps};
pub use def::{Constants, Def, SignatureDef};
pub use reasoned::{Reasoned, WithReasoning};

use crate::{
    Call, Demo, Result, error::Fault, field::View, parse::Values, schema::definitions::Definitions,
    stream::Partial,
};

/// One question: the input values of a signature, made by a `signature!` or at run time.
///
/// `signature!` implements it; you call its methods.
pub trait Ask: Sized + Send {
    /// What a reply is read into.
    type Output: Send;
    /// The outputs while they arrive.
    type Partial: Partial + Send;
    /// The definition behind the question.
    fn def(&self) -> Def;
    /// What is rendered of this signature with `reasoning` before the outputs.
    #[doc(hidden)]
    fn reasoned() -> Option<&'static Constants> {
        None
    }
    /// The inputs in order of declaration: index and value.
    #[doc(hidden)]
    fn each_input(&self, input: &mut dyn FnMut(usize, View<'_>));
    /// The author's own checks of the inputs.
    #[doc(hidden)]
    fn check_inputs(&self, faults: &mut Vec<Fault>) {
        let _ = faults;
    }
    /// Whether [`read`](Self::read) asks for the types that the schema says, so that it may read a clean
    /// reply by itself.
    #[doc(hidden)]
    const TYPED: bool = true;
    /// Reads the outputs from values that fit the schema, or from a clean reply.
    #[doc(hidden)]
    fn read(def: &Def, values: Values<'_, '_>) -> Result<Self::Output, Vec<Fault>>;

    /// Asks, and reads the reply into the outputs.
    ///
    /// The call is a future: nothing happens until it is awaited. `.await` gives the outputs;
    /// [`.prediction()`](Call::prediction) gives them with usage, model and raw reply.
    fn predict(self) -> Call<Self> {
        Call::new(self)
    }
    /// Asks for a `reasoning` before the outputs.
    fn chain_of_thought(self) -> Call<WithReasoning<Self>> {
        Call::new(WithReasoning(self))
    }
    /// Asks for a reasoning in steps before the outputs, checks it, and says how good it looks: see [`Checked`].
    ///
    /// Each step has a subject, and a reasoning with what it assumes and does not know; a confidence follows. What of
    /// this is wrong is an error like any other of a reply, and the model is told once:
    /// [`reask(1)`](Call::reask) unless another number is said. An output that is missing is first looked for in the
    /// last steps (`answer: …`, `the answer is …`), which [`Prediction::repairs`](crate::Prediction::repairs) tells.
    /// Settings are yours, here as elsewhere; [`Sampling::checked_reasoning`](crate::Sampling::checked_reasoning) is a
    /// preset for it.
    ///
    /// ```
    /// # async fn run() -> sigflow_core::Result<()> {
    /// use sigflow_core::{Ask, DynSignature, testing::Scripted};
    ///
    /// let lm = Scripted::new([r#"[[ ## reasoning_steps ## ]]
    /// [{"step_number": 1, "thought": "What is asked for.", "reasoning": "The question wants \"the capital of France\"."},
    ///  {"step_number": 2, "thought": "Which city it is.", "reasoning": "By step 1 it is the capital: Paris."}]
    /// [[ ## confidence ## ]]
    /// 95%
    /// [[ ## answer ## ]]
    /// Paris"#]).lm();
    /// let ask = DynSignature::parse("question -> answer")?.ask([("question", "What is the capital of France?".into())])?;
    /// let checked = ask.checked_reasoning().with(&lm).await?;
    /// assert_eq!(checked.output["answer"], "Paris");
    /// assert_eq!((checked.steps.len(), checked.confidence.get()), (2, 0.95));
    /// assert_eq!(checked.quality.logical_consistency, 1.0);
    /// # Ok(()) }
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run()).unwrap();
    /// ```
    fn checked_reasoning(self) -> Call<WithSteps<Self>> {
        Call::new(WithSteps(self))
    }
}

/// Outputs, by which their signature is found. `signature!` implements it where the outputs name all type parameters.
pub trait OutputsOf {
    /// The signature, with `'static` for its lifetimes.
    type Of: Signature;
}

/// A signature that the compiler knows; [`signature!`] declares one.
///
/// [`signature!`]: https://docs.rs/sigflow/latest/sigflow/macro.signature.html
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a signature",
    label = "expected a struct declared with `signature!`",
    note = "declare it: `signature! {{ struct {Self} {{ inputs }} -> {{ outputs }} }}`"
)]
pub trait Signature: Ask {
    /// The definition: fields, descriptions, constraints, schemas.
    const DEF: &'static SignatureDef;
    /// Whether a `reasoning` comes before the outputs.
    #[doc(hidden)]
    const REASONING: bool = false;
    /// What the compiler rendered; a signature with type parameters has nothing.
    #[doc(hidden)]
    fn constants() -> Option<&'static Constants> {
        // Its texts are rendered at run time. What they have no room for is found where its parameters are
        // known, when the program is built.
        const { Definitions::have_room(Self::DEF) };
        None
    }
    /// The definition, with what a module adds to it.
    #[doc(hidden)]
    fn definition() -> Def {
        let mut def = Def::constant(Self::DEF, Self::constants());
        def.reasoning = Self::REASONING;
        def
    }
    /// `Self` with its lifetimes replaced by `'a`; just `Self` when it borrows nothing. This is how a
    /// [`Predict`](crate::Predict) outlives the inputs of its calls.
    type At<'a>: Signature<Output = Self::Output>;
    /// The struct the user writes; differs from [`At`](Self::At) only below [`WithReasoning`].
    type Inputs<'a>;
    /// The question of some inputs.
    fn ask<'a>(inputs: Self::Inputs<'a>) -> Self::At<'a>;

    /// Reads a reply that came some other way: recorded, or of another client.
    ///
    /// # Errors
    /// If it cannot be read, or breaks a constraint; as a call would.
    fn parse_reply(reply: &str) -> Result<Self::Output> {
        let how = crate::parse::How::default();
        crate::parse::output::<Self>(&def_of::<Self>(), how, &crate::Completion::text(reply))
    }

    /// An example for the prompt: these inputs, that answer.
    fn demo(self, output: Self::Output) -> Demo<Self::At<'static>>
    where
        Self::Output: crate::field::Members,
    {
        Demo::new(&self, &output)
    }
}

/// The definition of a type that is a signature, for what needs no values.
pub(crate) fn def_of<S: Signature>() -> Def {
    S::definition()
}
