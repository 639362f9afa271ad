//! A call: a builder that is itself the future.
mod bounds;
mod compatibility;
mod mode;
mod options;
mod prepare;
mod quality;
mod running;
mod tally;

pub(crate) use bounds::{Bounds, named, path};
pub use compatibility::Compatibility;
pub(crate) use mode::Notes;
pub use mode::{Completions, Full, Many, Mode, One, Prediction, Streamed};
pub(crate) use options::Options;
pub(crate) use prepare::{Inputs, Prepared, render_prefix};
pub use quality::ReplyQuality;
pub(crate) use running::take_call;
pub(crate) use tally::Tally;

use crate::{
    Adapter, DemoFor, Handling, Lm, Native, Predict, Result, Settings, Strategic, Strategy,
    Streaming, Strictness,
    constant::Ref,
    signature::{Ask, Signature},
};
use running::Running;
use std::{
    future::Future,
    marker::PhantomData,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

/// A question on its way to a model: a builder that is itself the future.
///
/// `.await` it, join it, spawn it. It owns all it needs, so it has no lifetime but that of the inputs.
/// It is lazy: nothing happens before the first poll, and dropping it cancels the call. One call is one
/// request: no silent second one. Only [`reask`](Self::reask), [`Adapter::TwoStep`] and
/// [`Compatibility::Dspy`] make more of it, and the answer says how many.
#[must_use = "a call does nothing until it is awaited"]
pub struct Call<S, M = One> {
    /// Taken at the first poll.
    ask: Option<S>,
    running: Option<Running>,
    options: Options,
    mode: PhantomData<fn() -> M>,
}

impl<S: Ask> Call<S> {
    pub(crate) fn new(ask: S) -> Self {
        Call {
            ask: Some(ask),
            running: None,
            options: Options::none(),
            mode: PhantomData,
        }
    }
    /// `n` completions of one request.
    pub fn n(mut self, n: u32) -> Call<S, Many> {
        self.options.seldom().settings.n = Some(n);
        self.mode()
    }
    /// The outputs together with usage, model and raw reply.
    pub fn prediction(self) -> Call<S, Full> {
        self.mode()
    }
    /// Asks in the way that fits, or in the one that is said; the prediction says which and why. Settings come before it.
    ///
    /// ```
    /// # async fn run() -> sigflow_core::Result<()> {
    /// use sigflow_core::{Ask, DynSignature, Strategy, testing::Scripted};
    ///
    /// let script = Scripted::new(["[[ ## reasoning ## ]]\nIt is the capital.\n[[ ## answer ## ]]\nParis"]);
    /// let question = DynSignature::parse("question -> answer")?.ask([("question", "Where?".into())])?;
    /// let call = question.predict().with(&script.lm()).strategy(Strategy::Auto).reasoning();
    /// let prediction = call.await?;
    /// let choice = prediction.strategy.expect("one was chosen");
    /// assert_eq!((choice.strategy.as_str(), choice.reason), ("chain_of_thought", "the caller needs the reasoning"));
    /// assert_eq!(prediction.reasoning.as_deref(), Some("It is the capital."));
    /// # Ok(()) }
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run()).unwrap();
    /// ```
    pub fn strategy(self, strategy: Strategy) -> Strategic<S> {
        Strategic::new(self.ask, self.options, strategy)
    }
    pub(crate) fn of(ask: S, options: Options) -> Self {
        Call {
            options,
            ..Call::new(ask)
        }
    }
}

