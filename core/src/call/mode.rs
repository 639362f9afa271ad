//! What a call answers with.
use crate::{
    AdapterChoice, Attempt, Completion, Error, ErrorKind, Repair, Response, Result, StrategyChoice,
    Usage,
    parse::{self, How},
    signature::{Ask, Def},
};
use std::{ops::Deref, sync::Arc};

/// What a call answers with, given the outputs `O` of its signature. Sealed.
pub trait Mode: sealed::Sealed {
    /// The answer.
    type Of<O>;
    /// Reads a response.
    #[doc(hidden)]
    fn read<S: Ask>(
        def: &Def,
        how: How,
        response: Response,
        notes: &Notes,
    ) -> Result<Self::Of<S::Output>>;
}

/// What is known about a call besides its last response.
#[derive(Clone, Debug)]
pub struct Notes {
    pub(crate) choice: AdapterChoice,
    pub(crate) calls: u32,
    /// How many of them a cache answered.
    pub(crate) saved: u32,
    /// The words of the first step of two.
    pub(crate) answer: Option<String>,
}
impl Notes {
    pub(crate) const fn new(choice: AdapterChoice) -> Self {
        Notes {
            choice,
            calls: 0,
            saved: 0,
            answer: None,
        }
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::One {}
    impl Sealed for super::Many {}
    impl Sealed for super::Full {}
}

/// A mode whose one reply can be shown while it arrives. Sealed.
#[diagnostic::on_unimplemented(
    message = "a stream shows one reply, and `.n(…)` asks for several; remove `.n(…)`, or leave `.stream()` away and await them all",
    label = "one reply can be streamed"
)]
pub trait Streamed: sealed::Sealed {}
impl Streamed for One {}
impl Streamed for Full {}

/// The outputs themselves.
pub enum One {}
/// After [`.n(k)`](crate::Call::n): all completions.
pub enum Many {}
/// After [`.prediction()`](crate::Call::prediction): the outputs with usage, model and raw reply.
pub enum Full {}

/// Outputs with what is known about how they came to be.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Prediction<O> {
    /// The outputs.
    pub output: O,
    /// Tokens, if the server said.
    pub usage: Option<Usage>,
    /// The model that answered, in the server's words.
    pub model: String,
    /// The reply as it came.
    pub raw: String,
    /// What the model thought before, if it says so apart from the reply.
    pub reasoning: Option<String>,
    /// The server's name for the request.
    pub request_id: Option<String>,
    /// How the signature was put to the model, and why so.
    pub adapter: AdapterChoice,
    /// How many requests were made: one, unless more were asked for. [`usage`](Self::usage) is of all.
    pub calls: u32,
    /// How many of them were answered out of a cache, for no tokens.
    pub saved: u32,
    /// What a layer around the model tried for them: retries, other routes. Empty where there is no such layer.
    pub attempts: Vec<Attempt>,
    /// What the first model said, in [`Adapter::TwoStep`](crate::Adapter::TwoStep).
    pub answer: Option<String>,
    /// What all requests cost in US dollars, where a layer knows prices of all of them; unknown is nothing, never zero.
    pub cost: Option<f64>,
    /// Which way the question was asked, and why; after [`Call::strategy`](crate::Call::strategy).
    pub strategy: Option<StrategyChoice>,
    repairs: Vec<Repair>,
    /// How many there are.
    pub(super) outputs: usize,
}

/// Reads through to the outputs; to move a field out, take it from [`output`](Prediction::output).
impl<O> Deref for Prediction<O> {
    type Target = O;
    fn deref(&self) -> &O {
        &self.output
    }
}

impl<O> Prediction<O> {
    /// What was forgiven to read the reply, in the order of the outputs; empty for a clean one.
    pub fn repairs(&self) -> &[Repair] {
        &self.repairs
    }
    /// Other outputs, the rest as it is.
    pub(crate) fn map<P>(self, output: impl FnOnce(O) -> P) -> Prediction<P> {
        Prediction {
            output: output(self.output),
            usage: self.usage,
            model: self.model,
            raw: self.raw,
            reasoning: self.reasoning,
            request_id: self.request_id,
            adapter: self.adapter,
            calls: self.calls,
            attempts: self.attempts,
            answer: self.answer,
            cost: self.cost,
            saved: self.saved,
            strategy: self.strategy,
            repairs: self.repairs,
            outputs: self.outputs,
        }
    }
}

