//! Spans that last.
use super::{Event, Inside, Place, Span, SpanKind, Value, Watch, sink::tell};
use crate::{
    Error, RunId, Scope,
    lm::Installed,
    run::{chance, timer},
};
use std::{
    future::{Future, poll_fn},
    pin::pin,
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

/// A span that lasts; nothing at all where nobody watches. Dropping it ends it.
///
/// For layers and providers: calls and runs have theirs by themselves.
///
/// ```
/// # async fn run() -> sigflow_core::Result<()> {
/// use sigflow_core::{Scope, telemetry::{Live, Sink, Span, SpanKind}};
/// use std::sync::{Arc, Mutex};
///
/// #[derive(Default)]
/// struct Spans(Mutex<Vec<Span>>);
/// impl Sink for Spans {
///     fn span(&self, span: &Span) {
///         self.0.lock().unwrap().push(span.clone());
///     }
/// }
///
/// let spans = Arc::new(Spans::default());
/// let work = async {
///     let mut attempt = Live::begin(SpanKind::Attempt, || "POST".into());
///     attempt.set("http.response.status_code", 200_u16);
///     attempt.end();
///     Ok(())
/// };
/// Scope::current().with_sink(spans.clone()).run("work", work).await?;
/// let spans = spans.0.lock().unwrap();
/// assert_eq!((spans[0].name.as_str(), spans[0].parent), ("POST", Some(spans[1].id)));
/// # Ok(()) }
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run()).unwrap();
/// ```
#[must_use = "a span that is dropped has ended"]
pub struct Live(Option<Box<Inner>>);

struct Inner {
    watch: Option<Watch>,
    span: Span,
    began: Instant,
    inside: Arc<Inside>,
    /// How many attempts began before this one.
    resent: u32,
    #[cfg(feature = "tracing")]
    traced: tracing::Span,
}

