//! What users hold.
use crate::{
    Entries, Entry, Fault, JournalBuilder, Keep, Size,
    batch::Waiting,
    store::{Change, Page, Read},
    until::Until,
    worker::{Answer, Look, What, Write},
};
use sigflow_core::Result;
use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, mpsc::Sender},
    time::Duration,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// What was paid for, on disk: see the [crate](crate). Cheap to clone; clones share the file's threads, which end with
/// the last of them.
///
/// Entries lie in spaces, which have names: several users of one file do not meet.
#[derive(Clone)]
pub struct Journal(Arc<Shared>);

pub(crate) struct Shared {
    write: Sender<Write>,
    look: Sender<Look>,
    /// For changes that wait to be written.
    write_room: Room,
    /// For the keys of reads that wait.
    look_room: Room,
    /// Reads that may wait.
    looks: Arc<Semaphore>,
    patience: Duration,
    path: PathBuf,
    /// End when the threads have.
    ends: [oneshot::Receiver<()>; 2],
}

/// Bytes that may wait.
struct Room {
    bytes: Arc<Semaphore>,
    all: usize,
}

impl Room {
    fn of(bytes: usize) -> Self {
        let bytes = bytes.clamp(1, Semaphore::MAX_PERMITS.min(u32::MAX as usize));
        Room {
            bytes: Arc::new(Semaphore::new(bytes)),
            all: bytes,
        }
    }
    /// What is larger than all of it has it for itself. Nothing once the journal is closed.
    async fn take(&self, bytes: usize) -> Option<OwnedSemaphorePermit> {
        let bytes = u32::try_from(bytes.clamp(1, self.all)).unwrap_or(u32::MAX);
        self.bytes.clone().acquire_many_owned(bytes).await.ok()
    }
}

