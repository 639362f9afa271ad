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
    telemetry::{self, Event, EventKind},
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
    observed: telemetry::Live,
    nested: bool,
    name: Ref<str>,
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
                #[allow(clippy::let_unit_value)] // nothing where the feature is off
                let _entered = live.observed.enter();
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

/// Begins the span of a run.
#[cold]
fn observe(scope: &mut Scope, nested: bool, id: RunId, name: &str) -> telemetry::Live {
    let kind = if nested {
        telemetry::SpanKind::Module
    } else {
        telemetry::SpanKind::Program
    };
    let mut live = telemetry::Live::of(scope, None, kind, format!("invoke_workflow {name}"));
    live.set("gen_ai.operation.name", "invoke_workflow");
    live.set("gen_ai.workflow.name", name.to_owned());
    live.set("sigflow.path", scope.path_to(name));
    live.set("sigflow.run", id.to_string());
    telemetry::conversation(&mut live, scope);
    if let Some(inside) = live.inside(scope) {
        *scope = inside;
    }
    live
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
        let nested = around.run_id().is_some();
        let observed = if scope.is_observed() {
            observe(&mut scope, nested, id, setup.name.get())
        } else {
            telemetry::Live::none()
        };
        let limit = scope.limit();
        Live {
            id,
            limit: limit.map(|limit| (limit.clone(), Alarm::new(limit.at))),
            cancelled: scope.cancels().iter().map(Cancel::cancelled).collect(),
            entering: setup.log.take().map(|log| Entering::new(log, id)),
            open,
            observed,
            nested,
            name: setup.name,
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
        self.tell(&outcome);
        if let Some(open) = self.open.take() {
            open.end(outcome);
        }
        output
    }
    /// Says it to those who watch.
    fn tell(&mut self, outcome: &Outcome) {
        if !self.observed.is_some() {
            return;
        }
        let mut observed = std::mem::replace(&mut self.observed, telemetry::Live::none());
        let kind = if self.nested {
            EventKind::ModuleExecution
        } else {
            EventKind::ProgramExecution
        };
        let path = self.scope.path_to(self.name.get());
        let mut event = Event::new(kind).name(self.name.get()).path(path.as_str());
        event = event.duration(observed.elapsed()).succeeded(true);
        if let Outcome::Failed(kind, message) = outcome {
            event.succeeded = Some(false);
            event.error = *kind;
            let kind = kind.map_or("_OTHER", ErrorKind::as_str);
            // the message may quote a prompt, a reply or a server
            let message = if observed.wants_content() {
                message.clone()
            } else {
                kind.to_owned()
            };
            observed.fails(kind, message);
        }
        observed.event(&self.scope, &event);
        observed.end();
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
        // whoever watches it has not heard of its end yet
        if self.observed.is_some() {
            let dropped = "its future was dropped".to_owned();
            self.tell(&Outcome::Failed(Some(ErrorKind::Cancelled), dropped));
        }
    }
}
