//! How a journal is opened.
use crate::{Journal, worker};
use sigflow_core::Result;
use std::{path::Path, time::Duration};

/// What an entry survives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Durability {
    /// The end of the process in any way. A power failure may take the last entries along; the file stays whole.
    Process,
    /// A power failure too: each write waits until the disk has it, which takes milliseconds.
    #[default]
    Power,
}

/// Settings of a [`Journal`].
///
/// ```
/// # async fn run() -> sigflow_core::Result<()> {
/// use sigflow_journal::{Durability, Journal};
/// use std::time::Duration;
///
/// # let folder = std::env::temp_dir().join(format!("sigflow-journal-settings-{}", std::process::id()));
/// let journal = Journal::builder()
///     .durability(Durability::Process)
///     .patience(Duration::from_secs(1))
///     .open(folder.join("paid.db"))
///     .await?;
/// # journal.close().await;
/// # std::fs::remove_dir_all(folder).expect("it is there");
/// # Ok(()) }
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run()).unwrap();
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder makes nothing until `open()`"]
pub struct JournalBuilder {
    pub(crate) durability: Durability,
    pub(crate) patience: Duration,
    pub(crate) queue: usize,
    pub(crate) most_waiting_reads: usize,
}

impl Default for JournalBuilder {
    fn default() -> Self {
        JournalBuilder {
            durability: Durability::Power,
            patience: Duration::from_secs(5),
            queue: 64 << 20,
            most_waiting_reads: 16_384,
        }
    }
}

impl JournalBuilder {
    /// What an entry survives; a power failure, unless told otherwise.
    pub fn durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }
    /// How long a write waits for one of another process, from its call on; 5 s unless set. It is tried once at least.
    /// Reads never wait for writes.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }
    /// How many bytes of puts may wait to be written, and how many of the keys of reads for theirs; 64 MiB each unless set.
    /// Further ones wait for room.
    pub fn queue_bytes(mut self, bytes: usize) -> Self {
        self.queue = bytes;
        self
    }
    /// How many reads may wait for the disk; 16,384 unless set, one at least. Further ones are refused at once, with
    /// [`Fault::Overloaded`](crate::Fault::Overloaded): so many only wait where the disk hangs.
    pub fn most_waiting_reads(mut self, reads: usize) -> Self {
        self.most_waiting_reads = reads;
        self
    }
    /// Opens the file, or makes it, with the folders to it.
    ///
    /// # Errors
    /// [`Error::is_state`](sigflow_core::Error::is_state), with a [`Fault`](crate::Fault) that tells what is wrong with
    /// the file.
    pub async fn open(self, path: impl AsRef<Path>) -> Result<Journal> {
        worker::open(self, path.as_ref()).await
    }
}
