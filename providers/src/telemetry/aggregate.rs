//! The value that users hold.
use super::{Alert, Key, Rule, Series, Summary, Ticking, Window, store::Store, ticking::SHORTEST};
use crate::calling::clock;
use sigflow_core::{Scope, Scoped, Usage};
use std::{
    collections::HashSet,
    fmt,
    future::Future,
    panic::AssertUnwindSafe,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

/// What it costs: provider, model and tokens to US dollars; nothing where no price is known.
pub(super) type Price = dyn Fn(&str, &str, &Usage) -> Option<f64> + Send + Sync;

/// Aggregates of what happens in the scopes that have it. Clones are the same one.
#[derive(Clone)]
pub struct Telemetry(pub(super) Arc<Inner>);

pub(super) struct Inner {
    began: Instant,
    store: Mutex<Store>,
    /// Alerts that hold: rule and member.
    firing: Mutex<HashSet<(usize, String)>>,
    aggregates: Mutex<Arc<[Aggregate]>>,
    /// Bytes of those.
    made: AtomicUsize,
    pub(super) settings: TelemetryBuilder,
}

type Told = Arc<dyn Fn(&Alert) + Send + Sync>;

/// Settings of a [`Telemetry`]: [`Telemetry::builder`].
#[derive(Clone)]
pub struct TelemetryBuilder {
    limit: usize,
    rules: Vec<(Rule, Told)>,
    pub(super) price: Option<Arc<Price>>,
    aggregate_every: Duration,
    export_every: Duration,
    alerts_every: Duration,
}

impl Default for TelemetryBuilder {
    fn default() -> Self {
        TelemetryBuilder {
            limit: 16 * 1024 * 1024,
            rules: Vec::new(),
            price: None,
            aggregate_every: Duration::from_mins(1),
            export_every: Duration::from_mins(5),
            alerts_every: Duration::from_secs(30),
        }
    }
}

impl TelemetryBuilder {
    /// The most bytes that aggregates may take; 16 MiB by default. Members of series that were used longest ago make
    /// room for others.
    #[must_use]
    pub fn memory_limit(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self
    }
    /// A rule, and who is told when it begins to hold and when it no longer does.
    #[must_use]
    pub fn alert(mut self, rule: Rule, tell: impl Fn(&Alert) + Send + Sync + 'static) -> Self {
        self.rules.push((rule, Arc::new(tell)));
        self
    }
    /// What requests cost, from provider, model and tokens, in US dollars; nothing where no price is known, which is
    /// not zero. An event that brings its own cost keeps it.
    #[must_use]
    pub fn price(
        mut self,
        price: impl Fn(&str, &str, &Usage) -> Option<f64> + Send + Sync + 'static,
    ) -> Self {
        self.price = Some(Arc::new(price));
        self
    }
    /// How often [`Telemetry::aggregates`] are made anew; every 60 s by default.
    #[must_use]
    pub fn aggregate_every(mut self, interval: Duration) -> Self {
        self.aggregate_every = interval;
        self
    }
    /// How often aggregates are exported, where there is an exporter; every 300 s by default.
    #[must_use]
    pub fn export_every(mut self, interval: Duration) -> Self {
        self.export_every = interval;
        self
    }
    /// How often rules are looked at; every 30 s by default.
    #[must_use]
    pub fn alerts_every(mut self, interval: Duration) -> Self {
        self.alerts_every = interval;
        self
    }
    /// The telemetry.
    pub fn build(self) -> Telemetry {
        Telemetry(Arc::new(Inner {
            began: clock::now(),
            store: Mutex::new(Store::new(self.limit)),
            firing: Mutex::default(),
            aggregates: Mutex::new(Arc::from([])),
            made: AtomicUsize::new(0),
            settings: self,
        }))
    }
}

impl fmt::Debug for TelemetryBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rules: Vec<&Rule> = self.rules.iter().map(|(rule, _)| rule).collect();
        f.debug_struct("TelemetryBuilder")
            .field("memory_limit", &self.limit)
            .field("rules", &rules)
            .field("has_price", &self.price.is_some())
            .field("aggregate_every", &self.aggregate_every)
            .field("export_every", &self.export_every)
            .field("alerts_every", &self.alerts_every)
            .finish()
    }
}

