//! Random numbers of our own: seedable, without global state, without a lock.
use std::{
    hash::{BuildHasher as _, RandomState},
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

/// The generator of Java's `SplittableRandom` (Steele, Lea and Flood, “Fast splittable pseudorandom number generators”, OOPSLA 2014). Its state
/// is a counter, so many callers can share one: each takes the next value with one atomic addition.
#[derive(Debug)]
pub(crate) struct Random(AtomicU64);

/// The odd constant of the paper, by which the counter steps.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

impl Random {
    /// Seeded by the keys that the standard library has from the system for its hash maps: two clients that
    /// start in the same moment must not wait in step.
    pub(crate) fn new() -> Self {
        Self::seeded(RandomState::new().hash_one(STEP))
    }
    /// The same numbers for the same seed.
    pub(crate) const fn seeded(seed: u64) -> Self {
        Random(AtomicU64::new(seed))
    }
    fn next(&self) -> u64 {
        let mut z = self.0.fetch_add(STEP, Relaxed).wrapping_add(STEP);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    /// From 0 up to, and without, 1.
    #[allow(clippy::cast_precision_loss)] // 53 bits fit
    pub(crate) fn unit(&self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
    /// From 0 up to, and without, `count`; 0 if that is none.
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss
    )] // the count of what is in memory
    pub(crate) fn below(&self, count: usize) -> usize {
        ((self.unit() * count as f64) as usize).min(count.saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_paper() {
        // the first three values of the reference implementation for seed 0
        let random = Random::seeded(0);
        let first: Vec<u64> = (0..3).map(|_| random.next()).collect();
        assert_eq!(
            first,
            [
                0xe220_a839_7b1d_cdaf,
                0x6e78_9e6a_a1b9_65f4,
                0x06c4_5d18_8009_454f
            ]
        );
    }

    #[test]
    fn units_fill_their_range_evenly() {
        let random = Random::seeded(7);
        let mut tenths = [0_u32; 10];
        for _ in 0..10_000 {
            let unit = random.unit();
            assert!((0.0..1.0).contains(&unit));
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let tenth = (unit * 10.0) as usize;
            tenths[tenth] += 1;
        }
        assert!(
            tenths.iter().all(|count| (850..1150).contains(count)),
            "{tenths:?}"
        );
    }
}
