//! Programs of other people that come as a Python package.
use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// A Python that has a package, installed below the target folder at the first time.
pub(crate) fn with(target: &Path, package: &str, version: &str) -> Result<PathBuf, String> {
    let folder = target.join(format!("{package}-{version}"));
    let python = folder.join("bin/python");
    let has = |python: &Path| {
        let probe =
            format!("import importlib.metadata as m; assert m.version('{package}') == '{version}'");
        let asked = Command::new(python).args(["-c", &probe]).output();
        asked.is_ok_and(|answer| answer.status.success())
    };
    if has(&python) {
        return Ok(python);
    }
    println!("installing {package} {version} into {}", folder.display());
    let run = |command: &mut Command, what: &str| match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{what} failed: {status}")),
        Err(error) => Err(format!(
            "{what} could not start: {error}; install Python 3.10 or later"
        )),
    };
    run(
        Command::new("python3").args(["-m", "venv"]).arg(&folder),
        "`python3 -m venv`",
    )?;
    let wanted = format!("{package}=={version}");
    run(
        Command::new(&python).args(["-m", "pip", "install", "--quiet", &wanted]),
        &format!("`pip install {wanted}`"),
    )?;
    Ok(python)
}