impl Live {
    /// No span.
    pub const fn none() -> Self {
        Live(None)
    }
    /// A span inside of what runs now. The name is made only if anybody watches.
    pub fn begin(kind: SpanKind, name: impl FnOnce() -> String) -> Self {
        if super::is_on() {
            Self::of(&Scope::current(), None, kind, name())
        } else {
            Live(None)
        }
    }
    /// A span inside of a scope; the subscriber sees it inside of `around`.
    #[cold]
    pub(crate) fn of(scope: &Scope, around: Option<&Live>, kind: SpanKind, name: String) -> Self {
        let watch = scope.watch().cloned();
        let place = around
            .and_then(|around| around.0.as_ref())
            .map(|inner| inner.place())
            .or_else(|| watch.as_ref()?.place.clone());
        let run = || scope.run_id().unwrap_or_else(RunId::new).as_u128();
        let (trace, parent, resent) = match &place {
            // the first span of a run: the trace is the run
            None => (run(), None, 0),
            Some(place) => {
                let before = match kind {
                    SpanKind::Attempt => place.inside.attempt(),
                    _ => 0,
                };
                (place.trace, Some(place.span), before)
            }
        };
        let began = timer::now();
        // one look at the wall clock for a trace: between a look at each of two clocks a thread may be left waiting, and
        // the wall clock may be set, so that a span would end after the one around it
        let start = match &place {
            Some(place) => place.start + began.saturating_duration_since(place.began),
            None => SystemTime::now(),
        };
        #[cfg(feature = "tracing")]
        let traced = super::bridge::span(
            kind,
            &name,
            around.and_then(|around| around.0.as_ref().map(|inner| &inner.traced)),
        );
        Live(Some(Box::new(Inner {
            watch,
            span: Span {
                trace,
                id: new_id(),
                parent,
                kind,
                name,
                start,
                duration: Duration::ZERO,
                error: None,
                // as many as a request usually has
                attributes: Vec::with_capacity(16),
            },
            began,
            inside: Arc::default(),
            resent,
            #[cfg(feature = "tracing")]
            traced,
        })))
    }
    /// Whether there is one.
    pub const fn is_some(&self) -> bool {
        self.0.is_some()
    }
    /// How many attempts began before this one, for the same request.
    pub fn resent(&self) -> u32 {
        self.0.as_ref().map_or(0, |inner| inner.resent)
    }
    /// Sets an attribute; one of the same name is replaced.
    pub fn set(&mut self, name: &'static str, value: impl Into<Value<'static>>) {
        let Some(inner) = &mut self.0 else { return };
        let value = value.into();
        #[cfg(feature = "tracing")]
        super::bridge::record(&inner.traced, name, &value);
        let all = &mut inner.span.attributes;
        match all.iter_mut().find(|(known, _)| *known == name) {
            Some(known) => known.1 = value,
            None => all.push((name, value)),
        }
    }
    /// It failed. What the error quotes of values, replies and servers is said only where content is wanted.
    pub fn fail(&mut self, error: &Error) {
        if self.0.is_some() {
            let message = if self.wants_content() {
                error.to_string()
            } else {
                error.outline().to_string()
            };
            self.fails(error.kind().as_str(), message);
        }
    }
    /// It failed, of another kind than errors are.
    pub(crate) fn fails(&mut self, kind: &'static str, message: String) {
        self.set("error.type", kind);
        if let Some(inner) = &mut self.0 {
            #[cfg(feature = "tracing")]
            super::bridge::failed(&inner.traced, &message);
            inner.span.error = Some(message);
        }
    }
    /// Runs a future inside of this span: spans that begin in it are its children.
    ///
    /// ```
    /// # async fn run() -> sigflow_core::Result<()> {
    /// use sigflow_core::telemetry::{Live, SpanKind};
    ///
    /// let search = Live::begin(SpanKind::Module, || "search".into());
    /// let found = search.during(async { 3 }).await;
    /// search.end();
    /// assert_eq!(found, 3);
    /// # Ok(()) }
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run()).unwrap();
    /// ```
    pub async fn during<F: Future>(&self, future: F) -> F::Output {
        let mut future = pin!(future);
        let mut scope = self.inside(&Scope::current());
        poll_fn(|cx| {
            let _installed = scope.as_mut().map(Installed::new);
            #[allow(clippy::let_unit_value)] // nothing where the feature is off
            let _entered = self.enter();
            future.as_mut().poll(cx)
        })
        .await
    }
    /// Whether prompts and replies are wanted.
    pub(crate) fn wants_content(&self) -> bool {
        let watch = self.0.as_ref().and_then(|inner| inner.watch.as_ref());
        watch.is_some_and(|watch| watch.content)
    }
    /// The scope of what runs inside of this span; none if the scope around serves.
    pub(crate) fn inside(&self, scope: &Scope) -> Option<Scope> {
        let inner = self.0.as_ref()?;
        let mut watch = inner.watch.clone()?;
        watch.place = Some(inner.place());
        Some(scope.with_watch(watch))
    }
    /// Tells those who watch this span.
    pub(crate) fn event(&self, scope: &Scope, event: &Event<'_>) {
        if self.0.is_some() {
            tell(scope, event);
        }
    }
    /// How long it has lasted.
    pub(crate) fn elapsed(&self) -> Duration {
        self.0.as_ref().map_or_else(Default::default, |inner| {
            timer::now().saturating_duration_since(inner.began)
        })
    }
    /// What happens inside of it, if a sink watches.
    pub(crate) fn inner(&self) -> Option<&Inside> {
        let inner = self.0.as_ref()?;
        inner.watch.as_ref()?;
        Some(&inner.inside)
    }
    /// The subscriber's span is the current one for as long as the guard lives.
    #[cfg(feature = "tracing")]
    #[inline]
    pub(crate) fn enter(&self) -> Option<tracing::span::Entered<'_>> {
        self.0.as_ref().map(|inner| inner.traced.enter())
    }
    #[cfg(not(feature = "tracing"))]
    #[inline]
    pub(crate) const fn enter(&self) {
        let _ = self;
    }
    /// Ends it.
    pub fn end(mut self) {
        self.finish();
    }
    fn finish(&mut self) {
        let duration = self.elapsed();
        if let Some(mut inner) = self.0.take() {
            inner.span.duration = duration;
            if let Some(watch) = &inner.watch {
                watch.span(&inner.span);
            }
        }
    }
}

impl Inner {
    fn place(&self) -> Place {
        Place {
            trace: self.span.trace,
            span: self.span.id,
            start: self.span.start,
            began: self.began,
            inside: self.inside.clone(),
        }
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        if let Some(inner) = &self.0 {
            if inner.span.error.is_none() && inner.span.kind != SpanKind::Attempt {
                self.fails("cancelled", "its future was dropped".to_owned());
            }
            self.finish();
        }
    }
}

impl std::fmt::Debug for Live {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let span = self.0.as_ref().map(|inner| &inner.span);
        f.debug_tuple("Live").field(&span).finish()
    }
}

/// By chance, as OpenTelemetry asks; never 0.
fn new_id() -> u64 {
    chance().1.max(1)
}
