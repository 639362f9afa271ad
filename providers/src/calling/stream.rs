//! A call that is answered in pieces. The first piece of a reply decides for its route; until then a failure is
//! not seen. After it the reply of another attempt begins anew, and says so.
use super::{
    Took, clock,
    engine::{Going, Held},
    plan::{Plan, Step, too_long},
};
use futures_core::Stream;
use sigflow_core::{Attempt, BoxStream, Chunk, Error, ErrorKind, Phase, Request, Result};
use std::{
    collections::VecDeque,
    future::Future as _,
    pin::Pin,
    task::{Context, Poll},
};
use tokio::time::Sleep;

pub(crate) struct Pieces {
    plan: Plan,
    request: Request,
    state: State,
    /// What the caller gets next.
    ready: VecDeque<Chunk>,
    /// The caller has seen a piece of a reply that may become void.
    delivered: bool,
}

enum State {
    Next,
    Waiting(Pin<Box<Sleep>>),
    Open(Box<Open>),
    Over,
}

/// An attempt under way.
struct Open {
    going: Option<Going>,
    pieces: BoxStream<'static, Result<Chunk>>,
    alarm: Option<Pin<Box<Sleep>>>,
    /// Held back until the reply begins: another attempt may have another one.
    head: Option<Chunk>,
    has_begun: bool,
    /// It comes out of a cache.
    is_saved: bool,
    /// Of a layer inside of the route.
    inner: Vec<Attempt>,
}

impl Pieces {
    pub(crate) fn new(held: Held, request: Request) -> Self {
        Pieces {
            plan: Plan::new(held, &request, true),
            request,
            state: State::Next,
            ready: VecDeque::new(),
            delivered: false,
        }
    }

    fn open(&self, going: Going) -> Open {
        let until = going.patience.into_iter().chain(self.plan.deadline()).min();
        Open {
            pieces: going.lm().stream(self.plan.request(&self.request)),
            alarm: until.and_then(clock::alarm),
            head: None,
            has_begun: false,
            is_saved: false,
            inner: Vec::new(),
            going: Some(going),
        }
    }

    /// The attempt failed; what it had delivered is void, if another attempt answers.
    fn failed(&mut self, open: &mut Open, error: Error) {
        if let Some(going) = open.going.take() {
            self.plan.failed(going, error, self.delivered);
        }
    }

    /// Takes a piece of an attempt; `false` after its end.
    fn take(&mut self, open: &mut Open, chunk: Chunk) -> bool {
        match chunk {
            Chunk::Head { .. } if !open.has_begun => {
                open.head = Some(chunk);
                return true;
            }
            Chunk::Attempts(attempts) => {
                open.inner = attempts;
                return true;
            }
            Chunk::Saved(_) => open.is_saved = true,
            // a layer inside of the route began anew
            Chunk::Restart => {
                if open.has_begun {
                    self.ready.push_back(Chunk::Restart);
                } else {
                    open.head = None;
                }
                return true;
            }
            _ => {}
        }
        if !open.has_begun && !is_empty(&chunk) {
            open.has_begun = true;
            if let Some(going) = &open.going {
                going.first();
            }
            // from now on only the caller's deadline holds, and what the route's own client holds to
            open.alarm = self.plan.deadline().and_then(clock::alarm);
            if std::mem::replace(&mut self.delivered, true) {
                self.ready.push_back(Chunk::Restart);
            }
            self.ready.push_back(head(open));
        }
        if !open.has_begun {
            return true;
        }
        let Chunk::End(usage) = chunk else {
            self.ready.push_back(chunk);
            return true;
        };
        if let Some(going) = open.going.take() {
            let inner = std::mem::take(&mut open.inner);
            let took = Took {
                usage,
                cost: None,
                is_saved: open.is_saved,
            };
            let attempts = self.plan.answered(going, took, inner);
            self.ready.push_back(Chunk::Attempts(attempts));
        }
        self.ready.push_back(Chunk::End(usage));
        false
    }
}

/// Who answers, as the first piece of a reply; the route's own name, where the reply does not say.
fn head(open: &mut Open) -> Chunk {
    let own = || Chunk::Head {
        model: open
            .going
            .as_ref()
            .map_or("", |going| going.lm().name())
            .to_owned(),
        request_id: None,
    };
    match open.head.take() {
        Some(Chunk::Head { model, request_id }) if !model.is_empty() => {
            Chunk::Head { model, request_id }
        }
        _ => own(),
    }
}

/// A piece that says nothing: some servers send one before they begin to think.
pub(crate) fn is_empty(chunk: &Chunk) -> bool {
    matches!(chunk, Chunk::Text(text) | Chunk::Reasoning(text) if text.is_empty())
}

impl Stream for Pieces {
    type Item = Result<Chunk>;
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            if let Some(chunk) = this.ready.pop_front() {
                return Poll::Ready(Some(Ok(chunk)));
            }
            match std::mem::replace(&mut this.state, State::Over) {
                State::Over => return Poll::Ready(None),
                State::Next => match this.plan.step() {
                    Step::Wait(at) => {
                        this.state = clock::alarm(at).map_or(State::Next, State::Waiting);
                    }
                    Step::Try(going) => this.state = State::Open(Box::new(this.open(going))),
                    Step::End(error) => return Poll::Ready(Some(Err(error))),
                },
                State::Waiting(mut alarm) => {
                    if alarm.as_mut().poll(cx).is_pending() {
                        this.state = State::Waiting(alarm);
                        return Poll::Pending;
                    }
                    this.state = State::Next;
                }
                State::Open(mut open) => {
                    // a machine that slept wakes with pieces that came in time and a deadline that is over
                    let is_over = this
                        .plan
                        .deadline()
                        .is_some_and(|deadline| clock::now() >= deadline);
                    let polled = if is_over {
                        Poll::Pending
                    } else {
                        open.pieces.as_mut().poll_next(cx)
                    };
                    let failure = match polled {
                        Poll::Ready(Some(Ok(chunk))) => {
                            if this.take(&mut open, chunk) {
                                this.state = State::Open(open);
                            }
                            continue;
                        }
                        Poll::Ready(Some(Err(error))) => error,
                        Poll::Ready(None) => Error::new(
                            ErrorKind::IncompleteStream,
                            "the stream ended before the reply did",
                        ),
                        Poll::Pending => {
                            let rings =
                                |alarm: &mut Pin<Box<Sleep>>| alarm.as_mut().poll(cx).is_ready();
                            if !is_over && !open.alarm.as_mut().is_some_and(rings) {
                                this.state = State::Open(open);
                                return Poll::Pending;
                            }
                            match &open.going {
                                Some(going) => too_long(going, &this.plan, Phase::FirstToken),
                                None => return Poll::Ready(None),
                            }
                        }
                    };
                    this.failed(&mut open, failure);
                    this.state = State::Next;
                }
            }
        }
    }
}
