//! Dates, times and lengths of time as people write them; addresses and identifiers.
use crate::schema::Format;

/// How a text with a form is kept.
pub(super) enum Read {
    /// As it came.
    AsIs,
    /// In the form that readers of all kinds know.
    As(String),
}

/// Reads a text; `None` if it is not what the form wants, or may be read in two ways.
pub(super) fn read(format: Format, text: &str) -> Option<Read> {
    let text = text
        .trim_matches(['"', '\'', '`', '*', ' '])
        .trim_end_matches([',', ';']);
    match format {
        Format::Date => {
            // seconds since 1970, at midnight
            if number(text).is_some_and(|seconds| text.len() >= 8 && seconds % 86_400.0 == 0.0) {
                let moment = moment(format, text)?;
                return Some(Read::As(moment.split_once('T')?.0.to_owned()));
            }
            let (date, rest) = date(text)?;
            // the date of a date and time
            (rest.is_empty()
                || clock(
                    rest.trim_start_matches([',', 'T', 't', ' '])
                        .trim_start_matches("at "),
                )
                .is_some())
            .then_some(Read::As(date))
        }
        Format::Time | Format::LocalTime => {
            if let Some(seconds) = number(text) {
                return midnight(format, seconds).map(Read::As);
            }
            let text =
                text.rsplit_once(['T']).map_or(
                    text,
                    |(day, time)| if date(day).is_some() { time } else { text },
                );
            let (time, offset) = clock(text)?;
            Some(Read::As(if format == Format::Time {
                format!("{time}{offset}")
            } else {
                time
            }))
        }
        Format::DateTime | Format::LocalDateTime | Format::ZonedDateTime => {
            moment(format, text).map(Read::As)
        }
        Format::Duration => length(text),
        Format::Uuid => uuid(text).map(Read::As),
        Format::Ip | Format::Ipv4 | Format::Ipv6 => {
            address(format, text).then(|| Read::As(text.to_owned()))
        }
        _ => Some(Read::AsIs),
    }
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const DAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

fn month(word: &str) -> Option<u32> {
    let word = word.trim_end_matches('.').to_ascii_lowercase();
    let found = MONTHS.iter().position(|month| {
        *month == word || word.len() >= 3 && word.len() <= 4 && month.starts_with(&word)
    })?;
    u32::try_from(found + 1).ok()
}

fn days(year: u32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        _ => 31,
    }
}

fn iso(year: u32, month: u32, day: u32) -> Option<String> {
    ((1..=9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=days(year, month)).contains(&day))
    .then(|| format!("{year:04}-{month:02}-{day:02}"))
}

/// Digits at the start of a text and what follows.
fn digits(text: &str, least: usize, most: usize) -> Option<(u32, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    (least..=most).contains(&length).then(|| {
        text[..length]
            .parse()
            .ok()
            .map(|value| (value, &text[length..]))
    })?
}

/// A date at the start of a text, and what follows.
fn date(text: &str) -> Option<(String, &str)> {
    if let Some((all, rest)) = digits(text, 8, 8) {
        return Some((iso(all / 10_000, all / 100 % 100, all % 100)?, rest));
    }
    if let Some((year, rest)) = digits(text, 4, 4) {
        let separator = rest
            .chars()
            .next()
            .filter(|c| matches!(c, '-' | '/' | '.' | ' '))?;
        let rest = rest[1..].trim_start();
        if let Some((month, rest)) = digits(rest, 1, 2) {
            let (day, rest) = digits(rest.strip_prefix(separator)?, 1, 2)?;
            return Some((iso(year, month, day)?, rest));
        }
        // `2026 April 3`
        let (word, rest) = word(rest)?;
        let (day, rest) = digits(rest.trim_start_matches([' ', '-']), 1, 2)?;
        return Some((iso(year, month(word)?, day)?, rest));
    }
    let mut text = text;
    // `Friday, 3 April 2026`
    if let Some((first, rest)) = word(text) {
        let lower = first.trim_end_matches('.').to_ascii_lowercase();
        if DAYS
            .iter()
            .any(|day| *day == lower || lower.len() >= 3 && day.starts_with(&lower))
        {
            text = rest.trim_start_matches([',', ' ']);
        }
    }
    text = text.strip_prefix("the ").unwrap_or(text);
    if let Some((first, rest)) = digits(text, 1, 2) {
        let ordinal = ["st", "nd", "rd", "th"]
            .iter()
            .find_map(|ending| rest.strip_prefix(ending));
        let rest = ordinal.unwrap_or(rest);
        let after = rest.trim_start_matches([' ', '-', '.', '/']);
        let after = after.strip_prefix("of ").unwrap_or(after);
        if let Some((word, rest)) = word(after) {
            let rest = rest.trim_start_matches([' ', ',', '-', '.', '/']);
            let (year, rest) = digits(rest, 4, 4)?;
            return Some((iso(year, month(word)?, first)?, rest));
        }
        // `24/10/2026`: only where one of both cannot be a month
        let separator = rest
            .chars()
            .next()
            .filter(|c| matches!(c, '/' | '.' | '-'))?;
        let (second, rest) = digits(&rest[1..], 1, 2)?;
        let (year, rest) = digits(rest.strip_prefix(separator)?, 4, 4)?;
        let (day, month) = match (first, second) {
            (day, month) if day > 12 => (day, month),
            (month, day) if day > 12 => (day, month),
            (same, other) if same == other => (same, other),
            // with points it is day and month everywhere
            (day, month) if separator == '.' => (day, month),
            _ => return None,
        };
        return Some((iso(year, month, day)?, rest));
    }
    // `October 24, 2026`
    let (name, rest) = word(text)?;
    let month = month(name)?;
    let (day, rest) = digits(rest.trim_start_matches([' ', '.', '-']), 1, 2)?;
    let rest = ["st", "nd", "rd", "th"]
        .iter()
        .find_map(|ending| rest.strip_prefix(ending))
        .unwrap_or(rest);
    let (year, rest) = digits(rest.trim_start_matches([' ', ',', '-']), 4, 4)?;
    Some((iso(year, month, day)?, rest))
}

