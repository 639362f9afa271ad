//! Numbers and truth, as numbers or as text.
use super::json;
use serde_json::Value;

pub(super) fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        Value::Number(number) => match number.as_f64()? {
            0.0 => Some(false),
            1.0 => Some(true),
            _ => None,
        },
        Value::String(text) => match text
            .trim()
            .trim_end_matches('.')
            .to_ascii_lowercase()
            .as_str()
        {
            "true" | "yes" | "y" | "1" | "on" | "t" => Some(true),
            "false" | "no" | "n" | "0" | "off" | "f" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// A number, written as one or as text.
pub(super) fn number(value: &Value) -> Option<Value> {
    match value {
        Value::Number(_) => Some(value.clone()),
        Value::String(text) => {
            let text = text.trim();
            // thousands in groups of three, never a decimal comma
            let grouped = text.split(',').skip(1).all(|group| {
                group.len() >= 3
                    && group.bytes().take(3).all(|b| b.is_ascii_digit())
                    && !group[3..].starts_with(|c: char| c.is_ascii_digit())
            });
            let plain = if grouped {
                text.replace(',', "")
            } else {
                text.to_owned()
            };
            json::number(&plain).map(Value::Number)
        }
        _ => None,
    }
}

/// The digits of a whole number as text, if they are text.
pub(super) fn digits(value: &Value) -> Option<Value> {
    let text = value.as_str()?.trim();
    let plain = text.strip_prefix(['-', '+']).unwrap_or(text);
    let all = !plain.is_empty() && plain.bytes().all(|byte| byte.is_ascii_digit());
    all.then(|| Value::from(text.strip_prefix('+').unwrap_or(text)))
}

/// A decimal number: as text with all its digits where it came as text.
pub(super) fn decimal(value: &Value) -> Option<Value> {
    let Value::String(text) = value else {
        return value.is_number().then(|| value.clone());
    };
    number(value)?;
    let text = text.trim();
    let text = text.strip_prefix('+').unwrap_or(text);
    Some(Value::from(
        text.chars()
            .filter(|c| !matches!(c, ',' | '_'))
            .collect::<String>(),
    ))
}

/// A whole number; `5.0` is one.
#[allow(
    clippy::cast_possible_truncation,
    clippy::float_cmp,
    reason = "checked to be whole and in range"
)]
pub(super) fn whole(value: Value) -> Option<Value> {
    if value.is_i64() || value.is_u64() {
        return Some(value);
    }
    let number = value.as_f64()?;
    (number.fract() == 0.0 && number.abs() < 9.0e15).then(|| Value::from(number as i64))
}
