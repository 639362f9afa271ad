//! What users hold.
use crate::{
    Entries, Entry, Fault, JournalBuilder, Keep, Size,
    store::{Change, Page, Read},
    worker::{Answer, Look, Write},
};
use sigflow_core::Result;
use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, mpsc::Sender},
};
use tokio::sync::{Semaphore, oneshot};

/// What was paid for, on disk: see the [crate](crate). Cheap to clone; clones share the file's threads, which end with
/// the last of them.
///
/// Entries lie in spaces, which have names: several users of one file do not meet.
#[derive(Clone)]
pub struct Journal(Arc<Shared>);

pub(crate) struct Shared {
    pub(crate) write: Sender<Write>,
    pub(crate) look: Sender<Look>,
    /// The bytes of changes that wait to be written.
    pub(crate) queue: Arc<Semaphore>,
    pub(crate) limit: usize,
    pub(crate) path: PathBuf,
    /// End when the threads have.
    pub(crate) ends: [oneshot::Receiver<()>; 2],
}

impl Journal {
    /// Opens a journal with the default settings.
    ///
    /// # Errors
    /// As [`JournalBuilder::open`].
    pub async fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::builder().open(path).await
    }
    /// A journal with settings of your own.
    pub fn builder() -> JournalBuilder {
        JournalBuilder::default()
    }
    pub(crate) fn of(shared: Shared) -> Self {
        Journal(Arc::new(shared))
    }
    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// What stands under a key.
    ///
    /// # Errors
    /// With [`Fault::Damaged`] if an entry is there and is not what was put.
    pub async fn get(&self, space: &str, key: &[u8]) -> Result<Option<Entry>> {
        let (space, key) = (space.to_owned(), key.to_vec());
        match self.look(|answer| Look::Get(space, key, answer)).await? {
            None => Ok(None),
            Some(Read::Sound(entry)) => Ok(Some(entry)),
            Some(Read::Damaged) => Err(self.error(Fault::Damaged)),
        }
    }
    /// Puts a value under a key, in the place of what may stand there. When this comes back the value is kept.
    ///
    /// Who drops this before it comes back may have put it or not; never a part of it.
    ///
    /// # Errors
    /// If it could not be written; then nothing has changed.
    pub async fn put(&self, space: &str, key: &[u8], value: &[u8]) -> Result<()> {
        self.change(space, key, Some(value.to_vec())).await
    }
    /// Removes what stands under a key, if anything does.
    ///
    /// # Errors
    /// If it could not be written; then nothing has changed.
    pub async fn remove(&self, space: &str, key: &[u8]) -> Result<()> {
        self.change(space, key, None).await
    }
    async fn change(&self, space: &str, key: &[u8], value: Option<Vec<u8>>) -> Result<()> {
        let change = Change {
            space: space.to_owned(),
            key: key.to_vec(),
            value,
        };
        // one that is larger than the whole queue has it for itself
        let bytes = change.bytes().clamp(1, self.0.limit);
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        let permit = self.0.queue.clone().acquire_many_owned(bytes).await;
        let permit = permit.map_err(|_| self.error(Fault::Closed))?;
        self.write(|answer| Write::Change(change, permit, answer))
            .await
    }
    /// All entries of a space, in the order in which they were put.
    pub fn entries(&self, space: &str) -> Entries {
        Entries::new(self.clone(), space)
    }
    /// How much a space holds; this walks through it.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub async fn size(&self, space: &str) -> Result<Size> {
        let space = space.to_owned();
        self.look(|answer| Look::Size(space, answer)).await
    }
    /// Lets the oldest entries of a space go until it is within bounds. How many went.
    ///
    /// # Errors
    /// If it could not be written; then nothing has changed.
    pub async fn prune(&self, space: &str, keep: Keep) -> Result<u64> {
        let space = space.to_owned();
        self.write(|answer| Write::Prune(space, keep, answer)).await
    }
    /// Makes the file as small as its entries are: the room of what was removed, replaced or pruned is given back. A
    /// file that is not compacted uses that room for new entries.
    ///
    /// # Errors
    /// If it could not be written; no entry is concerned.
    pub async fn compact(&self) -> Result<()> {
        self.write(Write::Compact).await
    }
    /// Waits until everything is written and the file is closed, if this is the last handle; else only lets go of it.
    /// A handle that is merely dropped ends in the same way, and nobody waits.
    pub async fn close(self) {
        if let Some(shared) = Arc::into_inner(self.0) {
            let [written, looked] = shared.ends;
            // one after the other: only the last connection that closes brings everything into the one file, and two that
            // close at once each see the other still there. The threads never say anything: they end.
            drop(shared.look);
            let _ = looked.await;
            drop(shared.write);
            let _ = written.await;
        }
    }

    pub(crate) async fn page(&self, space: String, after: i64) -> Result<Page> {
        self.look(|answer| Look::Page(space, after, answer)).await
    }
    async fn look<T>(&self, job: impl FnOnce(Answer<T>) -> Look) -> Result<T> {
        let (answer, result) = oneshot::channel();
        let sent = self.0.look.send(job(answer));
        self.come(sent.is_ok(), result).await
    }
    async fn write<T>(&self, job: impl FnOnce(Answer<T>) -> Write) -> Result<T> {
        let (answer, result) = oneshot::channel();
        let sent = self.0.write.send(job(answer));
        self.come(sent.is_ok(), result).await
    }
    async fn come<T>(&self, sent: bool, result: oneshot::Receiver<Result<T>>) -> Result<T> {
        match result.await {
            Ok(result) if sent => result,
            _ => Err(self.error(Fault::Closed)),
        }
    }
    #[cold]
    fn error(&self, fault: Fault) -> sigflow_core::Error {
        fault.error(&self.0.path, "")
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journal")
            .field("path", &self.0.path)
            .finish_non_exhaustive()
    }
}
