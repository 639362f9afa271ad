//! Dates and times of chrono, as ISO 8601 writes them.
use super::{duration, formatted::formatted};
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use std::fmt::{Debug, Display};

// chrono's `Debug` is ISO 8601, its `Display` of date-times is not
formatted! {
    NaiveDate, Date, Display::fmt, date;
    NaiveTime, LocalTime, Debug::fmt, time;
    NaiveDateTime, LocalDateTime, Debug::fmt, local;
    DateTime<Utc>, DateTime, Debug::fmt, utc;
    DateTime<FixedOffset>, DateTime, Debug::fmt, offset;
    TimeDelta, Duration, Display::fmt, delta;
}

fn date(text: &str) -> Option<NaiveDate> {
    // the date of a date and time, if that is what came
    let day = text
        .split_once(['T', 't', ' '])
        .map_or(text, |(day, _)| day);
    NaiveDate::parse_from_str(day, "%Y-%m-%d")
        .or_else(|_| NaiveDate::parse_from_str(day, "%Y/%m/%d"))
        .ok()
}

fn time(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text, "%H:%M:%S%.f")
        .or_else(|_| NaiveTime::parse_from_str(text, "%H:%M"))
        .ok()
}

fn local(text: &str) -> Option<NaiveDateTime> {
    let (day, clock) = text.split_once(['T', 't', ' '])?;
    Some(NaiveDateTime::new(date(day)?, time(clock.trim_start())?))
}

fn offset(text: &str) -> Option<DateTime<FixedOffset>> {
    DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%:z"))
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f %z"))
        .or_else(|_| DateTime::parse_from_rfc2822(text))
        .ok()
}

/// Without an offset it is the time that the type says: UTC.
fn utc(text: &str) -> Option<DateTime<Utc>> {
    let plain = text.trim_end_matches("UTC").trim_end();
    offset(text)
        .map(DateTime::from)
        .or_else(|| local(plain).map(|time| time.and_utc()))
}

fn delta(text: &str) -> Option<TimeDelta> {
    let (negative, length) = duration::parse(text)?;
    let length = TimeDelta::from_std(length).ok()?;
    Some(if negative { -length } else { length })
}

#[cfg(test)]
mod tests {
    use crate::Field;
    use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
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
    fn dates_and_times_are_iso_8601() {
        reads::<NaiveDate>(
            &[
                ("2026-03-01", "2026-03-01"),
                ("2026/03/01", "2026-03-01"),
                (" 2026-03-01T12:00:00Z", "2026-03-01"),
            ],
            "a date like 2026-03-01",
        );
        reads::<NaiveTime>(
            &[
                ("12:30:05", "12:30:05"),
                ("12:30", "12:30:00"),
                ("12:30:05.250", "12:30:05.250"),
            ],
            "a time like 12:00:00",
        );
        reads::<NaiveDateTime>(
            &[
                ("2026-03-01T12:00:00", "2026-03-01T12:00:00"),
                ("2026-03-01 12:00", "2026-03-01T12:00:00"),
            ],
            "a date and time like 2026-03-01T12:00:00",
        );
        reads::<DateTime<Utc>>(
            &[
                ("2026-03-01T12:00:00Z", "2026-03-01T12:00:00Z"),
                ("2026-03-01T13:00:00+01:00", "2026-03-01T12:00:00Z"),
                ("2026-03-01T12:00:00", "2026-03-01T12:00:00Z"),
                ("2026-03-01 12:00:00 UTC", "2026-03-01T12:00:00Z"),
                ("Sun, 1 Mar 2026 12:00:00 +0000", "2026-03-01T12:00:00Z"),
            ],
            "a date and time like 2026-03-01T12:00:00Z",
        );
        reads::<DateTime<FixedOffset>>(
            &[("2026-03-01T13:00:00+01:00", "2026-03-01T13:00:00+01:00")],
            "a date and time like 2026-03-01T12:00:00Z",
        );
        assert!(
            DateTime::<FixedOffset>::from_value(json!("2026-03-01T13:00:00")).is_err(),
            "no offset to guess"
        );
    }

    #[test]
    fn lengths_may_be_negative() {
        reads::<TimeDelta>(
            &[
                ("PT1H30M", "PT5400S"),
                ("-PT0.5S", "-PT0.5S"),
                ("2 days", "PT172800S"),
            ],
            "a duration like PT90S",
        );
        assert_eq!(
            TimeDelta::from_value(json!(90)).ok(),
            Some(TimeDelta::seconds(90))
        );
    }
}
