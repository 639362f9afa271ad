//! A call whose way is chosen when it begins.
use super::{Strategy, StrategyChoice};
use crate::{
    Ask, Call, Error, ErrorKind, Full, Lm, Prediction, Reasoned, Result, WithReasoning,
    call::Options, telemetry,
};
use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

/// A call whose way is chosen when it begins: a builder that is itself the future. It answers with a
/// [`Prediction`], whose [`strategy`](Prediction::strategy) says which way was taken and why.
///
/// Made by [`Call::strategy`].
#[must_use = "a call does nothing until it is awaited"]
pub struct Strategic<S> {
    strategy: Strategy,
    reasoning: bool,
    compare: Option<Lm>,
    state: State<S>,
    choice: Option<StrategyChoice>,
}

enum State<S> {
    /// Taken at the first poll.
    New(Option<(S, Options)>),
    Plain(Call<S, Full>),
    Reasoned(Call<WithReasoning<S>, Full>),
}

// nothing in it is pinned in place: a call is not either
impl<S> Unpin for Strategic<S> {}

impl<S: Ask> Strategic<S> {
    pub(crate) fn new(ask: Option<S>, options: Options, strategy: Strategy) -> Self {
        Strategic {
            strategy,
            reasoning: false,
            compare: None,
            state: State::New(ask.map(|ask| (ask, options))),
            choice: None,
        }
    }
    /// The caller needs to see how the answer came about: [`Prediction::reasoning`] will be there.
    pub fn reasoning(mut self) -> Self {
        self.reasoning = true;
        self
    }
    /// The model that asks several providers, for [`Strategy::MultiProvider`]: `Compare` of `sigflow-providers` makes
    /// one, or any other layer does.
    pub fn compare(mut self, many: &Lm) -> Self {
        self.compare = Some(many.clone());
        self
    }

    /// Chooses, and makes the call.
    fn begin(&mut self, ask: S, mut options: Options) -> Result<State<S>> {
        let is_optimized = options.is_tuned();
        let choice = StrategyChoice::of(
            self.strategy,
            self.reasoning,
            self.compare.is_some(),
            is_optimized,
        );
        self.choice = Some(choice);
        // for the call's span; where nobody watches there is none
        if telemetry::is_on() {
            options.seldom().strategy = Some(choice);
        }
        let wrong = |message: &str| Err(Error::new(ErrorKind::Configuration, message));
        match choice.strategy {
            Strategy::ChainOfThought => {
                options.forget_labels();
                let call = Call::of(WithReasoning(ask), options);
                return Ok(State::Reasoned(call.prediction()));
            }
            Strategy::MultiProvider => match &self.compare {
                Some(many) => options.lm = Some(many.clone()),
                None => {
                    return wrong(
                        "strategy `multi_provider` has no model that asks several; give it one: `.compare(&lm)`",
                    );
                }
            },
            Strategy::Optimized if !is_optimized => {
                return wrong(
                    "strategy `optimized` needs a predictor with demos or instructions of its own; load a state into it, and call it with `.using(&predictor)` or `predictor.call(…)`",
                );
            }
            Strategy::Standard => options.forget_tuning(),
            _ => {}
        }
        Ok(State::Plain(Call::of(ask, options).prediction()))
    }
}

impl<S: Ask> Future for Strategic<S> {
    type Output = Result<Prediction<S::Output>>;
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        loop {
            let answer = match &mut this.state {
                State::New(new) => {
                    let Some((ask, options)) = new.take() else {
                        let message = "a call was polled after its end";
                        return Poll::Ready(Err(Error::new(ErrorKind::Model, message)));
                    };
                    this.state = match this.begin(ask, options) {
                        Ok(state) => state,
                        Err(error) => return Poll::Ready(Err(error)),
                    };
                    continue;
                }
                State::Plain(call) => Pin::new(call).poll(cx),
                State::Reasoned(call) => Pin::new(call).poll(cx).map_ok(without_reasoning),
            };
            return answer.map_ok(|mut prediction| {
                prediction.strategy = this.choice;
                prediction
            });
        }
    }
}

/// The reasoning stands where a model's own would.
fn without_reasoning<O>(prediction: Prediction<Reasoned<O>>) -> Prediction<O> {
    let mut reasoning = String::new();
    let mut plain = prediction.map(|reasoned| {
        reasoning = reasoned.reasoning;
        reasoned.output
    });
    plain.reasoning = Some(reasoning);
    plain
}
