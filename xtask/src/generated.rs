//! Crates that tasks write below the target folder, build against this checkout, and run.
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A crate to be written.
pub(crate) struct Crate {
    /// Its name, and that of its folder.
    pub(crate) name: &'static str,
    /// What follows the path in its dependency on sigflow.
    pub(crate) features: &'static str,
    /// The rest of its manifest, from its other dependencies on.
    pub(crate) manifest: &'static str,
}

/// For programs of `#[program]` under tokio's paused clock.
pub(crate) const fn of_programs(name: &'static str) -> Crate {
    Crate {
        name,
        features: "default-features = false, features = [\"macros\"]",
        manifest: "tokio = { version = \"1.48\", features = [\"macros\", \"rt\", \"test-util\", \"time\"] }\n\n\
                   [profile.dev]\ndebug = 0\n",
    }
}

/// The folder that this build writes into.
fn target() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from)
}

impl Crate {
    fn folder(&self) -> PathBuf {
        target().join(self.name)
    }
    /// Writes it, with these files in `src`; gives the command that builds and runs it.
    pub(crate) fn write(&self, files: &[(&str, &str)]) -> Result<Command, String> {
        let root = fs::canonicalize(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
            .map_err(|error| error.to_string())?;
        let folder = self.folder();
        fs::create_dir_all(folder.join("src")).map_err(|error| error.to_string())?;
        let write = |path: PathBuf, text: &str| {
            fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))
        };
        let Crate {
            name,
            features,
            manifest,
        } = self;
        // JSON text is TOML text, too
        let path = serde_json::json!(root.display().to_string());
        write(
            folder.join("Cargo.toml"),
            &format!(
                "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
                 [dependencies]\nsigflow = {{ path = {path}, {features} }}\n{manifest}\n[workspace]\n"
            ),
        )?;
        // the versions that everything else is built with
        fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))
            .map_err(|error| error.to_string())?;
        for (name, text) in files {
            write(folder.join("src").join(name), text)?;
        }
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command
            .args(["run", "--quiet", "--manifest-path"])
            .arg(folder.join("Cargo.toml"))
            .env("CARGO_TARGET_DIR", target());
        Ok(command)
    }
    /// Writes it and runs it. An error begins with `failed`, and says where the sources are.
    pub(crate) fn run(&self, files: &[(&str, &str)], failed: &str) -> Result<(), String> {
        let status = self.write(files)?.status();
        if status.map_err(|error| format!("cargo: {error}"))?.success() {
            return Ok(());
        }
        let sources = self.folder().join("src");
        Err(format!(
            "{failed}; the sources are in {}",
            sources.display()
        ))
    }
}
