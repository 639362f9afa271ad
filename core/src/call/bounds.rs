//! What the surroundings hold a call to, and what they write down of it.
use super::{Options, prepare::Inputs};
use crate::{
    Completion, Error, ErrorKind, Lm, Phase, Record, Request, Response, Result, Scope, Settings,
    StrategyChoice,
    constant::Ref,
    dynamic::{DynAsk, DynSignature},
    parse::{self, How},
    predict::Keeping,
    run::{CallTrace, Cancel, Cancelled, Open, Outcome, SpanKind, called_off, timer},
    signature::{Def, WithReasoning},
    telemetry::{ObservedReply, ObservedStream, Prediction},
};
use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Instant,
};

/// Beside a call under way. Empty, and free, where nothing was asked for.
pub(crate) struct Bounds {
    cancelled: Vec<Cancelled>,
    open: Option<Open>,
    observed: Option<Box<Prediction>>,
    /// For the predictor's history.
    kept: Option<Box<Keeping>>,
}

/// Takes over what an optimizer forces, against the call and the predictor.
pub(super) fn force(scope: &Scope, options: &mut Options, path: impl FnOnce() -> String) {
    let Some(forced) = scope.forced(path) else {
        return;
    };
    if let Some(lm) = &forced.lm {
        options.lm = Some(lm.clone());
    }
    if let Some(instructions) = &forced.instructions {
        options.seldom().instructions = Some(instructions.clone());
    }
    if let Some(demos) = &forced.demos {
        options.seldom().demos = Some(demos.clone());
    }
    if forced.settings != Settings::default() {
        let told = options.seldom();
        told.settings = forced.settings.or(&told.settings);
    }
}

impl Bounds {
    pub(super) fn of(
        scope: &Scope,
        ask: &dyn Inputs,
        def: &Def,
        lm: &Lm,
        mut kept: Option<Box<Keeping>>,
        path: impl Fn() -> String,
    ) -> Self {
        let mut observed = Prediction::begin(scope, lm, def, &path);
        if let Some(observed) = observed.as_mut().filter(|one| one.wants_content()) {
            observed.asked(inputs(ask, def));
        }
        if let Some(kept) = &mut kept {
            kept.given(|| inputs(ask, def));
        }
        let open = scope.tracing().map(|tracing| {
            let call = CallTrace {
                signature: def.signature.name.get().to_owned(),
                inputs: inputs(ask, def),
                ..CallTrace::default()
            };
            let path = path();
            let name = path.rsplit('.').next().unwrap_or_default().to_owned();
            tracing.open(SpanKind::ModelCall, &name, path, Some(call))
        });
        Bounds {
            cancelled: scope.cancels().iter().map(Cancel::cancelled).collect(),
            open,
            observed,
            kept,
        }
    }

    /// Which way the question is asked, if that was chosen.
    pub(super) fn chosen(&mut self, strategy: Option<StrategyChoice>) {
        if let (Some(observed), Some(choice)) = (&mut self.observed, strategy) {
            observed.chosen(choice);
        }
    }

