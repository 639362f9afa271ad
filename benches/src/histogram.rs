//! Times by their number: a histogram whose error is below one percent at every size, as Gil Tene's `HdrHistogram` has it.
use std::{fmt, time::Duration};

/// Parts of each power of two.
const PARTS: u64 = 128;

/// Counts times without keeping them.
///
/// ```
/// use sigflow_bench::histogram::Histogram;
/// use std::time::Duration;
///
/// let mut times = Histogram::default();
/// (1..=1_000).for_each(|micros| times.add(Duration::from_micros(micros)));
/// let half = times.percentile(50.0).as_secs_f64();
/// assert!((half - 500e-6).abs() < 5e-6);
/// assert_eq!(times.most(), Duration::from_micros(1_000));
/// ```
#[derive(Clone, Debug)]
pub struct Histogram {
    counts: Vec<u64>,
    all: u64,
    most: Duration,
}

impl Default for Histogram {
    fn default() -> Self {
        Histogram {
            // the last bucket takes what is longer than a minute
            counts: vec![0; bucket(60_000_000_000) + 1],
            all: 0,
            most: Duration::ZERO,
        }
    }
}

/// Below 128 ns each nanosecond has a bucket, above it each power of two has 128.
fn bucket(nanos: u64) -> usize {
    let power = nanos.max(1).ilog2().saturating_sub(PARTS.ilog2());
    usize::try_from(u64::from(power) * PARTS + (nanos >> power)).unwrap_or(usize::MAX)
}

/// The longest time of a bucket.
fn longest(bucket: usize) -> u64 {
    let bucket = bucket as u64;
    let power = (bucket / PARTS).saturating_sub(1);
    ((bucket - power * PARTS + 1) << power) - 1
}

impl Histogram {
    /// One more.
    pub fn add(&mut self, time: Duration) {
        let nanos = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        let last = self.counts.len() - 1;
        self.counts[bucket(nanos).min(last)] += 1;
        self.all += 1;
        self.most = self.most.max(time);
    }
    /// The time that so many percent did not exceed.
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss
    )] // of a count
    pub fn percentile(&self, percent: f64) -> Duration {
        let wanted = ((self.all as f64 * percent / 100.0).ceil() as u64).max(1);
        let mut seen = 0;
        for (bucket, count) in self.counts.iter().enumerate() {
            seen += count;
            // the last one has no end
            if seen >= wanted && bucket + 1 < self.counts.len() {
                return Duration::from_nanos(longest(bucket)).min(self.most);
            }
        }
        self.most
    }
    /// The longest of all.
    pub const fn most(&self) -> Duration {
        self.most
    }
    /// How many.
    pub const fn count(&self) -> u64 {
        self.all
    }
}

impl fmt::Display for Histogram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let micros = |time: Duration| time.as_secs_f64() * 1e6;
        write!(
            f,
            "p50 {:9.2} µs   p99 {:9.2} µs   p99.9 {:9.2} µs   max {:9.2} µs",
            micros(self.percentile(50.0)),
            micros(self.percentile(99.0)),
            micros(self.percentile(99.9)),
            micros(self.most)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::cast_precision_loss)] // of a minute
    fn each_time_is_in_its_bucket() {
        for nanos in (0..100_000).chain([1 << 20, (1 << 30) + 12_345, 59_999_999_999]) {
            let end = longest(bucket(nanos));
            assert!(end >= nanos, "{nanos} is beyond {end}");
            assert!(
                (end - nanos) as f64 <= nanos as f64 / 100.0,
                "{nanos}: {end}"
            );
        }
    }

    #[test]
    fn percentiles_are_of_the_nearest_rank() {
        let mut times = Histogram::default();
        for _ in 0..99 {
            times.add(Duration::from_nanos(100));
        }
        times.add(Duration::from_secs(100));
        assert_eq!(times.percentile(99.0), Duration::from_nanos(100));
        assert_eq!(times.percentile(99.5), Duration::from_secs(100));
        assert_eq!(times.count(), 100);
    }
}