impl Shared {
    pub(crate) fn new(
        settings: &JournalBuilder,
        path: PathBuf,
        write: Sender<Write>,
        look: Sender<Look>,
        ends: [oneshot::Receiver<()>; 2],
    ) -> Self {
        let looks = settings.most_waiting_reads;
        Shared {
            write,
            look,
            write_room: Room::of(settings.queue),
            look_room: Room::of(settings.queue),
            looks: Arc::new(Semaphore::new(looks.clamp(1, Semaphore::MAX_PERMITS))),
            patience: settings.patience,
            path,
            ends,
        }
    }
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
    /// With [`Fault::Damaged`] if an entry is there and is not what was put; with [`Fault::Overloaded`] if too many reads
    /// wait already.
    pub async fn get(&self, space: &str, key: &[u8]) -> Result<Option<Entry>> {
        let bytes = space.len() + key.len();
        let get = |answer| What::Get(space.to_owned(), key.to_vec(), answer);
        match self.look(bytes, get).await? {
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
        // the wait for room is a part of it: behind a store that is busy nobody waits for one caller after the other
        let until = Until::after(self.0.patience);
        let room = self.0.write_room.take(change.bytes()).await;
        let room = room.ok_or_else(|| self.error(Fault::Closed))?;
        self.write(|answer| {
            Write::Change(Waiting {
                change,
                room,
                until,
                answer,
            })
        })
        .await
    }
    /// All entries of a space, in the order in which they were put.
    pub fn entries(&self, space: &str) -> Entries {
        Entries::new(self.clone(), space)
    }
    /// How much a space holds; this walks through it.
    ///
    /// # Errors
    /// If the file cannot be read; with [`Fault::Overloaded`] if too many reads wait already.
    pub async fn size(&self, space: &str) -> Result<Size> {
        let size = |answer| What::Size(space.to_owned(), answer);
        self.look(space.len(), size).await
    }
    /// Lets the oldest entries of a space go until it is within bounds. How many went.
    ///
    /// # Errors
    /// If it could not be written; then nothing has changed.
    pub async fn prune(&self, space: &str, keep: Keep) -> Result<u64> {
        let (space, until) = (space.to_owned(), Until::after(self.0.patience));
        self.write(|answer| Write::Prune(space, keep, until, answer))
            .await
    }
    /// Makes the file as small as its entries are: the room of what was removed, replaced or pruned is given back. A
    /// file that is not compacted uses that room for new entries.
    ///
    /// # Errors
    /// If it could not be written; no entry is concerned.
    pub async fn compact(&self) -> Result<()> {
        let until = Until::after(self.0.patience);
        self.write(|answer| Write::Compact(until, answer)).await
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

    pub(crate) async fn page(&self, space: &str, after: i64) -> Result<Page> {
        let page = |answer| What::Page(space.to_owned(), after, answer);
        self.look(space.len(), page).await
    }
    /// Who waits for room has copied nothing yet, so what waits is bounded in bytes, and all who wait in number.
    async fn look<T>(&self, bytes: usize, what: impl FnOnce(Answer<T>) -> What) -> Result<T> {
        let place = self.0.looks.clone().try_acquire_owned();
        let place = place.map_err(|_| self.error(Fault::Overloaded))?;
        let room = self.0.look_room.take(bytes).await;
        let room = room.ok_or_else(|| self.error(Fault::Closed))?;
        let (answer, result) = oneshot::channel();
        let what = what(answer);
        let sent = self.0.look.send(Look { what, place, room });
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

#[cfg(test)]
mod tests {
    use super::{Journal, Shared};
    use crate::{
        Fault,
        support::Folder,
        worker::{File, Look, looks},
    };
    use std::{
        future::Future,
        path::Path,
        pin::Pin,
        sync::mpsc::{Receiver, channel},
        task::{Context, Waker},
        thread,
    };
    use tokio::sync::oneshot;

    /// A journal whose reader hangs until it is told to go on with what waits.
    fn hanging(path: &Path, reads: usize, bytes: usize) -> (Journal, Receiver<Look>) {
        let settings = Journal::builder()
            .most_waiting_reads(reads)
            .queue_bytes(bytes);
        let (write, _) = channel();
        let (look, waiting) = channel();
        let ends = [(); 2].map(|()| oneshot::channel().1);
        let shared = Shared::new(&settings, path.into(), write, look, ends);
        (Journal::of(shared), waiting)
    }

    fn begins(read: Pin<&mut impl Future>) -> bool {
        let mut context = Context::from_waker(Waker::noop());
        read.poll(&mut context).is_pending()
    }

    #[tokio::test]
    async fn a_reader_that_hangs_has_so_many_reads_before_it_and_no_more() {
        let folder = Folder::new();
        let path = folder.file("paid.db");
        let file = File::open(&Journal::builder(), &path).expect("a file");
        let (journal, waiting) = hanging(&path, 100, 1 << 20);
        let mut reads: Vec<_> = (0..100)
            .map(|_| Box::pin(journal.get("a", b"key")))
            .collect();
        assert!(reads.iter_mut().all(|read| begins(read.as_mut())));
        let error = journal.get("a", b"key").await.expect_err("one too many");
        assert_eq!(Fault::of(&error), Some(Fault::Overloaded));
        assert!(!Fault::Overloaded.is_lasting());
        assert!(error.is_state() && error.to_string().contains("raise `most_waiting_reads`"));
        for error in [
            journal.size("a").await.expect_err("of another kind"),
            journal.entries("a").next().await.expect_err("a walk"),
        ] {
            assert_eq!(Fault::of(&error), Some(Fault::Overloaded));
        }
        // most go away; the reader wakes up, and only answers who is there
        let stay = reads.split_off(97);
        drop(reads);
        let reader = thread::spawn(move || {
            let mut answered = 0;
            while let Ok(look) = waiting.recv() {
                answered += u32::from(look.read(&file));
            }
            answered
        });
        for read in stay {
            assert_eq!(read.await.expect("a read"), None);
        }
        assert_eq!(journal.size("a").await.expect("room again").entries, 0);
        drop(journal);
        assert_eq!(reader.join().expect("a reader"), 3 + 1);
    }

    #[tokio::test]
    async fn keys_that_wait_are_bounded_in_bytes() {
        let folder = Folder::new();
        let path = folder.file("paid.db");
        let file = File::open(&Journal::builder(), &path).expect("a file");
        let (journal, waiting) = hanging(&path, 100, 10_000);
        let (half, large) = (vec![7; 4_990], vec![7; 50_000]);
        let keys = [&half, &half, &half, &large].into_iter();
        let mut reads: Vec<_> = keys
            .map(|key| Box::pin(journal.get("space", key)))
            .collect();
        assert!(reads.iter_mut().all(|read| begins(read.as_mut())));
        assert_eq!(waiting.try_iter().count(), 2, "two keys fill the queue");
        // those two are gone with the reader's list; what waited for their room comes next
        let rest = reads.split_off(2);
        for read in reads {
            assert!(read.await.is_err());
        }
        let reader = thread::spawn(move || looks(&file, &waiting));
        for read in rest {
            assert_eq!(read.await.expect("a read, if larger than the queue"), None);
        }
        drop(journal);
        reader.join().expect("a reader");
    }
}
