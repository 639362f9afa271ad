//! Dates, times and lengths of time as people write them; addresses and identifiers.
mod clock;
mod date;

use crate::{
    parse::fit::time::{
        clock::{clock, midnight, moment, number},
        date::{date, digits},
    },
    schema::Format,
};

/// How a text with a form is kept.
pub(in crate::parse::fit) enum Read {
    /// As it came.
    AsIs,
    /// In the form that readers of all kinds know.
    As(String),
}

/// Reads a text; `None` if it is not what the form wants, or may be read in two ways.
pub(in crate::parse::fit) fn read(format: Format, text: &str) -> Option<Read> {
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
