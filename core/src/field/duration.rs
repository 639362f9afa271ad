//! Lengths of time: `std::time::Duration`, and the reader that others share.
use super::formatted::formatted;
use std::{fmt, time::Duration};

formatted! {
    Duration, Duration, write, |text| {
        let (negative, length) = parse(text)?;
        (!negative || length.is_zero()).then_some(length)
    };
}

/// Whether a text is a length of time that can be read.
pub(crate) fn is_duration(text: &str) -> bool {
    parse(text).is_some()
}

/// In seconds: `PT90S`, `PT0.25S`.
fn write(length: &Duration, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "PT{}", length.as_secs())?;
    let nanos = length.subsec_nanos();
    if nanos > 0 {
        let digits = format!("{nanos:09}");
        write!(f, ".{}", digits.trim_end_matches('0'))?;
    }
    f.write_str("S")
}

/// A length of time and whether it is negative: ISO 8601 (`P1DT2H`, `-PT0.5S`), as people write it
/// (`1h 30m`, `2 days`), or a number of seconds. Years and months have no length.
pub(crate) fn parse(text: &str) -> Option<(bool, Duration)> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let length = match text.strip_prefix(['P', 'p']) {
        Some(rest) => iso(rest),
        None if text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.') =>
        {
            part(text, 1)
        }
        None => words(text),
    }?;
    Some((negative, length))
}

fn iso(text: &str) -> Option<Duration> {
    let (days, times) = match text.split_once(['T', 't']) {
        Some((days, times)) if !times.is_empty() => (days, times),
        Some(_) => return None,
        None => (text, ""),
    };
    if days.is_empty() && times.is_empty() {
        return None;
    }
    let days = units(days, |unit| match unit {
        "W" | "w" => Some(604_800),
        "D" | "d" => Some(86_400),
        _ => None,
    })?;
    let times = units(times, |unit| match unit {
        "H" | "h" => Some(3_600),
        "M" | "m" => Some(60),
        "S" | "s" => Some(1),
        _ => None,
    })?;
    days.checked_add(times)
}

fn words(text: &str) -> Option<Duration> {
    units(text, |unit| {
        Some(match unit.to_ascii_lowercase().as_str() {
            "w" | "week" | "weeks" => 604_800,
            "d" | "day" | "days" => 86_400,
            "h" | "hr" | "hrs" | "hour" | "hours" => 3_600,
            "m" | "min" | "mins" | "minute" | "minutes" => 60,
            "s" | "sec" | "secs" | "second" | "seconds" => 1,
            _ => return None,
        })
    })
}

/// Numbers, each with its unit behind it, added up.
fn units(mut text: &str, seconds: impl Fn(&str) -> Option<u64>) -> Option<Duration> {
    let mut sum = Duration::ZERO;
    loop {
        text = text.trim_start_matches([' ', ',']);
        if text.is_empty() {
            return Some(sum);
        }
        let digits = text
            .find(|c: char| !(c.is_ascii_digit() || c == '.'))
            .unwrap_or(text.len());
        let (number, rest) = text.split_at(digits);
        let rest = rest.trim_start();
        let letters = rest
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(rest.len());
        let (unit, rest) = rest.split_at(letters);
        // `1H30M` is one run of letters and digits; `hours` is one unit
        let unit = if seconds(unit).is_some() {
            unit
        } else {
            unit.get(..1)?
        };
        sum = sum.checked_add(part(number, seconds(unit)?)?)?;
        text = &text[text.len() - rest.len() - (letters - unit.len())..];
    }
}

/// A number with up to nine digits behind the point, times so many seconds.
fn part(number: &str, seconds: u64) -> Option<Duration> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() && fraction.is_empty() || fraction.contains('.') {
        return None;
    }
    let whole: u64 = if whole.is_empty() {
        0
    } else {
        whole.parse().ok()?
    };
    let digits = &fraction[..fraction.len().min(9)];
    let nanos: u64 = format!("{digits:0<9}").parse().ok()?;
    let length = Duration::from_secs(whole.checked_mul(seconds)?);
    // below 10^9 nanoseconds times a week there is no overflow
    length.checked_add(Duration::from_nanos(nanos * seconds))
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::{Field, InputField};
    use serde_json::json;
    use std::time::Duration;

    #[test]
    fn lengths_are_read_as_they_are_written() {
        for (text, expected) in [
            ("PT90S", 90.0),
            ("P1DT2H30M", 95_400.0),
            ("P2W", 1_209_600.0),
            ("pt1h30m0.25s", 5_400.25),
            ("1h 30m", 5_400.0),
            ("2 days, 3 hours", 183_600.0),
            ("1h30m15s", 5_415.0),
            ("90", 90.0),
            ("0.5", 0.5),
        ] {
            let read = parse(text).map(|(negative, length)| (negative, length.as_secs_f64()));
            assert_eq!(read, Some((false, expected)), "{text}");
        }
        assert_eq!(parse("-PT1S"), Some((true, Duration::from_secs(1))));
        for text in [
            "",
            "P",
            "PT",
            "P1Y",
            "P1M",
            "soon",
            "1",
            "1.2.3",
            "5 parsecs",
            "é",
            "PT1é",
            "1é",
        ] {
            assert_eq!(parse(text).is_some(), text == "1", "{text}");
        }
        assert_eq!(parse(&format!("{}w", u64::MAX)), None);
    }

    #[test]
    fn what_is_written_is_read() {
        for nanos in [0, 1, 1_500_000_000, 999_999_999, 90_000_000_000] {
            let length = Duration::from_nanos(nanos);
            assert_eq!(
                Duration::from_value(length.view().to_value()).ok(),
                Some(length)
            );
        }
        assert_eq!(
            Duration::from_millis(1_500).view().to_value(),
            json!("PT1.5S")
        );
        let fault = Duration::from_value(json!("-PT1S"))
            .expect_err("negative")
            .to_string();
        assert!(fault.contains("a duration like PT90S"), "{fault}");
    }
}
