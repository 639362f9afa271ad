//! How long a server asks us to wait, in all the ways that servers say it.
use super::Reply;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// No server means more than this; what says more is a mistake of units.
pub(crate) const LONGEST: Duration = Duration::from_hours(24);

/// The wait that a reply asks for, if it does: `retry-after-ms`, then `retry-after` (seconds or an
/// HTTP date), then the reset of the limit that is used up, where a limit is the reason. At most 24 hours; a past date is no wait.
pub(crate) fn retry_after(reply: &Reply) -> Option<Duration> {
    let now = SystemTime::now();
    let wait = || {
        // LiteLLM passes on what its provider said under a name of its own.
        let header = |name: &str| {
            let passed_on = || reply.header(format!("llm_provider-{name}"));
            reply.header(name).or_else(passed_on)
        };
        if let Some(wait) = header("retry-after-ms").and_then(|ms| seconds(ms, 1e-3)) {
            return Some(wait);
        }
        if let Some(text) = header("retry-after") {
            if let Some(wait) = seconds(text, 1.0) {
                return Some(wait);
            }
            if let Some(date) = http_date(text) {
                // Against the server's own clock, when it tells: ours may be wrong.
                let now = reply.header("date").and_then(http_date).unwrap_or(now);
                return Some(date.duration_since(now).unwrap_or_default());
            }
        }
        // Servers tell their limits with every reply; who fails for another reason does not ask us to wait for them.
        if matches!(reply.status, 200..=299 | 429) {
            limits(reply, now)
        } else {
            None
        }
    };
    wait().map(|wait| wait.min(LONGEST))
}

/// `x-ratelimit-reset-requests` and `-tokens`, by which of the two has nothing remaining; else the
/// sooner, else the plain `x-ratelimit-reset`.
fn limits(reply: &Reply, now: SystemTime) -> Option<Duration> {
    let reset = |what: &str| {
        reply
            .header(format!("x-ratelimit-reset{what}"))
            .and_then(|text| reset_of(text, now))
    };
    let is_spent = |what: &str| reply.header(format!("x-ratelimit-remaining{what}")) == Some("0");
    let both = ["-requests", "-tokens"];
    let spent = both
        .iter()
        .filter(|what| is_spent(what))
        .filter_map(|what| reset(what))
        .max();
    spent
        .or_else(|| both.iter().filter_map(|what| reset(what)).min())
        .or_else(|| reset(""))
}

/// One reset: a Go duration (`6m0s`), seconds, or a point in time in seconds or milliseconds of Unix.
/// Zero and negative numbers are how some gateways say that they do not know.
pub(crate) fn reset_of(text: &str, now: SystemTime) -> Option<Duration> {
    let Ok(number) = text.parse::<f64>() else {
        return go_duration(text);
    };
    let number = if number > 1e11 { number / 1e3 } else { number };
    if number <= 0.0 {
        return None;
    }
    let span = Duration::try_from_secs_f64(number).ok()?;
    // More than thirty years of seconds is a date.
    if number > 1e9 {
        let date = UNIX_EPOCH.checked_add(span)?;
        return Some(date.duration_since(now).unwrap_or_default());
    }
    Some(span)
}

/// A number of units of `unit` seconds. Too large a number is the longest wait; a negative one, none.
fn seconds(text: &str, unit: f64) -> Option<Duration> {
    let number = text.parse::<f64>().ok()? * unit;
    if number.is_nan() || number < 0.0 {
        return None;
    }
    Some(Duration::try_from_secs_f64(number).unwrap_or(LONGEST))
}

/// `1s`, `6m0s`, `2m59.56s`, `20ms`, `1h`: as Go writes them.
pub(crate) fn go_duration(text: &str) -> Option<Duration> {
    let mut rest = text.trim();
    let mut total = Duration::ZERO;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, after) = rest.split_at(end);
        let end = after
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        let unit = match unit {
            "ns" => 1e-9,
            "us" | "µs" => 1e-6,
            "ms" => 1e-3,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            "d" => 86400.0,
            _ => return None,
        };
        total = total.saturating_add(seconds(number, unit)?);
        rest = after;
    }
    Some(total)
}

/// The three forms of RFC 9110: `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT`,
/// `Sun Nov  6 08:49:37 1994`.
pub(crate) fn http_date(text: &str) -> Option<SystemTime> {
    let words: Vec<&str> = text
        .split([' ', '-', ','])
        .filter(|word| !word.is_empty())
        .collect();
    let ([_, day, month, year, time, "GMT" | "UTC"] | [_, month, day, time, year]) = words[..]
    else {
        return None;
    };
    let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let month = 1 + u64::try_from(months.iter().position(|name| *name == month)?).ok()?;
    let day: u64 = day.parse().ok().filter(|day| (1..=31).contains(day))?;
    let year: u64 = match (year.len(), year.parse::<u64>().ok()?) {
        // Two digits: this century, until they say something past its middle.
        (2, year) => year + if year < 70 { 2000 } else { 1900 },
        (4, year) => year,
        _ => return None,
    };
    let mut clock = time.split(':').map(|part| part.parse::<u64>().ok());
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
    if hour > 23 || minute > 59 || second > 60 || year < 1970 {
        return None;
    }
    let days = days_of(year, month, day);
    UNIX_EPOCH.checked_add(Duration::from_secs(
        ((days * 24 + hour) * 60 + minute) * 60 + second,
    ))
}

