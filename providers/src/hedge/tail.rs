//! What is slow for a route.
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// Calls that are remembered.
const KEPT: usize = 100;
/// Fewer say nothing of a tail.
const LEAST: usize = 20;

/// The last times of a route, in a ring.
#[derive(Default)]
pub(super) struct Tail(Mutex<Ring>);

#[derive(Default)]
struct Ring {
    times: Vec<Duration>,
    next: usize,
}

impl Tail {
    pub(super) fn add(&self, time: Duration) {
        let mut ring = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if ring.times.len() < KEPT {
            ring.times.push(time);
        } else {
            let next = ring.next;
            ring.times[next] = time;
        }
        ring.next = (ring.next + 1) % KEPT;
    }

    /// The time within which 95 of 100 answer, by nearest rank.
    pub(super) fn slow(&self) -> Option<Duration> {
        let mut times = {
            let ring = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if ring.times.len() < LEAST {
                return None;
            }
            ring.times.clone()
        };
        let rank = (times.len() * 95).div_ceil(100) - 1;
        let (_, slow, _) = times.select_nth_unstable(rank);
        Some(*slow)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_rank_of_the_last_hundred() {
        let tail = Tail::default();
        for time in 1..20 {
            tail.add(Duration::from_secs(time));
        }
        assert_eq!(tail.slow(), None);
        tail.add(Duration::from_secs(20));
        assert_eq!(tail.slow(), Some(Duration::from_secs(19)));
        for time in (1..=100).rev() {
            tail.add(Duration::from_millis(time));
        }
        assert_eq!(tail.slow(), Some(Duration::from_millis(95)));
    }
}
