//! The crate that the programs become.
use super::Program;
use crate::generated;
use std::fmt::Write as _;

/// What the programs call, and how two runs are compared.
const SUPPORT: &str = include_str!("support.rs.txt");

/// Writes the crate and runs it. `bare`: both without the attribute.
pub(super) fn run(programs: &[Program], bare: bool, failed: &str) -> Result<(), String> {
    let mut main = String::from(
        "// written by `cargo xtask programs`\nmod graph;\nmod plain;\nmod support;\n\n#[tokio::main(flavor = \"current_thread\")]\n\
         async fn main() -> std::process::ExitCode {\n    tokio::time::pause();\n    let mut trials = support::Trials::default();\n",
    );
    let mut trials = String::new();
    for program in programs {
        let Program { name, function, .. } = program;
        // each on the heap: a frame that holds them all is too large for a stack
        let _ = writeln!(main, "    Box::pin({name}(&mut trials)).await;");
        let _ = writeln!(
            trials,
            "async fn {name}(trials: &mut support::Trials) {{\n    \
             trials.hold({name:?}, {:?}, async || graph::{name}(\"text\").await, async || plain::{name}(\"text\").await).await;\n}}",
            format!("async fn {name}{function}"),
        );
    }
    main.push_str("    trials.end()\n}\n");
    main.push_str(&trials);
    let mut modules = Vec::new();
    let attribute = "    #[program(pure(call, take, give))]\n";
    let (attribute, import) = if bare {
        ("", "")
    } else {
        (attribute, "use sigflow::program;\n")
    };
    for (attribute, import) in [(attribute, import), ("", "")] {
        let mut source = format!(
            "// written by `cargo xtask programs`\n#![allow(unused, clippy::all)]\nuse crate::support::*;\n{import}\n"
        );
        for Program { name, function, .. } in programs {
            let _ = writeln!(source, "{attribute}    pub async fn {name}{function}\n");
        }
        modules.push(source);
    }
    generated::of_programs("random-programs").run(
        &[
            ("support.rs", SUPPORT),
            ("main.rs", &main),
            ("graph.rs", &modules[0]),
            ("plain.rs", &modules[1]),
        ],
        failed,
    )
}
