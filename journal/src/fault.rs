//! What can be wrong with a journal.
use rusqlite::{Error as Sqlite, ErrorCode};
use sigflow_core::{Error, ErrorKind};
use std::{error::Error as StdError, fmt, path::Path};

/// What is wrong with a journal, or with its disk. Every error of a journal has one.
///
/// ```
/// # async fn run() {
/// use sigflow_journal::{Fault, Journal};
///
/// # let folder = std::env::temp_dir().join(format!("sigflow-journal-fault-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder).expect("a folder");
/// let path = folder.join("notes.txt");
/// std::fs::write(&path, "What I wanted to say all along is this. ".repeat(100)).expect("a file");
/// let error = Journal::open(&path).await.expect_err("no journal");
/// assert!(error.is_state());
/// assert_eq!(Fault::of(&error), Some(Fault::Corrupt));
/// # std::fs::remove_dir_all(folder).expect("it is there");
/// # }
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// A newer version of this crate made the file. It is left as it is.
    Newer,
    /// The file is a database of another program. It is left as it is.
    Foreign,
    /// The file is damaged, or no database at all.
    Corrupt,
    /// One entry is damaged; the others are not concerned. A put under its key mends it.
    Damaged,
    /// The disk is full.
    Full,
    /// Another process has been writing for longer than [`patience`](crate::JournalBuilder::patience).
    Busy,
    /// So many reads wait for the disk already ([`most_waiting_reads`](crate::JournalBuilder::most_waiting_reads)).
    Overloaded,
    /// The file cannot be read or written.
    Io,
    /// The journal was closed.
    Closed,
}

impl Fault {
    /// The fault of an error, if it is one of a journal.
    pub fn of(error: &Error) -> Option<Fault> {
        let mut source = error.source();
        while let Some(cause) = source {
            if let Some(cause) = cause.downcast_ref::<Cause>() {
                return Some(cause.fault);
            }
            source = cause.source();
        }
        None
    }
    /// Whether the file as it stands is of no use: every further call would fail alike.
    pub const fn is_lasting(self) -> bool {
        matches!(
            self,
            Fault::Newer | Fault::Foreign | Fault::Corrupt | Fault::Closed
        )
    }

    /// Whether one change of several may be the reason: one that is too large, or whose page is damaged.
    pub(crate) const fn may_be_of_one(self) -> bool {
        matches!(self, Fault::Full | Fault::Io | Fault::Corrupt)
    }

    pub(crate) fn error(self, path: &Path, words: &str) -> Error {
        let path = path.display();
        let message = match self {
            Fault::Newer => format!(
                "the journal `{path}` was made by a newer version ({words}); update this program, or name another file"
            ),
            Fault::Foreign => format!(
                "`{path}` is a database of another program; name another file for the journal"
            ),
            Fault::Corrupt => format!(
                "the journal `{path}` is damaged or no journal ({words}); move it away, or name another file"
            ),
            Fault::Damaged => format!(
                "an entry of the journal `{path}` is damaged: its checksum is wrong; put it again"
            ),
            Fault::Full => format!("no room to write the journal `{path}`: free some of its disk"),
            Fault::Busy => format!(
                "another process is writing the journal `{path}` and did not end in time; try again, or give more `patience`"
            ),
            Fault::Overloaded => format!(
                "the disk of the journal `{path}` is behind: as many reads wait for it as may; try again later, look at the disk, or raise `most_waiting_reads`"
            ),
            Fault::Io => format!(
                "the journal `{path}` cannot be read or written ({words}); look at its folder, rights and disk"
            ),
            Fault::Closed => format!("the journal `{path}` was closed; open it again"),
        };
        Error::new(ErrorKind::State, message).with_source(Cause {
            fault: self,
            words: words.to_owned(),
        })
    }
}

/// What SQLite said.
#[derive(Debug)]
struct Cause {
    fault: Fault,
    words: String,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.words.as_str() {
            "" => write!(f, "{:?}", self.fault),
            words => f.write_str(words),
        }
    }
}
impl StdError for Cause {}

/// What a failure of SQLite means.
pub(crate) fn judged(error: &Sqlite) -> Fault {
    /// A page that should be there is not: the file was cut off.
    const SHORT_READ: i32 = 522;
    let Sqlite::SqliteFailure(failure, _) = error else {
        // columns of another type, rows that are not there: not the tables that we made
        return Fault::Corrupt;
    };
    match failure.code {
        ErrorCode::DiskFull => Fault::Full,
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Fault::Busy,
        _ if failure.extended_code == SHORT_READ => Fault::Corrupt,
        ErrorCode::SystemIoFailure
        | ErrorCode::CannotOpen
        | ErrorCode::ReadOnly
        | ErrorCode::PermissionDenied
        | ErrorCode::FileLockingProtocolFailed
        | ErrorCode::NoLargeFileSupport
        | ErrorCode::OutOfMemory
        | ErrorCode::TooBig => Fault::Io,
        _ => Fault::Corrupt,
    }
}
