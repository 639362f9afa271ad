//! Numbers as people write them.
use crate::parse::{bare::digits, rule::Rule};
use std::borrow::Cow;

/// The digits of the number that a text is, or holds alone, and how it was found.
pub(super) fn read(text: &str) -> Option<(Cow<'_, str>, Rule)> {
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

const CURRENCIES: [&str; 14] = [
    "USD", "EUR", "GBP", "JPY", "CHF", "CAD", "AUD", "INR", "CNY", "US$", "usd", "eur", "gbp",
    "Rs.",
];

fn currency(text: &str) -> &str {
    let text = text.trim_start();
    for code in CURRENCIES {
        if let Some(rest) = text.strip_prefix(code) {
            return rest.trim_start();
        }
    }
    text.strip_prefix(['$', '€', '£', '¥', '₹', '₽', '₩', '₿', '¢'])
        .map_or(text, str::trim_start)
}

/// A number at the start of a text, with currency, separators, percent and scale: its digits, what
/// follows, and whether it was scaled or divided.
fn amount(text: &str) -> Option<(String, &str, bool)> {
    if let Some(inner) = text
        .strip_prefix('(')
        .and_then(|text| text.strip_suffix(')'))
    {
        // as accountants write what is owed
        let (value, rest, scaled) = amount(inner)?;
        let grouped = inner.contains(|c: char| !c.is_ascii_digit());
        return (rest.trim().is_empty() && grouped && !value.starts_with('-'))
            .then(|| (format!("-{value}"), "", scaled));
    }
    let mut rest = text;
    for about in [
        "~",
        "≈",
        "about ",
        "approximately ",
        "approx. ",
        "around ",
        "circa ",
        "ca. ",
        "roughly ",
        "nearly ",
        "almost ",
        "#",
        "=",
    ] {
        if let Some(after) = rest.strip_prefix(about) {
            rest = after.trim_start();
        }
    }
    let mut negative = false;
    rest = currency(rest);
    if let Some(after) = rest.strip_prefix(['-', '−', '+']) {
        negative = !rest.starts_with('+');
        rest = currency(after);
    }
    let (mut value, after) = separated(rest)?;
    rest = after;
    let mut scaled = false;
    // `2 1/2`, `3/4`
    let mixed = rest.strip_prefix(' ').and_then(fraction);
    if let Some(below) = rest.trim_start().strip_prefix('/') {
        let below = below.trim_start();
        let length = below.bytes().take_while(u8::is_ascii_digit).count();
        let (above, below_value): (f64, f64) = (value.parse().ok()?, below[..length].parse().ok()?);
        if below_value == 0.0 {
            return None;
        }
        value = shown(above / below_value);
        rest = &below[length..];
        if rest.trim_start().starts_with('/') {
            // a date
            return None;
        }
        scaled = true;
    } else if let Some((part, after)) = mixed {
        value = shown(value.parse::<f64>().ok()? + part);
        rest = after;
        scaled = true;
    }
    rest = rest.trim_start_matches(['%', '‰']);
    let trimmed = rest.trim_start();
    let letters = trimmed.bytes().take_while(u8::is_ascii_alphabetic).count();
    let zeros = match &trimmed[..letters] {
        "k" | "K" | "thousand" => 3,
        "M" | "mn" | "million" | "Million" | "mio" | "MM" => 6,
        "bn" | "B" | "billion" | "Billion" => 9,
        "trillion" | "Trillion" | "tn" => 12,
        "hundred" => 2,
        "dozen" => 1,
        _ => 0,
    };
    if zeros > 0 {
        value = if zeros == 1 {
            shown(value.parse::<f64>().ok()? * 12.0)
        } else {
            shifted(&value, zeros)
        };
        rest = &trimmed[letters..];
        scaled = true;
    }
    for code in CURRENCIES.iter().copied().chain([
        "$", "€", "£", "¥", "dollars", "euros", "pounds", "percent", "per cent",
    ]) {
        if let Some(after) = rest.trim_start().strip_prefix(code) {
            rest = after;
            break;
        }
    }
    if negative {
        value.insert(0, '-');
    }
    Some((value, rest, scaled))
}

fn fraction(text: &str) -> Option<(f64, &str)> {
    let above = text.bytes().take_while(u8::is_ascii_digit).count();
    let below = text[above..].strip_prefix('/')?;
    let length = below.bytes().take_while(u8::is_ascii_digit).count();
    let (one, two): (f64, f64) = (text[..above].parse().ok()?, below[..length].parse().ok()?);
    (two != 0.0).then(|| (one / two, &below[length..]))
}

/// A result with no more digits than it has.
fn shown(value: f64) -> String {
    format!("{value}")
}

/// A decimal number times a power of ten, digit by digit.
fn shifted(value: &str, zeros: usize) -> String {
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    let moved: String = fraction
        .chars()
        .chain(std::iter::repeat('0'))
        .take(zeros)
        .collect();
    let left: String = fraction.chars().skip(zeros).collect();
    let digits = format!("{whole}{moved}");
    let plain = digits.trim_start_matches('0');
    let plain = if plain.is_empty() { "0" } else { plain };
    if left.is_empty() {
        plain.to_owned()
    } else {
        format!("{plain}.{left}")
    }
}

/// Digits with thousands in groups of three and a decimal point or comma, at the start of a text.
fn separated(text: &str) -> Option<(String, &str)> {
    let mut end = 0;
    for (at, character) in text.char_indices() {
        let inside = character.is_ascii_digit()
            || matches!(
                character,
                '.' | ',' | '_' | '\'' | '’' | '\u{a0}' | '\u{202f}'
            )
            || character == ' '
                && at > 0
                && text.as_bytes()[at - 1].is_ascii_digit()
                && group(&text[at + 1..]);
        if !inside {
            break;
        }
        end = at + character.len_utf8();
    }
    let run = text[..end].trim_end_matches(['.', ',', '_', '\'', '’', '\u{a0}', '\u{202f}']);
    let exponent = run.len();
    let after = &text[exponent..];
    let first = run.chars().next()?;
    if !(first.is_ascii_digit() || first == '.') {
        return None;
    }
    // `1.2e5`
    if after.starts_with(['e', 'E']) && digits(run).is_some() {
        let length = 1 + after[1..]
            .bytes()
            .take_while(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'+'))
            .count();
        if let Some(number) = digits(&text[..exponent + length])
            && length > 1
        {
            return Some((number.into_owned(), &text[exponent + length..]));
        }
    }
    let separators: Vec<(usize, char)> = run
        .char_indices()
        .filter(|(_, c)| !c.is_ascii_digit())
        .collect();
    let last = separators.last().copied();
    let mut decimal = None;
    if let Some((at, separator)) = last {
        let count = separators
            .iter()
            .filter(|(_, other)| *other == separator)
            .count();
        let behind = run.len() - at - separator.len_utf8();
        let others = separators.iter().any(|(_, other)| *other != separator);
        match separator {
            // a point is decimal, unless it comes again or groups come before it
            '.' if count == 1 => decimal = Some(at),
            ',' if count == 1 && (others || behind != 3) => {
                // 1.234,56; never `1,5`, which may be a list
                if !others
                    || !separators.iter().all(|(_, other)| {
                        matches!(other, '.' | ',' | ' ' | '\'' | '’' | '\u{a0}' | '\u{202f}')
                    })
                {
                    return None;
                }
                decimal = Some(at);
            }
            _ => {}
        }
    }
    // groups of three between the separators before the decimal one
    let whole = &run[..decimal.unwrap_or(run.len())];
    let mut groups = whole.split(|c: char| !c.is_ascii_digit());
    let head = groups.next().unwrap_or("");
    let count = groups.clone().count();
    // 1,234,567, and 12,34,567 as in India
    let good = count == 0
        || (1..=3).contains(&head.len())
            && groups.clone().enumerate().all(|(index, group)| {
                group.len() == 3 || count > 1 && group.len() == 2 && index + 1 < count
            });
    let underscored = separators.iter().all(|(_, c)| matches!(c, '_' | '.'));
    let same = whole
        .chars()
        .filter(|c| !c.is_ascii_digit())
        .collect::<Vec<_>>()
        .windows(2)
        .all(|pair| pair[0] == pair[1]);
    if !(good && same || underscored && !whole.contains('.')) {
        return None;
    }
    let mut value: String = whole.chars().filter(char::is_ascii_digit).collect();
    if value.is_empty() {
        value.push('0');
    }
    if let Some(at) = decimal {
        let fraction: String = run[at..].chars().filter(char::is_ascii_digit).collect();
        if !fraction.is_empty() {
            value.push('.');
            value.push_str(&fraction);
        }
    }
    let plain = value.trim_start_matches('0');
    let value = if plain.is_empty() || plain.starts_with('.') {
        format!("0{plain}")
    } else {
        plain.to_owned()
    };
    Some((value, after))
}

