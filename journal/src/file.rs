//! The file: whose it is, of which format, and how it is opened.
use crate::{Durability, Fault, fault::judged, settings::JournalBuilder, until::Until};
use rusqlite::{Connection, OpenFlags, Result as Sql};
use sigflow_core::Result;
use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

/// The version of the file's format that is written, and the newest that is read.
pub const FORMAT: i32 = 1;

/// `SFJ1` in ASCII.
const OURS: i32 = 0x5346_4a31;

// Ids only grow, also when the last entry goes: who walks through the entries goes on behind an id. The key is compared
// whole; its hash only finds it.
const TABLES: &str = "
    CREATE TABLE entry (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        space TEXT NOT NULL,
        hash INTEGER NOT NULL,
        key BLOB NOT NULL,
        value BLOB NOT NULL,
        made INTEGER NOT NULL,
        sum INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX entry_place ON entry (space, hash);
";

/// Whose a file is.
enum Owner {
    Nobody,
    We,
    Other(Fault, String),
}

/// An open file, ready for use.
pub(crate) fn open(settings: &JournalBuilder, path: &Path) -> Result<Connection> {
    make(path).map_err(|error| Fault::Io.error(path, &error.to_string()))?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_EXRESCODE;
    let prepared = Connection::open_with_flags(path, flags)
        .and_then(|connection| Ok((owner(&connection, settings)?, connection)));
    match prepared {
        Ok((Owner::Other(fault, words), _)) => Err(fault.error(path, &words)),
        Ok((owner, connection)) => prepare(&connection, settings, &owner)
            .map(|()| connection)
            .map_err(|error| judged(&error).error(path, &error.to_string())),
        Err(error) => Err(judged(&error).error(path, &error.to_string())),
    }
}

/// An empty file for its owner alone, if there is none. SQLite gives the files beside it the same rights.
fn make(path: &Path) -> std::io::Result<()> {
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        fs::create_dir_all(folder)?;
    }
    let mut options = fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// Only looks: a file of someone else's stays as it is.
fn owner(connection: &Connection, settings: &JournalBuilder) -> Sql<Owner> {
    connection.busy_timeout(Until::after(settings.patience).left())?;
    let [id, version, tables] = patiently(settings.patience, || {
        // all at one time: another process may be making its tables
        connection.execute_batch("BEGIN")?;
        let number = |name: &str| connection.query_row(name, (), |row| row.get::<_, i32>(0));
        let seen = (|| {
            Ok([
                number("PRAGMA application_id")?,
                number("PRAGMA user_version")?,
                number("SELECT count(*) FROM sqlite_schema")?,
            ])
        })();
        if !connection.is_autocommit() {
            connection.execute_batch("ROLLBACK")?;
        }
        seen
    })?;
    Ok(match id {
        OURS if version > FORMAT => Owner::Other(
            Fault::Newer,
            format!("format {version}, and {FORMAT} is the newest known here"),
        ),
        OURS => Owner::We,
        0 if tables == 0 && version == 0 => Owner::Nobody,
        _ => Owner::Other(Fault::Foreign, String::new()),
    })
}

fn prepare(connection: &Connection, settings: &JournalBuilder, owner: &Owner) -> Sql<()> {
    // a damaged file may hold views and triggers; ours have none
    connection.execute_batch("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;")?;
    if matches!(owner, Owner::Nobody) {
        // room that entries leave can be given back; this must come before the first table
        connection.execute_batch("PRAGMA auto_vacuum = INCREMENTAL;")?;
    }
    patiently(settings.patience, || {
        connection.query_row("PRAGMA journal_mode = WAL", (), |_| Ok(()))
    })?;
    let synchronous = match settings.durability {
        Durability::Process => "NORMAL",
        Durability::Power => "FULL",
    };
    connection.execute_batch(&format!(
        "PRAGMA synchronous = {synchronous}; PRAGMA journal_size_limit = 16777216;"
    ))?;
    if matches!(owner, Owner::Nobody) {
        patiently(settings.patience, || create(connection))?;
    }
    Ok(())
}

/// The tables, unless another process was faster.
fn create(connection: &Connection) -> Sql<()> {
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let made = (|| {
        let tables = "SELECT count(*) FROM sqlite_schema";
        if connection.query_row(tables, (), |row| row.get::<_, i32>(0))? == 0 {
            connection.execute_batch(&format!(
                "{TABLES} PRAGMA application_id = {OURS}; PRAGMA user_version = {FORMAT};"
            ))?;
        }
        connection.execute_batch("COMMIT")
    })();
    if made.is_err() {
        let _ = connection.execute_batch("ROLLBACK");
    }
    made
}

/// SQLite does not wait for others when the mode of a new file changes under it.
fn patiently<T>(patience: Duration, act: impl Fn() -> Sql<T>) -> Sql<T> {
    let began = Instant::now();
    loop {
        match act() {
            Err(error) if judged(&error) == Fault::Busy && began.elapsed() < patience => {
                std::thread::sleep(Duration::from_millis(5));
            }
            done => return done,
        }
    }
}