/// Days from 1970 to a date of the Gregorian calendar. Years begin in March, so that the leap day is the last one.
pub(crate) fn days_of(year: u64, month: u64, day: u64) -> u64 {
    let (y, m) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

    fn wait(headers: &[(&'static str, &str)]) -> Option<Duration> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(
                HeaderName::from_static(name),
                HeaderValue::from_str(value).expect("a value"),
            );
        }
        retry_after(&Reply {
            status: 429,
            headers: map,
            body: String::new(),
        })
    }
    #[allow(clippy::unnecessary_wraps)] // In the form it is compared in.
    fn ms(ms: u64) -> Option<Duration> {
        Some(Duration::from_millis(ms))
    }

    #[test]
    fn the_forms_of_retry_after() {
        assert_eq!(wait(&[]), None);
        assert_eq!(wait(&[("retry-after", "2")]), ms(2000));
        assert_eq!(wait(&[("retry-after", "1.5")]), ms(1500));
        assert_eq!(wait(&[("llm_provider-retry-after", "1")]), ms(1000));
        assert_eq!(
            wait(&[("retry-after", "2"), ("retry-after-ms", "250")]),
            ms(250)
        );
        assert_eq!(wait(&[("retry-after", "-3")]), None);
        assert_eq!(wait(&[("retry-after", "NaN")]), None);
        assert_eq!(wait(&[("retry-after", "soon")]), None);
        assert_eq!(
            wait(&[("retry-after", "99999999999999999999")]),
            Some(LONGEST)
        );
        assert_eq!(wait(&[("retry-after", "inf")]), Some(LONGEST));
        assert_eq!(
            wait(&[("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT")]),
            ms(0)
        );
        assert_eq!(
            wait(&[("retry-after", "Fri, 31 Dec 2199 23:59:59 GMT")]),
            Some(LONGEST)
        );
        let skewed = [
            ("retry-after", "Sun, 06 Nov 1994 08:49:47 GMT"),
            ("date", "Sun, 06 Nov 1994 08:49:37 GMT"),
        ];
        assert_eq!(wait(&skewed), ms(10_000));
    }

    #[test]
    fn the_limit_that_is_used_up_decides() {
        let resets = [
            ("x-ratelimit-reset-requests", "1s"),
            ("x-ratelimit-reset-tokens", "6m0s"),
        ];
        assert_eq!(wait(&resets), ms(1000));
        let spent = [resets[0], resets[1], ("x-ratelimit-remaining-tokens", "0")];
        assert_eq!(wait(&spent), ms(360_000));
        assert_eq!(wait(&[("x-ratelimit-reset-tokens", "-1")]), None);
        assert_eq!(wait(&[("x-ratelimit-reset-tokens", "0")]), None);
        assert_eq!(wait(&[("x-ratelimit-reset-requests", "7")]), ms(7000));
        let far = UNIX_EPOCH.elapsed().expect("after 1970") + LONGEST * 2;
        assert_eq!(
            wait(&[("x-ratelimit-reset", &far.as_secs().to_string())]),
            Some(LONGEST)
        );
        assert_eq!(
            wait(&[("x-ratelimit-reset", &far.as_millis().to_string())]),
            Some(LONGEST)
        );
        assert_eq!(wait(&[("x-ratelimit-reset", "1600000000")]), ms(0));
    }

    #[test]
    fn go_durations() {
        for (text, millis) in [
            ("1s", 1000),
            ("6m0s", 360_000),
            ("2m59.56s", 179_560),
            ("20ms", 20),
            ("1h1m", 3_660_000),
        ] {
            assert_eq!(go_duration(text), ms(millis), "{text}");
        }
        for text in ["", "s", "1", "1x", "-1s", "1..2s"] {
            assert_eq!(go_duration(text), None, "{text}");
        }
    }

    #[test]
    fn http_dates() {
        let at = |secs| Some(UNIX_EPOCH + Duration::from_secs(secs));
        for text in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
        ] {
            assert_eq!(http_date(text), at(784_111_777), "{text}");
        }
        assert_eq!(http_date("Thu, 01 Jan 1970 00:00:00 GMT"), at(0));
        assert_eq!(
            http_date("Thu, 29 Feb 2024 12:00:00 GMT"),
            at(1_709_208_000)
        );
        for text in [
            "",
            "now",
            "Sun, 06 Foo 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49 GMT",
            "a b c d e f g",
        ] {
            assert_eq!(http_date(text), None, "{text}");
        }
    }
}
