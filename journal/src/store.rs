//! What is done with an open file. Everything here blocks.
use crate::checksum;
use rusqlite::{Connection, Error, OptionalExtension as _, Result as Sql, Row, params};
use std::time::{Duration, SystemTime};

/// Something that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// What it is found by.
    pub key: Vec<u8>,
    /// What is kept.
    pub value: Vec<u8>,
    /// When it was put, by the clock of who put it.
    pub made: SystemTime,
}

/// How much is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Size {
    /// Entries.
    pub entries: u64,
    /// Bytes of their keys and values.
    pub bytes: u64,
}

/// What of a space is kept when it is [pruned](crate::Journal::prune): all, unless set. The oldest goes first.
///
/// ```
/// use sigflow_journal::Keep;
///
/// let keep = Keep::all().entries(100_000).bytes(1 << 30);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Keep {
    entries: u64,
    bytes: u64,
    age: Option<Duration>,
}

impl Keep {
    /// Everything.
    pub const fn all() -> Self {
        Keep {
            entries: u64::MAX,
            bytes: u64::MAX,
            age: None,
        }
    }
    /// At most so many entries.
    pub const fn entries(mut self, entries: u64) -> Self {
        self.entries = entries;
        self
    }
    /// At most so many bytes of keys and values.
    pub const fn bytes(mut self, bytes: u64) -> Self {
        self.bytes = bytes;
        self
    }
    /// What is younger than this.
    pub const fn younger(mut self, age: Duration) -> Self {
        self.age = Some(age);
        self
    }
}

/// A change of one entry.
pub(crate) struct Change {
    pub(crate) space: String,
    pub(crate) key: Vec<u8>,
    /// None to remove it.
    pub(crate) value: Option<Vec<u8>>,
}

impl Change {
    /// What it takes in memory while it waits, about.
    pub(crate) fn bytes(&self) -> usize {
        /// Of its place in the queue, of its caller's answer and of the blocks of its texts.
        const PLACE: usize = 256;
        PLACE + self.space.len() + self.key.len() + self.value.as_ref().map_or(0, Vec::len)
    }
}

/// A row as it was read.
pub(crate) enum Read {
    Sound(Entry),
    /// Its checksum is wrong.
    Damaged,
}

/// Milliseconds since 1970.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    })
}

/// Makes all changes or none.
pub(crate) fn change(connection: &Connection, changes: &[&Change]) -> Sql<()> {
    transaction(connection, || {
        let mut drop =
            connection.prepare("DELETE FROM entry WHERE space = ?1 AND hash = ?2 AND key = ?3")?;
        let mut add = connection.prepare(
            "INSERT INTO entry (space, hash, key, value, made, sum) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        for Change { space, key, value } in changes {
            let hash = checksum::of_key(key);
            drop.execute(params![space, hash, key])?;
            if let Some(value) = value {
                let made = now();
                let sum = checksum::of_entry(space, key, value, made);
                add.execute(params![space, hash, key, value, made, sum])?;
            }
        }
        Ok(())
    })
}

fn transaction<T>(connection: &Connection, act: impl FnOnce() -> Sql<T>) -> Sql<T> {
    // at once for writing: a transaction that reads first and then wants to write may have to begin again
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let done = act().and_then(|done| connection.execute_batch("COMMIT").map(|()| done));
    if done.is_err() && !connection.is_autocommit() {
        let _ = connection.execute_batch("ROLLBACK");
    }
    done
}

/// The columns `key, value, made, sum` from `at` on.
fn read(row: &Row<'_>, at: usize, space: &str) -> Sql<Read> {
    let columns = || -> Sql<(Vec<u8>, Vec<u8>, i64, i64)> {
        Ok((
            row.get(at)?,
            row.get(at + 1)?,
            row.get(at + 2)?,
            row.get(at + 3)?,
        ))
    };
    let (key, value, made) = match columns() {
        Ok((key, value, made, sum)) if checksum::of_entry(space, &key, &value, made) == sum => {
            (key, value, made)
        }
        // a column that became one of another type is damage to this row like any other
        Ok(_) | Err(Error::InvalidColumnType(..)) => return Ok(Read::Damaged),
        Err(error) => return Err(error),
    };
    let since = Duration::from_millis(u64::try_from(made).unwrap_or(0));
    let made = SystemTime::UNIX_EPOCH.checked_add(since);
    Ok(Read::Sound(Entry {
        key,
        value,
        made: made.unwrap_or(SystemTime::UNIX_EPOCH),
    }))
}

