//! Numbers as people write them.
mod amount;
mod words;

use crate::parse::{
    fit::number::{amount::amount, words::words},
    reader::digits,
    rule::Rule,
};
use std::borrow::Cow;

/// The digits of the number that a text is, or holds alone, and how it was found.
pub(in crate::parse::fit) fn read(text: &str) -> Option<(Cow<'_, str>, Rule)> {
    let trimmed = text.trim();
    if let Some(digits) = digits(trimmed) {
        return Some((digits, Rule::TextToValue));
    }
    let bare = trimmed
        .trim_matches(['"', '\'', '`', '*', '_', ' '])
        .trim_end_matches(['.', ',', ';', '!'])
        .trim_end();
    if bare.is_empty() || trimmed.len() > 2_000 {
        return None;
    }
    if let Some(digits) = digits(bare) {
        return Some((digits, Rule::TextToValue));
    }
    if bare.len() > 1 && bare.bytes().all(|byte| byte.is_ascii_digit()) {
        // leading zeros
        let plain = bare.trim_start_matches('0');
        return Some((
            Cow::Owned(if plain.is_empty() {
                "0".to_owned()
            } else {
                plain.to_owned()
            }),
            Rule::NumberFormat,
        ));
    }
    if let Some(value) = radix(bare) {
        return Some((Cow::Owned(value.to_string()), Rule::NumberFormat));
    }
    if let Some((value, rest, scaled)) = amount(bare)
        && rest.trim().is_empty()
    {
        return Some((
            Cow::Owned(value),
            if scaled {
                Rule::NumberWords
            } else {
                Rule::NumberFormat
            },
        ));
    }
    if let Some(value) = words(bare) {
        return Some((Cow::Owned(value.to_string()), Rule::NumberWords));
    }
    prose(trimmed).map(|digits| (Cow::Owned(digits), Rule::NumberInProse))
}

/// Whether the number of a text, which [`read`] found, is one of percent.
pub(in crate::parse::fit) fn is_percent(text: &str) -> bool {
    ["%", "percent", "per cent"].iter().any(|mark| {
        text.match_indices(mark).any(|(at, _)| {
            text[..at]
                .trim_end()
                .ends_with(|c: char| c.is_ascii_digit())
        })
    })
}

fn radix(text: &str) -> Option<i64> {
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (digits, base) = match text.get(..2)? {
        "0x" | "0X" => (&text[2..], 16),
        "0b" | "0B" => (&text[2..], 2),
        "0o" | "0O" => (&text[2..], 8),
        _ => return None,
    };
    if digits.starts_with(['+', '-']) {
        return None;
    }
    i64::from_str_radix(&digits.replace('_', ""), base)
        .ok()
        .map(|value| sign * value)
}

/// The only number in a text.
fn prose(text: &str) -> Option<String> {
    let mut found: Option<String> = None;
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let first = rest.chars().next()?;
        let before = text[..at].chars().next_back();
        let starts = first.is_ascii_digit()
            || matches!(first, '-' | '+' | '$' | '€' | '£')
                && rest[first.len_utf8()..].starts_with(|c: char| c.is_ascii_digit() || c == '$');
        let joined = before.is_some_and(|before| {
            before.is_alphanumeric()
                || matches!(before, '_' | '.' | ':' | '/') && !matches!(first, '$' | '€' | '£')
        });
        if starts && !joined {
            let negative_joined = first == '-'
                && before.is_some_and(|before| {
                    !before.is_whitespace()
                        && !matches!(before, '(' | '"' | '\'' | '*' | '`' | ':' | '=')
                });
            let (value, after, _) = amount(if negative_joined { &rest[1..] } else { rest })?;
            let next = after.chars().next();
            // part of a word, a date, a time, a version
            if next.is_some_and(|next| {
                next.is_alphanumeric()
                    || next == '_'
                    || matches!(next, '-' | ':' | '/')
                        && after[next.len_utf8()..].starts_with(|c: char| c.is_ascii_alphanumeric())
            }) {
                let unit = after.bytes().take_while(u8::is_ascii_alphabetic).count();
                let is_unit = (1..=3).contains(&unit)
                    && !after[unit..].starts_with(|c: char| c.is_alphanumeric());
                if !is_unit || next.is_some_and(|next| next.is_ascii_digit()) {
                    return None;
                }
                // `5h` is a length and not five
                if after[..unit].len() == 1
                    && !matches!(
                        &after[..unit],
                        "g" | "m" | "s" | "C" | "F" | "W" | "V" | "L"
                    )
                {
                    return None;
                }
            }
            if found.as_ref().is_some_and(|found| *found != value) {
                return None;
            }
            found = Some(value);
            at = text.len() - after.len();
        } else {
            at += first.len_utf8();
            if joined && first.is_ascii_digit() {
                // the rest of a word that holds digits
                at += text[at..]
                    .bytes()
                    .take_while(u8::is_ascii_alphanumeric)
                    .count();
            }
        }
    }
    found
}

/// The digits of a whole number; `5.0` and `1e3` are ones.
pub(in crate::parse::fit) fn whole(digits: &str) -> Option<Cow<'_, str>> {
    let plain = digits.strip_prefix('-').unwrap_or(digits);
    if plain.bytes().all(|byte| byte.is_ascii_digit()) {
        return (!plain.is_empty()).then_some(Cow::Borrowed(digits));
    }
    if let Some((whole, fraction)) = digits.split_once('.')
        && fraction.bytes().all(|byte| byte == b'0')
    {
        return Some(Cow::Borrowed(whole));
    }
    let value: f64 = digits.parse().ok()?;
    (value.fract() == 0.0 && value.abs() < 9.0e15).then(|| Cow::Owned(format!("{value:.0}")))
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn numbers_as_people_write_them() {
        for (text, digits) in [
            ("42", "42"),
            ("1,234", "1234"),
            ("$1,299.99", "1299.99"),
            ("€12.50", "12.50"),
            ("1.234,56", "1234.56"),
            ("1 234 567", "1234567"),
            ("85%", "85"),
            ("~70", "70"),
            ("3/4", "0.75"),
            ("3.5 million", "3500000"),
            ("12k", "12000"),
            ("(1,250.00)", "-1250.00"),
            ("007", "7"),
            ("0x1F", "31"),
            ("three", "3"),
            ("twenty-one", "21"),
            ("The answer is 42.", "42"),
            ("**17**", "17"),
            ("14 days", "14"),
            ("12.11.", "12.11"),
            ("12,111.123", "12111.123"),
            ("70 kg", "70"),
            ("-$5.00", "-5.00"),
            ("USD 30", "30"),
            ("2 1/2", "2.5"),
            ("1e5", "1e5"),
            ("**Answer:** **17**", "17"),
            ("70kg", "70"),
            ("$3.50", "3.50"),
        ] {
            assert_eq!(
                read(text).map(|(digits, _)| digits.into_owned()).as_deref(),
                Some(digits),
                "{text}"
            );
        }
        for text in [
            "",
            "abc",
            "Between 3 and 5, I would choose 4.",
            "11/07/2026",
            "2024-01-02",
            "1,5",
            "v1.2.3",
            "12:30",
            "k2",
            "5h",
            "-",
            "1.2.3",
            "a",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
