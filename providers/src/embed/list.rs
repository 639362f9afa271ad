//! Vectors as they stand in replies.
use serde_json::Value;

/// A vector: a list of numbers.
#[allow(clippy::cast_possible_truncation)] // Models calculate in less than 32 bits.
pub(super) fn vector(value: &Value) -> Option<Vec<f32>> {
    let numbers = value.as_array()?.iter();
    numbers
        .map(|number| number.as_f64().map(|it| it as f32))
        .collect()
}