/// All completions of one request: those that could be read, and the errors of those that could not.
#[derive(Debug)]
#[non_exhaustive]
pub struct Completions<O> {
    outputs: Vec<O>,
    /// One for each completion that could not be read.
    pub failed: Vec<Error>,
    /// Tokens of all together, if the server said.
    pub usage: Option<Usage>,
    /// How the signature was put to the model, and why so.
    pub adapter: AdapterChoice,
    /// How many requests were made: one, unless more were asked for.
    pub calls: u32,
}

impl<O> Deref for Completions<O> {
    type Target = [O];
    fn deref(&self) -> &[O] {
        &self.outputs
    }
}
impl<O> IntoIterator for Completions<O> {
    type Item = O;
    type IntoIter = std::vec::IntoIter<O>;
    fn into_iter(self) -> Self::IntoIter {
        self.outputs.into_iter()
    }
}
impl<'a, O> IntoIterator for &'a Completions<O> {
    type Item = &'a O;
    type IntoIter = std::slice::Iter<'a, O>;
    fn into_iter(self) -> Self::IntoIter {
        self.outputs.iter()
    }
}

/// The first completion, which a good server always sends.
fn first(response: &mut Response) -> Result<Completion> {
    if response.completions.is_empty() {
        let raw: Arc<str> = response.raw.clone().unwrap_or_else(|| Arc::from(""));
        return Err(
            Error::new(ErrorKind::NoContent, "the response has no completion").with_raw_reply(raw),
        );
    }
    Ok(response.completions.swap_remove(0))
}

/// An error keeps the server's name for the request, and what was tried for the reply.
#[cold]
fn identified(mut error: Error, response: &Response) -> Error {
    if let (Some(id), None) = (&response.request_id, error.request_id()) {
        error = error.with_request_id(id);
    }
    if !response.attempts.is_empty() {
        error = error.with_attempts(response.attempts.clone());
    }
    error
}

impl Mode for One {
    type Of<O> = O;
    fn read<S: Ask>(def: &Def, how: How, mut response: Response, _: &Notes) -> Result<S::Output> {
        let completion = first(&mut response)?;
        parse::output::<S>(def, how, &completion).map_err(|error| identified(error, &response))
    }
}

impl Mode for Full {
    type Of<O> = Prediction<O>;
    fn read<S: Ask>(
        def: &Def,
        how: How,
        mut response: Response,
        notes: &Notes,
    ) -> Result<Prediction<S::Output>> {
        let completion = first(&mut response)?;
        let (output, repairs) = parse::read::<S>(def, how, &completion)
            .map_err(|error| identified(error, &response))?;
        Ok(Prediction {
            output,
            usage: response.usage,
            model: response.model,
            raw: completion.text,
            reasoning: completion.reasoning,
            request_id: response.request_id,
            adapter: notes.choice,
            calls: notes.calls,
            saved: notes.saved,
            attempts: response.attempts,
            answer: notes.answer.clone(),
            cost: response.cost,
            strategy: None,
            repairs,
            outputs: def.outputs().count(),
        })
    }
}

impl Mode for Many {
    type Of<O> = Completions<O>;
    fn read<S: Ask>(
        def: &Def,
        how: How,
        mut response: Response,
        notes: &Notes,
    ) -> Result<Completions<S::Output>> {
        if response.completions.is_empty() {
            first(&mut response)?;
        }
        let (mut outputs, mut failed) = (Vec::new(), Vec::new());
        for completion in &response.completions {
            match parse::output::<S>(def, how, completion) {
                Ok(output) => outputs.push(output),
                Err(error) => failed.push(identified(error, &response)),
            }
        }
        if outputs.is_empty() && !failed.is_empty() {
            return Err(failed.swap_remove(0));
        }
        Ok(Completions {
            outputs,
            failed,
            usage: response.usage,
            adapter: notes.choice,
            calls: notes.calls,
        })
    }
}
