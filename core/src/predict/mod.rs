//! Predictors: modules that can be tuned.
mod demo;
mod edited;
mod history;
mod record;
mod state;

pub use demo::{Demo, DemoFor};
pub use edited::FieldText;
pub(crate) use edited::{Edited, Kept};
pub use history::{CallContent, CallEntry, CallHistory};
pub(crate) use history::{HistoryPlace, Keeping};
pub use record::Record;
pub use state::State;

use crate::{
    Adapter, Call, Compatibility, Lm, Native, Settings, Strictness,
    constant::Ref,
    signature::{Def, Signature, WithReasoning, WithSteps, def_of},
};
use std::{fmt, marker::PhantomData, sync::Arc};

/// A module that asks `S`: instructions, demos and settings that can be read and changed.
///
/// Cheap to clone and free to make; what a call uses is a snapshot of its state, so changing it does
/// not touch calls under way. It has no lifetime of its inputs: write `Predict<Ask<'static>>` in a
/// struct, and call it with inputs of any lifetime.
pub struct Predict<S> {
    name: &'static str,
    state: Option<Arc<State>>,
    history: HistoryPlace,
    of: PhantomData<fn() -> S>,
}

/// A predictor that asks for a `reasoning` first.
pub type ChainOfThought<S> = Predict<WithReasoning<S>>;

/// A predictor that asks for a reasoning in steps first, and checks it: see
/// [`Ask::checked_reasoning`](crate::Ask::checked_reasoning).
pub type CheckedReasoning<S> = Predict<WithSteps<S>>;

impl<S> Clone for Predict<S> {
    fn clone(&self) -> Self {
        Predict {
            name: self.name,
            state: self.state.clone(),
            history: self.history.clone(),
            of: PhantomData,
        }
    }
}
impl<S: Signature> Default for Predict<S> {
    fn default() -> Self {
        Self::new()
    }
}
impl<S: Signature> fmt::Debug for Predict<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let demos = self.state.as_ref().map_or(0, |state| state.demos.len());
        f.debug_struct("Predict")
            .field("signature", &S::DEF.name.get())
            .field("instructions", &self.instructions())
            .field("demos", &demos)
            .finish_non_exhaustive()
    }
}

