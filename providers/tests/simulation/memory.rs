//! What clients hold while their requests are under way, counted by a gauge and beside it. The transport does it as
//! `sigflow_providers::memory::Replies` does.
use crate::{
    broken::Broken,
    judge::Rule,
    report::Fault,
    server::FRAMING,
    shape::GaugeShape,
    tap::{End, Looks, Sees, Tap},
};
use sigflow_core::{Error, Lm, Request, Result};
use sigflow_providers::{
    ResponseCache,
    memory::{Held, HistoryOf, MemoryGauge, Sheds},
    route::{Admission, Gate, Ticket},
};
use std::sync::{
    Arc, Mutex, MutexGuard, OnceLock, PoisonError,
    atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
};

/// A gauge, and what is counted beside it.
#[derive(Clone)]
pub(crate) struct Memory(Arc<Inner>);

struct Inner {
    gauge: MemoryGauge,
    limit: usize,
    cache: Option<Arc<ResponseCache>>,
    /// Held here, so that the gauge counts it.
    _firm: Option<Arc<Firm>>,
    history: OnceLock<Arc<HistoryOf>>,
    held: AtomicUsize,
    /// Bytes that came since it is full, while something could give way.
    since_full: AtomicUsize,
    /// Requests that were not sent for want of memory.
    refused: AtomicU64,
    faults: Mutex<Vec<Fault>>,
    broken: Broken,
}

/// A cache that gives nothing.
struct Firm(Arc<ResponseCache>);

impl Sheds for Firm {
    fn name(&self) -> &'static str {
        "cache"
    }
    fn bytes(&self) -> usize {
        ResponseCache::bytes(&self.0)
    }
}

impl Memory {
    pub(crate) fn new(shape: &GaugeShape, cache: Option<&ResponseCache>, broken: Broken) -> Self {
        let times = if broken == Broken::HoldsMore { 4 } else { 1 };
        let gauge = MemoryGauge::with_retry_after(shape.limit * times, shape.retry_after);
        let cache = cache.cloned().map(Arc::new);
        let firm = cache.clone().map(Firm).map(Arc::new);
        match (&cache, &firm) {
            (_, Some(firm)) if broken == Broken::KeepsCaches => gauge.register(firm),
            (Some(cache), _) => gauge.register(cache),
            _ => {}
        }
        Memory(Arc::new(Inner {
            gauge,
            limit: shape.limit,
            cache,
            _firm: firm,
            history: OnceLock::new(),
            held: AtomicUsize::new(0),
            since_full: AtomicUsize::new(0),
            refused: AtomicU64::new(0),
            faults: Mutex::default(),
            broken,
        }))
    }
    /// The history of a model is one of the buffers.
    pub(crate) fn registers(&self, lm: &Lm) {
        let history = self.0.history.get_or_init(|| Arc::new(HistoryOf::new(lm)));
        self.0.gauge.register(history);
    }
    /// The transport of a client, which holds what it sends and what comes.
    pub(crate) fn transport(&self, lm: &Lm) -> Lm {
        Tap::around(lm, &Arc::new(self.clone()))
    }
    pub(crate) fn gauge(&self) -> &MemoryGauge {
        &self.0.gauge
    }
    pub(crate) fn refused(&self) -> u64 {
        self.0.refused.load(Relaxed)
    }
    pub(crate) fn faults(&self) -> Vec<Fault> {
        self.0.faults().clone()
    }
    /// Whether the gauge counts what is held.
    pub(crate) fn is_counted(&self) -> Result<(), String> {
        let counted = self.0.gauge.components();
        let counted = counted.iter().find(|(name, _)| name == "stream");
        let counted = counted.map_or(0, |(_, bytes)| *bytes as usize);
        let held = self.0.held.load(Relaxed);
        if counted == held {
            return Ok(());
        }
        Err(format!(
            "{held} bytes are held, and the gauge counts {counted}"
        ))
    }
    /// Lets go all that can be made again: what is left then is held by somebody.
    pub(crate) fn forgets(&self) {
        if let Some(cache) = &self.0.cache {
            cache.clear();
        }
        if let Some(history) = self.0.history.get() {
            history.shed(usize::MAX);
        }
    }
}

