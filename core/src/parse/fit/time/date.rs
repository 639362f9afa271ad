//! Dates as people write them.

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

pub(super) fn month(word: &str) -> Option<u32> {
    let word = word.trim_end_matches('.').to_ascii_lowercase();
    let found = MONTHS.iter().position(|month| {
        *month == word || word.len() >= 3 && word.len() <= 4 && month.starts_with(&word)
    })?;
    u32::try_from(found + 1).ok()
}

pub(super) fn days(year: u32, month: u32) -> u32 {
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
pub(super) fn digits(text: &str, least: usize, most: usize) -> Option<(u32, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    (least..=most).contains(&length).then(|| {
        text[..length]
            .parse()
            .ok()
            .map(|value| (value, &text[length..]))
    })?
}

/// A date at the start of a text, and what follows.
pub(super) fn date(text: &str) -> Option<(String, &str)> {
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
