//! Windows of time over one member of a series.
use super::histogram::Histogram;
use std::time::Duration;

/// A stretch of time up to now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Window {
    /// 60 seconds.
    Minute,
    /// 300 seconds.
    FiveMinutes,
    /// 900 seconds.
    FifteenMinutes,
    /// 3,600 seconds.
    Hour,
    /// 86,400 seconds.
    Day,
}

impl Window {
    /// All of them.
    pub const ALL: [Window; 5] = [
        Window::Minute,
        Window::FiveMinutes,
        Window::FifteenMinutes,
        Window::Hour,
        Window::Day,
    ];
    /// How long.
    pub const fn seconds(self) -> u64 {
        match self {
            Window::Minute => 60,
            Window::FiveMinutes => 300,
            Window::FifteenMinutes => 900,
            Window::Hour => 3_600,
            Window::Day => 86_400,
        }
    }
    /// `1m`, `5m`, `15m`, `1h`, `24h`.
    pub const fn name(self) -> &'static str {
        match self {
            Window::Minute => "1m",
            Window::FiveMinutes => "5m",
            Window::FifteenMinutes => "15m",
            Window::Hour => "1h",
            Window::Day => "24h",
        }
    }
    /// Which ring, and how many of its slots.
    const fn slots(self) -> (usize, u64) {
        match self {
            Window::Minute => (0, 6),
            Window::FiveMinutes => (1, 5),
            Window::FifteenMinutes => (1, 15),
            Window::Hour => (2, 12),
            Window::Day => (3, 24),
        }
    }
}

/// Seconds of a slot, and how many of them a ring has. A window ends now and begins with its oldest slot: it is up to
/// one slot shorter than it says.
const RINGS: [(u64, usize); 4] = [(10, 6), (60, 15), (300, 12), (3_600, 24)];

/// The numbers of the last day, in slots that are used again.
#[derive(Clone, Debug)]
pub(super) struct Windows {
    rings: [Ring; 4],
    /// Heap only; kept, since it is asked for with each number.
    bytes: usize,
}

#[derive(Clone, Debug, Default)]
struct Ring {
    slots: Vec<Slot>,
    /// Where the last number went.
    newest: usize,
}

/// What came in one stretch of a ring, which `at` counts.
#[derive(Clone, Debug, Default)]
struct Slot {
    at: u64,
    histogram: Histogram,
}

impl Windows {
    pub(super) fn new() -> Self {
        Windows {
            rings: std::array::from_fn(|_| Ring::default()),
            bytes: 0,
        }
    }
    /// `now`: since the beginning of all.
    pub(super) fn add(&mut self, now: Duration, value: f64) {
        for (ring, (seconds, length)) in self.rings.iter_mut().zip(RINGS) {
            let at = now.as_secs() / seconds;
            let is_there = ring
                .slots
                .get(ring.newest)
                .is_some_and(|slot| slot.at == at);
            if !is_there {
                let before = ring.slots.capacity();
                ring.newest = match ring.slots.iter().position(|slot| slot.at == at) {
                    Some(place) => place,
                    None => fresh(&mut ring.slots, at, length),
                };
                self.bytes += (ring.slots.capacity() - before) * size_of::<Slot>();
            }
            let histogram = &mut ring.slots[ring.newest].histogram;
            let before = histogram.bytes();
            histogram.add(value);
            self.bytes += histogram.bytes() - before;
        }
    }
    pub(super) fn histogram(&self, now: Duration, window: Window) -> Histogram {
        let (ring, slots) = window.slots();
        let newest = now.as_secs() / RINGS[ring].0;
        let oldest = (newest + 1).saturating_sub(slots);
        let mut within: Vec<&Slot> = self.rings[ring]
            .slots
            .iter()
            .filter(|slot| (oldest..=newest).contains(&slot.at))
            .collect();
        within.sort_by_key(|slot| slot.at);
        let mut all = Histogram::default();
        within.iter().for_each(|slot| all.merge(&slot.histogram));
        all
    }
    /// Heap only.
    pub(super) const fn bytes(&self) -> usize {
        self.bytes
    }
}
/// The place of a slot for a new stretch: another one while there is room, then the oldest.
fn fresh(ring: &mut Vec<Slot>, at: u64, length: usize) -> usize {
    let place = if ring.len() < length {
        ring.push(Slot::default());
        ring.len() - 1
    } else {
        let oldest = ring.iter().enumerate().min_by_key(|(_, slot)| slot.at);
        oldest.map_or(0, |(place, _)| place)
    };
    let slot = &mut ring[place];
    slot.at = at;
    slot.histogram.clear();
    place
}

#[cfg(test)]
mod tests {
    use super::{Window, Windows};
    use std::time::Duration;

    #[test]
    fn what_is_older_than_a_window_is_not_in_it() {
        let mut windows = Windows::new();
        let at = Duration::from_secs;
        for second in 0..7200 {
            windows.add(at(second), 1.0);
        }
        let count = |window| {
            windows
                .histogram(at(7199), window)
                .summary()
                .map_or(0, |one| one.count)
        };
        let found = Window::ALL.map(count);
        assert_eq!(found, [60, 300, 900, 3600, 7200]);
        // ten minutes of silence
        let count = |window| {
            windows
                .histogram(at(7799), window)
                .summary()
                .map_or(0, |one| one.count)
        };
        assert_eq!(Window::ALL.map(count), [0, 0, 300, 3000, 7200]);
        // a day and a half
        assert!(
            windows
                .histogram(at(7200 + 129_600), Window::Day)
                .summary()
                .is_none()
        );
        assert!(windows.bytes() < 8000, "{}", windows.bytes());
    }
}
