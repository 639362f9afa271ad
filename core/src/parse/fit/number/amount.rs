//! Amounts: numbers with separators, currencies, units and scales.
use crate::parse::reader::digits;

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
pub(super) fn amount(text: &str) -> Option<(String, &str, bool)> {
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

pub(super) fn fraction(text: &str) -> Option<(f64, &str)> {
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
