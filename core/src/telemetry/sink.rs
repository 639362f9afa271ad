//! Who watches, and how it is told.
use super::{Event, Inside, Live, Measurement, Span};
use crate::Scope;
use std::{
    sync::Arc,
    time::{Instant, SystemTime},
};

/// Is told what happens in the scopes that have it: see [`Scope::with_sink`](crate::Scope::with_sink).
///
/// All methods are called on the way of calls: they must be quick and must not block.
pub trait Sink: Send + Sync + 'static {
    /// Something happened.
    fn event(&self, event: &Event<'_>) {
        let _ = event;
    }
    /// A span ended.
    fn span(&self, span: &Span) {
        let _ = span;
    }
    /// Something was measured.
    fn measured(&self, measurement: &Measurement<'_>) {
        let _ = measurement;
    }
    /// What handles of one sink have in common: an address in it. `None`, the default, for those that are no handles.
    fn identity(&self) -> Option<usize> {
        None
    }
}

fn is_same(one: &Arc<dyn Sink>, other: &Arc<dyn Sink>) -> bool {
    Arc::ptr_eq(one, other)
        || one
            .identity()
            .is_some_and(|id| other.identity() == Some(id))
}

/// What a scope knows of those who watch.
#[derive(Clone)]
pub(crate) struct Watch {
    sinks: Arc<[Arc<dyn Sink>]>,
    /// Whether prompts and replies stand in spans.
    pub(crate) content: bool,
    /// The span around.
    pub(crate) place: Option<Place>,
}

/// The span around.
#[derive(Clone)]
pub(crate) struct Place {
    pub(crate) trace: u128,
    pub(crate) span: u64,
    /// When it began, by both clocks.
    pub(crate) start: SystemTime,
    pub(crate) began: Instant,
    /// What happens inside of it.
    pub(crate) inside: Arc<Inside>,
}

impl Watch {
    /// With one more sink.
    pub(crate) fn with(before: Option<&Watch>, sink: Arc<dyn Sink>) -> Self {
        let known = before.map_or(&[][..], |watch| &watch.sinks);
        // nobody is told twice
        let is_new = !known.iter().any(|other| is_same(other, &sink));
        let more = is_new.then_some(sink);
        Watch {
            sinks: known.iter().cloned().chain(more).collect(),
            content: before.is_some_and(|watch| watch.content),
            place: before.and_then(|watch| watch.place.clone()),
        }
    }
    pub(crate) fn event(&self, event: &Event<'_>) {
        self.sinks.iter().for_each(|sink| sink.event(event));
    }
    pub(crate) fn span(&self, span: &Span) {
        self.sinks.iter().for_each(|sink| sink.span(span));
    }
    fn measured(&self, measurement: &Measurement<'_>) {
        self.sinks
            .iter()
            .for_each(|sink| sink.measured(measurement));
    }
}

/// Whether anybody watches what runs now. What costs something to say is asked for first.
#[inline]
pub fn is_on() -> bool {
    Scope::is_watched() || subscribed()
}

/// Whether the program's `tracing` subscriber wants spans.
#[inline]
pub(crate) fn subscribed() -> bool {
    #[cfg(feature = "tracing")]
    {
        super::bridge::is_on()
    }
    #[cfg(not(feature = "tracing"))]
    {
        false
    }
}

/// Tells those who watch what runs now. The event is made only if there are any.
///
/// ```
/// use sigflow_core::telemetry::{self, Event, EventKind};
/// telemetry::emit(|| Event::new(EventKind::CacheMiss).component("responses"));
/// ```
#[inline]
pub fn emit<'a>(event: impl FnOnce() -> Event<'a>) {
    if is_on() {
        tell(&Scope::current(), &event());
    }
}

/// Tells those who watch a scope.
#[cold]
pub(super) fn tell(scope: &Scope, event: &Event<'_>) {
    if let Some(watch) = scope.watch() {
        watch.event(event);
    }
    #[cfg(feature = "tracing")]
    super::bridge::event(event);
}

/// The conversation that a span is part of, if the scope names one by a tag.
pub(crate) fn conversation(live: &mut Live, scope: &Scope) {
    const NAME: &str = "gen_ai.conversation.id";
    if let Some((_, id)) = scope.tags().iter().find(|(name, _)| name == NAME) {
        live.set(NAME, id.clone());
    }
}

/// Gives a number to those who watch what runs now.
#[inline]
pub fn measure(measurement: &Measurement<'_>) {
    if is_on() {
        give(&Scope::current(), measurement);
    }
}

/// Gives a number to those who watch a scope.
#[cold]
pub(super) fn give(scope: &Scope, measurement: &Measurement<'_>) {
    if let Some(watch) = scope.watch() {
        watch.measured(measurement);
    }
    #[cfg(feature = "tracing")]
    super::bridge::measurement(measurement);
}

/// Those who watch what runs now, for what goes on elsewhere: a task of its own, a thread, a drop after the call.
#[derive(Clone, Default)]
pub struct Emitter(Scope);

impl std::fmt::Debug for Emitter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Emitter")
    }
}

impl Emitter {
    /// Those who watch what runs now.
    pub fn current() -> Self {
        if is_on() {
            Emitter(Scope::current())
        } else {
            Emitter::default()
        }
    }
    /// Whether this sink is one of them: the same value, or another handle of it ([`Sink::identity`]).
    pub fn tells(&self, sink: &Arc<dyn Sink>) -> bool {
        let watch = self.0.watch();
        watch.is_some_and(|watch| watch.sinks.iter().any(|known| is_same(known, sink)))
    }
    /// Tells them.
    pub fn event(&self, event: &Event<'_>) {
        tell(&self.0, event);
    }
    /// Gives them a number.
    pub fn measure(&self, measurement: &Measurement<'_>) {
        give(&self.0, measurement);
    }
}
