//! How fast a route answers.
use crate::calling;
use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

/// The share of a new measurement.
const SHARE: f64 = 0.3;
/// By the time a route was not asked for so long, its average counts for a third. So one that was slow once is
/// tried again.
const FADES: Duration = Duration::from_mins(5);

/// Moving averages of a route. The length of a reply says how long the whole of it takes, so streams are measured
/// by their first token alone, and whole replies apart from them.
#[derive(Default)]
pub(crate) struct Latency {
    under_way: AtomicU32,
    first_token: Mutex<Average>,
    whole: Mutex<Average>,
}

#[derive(Clone, Copy, Default)]
struct Average {
    seconds: f64,
    at: Option<Instant>,
}

impl Latency {
    pub(crate) fn started(&self) {
        self.under_way.fetch_add(1, Relaxed);
    }
    pub(crate) fn ended(&self) {
        self.under_way.fetch_sub(1, Relaxed);
    }
    pub(crate) fn first_token(&self, after: Duration) {
        add(&self.first_token, after);
    }
    pub(crate) fn whole(&self, after: Duration) {
        add(&self.whole, after);
    }
    /// It said nothing for so long; it would have taken longer.
    pub(crate) fn silent(&self, after: Duration, is_stream: bool) {
        add(self.of(is_stream), after);
    }
    fn of(&self, is_stream: bool) -> &Mutex<Average> {
        if is_stream {
            &self.first_token
        } else {
            &self.whole
        }
    }
    fn average(&self, is_stream: bool) -> Average {
        let average = self.of(is_stream).lock();
        *average.unwrap_or_else(PoisonError::into_inner)
    }
    /// How long it usually takes, if that is known.
    pub(crate) fn usual(&self, is_stream: bool) -> Option<Duration> {
        let average = self.average(is_stream);
        average.at?;
        Duration::try_from_secs_f64(average.seconds).ok()
    }
    /// The less, the sooner: the average, times the calls that would be under way. A route that is not known yet
    /// is the first to be tried.
    pub(crate) fn score(&self, is_stream: bool) -> f64 {
        let average = self.average(is_stream);
        let others = f64::from(self.under_way.load(Relaxed));
        let Some(at) = average.at else {
            // but not by all callers at once
            return others;
        };
        let idle = calling::now().saturating_duration_since(at);
        let faded = average.seconds * (-idle.as_secs_f64() / FADES.as_secs_f64()).exp();
        faded * (others + 1.0)
    }
}

fn add(average: &Mutex<Average>, sample: Duration) {
    let mut average = average.lock().unwrap_or_else(PoisonError::into_inner);
    let sample = sample.as_secs_f64();
    average.seconds = match average.at {
        None => sample,
        Some(_) => average.seconds + SHARE * (sample - average.seconds),
    };
    average.at = Some(calling::now());
}
