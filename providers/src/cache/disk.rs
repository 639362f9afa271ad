//! The part of a cache that survives the process.
use super::settings::{Hook, Place};
use crate::calling::clock;
use sigflow_core::{Error, ErrorKind, Response, Result};
use sigflow_journal::{Durability, Fault, Journal, Keep};
use std::{
    future::Future,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant, SystemTime},
};
use tokio::sync::OnceCell;

/// Where replies lie in the journal. Its number changes with what a value means.
const SPACE: &str = "sigflow.responses.1";
/// A caller does not wait longer than this for the disk.
const PATIENCE: Duration = Duration::from_secs(2);
/// After so many replies the file is held to its bounds.
const TURN: u64 = 256;

pub(super) struct Disk {
    place: Place,
    durability: Durability,
    keep: Keep,
    ttl: Option<Duration>,
    tell: Option<Hook>,
    /// None once it is known to be of no use.
    journal: OnceCell<Option<Journal>>,
    is_off: AtomicBool,
    puts: AtomicU64,
    faults: AtomicU64,
    last: Mutex<Option<Error>>,
}

impl Disk {
    pub(super) fn new(
        place: Place,
        durability: Durability,
        keep: Keep,
        ttl: Option<Duration>,
        tell: Option<Hook>,
    ) -> Self {
        Disk {
            place,
            durability,
            keep,
            ttl,
            tell,
            journal: OnceCell::new(),
            is_off: AtomicBool::new(false),
            puts: AtomicU64::new(0),
            faults: AtomicU64::new(0),
            last: Mutex::new(None),
        }
    }
    pub(super) fn faults(&self) -> u64 {
        self.faults.load(Relaxed)
    }
    pub(super) fn last(&self) -> Option<Error> {
        self.last
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
    /// Opens the file, if it is not.
    pub(super) async fn ready(&self) -> Result<()> {
        match self.journal().await {
            Some(_) => Ok(()),
            None => {
                let closed = || Error::new(ErrorKind::State, "the cache has no use for its file");
                Err(self.last().unwrap_or_else(closed))
            }
        }
    }

    async fn journal(&self) -> Option<&Journal> {
        if self.is_off.load(Relaxed) {
            return None;
        }
        let open = || async {
            match &self.place {
                Place::Open(journal) => Some(journal.clone()),
                Place::Path(path) => {
                    let journal = Journal::builder().durability(self.durability);
                    match journal.open(path).await {
                        Ok(journal) => Some(journal),
                        Err(error) => {
                            self.trouble(error);
                            None
                        }
                    }
                }
            }
        };
        self.journal.get_or_init(open).await.as_ref()
    }

    /// What stands under a key, and when it was made.
    pub(super) async fn get(&self, key: &[u8]) -> Option<(Response, Instant)> {
        let found = self.within(None, async {
            let journal = self.journal().await?;
            Some(journal.get(SPACE, key).await)
        });
        let entry = match found.await?? {
            Ok(entry) => entry?,
            Err(error) => {
                self.trouble(error);
                return None;
            }
        };
        // a clock that was set back makes an entry young and not old
        let age = SystemTime::now()
            .duration_since(entry.made)
            .unwrap_or_default();
        if self.ttl.is_some_and(|ttl| age >= ttl) {
            return None;
        }
        let value = serde_json::from_slice(&entry.value);
        let value = value.map_err(|error| Error::new(ErrorKind::State, error.to_string()));
        match value.and_then(|value| Response::from_json(&value)) {
            Ok(response) => {
                let now = clock::now();
                Some((response, now.checked_sub(age).unwrap_or(now)))
            }
            Err(error) => {
                self.trouble(error);
                None
            }
        }
    }

    pub(super) async fn put(&self, key: &[u8], response: &Response, deadline: Option<Instant>) {
        let Some(value) = response.to_json() else {
            return;
        };
        let value = value.to_string();
        let written = self.within(deadline, async {
            let journal = self.journal().await?;
            Some(journal.put(SPACE, key, value.as_bytes()).await)
        });
        match written.await.flatten() {
            None => return,
            Some(Ok(())) => {}
            Some(Err(error)) => return self.trouble(error),
        }
        if self.puts.fetch_add(1, Relaxed) % TURN == TURN - 1 {
            let pruned = self.within(deadline, async {
                Some(self.journal().await?.prune(SPACE, self.keep).await)
            });
            if let Some(Some(Err(error))) = pruned.await {
                self.trouble(error);
            }
        }
    }

    /// Waits for the disk, but not for ever, and not so long that a reply that is there comes too late.
    async fn within<T>(
        &self,
        deadline: Option<Instant>,
        work: impl Future<Output = T>,
    ) -> Option<T> {
        const MARGIN: Duration = Duration::from_millis(20);
        let now = clock::now();
        let latest = deadline.and_then(|at| at.checked_sub(MARGIN));
        let until = (now + PATIENCE).min(latest.unwrap_or(now + PATIENCE));
        let done = clock::by(Some(until), work).await;
        if done.is_none() {
            let message =
                "the disk of the cache did not answer in time; the cache went on without it";
            self.trouble(Error::new(ErrorKind::State, message));
        }
        done
    }

    #[cold]
    pub(super) fn trouble(&self, error: Error) {
        self.faults.fetch_add(1, Relaxed);
        if Fault::of(&error).is_some_and(Fault::is_lasting) {
            self.is_off.store(true, Relaxed);
        }
        if let Some(tell) = &self.tell {
            tell(&error);
        }
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
    }
}
