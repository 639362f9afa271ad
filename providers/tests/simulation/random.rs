//! Random numbers of a seed: `SplitMix64` (Steele, Lea and Flood, OOPSLA 2014).
use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

#[derive(Debug)]
pub(crate) struct Random(AtomicU64);

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

impl Random {
    /// The stream `name` of a seed: what one part of the world draws does not shift what another does.
    pub(crate) fn of(seed: u64, name: &str) -> Self {
        let mut state = seed.wrapping_mul(STEP) ^ 0x5eed;
        for byte in name.bytes() {
            state = mixed(state.wrapping_add(STEP) ^ u64::from(byte));
        }
        Random(AtomicU64::new(state))
    }
    pub(crate) fn next(&self) -> u64 {
        mixed(self.0.fetch_add(STEP, Relaxed).wrapping_add(STEP))
    }
    /// From 0 to 1, without 1.
    #[allow(clippy::cast_precision_loss)] // 53 bits
    pub(crate) fn unit(&self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
    pub(crate) fn chance(&self, share: f64) -> bool {
        self.unit() < share
    }
    /// Both ends are drawn too.
    pub(crate) fn between(&self, least: u64, most: u64) -> u64 {
        least + self.next() % (most - least + 1)
    }
    /// In milliseconds, both ends too.
    pub(crate) fn span(&self, least: u64, most: u64) -> Duration {
        Duration::from_millis(self.between(least, most))
    }
    /// Mostly short, seldom long: exponential around a mean, ten times the mean at most.
    pub(crate) fn about(&self, mean: Duration) -> Duration {
        mean.mul_f64((-(1.0 - self.unit()).ln()).min(10.0))
    }
    pub(crate) fn one<T: Copy>(&self, of: &[T]) -> T {
        of[self.between(0, of.len() as u64 - 1) as usize]
    }
}

fn mixed(state: u64) -> u64 {
    let state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}
