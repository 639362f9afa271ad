//! All members of all series.
use super::{
    histogram::{Histogram, Summary},
    place::{Places, Same},
    series::{Form, Key, Series},
    window::{Window, Windows},
};
use std::{collections::HashMap, time::Duration};

/// Bounds of the buckets of seconds, as OpenTelemetry's conventions advise.
pub(super) const SECONDS: [f64; 14] = [
    0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
];
/// Of tokens.
pub(super) const TOKENS: [f64; 14] = [
    1.0,
    4.0,
    16.0,
    64.0,
    256.0,
    1024.0,
    4096.0,
    16384.0,
    65536.0,
    262_144.0,
    1_048_576.0,
    4_194_304.0,
    16_777_216.0,
    67_108_864.0,
];

/// Since the beginning: what Prometheus wants, which forgets nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct Total {
    pub(super) count: u64,
    pub(super) sum: f64,
    pub(super) last: f64,
    /// For series with bounds: how many fell into each bucket, the last being for the rest.
    pub(super) buckets: Option<Box<[u64; 15]>>,
}

impl Total {
    fn add(&mut self, form: Form, value: f64) {
        self.count += 1;
        self.sum += value;
        self.last = value;
        if let Some(bounds) = bounds(form) {
            let place = bounds.iter().position(|bound| value <= *bound);
            self.buckets.get_or_insert_default()[place.unwrap_or(14)] += 1;
        }
    }
}

pub(super) const fn bounds(form: Form) -> Option<&'static [f64; 14]> {
    match form {
        Form::Seconds => Some(&SECONDS),
        Form::Tokens => Some(&TOKENS),
        _ => None,
    }
}

pub(super) struct Member {
    key: Key,
    pub(super) total: Total,
    windows: Windows,
    used: u64,
    /// What it takes without its numbers.
    own: usize,
    /// What it takes, as it was last counted.
    bytes: usize,
}

/// The members, within a bound of bytes.
pub(super) struct Store {
    /// By the hash of their keys, so that a number that is added makes no key.
    members: HashMap<u64, Member, Same>,
    places: Places,
    bytes: usize,
    limit: usize,
    tick: u64,
    evicted: u64,
}

impl Store {
    pub(super) fn new(limit: usize) -> Self {
        Store {
            members: HashMap::default(),
            places: Places::new(),
            bytes: 0,
            limit,
            tick: 0,
            evicted: 0,
        }
    }
    pub(super) const fn bytes(&self) -> usize {
        self.bytes
    }
    pub(super) fn add(&mut self, now: Duration, series: Series, values: &[&str], value: f64) {
        if !value.is_finite() {
            return;
        }
        self.tick += 1;
        let tick = self.tick;
        let mut place = self.places.of(series, values);
        // two keys of one hash stand beside each other
        while self
            .members
            .get(&place)
            .is_some_and(|member| !member.key.is(series, values))
        {
            place = place.wrapping_add(1);
        }
        let member = self.members.entry(place).or_insert_with(|| {
            let key = Key::new(series, values);
            Member {
                own: key.bytes() + size_of::<(u64, Member)>(),
                key,
                total: Total::default(),
                windows: Windows::new(),
                used: 0,
                bytes: 0,
            }
        });
        member.used = tick;
        member.total.add(series.form(), value);
        member.windows.add(now, value);
        let boxed = member.total.buckets.as_ref().map_or(0, |_| 15 * 8);
        let bytes = member.own + boxed + member.windows.bytes();
        self.bytes = self.bytes - member.bytes + bytes;
        member.bytes = bytes;
        if self.bytes > self.limit {
            let before = self.evicted;
            self.shrink(self.limit - self.limit / 10);
            #[allow(clippy::cast_precision_loss, reason = "no more than there were")]
            let gone = (self.evicted - before) as f64;
            // there is room for it now, unless the limit is less than one member takes
            if series != Series::GcEvents {
                self.add(now, Series::GcEvents, &["aggregates"], gone);
            }
        }
    }
    /// Gives up the members that were used longest ago, until no more than so many bytes are left.
    pub(super) fn shrink(&mut self, to: usize) -> usize {
        let before = self.bytes;
        let mut ages: Vec<(u64, u64)> = self
            .members
            .iter()
            .map(|(place, member)| (member.used, *place))
            .collect();
        ages.sort_unstable();
        for (_, place) in ages {
            if self.bytes <= to {
                break;
            }
            if let Some(member) = self.members.remove(&place) {
                self.bytes -= member.bytes;
                self.evicted += 1;
            }
        }
        before - self.bytes
    }
    /// What every member has since the beginning, in the order of their keys: for exports, which take their time and must
    /// not hold up the calls that add numbers.
    #[cfg(any(feature = "otel", feature = "prometheus"))]
    pub(super) fn totals(&self) -> Vec<(Key, Total)> {
        let each = self.members.values();
        let mut all: Vec<_> = each
            .map(|member| (member.key.clone(), member.total.clone()))
            .collect();
        all.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        all
    }
    /// The members of a series that have these labels, in the order of their labels.
    pub(super) fn of(&self, series: Series, labels: &[(String, String)]) -> Vec<(&Key, &Member)> {
        let mut all: Vec<_> = self
            .members
            .values()
            .filter(|member| member.key.series == series && member.key.has(labels))
            .map(|member| (&member.key, member))
            .collect();
        all.sort_unstable_by_key(|(key, _)| *key);
        all
    }
}

impl Member {
    pub(super) fn summary(&self, now: Duration, window: Window) -> Option<Summary> {
        self.histogram(now, window).summary()
    }
    pub(super) fn histogram(&self, now: Duration, window: Window) -> Histogram {
        self.windows.histogram(now, window)
    }
}

#[cfg(test)]
mod tests {
    use super::{Series, Store};
    use std::time::Duration;

    #[test]
    fn labels_without_end_do_not_fill_memory() {
        let mut store = Store::new(200_000);
        for number in 0..20_000_u32 {
            let model = format!("model-{number}");
            let now = Duration::from_secs(number.into());
            store.add(now, Series::ExecutionCost, &["openai", &model], 0.1);
            store.add(now, Series::QueueDepth, &["kept"], 1.0);
            assert!(store.bytes() <= 200_000);
        }
        assert!(store.evicted > 15_000);
        // what is in use stays
        let kept = store.of(Series::QueueDepth, &[]);
        assert_eq!(kept[0].1.total.count, 20_000);
        let gone = store.of(Series::GcEvents, &[])[0].1.total.sum;
        assert!(gone > 15_000.0 && gone <= 20_000.0, "{gone}");
    }
}