impl<S: Ask, M> Call<S, M> {
    /// The outputs while they arrive: see [`Streaming`]. Settings come before it.
    pub fn stream(self) -> Streaming<S>
    where
        M: Streamed,
    {
        Streaming::new(self.ask, Box::new(self.options))
    }
    /// The model to ask.
    pub fn with(mut self, lm: &Lm) -> Self {
        self.options.set_lm(lm);
        self
    }
    /// How random the reply may be.
    pub fn temperature(mut self, temperature: f64) -> Self {
        self.options.seldom().settings.temperature = Some(temperature);
        self
    }
    /// Nucleus sampling.
    pub fn top_p(mut self, top_p: f64) -> Self {
        self.options.seldom().settings.top_p = Some(top_p);
        self
    }
    /// The longest reply, in tokens.
    pub fn max_tokens(mut self, max_tokens: u32) -> Self {
        self.options.seldom().settings.max_tokens = Some(max_tokens);
        self
    }
    /// Asks for repeatable sampling.
    pub fn seed(mut self, seed: i64) -> Self {
        self.options.seldom().settings.seed = Some(seed);
        self
    }
    /// Several settings at once; those not set stay as they are.
    pub fn settings(mut self, settings: &Settings) -> Self {
        let told = self.options.seldom();
        told.settings = settings.or(&told.settings);
        self
    }
    /// Gives up after so long.
    pub fn deadline(mut self, after: Duration) -> Self {
        let at = crate::run::timer::after(after);
        self.options.deadline = Some(self.options.deadline.map_or(at, |earlier| earlier.min(at)));
        self
    }
    /// How layers around the model handle this call; what is not set stays as it is. See [`Handling`].
    pub fn handling(mut self, handling: Handling) -> Self {
        let told = self.options.seldom();
        told.handling = handling.or(told.handling);
        self
    }
    /// How the signature is put to the model.
    pub fn adapter(mut self, adapter: Adapter) -> Self {
        self.options.adapter = Some(adapter);
        self
    }
    /// What of the signature goes to the server apart from the prompt: its tools, and outputs that the server
    /// gives by itself. See [`Native`].
    pub fn native(mut self, native: Native) -> Self {
        self.options.seldom().native = Some(native);
        self
    }
    /// How much the reply is forgiven; leniently if nothing is said.
    pub fn strictness(mut self, strictness: Strictness) -> Self {
        self.options.strictness = Some(strictness);
        self
    }
    /// The model that takes the fields out of the first model's words, for [`Adapter::TwoStep`]. Without
    /// one the first model does it.
    ///
    /// ```
    /// # async fn run() -> sigflow_core::Result<()> {
    /// use sigflow_core::{Adapter, Ask, DynSignature, testing::Scripted};
    ///
    /// let thinker = Scripted::new(["Paris, I am quite sure."]).lm();
    /// let small = Scripted::new(["[[ ## answer ## ]]\nParis"]).lm();
    /// let question = DynSignature::parse("question -> answer")?.ask([("question", "Where?".into())])?;
    /// let call = question.predict().adapter(Adapter::TwoStep).with(&thinker).extractor(&small);
    /// let prediction = call.prediction().await?;
    /// assert_eq!((&prediction.output["answer"], prediction.calls), (&"Paris".into(), 2));
    /// assert_eq!(prediction.answer.as_deref(), Some("Paris, I am quite sure."));
    /// # Ok(()) }
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run()).unwrap();
    /// ```
    pub fn extractor(mut self, lm: &Lm) -> Self {
        self.options.seldom().extractor = Some(lm.clone());
        self
    }
    /// Tells the model what is wrong with a reply that cannot be read or breaks a constraint, at most `n`
    /// times: the field, what was expected, what came. Each time is a request; the answer counts them and
    /// their tokens.
    ///
    /// ```
    /// # async fn run() -> sigflow_core::Result<()> {
    /// use sigflow_core::{Ask, DynSignature, testing::Scripted};
    ///
    /// let script = Scripted::new(["[[ ## stars ## ]]\nmany", "[[ ## stars ## ]]\n4"]);
    /// let question = DynSignature::parse("text -> stars: int")?.ask([("text", "Good!".into())])?;
    /// let prediction = question.predict().reask(1).with(&script.lm()).prediction().await?;
    /// assert_eq!((&prediction.output["stars"], prediction.calls), (&4.into(), 2));
    /// let complaint = script.requests()[1].turns[2].text().to_owned();
    /// assert!(complaint.contains("- `stars`: expected an integer, got `many`"));
    /// # Ok(()) }
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run()).unwrap();
    /// ```
    pub fn reask(mut self, n: u32) -> Self {
        self.options.seldom().reask = Some(n);
        self
    }
    /// Takes over habits of DSPy, second requests included: for comparisons.
    pub fn compatibility(mut self, compatibility: Compatibility) -> Self {
        self.options.seldom().compatibility = Some(compatibility);
        self
    }
    /// Other instructions for this call than the signature's.
    pub fn instructions(mut self, instructions: impl Into<String>) -> Self {
        self.options.seldom().instructions = Some(instructions.into());
        self
    }
    /// Replaces the predictor's demos for this call.
    pub fn demos(mut self, demos: impl IntoIterator<Item = impl DemoFor<S::At<'static>>>) -> Self
    where
        S: Signature,
    {
        self.options.seldom().demos = Some(demos.into_iter().map(DemoFor::into_record).collect());
        self
    }
    /// The request that this call would make, for snapshots and curious eyes. Nothing is sent, and no
    /// model is needed.
    ///
    /// # Errors
    /// If an input breaks a constraint.
    pub fn request(mut self) -> Result<crate::Request> {
        match self.ask.take() {
            Some(ask) => {
                let mut def = self.options.def(ask.def());
                let choice = prepare::choice(&mut def, &self.options, self.options.lm.as_ref());
                let lm = self.options.lm.take();
                prepare::check_inputs(&ask, &def)?;
                Ok(prepare::request(
                    &ask,
                    &def,
                    &self.options,
                    choice.adapter,
                    lm.as_ref(),
                ))
            }
            None => Err(crate::Error::new(
                crate::ErrorKind::Model,
                "the call was polled already",
            )),
        }
    }
    /// Takes instructions, demos and settings from `predictor`.
    pub fn using(self, predictor: &Predict<S::At<'static>>) -> Self
    where
        S: Signature,
    {
        let call = self.tuned(Ref::new(predictor.name()), predictor.shared());
        call.kept(predictor.call_history())
    }
    /// The predictor's history.
    pub(crate) fn kept(mut self, history: Option<crate::CallHistory>) -> Self {
        self.options.history = history;
        self
    }
    pub(crate) fn tuned(mut self, name: Ref<str>, state: Option<Arc<crate::State>>) -> Self {
        (self.options.name, self.options.state) = (name, state);
        self
    }
    /// The same for a predictor made at run time; without a state of its own the question's stays.
    pub(crate) fn tuned_as(mut self, name: Ref<str>, state: Option<Arc<crate::State>>) -> Self {
        self.options.name = name;
        self.options.state = state.or(self.options.state);
        self
    }
    fn mode<N>(self) -> Call<S, N> {
        Call {
            ask: self.ask,
            running: self.running,
            options: self.options,
            mode: PhantomData,
        }
    }
}

// nothing in it is pinned in place: the model's future has its own box
impl<S, M> Unpin for Call<S, M> {}

impl<S: Ask, M: Mode> Future for Call<S, M> {
    type Output = Result<M::Of<S::Output>>;
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        if this.running.is_none() {
            let Some(ask) = this.ask.take() else {
                // polled again after its end: the contract of futures leaves this open, and waiting for
                // ever is worse than an error
                return Poll::Ready(Err(crate::Error::new(
                    crate::ErrorKind::Model,
                    "a call was polled after its end",
                )));
            };
            match prepare::prepare(&ask, &mut this.options) {
                Ok(running) => this.running = Some(running),
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
        let Some(running) = &mut this.running else {
            return Poll::Pending;
        };
        let answer = running.poll::<S, M>(cx);
        if answer.is_ready() {
            this.running = None;
        }
        answer
    }
}
