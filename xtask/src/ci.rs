//! The checks, as the continuous integration runs them.
use crate::slow;
use std::{path::PathBuf, process::Command};

/// Runs `.ci/run`, and with `full` the slow checks after it.
pub(crate) fn run(full: bool) -> Result<(), String> {
    let root = root();
    println!("running `bash .ci/run`");
    execute(
        Command::new("bash").arg(".ci/run").current_dir(&root),
        "bash .ci/run",
    )?;
    if !full {
        return Ok(());
    }
    let (mut missing, mut failed) = (Vec::new(), Vec::new());
    for check in slow::CHECKS {
        if let Some(tool) = check.tool
            && !has(tool.command)
        {
            missing.push(format!(
                "`{}` needs `{}`; install it: `{}`",
                check.name(),
                tool.command,
                tool.install
            ));
            continue;
        }
        println!("\n== {}: {}", check.name(), check.what);
        let (program, arguments) = check.command;
        if let Err(error) = execute(
            Command::new(program).args(arguments).current_dir(&root),
            &check.name(),
        ) {
            failed.push(error);
        }
    }
    missing
        .iter()
        .chain(&failed)
        .for_each(|line| println!("{line}"));
    if missing.is_empty() && failed.is_empty() {
        println!("all slow checks passed");
        return Ok(());
    }
    Err(format!(
        "{} slow checks failed, {} could not run",
        failed.len(),
        missing.len()
    ))
}

fn execute(command: &mut Command, name: &str) -> Result<(), String> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{name}` failed: {status}")),
        Err(error) => Err(format!("`{name}` could not start: {error}")),
    }
}

/// Whether a cargo subcommand or program is installed: it answers `--version`.
fn has(command: &str) -> bool {
    let mut words = command.split(' ');
    let Some(program) = words.next() else {
        return false;
    };
    let asked = Command::new(program).args(words).arg("--version").output();
    asked.is_ok_and(|answer| answer.status.success())
}

/// The folder of the workspace.
fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().map_or_else(|| here.clone(), PathBuf::from)
}
