//! What was paid for, kept on disk: keyed, durable, and shared by threads and processes.
//!
//! The cache of responses stands on it, and whatever else must not be asked twice: the examples of an evaluation, the
//! requests of a batch. It knows bytes and nothing of models.
//!
//! ```
//! # async fn run() -> sigflow_core::Result<()> {
//! use sigflow_journal::Journal;
//!
//! # let folder = std::env::temp_dir().join(format!("sigflow-journal-doc-{}", std::process::id()));
//! let journal = Journal::open(folder.join("paid.db")).await?;
//! if journal.get("evaluation", b"example 7").await?.is_none() {
//!     let answer = b"what the model said"; // asked and paid
//!     journal.put("evaluation", b"example 7", answer).await?;
//! }
//! let entry = journal.get("evaluation", b"example 7").await?.expect("it is there now");
//! assert_eq!(entry.value, b"what the model said");
//!
//! let mut entries = journal.entries("evaluation");
//! while let Some(entry) = entries.next().await? {
//!     println!("{}", String::from_utf8_lossy(&entry.key));
//! }
//! journal.close().await;
//! # std::fs::remove_dir_all(folder).expect("it is there");
//! # Ok(()) }
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run()).unwrap();
//! ```
//!
//! # What holds
//! - **A put that came back is there**, whatever happens to the process: `kill -9` in the middle of writing loses the
//!   entries whose put had not come back, and no other. With [`Durability::Power`], the default, that holds for a power
//!   failure too.
//! - **Nothing wrong comes out.** Each entry has a checksum over its key and its value, and keys are compared whole.
//!   An entry that does not hold it is an error of its own ([`Fault::Damaged`]), and the next put under its key
//!   mends it. A file that is none of ours, or damaged as a whole, is an error and never a crash.
//! - **Several may write**: tasks, threads, handles, processes on one machine. A file on a network drive is not for
//!   several machines: the locks and the shared memory of SQLite do not reach there.
//! - **A newer format is refused** and left as it is ([`Fault::Newer`]).
//! - **No thread of a runtime waits.** A journal has a thread that writes and one that reads; puts that come while one
//!   is being written are written together. Any runtime will do.
//! - **No caller waits for ever behind another process**: a write is told [`Fault::Busy`] when its
//!   [`patience`](JournalBuilder::patience) is over, however many wait with it.
//! - **What waits is bounded**: changes in bytes ([`JournalBuilder::queue_bytes`]), reads in number too
//!   ([`JournalBuilder::most_waiting_reads`]). There are no timers here: on a disk that hangs a call waits until it does
//!   not, so wait for it as long as you want to and go away. Reads of those who have gone are passed over.
//! - The file is for its owner alone (mode 0600): what is kept are prompts and replies.
//!
//! # The file
//! A database of SQLite in WAL mode: with `-wal` and `-shm` beside it while it is in use. Its `application_id` is
//! `SFJ1`, its `user_version` the [`FORMAT`]. SQLite and not a store of its own or one that maps files into memory: a
//! file that was damaged or cut off under a memory map ends the process, and its locks between processes have been
//! tried for twenty years.
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod batch;
mod checksum;
mod entries;
mod fault;
mod file;
mod handle;
mod settings;
mod store;
#[cfg(test)]
#[path = "../tests/support/mod.rs"]
mod support;
mod until;
mod worker;

pub use entries::Entries;
pub use fault::Fault;
pub use file::FORMAT;
pub use handle::Journal;
pub use settings::{Durability, JournalBuilder};
pub use store::{Entry, Keep, Size};