fn word(text: &str) -> Option<(&str, &str)> {
    let length = text
        .bytes()
        .take_while(|byte| byte.is_ascii_alphabetic() || *byte == b'.')
        .count();
    (length > 0 && text.as_bytes()[0].is_ascii_alphabetic()).then(|| text.split_at(length))
}

/// A time of day that is the whole text: hours to seconds, and its offset.
fn clock(text: &str) -> Option<(String, String)> {
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
fn offset(text: &str) -> Option<String> {
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

fn moment(format: Format, text: &str) -> Option<String> {
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
fn number(text: &str) -> Option<f64> {
    text.bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.')
        .then(|| text.parse().ok())?
}

/// Seconds since midnight. What may be an hour is not read.
fn midnight(format: Format, seconds: f64) -> Option<String> {
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

fn length(text: &str) -> Option<Read> {
    if crate::field::is_duration(text) {
        // a form that is not ISO's is no JSON that others read
        return Some(match crate::field::read_duration(text) {
            Some((negative, length))
                if !text.trim_start_matches(['-', '+']).starts_with(['P', 'p']) =>
            {
                let sign = if negative { "-" } else { "" };
                Read::As(format!(
                    "{sign}{}",
                    crate::InputField::view(&length).to_value().as_str()?
                ))
            }
            _ => Read::AsIs,
        });
    }
    // Python: `1 day, 2:30:00`
    let (days, clock) = match text.split_once(", ") {
        Some((days, clock)) => (
            digits(days, 1, 9)
                .filter(|(_, rest)| matches!(rest.trim(), "day" | "days"))?
                .0,
            clock,
        ),
        None => (0, text),
    };
    let mut parts = clock.split(':');
    let (hours, minutes, seconds) = (parts.next()?, parts.next()?, parts.next().unwrap_or("0"));
    let number = |text: &str| text.parse::<u32>().ok();
    let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, ""));
    if parts.next().is_some() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let total = u64::from(days) * 86_400
        + u64::from(number(hours)?) * 3_600
        + u64::from(number(minutes)?) * 60
        + u64::from(number(whole)?);
    let dot = if fraction.is_empty() { "" } else { "." };
    Some(Read::As(format!("PT{total}{dot}{fraction}S")))
}

fn uuid(text: &str) -> Option<String> {
    let plain = text
        .trim_start_matches("urn:uuid:")
        .trim_matches(['{', '}']);
    let digits: String = plain.chars().filter(|c| *c != '-').collect();
    if digits.len() != 32 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let digits = digits.to_ascii_lowercase();
    Some(format!(
        "{}-{}-{}-{}-{}",
        &digits[..8],
        &digits[8..12],
        &digits[12..16],
        &digits[16..20],
        &digits[20..]
    ))
}

fn address(format: Format, text: &str) -> bool {
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
    match format {
        Format::Ipv4 => text.parse::<Ipv4Addr>().is_ok(),
        Format::Ipv6 => text.parse::<Ipv6Addr>().is_ok(),
        _ => text.parse::<IpAddr>().is_ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Read, read};
    use crate::schema::Format;

    fn shown(format: Format, text: &str) -> Option<String> {
        read(format, text).map(|read| match read {
            Read::AsIs => text.to_owned(),
            Read::As(canonical) => canonical,
        })
    }

    #[test]
    fn dates_as_people_write_them() {
        for (text, date) in [
            ("2026-04-03", "2026-04-03"),
            ("2026/4/3", "2026-04-03"),
            ("3 April 2026", "2026-04-03"),
            ("October 24, 2026", "2026-10-24"),
            ("24th of October 2026", "2026-10-24"),
            ("Fri, 3 Apr 2026", "2026-04-03"),
            ("24/10/2026", "2026-10-24"),
            ("10/24/2026", "2026-10-24"),
            ("3.4.2026", "2026-04-03"),
            ("2024-05-06T00:00:00", "2024-05-06"),
            ("3-Apr-2026", "2026-04-03"),
        ] {
            assert_eq!(shown(Format::Date, text).as_deref(), Some(date), "{text}");
        }
        for text in [
            "11/07/2026",
            "5 February",
            "11-28",
            "2026-02-30",
            "soon",
            "",
            "Choir rehearsal: 3 April 2026, 18:45.",
            "2026-13-01",
            "June",
        ] {
            assert_eq!(shown(Format::Date, text), None, "{text}");
        }
    }

    #[test]
    fn times_and_moments() {
        for (text, time) in [
            ("9:15:00", "09:15:00"),
            ("18:45", "18:45:00"),
            ("7:00 pm", "19:00:00"),
            ("7pm", "19:00:00"),
            ("12 am", "00:00:00"),
            ("18:45:00.250", "18:45:00.25"),
            ("noon", "12:00:00"),
            ("10:00Z", "10:00:00Z"),
            // seconds since midnight, as pydantic reads numbers
            ("3600", "01:00:00Z"),
            ("0", "00:00:00Z"),
        ] {
            assert_eq!(shown(Format::Time, text).as_deref(), Some(time), "{text}");
        }
        for text in ["5h", "25:00", "7", "13 pm", "soon", "10:61"] {
            assert_eq!(shown(Format::Time, text), None, "{text}");
        }
        for (text, moment) in [
            ("2024-05-06 07:08", "2024-05-06T07:08:00"),
            ("2024-05-06T07:08:09+02:00", "2024-05-06T07:08:09+02:00"),
            ("1700000000", "2023-11-14T22:13:20Z"),
            ("1700000000.5", "2023-11-14T22:13:20.5Z"),
            ("2024-05-06_07:08:09", "2024-05-06T07:08:09"),
            ("2024-01-02", "2024-01-02T00:00:00"),
            ("3 April 2026, 18:45", "2026-04-03T18:45:00"),
            (
                "Sat, 01 Mar 2025 12:00:00 +0000",
                "2025-03-01T12:00:00+00:00",
            ),
            (
                "2026-03-01T12:00:00+01:00[Europe/Paris]",
                "2026-03-01T12:00:00+01:00[Europe/Paris]",
            ),
        ] {
            assert_eq!(
                shown(Format::DateTime, text).as_deref(),
                Some(moment),
                "{text}"
            );
        }
    }

    #[test]
    fn lengths_identifiers_addresses() {
        assert_eq!(
            shown(Format::Duration, "1 day, 2:30:00").as_deref(),
            Some("PT95400S")
        );
        assert_eq!(shown(Format::Duration, "PT90S").as_deref(), Some("PT90S"));
        assert_eq!(shown(Format::Duration, "90").as_deref(), Some("PT90S"));
        assert_eq!(
            shown(Format::Duration, "-3 days").as_deref(),
            Some("-PT259200S")
        );
        assert_eq!(
            shown(Format::Date, "1704153600").as_deref(),
            Some("2024-01-02")
        );
        assert_eq!(shown(Format::Date, "1704153601"), None);
        assert_eq!(shown(Format::Duration, "soon"), None);
        assert_eq!(
            shown(Format::Uuid, "{57EEEEB1-450b-482c-81b9-4be77e95dee2}").as_deref(),
            Some("57eeeeb1-450b-482c-81b9-4be77e95dee2")
        );
        assert_eq!(shown(Format::Ip, "192.0.2.1").as_deref(), Some("192.0.2.1"));
        assert_eq!(shown(Format::Ip, "here"), None);
    }
}
