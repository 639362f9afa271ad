//! Writing a trace while a run goes on.
use super::{
    RunId, timer,
    trace::{CallTrace, Exchange, Outcome, Span, SpanKind, Trace, messages},
};
use crate::{Record, Request, Response};
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

/// Writes down what happens in the scopes that have it: see [`Scope::with_trace`](crate::Scope::with_trace). Clones
/// write into the same trace.
///
/// Without one, nothing is written and nothing is paid for it.
///
/// ```
/// # async fn run() -> sigflow_core::Result<()> {
/// use sigflow_core::{Ask, DynSignature, Recorder, Scope, Trace, testing::Scripted};
///
/// let lm = Scripted::new(["[[ ## answer ## ]]\nParis"]).lm();
/// let question = DynSignature::parse("question -> answer")?.ask([("question", "Where?".into())])?;
/// let recorder = Recorder::new();
/// let scope = Scope::current().with_lm(&lm).with_trace(&recorder);
/// scope.run("geography", question.predict()).await?;
///
/// let trace = recorder.trace();
/// assert_eq!((trace.spans[0].name.as_str(), trace.spans[1].parent), ("geography", Some(0)));
/// let (_, call) = trace.calls().next().unwrap();
/// assert_eq!((&call.inputs["question"], &call.outputs.as_ref().unwrap()["answer"]), (&"Where?".into(), &"Paris".into()));
/// assert_eq!(call.exchanges[0].replies, ["[[ ## answer ## ]]\nParis"]);
/// assert_eq!(Trace::from_json(&trace.to_json())?, trace);
/// # Ok(()) }
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run()).unwrap();
/// ```
#[derive(Clone)]
pub struct Recorder(Arc<Inner>);

struct Inner {
    began: Instant,
    trace: Mutex<Trace>,
}

impl Default for Recorder {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Recorder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let spans = self.lock().spans.len();
        f.debug_struct("Recorder")
            .field("spans", &spans)
            .finish_non_exhaustive()
    }
}

impl Recorder {
    /// An empty trace, which begins now.
    pub fn new() -> Self {
        Recorder(Arc::new(Inner {
            began: timer::now(),
            trace: Mutex::new(Trace {
                run: None,
                tags: Vec::new(),
                spans: Vec::new(),
            }),
        }))
    }
    /// What was written so far.
    pub fn trace(&self) -> Trace {
        self.lock().clone()
    }
    /// A panic elsewhere leaves the trace whole: each change is one push or one field.
    fn lock(&self) -> MutexGuard<'_, Trace> {
        self.0.trace.lock().unwrap_or_else(PoisonError::into_inner)
    }
    fn elapsed(&self) -> std::time::Duration {
        timer::now().saturating_duration_since(self.0.began)
    }
}

/// A recorder, and the span that is open in a scope.
#[derive(Clone)]
pub(crate) struct Tracing {
    pub(crate) recorder: Recorder,
    pub(crate) parent: Option<usize>,
}

impl Tracing {
    /// Begins a span.
    pub(crate) fn open(
        &self,
        kind: SpanKind,
        name: &str,
        path: String,
        call: Option<CallTrace>,
    ) -> Open {
        let start = self.recorder.elapsed();
        let mut trace = self.recorder.lock();
        let place = trace.spans.len();
        trace.spans.push(Span {
            parent: self.parent,
            kind,
            name: name.to_owned(),
            path,
            start,
            end: None,
            outcome: Outcome::Running,
            call,
        });
        drop(trace);
        Open {
            recorder: self.recorder.clone(),
            place,
            ended: false,
        }
    }
    /// Says what run it is, and its tags.
    pub(crate) fn name(&self, run: RunId, tags: &[(String, String)]) {
        let mut trace = self.recorder.lock();
        if trace.run.is_none() {
            trace.run = Some(run);
            trace.tags = tags.to_vec();
        }
    }
}

/// A span that lasts. Dropping it ends it.
pub(crate) struct Open {
    recorder: Recorder,
    pub(crate) place: usize,
    ended: bool,
}

impl Open {
    /// The same recorder, inside of this span.
    pub(crate) fn inside(&self) -> Tracing {
        Tracing {
            recorder: self.recorder.clone(),
            parent: Some(self.place),
        }
    }
    fn change(&self, change: impl FnOnce(&mut Span)) {
        if let Some(span) = self.recorder.lock().spans.get_mut(self.place) {
            change(span);
        }
    }
    fn call(&self, change: impl FnOnce(&mut CallTrace)) {
        self.change(|span| {
            if let Some(call) = &mut span.call {
                change(call);
            }
        });
    }
    /// A request is sent.
    pub(crate) fn sent(&self, request: &Request) {
        let exchange = Exchange {
            messages: messages(request),
            ..Exchange::default()
        };
        self.call(|call| call.exchanges.push(exchange));
    }
    /// Its reply came.
    pub(crate) fn answered(&self, response: &Response) {
        self.call(|call| {
            let Some(exchange) = call.exchanges.last_mut() else {
                return;
            };
            let all = &response.completions;
            exchange.replies = all.iter().map(|one| one.text.clone()).collect();
            exchange.reasoning = all.iter().map(|one| one.reasoning.clone()).collect();
            exchange.tool_calls = all.iter().map(|one| one.tool_calls.clone()).collect();
            exchange.citations = all.iter().map(|one| one.citations.clone()).collect();
            exchange.model.clone_from(&response.model);
            exchange.usage = response.usage_in_all();
        });
    }
    pub(crate) fn outputs(&self, outputs: Record) {
        self.call(|call| call.outputs = Some(outputs));
    }
    /// Ends the span.
    pub(crate) fn end(mut self, outcome: Outcome) {
        self.finish(outcome);
    }
    fn finish(&mut self, outcome: Outcome) {
        let end = self.recorder.elapsed();
        self.ended = true;
        self.change(|span| {
            span.end = Some(end);
            span.outcome = outcome;
        });
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        if !self.ended {
            self.finish(Outcome::Dropped);
        }
    }
}
