//! The only place that knows a timer: tokio's, which tests can pause. Outside of tokio there is none; then a
//! deadline is looked at whenever its future is polled.
use crate::{Error, ErrorKind, Phase, Result};
use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::{Duration, Instant},
};
use tokio::{runtime::Handle, time};

/// The time by which deadlines go: under tokio its own, which stands still in tests that pause it.
pub(crate) fn now() -> Instant {
    if Handle::try_current().is_ok() {
        time::Instant::now().into_std()
    } else {
        Instant::now()
    }
}

/// What is later than this is never: further on than clocks count there would be nothing but a panic.
const LONGEST: Duration = Duration::from_hours(24 * 365);

/// A time so long from now, at most a year: users write `Duration::MAX` for “no bound”.
pub(crate) fn after(span: Duration) -> Instant {
    now() + span.min(LONGEST)
}

/// Wakes the task that polls it when a time has come.
pub(crate) struct Alarm {
    at: Instant,
    sleep: Option<Pin<Box<time::Sleep>>>,
}

impl Alarm {
    pub(crate) fn new(at: Instant) -> Self {
        Alarm { at, sleep: None }
    }
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.sleep.is_none() && Handle::try_current().is_ok() {
            self.sleep = Some(Box::pin(time::sleep_until(self.at.into())));
        }
        match &mut self.sleep {
            Some(sleep) => sleep.as_mut().poll(cx),
            None if now() >= self.at => Poll::Ready(()),
            None => Poll::Pending,
        }
    }
}

/// Ends a wait at its deadline.
pub(crate) async fn by<T>(
    deadline: Option<Instant>,
    answer: impl Future<Output = Result<T>>,
) -> Result<T> {
    let Some(deadline) = deadline else {
        return answer.await;
    };
    if Handle::try_current().is_ok() {
        let ended = time::timeout_at(deadline.into(), answer).await;
        return ended.map_err(|_| late())?;
    }
    let result = answer.await;
    if now() > deadline {
        return Err(late());
    }
    result
}

#[cold]
fn late() -> Error {
    Error::new(
        ErrorKind::Timeout,
        "the deadline passed before the reply came",
    )
    .with_phase(Phase::Deadline)
}
