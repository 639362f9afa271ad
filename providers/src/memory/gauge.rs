//! Adding up, and giving way.
use super::Held;
use crate::{
    calling::Gate,
    route::{Admission, Ticket},
    telemetry::Ticking,
};
use sigflow_core::{
    Error, ErrorKind, Phase, Result,
    telemetry::{Emitter, Event, EventKind, Measurement, Meter, Sink, emit, measure},
};
use std::{
    collections::BTreeMap,
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

/// The marks, in hundredths of the limit: at each the level of pressure is one higher.
pub const MARKS: [u64; 3] = [70, 85, 95];

/// How often a gauge that [ticks](MemoryGauge::start) reports.
const REPORTS: Duration = Duration::from_secs(10);

/// The part of the limit after which what is held is looked at again, without anybody asking: a sixty-fourth.
const STEP: u64 = 64;

/// A buffer that knows its size, and may give way. It is asked while calls go on, and must not
/// [hold](MemoryGauge::hold) bytes of the same gauge meanwhile.
pub trait Sheds: Send + Sync + 'static {
    /// Its name: `cache`, `signatures`, `queue`, `history`, `aggregates`, `stream`, `spans`.
    fn name(&self) -> &str;
    /// Bytes that it takes now. Asked often: it must be quick.
    fn bytes(&self) -> usize;
    /// Frees so many bytes, or as many as it can, and says how many. By default it gives nothing: what it holds is
    /// needed.
    fn shed(&self, wanted: usize) -> usize {
        let _ = wanted;
        0
    }
}

/// Adds up buffers against a limit. Clones are the same one.
#[derive(Clone)]
pub struct MemoryGauge(Arc<Inner>);

struct Inner {
    limit: u64,
    retry_after: Duration,
    parts: Mutex<Vec<Weak<dyn Sheds>>>,
    /// What is held by name, without a buffer of its own.
    held: Mutex<BTreeMap<&'static str, u64>>,
    level: AtomicU64,
    /// Bytes that were held in all, since it was made: what grows is looked at each [`STEP`] of the limit.
    grown: AtomicU64,
    sink: Mutex<Option<Arc<dyn Sink>>>,
}

