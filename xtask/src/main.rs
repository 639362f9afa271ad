//! Tasks of this repository: `cargo xtask <task>`.
mod ci;
mod conformance;
mod dashboard;
mod dspy;
mod faults;
mod generated;
mod makespan;
mod phoenix;
mod prices;
mod programs;
mod python;
mod slow;

use std::process::ExitCode;

const USAGE: &str = "cargo xtask <task>

  ci                   everything that must hold before a change lands: runs .ci/run
  ci --full            the same, then the slow checks
  conformance --dir DIR [--family NAME] [--id ID] [--static]
                       runs the vectors in a folder; families: signature, format, parse, value, state, sap;
                       --static runs `format` again through `signature!` source that is compiled
  programs [--count N] [--seed N] [--only NAME] [--plain]
                       random bodies (200, seed 1), with `#[program]` and without, held equal;
                       --plain compares both without, which checks the programs themselves
  faults [--full] [--only ID]
                       servers that fail in every way, and what the client makes of it, scored from both sides;
                       times are a fifth of the real ones without --full
  makespan [--seed N]  programs of known shapes under a paused clock, beside the critical path of their graphs
  prices FILE [--check]
                       the table of prices that is shipped, out of LiteLLM's file
  dspy                 DSPy itself, installed below the target folder, loads states of ours, and we its
  phoenix [--picture FILE.png]
                       Phoenix, installed below the target folder, gets the trace of examples/telemetry.rs by OTLP:
                       its tree, tokens and cost must be ours; a picture of its page, if asked for
  dashboard [FILE.svg] runs examples/dashboard.rs and draws its last frame, for the README
  peers                ours beside DSRs, DSPy, BAML, json_repair and jiter: runs benches/peers/run.sh
  help                 this text";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["ci"] => ci::run(false),
        ["ci", "--full"] => ci::run(true),
        ["conformance", rest @ ..] => conformance::run(rest),
        ["programs", rest @ ..] => programs::run(rest),
        ["makespan", rest @ ..] => makespan::run(rest),
        ["faults", rest @ ..] => faults::run(rest),
        ["prices", rest @ ..] => prices::run(rest),
        ["dspy"] => dspy::run(&ci::root().join("target")),
        ["phoenix", rest @ ..] => phoenix::run(rest, &ci::root().join("target")),
        ["dashboard", rest @ ..] => dashboard::run(rest),
        ["peers"] => ci::peers(),
        [] | ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        [unknown, ..] => Err(format!("there is no task `{unknown}`\n\n{USAGE}")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            if !error.is_empty() {
                eprintln!("{error}");
            }
            ExitCode::FAILURE
        }
    }
}
