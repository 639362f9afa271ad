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