impl MemoryGauge {
    /// A gauge with a limit in bytes. A buffer is counted from when it is [registered](Self::register).
    pub fn new(limit: usize) -> Self {
        Self::with_retry_after(limit, Duration::from_secs(1))
    }
    /// The same; calls that are sent away are told to come back after so long. A second by default.
    pub fn with_retry_after(limit: usize, retry_after: Duration) -> Self {
        MemoryGauge(Arc::new(Inner {
            limit: (limit as u64).max(1),
            retry_after,
            parts: Mutex::default(),
            held: Mutex::default(),
            level: AtomicU64::new(0),
            grown: AtomicU64::new(0),
            sink: Mutex::default(),
        }))
    }
    /// Tells `sink` too, whatever scope it is asked in: for a task that [checks](Self::check) beside all calls.
    #[must_use]
    pub fn telling(self, sink: Arc<dyn Sink>) -> Self {
        *lock(&self.0.sink) = Some(sink);
        self
    }
    /// Counts a buffer for as long as somebody else holds it. Those registered first give way first.
    pub fn register<T: Sheds>(&self, part: &Arc<T>) {
        let part: Weak<T> = Arc::downgrade(part);
        lock(&self.0.parts).push(part);
    }
    /// Counts bytes under a name until what comes back is dropped.
    pub fn hold(&self, name: &'static str, bytes: usize) -> Held {
        let mut held = Held::new(self.clone(), name);
        held.grow(bytes);
        held
    }
    pub(super) fn more(&self, name: &'static str, bytes: u64) {
        {
            let mut held = lock(&self.0.held);
            let now = held.entry(name).or_default();
            *now = now.saturating_add(bytes);
        }
        // calls that were let in grow, and what comes of them is kept: buffers give way then, not with the next call
        let step = (self.0.limit / STEP).max(1);
        let before = self.0.grown.fetch_add(bytes, Relaxed);
        if before / step != before.wrapping_add(bytes) / step {
            self.check();
        }
    }
    pub(super) fn less(&self, name: &'static str, bytes: u64) {
        let mut held = lock(&self.0.held);
        let now = held.entry(name).or_default();
        *now = now.saturating_sub(bytes);
    }
    fn parts(&self) -> Vec<Arc<dyn Sheds>> {
        let mut parts = lock(&self.0.parts);
        parts.retain(|part| part.strong_count() > 0);
        parts.iter().filter_map(Weak::upgrade).collect()
    }
    /// Name and bytes of each buffer; those of one name are added up.
    pub fn components(&self) -> Vec<(String, u64)> {
        let mut all: BTreeMap<String, u64> = BTreeMap::new();
        for part in self.parts() {
            *all.entry(part.name().to_owned()).or_default() += part.bytes() as u64;
        }
        for (name, bytes) in &*lock(&self.0.held) {
            *all.entry((*name).to_owned()).or_default() += bytes;
        }
        all.into_iter().collect()
    }
    /// Bytes of all buffers.
    pub fn used(&self) -> usize {
        let parts: usize = self.parts().iter().map(|part| part.bytes()).sum();
        let held: u64 = lock(&self.0.held).values().sum();
        parts.saturating_add(usize::try_from(held).unwrap_or(usize::MAX))
    }
    /// The limit.
    pub fn limit(&self) -> usize {
        usize::try_from(self.0.limit).unwrap_or(usize::MAX)
    }
    /// The level as of the last check: 0 to 3.
    pub fn level(&self) -> u64 {
        self.0.level.load(Relaxed)
    }
    fn level_of(&self, used: u64) -> u64 {
        let reached =
            |mark: &&u64| u128::from(used) * 100 >= u128::from(self.0.limit) * u128::from(**mark);
        MARKS.iter().filter(reached).count() as u64
    }
    /// Looks at all buffers: tells of a level that changed, and at the highest has buffers give way until the level
    /// below the second mark is reached. Gives the level after that.
    pub fn check(&self) -> u64 {
        let used = self.used() as u64;
        let level = self.tell(used);
        if level < 3 {
            return level;
        }
        let goal = self.0.limit * (MARKS[1] - 1) / 100;
        let mut over = usize::try_from(used.saturating_sub(goal)).unwrap_or(usize::MAX);
        for part in self.parts() {
            if over == 0 {
                break;
            }
            let freed = part.shed(over);
            over = over.saturating_sub(freed);
            if freed > 0 {
                self.measured(&Measurement::new(Meter::GcEvents, part.name(), 1.0));
            }
        }
        self.tell(self.used() as u64)
    }
    /// Says what the buffers take to those who watch, after a [check](Self::check).
    pub fn report(&self) {
        let level = self.check();
        #[allow(clippy::cast_precision_loss, reason = "0 to 3")]
        let level = Measurement::new(Meter::MemoryPressureLevel, "", level as f64);
        self.measured(&level);
        for (name, bytes) in self.components() {
            #[allow(clippy::cast_precision_loss, reason = "no memory is that large")]
            self.measured(&Measurement::new(Meter::MemoryUsage, &name, bytes as f64));
        }
    }
    /// Checks and reports every 10 s, until what comes back is dropped. Calls check by themselves; this is for what grows
    /// between them, and for those who watch. Give it a sink ([`telling`](Self::telling)): no scope is around its task.
    ///
    /// # Errors
    /// Of kind `Configuration` outside of a tokio runtime.
    pub fn start(&self) -> Result<Ticking> {
        let gauge = Arc::downgrade(&self.0);
        Ticking::every(REPORTS, "a memory gauge", move || {
            if let Some(gauge) = gauge.upgrade() {
                MemoryGauge(gauge).report();
            }
        })
    }
    /// Whether a new call may begin.
    ///
    /// # Errors
    /// Of kind `RateLimited`, with the time after which to come back, while 95 % of the limit or more are in use that
    /// no buffer gives up.
    pub fn admit(&self) -> Result<()> {
        if self.check() < 3 {
            return Ok(());
        }
        self.measured(&Measurement::new(
            Meter::BackpressureActivations,
            "memory",
            1.0,
        ));
        let (used, limit) = (self.used(), self.0.limit);
        let message = format!(
            "memory: {used} of {limit} bytes are in use and no cache can give more; nothing was sent. Ask again later, or raise the limit of the memory gauge"
        );
        let error = Error::new(ErrorKind::RateLimited, message).with_phase(Phase::Pool);
        Err(error.with_retry_after(self.0.retry_after))
    }
    fn tell(&self, used: u64) -> u64 {
        let level = self.level_of(used);
        if self.0.level.swap(level, Relaxed) != level {
            let event = Event::new(EventKind::MemoryPressure)
                .level(level)
                .bytes(used)
                .limit(self.0.limit);
            emit(|| event);
            if let Some(sink) = self.beside() {
                sink.event(&event);
            }
        }
        level
    }
    fn measured(&self, measurement: &Measurement<'_>) {
        measure(measurement);
        if let Some(sink) = self.beside() {
            sink.measured(measurement);
        }
    }
    /// The sink that is told whatever the scope is; not the one that the scope tells already. It is told without the
    /// lock: it may ask the gauge.
    fn beside(&self) -> Option<Arc<dyn Sink>> {
        let sink = lock(&self.0.sink).clone()?;
        (!Emitter::current().tells(&sink)).then_some(sink)
    }
}

/// As a gate of routes and retries it holds attempts back.
impl Gate for MemoryGauge {
    fn admit(&self, _: &Ticket<'_>) -> Admission {
        match MemoryGauge::admit(self) {
            Ok(()) => Admission::Go,
            Err(error) => Admission::Refused(error),
        }
    }
    fn is_open(&self, _: usize, _: &str) -> bool {
        self.level() < 3
    }
}

/// A panic elsewhere leaves counts whole: each change is one number.
fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for MemoryGauge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryGauge")
            .field("limit", &self.0.limit)
            .field("retry_after", &self.0.retry_after)
            .field("level", &self.level())
            .field("components", &self.components())
            .finish()
    }
}
