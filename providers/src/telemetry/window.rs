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
///
/// A number is counted once: in the slot under way of the finest ring. The other rings get all of that slot together when
/// it is over, for it lies within one of theirs; until then readers add it themselves.
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
    /// `now`: since the beginning of all. The value is finite.
    pub(super) fn add(&mut self, now: Duration, value: f64) {
        let at = now.as_secs() / RINGS[0].0;
        // who looked at the clock before another one did may come here after it
        let is_over = self.open().is_none_or(|open| open.at < at);
        if is_over {
            self.roll();
            self.bytes += self.rings[0].turn(at, RINGS[0].1);
        }
        let ring = &mut self.rings[0];
        let histogram = &mut ring.slots[ring.newest].histogram;
        let before = histogram.bytes();
        histogram.add(value);
        self.bytes += histogram.bytes() - before;
    }
    /// The slot under way.
    fn open(&self) -> Option<&Slot> {
        self.rings[0].slots.get(self.rings[0].newest)
    }
    /// The slot under way is over.
    fn roll(&mut self) {
        let (finest, others) = self.rings.split_at_mut(1);
        let Some(over) = finest[0].slots.get(finest[0].newest) else {
            return;
        };
        for (ring, (seconds, length)) in others.iter_mut().zip(&RINGS[1..]) {
            self.bytes += ring.turn(over.at * RINGS[0].0 / seconds, *length);
            let histogram = &mut ring.slots[ring.newest].histogram;
            let before = histogram.bytes();
            histogram.merge(&over.histogram);
            self.bytes += histogram.bytes() - before;
        }
    }
    pub(super) fn histogram(&self, now: Duration, window: Window) -> Histogram {
        let (ring, slots) = window.slots();
        let seconds = RINGS[ring].0;
        let newest = now.as_secs() / seconds;
        let oldest = (newest + 1).saturating_sub(slots);
        let is_within = |at: u64| (oldest..=newest).contains(&at);
        let mut within: Vec<&Slot> = self.rings[ring]
            .slots
            .iter()
            .filter(|slot| is_within(slot.at))
            .collect();
        within.sort_by_key(|slot| slot.at);
        let open = self
            .open()
            .filter(|open| ring > 0 && is_within(open.at * RINGS[0].0 / seconds));
        let mut all = Histogram::default();
        let each = within.into_iter().chain(open);
        each.for_each(|slot| all.merge(&slot.histogram));
        all
    }
    /// Heap only.
    pub(super) const fn bytes(&self) -> usize {
        self.bytes
    }
}

impl Ring {
    /// Makes the slot of a stretch the newest: another one while there is room, then the oldest. Gives the bytes that it
    /// took more.
    fn turn(&mut self, at: u64, length: usize) -> usize {
        if self
            .slots
            .get(self.newest)
            .is_some_and(|slot| slot.at == at)
        {
            return 0;
        }
        let before = self.slots.capacity();
        self.newest = if self.slots.len() < length {
            self.slots.push(Slot::default());
            self.slots.len() - 1
        } else {
            let slots = self.slots.iter().enumerate();
            let oldest = slots.min_by_key(|(_, slot)| slot.at);
            oldest.map_or(0, |(place, _)| place)
        };
        let slot = &mut self.slots[self.newest];
        slot.at = at;
        slot.histogram.clear();
        (self.slots.capacity() - before) * size_of::<Slot>()
    }
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

    #[test]
    fn a_clock_that_was_read_earlier_counts_now() {
        let mut windows = Windows::new();
        for millis in [9_990, 10_010, 9_995, 25_000, 24_000, 65_000] {
            windows.add(Duration::from_millis(millis), 1.0);
        }
        let count = |window| {
            let histogram = windows.histogram(Duration::from_secs(69), window);
            histogram.summary().map_or(0, |one| one.count)
        };
        // the first, of the first ten seconds, is out of the last minute
        assert_eq!(Window::ALL.map(count), [5, 6, 6, 6, 6]);
    }
}
