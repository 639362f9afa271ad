//! Values held against recorded ones: numbers by value, texts exactly, objects in any order.
use super::{list, text};
use serde_json::Value;

/// The first difference between two values of JSON.
pub(crate) fn plain(ours: &Value, recorded: &Value, path: &str) -> Result<(), String> {
    let differ = || Err(format!("{path}: ours {ours}, recorded {recorded}"));
    match (ours, recorded) {
        (Value::Number(one), Value::Number(two)) => {
            if let (Some(one), Some(two)) = (one.as_i64(), two.as_i64()) {
                return if one == two { Ok(()) } else { differ() };
            }
            let (one, two) = (
                one.as_f64().unwrap_or(f64::NAN),
                two.as_f64().unwrap_or(f64::NAN),
            );
            if (one - two).abs() <= 1e-9 * one.abs().max(two.abs()) {
                Ok(())
            } else {
                differ()
            }
        }
        (Value::Array(one), Value::Array(two)) if one.len() == two.len() => one
            .iter()
            .zip(two)
            .enumerate()
            .try_for_each(|(index, (one, two))| plain(one, two, &format!("{path}[{index}]"))),
        (Value::Object(one), Value::Object(two)) if one.len() == two.len() => {
            two.iter().try_for_each(|(name, two)| {
                plain(
                    one.get(name).unwrap_or(&Value::Null),
                    two,
                    &format!("{path}.{name}"),
                )
            })
        }
        _ if ours == recorded => Ok(()),
        _ => differ(),
    }
}

/// The first difference to a value in DSPy's typed encoding. `types` are the named types around.
pub(crate) fn typed(
    ours: &Value,
    recorded: &Value,
    types: &Value,
    path: &str,
) -> Result<(), String> {
    let differ = || Err(format!("{path}: ours {ours}, recorded {recorded}"));
    match recorded {
        Value::Array(items) => {
            let found = list(ours);
            if !ours.is_array() || found.len() != items.len() {
                return differ();
            }
            found
                .iter()
                .zip(items)
                .enumerate()
                .try_for_each(|(index, (one, two))| {
                    typed(one, two, types, &format!("{path}[{index}]"))
                })
        }
        Value::Object(members) => {
            match recorded["$type"].as_str() {
                None => object(
                    ours,
                    members.iter().map(|(name, value)| (name.clone(), value)),
                    types,
                    path,
                ),
                Some("model" | "dataclass" | "Example") => {
                    let fields = list(&types[text(&recorded["model"])]["fields"]);
                    let named = recorded["fields"].as_object().into_iter().flatten().map(
                        |(name, value)| {
                            let alias = fields
                                .iter()
                                .find(|field| field["name"] == **name)
                                .and_then(|field| field["alias"].as_str());
                            (alias.unwrap_or(name).to_owned(), value)
                        },
                    );
                    object(ours, named, types, path)
                }
                Some("tuple") => typed(ours, &recorded["items"], types, path),
                Some("set") => {
                    let (found, items) = (list(ours), list(&recorded["items"]));
                    let same = found.len() == items.len()
                        && items.iter().all(|item| {
                            found
                                .iter()
                                .any(|one| typed(one, item, types, path).is_ok())
                        });
                    if same { Ok(()) } else { differ() }
                }
                Some("map") => {
                    let entries = list(&recorded["entries"]).iter().map(|pair| {
                        let key = super::values::plain(&pair[0]);
                        (
                            key.as_str().map_or_else(|| key.to_string(), str::to_owned),
                            &pair[1],
                        )
                    });
                    object(ours, entries, types, path)
                }
                Some("decimal") => {
                    let number = |value: &Value| {
                        value
                            .as_f64()
                            .or_else(|| value.as_str()?.parse::<f64>().ok())
                    };
                    match (number(ours), number(&recorded["value"])) {
                        (Some(one), Some(two)) if (one - two).abs() <= 1e-12 * two.abs() => Ok(()),
                        _ => differ(),
                    }
                }
                Some("timedelta") => {
                    let (one, two) = (seconds(text(ours)), seconds(text(&recorded["value"])));
                    if one.is_some() && one == two {
                        Ok(())
                    } else {
                        differ()
                    }
                }
                Some("datetime" | "date" | "time" | "uuid") => {
                    if instant(text(ours)) == instant(text(&recorded["value"])) {
                        Ok(())
                    } else {
                        differ()
                    }
                }
                // what is not there is null
                Some("ToolCalls" | "ToolCall") => plain(
                    &without_nulls(ours),
                    &without_nulls(&super::values::plain(recorded)),
                    path,
                ),
                Some(_) => plain(ours, &super::values::plain(recorded), path),
            }
        }
        other => plain(ours, other, path),
    }
}

fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(without_nulls).collect(),
        Value::Object(members) => members
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name.clone(), without_nulls(value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}

/// A moment or a time in one of its spellings: UTC as `Z`, a fraction without zeros at its end.
fn instant(value: &str) -> String {
    let value = value.replace("+00:00", "Z");
    let Some((whole, rest)) = value.split_once('.') else {
        return value;
    };
    let end = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    let (digits, rest) = rest.split_at(end);
    match digits.trim_end_matches('0') {
        "" => format!("{whole}{rest}"),
        digits => format!("{whole}.{digits}{rest}"),
    }
}

/// The millionths of a second of an ISO 8601 length of time.
fn seconds(text: &str) -> Option<i128> {
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let mut rest = text.strip_prefix('P')?;
    let (mut sum, mut time) = (0.0, false);
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('T') {
            (rest, time) = (after, true);
            continue;
        }
        let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
        let unit = match (&rest[end..=end], time) {
            ("W", false) => 604_800.0,
            ("D", false) => 86_400.0,
            ("H", true) => 3_600.0,
            ("M", true) => 60.0,
            ("S", true) => 1.0,
            _ => return None,
        };
        sum += rest[..end].parse::<f64>().ok()? * unit;
        rest = &rest[end + 1..];
    }
    #[allow(
        clippy::cast_possible_truncation,
        reason = "no length of time is that long"
    )]
    Some(sign * (sum * 1e6).round() as i128)
}

fn object<'v>(
    ours: &Value,
    recorded: impl Iterator<Item = (String, &'v Value)>,
    types: &Value,
    path: &str,
) -> Result<(), String> {
    let Some(found) = ours.as_object() else {
        return Err(format!("{path}: ours {ours}, recorded an object"));
    };
    let mut count = 0;
    for (name, value) in recorded {
        count += 1;
        let Some(one) = found.get(&name) else {
            return Err(format!("{path}.{name} is missing in {ours}"));
        };
        typed(one, value, types, &format!("{path}.{name}"))?;
    }
    if count == found.len() {
        Ok(())
    } else {
        Err(format!(
            "{path}: ours has {} members, recorded {count}",
            found.len()
        ))
    }
}