    /// Sends a request, if nothing speaks against it.
    pub(crate) fn send(
        &self,
        scope: &Scope,
        lm: &Lm,
        mut request: Request,
    ) -> Result<crate::BoxFuture<'static, Result<Response>>> {
        scope.tell(&mut request);
        self.admit(scope, &request)?;
        Ok(match &self.observed {
            Some(observed) => ObservedReply::send(scope, Some(&observed.live), lm, request),
            None => lm.complete(request),
        })
    }

    /// Sends a request that is answered in pieces, if nothing speaks against it.
    pub(crate) fn stream(
        &self,
        scope: &Scope,
        lm: &Lm,
        mut request: Request,
    ) -> Result<crate::BoxStream<'static, Result<crate::Chunk>>> {
        scope.tell(&mut request);
        self.admit(scope, &request)?;
        Ok(match &self.observed {
            Some(observed) => ObservedStream::send(scope, Some(&observed.live), lm, request),
            None => lm.stream(request),
        })
    }

    fn admit(&self, scope: &Scope, request: &Request) -> Result<()> {
        if scope.is_cancelled() {
            return Err(called_off());
        }
        if let Some(deadline) = request.deadline
            && timer::now() >= deadline
        {
            return Err(late(scope, deadline, "the request was sent"));
        }
        scope.spend_call()?;
        if let Some(open) = &self.open {
            open.sent(request);
        }
        Ok(())
    }

    /// Ends a wait that was called off.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Error> {
        let mut cancels = self.cancelled.iter_mut();
        if cancels.any(|cancelled| Pin::new(cancelled).poll(cx).is_ready()) {
            return Poll::Ready(called_off());
        }
        Poll::Pending
    }

    /// A reply came.
    pub(crate) fn received(&mut self, scope: &Scope, response: &Response) {
        let usage = response.usage_in_all();
        if let Some(observed) = &mut self.observed {
            observed.spends(usage);
        }
        if let Some(kept) = &mut self.kept {
            kept.spends(usage);
        }
        if let Some(usage) = usage {
            scope.spend_tokens(usage);
        }
        if response.saved.is_some() {
            scope.give_call_back();
        }
        if let Some(open) = &self.open {
            open.answered(response);
        }
    }

    /// The call ends. `reply`: what its outputs were read from.
    pub(crate) fn end(
        &mut self,
        def: &Def,
        how: How,
        reply: Option<&Completion>,
        error: Option<&Error>,
    ) {
        if !self.is_open() {
            return;
        }
        let wanted = reply.filter(|_| error.is_none() && self.wants_reply());
        let outputs = wanted.and_then(|reply| outputs(def, how, reply));
        if let Some(mut observed) = self.observed.take() {
            observed.end(outputs.as_ref(), error);
        }
        if let Some(kept) = self.kept.take() {
            kept.end(outputs.as_ref(), error);
        }
        let Some(open) = self.open.take() else {
            return;
        };
        if let Some(outputs) = outputs {
            open.outputs(outputs);
        }
        open.end(match error {
            None => Outcome::Succeeded,
            Some(error) => Outcome::Failed(Some(error.kind()), error.to_string()),
        });
    }

    /// Whether the last reply is wanted when the call ends.
    pub(crate) fn wants_reply(&self) -> bool {
        let observed = self.observed.as_deref();
        self.open.is_some()
            || observed.is_some_and(Prediction::wants_reply)
            || self.kept.as_deref().is_some_and(Keeping::keeps_content)
    }
    fn is_open(&self) -> bool {
        self.open.is_some() || self.observed.is_some() || self.kept.is_some()
    }
}

fn inputs(ask: &dyn Inputs, def: &Def) -> Record {
    let mut inputs = Record::default();
    ask.each(&mut |index, view| {
        if let Some(field) = def.inputs().get(index) {
            inputs.set(field.name.get(), view.to_value());
        }
    });
    inputs
}

/// Typed outputs cannot be seen from here, so a reply that is traced is read once more, without their types.
fn outputs(def: &Def, how: How, reply: &Completion) -> Option<Record> {
    if !def.reasoning {
        return Some(parse::read::<DynAsk>(def, how, reply).ok()?.0);
    }
    let plain = DynSignature::from_def(def).def();
    let (outputs, _) = parse::read::<WithReasoning<DynAsk>>(def, how, reply).ok()?;
    let mut record = Record::default();
    let first = plain.outputs().next()?;
    record.set(first.name.get(), outputs.reasoning.into());
    for (name, value) in outputs.output.iter() {
        record.set(name, value.clone());
    }
    Some(record)
}

/// Where a call is in its run: under its predictor's name, else under its signature's.
pub(crate) fn path(scope: &Scope, predictor: &Ref<str>, def: &Def) -> String {
    scope.path_to(match predictor.get() {
        "" => def.signature.name.get(),
        name => name,
    })
}

/// A timeout says whose deadline it was.
pub(crate) fn named(scope: &Scope, deadline: Option<Instant>, error: Error) -> Error {
    match deadline {
        Some(deadline) if error.is_timeout() && timer::now() >= deadline => {
            // what was asked for it stays visible: some of it may be billed
            let attempts = error.attempts().to_vec();
            let late = late(scope, deadline, "the reply came").with_attempts(attempts);
            late.with_source(error)
        }
        _ => error,
    }
}

#[cold]
fn late(scope: &Scope, deadline: Instant, before: &str) -> Error {
    let of = match scope.limit() {
        Some(limit) if limit.at == deadline && !limit.of.get().is_empty() => {
            format!("the deadline of `{}`", limit.of.get())
        }
        Some(limit) if limit.at == deadline => "the deadline of the run".to_owned(),
        _ => "the deadline".to_owned(),
    };
    let message = format!("{of} passed before {before}");
    Error::new(ErrorKind::Timeout, message).with_phase(Phase::Deadline)
}
