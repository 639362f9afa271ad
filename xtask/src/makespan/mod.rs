//! `cargo xtask makespan`: how long programs of known shapes run under tokio's paused clock, beside the critical
//! path of their graphs and beside a schedule that waits level by level.
mod shapes;

use crate::{generated, programs::Draw};
use std::fmt::Write as _;

/// What the programs call, and how a run is measured.
const RUNNER: &str = include_str!("runner.rs.txt");

/// Twelve programs of each shape, of 5 to 60 nodes.
pub(crate) fn run(arguments: &[&str]) -> Result<(), String> {
    let seed = match arguments {
        [] => 1,
        ["--seed", seed] => seed
            .parse()
            .map_err(|_| "`--seed` takes a number".to_owned())?,
        _ => return Err("usage: cargo xtask makespan [--seed N]".to_owned()),
    };
    let mut main = String::from(
        "// written by `cargo xtask makespan`\n#![allow(unused, clippy::all)]\nmod runner;\nuse runner::*;\nuse sigflow::program;\n\n",
    );
    let mut runs = String::new();
    for (number, shape) in shapes::SHAPES.iter().enumerate() {
        for step in 0..12 {
            let draw = Draw::new(seed * 1_000_003 + (number * 100 + step) as u64);
            let program = shapes::program(draw, shape, 5 + step * 5);
            let name = format!("p{number}x{step:02}");
            let _ = writeln!(
                main,
                "#[program(pure(call))]\npub async fn {name}(input: u64) -> Res {{\n{}}}\n",
                program.body
            );
            let _ = writeln!(
                runs,
                "    Box::pin(table.run(Known {{ shape: {:?}, name: {name:?}, nodes: {}, reads: {}, sum: {}, lengths: &[{}] }}, \
                 &P{number}x{step:02}::GRAPH, {name}(3))).await;",
                program.shape, program.nodes, program.reads, program.sum, program.lengths
            );
        }
    }
    let _ = write!(
        main,
        "#[tokio::main(flavor = \"current_thread\")]\nasync fn main() -> std::process::ExitCode {{\n    \
         tokio::time::pause();\n    let mut table = Table::default();\n{runs}    table.end()\n}}\n"
    );
    let files = [("runner.rs", RUNNER), ("main.rs", &main)];
    generated::of_programs("makespans").run(&files, "makespans differ from critical paths")
}
