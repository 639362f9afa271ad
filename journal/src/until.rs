//! How long something is waited for.
use std::time::{Duration, Instant};

/// What SQLite counts in milliseconds; longer is never.
const LONGEST: Duration = Duration::from_millis(i32::MAX as u64);

/// A point in time. What clocks do not count to is never reached.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Until(Option<Instant>);

impl Until {
    pub(crate) fn after(span: Duration) -> Self {
        Until(Instant::now().checked_add(span))
    }
    /// The time up to it, in the unit that SQLite waits in.
    pub(crate) fn left(self) -> Duration {
        let left = self.0.map_or(LONGEST, |at| {
            at.saturating_duration_since(Instant::now()).min(LONGEST)
        });
        Duration::from_millis(u64::try_from(left.as_millis()).unwrap_or(u64::MAX))
    }
    pub(crate) fn is_over(self) -> bool {
        self.left().is_zero()
    }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, Until};
    use std::time::Duration;

    #[test]
    fn what_clocks_do_not_count_to_is_far_away() {
        assert_eq!(Until::after(Duration::MAX).left(), LONGEST);
        assert!(Until::after(Duration::from_hours(9_000)).left() == LONGEST);
        let hour = Until::after(Duration::from_hours(1));
        assert!(!hour.is_over() && hour.left() <= Duration::from_hours(1));
        assert!(Until::after(Duration::ZERO).is_over());
        assert!(
            Until::after(Duration::from_micros(900)).is_over(),
            "less than SQLite can wait"
        );
    }
}
