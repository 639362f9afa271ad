//! When the disk is left alone, and when it is tried again.
use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// So many times in a row the disk does not come in time; then nobody waits for it any more.
pub(super) const IN_A_ROW: u32 = 3;
/// So long nobody does; then one goes first.
pub(super) const PAUSE: Duration = Duration::from_secs(30);

/// One way of using a disk, which may hang where others do not: who reads does not wait for who writes.
#[derive(Default)]
pub(super) struct Pause(Mutex<State>);

#[derive(Default)]
struct State {
    late: u32,
    /// It is left alone up to here.
    until: Option<Instant>,
    /// One is seeing how it is.
    is_tried: bool,
}

/// What a visit that was late means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Late {
    /// It may have been an accident.
    Once,
    /// It is left alone from now on.
    Pauses,
    /// It was left alone already.
    Known,
}

/// Somebody who uses the disk. Who goes away without a word has seen nothing.
pub(super) struct Visit<'a> {
    pause: &'a Pause,
    goes_first: bool,
}

impl Pause {
    /// None while the disk is left alone.
    pub(super) fn visit(&self, now: Instant) -> Option<Visit<'_>> {
        let mut state = self.state();
        let goes_first = state.until.is_some();
        if state
            .until
            .is_some_and(|until| now < until || state.is_tried)
        {
            return None;
        }
        state.is_tried = goes_first;
        drop(state);
        let pause = self;
        Some(Visit { pause, goes_first })
    }
    /// Leaves the disk alone at once. Whether that is news.
    pub(super) fn begin(&self, now: Instant) -> bool {
        self.state().until.replace(now + PAUSE).is_none()
    }
    /// Each change leaves it whole.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Visit<'_> {
    /// The disk did something, be it that it failed.
    pub(super) fn came(self) {
        let mut state = self.pause.state();
        (state.late, state.until) = (0, None);
    }
    /// It did not come in time.
    pub(super) fn late(self, now: Instant) -> Late {
        let mut state = self.pause.state();
        if state.until.is_some() {
            // who was under way when it began says nothing new
            if self.goes_first {
                state.until = Some(now + PAUSE);
            }
            return Late::Known;
        }
        state.late += 1;
        if state.late < IN_A_ROW {
            return Late::Once;
        }
        state.until = Some(now + PAUSE);
        Late::Pauses
    }
}

impl Drop for Visit<'_> {
    fn drop(&mut self) {
        if self.goes_first {
            self.pause.state().is_tried = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{IN_A_ROW, Late, PAUSE, Pause};
    use std::time::{Duration, Instant};

    /// A pause that has just begun.
    fn paused(now: Instant) -> Pause {
        let pause = Pause::default();
        for _ in 1..IN_A_ROW {
            assert_eq!(pause.visit(now).expect("no pause").late(now), Late::Once);
        }
        assert_eq!(pause.visit(now).expect("no pause").late(now), Late::Pauses);
        pause
    }

    #[test]
    fn one_that_comes_begins_the_row_anew() {
        let (pause, now) = (Pause::default(), Instant::now());
        for _ in 0..10 {
            for _ in 1..IN_A_ROW {
                assert_eq!(pause.visit(now).expect("no pause").late(now), Late::Once);
            }
            pause.visit(now).expect("no pause").came();
        }
        // who goes away is none of the row
        for _ in 0..10 {
            drop(pause.visit(now).expect("no pause"));
        }
    }

    #[test]
    fn after_a_pause_one_goes_first() {
        let now = Instant::now();
        let pause = paused(now);
        let almost = PAUSE.saturating_sub(Duration::from_millis(1));
        assert!(pause.visit(now + almost).is_none());
        let later = now + PAUSE;
        let first = pause.visit(later).expect("it is over");
        assert!(pause.visit(later).is_none(), "the others wait for its word");
        assert_eq!(first.late(later), Late::Known);
        assert!(pause.visit(later).is_none(), "and so it goes on");
        let again = later + PAUSE;
        drop(pause.visit(again).expect("it is over again"));
        let first = pause.visit(again).expect("who went away left its place");
        first.came();
        let (one, other) = (pause.visit(again), pause.visit(again));
        assert!(one.is_some() && other.is_some(), "all is well");
    }

    #[test]
    fn those_who_were_under_way_neither_tell_nor_prolong_it() {
        let (pause, now) = (Pause::default(), Instant::now());
        let many: Vec<_> = (0..100)
            .map(|_| pause.visit(now).expect("no pause"))
            .collect();
        let told: Vec<Late> = many.into_iter().map(|visit| visit.late(now)).collect();
        let row = usize::try_from(IN_A_ROW).expect("a few");
        assert!(told[..row - 1].iter().all(|late| *late == Late::Once));
        assert_eq!(told[row - 1], Late::Pauses);
        assert!(told[row..].iter().all(|late| *late == Late::Known));
        assert!(pause.visit(now + PAUSE).is_some());
        // and one of them that comes after all ends it
        let slow = Pause::default();
        let one = slow.visit(now).expect("no pause");
        assert!(slow.begin(now) && !slow.begin(now), "it is news once");
        assert!(slow.visit(now).is_none());
        one.came();
        assert!(slow.visit(now).is_some());
    }
}