impl Inner {
    fn faults(&self) -> MutexGuard<'_, Vec<Fault>> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }
    fn fault(&self, rule: Rule, what: String) {
        self.faults().push(Fault { rule, what });
    }
    /// What gives way when there is no room.
    fn spare(&self) -> usize {
        let cache = self.cache.as_ref().map_or(0, |cache| cache.bytes());
        cache + self.history.get().map_or(0, |history| history.bytes())
    }
    fn is_full(&self, used: usize) -> bool {
        used * 100 >= self.limit * 95
    }
    /// A request is not sent for want of memory: then no cache has any that it could give.
    fn refuses(&self, error: &Error) {
        self.refused.fetch_add(1, Relaxed);
        let (held, spare) = (self.held.load(Relaxed), self.spare());
        if spare > 0 || !self.is_full(held) {
            let what =
                format!("{held} bytes were held, {spare} could give way, and one heard: {error}");
            self.fault(Rule::CachesFirst, what);
        }
    }
    /// What can be made again gives way to replies that grow, at the latest when another sixty-fourth of the limit came.
    fn has_grown(&self, more: usize) {
        let (held, spare) = (self.held.load(Relaxed), self.spare());
        if spare == 0 || !self.is_full(held + spare) {
            self.since_full.store(0, Relaxed);
            return;
        }
        let since = self.since_full.fetch_add(more, Relaxed) + more;
        if since >= self.limit / 64 {
            let what = format!(
                "{held} bytes are held and {spare} could give way, {} may be used, and {since} came since",
                self.limit
            );
            self.fault(Rule::CachesFirst, what);
        }
    }
}

/// The gauge as a gate of attempts.
impl Gate for Memory {
    fn admit(&self, ticket: &Ticket<'_>) -> Admission {
        let admission = Gate::admit(&self.0.gauge, ticket);
        self.0.has_grown(0);
        if let Admission::Refused(error) = &admission {
            self.0.refuses(error);
        }
        admission
    }
    fn is_open(&self, index: usize, route: &str) -> bool {
        self.0.gauge.is_open(index, route)
    }
}

impl Looks for Memory {
    type Sees = Holding;
    fn enters(&self, request: &Request) -> Result<Holding> {
        let inner = &*self.0;
        if let Err(error) = inner.gauge.admit() {
            inner.refuses(&error);
            return Err(error);
        }
        inner.has_grown(0);
        let (held, spare) = (inner.held.load(Relaxed), inner.spare());
        if inner.is_full(held + spare) {
            let what = format!(
                "a request was sent while {held} bytes were held and {spare} kept, {} may be",
                inner.limit
            );
            inner.fault(Rule::MemoryBounded, what);
        }
        let bytes: usize = request
            .messages()
            .map(|(_, text)| text.as_str().len())
            .sum();
        inner.held.fetch_add(bytes, Relaxed);
        let held = inner.gauge.hold("stream", bytes);
        inner.has_grown(bytes);
        Ok(Holding {
            memory: self.clone(),
            held: Some(held),
            bytes,
        })
    }
}

/// What one request holds.
pub(crate) struct Holding {
    memory: Memory,
    held: Option<Held>,
    bytes: usize,
}

impl Sees for Holding {
    fn words(&mut self, text: &str) {
        let inner = &self.memory.0;
        let more = text.len() * FRAMING;
        self.bytes += more;
        inner.held.fetch_add(more, Relaxed);
        if let Some(held) = &mut self.held {
            held.grow(more);
        }
        inner.has_grown(more);
    }
    fn ends(&mut self, end: End<'_>) {
        self.memory.0.held.fetch_sub(self.bytes, Relaxed);
        let held = self.held.take();
        if self.memory.0.broken == Broken::LeaksBytes && matches!(end, End::Left) {
            std::mem::forget(held);
        }
    }
}
