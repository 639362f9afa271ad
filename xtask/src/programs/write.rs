//! The crate that the programs become.
use super::Program;
use std::{
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

/// What the programs call, and how two runs are compared.
const SUPPORT: &str = include_str!("support.rs.txt");

/// A crate below the target folder.
pub(crate) struct Source {
    name: &'static str,
}

impl Source {
    pub(crate) fn new(name: &'static str) -> Self {
        Self { name }
    }
    /// Writes its manifest and these files of `src`; gives its folder and the target folder to build it in.
    pub(crate) fn write(&self, files: &[(&str, &str)]) -> Result<(PathBuf, PathBuf), String> {
        let root = fs::canonicalize(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
            .map_err(|error| error.to_string())?;
        let target =
            env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        let folder = target.join(self.name);
        fs::create_dir_all(folder.join("src")).map_err(|error| error.to_string())?;
        let write = |path: PathBuf, text: &str| {
            fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))
        };
        // JSON text is TOML text, too
        let path = serde_json::json!(root.display().to_string());
        let name = self.name;
        write(
            folder.join("Cargo.toml"),
            &format!(
                "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
                 [dependencies]\nsigflow = {{ path = {path}, default-features = false, features = [\"macros\"] }}\n\
                 tokio = {{ version = \"1.48\", features = [\"macros\", \"rt\", \"test-util\", \"time\"] }}\n\n\
                 [profile.dev]\ndebug = 0\n\n[workspace]\n"
            ),
        )?;
        fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))
            .map_err(|error| error.to_string())?;
        for (name, text) in files {
            write(folder.join("src").join(name), text)?;
        }
        Ok((folder, target))
    }
}

/// Writes the crate; gives its folder and the target folder to build it in.
pub(super) fn write(programs: &[Program], bare: bool) -> Result<(PathBuf, PathBuf), String> {
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
    Source::new("random-programs").write(&[
        ("support.rs", SUPPORT),
        ("main.rs", &main),
        ("graph.rs", &modules[0]),
        ("plain.rs", &modules[1]),
    ])
}
