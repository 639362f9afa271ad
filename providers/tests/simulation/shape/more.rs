//! Layers that not every run has: a second route beside a slow one, all routes at once, money, replies that are kept,
//! memory. Drawn from a stream of their own, so that they shift nothing of the servers and the load.
use crate::{random::Random, server::WORTH};
use sigflow_core::Eviction;
use std::time::Duration;

/// What stands around the routes beside retries.
#[derive(Clone, Debug, Default)]
pub(crate) struct More {
    pub(crate) hedge: Option<HedgeShape>,
    pub(crate) compare: Option<CompareShape>,
    pub(crate) spending: Option<SpendingShape>,
    pub(crate) cache: Option<CacheShape>,
    pub(crate) gauge: Option<GaugeShape>,
}

#[derive(Clone, Debug)]
pub(crate) struct HedgeShape {
    /// Retries stand around it, and not in each of its two routes.
    pub(crate) is_inside: bool,
    pub(crate) share: f64,
    pub(crate) at_least: Duration,
}

#[derive(Clone, Debug)]
pub(crate) struct CompareShape {
    pub(crate) picks: Picks,
    pub(crate) wait: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Picks {
    Given,
    Fastest,
    Shortest,
}

#[derive(Clone, Debug)]
pub(crate) struct SpendingShape {
    /// It stands around everything, and not around each server.
    pub(crate) is_around: bool,
    /// Where it stands around everything: whether the cache is inside of it.
    pub(crate) has_cache_inside: bool,
    pub(crate) dollars: Option<f64>,
    pub(crate) tokens: Option<u64>,
    /// Nobody knows what the last server costs.
    pub(crate) last_is_unpriced: bool,
    pub(crate) refuses_unpriced: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct CacheShape {
    /// The queue stands around it, so that whoever waits for an equal request holds a place.
    pub(crate) is_in_queue: bool,
    /// How many questions there are; calls ask one of them.
    pub(crate) questions: u64,
    pub(crate) capacity: usize,
    pub(crate) eviction: Eviction,
    pub(crate) ttl: Option<Duration>,
}

#[derive(Clone, Debug)]
pub(crate) struct GaugeShape {
    pub(crate) limit: usize,
    /// It speaks for each attempt too, not only where requests are sent.
    pub(crate) is_gate: bool,
    /// The history of the calls, with prompts, is one of its buffers.
    pub(crate) has_history: bool,
    pub(crate) retry_after: Duration,
}

impl More {
    pub(crate) fn draw(seed: u64, calls: u64, routes: usize) -> Self {
        let random = Random::of(seed, "more layers");
        let share = random.unit();
        let hedge = HedgeShape {
            is_inside: random.chance(0.4),
            share: random.one(&[0.02, 0.05, 0.2, 0.6]),
            at_least: Duration::from_millis(random.one(&[0, 0, 800])),
        };
        let compare = CompareShape {
            picks: random.one(&[Picks::Given, Picks::Fastest, Picks::Shortest]),
            wait: Duration::from_secs(random.one(&[2, 8, 30])),
        };
        let spending = random.chance(0.4);
        let spending = spending.then(|| spending_of(&random, calls));
        let cache = random.chance(0.45).then(|| CacheShape {
            is_in_queue: random.chance(0.3),
            questions: calls.div_ceil(random.one(&[2, 5, 20])),
            capacity: random.one(&[10_000, 10_000, 12]),
            eviction: random.one(&[Eviction::Lru, Eviction::Lfu, Eviction::Ttl]),
            ttl: random
                .one(&[None, None, Some(5), Some(120)])
                .map(Duration::from_secs),
        });
        let gauge = random.chance(0.4).then(|| GaugeShape {
            limit: WORTH * random.one(&[3, 8, 30]),
            is_gate: random.chance(0.5),
            has_history: random.chance(0.3),
            retry_after: random.span(200, 5_000),
        });
        More {
            hedge: (routes > 1 && share < 0.35).then_some(hedge),
            compare: (routes > 1 && share > 0.8).then_some(compare),
            spending,
            cache,
            gauge,
        }
    }
}

fn spending_of(random: &Random, calls: u64) -> SpendingShape {
    let is_around = random.chance(0.5);
    let each = random.one(&[None, Some(300), Some(1_000), Some(5_000)]);
    SpendingShape {
        is_around,
        has_cache_inside: random.chance(0.5),
        // a call takes about as much of one as of the other
        dollars: random
            .one(&[None, Some(0.001), Some(0.004), Some(0.02)])
            .map(|each| {
                #[allow(clippy::cast_precision_loss)] // of calls
                let calls = calls as f64;
                calls * each
            }),
        tokens: each.map(|each: u64| calls * each),
        last_is_unpriced: !is_around && random.chance(0.3),
        refuses_unpriced: random.chance(0.3),
    }
}
