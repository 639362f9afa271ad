//! Files that are there as a whole or not at all.
use crate::{Error, ErrorKind, Result};
use std::{
    ffi::OsString,
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU64, Ordering},
};

pub(super) fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|error| failed(path, "read", error))
}

/// Writes beside the file, then takes its place: a crash, a full disk or a second writer leaves the old file
/// or a new one, never half of one.
pub(super) fn write(path: &Path, text: &str) -> Result<()> {
    let beside = beside(path);
    let written = (|| {
        let mut file = File::create_new(&beside)?;
        file.write_all(text.as_bytes())?;
        // who may read the old file may read the new one
        if let Ok(old) = fs::metadata(path) {
            file.set_permissions(old.permissions())?;
        }
        file.sync_all()?;
        fs::rename(&beside, path)
    })();
    written.map_err(|error| {
        let _ = fs::remove_file(&beside);
        failed(path, "written", error)
    })
}

/// A name in the same folder, for a rename across file systems is none; of this process and this time.
fn beside(path: &Path) -> PathBuf {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}-{count}.tmp", process::id()));
    path.with_file_name(name)
}

#[cold]
fn failed(path: &Path, what: &str, error: io::Error) -> Error {
    let hint = match error.kind() {
        io::ErrorKind::NotFound if what == "written" => "; make its folder first",
        io::ErrorKind::NotFound => "; save the program there first",
        io::ErrorKind::InvalidData => "; a saved state is UTF-8 text",
        _ => "",
    };
    let message = format!("{} cannot be {what}: {error}{hint}", path.display());
    Error::new(ErrorKind::State, message).with_source(error)
}
