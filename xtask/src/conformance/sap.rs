//! The family `sap`: messy text and the value that it means, of a type of the suites' own kind.
use super::{Outcome, Report, equal, list, sap_types, text};
use serde_json::Value;
use sigflow_core::__private::read_value;

/// Undisputed cases, and those that their own suite doubts.
#[derive(Default)]
pub(crate) struct Sap {
    pub(crate) report: Report,
    pub(crate) disputed: Report,
}

pub(crate) fn run(case: &Value, sap: &mut Sap) {
    let report = if case["disputed"] == true {
        &mut sap.disputed
    } else {
        &mut sap.report
    };
    report.add(text(&case["id"]), outcome(case));
}

fn outcome(case: &Value) -> Outcome {
    let schema = match sap_types::schema(&case["type"], &case["defs"], case["partial"] == true) {
        Ok(schema) => schema,
        Err(sap_types::Missing::NotApplicable) => return Outcome::NotApplicable,
        Err(sap_types::Missing::Unknown(what)) => return Outcome::Failed(what),
    };
    let ours = read_value(&schema, text(&case["input"]), case["partial"] == true);
    let fits = |expected: &Value| match (&ours, expected["error"] == true) {
        (Err(_), true) => Ok(()),
        (Ok((value, _)), true) => Err(format!("ours {value}, must fail")),
        (Err(error), false) => Err(format!("{error}; expected {expected}")),
        (Ok((value, _)), false) => equal::plain(value, expected, "value"),
    };
    match fits(&case["expect"]) {
        Ok(()) => Outcome::Passed,
        Err(reason) => {
            if list(&case["accept"])
                .iter()
                .any(|other| fits(other).is_ok())
            {
                Outcome::Passed
            } else {
                Outcome::Failed(reason)
            }
        }
    }
}
