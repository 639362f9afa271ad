//! The checks, as the continuous integration runs them.
use crate::slow::{self, Check, Tool};
use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

/// Runs `.ci/run`, and with `full` the slow checks after it.
pub(crate) fn run(full: bool) -> Result<(), String> {
    let root = root();
    println!("running `bash .ci/run`");
    execute(
        Command::new("bash").arg(".ci/run").current_dir(&root),
        "bash .ci/run",
    )?;
    if full { slow(&root) } else { Ok(()) }
}

/// Measures ours beside the peers.
pub(crate) fn peers() -> Result<(), String> {
    let script = "benches/peers/run.sh";
    execute(
        Command::new("bash").arg(script).current_dir(root()),
        &format!("bash {script}"),
    )
}

/// Runs every slow check, also after one has failed.
fn slow(root: &Path) -> Result<(), String> {
    let tools = root.join("target/tools");
    let path = path_with(&tools.join("bin"))?;
    let mut failed = Vec::new();
    for check in slow::CHECKS {
        println!("\n== {}: {}", check.name(), check.what);
        let installed = check
            .tool
            .map_or(Ok(()), |tool| install(tool, &tools, &path));
        if let Err(error) = installed.and_then(|()| run_check(check, root, &path)) {
            failed.push(error);
        }
    }
    failed.iter().for_each(|line| println!("{line}"));
    if failed.is_empty() {
        println!("all slow checks passed");
        return Ok(());
    }
    Err(format!("{} slow checks failed", failed.len()))
}

fn run_check(check: &Check, root: &Path, path: &str) -> Result<(), String> {
    let (program, arguments) = check.command;
    execute(
        Command::new(program)
            .args(arguments)
            .envs(check.environment.iter().copied())
            .env("PATH", path)
            .current_dir(root),
        &check.name(),
    )
}

/// Installs a tool below the target folder, unless cargo finds one.
fn install(tool: Tool, folder: &Path, path: &str) -> Result<(), String> {
    let asked = Command::new("cargo")
        .args([tool.subcommand, "--version"])
        .env("PATH", path)
        .output();
    if asked.is_ok_and(|answer| answer.status.success()) {
        return Ok(());
    }
    println!(
        "installing {} {} into {}",
        tool.package,
        tool.version,
        folder.display()
    );
    execute(
        Command::new("cargo")
            .args(["install", "--quiet", "--locked", "--debug", tool.package])
            .args(["--version", tool.version, "--root"])
            .arg(folder),
        &format!("cargo install {}", tool.package),
    )
}

/// The search path with a folder before it.
fn path_with(folder: &Path) -> Result<String, String> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = [folder.to_owned()]
        .into_iter()
        .chain(env::split_paths(&path));
    env::join_paths(folders)
        .map_err(|error| error.to_string())?
        .into_string()
        .map_err(|_| "PATH is no Unicode; set one that is".to_owned())
}

fn execute(command: &mut Command, name: &str) -> Result<(), String> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{name}` failed: {status}")),
        Err(error) => Err(format!("`{name}` could not start: {error}")),
    }
}

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().map_or_else(|| here.clone(), PathBuf::from)
}