/// Three digits and then no other.
fn group(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    digits == 3
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

/// A number in English words: `three`, `twenty-one`, `one hundred and five`.
fn words(text: &str) -> Option<u64> {
    if text.len() > 200
        || !text
            .chars()
            .all(|c| c.is_alphabetic() || matches!(c, ' ' | '-'))
    {
        return None;
    }
    let lower = text.to_lowercase();
    let (mut sum, mut part, mut any) = (0u64, 0u64, false);
    for word in lower
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty())
    {
        let small = [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ];
        let tens = [
            "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
        ];
        if let Some(value) = small.iter().position(|small| *small == word) {
            part += value as u64;
        } else if let Some(value) = tens.iter().position(|tens| *tens == word) {
            part += (value as u64 + 2) * 10;
        } else {
            match word {
                "and" if any => continue,
                "a" if !any => part = 1,
                "hundred" => part = part.max(1) * 100,
                "thousand" | "million" | "billion" => {
                    let scale = match word {
                        "thousand" => 1_000,
                        "million" => 1_000_000,
                        _ => 1_000_000_000,
                    };
                    sum = sum.checked_add(part.max(1).checked_mul(scale)?)?;
                    part = 0;
                }
                _ => return None,
            }
        }
        if part > 1_000_000 {
            return None;
        }
        any = true;
    }
    (any && lower != "a").then_some(sum + part)
}

/// The digits of a whole number; `5.0` and `1e3` are ones.
pub(super) fn whole(digits: &str) -> Option<Cow<'_, str>> {
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
