//! What is drawn for a seed: servers, layers, load.
mod more;

pub(crate) use more::{CacheShape, GaugeShape, More, Picks, SpendingShape};

use crate::random::Random;
use std::time::Duration;

/// A run.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    pub(crate) seed: u64,
    pub(crate) calls: u64,
    pub(crate) servers: Vec<ServerShape>,
    pub(crate) order: OrderShape,
    pub(crate) retries: u32,
    pub(crate) base: Duration,
    pub(crate) has_breaker: bool,
    pub(crate) queue: Option<QueueShape>,
    /// Between two calls, on average.
    pub(crate) gap: Duration,
    /// The share of calls that come many at once.
    pub(crate) bursts: f64,
    pub(crate) streams: f64,
    pub(crate) deadlines: f64,
    pub(crate) cancels: f64,
    pub(crate) jumps: u64,
    pub(crate) more: More,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum OrderShape {
    /// One route, in `Retry`.
    Alone,
    Given,
    Weighted,
    Fastest,
}

#[derive(Clone, Debug)]
pub(crate) struct QueueShape {
    pub(crate) start: u32,
    pub(crate) most: u32,
    pub(crate) most_waiting: usize,
}

#[derive(Clone, Debug)]
pub(crate) struct ServerShape {
    pub(crate) name: String,
    /// Until the first word, on average.
    pub(crate) first: Duration,
    /// Until the end, on average.
    pub(crate) rest: Duration,
    /// The share of requests that fail one by one.
    pub(crate) faults: f64,
    /// The share that is refused because others use the same key.
    pub(crate) crowded: f64,
    /// When nothing of it works, from and to.
    pub(crate) outages: Vec<(Duration, Duration, Outage)>,
    pub(crate) limit: Option<LimitShape>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Outage {
    /// Nobody listens.
    Gone,
    /// It answers that it is busy.
    Busy,
    /// It takes requests and says nothing.
    Silent,
}

/// What a server allows in a minute.
#[derive(Clone, Debug)]
pub(crate) struct LimitShape {
    pub(crate) requests: u64,
    pub(crate) tokens: u64,
    pub(crate) burst: Duration,
    /// Kept on this side too.
    pub(crate) is_known: bool,
    pub(crate) most_waiting: usize,
}

impl Shape {
    pub(crate) fn draw(seed: u64, calls: u64) -> Self {
        let random = Random::of(seed, "shape");
        let order = random.one(&[
            OrderShape::Alone,
            OrderShape::Given,
            OrderShape::Given,
            OrderShape::Weighted,
            OrderShape::Fastest,
        ]);
        let routes = if order == OrderShape::Alone {
            1
        } else {
            random.between(2, 4)
        };
        let gap = Duration::from_millis(random.one(&[5, 40, 150, 600, 2_000]));
        let length = gap * u32::try_from(calls).unwrap_or(u32::MAX) + Duration::from_secs(20);
        let servers = (0..routes).map(|index| server(&random, index, length));
        let servers: Vec<ServerShape> = servers.collect();
        Shape {
            seed,
            calls,
            more: More::draw(seed, calls, servers.len()),
            servers,
            order,
            retries: random.one(&[0, 1, 2, 2, 3]),
            base: Duration::from_millis(random.one(&[1, 100, 500])),
            has_breaker: random.chance(0.7),
            queue: random.chance(0.6).then(|| {
                let start = random.between(1, 40) as u32;
                QueueShape {
                    start,
                    most: start + random.between(0, 60) as u32,
                    most_waiting: random.one(&[0, 2, 20, 500]),
                }
            }),
            gap,
            bursts: random.one(&[0.0, 0.3, 0.9]),
            streams: random.one(&[0.0, 0.5, 1.0]),
            deadlines: random.one(&[0.0, 0.3, 1.0]),
            cancels: random.one(&[0.0, 0.05, 0.3]),
            jumps: random.one(&[0, 0, 1, 3]),
        }
    }
}

fn server(random: &Random, index: u64, length: Duration) -> ServerShape {
    let outages = (0..random.one(&[0, 0, 1, 2])).map(|_| {
        let from = length.mul_f64(random.unit() * 0.9);
        let lasts = random.about(length / 4);
        let how = random.one(&[Outage::Gone, Outage::Busy, Outage::Silent]);
        (from, from + lasts, how)
    });
    let outages = outages.collect();
    let limit = random.chance(0.6).then(|| LimitShape {
        requests: random.one(&[60, 300, 1_200, 6_000]),
        tokens: random.one(&[30_000, 100_000, 1_000_000]),
        burst: Duration::from_millis(random.one(&[0, 1_000, 10_000, 60_000])),
        is_known: random.chance(0.8),
        most_waiting: random.one(&[1, 20, 10_000]),
    });
    ServerShape {
        name: format!("server-{index}"),
        first: random.span(20, 2_000),
        rest: random.span(20, 5_000),
        faults: random.one(&[0.0, 0.02, 0.1, 0.4]),
        crowded: random.one(&[0.0, 0.0, 0.01]),
        outages,
        limit,
    }
}