/// One member of a series over one window.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Aggregate {
    /// Series and labels.
    pub key: Key,
    /// The window.
    pub window: Window,
    /// Its numbers.
    pub summary: Summary,
}

impl Default for Telemetry {
    fn default() -> Self {
        Self::new()
    }
}

impl Telemetry {
    /// With the defaults.
    pub fn new() -> Self {
        TelemetryBuilder::default().build()
    }
    /// With settings of your own.
    pub fn builder() -> TelemetryBuilder {
        TelemetryBuilder::default()
    }
    /// Runs `future` in the scope around with this telemetry installed.
    pub fn watch<F: Future>(&self, future: F) -> Scoped<F> {
        Scope::current()
            .with_sink(Arc::new(self.clone()))
            .enter(future)
    }
    /// Since it began.
    pub(super) fn now(&self) -> Duration {
        clock::now().saturating_duration_since(self.0.began)
    }
    /// A panic elsewhere leaves the store whole: its counts are repaired by the next change.
    pub(super) fn store(&self) -> MutexGuard<'_, Store> {
        self.0.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// Numbers of this moment. No code of the user's may run while it is held.
    pub(super) fn adding(&self) -> Adding<'_> {
        Adding {
            now: self.now(),
            store: self.store(),
        }
    }
    /// A number of your own for one member of a series: the values of its labels in their order. Values that are
    /// missing are empty, and those too many are left out.
    pub fn record(&self, series: Series, values: &[&str], value: f64) {
        let mut all = vec![""; series.labels().len()];
        for (place, value) in all.iter_mut().zip(values) {
            *place = value;
        }
        self.adding().add(series, &all, value);
    }
    /// The numbers of a window, now, of all members with these labels together. Nothing if there are none.
    pub fn summary(
        &self,
        series: Series,
        labels: &[(&str, &str)],
        window: Window,
    ) -> Option<Summary> {
        let labels = owned(labels);
        let now = self.now();
        let store = self.store();
        let members = store.of(series, &labels);
        let histograms = members
            .iter()
            .map(|(_, member)| member.histogram(now, window));
        let mut all = super::histogram::Histogram::default();
        histograms.for_each(|one| all.merge(&one));
        all.summary()
    }
    /// Each member of a series over a window, now, in the order of their labels.
    pub fn members(&self, series: Series, window: Window) -> Vec<(Key, Summary)> {
        let now = self.now();
        let store = self.store();
        let members = store.of(series, &[]);
        members
            .into_iter()
            .filter_map(|(key, member)| Some((key.clone(), member.summary(now, window)?)))
            .collect()
    }
    /// Count and sum since the beginning, of all members with these labels together.
    pub fn total(&self, series: Series, labels: &[(&str, &str)]) -> (u64, f64) {
        let labels = owned(labels);
        let store = self.store();
        let members = store.of(series, &labels);
        members.iter().fold((0, 0.0), |(count, sum), (_, member)| {
            (count + member.total.count, sum + member.total.sum)
        })
    }
    /// All members over all windows, as of the last time that they were made: every 60 s, if it
    /// [ticks](Self::start).
    pub fn aggregates(&self) -> Arc<[Aggregate]> {
        let kept = self.0.aggregates.lock();
        kept.unwrap_or_else(PoisonError::into_inner).clone()
    }
    /// Makes the [`aggregates`](Self::aggregates) anew.
    pub fn aggregate(&self) -> Arc<[Aggregate]> {
        let mut all = Vec::new();
        for series in Series::ALL {
            for window in Window::ALL {
                let members = self.members(*series, window);
                all.extend(members.into_iter().map(|(key, summary)| Aggregate {
                    key,
                    window,
                    summary,
                }));
            }
        }
        let each = all
            .iter()
            .map(|one| size_of::<Aggregate>() + one.key.bytes());
        self.0.made.store(each.sum(), Relaxed);
        let all: Arc<[Aggregate]> = all.into();
        let mut kept = self
            .0
            .aggregates
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *kept = all.clone();
        all
    }
    /// Looks at all rules, tells of those that changed, and gives them back. A callback that panics is the only one that
    /// is not told to its end.
    pub fn check_alerts(&self) -> Vec<Alert> {
        let mut changed = Vec::new();
        for (number, (rule, tell)) in self.0.settings.rules.iter().enumerate() {
            let now = self.now();
            let judged: Vec<(String, f64, f64, bool)> = {
                let store = self.store();
                let members = store.of(rule.series, &rule.labels);
                let judged = members.into_iter().map(|(key, member)| {
                    // what fired and is not heard of any more is over
                    let nothing = (f64::NAN, f64::NAN, false);
                    let (value, limit, fires) = rule
                        .judge(&|window| member.summary(now, window))
                        .unwrap_or(nothing);
                    (key.to_string(), value, limit, fires)
                });
                judged.collect()
            };
            let mut news = Vec::new();
            {
                let mut firing = self.0.firing.lock().unwrap_or_else(PoisonError::into_inner);
                // a member that made room for others is judged no more: what fired of it is over
                let is_gone = |(of_rule, of): &(usize, String)| {
                    *of_rule == number && !judged.iter().any(|(known, ..)| known == of)
                };
                news.extend(
                    firing
                        .extract_if(is_gone)
                        .map(|(_, of)| (of, f64::NAN, f64::NAN, false)),
                );
                for one in judged {
                    let key = (number, one.0.clone());
                    let is_news = if one.3 {
                        firing.insert(key)
                    } else {
                        firing.remove(&key)
                    };
                    if is_news {
                        news.push(one);
                    }
                }
            }
            for (of, value, limit, fires) in news {
                let alert = Alert {
                    rule: rule.name.clone(),
                    of,
                    fires,
                    value,
                    limit,
                };
                // told without a lock; one callback that panics must not keep the others from being told
                let _ = std::panic::catch_unwind(AssertUnwindSafe(|| tell(&alert)));
                changed.push(alert);
            }
        }
        changed
    }
    /// Bytes that the aggregates take.
    pub fn bytes(&self) -> usize {
        self.store().bytes() + self.0.made.load(Relaxed)
    }
    /// Gives up members until so many bytes are free, and says how many are.
    pub(crate) fn give_up(&self, wanted: usize) -> usize {
        let mut store = self.store();
        let to = store.bytes().saturating_sub(wanted);
        store.shrink(to)
    }
    /// Begins to tick: aggregates every 60 s, rules every 30 s. It ends when what comes back is dropped.
    ///
    /// # Errors
    /// Of kind `Configuration` outside of a tokio runtime.
    pub fn start(&self) -> sigflow_core::Result<Ticking> {
        let telemetry = self.clone();
        let (aggregates, alerts) = (
            self.0.settings.aggregate_every,
            self.0.settings.alerts_every,
        );
        Ticking::spawn("telemetry", async move {
            let next = |every: Duration| clock::after(clock::now(), every.max(SHORTEST));
            let (mut aggregate, mut alert) = (next(aggregates), next(alerts));
            loop {
                tokio::time::sleep_until(aggregate.min(alert).into()).await;
                let now = clock::now();
                if now >= alert {
                    telemetry.check_alerts();
                    alert = next(alerts);
                }
                if now >= aggregate {
                    telemetry.aggregate();
                    aggregate = next(aggregates);
                }
            }
        })
    }
    /// How often aggregates are exported.
    pub fn export_interval(&self) -> Duration {
        self.0.settings.export_every
    }
}

/// Numbers of one moment on their way into the store: an event has several, for one look at the clock and one lock.
pub(super) struct Adding<'t> {
    store: MutexGuard<'t, Store>,
    now: Duration,
}

impl Adding<'_> {
    pub(super) fn add(&mut self, series: Series, values: &[&str], value: f64) {
        self.store.add(self.now, series, values, value);
    }
}

fn owned(labels: &[(&str, &str)]) -> Vec<(String, String)> {
    let each = labels.iter();
    each.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

impl fmt::Debug for Telemetry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.bytes();
        f.debug_struct("Telemetry")
            .field("bytes", &bytes)
            .field("rules", &self.0.settings.rules.len())
            .finish_non_exhaustive()
    }
}
