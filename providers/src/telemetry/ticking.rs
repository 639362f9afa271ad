//! What is done again and again beside the calls.
use crate::calling::clock;
use sigflow_core::{Error, ErrorKind, Result};
use std::{future::Future, time::Duration};
use tokio::task::AbortHandle;

/// No interval is shorter: one of nothing would be a loop.
pub(super) const SHORTEST: Duration = Duration::from_millis(1);

/// Something that ticks in a task of its own; dropping this ends it.
#[derive(Debug)]
#[must_use = "it ticks as long as this is held"]
pub struct Ticking(AbortHandle);

impl Ticking {
    pub(super) fn spawn(
        what: &str,
        task: impl Future<Output = ()> + Send + 'static,
    ) -> Result<Self> {
        if !clock::has_timers() {
            let message =
                format!("{what} ticks in a tokio runtime; call `start` under `#[tokio::main]`");
            return Err(Error::new(ErrorKind::Configuration, message));
        }
        Ok(Ticking(tokio::spawn(task).abort_handle()))
    }
    pub(crate) fn every(
        interval: Duration,
        what: &str,
        mut does: impl FnMut() + Send + 'static,
    ) -> Result<Self> {
        Self::spawn(what, async move {
            loop {
                let at = clock::after(clock::now(), interval.max(SHORTEST));
                tokio::time::sleep_until(at.into()).await;
                does();
            }
        })
    }
}

impl Drop for Ticking {
    fn drop(&mut self) {
        self.0.abort();
    }
}
