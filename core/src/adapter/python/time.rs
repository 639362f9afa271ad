//! Dates, times and other values that JSON holds as text.
use crate::schema::Format;
use sigflow_grammar::python_repr_str;
use std::fmt::Write;

/// `repr` of what JSON holds as text.
pub(super) fn formatted(out: &mut String, format: Format, said: &str) {
    let _ = match format {
        Format::Decimal => write!(out, "Decimal('{said}')"),
        Format::Uuid => write!(out, "UUID('{said}')"),
        Format::Bytes => write!(out, "b{}", python_repr_str(said)),
        Format::Date => write!(out, "datetime.date({})", numbers(said, '-').join(", ")),
        Format::Time | Format::LocalTime => write!(out, "datetime.time({})", time(said)),
        Format::DateTime | Format::LocalDateTime => match said.split_once('T') {
            Some((date, rest)) => write!(
                out,
                "datetime.datetime({}, {})",
                numbers(date, '-').join(", "),
                time(rest)
            ),
            None => write!(out, "{}", python_repr_str(said)),
        },
        Format::Duration => match length(said) {
            Some((days, seconds, micros)) => {
                let parts = [
                    ("days", days),
                    ("seconds", seconds),
                    ("microseconds", micros),
                ];
                let parts: Vec<_> = parts
                    .iter()
                    .filter(|(_, value)| *value != 0)
                    .map(|(name, value)| format!("{name}={value}"))
                    .collect();
                let all = if parts.is_empty() {
                    "0".to_owned()
                } else {
                    parts.join(", ")
                };
                write!(out, "datetime.timedelta({all})")
            }
            None => write!(out, "{}", python_repr_str(said)),
        },
        _ => write!(out, "{}", python_repr_str(said)),
    };
}

/// A length of time as Python keeps it: days, which alone may be negative, seconds, microseconds.
pub(super) fn length(said: &str) -> Option<(i64, i64, i64)> {
    let (negative, length) = crate::field::read_duration(said)?;
    let micros = i64::try_from(length.as_micros()).ok()?;
    let micros = if negative { -micros } else { micros };
    let day = 86_400_000_000;
    let rest = micros.rem_euclid(day);
    Some((micros.div_euclid(day), rest / 1_000_000, rest % 1_000_000))
}

/// Numbers as Python writes them, without leading zeros.
fn numbers(text: &str, between: char) -> Vec<String> {
    let plain = |part: &str| {
        let digits = part.trim_start_matches('0');
        if digits.is_empty() {
            "0".to_owned()
        } else {
            digits.to_owned()
        }
    };
    text.split(between).map(plain).collect()
}

/// The arguments of a time: seconds only where there are some, and the offset.
fn time(text: &str) -> String {
    let end = text.find(['Z', '+', '-']).unwrap_or(text.len());
    let (clock, offset) = text.split_at(end);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let mut parts = numbers(clock, ':');
    let micros = format!("{fraction:0<6}");
    if micros.trim_matches('0').is_empty() {
        if parts.len() == 3 && parts[2] == "0" {
            parts.pop();
        }
    } else {
        parts.extend(numbers(&micros[..6.min(micros.len())], ':'));
    }
    if offset == "Z" || offset == "+00:00" {
        parts.push("tzinfo=datetime.timezone.utc".to_owned());
    } else if !offset.is_empty() {
        let negative = offset.starts_with('-');
        let seconds: i64 = offset[1..]
            .split(':')
            .zip([3600, 60, 1])
            .map(|(part, unit)| part.parse().unwrap_or(0) * unit)
            .sum();
        let delta = if negative {
            format!("days=-1, seconds={}", 86_400 - seconds)
        } else {
            format!("seconds={seconds}")
        };
        parts.push(format!(
            "tzinfo=datetime.timezone(datetime.timedelta({delta}))"
        ));
    }
    parts.join(", ")
}
