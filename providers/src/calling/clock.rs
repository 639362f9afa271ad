//! Time: tokio's, which tests can pause. Outside of tokio there are no timers; then nothing is waited for.
use std::{
    future::Future,
    pin::Pin,
    time::{Duration, Instant},
};
use tokio::{
    runtime::Handle,
    time::{self, Sleep},
};

pub(crate) fn has_timers() -> bool {
    Handle::try_current().is_ok()
}

pub(crate) fn now() -> Instant {
    if has_timers() {
        time::Instant::now().into_std()
    } else {
        Instant::now()
    }
}

/// What is later than this is never: further on than clocks count there would be nothing but a panic.
pub(crate) const LONGEST: Duration = Duration::from_hours(24 * 365);

/// A time so long after another, at most a year: users write `Duration::MAX` for “no bound”.
pub(crate) fn after(begin: Instant, span: Duration) -> Instant {
    begin + span.min(LONGEST)
}

/// By how much what layers do ends before the caller's deadline. The caller's own timer runs to the same moment and knows
/// nothing of layers (whom they asked, what they waited for, that nothing was sent): it must not come first.
pub(crate) const MARGIN: Duration = Duration::from_millis(5);

/// Shortly before the caller's deadline.
pub(crate) fn ahead_of(deadline: Instant) -> Instant {
    deadline.checked_sub(MARGIN).unwrap_or(deadline)
}

/// When a wait ends that began then: after so long, and shortly before the caller's deadline.
pub(crate) fn end_of_wait(began: Instant, longest: Duration, deadline: Option<Instant>) -> Instant {
    let longest = after(began, longest);
    deadline.map_or(longest, |deadline| ahead_of(deadline).min(longest))
}

/// Wakes at a time; nothing outside of tokio.
pub(crate) fn alarm(at: Instant) -> Option<Pin<Box<Sleep>>> {
    has_timers().then(|| Box::pin(time::sleep_until(at.into())))
}

/// The output, or nothing if it is not there by then.
pub(crate) async fn by<T>(at: Option<Instant>, future: impl Future<Output = T>) -> Option<T> {
    match at {
        Some(at) if has_timers() => time::timeout_at(at.into(), future).await.ok(),
        _ => Some(future.await),
    }
}
