//! Compile errors as documentation: each program in `signature/fail` makes the mistake that its name
//! tells, and its `.stderr` is what the author reads. `TRYBUILD=overwrite` writes them anew: read the
//! difference, it is what users will read.
//!
//! The words are those of one compiler, the `rust-version` of the workspace.
use std::{
    fs,
    path::{Path, PathBuf},
};

#[test]
fn programs_that_compile() {
    trybuild::TestCases::new().pass("tests/signature/pass/*.rs");
}

/// Apart from those that compile: trybuild builds where there are such, and only checks where there are
/// none, as one does while writing. A build adds cycle errors to a type without end.
#[test]
fn programs_that_do_not() {
    trybuild::TestCases::new().compile_fail("tests/signature/fail/*.rs");
}

/// How the fix begins. A message without any of these leaves its reader alone.
const FIXES: &[&str] = &[
    "add ",
    "bound its ",
    "change ",
    "declare ",
    "did you mean",
    "flatten ",
    "give ",
    "leave ",
    "move ",
    "name ",
    "put ",
    "remove ",
    "rename ",
    "use ",
    "write ",
];

/// One error as rustc prints it.
struct Message {
    /// After `error: ` or `error[E0277]: `.
    text: String,
    /// A lint or an error of rustc's own, in words that are not ours.
    foreign: bool,
}

fn messages(stderr: &str) -> Vec<Message> {
    let mut all: Vec<Message> = Vec::new();
    for line in stderr.lines() {
        if let Some(rest) = line.strip_prefix("error") {
            let (code, text) = rest.split_once(": ").unwrap_or(("", rest));
            all.push(Message {
                text: text.to_owned(),
                // a constant that panics speaks in our words behind rustc's
                foreign: code.starts_with('[') && !text.starts_with("evaluation panicked: "),
            });
        } else if let Some(last) = all.last_mut() {
            last.foreign |= line == "note: the lint level is defined here";
        }
    }
    all
}

/// The failing programs, each with its source and its messages.
fn failing() -> Vec<(String, String, Vec<Message>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/signature/fail");
    let mut sources: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the folder of failing programs")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    sources.sort();
    let read = |path: PathBuf| {
        let name = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let source = fs::read_to_string(&path).expect("a program");
        let stderr = fs::read_to_string(path.with_extension("stderr"))
            .unwrap_or_else(|_| panic!("{name} has no .stderr"));
        (name, source, messages(&stderr))
    };
    sources.into_iter().map(read).collect()
}

#[test]
fn our_messages_name_the_place_and_end_with_the_fix() {
    let mut faults = Vec::new();
    for (program, _, messages) in failing() {
        for message in messages.iter().filter(|message| !message.foreign) {
            let text = &message.text;
            if text.matches('`').count() < 2 {
                faults.push(format!("{program}: nothing in backticks: {text}"));
            }
            // the fix is the last clause, behind a semicolon or a colon
            let last = text.rsplit_once("; ").map_or("", |(_, last)| last);
            if !FIXES.iter().any(|fix| last.contains(fix)) {
                faults.push(format!("{program}: does not end with the fix: {text}"));
            }
            if text.ends_with('.') || text.starts_with(char::is_uppercase) {
                faults.push(format!(
                    "{program}: not lower case, or with a period: {text}"
                ));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn no_message_shows_what_is_inside() {
    for (program, _, messages) in failing() {
        assert!(!messages.is_empty(), "{program} has no error");
        for Message { text, .. } in messages {
            let inside = text.contains("__") || text.contains("private");
            assert!(!inside, "{program}: {text}");
        }
    }
}

/// One mistake is one error, unless the program says how many it makes.
#[test]
fn each_mistake_is_one_error() {
    let mut faults = Vec::new();
    for (program, source, messages) in failing() {
        let said = source
            .lines()
            .find_map(|line| line.strip_prefix("// errors: "));
        let expected: usize = said.map_or(1, |count| count.parse().expect("a number"));
        if messages.len() != expected {
            let found: Vec<&str> = messages
                .iter()
                .map(|message| message.text.as_str())
                .collect();
            faults.push(format!("{program}: {expected} expected, found {found:#?}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn there_are_enough_of_them() {
    let count = failing().len();
    assert!(count >= 100, "only {count}");
}
