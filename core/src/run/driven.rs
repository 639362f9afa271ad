//! The future of a run.
use super::{
    Cancelled, Open, RunId, RunLog,
    cancel::called_off,
    ended::Ended,
    log::Entering,
    timer::Alarm,
    trace::{Outcome, SpanKind},
};
use crate::{
    Budget, Cancel, Error, ErrorKind, Lm, Phase, Result, Scope,
    constant::Ref,
    lm::{Deadline, Installed},
};
use pin_project_lite::pin_project;
use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

/// What a run begins with; the scope is made at the first poll, where it is known what is around.
pub(crate) struct Setup {
    pub(crate) name: Ref<str>,
    pub(crate) scope: Option<Scope>,
    pub(crate) lm: Option<Lm>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) budget: Option<Budget>,
    pub(crate) log: Option<Arc<RunLog>>,
    /// What is wrong with the arguments.
    pub(crate) refused: Option<Error>,
}

impl Setup {
    pub(crate) fn new(name: Ref<str>) -> Self {
        Setup {
            name,
            scope: None,
            lm: None,
            timeout: None,
            budget: None,
            log: None,
            refused: None,
        }
    }
}

/// A run that began.
struct Live {
    id: RunId,
    scope: Scope,
    limit: Option<(Deadline, Alarm)>,
    cancelled: Vec<Cancelled>,
    open: Option<Open>,
    entering: Option<Entering>,
}

pin_project! {
    /// A run: [`Scope::run`](crate::Scope::run), or a call of a program. Dropping it cancels all that is in it.
    #[must_use = "futures do nothing until they are polled"]
    pub struct Run<F> {
        setup: Option<Setup>,
        live: Option<Live>,
        // taken when the run ends, so that what it waits for ends with it
        #[pin]
        future: Option<F>,
    }
}

impl<F> Run<F> {
    pub(crate) fn new(setup: Setup, future: F) -> Self {
        Run {
            setup: Some(setup),
            live: None,
            future: Some(future),
        }
    }
}

impl<F: Future> Future for Run<F>
where
    F::Output: Ended,
{
    type Output = F::Output;
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let mut refused = None;
        if let Some(mut setup) = this.setup.take() {
            refused = setup.refused.take();
            *this.live = Some(Live::begin(setup));
        }
        let (Some(live), Some(future)) = (&mut *this.live, this.future.as_mut().as_pin_mut())
        else {
            let message = "a run was polled after its end";
            return Poll::Ready(Ended::ended_by(Error::new(ErrorKind::Model, message)));
        };
        let ended = if let Some(error) = refused.or_else(|| live.called_off(cx)) {
            Err(error)
        } else {
            let polled = {
                let _installed = Installed::new(&mut live.scope);
                future.poll(cx)
            };
            match polled {
                // The calls inside have the same deadline, and are looked at first: they know their path. It may
                // have been called off from inside, which would wake nobody.
                Poll::Pending => match live.called_off(cx).or_else(|| live.late(cx)) {
                    Some(error) => Err(error),
                    None => return Poll::Pending,
                },
                Poll::Ready(output) => Ok(output),
            }
        };
        this.future.set(None);
        Poll::Ready(match this.live.take() {
            Some(live) => live.end(ended),
            None => ended.unwrap_or_else(F::Output::ended_by),
        })
    }
}

impl Live {
    fn begin(mut setup: Setup) -> Self {
        let around = setup.scope.take().unwrap_or_else(Scope::current);
        let (mut scope, id) = around.of_run(&mut setup);
        let open = scope.tracing().cloned().map(|tracing| {
            tracing.name(id, scope.tags());
            let name = setup.name.get();
            tracing.open(SpanKind::Program, name, scope.path_to(name), None)
        });
        if let Some(open) = &open {
            scope = scope.with_tracing(open.inside());
        }
        let limit = scope.limit();
        Live {
            id,
            limit: limit.map(|limit| (limit.clone(), Alarm::new(limit.at))),
            cancelled: scope.cancels().iter().map(Cancel::cancelled).collect(),
            entering: setup.log.take().map(|log| Entering::new(log, id)),
            open,
            scope,
        }
    }
    fn called_off(&mut self, cx: &mut Context<'_>) -> Option<Error> {
        let mut cancels = self.cancelled.iter_mut();
        let any = cancels.any(|cancelled| Pin::new(cancelled).poll(cx).is_ready());
        any.then(called_off)
    }
    fn late(&mut self, cx: &mut Context<'_>) -> Option<Error> {
        let (limit, alarm) = self.limit.as_mut()?;
        if alarm.poll(cx).is_pending() {
            return None;
        }
        let message = format!("the deadline of run `{}` passed", limit.of.get());
        Some(Error::new(ErrorKind::Timeout, message).with_phase(Phase::Deadline))
    }
    fn end<O: Ended>(mut self, ended: Result<O, Error>) -> O {
        let learn = |error: Error| {
            let error = error.in_run(self.id).at(self.scope.path());
            let also = self.scope.failed(&error);
            error.with_also(also)
        };
        let (output, outcome) = match ended {
            Ok(output) => {
                let output = output.in_run(learn);
                let outcome = output.outcome();
                (output, outcome)
            }
            Err(error) => {
                let error = learn(error);
                let outcome = Outcome::of_error(&error);
                (O::ended_by(error), outcome)
            }
        };
        self.note(&outcome);
        if let Some(open) = self.open.take() {
            open.end(outcome);
        }
        output
    }
    fn note(&mut self, outcome: &Outcome) {
        if let Some(entering) = self.entering.take() {
            entering.end(outcome, self.scope.spent());
        }
    }
}

impl Drop for Live {
    /// The future was dropped.
    fn drop(&mut self) {
        self.note(&Outcome::Failed(Some(ErrorKind::Cancelled), String::new()));
    }
}
