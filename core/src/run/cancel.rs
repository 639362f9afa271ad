//! Calling a run off from outside.
use crate::{Error, ErrorKind};
use std::{
    collections::BTreeMap,
    future::Future,
    mem,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Waker},
};

/// Calls off all that runs under it. Clones are one and the same.
///
/// Calls in flight end at once with an error of the kind [`ErrorKind::Cancelled`], no further one is sent. Dropping
/// a future cancels it too; this is for those who do not hold it.
///
/// ```
/// # async fn run() -> sigflow_core::Result<()> {
/// use sigflow_core::{Cancel, Scope};
///
/// let cancel = Cancel::new();
/// let run = Scope::current().with_cancel(&cancel).run("forever", std::future::pending::<sigflow_core::Result<()>>());
/// let task = tokio::spawn(run);
/// tokio::task::yield_now().await;
/// cancel.cancel();
/// assert!(task.await.unwrap().unwrap_err().is_cancelled());
/// # Ok(()) }
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run()).unwrap();
/// ```
#[derive(Clone, Default)]
pub struct Cancel(Arc<Inner>);

#[derive(Default)]
struct Inner {
    cancelled: AtomicBool,
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    next: u64,
    wakers: BTreeMap<u64, Waker>,
}

impl Cancel {
    /// Nothing is called off yet.
    pub fn new() -> Self {
        Self::default()
    }
    /// Calls everything off, for ever.
    pub fn cancel(&self) {
        self.0.cancelled.store(true, Ordering::Release);
        let wakers = mem::take(&mut self.waiting().wakers);
        wakers.into_values().for_each(Waker::wake);
    }
    /// Whether it was called off.
    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Ordering::Acquire)
    }
    /// Waits until it is called off.
    pub fn cancelled(&self) -> Cancelled {
        Cancelled {
            cancel: self.clone(),
            place: None,
        }
    }
    /// A panic elsewhere leaves the map whole: each change is one insertion or removal.
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0
            .waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Cancel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Cancel").field(&self.is_cancelled()).finish()
    }
}

/// Waits until a [`Cancel`] is called off.
#[derive(Debug)]
#[must_use = "futures do nothing until they are polled"]
pub struct Cancelled {
    cancel: Cancel,
    place: Option<u64>,
}

impl Future for Cancelled {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        if this.cancel.is_cancelled() {
            return Poll::Ready(());
        }
        let mut waiting = this.cancel.waiting();
        // it may have been called off before the lock was there, and the wakers taken
        if this.cancel.is_cancelled() {
            return Poll::Ready(());
        }
        let place = *this.place.get_or_insert_with(|| {
            waiting.next += 1;
            waiting.next
        });
        match waiting.wakers.get_mut(&place) {
            Some(waker) => waker.clone_from(cx.waker()),
            None => {
                waiting.wakers.insert(place, cx.waker().clone());
            }
        }
        Poll::Pending
    }
}

impl Drop for Cancelled {
    fn drop(&mut self) {
        if let Some(place) = self.place {
            self.cancel.waiting().wakers.remove(&place);
        }
    }
}

#[cold]
pub(crate) fn called_off() -> Error {
    Error::new(ErrorKind::Cancelled, "the run was cancelled")
}
