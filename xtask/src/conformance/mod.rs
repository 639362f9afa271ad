//! Recorded vectors of DSPy, held against ours.
mod compare;
mod equal;
mod format;
mod not_applicable;
mod parse;
mod readings;
mod rust;
mod sap;
mod sap_types;
mod signature;
mod state;
mod statics;
mod structured;
mod types;
mod value;
mod values;

use serde_json::Value;
use std::{fs, path::Path};

/// At least so many of a hundred vectors must pass.
fn enough(family: &str) -> usize {
    match family {
        "parse" | "value" | "state" => 100,
        "sap" => 97,
        _ => 95,
    }
}

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
    fn enough(&self, least: usize) -> bool {
        let applicable = self.passed + self.failed.len();
        self.passed * 100 >= applicable * least && applicable > 0
    }
    fn is_empty(&self) -> bool {
        self.passed + self.failed.len() + self.not_applicable == 0
    }
    /// The failures, then the counts.
    fn print(&self, name: &str) {
        for (id, reason) in &self.failed {
            let reason = reason.replace('\n', " ");
            match reason.char_indices().nth(LONGEST) {
                Some((end, _)) => println!("{id}: {}…", &reason[..end]),
                None => println!("{id}: {reason}"),
            }
        }
        for (part, [passed, failed, not_applicable]) in &self.parts {
            println!(
                "{name}/{part}: {passed} passed, {failed} failed, {not_applicable} not applicable"
            );
        }
        println!(
            "{name}: {} passed, {} failed, {} not applicable",
            self.passed,
            self.failed.len(),
            self.not_applicable
        );
    }
}

/// A reason is cut to so many characters.
const LONGEST: usize = 400;

/// The families, in the order in which they are run.
const FAMILIES: [&str; 6] = ["signature", "format", "parse", "value", "state", "sap"];

const USAGE: &str = "write `cargo xtask conformance --dir DIR`, `--family NAME` or `--id ID` to select, `--static` for compiled source";

/// Runs the task with its arguments.
pub(crate) fn run(arguments: &[&str]) -> Result<(), String> {
    let (mut family, mut folder, mut id) = (None, None, None);
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
            "--id" => id = Some(*value),
            other => return Err(format!("there is no option `{other}`; {USAGE}")),
        }
        rest = more;
    }
    let (Some(folder), []) = (folder, rest) else {
        return Err(USAGE.to_owned());
    };
    if let Some(other) = family.filter(|family| !FAMILIES.contains(family)) {
        return Err(format!(
            "there is no family `{other}`; write one of `{}`",
            FAMILIES.join("`, `")
        ));
    }
    let mut too_few = Vec::new();
    let mut any = false;
    for name in FAMILIES
        .iter()
        .filter(|name| family.is_none_or(|family| family == **name))
    {
        for (line, report, least) in reports(name, Path::new(folder), id)? {
            if report.is_empty() {
                continue;
            }
            any = true;
            report.print(&line);
            if least > 0 && !report.enough(least) {
                too_few.push(format!(
                    "{line}: fewer than {least} % of the applicable vectors passed"
                ));
            }
        }
    }
    if is_static {
        for file in files(Path::new(folder))?
            .iter()
            .filter(|file| file["family"] == "format")
        {
            let report = statics::run(list(&file["vectors"]))?;
            report.print("format (static)");
            if !report.enough(enough("format")) {
                too_few.push("format (static): too few vectors passed".to_owned());
            }
        }
    }
    if !any {
        return Err(format!(
            "there are no vectors of these families in `{folder}`"
        ));
    }
    if too_few.is_empty() {
        Ok(())
    } else {
        Err(too_few.join("\n"))
    }
}

/// The files of a folder that hold JSON, in order.
fn files(folder: &Path) -> Result<Vec<Value>, String> {
    let about = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut paths: Vec<_> = fs::read_dir(folder)
        .map_err(about)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| {
            let text =
                fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
            serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
        })
        .collect()
}

/// Runs a family of the vectors in a folder: lines, their reports, and how many of a hundred must pass; 0
/// where there is no bar.
fn reports(
    family: &str,
    folder: &Path,
    id: Option<&str>,
) -> Result<Vec<(String, Report, usize)>, String> {
    let files = files(folder)?;
    let wanted = |vector: &&Value| id.is_none_or(|id| text(&vector["id"]) == id);
    if family == "sap" {
        let mut sap = sap::Sap::default();
        for case in files.iter().flat_map(list).filter(wanted) {
            sap::run(case, &mut sap);
        }
        let bar = if id.is_some() { 100 } else { enough(family) };
        return Ok(vec![
            ("sap (disputed)".to_owned(), sap.disputed, 0),
            (family.to_owned(), sap.report, bar),
        ]);
    }
    let (mut report, mut recovery) = (Report::default(), Report::default());
    for file in files.iter().filter(|file| file["family"] == family) {
        for vector in list(&file["vectors"]).iter().filter(wanted) {
            match family {
                "signature" => signature::run(vector, &mut report),
                "format" => format::run(vector, &mut report),
                "state" => state::run(vector, &mut report),
                "parse" => {
                    parse::run(file, vector, &mut report);
                    parse::recovery(file, vector, &mut recovery);
                }
                _ => value::run(file, vector, &mut report),
            }
        }
    }
    Ok(vec![
        (family.to_owned(), report, enough(family)),
        ("recovery".to_owned(), recovery, 95),
    ])
}

/// Runs a family of the vectors in a folder, for tests.
#[cfg(test)]
pub(crate) fn report(family: &str, folder: &Path) -> Result<Report, String> {
    reports(family, folder, None)?
        .into_iter()
        .find(|(line, ..)| line == family)
        .map(|(_, report, _)| report)
        .ok_or_else(|| format!("no family `{family}`"))
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
        for family in ["signature", "format", "state"] {
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
