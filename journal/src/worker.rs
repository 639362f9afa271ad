//! The threads that block, so that no task does.
use crate::{
    Fault, Journal, JournalBuilder,
    batch::{Batch, Waiting},
    fault::judged,
    file,
    handle::Shared,
    store::{self, Keep, Page, Read, Size},
    until::Until,
};
use rusqlite::{Connection, Result as Sql};
use sigflow_core::Result;
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
    time::Duration,
};
use tokio::sync::{OwnedSemaphorePermit, oneshot};

/// To whom a result goes, who may be gone by then.
pub(crate) type Answer<T> = oneshot::Sender<Result<T>>;

pub(crate) enum Write {
    Change(Waiting),
    Prune(String, Keep, Until, Answer<u64>),
    Compact(Until, Answer<()>),
}

/// A read, and its part of the queue.
pub(crate) struct Look {
    pub(crate) what: What,
    pub(crate) place: OwnedSemaphorePermit,
    pub(crate) room: OwnedSemaphorePermit,
}

pub(crate) enum What {
    Get(String, Vec<u8>, Answer<Option<Read>>),
    Page(String, i64, Answer<Page>),
    Size(String, Answer<Size>),
}

/// A file that is open.
pub(crate) struct File {
    pub(crate) connection: Connection,
    pub(crate) path: Arc<Path>,
}

impl File {
    pub(crate) fn open(settings: &JournalBuilder, path: &Path) -> Result<Self> {
        Ok(File {
            connection: file::open(settings, path)?,
            path: path.into(),
        })
    }
    /// How long what comes next waits for a write of another process.
    pub(crate) fn waits(&self, time: Duration) -> Sql<()> {
        self.connection.busy_timeout(time)
    }
    fn told<T>(&self, result: Sql<T>) -> Result<T> {
        result.map_err(|error| judged(&error).error(&self.path, &error.to_string()))
    }
}

pub(crate) async fn open(settings: JournalBuilder, path: &Path) -> Result<Journal> {
    // one after the other: the first may have to make the file
    let (write, written) = spawn("sigflow-journal", &settings, path, writes).await?;
    let (look, looked) = spawn("sigflow-journal-read", &settings, path, looks).await?;
    let path = PathBuf::from(path);
    Ok(Journal::of(Shared::new(
        &settings,
        path,
        write,
        look,
        [written, looked],
    )))
}

/// A thread with a connection of its own, once that is open.
async fn spawn<T: Send + 'static>(
    name: &str,
    settings: &JournalBuilder,
    path: &Path,
    work: fn(&File, &Receiver<T>),
) -> Result<(Sender<T>, oneshot::Receiver<()>)> {
    let (sender, receiver) = channel();
    let (opened, open) = oneshot::channel();
    let (ended, end) = oneshot::channel::<()>();
    let (settings, own) = (settings.clone(), PathBuf::from(path));
    let run = move || match File::open(&settings, &own) {
        Ok(file) => {
            let _ = opened.send(Ok(()));
            work(&file, &receiver);
            drop(file);
            drop(ended);
        }
        Err(error) => {
            let _ = opened.send(Err(error));
        }
    };
    let spawned = thread::Builder::new().name(name.into()).spawn(run);
    spawned.map_err(|error| Fault::Io.error(path, &error.to_string()))?;
    open.await
        .unwrap_or_else(|_| Err(Fault::Closed.error(path, "")))?;
    Ok((sender, end))
}

/// Until the last handle is gone and everything that came before is done.
fn writes(file: &File, jobs: &Receiver<Write>) {
    let mut waiting = None;
    while let Some(job) = waiting.take().or_else(|| jobs.recv().ok()) {
        match job {
            Write::Prune(space, keep, until, answer) => {
                let pruned = file
                    .waits(until.left())
                    .and_then(|()| store::prune(&file.connection, &space, keep));
                let _ = answer.send(file.told(pruned));
            }
            Write::Compact(until, answer) => {
                let compact = file
                    .waits(until.left())
                    .and_then(|()| store::compact(&file.connection));
                let _ = answer.send(file.told(compact));
            }
            Write::Change(first) => {
                let mut batch = Batch::of(first);
                // what came in the meantime shares the wait for the disk
                while batch.has_room() {
                    match jobs.try_recv() {
                        Ok(Write::Change(next)) => batch.push(next),
                        Ok(other) => {
                            waiting = Some(other);
                            break;
                        }
                        Err(_) => break,
                    }
                }
                batch.write(file);
            }
        }
    }
}

pub(crate) fn looks(file: &File, jobs: &Receiver<Look>) {
    while let Ok(job) = jobs.recv() {
        job.read(file);
    }
}

impl Look {
    /// Reads, unless its caller has gone: behind a disk that hung there may be thousands of those. Whether it did.
    pub(crate) fn read(self, file: &File) -> bool {
        let (connection, taken) = (&file.connection, (self.place, self.room));
        match self.what {
            What::Get(space, key, answer) => answered(answer, taken, || {
                file.told(store::get(connection, &space, &key))
            }),
            What::Page(space, after, answer) => answered(answer, taken, || {
                file.told(store::page(connection, &space, after))
            }),
            What::Size(space, answer) => {
                answered(answer, taken, || file.told(store::size(connection, &space)))
            }
        }
    }
}

/// Who has the answer finds the place free that was `taken`.
fn answered<T, P>(answer: Answer<T>, taken: P, read: impl FnOnce() -> Result<T>) -> bool {
    if answer.is_closed() {
        return false;
    }
    let result = read();
    drop(taken);
    let _ = answer.send(result);
    true
}
