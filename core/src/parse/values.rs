//! Values that are not there, and what an author's check says of those that are.
use crate::{error::Fault, schema::FieldDef};
use serde_json::Value;
use std::fmt::Display;

/// The value of a field that is not there.
pub(crate) fn absent(field: &FieldDef) -> Result<Value, Fault> {
    match &field.default {
        Some(default) => Ok(serde_json::from_str(default.get()).unwrap_or(Value::Null)),
        None if field.is_optional() => Ok(Value::Null),
        None => Err(Fault::mismatch(
            field.name.get(),
            super::expected::expected(field.schema.get()),
            "",
        )),
    }
}

/// What an author's `check` may return.
#[diagnostic::on_unimplemented(
    message = "a check cannot answer `{Self}`",
    label = "the answer of this check is a `{Self}`",
    note = "return `bool`, or `Result<(), String>` with a complaint; any error with `Display` will do"
)]
pub trait CheckResult {
    /// The complaint, if there is one.
    fn complaint(self) -> Option<String>;
}
impl CheckResult for bool {
    fn complaint(self) -> Option<String> {
        (!self).then(|| "accepted by its check".to_owned())
    }
}
impl<E: Display> CheckResult for Result<(), E> {
    fn complaint(self) -> Option<String> {
        self.err().map(|error| error.to_string())
    }
}

/// Notes what an author's check says of a value.
pub fn check_author(
    faults: &mut Vec<Fault>,
    path: &str,
    value: crate::View<'_>,
    result: impl CheckResult,
) {
    if let Some(complaint) = result.complaint() {
        let found = crate::field::shorten(&value.to_value());
        faults.push(Fault::constraint(path, complaint, found));
    }
}