pub(crate) fn get(connection: &Connection, space: &str, key: &[u8]) -> Sql<Option<Read>> {
    let found = connection
        .query_row(
            "SELECT key, value, made, sum FROM entry WHERE space = ?1 AND hash = ?2 AND key = ?3",
            params![space, checksum::of_key(key), key],
            |row| read(row, 0, space),
        )
        .optional()?;
    // an index that is damaged may lead to the row of another key
    Ok(found.map(|found| match found {
        Read::Sound(entry) if entry.key != key => Read::Damaged,
        found => found,
    }))
}

/// The next entries behind an id, and the id to go on from; none at the end.
pub(crate) struct Page {
    pub(crate) entries: Vec<Read>,
    pub(crate) next: Option<i64>,
}

pub(crate) fn page(connection: &Connection, space: &str, after: i64) -> Sql<Page> {
    const ENTRIES: usize = 256;
    const BYTES: usize = 1 << 20;
    // in the order of ids, not in that of the index
    let mut statement = connection.prepare(
        "SELECT key, value, made, sum, id FROM entry NOT INDEXED
         WHERE space = ?1 AND id > ?2 ORDER BY id",
    )?;
    let mut rows = statement.query(params![space, after])?;
    let (mut entries, mut bytes) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let entry = read(row, 0, space)?;
        if let Read::Sound(entry) = &entry {
            bytes += entry.key.len() + entry.value.len();
        }
        entries.push(entry);
        if entries.len() == ENTRIES || bytes >= BYTES {
            let next = Some(row.get(4)?);
            return Ok(Page { entries, next });
        }
    }
    let next = None;
    Ok(Page { entries, next })
}

pub(crate) fn size(connection: &Connection, space: &str) -> Sql<Size> {
    connection.query_row(
        "SELECT count(*), coalesce(sum(length(key) + length(value)), 0)
         FROM entry NOT INDEXED WHERE space = ?1",
        [space],
        |row| {
            let number = |at| row.get::<_, i64>(at).map(|n| u64::try_from(n).unwrap_or(0));
            Ok(Size {
                entries: number(0)?,
                bytes: number(1)?,
            })
        },
    )
}

/// Lets the oldest go. How many went.
pub(crate) fn prune(connection: &Connection, space: &str, keep: Keep) -> Sql<u64> {
    transaction(connection, || {
        let mut gone = 0;
        if let Some(age) = keep.age {
            let age = i64::try_from(age.as_millis()).unwrap_or(i64::MAX);
            gone += connection.execute(
                "DELETE FROM entry WHERE space = ?1 AND made <= ?2",
                params![space, now().saturating_sub(age)],
            )?;
        }
        let mut left = size(connection, space)?;
        let mut last = None;
        if left.entries > keep.entries || left.bytes > keep.bytes {
            let mut statement = connection.prepare(
                "SELECT id, length(key) + length(value) FROM entry NOT INDEXED
                 WHERE space = ?1 ORDER BY id",
            )?;
            let mut rows = statement.query([space])?;
            while left.entries > keep.entries || left.bytes > keep.bytes {
                let Some(row) = rows.next()? else { break };
                last = Some(row.get::<_, i64>(0)?);
                let bytes = u64::try_from(row.get::<_, i64>(1)?).unwrap_or(0);
                left.entries = left.entries.saturating_sub(1);
                left.bytes = left.bytes.saturating_sub(bytes);
            }
        }
        if let Some(last) = last {
            gone += connection.execute(
                "DELETE FROM entry WHERE space = ?1 AND id <= ?2",
                params![space, last],
            )?;
        }
        Ok(gone as u64)
    })
}

/// Gives the room back that entries have left.
pub(crate) fn compact(connection: &Connection) -> Sql<()> {
    // a statement that gives a row for each page; each step frees one
    let mut statement = connection.prepare("PRAGMA incremental_vacuum")?;
    let mut rows = statement.query(())?;
    while rows.next()?.is_some() {}
    drop(rows);
    // readers of other processes may keep it from being complete: then the next one does it
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(()))
}
