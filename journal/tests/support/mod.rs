//! What the tests of journals share: folders of their own, numbers from a seed, children.
#![allow(dead_code)] // each test has its own part of it
use std::{
    env,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

/// A folder that goes when this does.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("sigflow-journal-{}-{number}", std::process::id());
        let path = env::temp_dir().join(name);
        std::fs::create_dir_all(&path).expect("a folder for the test");
        Folder(path)
    }
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Numbers out of a seed: xorshift.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
}

/// What stands under a number: of a length that depends on it, and nowhere the same.
pub(crate) fn value(number: u64) -> Vec<u8> {
    let mut random = Random(number + 1);
    let length = random.below(6_000);
    (0..length)
        .map(|_| random.next().to_le_bytes()[0])
        .collect()
}

/// This test program once more, as the process of `role`: its test of the name `child` does what the role says.
pub(crate) fn child(role: &str, path: &Path, from: u64) -> Command {
    let mut command = Command::new(env::current_exe().expect("this program"));
    command.args(["--exact", "child", "--nocapture", "--test-threads=1"]);
    command.env("SIGFLOW_ROLE", role).env("SIGFLOW_PATH", path);
    command.env("SIGFLOW_FROM", from.to_string());
    command.stdout(Stdio::piped()).stderr(Stdio::inherit());
    command
}

/// Role, path and number of a child; nothing in the parent.
pub(crate) fn role() -> Option<(String, PathBuf, u64)> {
    let from = env::var("SIGFLOW_FROM").ok()?.parse().ok()?;
    Some((
        env::var("SIGFLOW_ROLE").ok()?,
        env::var_os("SIGFLOW_PATH")?.into(),
        from,
    ))
}

/// The words of a child that begin with `:`, without it.
pub(crate) fn words(child: &mut Child) -> impl Iterator<Item = String> + use<> {
    let stdout: ChildStdout = child.stdout.take().expect("a pipe");
    let lines = BufReader::new(stdout).lines().map_while(Result::ok);
    // the last line of one that was killed may be a part of a line: each ends with a dot
    lines.filter_map(|line| Some(line.strip_prefix(':')?.strip_suffix('.')?.to_owned()))
}

/// Says a word to the parent at once.
pub(crate) fn say(word: &str) {
    use std::io::Write as _;
    // one write for the line, so that those of several tasks do not mix
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(format!("\n:{word}.\n").as_bytes());
    let _ = out.flush();
}
