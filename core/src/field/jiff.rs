//! Dates and times of jiff, whose own texts are ISO 8601 and RFC 9557.
use super::formatted::formatted;
use jiff::{
    SignedDuration, Span, Timestamp, Zoned,
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};
use std::fmt::Display;

formatted! {
    Date, Date, Display::fmt, date;
    Time, LocalTime, Display::fmt, |text| text.parse().ok();
    DateTime, LocalDateTime, Display::fmt, local;
    Timestamp, DateTime, Display::fmt, timestamp;
    Zoned, ZonedDateTime, Display::fmt, |text| text.parse().ok();
    Span, Duration, Display::fmt, span;
    SignedDuration, Duration, Display::fmt, |text| seconds(text).map(SignedDuration::from_secs).or_else(|| text.parse().ok());
}

fn date(text: &str) -> Option<Date> {
    text.parse()
        .or_else(|_| text.replace('/', "-").parse())
        .ok()
}

/// A date alone is no time of it: jiff would take midnight.
fn local(text: &str) -> Option<DateTime> {
    text.contains(':').then(|| text.parse().ok())?
}

/// Without an offset it is the time that the type says: UTC.
fn timestamp(text: &str) -> Option<Timestamp> {
    let utc = || {
        local(text)?
            .to_zoned(TimeZone::UTC)
            .ok()
            .map(|zoned| zoned.timestamp())
    };
    text.parse().ok().or_else(utc)
}

fn span(text: &str) -> Option<Span> {
    match seconds(text) {
        Some(seconds) => Span::new().try_seconds(seconds).ok(),
        None => text.parse().ok(),
    }
}

/// A number alone is one of seconds.
fn seconds(text: &str) -> Option<i64> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use crate::Field;
    use jiff::{
        SignedDuration, Span, Timestamp, Zoned,
        civil::{Date, DateTime, Time},
    };
    use serde_json::json;

    /// Each text as the type reads it, and as it writes it then.
    fn reads<T: Field>(cases: &[(&str, &str)], fault: &str) {
        for (text, expected) in cases {
            let value =
                T::from_value(json!(text)).unwrap_or_else(|fault| panic!("{text}: {fault}"));
            let written = value.view().to_value();
            assert_eq!(written, json!(expected), "{text}");
            assert_eq!(
                T::from_value(written)
                    .expect("its own text")
                    .view()
                    .to_value(),
                json!(expected)
            );
        }
        for wrong in [
            json!("soon"),
            json!(""),
            json!(null),
            json!(["2026-03-01"]),
            json!("2026-13-45T99:00:00"),
        ] {
            let found = T::from_value(wrong).err().expect("a fault").to_string();
            assert!(found.contains(fault), "{found}");
        }
    }

    #[test]
    fn texts_are_those_of_jiff() {
        reads::<Date>(
            &[
                ("2026-03-01", "2026-03-01"),
                ("2026/03/01", "2026-03-01"),
                ("2026-03-01T12:00:00", "2026-03-01"),
            ],
            "a date like 2026-03-01",
        );
        reads::<Time>(
            &[("12:30:05", "12:30:05"), ("12:30", "12:30:00")],
            "a time like 12:00:00",
        );
        reads::<DateTime>(
            &[("2026-03-01 12:00", "2026-03-01T12:00:00")],
            "a date and time like 2026-03-01T12:00:00",
        );
        reads::<Timestamp>(
            &[
                ("2026-03-01T12:00:00Z", "2026-03-01T12:00:00Z"),
                ("2026-03-01T13:00:00+01:00", "2026-03-01T12:00:00Z"),
                ("2026-03-01T12:00:00", "2026-03-01T12:00:00Z"),
            ],
            "a date and time like 2026-03-01T12:00:00Z",
        );
        reads::<Zoned>(
            &[(
                "2026-03-01T12:00:00+01:00[+01:00]",
                "2026-03-01T12:00:00+01:00[+01:00]",
            )],
            "a date and time in a zone like 2026-03-01T12:00:00+01:00[Europe/Paris]",
        );
        reads::<Span>(
            &[("P1DT2H", "P1DT2H"), ("1h 30m", "PT1H30M"), ("90", "PT90S")],
            "a duration like PT90S",
        );
        reads::<SignedDuration>(
            &[("PT1H30M", "PT1H30M"), ("-90", "-PT1M30S")],
            "a duration like PT90S",
        );
    }
}
