//! What servers say of their limits, in headers.
use super::Unit;
use crate::http::retry_after::{days_of, go_duration, reset_of};
use std::{
    borrow::Cow,
    time::{Duration, SystemTime},
};

/// What a reply says of one limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) limit: Option<u64>,
    pub(crate) remaining: Option<u64>,
    /// So long until the bucket is full, or has some again.
    pub(crate) reset: Option<Duration>,
}

/// The limits that a reply's headers tell: OpenAI's `x-ratelimit-…-requests` and `-tokens` (Groq, Azure, Mistral and
/// others have the same, times as Go or as numbers), Anthropic's `anthropic-ratelimit-requests-…` and so on (times as
/// RFC 3339). A limit of which nothing useful is said is not in the list; so are -1 and a limit of 0, which some gateways
/// send for what they do not know.
pub(crate) fn said<'a>(
    header: &dyn Fn(&str) -> Option<Cow<'a, str>>,
    now: SystemTime,
) -> Vec<(Unit, Said)> {
    let number = |name: &str| header(name).and_then(|text| text.trim().parse::<u64>().ok());
    let mut found = Vec::new();
    for (unit, word) in [(Unit::Requests, "requests"), (Unit::Tokens, "tokens")] {
        let name = |what: &str| format!("x-ratelimit-{what}-{word}");
        let said = Said {
            limit: number(&name("limit")),
            remaining: number(&name("remaining")),
            reset: header(&name("reset")).and_then(|text| reset_of(&text, now)),
        };
        push(&mut found, unit, said);
    }
    for (unit, word) in [
        (Unit::Requests, "requests"),
        (Unit::Tokens, "tokens"),
        (Unit::Input, "input-tokens"),
        (Unit::Output, "output-tokens"),
    ] {
        let name = |what: &str| format!("anthropic-ratelimit-{word}-{what}");
        let until = |text: Cow<'_, str>| {
            let at = rfc3339(&text)?;
            Some(at.duration_since(now).unwrap_or_default())
        };
        let said = Said {
            limit: number(&name("limit")),
            remaining: number(&name("remaining")),
            reset: header(&name("reset"))
                .and_then(|text| go_duration(&text).or_else(|| until(text))),
        };
        push(&mut found, unit, said);
    }
    found
}

fn push(found: &mut Vec<(Unit, Said)>, unit: Unit, said: Said) {
    // a limit of nothing: the server does not know
    if said.limit != Some(0) && (said.limit.is_some() || said.remaining.is_some()) {
        found.push((unit, said));
    }
}

/// `2026-11-30T11:20:00Z`, with a fraction or an offset.
fn rfc3339(text: &str) -> Option<SystemTime> {
    let (date, time) = text.trim().split_once(['T', 't', ' '])?;
    let mut date = date.split('-').map(|part| part.parse::<u64>().ok());
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let zone_at = time.find(['Z', 'z', '+', '-'])?;
    let (clock, zone) = time.split_at(zone_at);
    let mut clock = clock.split(':');
    let hour: u64 = clock.next()?.parse().ok()?;
    let minute: u64 = clock.next()?.parse().ok()?;
    let second: f64 = clock.next()?.parse().ok()?;
    if !(1..=12).contains(&month)
        || !(1..=31).contains(&day)
        || !(1970..=9999).contains(&year)
        || hour > 23
        || minute > 59
        || !(0.0..61.0).contains(&second)
    {
        return None;
    }
    let days = days_of(year, month, day);
    let seconds = (days * 24 + hour) * 3600 + minute * 60;
    let at =
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds) + Duration::from_secs_f64(second);
    if zone.eq_ignore_ascii_case("z") {
        return Some(at);
    }
    let (sign, offset) = zone.split_at(1);
    let (hours, minutes) = offset.split_once(':')?;
    let (hours, minutes) = (hours.parse::<u64>().ok()?, minutes.parse::<u64>().ok()?);
    if hours > 23 || minutes > 59 {
        return None;
    }
    let offset = Duration::from_secs(hours * 3600 + minutes * 60);
    if sign == "+" {
        at.checked_sub(offset)
    } else {
        at.checked_add(offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The time of all tests: 30 November 2026, noon.
    fn now() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_hours(498_900)
    }

    fn of(headers: &[(&str, &str)]) -> Vec<(Unit, Said)> {
        let find = |name: &str| {
            let found = headers.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| Cow::Owned((*value).to_owned()))
        };
        said(&find, now())
    }

    #[test]
    fn openai_groq_and_azure() {
        let all = of(&[
            ("x-ratelimit-limit-requests", "500"),
            ("x-ratelimit-remaining-requests", "499"),
            ("x-ratelimit-reset-requests", "120ms"),
            ("x-ratelimit-limit-tokens", "200000"),
            ("x-ratelimit-remaining-tokens", "0"),
            ("x-ratelimit-reset-tokens", "2m59.56s"),
        ]);
        let requests = Said {
            limit: Some(500),
            remaining: Some(499),
            reset: Some(Duration::from_millis(120)),
        };
        let tokens = Said {
            limit: Some(200_000),
            remaining: Some(0),
            reset: Some(Duration::from_millis(179_560)),
        };
        assert_eq!(all, [(Unit::Requests, requests), (Unit::Tokens, tokens)]);
        // Azure on its responses: numbers, and -1 and 0 for what it does not know
        let azure = of(&[
            ("x-ratelimit-limit-requests", "-1"),
            ("x-ratelimit-remaining-requests", "-1"),
            ("x-ratelimit-limit-tokens", "0"),
            ("x-ratelimit-remaining-tokens", "0"),
        ]);
        assert_eq!(azure, []);
    }

    #[test]
    fn anthropic() {
        let all = of(&[
            ("anthropic-ratelimit-requests-limit", "50"),
            ("anthropic-ratelimit-requests-remaining", "0"),
            ("anthropic-ratelimit-requests-reset", "2026-11-30T12:00:07Z"),
            ("anthropic-ratelimit-input-tokens-limit", "30000"),
            ("anthropic-ratelimit-input-tokens-remaining", "12000"),
            (
                "anthropic-ratelimit-input-tokens-reset",
                "2026-11-30T13:00:36+01:00",
            ),
            ("anthropic-ratelimit-output-tokens-remaining", "8000"),
        ]);
        assert_eq!(all.len(), 3);
        assert_eq!(all[0].1.reset, Some(Duration::from_secs(7)));
        assert_eq!(
            (all[1].0, all[1].1.reset),
            (Unit::Input, Some(Duration::from_secs(36)))
        );
        assert_eq!((all[2].0, all[2].1.remaining), (Unit::Output, Some(8000)));
    }

    #[test]
    fn dates_that_are_none_are_no_dates() {
        for text in [
            "",
            "T",
            "2026-13-01T00:00:00Z",
            "2026-11-30",
            "2026-11-30T25:00:00Z",
            "x-y-zT1:2:3Z",
            "2026-11-30T12:00:00+18446744073709551615:00",
            "2026-11-30T12:00:00-00:18446744073709551615",
            "2026-11-30T12:00:00+24:00",
        ] {
            assert_eq!(rfc3339(text), None, "{text}");
        }
        let leap = rfc3339("2024-02-29T23:59:59.5Z").unwrap();
        let since = leap.duration_since(SystemTime::UNIX_EPOCH).unwrap();
        assert_eq!(since, Duration::from_millis(1_709_251_199_500));
    }
}
