//! Times of day, offsets, and moments as counts of seconds.
use crate::{
    parse::fit::time::date::{date, digits},
    schema::Format,
};

/// A time of day that is the whole text: hours to seconds, and its offset.
pub(super) fn clock(text: &str) -> Option<(String, String)> {
    let text = text.trim();
    let text = text.strip_prefix("at ").unwrap_or(text);
    let lower = text.to_ascii_lowercase();
    match lower.as_str() {
        "noon" | "midday" => return Some(("12:00:00".into(), String::new())),
        "midnight" => return Some(("00:00:00".into(), String::new())),
        _ => {}
    }
    let (mut hour, mut rest) = digits(&lower, 1, 2)?;
    let (mut minute, mut second, mut fraction) = (0, 0, "");
    let mut parts = 1;
    if let Some(after) = rest.strip_prefix(':').or_else(|| {
        rest.strip_prefix('.')
            .filter(|after| digits(after, 2, 2).is_some())
    }) {
        (minute, rest) = digits(after, 2, 2)?;
        parts = 2;
        if let Some(after) = rest.strip_prefix(':') {
            (second, rest) = digits(after, 2, 2)?;
            parts = 3;
            if let Some(after) = rest.strip_prefix(['.', ',']) {
                let length = after.bytes().take_while(u8::is_ascii_digit).count();
                if length == 0 {
                    return None;
                }
                fraction = &after[..length.min(9)];
                rest = &after[length..];
            }
        }
    }
    let trimmed = rest.trim_start();
    let half = ["a.m.", "am", "a.m"]
        .iter()
        .find_map(|am| trimmed.strip_prefix(am).map(|rest| (false, rest)))
        .or_else(|| {
            ["p.m.", "pm", "p.m"]
                .iter()
                .find_map(|pm| trimmed.strip_prefix(pm).map(|rest| (true, rest)))
        });
    if let Some((afternoon, after)) = half {
        if !(1..=12).contains(&hour) {
            return None;
        }
        hour = hour % 12 + if afternoon { 12 } else { 0 };
        rest = after;
    } else if parts == 1 {
        let after = trimmed.strip_prefix("o'clock")?;
        rest = after;
    }
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let offset = offset(rest.trim())?;
    let fraction = fraction.trim_end_matches('0');
    let dot = if fraction.is_empty() { "" } else { "." };
    Some((
        format!("{hour:02}:{minute:02}:{second:02}{dot}{fraction}"),
        offset,
    ))
}

/// An offset from UTC in lower case, as ISO 8601 has it.
pub(super) fn offset(text: &str) -> Option<String> {
    match text {
        "" | "h" | "hrs" | "uhr" => return Some(String::new()),
        "z" | "utc" | "gmt" => return Some("Z".into()),
        _ => {}
    }
    let text = text
        .strip_prefix("utc")
        .or_else(|| text.strip_prefix("gmt"))
        .unwrap_or(text);
    let sign = text.chars().next().filter(|c| matches!(c, '+' | '-'))?;
    let (hours, rest) = if let Some((both, "")) = digits(&text[1..], 4, 4) {
        return Some(format!("{sign}{:02}:{:02}", both / 100, both % 100));
    } else {
        digits(&text[1..], 1, 2)?
    };
    let minutes = match rest {
        "" => 0,
        rest => {
            digits(rest.strip_prefix(':')?, 2, 2)
                .filter(|(_, rest)| rest.is_empty())?
                .0
        }
    };
    (hours < 24 && minutes < 60).then(|| format!("{sign}{hours:02}:{minutes:02}"))
}

pub(super) fn moment(format: Format, text: &str) -> Option<String> {
    // a zone behind it stays where it is
    let (text, zone) = match text.find('[') {
        Some(at) if text.ends_with(']') => text.split_at(at),
        _ => (text, ""),
    };
    if let Some(seconds) = number(text).filter(|_| text.len() >= 9) {
        return epoch(seconds);
    }
    let (day, rest) = date(text).or_else(|| {
        // `18:45 on 3 April 2026`
        let (time, day) = text.split_once(" on ").or_else(|| text.split_once(", "))?;
        clock(time)?;
        let (day, rest) = date(day.trim())?;
        rest.is_empty().then_some((day, time))
    })?;
    let rest = rest.trim_start_matches([',', ' ']);
    let rest = rest.strip_prefix(['T', 't', '_']).unwrap_or(rest);
    if rest.is_empty() {
        return Some(format!("{day}T00:00:00{zone}"));
    }
    let (time, offset) = clock(rest)?;
    let offset = if format == Format::LocalDateTime {
        String::new()
    } else {
        offset
    };
    Some(format!("{day}T{time}{offset}{zone}"))
}

/// Digits, perhaps with a point: seconds.
pub(super) fn number(text: &str) -> Option<f64> {
    text.bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.')
        .then(|| text.parse().ok())?
}

/// Seconds since midnight. What may be an hour is not read.
pub(super) fn midnight(format: Format, seconds: f64) -> Option<String> {
    if !(0.0..86_400.0).contains(&seconds) || (1.0..=24.0).contains(&seconds) {
        return None;
    }
    let moment = epoch(seconds)?;
    let (_, time) = moment.split_once('T')?;
    Some(if format == Format::Time {
        time.to_owned()
    } else {
        time.trim_end_matches('Z').to_owned()
    })
}

/// Seconds since 1970, or thousandths of them.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the range is checked"
)]
fn epoch(seconds: f64) -> Option<String> {
    let seconds = if seconds > 2.0e10 {
        seconds / 1_000.0
    } else {
        seconds
    };
    if !(0.0..2.5e11).contains(&seconds) {
        return None;
    }
    let mut whole = seconds as i64;
    // as exact as a number of so many seconds is: millionths
    let mut millionths = ((seconds - seconds.floor()) * 1e6).round() as i64;
    if millionths == 1_000_000 {
        (whole, millionths) = (whole + 1, 0);
    }
    let fraction = format!(".{millionths:06}");
    let fraction = fraction.trim_end_matches('0').trim_end_matches('.');
    let (days, rest) = (whole / 86_400, whole % 86_400);
    // days to a date of the civil calendar, in eras of 400 years that begin in March
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let in_year = day - (365 * year + year / 4 - year / 100);
    let shifted = (5 * in_year + 2) / 153;
    let (day, month) = (
        in_year - (153 * shifted + 2) / 5 + 1,
        if shifted < 10 {
            shifted + 3
        } else {
            shifted - 9
        },
    );
    let year = year + era * 400 + i64::from(month <= 2);
    Some(format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}{fraction}Z",
        rest / 3_600,
        rest / 60 % 60,
        rest % 60
    ))
}
