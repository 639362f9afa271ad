//! Changes that are written together, and what becomes of each when that fails.
use crate::{
    Fault,
    fault::judged,
    store::{self, Change},
    until::Until,
    worker::{Answer, File},
};
use sigflow_core::Error;
use std::{thread, time::Duration};
use tokio::sync::OwnedSemaphorePermit;

/// Changes that are written together, at most: who comes first does not wait for all.
const TOGETHER: usize = 256;
const TOGETHER_BYTES: usize = 8 << 20;
/// So long the changes of a batch that failed are written one by one. Each may take the disk's own time to fail; the
/// others are told what the batch was told.
const APART: Duration = Duration::from_secs(5);

/// A change, and whom it concerns.
pub(crate) struct Waiting {
    pub(crate) change: Change,
    /// Its part of the queue's bytes.
    pub(crate) room: OwnedSemaphorePermit,
    /// When its caller no longer waits for a write of another process.
    pub(crate) until: Until,
    pub(crate) answer: Answer<()>,
}

impl Waiting {
    fn told(self, result: Result<(), Error>) {
        // who has the answer finds the room free
        drop(self.room);
        let _ = self.answer.send(result);
    }
}

/// Changes that share the wait for the disk.
pub(crate) struct Batch {
    changes: Vec<Waiting>,
    bytes: usize,
}

impl Batch {
    pub(crate) fn of(first: Waiting) -> Self {
        Batch {
            bytes: first.change.bytes(),
            changes: vec![first],
        }
    }
    pub(crate) fn has_room(&self) -> bool {
        self.changes.len() < TOGETHER && self.bytes < TOGETHER_BYTES
    }
    pub(crate) fn push(&mut self, next: Waiting) {
        self.bytes += next.change.bytes();
        self.changes.push(next);
    }

    /// Writes all, or each as far as it goes. Whoever waits is told.
    ///
    /// While another process writes, all wait together, and each as long as its caller: so thousands of changes are told
    /// in the time in which one is. They are tried once also when that time is over already.
    pub(crate) fn write(mut self, file: &File) {
        while !self.changes.is_empty() {
            let left = self.changes.iter().map(|waiting| waiting.until.left());
            let left = left.min().unwrap_or_default();
            let all: Vec<&Change> = self.changes.iter().map(|waiting| &waiting.change).collect();
            let written = file
                .waits(left)
                .and_then(|()| store::change(&file.connection, &all));
            let Err(error) = written else {
                return self.tell(|| Ok(()));
            };
            let fault = judged(&error);
            let error = fault.error(&file.path, &error.to_string());
            if fault == Fault::Busy {
                self = self.without_the_impatient(&error);
            } else if self.changes.len() > 1 && fault.may_be_of_one() {
                return self.apart(file, &error);
            } else {
                return self.tell(|| Err(error.clone()));
            }
        }
    }

    fn tell(self, result: impl Fn() -> Result<(), Error>) {
        for waiting in self.changes {
            waiting.told(result());
        }
    }

    /// Those whose time is over are told, the others wait on.
    fn without_the_impatient(mut self, error: &Error) -> Self {
        let over = |waiting: &mut Waiting| waiting.until.is_over();
        let before = self.changes.len();
        for waiting in self.changes.extract_if(.., over) {
            waiting.told(Err(error.clone()));
        }
        if self.changes.len() == before {
            // a refusal that SQLite does not wait behind: where waiting could be for ever
            thread::sleep(Duration::from_millis(5));
        }
        self
    }

