//! The part of a cache that survives the process.
use super::{
    pause::{IN_A_ROW, Late, PAUSE, Pause},
    settings::{Hook, Place},
};
use crate::calling::clock;
use sigflow_core::{BoxFuture, Error, ErrorKind, Response, Result};
use sigflow_journal::{Durability, Fault, Journal, Keep};
use std::{
    future::Future,
    sync::{
        Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant, SystemTime},
};
use tokio::sync::Mutex as AsyncMutex;

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
    journal: OnceLock<Journal>,
    /// The file while it is being opened. Who began may be gone, and who comes next waits for the same: on a disk that hangs
    /// each opening is a thread that hangs.
    opening: AsyncMutex<Option<BoxFuture<'static, Result<Journal>>>>,
    /// Openings that failed.
    failed: AtomicU64,
    /// The file is of no use.
    is_off: AtomicBool,
    reads: Pause,
    writes: Pause,
    pauses: AtomicU64,
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
            journal: OnceLock::new(),
            opening: AsyncMutex::new(None),
            failed: AtomicU64::new(0),
            is_off: AtomicBool::new(false),
            reads: Pause::default(),
            writes: Pause::default(),
            pauses: AtomicU64::new(0),
            puts: AtomicU64::new(0),
            faults: AtomicU64::new(0),
            last: Mutex::new(None),
        }
    }
    pub(super) fn faults(&self) -> u64 {
        self.faults.load(Relaxed)
    }
    /// How often it was left alone.
    pub(super) fn pauses(&self) -> u64 {
        self.pauses.load(Relaxed)
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
        if let Some(journal) = self.journal.get() {
            return Some(journal);
        }
        let failed = self.failed.load(Relaxed);
        let mut opening = self.opening.lock().await;
        if let Some(journal) = self.journal.get() {
            return Some(journal);
        }
        // who waited for an opening that failed has its answer
        if self.is_off.load(Relaxed) || self.failed.load(Relaxed) != failed {
            return None;
        }
        let opened = opening.get_or_insert_with(|| self.open()).await;
        *opening = None;
        match opened {
            Ok(journal) => Some(self.journal.get_or_init(|| journal)),
            Err(error) => {
                self.failed.fetch_add(1, Relaxed);
                self.closed(error);
                None
            }
        }
    }
    fn open(&self) -> BoxFuture<'static, Result<Journal>> {
        match &self.place {
            Place::Open(journal) => Box::pin(std::future::ready(Ok(journal.clone()))),
            Place::Path(path) => {
                let (settings, path) =
                    (Journal::builder().durability(self.durability), path.clone());
                Box::pin(settings.open(path))
            }
        }
    }
    /// The file could not be opened. What may pass is tried again after a pause.
    fn closed(&self, error: Error) {
        let now = clock::now();
        let lasts = Fault::of(&error).is_some_and(Fault::is_lasting);
        if lasts || self.reads.begin(now) | self.writes.begin(now) {
            self.pauses.fetch_add(u64::from(!lasts), Relaxed);
            self.trouble(error);
        } else {
            self.notes(error);
        }
    }

    /// What stands under a key, and when it was made.
    pub(super) async fn get(&self, key: &[u8]) -> Option<(Response, Instant)> {
        let get = |journal: Journal| async move { journal.get(SPACE, key).await };
        let entry = self.asked("read", &self.reads, None, get).await??;
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
        let put = |journal: Journal| async move { journal.put(SPACE, key, value.as_bytes()).await };
        if self
            .asked("write", &self.writes, deadline, put)
            .await
            .is_none()
        {
            return;
        }
        if self.puts.fetch_add(1, Relaxed) % TURN == TURN - 1 {
            let prune = |journal: Journal| async move { journal.prune(SPACE, self.keep).await };
            self.asked("write", &self.writes, deadline, prune).await;
        }
    }

    /// Waits for the disk, but not for ever, and not so long that a reply that is there comes too late. Nothing where it did
    /// not do its part or is left alone.
    async fn asked<T, F: Future<Output = Result<T>>>(
        &self,
        what: &str,
        pause: &Pause,
        deadline: Option<Instant>,
        work: impl FnOnce(Journal) -> F,
    ) -> Option<T> {
        const MARGIN: Duration = Duration::from_millis(20);
        if self.is_off.load(Relaxed) {
            return None;
        }
        let now = clock::now();
        let visit = pause.visit(now)?;
        let patience = now + PATIENCE;
        let own = deadline.and_then(|at| at.checked_sub(MARGIN));
        let until = own.map_or(patience, |own| own.min(patience));
        let work = async {
            let journal = self.journal().await?.clone();
            Some(work(journal).await)
        };
        let error = match clock::by(Some(until), work).await {
            // it could not be opened, of which all is said
            Some(None) => return None,
            Some(Some(Ok(done))) => {
                visit.came();
                return Some(done);
            }
            Some(Some(Err(error))) if is_late(&error) => error,
            Some(Some(Err(error))) => {
                visit.came();
                self.trouble(error);
                return None;
            }
            None => {
                let message =
                    "the disk of the cache did not answer in time; the cache went on without it";
                let error = Error::new(ErrorKind::State, message);
                if until < patience {
                    // the caller had no time, which says nothing of the disk
                    self.trouble(error);
                    return None;
                }
                error
            }
        };
        match visit.late(clock::now()) {
            Late::Once => self.trouble(error),
            Late::Known => self.notes(error),
            Late::Pauses => {
                self.pauses.fetch_add(1, Relaxed);
                let message = format!(
                    "the disk of the cache did not {what} in time {IN_A_ROW} times in a row and is left alone for {PAUSE:?} at a time until it does, while the cache goes on in memory; look at the disk, and at who else uses the file"
                );
                self.trouble(Error::new(ErrorKind::State, message).with_source(error));
            }
        }
        None
    }

    /// Something that the disk did not do, for all to hear.
    #[cold]
    pub(super) fn trouble(&self, error: Error) {
        if Fault::of(&error).is_some_and(Fault::is_lasting) {
            self.is_off.store(true, Relaxed);
        }
        if let Some(tell) = &self.tell {
            tell(&error);
        }
        self.notes(error);
    }
    /// The same, which was told already.
    #[cold]
    fn notes(&self, error: Error) {
        self.faults.fetch_add(1, Relaxed);
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
    }
}

/// Whether the disk did not get to it, or another process did not let it.
fn is_late(error: &Error) -> bool {
    matches!(Fault::of(error), Some(Fault::Busy | Fault::Overloaded))
}