/// How a predictor is made. The bound stands on the functions, not on the `impl`: of a type that is no
/// signature rustc then says so in the trait's words, and not that `new` is there and cannot be called.
impl<S> Predict<S> {
    /// A predictor with the signature's own instructions and no demos.
    pub const fn new() -> Self
    where
        S: Signature,
    {
        Self::named("")
    }
    /// A predictor with a name, which errors and traces show.
    pub const fn named(name: &'static str) -> Self
    where
        S: Signature,
    {
        Predict {
            name,
            state: None,
            history: HistoryPlace::new(),
            of: PhantomData,
        }
    }
    /// The predictor of a program. `once`: of one that lives for one run, so that nobody will ask for its calls.
    #[doc(hidden)]
    pub const fn part(name: &'static str, once: bool) -> Self
    where
        S: Signature,
    {
        Predict {
            name,
            state: None,
            history: if once {
                HistoryPlace::none()
            } else {
                HistoryPlace::new()
            },
            of: PhantomData,
        }
    }
}

impl<S: Signature> Predict<S> {
    /// Asks, with this predictor's instructions, demos and settings.
    // `S::Inputs` and not a generic parameter: rustc then expects exactly that struct, and says so.
    pub fn call<'i>(&self, inputs: S::Inputs<'i>) -> Call<S::At<'i>> {
        let call = Call::new(S::ask(inputs)).tuned(Ref::new(self.name), self.state.clone());
        call.kept(self.history.get())
    }
    /// The definition of the signature.
    pub fn def(&self) -> Def {
        def_of::<S>()
    }
    /// The instructions in force.
    pub fn instructions(&self) -> &str {
        self.state
            .as_ref()
            .and_then(|state| state.instructions.as_deref())
            .unwrap_or(S::DEF.instructions.get())
    }
    /// The demos in force.
    pub fn demos(&self) -> &[Record] {
        self.state.as_ref().map_or(&[], |state| &state.demos)
    }
    /// The settings in force; the model's own stand behind them.
    pub fn settings(&self) -> Settings {
        self.state
            .as_ref()
            .map(|state| state.settings.clone())
            .unwrap_or_default()
    }
    /// The last 100 calls, oldest first: runs, times, tokens and outcomes, no inputs and outputs unless
    /// [asked for](Self::with_content_history). Clones share them from the first call on.
    pub fn history(&self) -> Vec<CallEntry> {
        self.history.entries()
    }
    /// The same predictor with a history of its own that also keeps inputs and outputs, of at most 16 MiB: the oldest
    /// calls go first.
    #[must_use]
    pub fn with_content_history(mut self) -> Self {
        self.history.set_content(None);
        self
    }
    /// As [`with_content_history`](Self::with_content_history), of at most so many bytes. A call that is longer alone is
    /// kept without its content.
    #[must_use]
    pub fn with_content_history_of(mut self, bytes: usize) -> Self {
        self.history.set_content(Some(bytes));
        self
    }
    /// The same predictor with a history of its own of so many calls; none with 0.
    #[must_use]
    pub fn keep_history(mut self, calls: usize) -> Self {
        self.history.set_calls(calls);
        self
    }
    /// Other instructions.
    pub fn set_instructions(&mut self, instructions: impl Into<String>) {
        self.state_mut().instructions = Some(instructions.into());
    }
    /// Other demos.
    pub fn set_demos(&mut self, demos: impl IntoIterator<Item = impl DemoFor<S::At<'static>>>) {
        self.state_mut().demos = demos.into_iter().map(DemoFor::into_record).collect();
    }
    /// Other settings.
    pub fn set_settings(&mut self, settings: Settings) {
        self.state_mut().settings = settings;
    }
    /// The same predictor with a model of its own.
    #[must_use]
    pub fn with(mut self, lm: &Lm) -> Self {
        self.state_mut().lm = Some(lm.clone());
        self
    }
    /// The same predictor with an adapter of its own.
    #[must_use]
    pub fn adapter(mut self, adapter: Adapter) -> Self {
        self.state_mut().adapter = Some(adapter);
        self
    }
    /// The same predictor; what of its signature goes to the server apart from the prompt: see [`Native`].
    #[must_use]
    pub fn native(mut self, native: Native) -> Self {
        self.state_mut().native = Some(native);
        self
    }
    /// The same predictor, forgiving its replies so much.
    #[must_use]
    pub fn strictness(mut self, strictness: Strictness) -> Self {
        self.state_mut().strictness = Some(strictness);
        self
    }
    /// The same predictor with a model for the second step of [`Adapter::TwoStep`].
    #[must_use]
    pub fn extractor(mut self, lm: &Lm) -> Self {
        self.state_mut().extractor = Some(lm.clone());
        self
    }
    /// The same predictor, which tells the model at most `n` times what is wrong with a reply: see
    /// [`Call::reask`].
    #[must_use]
    pub fn reask(mut self, n: u32) -> Self {
        self.state_mut().reask = Some(n);
        self
    }
    /// The same predictor with habits of DSPy, for comparisons.
    #[must_use]
    pub fn compatibility(mut self, compatibility: Compatibility) -> Self {
        self.state_mut().compatibility = Some(compatibility);
        self
    }
    /// The same predictor with these demos.
    #[must_use]
    pub fn with_demos(
        mut self,
        demos: impl IntoIterator<Item = impl DemoFor<S::At<'static>>>,
    ) -> Self {
        self.set_demos(demos);
        self
    }
    /// Copies on write: calls under way keep what they started with.
    pub(crate) fn state_mut(&mut self) -> &mut State {
        Arc::make_mut(self.state.get_or_insert_default()).changed()
    }
    pub(crate) fn call_history(&self) -> Option<CallHistory> {
        self.history.get()
    }
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }
    pub(crate) fn state(&self) -> Option<&State> {
        self.state.as_deref()
    }
    pub(crate) fn shared(&self) -> Option<Arc<State>> {
        self.state.clone()
    }
}
