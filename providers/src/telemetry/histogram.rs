//! How numbers are spread, in a bounded number of buckets.

/// Buckets for each doubling. A percentile is off by half a bucket at most: 2.2 %.
const PER_DOUBLING: f64 = 16.0;
/// The number that the first bucket begins at: 2^-30, a billionth.
const FIRST: f64 = -30.0;
/// The buckets that there are: up to 2^34. What is beyond counts in the first or the last.
const BUCKETS: u16 = 64 * 16;

/// Counts of numbers by size; the buckets grow with the numbers in them (a logarithmic histogram). Only buckets with
/// anything in them take room: never more than 1,025 of 8 bytes.
#[derive(Clone, Debug, Default)]
pub(super) struct Histogram {
    /// Bucket and count, in order. Bucket 0 is for what is not above zero.
    buckets: Vec<(u16, u32)>,
    count: u64,
    sum: f64,
    min: f64,
    max: f64,
    last: f64,
}

fn bucket(value: f64) -> u16 {
    if value <= 0.0 {
        return 0;
    }
    let place = ((value.log2() - FIRST) * PER_DOUBLING).floor();
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is between the two"
    )]
    let place = place.clamp(0.0, f64::from(BUCKETS - 1)) as u16;
    place + 1
}

/// The middle of a bucket.
fn middle(bucket: u16) -> f64 {
    match bucket {
        0 => 0.0,
        _ => ((f64::from(bucket) - 0.5) / PER_DOUBLING + FIRST).exp2(),
    }
}

impl Histogram {
    pub(super) fn add(&mut self, value: f64) {
        if !value.is_finite() {
            return;
        }
        self.put(bucket(value), 1);
        self.noted(1, value, value, value);
        self.last = value;
    }
    pub(super) fn merge(&mut self, other: &Histogram) {
        if other.count == 0 {
            return;
        }
        for (bucket, count) in &other.buckets {
            self.put(*bucket, *count);
        }
        self.noted(other.count, other.sum, other.min, other.max);
        self.last = other.last;
    }
    fn put(&mut self, bucket: u16, count: u32) {
        match self
            .buckets
            .binary_search_by_key(&bucket, |(known, _)| *known)
        {
            Ok(at) => self.buckets[at].1 = self.buckets[at].1.saturating_add(count),
            Err(at) => {
                if self.buckets.len() == self.buckets.capacity() {
                    // doubling would leave half of it empty, in each slot of each member
                    self.buckets.reserve_exact(4);
                }
                self.buckets.insert(at, (bucket, count));
            }
        }
    }
    fn noted(&mut self, count: u64, sum: f64, min: f64, max: f64) {
        let first = self.count == 0;
        self.min = if first { min } else { self.min.min(min) };
        self.max = if first { max } else { self.max.max(max) };
        self.count += count;
        self.sum += sum;
    }
    pub(super) fn clear(&mut self) {
        self.buckets.clear();
        (self.count, self.sum) = (0, 0.0);
    }
    /// Heap only.
    pub(super) fn bytes(&self) -> usize {
        self.buckets.capacity() * size_of::<(u16, u32)>()
    }
    /// By nearest rank: the number at place `ceil(n·p/100)`.
    fn percentile(&self, percent: u64) -> f64 {
        let rank = (self.count * percent).div_ceil(100).max(1);
        let mut seen = 0;
        for (bucket, count) in &self.buckets {
            seen += u64::from(*count);
            if seen >= rank {
                return middle(*bucket).clamp(self.min, self.max);
            }
        }
        self.max
    }
    pub(super) fn summary(&self) -> Option<Summary> {
        #[allow(clippy::cast_precision_loss, reason = "a mean of 2^53 numbers")]
        (self.count > 0).then(|| Summary {
            count: self.count,
            sum: self.sum,
            avg: self.sum / self.count as f64,
            min: self.min,
            max: self.max,
            p50: self.percentile(50),
            p95: self.percentile(95),
            p99: self.percentile(99),
            last: self.last,
        })
    }
}

/// What is known of the numbers of a window. Percentiles are by nearest rank, and within 2.2 % of the number there.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Summary {
    /// How many.
    pub count: u64,
    /// All together.
    pub sum: f64,
    /// Their mean.
    pub avg: f64,
    /// The least.
    pub min: f64,
    /// The greatest.
    pub max: f64,
    /// Half are not above it.
    pub p50: f64,
    /// 95 of 100 are not above it.
    pub p95: f64,
    /// 99 of 100 are not above it.
    pub p99: f64,
    /// The last.
    pub last: f64,
}

#[cfg(test)]
mod tests {
    use super::{Histogram, PER_DOUBLING};

    #[test]
    fn percentiles_are_those_of_a_sorted_list_within_half_a_bucket() {
        let (mut histogram, mut all) = (Histogram::default(), Vec::new());
        let mut state = 7_u64;
        for _ in 0..10_000 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            #[allow(clippy::cast_precision_loss)]
            let value = ((state >> 40) as f64 / 1000.0).powi(3) / 1e6 + 1e-6;
            histogram.add(value);
            all.push(value);
        }
        all.sort_by(f64::total_cmp);
        let summary = histogram.summary().unwrap();
        let half = (0.5 / PER_DOUBLING).exp2() + 1e-9;
        for (percent, found) in [(50, summary.p50), (95, summary.p95), (99, summary.p99)] {
            let exact = all[(all.len() * percent).div_ceil(100) - 1];
            assert!(
                (found / exact).max(exact / found) <= half,
                "{percent}: {found}, {exact}"
            );
        }
        assert_eq!((summary.min, summary.max), (all[0], all[9_999]));
        let sum: f64 = all.iter().sum();
        assert!((summary.sum / sum - 1.0).abs() < 1e-9);
    }

    #[test]
    fn few_numbers_have_the_nearest_rank() {
        let mut histogram = Histogram::default();
        for value in [1.0, 2.0, 3.0, 4.0] {
            histogram.add(value);
        }
        let summary = histogram.summary().unwrap();
        // ceil(4 · 0.5) = 2: the second; ceil(4 · 0.95) = 4: the last
        assert!((summary.p50 / 2.0 - 1.0).abs() < 0.022, "{summary:?}");
        assert!((summary.p95 / 4.0 - 1.0).abs() < 0.022, "{summary:?}");
    }

    #[test]
    fn whatever_comes_it_stays_small() {
        let mut histogram = Histogram::default();
        for exponent in -400..400 {
            histogram.add(10_f64.powi(exponent));
            histogram.add(-1.0);
        }
        for value in [f64::NAN, f64::INFINITY, 0.0] {
            histogram.add(value);
        }
        assert!(histogram.bytes() <= 8 * 1100, "{}", histogram.bytes());
        // 10^309 and above are no finite numbers
        let finite = (-400..400).filter(|e| 10_f64.powi(*e).is_finite()).count() as u64;
        assert_eq!(histogram.summary().unwrap().count, finite + 800 + 1);
    }
}
