//! Recorded vectors of DSPy, held against ours.
mod compare;
mod format;
mod not_applicable;
mod rust;
mod signature;
mod statics;
mod types;
mod values;

use serde_json::Value;
use std::{fs, path::Path};

/// At least so many of a hundred vectors must pass.
const ENOUGH: usize = 95;

/// What became of one vector.
pub(crate) enum Outcome {
    Passed,
    Failed(String),
    NotApplicable,
}

/// Counts of a family, and its failures: id and reason.
#[derive(Default)]
pub(crate) struct Report {
    passed: usize,
    failed: Vec<(String, String)>,
    not_applicable: usize,
    /// Counts of parts of the family, such as one adapter: passed, failed, not applicable.
    parts: Vec<(String, [usize; 3])>,
}

impl Report {
    fn add(&mut self, id: &str, outcome: Outcome) {
        match outcome {
            Outcome::Passed => self.passed += 1,
            Outcome::Failed(reason) => self.failed.push((id.to_owned(), reason)),
            Outcome::NotApplicable => self.not_applicable += 1,
        }
    }
    /// As [`add`](Self::add), counted in a part of the family too.
    fn add_to(&mut self, part: &str, id: &str, outcome: Outcome) {
        let place = match &outcome {
            Outcome::Passed => 0,
            Outcome::Failed(_) => 1,
            Outcome::NotApplicable => 2,
        };
        match self.parts.iter_mut().find(|(name, _)| name == part) {
            Some((_, counts)) => counts[place] += 1,
            None => {
                let mut counts = [0; 3];
                counts[place] = 1;
                self.parts.push((part.to_owned(), counts));
            }
        }
        self.add(id, outcome);
    }
    fn enough(&self) -> bool {
        let applicable = self.passed + self.failed.len();
        applicable > 0 && self.passed * 100 >= applicable * ENOUGH
    }
}

/// Runs the task with its arguments.
pub(crate) fn run(arguments: &[&str]) -> Result<(), String> {
    let (mut family, mut folder) = (None, None);
    let is_static = arguments.contains(&"--static");
    let arguments: Vec<&str> = arguments
        .iter()
        .copied()
        .filter(|argument| *argument != "--static")
        .collect();
    let mut rest = arguments.as_slice();
    while let [option, value, more @ ..] = rest {
        match *option {
            "--family" => family = Some(*value),
            "--dir" => folder = Some(*value),
            other => {
                return Err(format!(
                    "there is no option `{other}`; write `--family NAME --dir DIR`"
                ));
            }
        }
        rest = more;
    }
    let (Some(family), Some(folder), []) = (family, folder, rest) else {
        return Err("write `cargo xtask conformance --family NAME --dir DIR`".to_owned());
    };
    print(family, &report(family, Path::new(folder))?)?;
    if is_static {
        let vectors = vectors(family, Path::new(folder))?;
        print("format (static)", &statics::run(&vectors)?)?;
    }
    Ok(())
}

/// Prints a report.
fn print(family: &str, report: &Report) -> Result<(), String> {
    for (id, reason) in &report.failed {
        println!("{id}: {}", reason.replace('\n', " "));
    }
    for (part, [passed, failed, not_applicable]) in &report.parts {
        println!(
            "{family}/{part}: {passed} passed, {failed} failed, {not_applicable} not applicable"
        );
    }
    let Report {
        passed,
        not_applicable,
        ..
    } = report;
    println!(
        "{family}: {passed} passed, {} failed, {not_applicable} not applicable",
        report.failed.len()
    );
    if report.enough() {
        return Ok(());
    }
    Err(format!(
        "{family}: fewer than {ENOUGH} % of the applicable vectors passed"
    ))
}

/// Runs a family of the vectors in a folder.
pub(crate) fn report(family: &str, folder: &Path) -> Result<Report, String> {
    let run: fn(&Value, &mut Report) = match family {
        "signature" => signature::run,
        "format" => format::run,
        other => {
            return Err(format!(
                "there is no family `{other}`; write `signature` or `format`"
            ));
        }
    };
    let mut report = Report::default();
    for vector in vectors(family, folder)? {
        run(&vector, &mut report);
    }
    Ok(report)
}

/// The vectors of a family.
fn vectors(family: &str, folder: &Path) -> Result<Vec<Value>, String> {
    let path = folder.join(format!("{family}.json"));
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let file: Value =
        serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(list(&file["vectors"]).to_vec())
}

/// The text of a member; empty if there is none.
fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
/// The items of a member; none if it is no list.
fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::{list, report, text, types};
    use serde_json::Value;
    use sigflow_core::{Adapter, Record};
    use std::path::{Path, PathBuf};

    /// The recorded vectors, if they stand beside the checkout.
    fn folder() -> Option<PathBuf> {
        let folder = Path::new(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../shared/conformance/dspy"
        ));
        if !folder.exists() {
            eprintln!("no recorded vectors beside the checkout: skipped");
        }
        folder.exists().then(|| folder.to_owned())
    }

    #[test]
    fn recorded_vectors_agree() {
        let Some(folder) = folder() else { return };
        for family in ["signature", "format"] {
            let report = report(family, &folder).expect("vectors that can be read");
            assert!(report.failed.is_empty(), "{family}: {:?}", report.failed);
        }
    }

    /// Every signature of every family: its outputs stand in the system message as DSPy wrote them.
    #[test]
    fn placeholders_agree() {
        let Some(folder) = folder() else { return };
        let (mut compared, mut failed) = (0, Vec::new());
        for family in ["parse", "state", "module_calls", "format"] {
            let file =
                std::fs::read_to_string(folder.join(format!("{family}.json"))).expect("vectors");
            let mut found = Vec::new();
            signatures(&serde_json::from_str(&file).expect("JSON"), &mut found);
            for recorded in found {
                match types::built(&recorded) {
                    Err(error) => failed.push(error.to_string()),
                    Ok(ours) => {
                        let system = ours.format(Adapter::Chat, &[], &Record::default())[0]
                            .text()
                            .to_owned();
                        for placeholder in list(&recorded["fields"])
                            .iter()
                            .filter_map(|f| f["placeholder"].as_str())
                        {
                            compared += 1;
                            // a closed model: COMPATIBILITY.md says why the words differ
                            let closed = placeholder.contains("\"additionalProperties\": false");
                            if !closed && !system.contains(&format!("\n{placeholder}\n")) {
                                failed.push(format!("{placeholder} in {system}"));
                            }
                        }
                    }
                }
            }
        }
        eprintln!("{compared} placeholders compared");
        assert!(failed.is_empty(), "{failed:#?}");
    }

    fn signatures(tree: &Value, found: &mut Vec<Value>) {
        match tree {
            Value::Array(items) => items.iter().for_each(|item| signatures(item, found)),
            Value::Object(members) => {
                if tree["fields"].is_array()
                    && tree["types"].is_object()
                    && !text(&tree["instructions"]).is_empty()
                {
                    found.push(tree.clone());
                }
                members
                    .values()
                    .for_each(|member| signatures(member, found));
            }
            _ => {}
        }
    }
}
