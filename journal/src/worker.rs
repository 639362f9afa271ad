//! The threads that block, so that no task does.
use crate::{
    Fault, Journal, JournalBuilder,
    fault::judged,
    file,
    handle::Shared,
    store::{self, Change, Keep, Page, Read, Size},
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
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// To whom a result goes, who may be gone by then.
pub(crate) type Answer<T> = oneshot::Sender<Result<T>>;

pub(crate) enum Write {
    /// With its part of the queue's bytes.
    Change(Change, OwnedSemaphorePermit, Answer<()>),
    Prune(String, Keep, Answer<u64>),
    Compact(Answer<()>),
}

pub(crate) enum Look {
    Get(String, Vec<u8>, Answer<Option<Read>>),
    Page(String, i64, Answer<Page>),
    Size(String, Answer<Size>),
}

/// Changes that are written together, at most: who comes first does not wait for all.
const TOGETHER: usize = 256;
const TOGETHER_BYTES: usize = 8 << 20;

pub(crate) async fn open(settings: JournalBuilder, path: &Path) -> Result<Journal> {
    let path: Arc<Path> = Arc::from(path);
    let queue = Arc::new(Semaphore::new(
        settings.queue.clamp(1, Semaphore::MAX_PERMITS),
    ));
    // one after the other: the first may have to make the file
    let (write, written) = spawn("sigflow-journal", &settings, &path, writes).await?;
    let (look, looked) = spawn("sigflow-journal-read", &settings, &path, looks).await?;
    Ok(Journal::of(Shared {
        write,
        look,
        queue,
        limit: settings.queue.clamp(1, u32::MAX as usize),
        path: PathBuf::from(&*path),
        ends: [written, looked],
    }))
}

/// A thread with a connection of its own, once that is open.
async fn spawn<T: Send + 'static>(
    name: &str,
    settings: &JournalBuilder,
    path: &Arc<Path>,
    work: fn(&Connection, &Path, &Receiver<T>),
) -> Result<(Sender<T>, oneshot::Receiver<()>)> {
    let (sender, receiver) = channel();
    let (opened, open) = oneshot::channel();
    let (ended, end) = oneshot::channel::<()>();
    let (settings, own) = (settings.clone(), path.clone());
    let run = move || match file::open(&settings, &own) {
        Ok(connection) => {
            let _ = opened.send(Ok(()));
            work(&connection, &own, &receiver);
            drop(connection);
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

fn told<T>(path: &Path, result: Sql<T>) -> Result<T> {
    result.map_err(|error| judged(&error).error(path, &error.to_string()))
}

/// Until the last handle is gone and everything that came before is done.
fn writes(connection: &Connection, path: &Path, jobs: &Receiver<Write>) {
    let mut waiting = None;
    while let Some(job) = waiting.take().or_else(|| jobs.recv().ok()) {
        match job {
            Write::Prune(space, keep, answer) => {
                let _ = answer.send(told(path, store::prune(connection, &space, keep)));
            }
            Write::Compact(answer) => {
                let _ = answer.send(told(path, store::compact(connection)));
            }
            Write::Change(change, permit, answer) => {
                let mut bytes = change.bytes();
                let mut batch = vec![(change, permit, answer)];
                // what came in the meantime shares the wait for the disk
                while batch.len() < TOGETHER && bytes < TOGETHER_BYTES {
                    match jobs.try_recv() {
                        Ok(Write::Change(change, permit, answer)) => {
                            bytes += change.bytes();
                            batch.push((change, permit, answer));
                        }
                        Ok(other) => {
                            waiting = Some(other);
                            break;
                        }
                        Err(_) => break,
                    }
                }
                write(connection, path, batch);
            }
        }
    }
}

fn write(
    connection: &Connection,
    path: &Path,
    batch: Vec<(Change, OwnedSemaphorePermit, Answer<()>)>,
) {
    let all: Vec<&Change> = batch.iter().map(|(change, ..)| change).collect();
    let together = store::change(connection, &all);
    let alone = together.is_err() && batch.len() > 1;
    let mut result = Some(together);
    for (change, permit, answer) in batch {
        // one that is too large for the disk does not take the others along
        let written = if alone {
            store::change(connection, &[&change])
        } else {
            match &result {
                Some(Ok(())) => Ok(()),
                _ => result.take().unwrap_or(Ok(())),
            }
        };
        drop(permit);
        let _ = answer.send(told(path, written));
    }
}

fn looks(connection: &Connection, path: &Path, jobs: &Receiver<Look>) {
    while let Ok(job) = jobs.recv() {
        match job {
            Look::Get(space, key, answer) => {
                let _ = answer.send(told(path, store::get(connection, &space, &key)));
            }
            Look::Page(space, after, answer) => {
                let _ = answer.send(told(path, store::page(connection, &space, after)));
            }
            Look::Size(space, answer) => {
                let _ = answer.send(told(path, store::size(connection, &space)));
            }
        }
    }
}
