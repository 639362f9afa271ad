//! Checks that take minutes or tools of their own: `cargo xtask ci --full`.

/// One slow check.
pub(crate) struct Check {
    pub(crate) what: &'static str,
    pub(crate) command: (&'static str, &'static [&'static str]),
    pub(crate) environment: &'static [(&'static str, &'static str)],
    pub(crate) tool: Option<Tool>,
}

/// A cargo subcommand that a check needs; installed when it is not there.
#[derive(Clone, Copy)]
pub(crate) struct Tool {
    /// As in `cargo hack`.
    pub(crate) subcommand: &'static str,
    pub(crate) package: &'static str,
    /// What is installed. Any other version that is there already serves too.
    pub(crate) version: &'static str,
}

impl Check {
    /// The command as one types it.
    pub(crate) fn name(&self) -> String {
        let (program, arguments) = self.command;
        let environment = self.environment.iter();
        let mut words: Vec<String> = environment
            .map(|(name, value)| format!("{name}='{value}'"))
            .collect();
        words.push(program.to_owned());
        words.extend(arguments.iter().map(|argument| (*argument).to_owned()));
        words.join(" ")
    }
}

const HACK: Tool = Tool {
    subcommand: "hack",
    package: "cargo-hack",
    version: "0.6.46",
};
const DENY: Tool = Tool {
    subcommand: "deny",
    package: "cargo-deny",
    version: "0.20.2",
};

pub(crate) const CHECKS: &[Check] = &[
    Check {
        what: "each feature compiles alone",
        command: (
            "cargo",
            &[
                "hack",
                "check",
                "--workspace",
                "--each-feature",
                "--no-dev-deps",
            ],
        ),
        environment: &[("RUSTFLAGS", "-D warnings")],
        tool: Some(HACK),
    },
    // Advisories stand in a git repository, which a machine with nothing but the package registries does
    // not reach: `cargo deny check advisories` by hand.
    Check {
        what: "licences, bans and sources",
        command: (
            "cargo",
            &[
                "deny",
                "--all-features",
                "check",
                "--hide-inclusion-graph",
                "licenses",
                "bans",
                "sources",
            ],
        ),
        environment: &[],
        tool: Some(DENY),
    },
    Check {
        what: "every package can be published",
        command: (
            "cargo",
            &["publish", "--workspace", "--dry-run", "--locked"],
        ),
        environment: &[],
        tool: None,
    },
    Check {
        what: "cells of limits, breakers, hedges and money in every order of their steps",
        command: (
            "cargo",
            &[
                "test",
                "--release",
                "--locked",
                "--manifest-path",
                "loom/Cargo.toml",
            ],
        ),
        environment: &[],
        tool: None,
    },
    Check {
        what: "a thousand seeds of simulated time, thousands of calls each",
        command: (
            "cargo",
            &[
                "test",
                "--release",
                "--locked",
                "--package=sigflow-providers",
                "--features=cache",
                "--test=simulation",
            ],
        ),
        environment: &[("SIGFLOW_SEEDS", "1000")],
        tool: None,
    },
    Check {
        what: "a hundred calls within the limits of nginx",
        command: ("bash", &[".ci/limits.sh"]),
        environment: &[],
        tool: None,
    },
    Check {
        what: "a thousand streams within 100 MB",
        command: (
            "cargo",
            &[
                "run",
                "--release",
                "--locked",
                "--package=sigflow-bench",
                "--bin=streams",
            ],
        ),
        environment: &[],
        tool: None,
    },
    Check {
        what: "ten minutes of calls of which a twentieth fails",
        command: (
            "cargo",
            &[
                "run",
                "--release",
                "--locked",
                "--package=sigflow-bench",
                "--bin=soak",
            ],
        ),
        environment: &[],
        tool: None,
    },
    // As docs.rs does it, with the stable compiler's word for nightly.
    Check {
        what: "documentation as docs.rs builds it",
        command: (
            "cargo",
            &[
                "doc",
                "--no-deps",
                "--all-features",
                "--locked",
                "--package=sigflow",
                "--package=sigflow-core",
                "--package=sigflow-grammar",
                "--package=sigflow-macros",
                "--package=sigflow-providers",
                "--target-dir=target/docs.rs",
            ],
        ),
        environment: &[
            ("RUSTC_BOOTSTRAP", "1"),
            ("RUSTDOCFLAGS", "-D warnings --cfg docsrs"),
        ],
        tool: None,
    },
    Check {
        what: "states go to DSPy and back",
        command: ("cargo", &["xtask", "dspy"]),
        environment: &[],
        tool: None,
    },
    Check {
        what: "two thousand long shapes of text are read within the bound of steps",
        command: (
            "cargo",
            &[
                "test",
                "--release",
                "--locked",
                "--package=sigflow-core",
                "--lib",
                "shapes",
                "--",
                "--ignored",
            ],
        ),
        environment: &[],
        tool: None,
    },
    Check {
        what: "start-up of a minimal program",
        command: ("bash", &["benches/startup.sh"]),
        environment: &[],
        tool: None,
    },
    Check {
        what: "compile time of 1,000 signatures",
        command: ("bash", &["benches/compile_time.sh", "1000"]),
        environment: &[],
        tool: None,
    },
];