    /// One by one: a change that is too large for the disk, or that meets a damaged page, does not take the others along.
    fn apart(self, file: &File, error: &Error) {
        let until = Until::after(APART);
        for waiting in self.changes {
            if until.is_over() {
                waiting.told(Err(error.clone()));
            } else {
                Batch::of(waiting).write(file);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Batch, Waiting};
    use crate::{
        Fault, JournalBuilder,
        store::{self, Change, Read},
        support::Folder,
        until::Until,
        worker::File,
    };
    use rusqlite::Connection;
    use sigflow_core::Result;
    use std::{sync::Arc, thread, time::Duration};
    use tokio::sync::{Semaphore, oneshot};

    type Told = oneshot::Receiver<Result<()>>;

    /// A change whose caller waits for so long; and where that one waits.
    fn change(number: u64, bytes: usize, patience: Duration) -> (Waiting, Told) {
        let (answer, told) = oneshot::channel();
        let change = Change {
            space: "a".into(),
            key: number.to_le_bytes().into(),
            value: Some(vec![1; bytes]),
        };
        let room = Arc::new(Semaphore::new(1));
        let room = room.try_acquire_owned().expect("room");
        let until = Until::after(patience);
        (
            Waiting {
                change,
                room,
                until,
                answer,
            },
            told,
        )
    }

    fn batch(changes: impl IntoIterator<Item = (Waiting, Told)>) -> (Batch, Vec<Told>) {
        let mut changes = changes.into_iter();
        let (first, told) = changes.next().expect("a change");
        let (mut batch, mut all) = (Batch::of(first), vec![told]);
        for (next, told) in changes {
            batch.push(next);
            all.push(told);
        }
        (batch, all)
    }

    /// What each was told, none for success.
    fn faults(told: Vec<Told>) -> Vec<Option<Fault>> {
        let fault = |told: Told| {
            let told = told.blocking_recv().expect("everybody is told");
            told.err()
                .map(|error| Fault::of(&error).expect("a fault of ours"))
        };
        told.into_iter().map(fault).collect()
    }

    fn is_there(file: &File, number: u64) -> bool {
        let found = store::get(&file.connection, "a", &number.to_le_bytes());
        matches!(found.expect("a look"), Some(Read::Sound(_)))
    }

    #[test]
    fn one_that_the_disk_has_no_room_for_takes_no_other_along() {
        let folder = Folder::new();
        let file = File::open(&JournalBuilder::default(), &folder.file("paid.db")).expect("a file");
        // as a full disk does: SQLite refuses what would need more pages
        let most = "PRAGMA max_page_count = 60";
        let pages = file.connection.query_row(most, (), |row| row.get(0));
        assert_eq!(pages, Ok(60));
        let patience = Duration::from_secs(5);
        let sizes = [10, 10, 1 << 20, 10, 1 << 20, 10];
        let changes = (0..).zip(sizes);
        let (batch, told) = batch(changes.map(|(number, bytes)| change(number, bytes, patience)));
        batch.write(&file);
        let full = Some(Fault::Full);
        assert_eq!(faults(told), [None, None, full, None, full, None]);
        for (number, bytes) in (0..).zip(sizes) {
            assert_eq!(is_there(&file, number), bytes == 10, "{number}");
        }
    }

    #[test]
    fn each_waits_for_another_process_as_long_as_its_caller() {
        let folder = Folder::new();
        let path = folder.file("paid.db");
        let file = File::open(&JournalBuilder::default(), &path).expect("a file");
        let other = Connection::open(&path).expect("another connection");
        other.execute_batch("BEGIN IMMEDIATE").expect("the lock");
        let brief = |number| change(number, 10, Duration::ZERO);
        let (batch, mut told) = batch(
            (0..200)
                .map(brief)
                .chain([change(200, 10, Duration::from_hours(1))])
                .chain((201..250).map(brief)),
        );
        let patient = told.remove(200);
        let writing = thread::spawn(move || {
            batch.write(&file);
            file
        });
        // those without patience are told while the lock is held, and the other one waits on
        assert_eq!(faults(told), [Some(Fault::Busy); 249]);
        other.execute_batch("ROLLBACK").expect("the lock is let go");
        assert_eq!(faults(vec![patient]), [None]);
        let file = writing.join().expect("a writer");
        let there: Vec<u64> = (0..250).filter(|number| is_there(&file, *number)).collect();
        assert_eq!(there, [200], "who was told no is not there");
    }
}
