//! The last calls of a model for a reader, as DSPy's `inspect_history` shows them.
use super::{HistoryCall, Role};
use std::{fmt::Write, time::UNIX_EPOCH};

pub(super) fn inspect(calls: &[HistoryCall], n: usize) -> String {
    let mut out = String::new();
    for call in &calls[calls.len().saturating_sub(n)..] {
        let _ = write!(
            out,
            "\n\n\n[{} UTC] call {} of {}: ",
            stamp(call),
            call.id,
            call.model
        );
        let _ = match call.error {
            None => write!(out, "{:.1?}", call.duration),
            Some(kind) => write!(
                out,
                "failed ({}) after {:.1?}",
                kind.as_str(),
                call.duration
            ),
        };
        if let Some(usage) = call.usage {
            let _ = write!(
                out,
                ", {} tokens in, {} out",
                usage.input_tokens, usage.output_tokens
            );
        }
        out.push('\n');
        let Some(content) = &call.content else {
            continue;
        };
        for (role, text) in &content.messages {
            let who = match role {
                Role::System => "System",
                Role::User => "User",
                Role::Assistant => "Assistant",
                Role::Tool => "Tool",
            };
            let _ = write!(out, "\n{who} message:\n\n{text}\n");
        }
        for (number, text) in content.replies.iter().enumerate() {
            let more = match number {
                0 => String::new(),
                _ => format!(" {}", number + 1),
            };
            let _ = write!(out, "\nResponse{more}:\n\n{text}\n");
        }
    }
    out
}

/// Date and time of a call (Howard Hinnant's `civil_from_days`, from his paper on calendars).
fn stamp(call: &HistoryCall) -> String {
    let since = call.at.duration_since(UNIX_EPOCH).unwrap_or_default();
    let (days, second) = (since.as_secs() / 86_400, since.as_secs() % 86_400);
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let day_of_era = shifted % 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
}

#[cfg(test)]
mod tests {
    use super::{HistoryCall, inspect, stamp};
    use std::time::{Duration, UNIX_EPOCH};

    fn call(seconds: u64) -> HistoryCall {
        HistoryCall {
            id: 7,
            run: None,
            model: "gpt-5-mini".to_owned(),
            at: UNIX_EPOCH + Duration::from_secs(seconds),
            duration: Duration::from_millis(812),
            error: None,
            usage: Some(crate::Usage::new(12, 3)),
            content: None,
        }
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!(stamp(&call(0)), "1970-01-01 00:00:00");
        assert_eq!(stamp(&call(951_782_400)), "2000-02-29 00:00:00");
        assert_eq!(stamp(&call(1_772_323_199)), "2026-02-28 23:59:59");
        assert_eq!(stamp(&call(4_107_542_400)), "2100-03-01 00:00:00");
    }

    #[test]
    fn without_content_there_are_figures_only() {
        let line = "[1970-01-01 00:00:00 UTC] call 7 of gpt-5-mini: 812.0ms, 12 tokens in, 3 out";
        assert_eq!(inspect(&[call(5), call(0)], 1).trim(), line);
    }
}
