//! A trace of ours in Phoenix, an observer that nobody here wrote: it knows OTLP, OpenTelemetry's conventions and the
//! prices of models by itself, so its tree, tokens and cost are an opinion of its own.
mod compare;
mod picture;
mod seen;
mod server;

use crate::python;
use serde_json::Value;
use server::Server;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const USAGE: &str = "usage: cargo xtask phoenix [--picture FILE.png]";
const VERSION: &str = "20.26.1";
/// Under which Phoenix keeps the trace.
const PROJECT: &str = "research";

/// Runs the task.
pub(crate) fn run(arguments: &[&str], target: &Path) -> Result<(), String> {
    let picture = match arguments {
        [] => None,
        ["--picture", file] => Some(PathBuf::from(file)),
        _ => return Err(USAGE.to_owned()),
    };
    let python = python::with(target, "arize-phoenix", VERSION)?;
    let folder = target.join("phoenix");
    // a project of its own for each run: what an earlier one left would be added to the sums
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let server = Server::start(&python, &folder).await?;
        let figures = figures(&server, &folder.join("figures.json"))?;
        let expected = compare::Expected::read(&figures)?;
        let trace = seen::Trace::wait_for(&server, &expected.trace, expected.spans()).await?;
        let table = compare::compare(&expected, &trace)?;
        println!("{table}");
        if let Some(file) = &picture {
            picture::take(&trace.page(&server), &folder.join("browser"), file)?;
            println!("{} shows it", file.display());
        }
        Ok(())
    })
}

/// The figures of the example's run, which sends its trace to Phoenix.
fn figures(server: &Server, file: &Path) -> Result<Value, String> {
    let status = Command::new("cargo")
        .args(["run", "--quiet", "--locked", "--example", "telemetry", "--"])
        .arg(file)
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", server.url())
        .env("OTEL_SERVICE_NAME", PROJECT)
        .env(
            "OTEL_RESOURCE_ATTRIBUTES",
            format!("openinference.project.name={PROJECT}"),
        )
        .status();
    match status {
        Ok(status) if status.success() => {}
        Ok(status) => return Err(format!("the example failed: {status}")),
        Err(error) => return Err(format!("cargo could not start: {error}")),
    }
    let about = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    let text = fs::read_to_string(file).map_err(|error| about(&error))?;
    serde_json::from_str(&text).map_err(|error| about(&error))
}
