//! The picture of the dashboard in the README: the last frame of the example, drawn as a terminal shows it.
mod cells;
mod svg;

use crate::ci::root;
use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
};

const USAGE: &str = "usage: cargo xtask dashboard [FILE.svg]";
const COMMAND: &str = "cargo run --example dashboard";
/// How each frame of the example begins.
const FRAME: &str = "frame ";

/// Runs the example, and draws what it says at last.
pub(crate) fn run(arguments: &[&str]) -> Result<(), String> {
    let file = match arguments {
        [] => root().join("examples/charts/dashboard.svg"),
        [file] if !file.starts_with('-') => PathBuf::from(file),
        _ => return Err(USAGE.to_owned()),
    };
    let output = Command::new("cargo")
        .args(["run", "--quiet", "--locked", "--example", "dashboard"])
        .current_dir(root())
        // it has colours for a terminal, which this is none of
        .env("CLICOLOR_FORCE", "1")
        .env_remove("NO_COLOR")
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("`{COMMAND}`: {error}"))?;
    if !output.status.success() {
        return Err(format!("`{COMMAND}` failed"));
    }
    let lines = cells::lines(&String::from_utf8_lossy(&output.stdout));
    let last = lines
        .iter()
        .rposition(|line| cells::text(line).starts_with(FRAME));
    let last = last.ok_or_else(|| format!("`{COMMAND}` drew no frame"))?;
    let end = lines.iter().rposition(|line| !line.is_empty());
    let frame = &lines[last..=end.unwrap_or(last)];
    let picture = svg::picture(&format!("$ {COMMAND}"), frame);
    fs::write(&file, picture).map_err(|error| format!("{}: {error}", file.display()))?;
    println!("{} shows the last frame", file.display());
    Ok(())
}
