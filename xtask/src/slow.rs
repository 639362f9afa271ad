//! Checks that take minutes or tools that not everyone has: `cargo xtask ci --full`.

/// One slow check.
pub(crate) struct Check {
    pub(crate) what: &'static str,
    pub(crate) command: (&'static str, &'static [&'static str]),
    pub(crate) tool: Option<Tool>,
}

/// What must be installed for it.
#[derive(Clone, Copy)]
pub(crate) struct Tool {
    pub(crate) command: &'static str,
    pub(crate) install: &'static str,
}

impl Check {
    /// The command as one types it.
    pub(crate) fn name(&self) -> String {
        let (program, arguments) = self.command;
        format!("{program} {}", arguments.join(" "))
    }
}

const HACK: Tool = Tool {
    command: "cargo hack",
    install: "cargo install --locked cargo-hack",
};
const DENY: Tool = Tool {
    command: "cargo deny",
    install: "cargo install --locked cargo-deny",
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
        tool: Some(HACK),
    },
    Check {
        what: "every package can be published",
        command: (
            "cargo",
            &["publish", "--workspace", "--dry-run", "--locked"],
        ),
        tool: None,
    },
    Check {
        what: "licences, bans and sources",
        command: ("cargo", &["deny", "check"]),
        tool: Some(DENY),
    },
    Check {
        what: "compile time of 1,000 signatures",
        command: ("bash", &["benches/compile_time.sh", "1000"]),
        tool: None,
    },
];
