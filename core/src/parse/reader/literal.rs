//! Literals and numbers as other languages write them.
use crate::parse::{node::Kind, strict};
use std::borrow::Cow;

/// Literals of JSON, Python and JavaScript.
pub(in crate::parse) fn literal(text: &str) -> Option<Kind<'static>> {
    Some(match text {
        "true" | "True" | "TRUE" => Kind::Bool(true),
        "false" | "False" | "FALSE" => Kind::Bool(false),
        "null" | "None" | "NULL" | "Null" | "nil" | "undefined" | "none" => Kind::Null,
        _ => return None,
    })
}

/// The digits of a number as JSON writes them: of `1_000`, `.5`, `2.`, `+3`, `1e`.
pub(in crate::parse) fn digits(text: &str) -> Option<Cow<'_, str>> {
    let first = *text.as_bytes().first()?;
    if !(first.is_ascii_digit() || matches!(first, b'-' | b'+' | b'.')) || text.len() > 400 {
        return None;
    }
    if strict::number(text.as_bytes()) == Some(text.len()) {
        return Some(Cow::Borrowed(text));
    }
    let (sign, rest) = match first {
        b'-' => ("-", &text[1..]),
        b'+' => ("", &text[1..]),
        _ => ("", text),
    };
    let mut plain = String::from(sign);
    let whole = rest
        .bytes()
        .take_while(|byte| byte.is_ascii_digit() || *byte == b'_')
        .count();
    if rest[..whole].starts_with('_')
        || rest[..whole].ends_with('_')
        || whole > 1 && rest.starts_with('0')
    {
        return None;
    }
    plain.push_str(if whole == 0 { "0" } else { "" });
    plain.extend(rest[..whole].chars().filter(|c| *c != '_'));
    let mut rest = &rest[whole..];
    let mut any = whole > 0;
    if let Some(after) = rest.strip_prefix('.') {
        let fraction = after
            .bytes()
            .take_while(|byte| byte.is_ascii_digit() || *byte == b'_')
            .count();
        any |= fraction > 0;
        plain.push('.');
        if fraction == 0 {
            plain.push('0');
        }
        plain.extend(after[..fraction].chars().filter(|c| *c != '_'));
        rest = &after[fraction..];
    }
    if !any {
        return None;
    }
    if let Some(after) = rest.strip_prefix(['e', 'E']) {
        let (sign, exponent) = match after.as_bytes().first() {
            Some(b'-') => ("-", &after[1..]),
            Some(b'+') => ("", &after[1..]),
            _ => ("", after),
        };
        if !exponent.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        if exponent.is_empty() && !plain.contains('.') {
            // cut off: it would have been a float
            plain.push_str(".0");
        } else if !exponent.is_empty() {
            plain.push('e');
            plain.push_str(sign);
            plain.push_str(exponent);
        }
        rest = "";
    }
    rest.is_empty().then_some(Cow::Owned(plain))
}

#[cfg(test)]
mod tests {
    use super::digits;

    #[test]
    fn numbers_of_other_languages() {
        for (text, plain) in [
            ("1_000", Some("1000")),
            (".5", Some("0.5")),
            ("2.", Some("2.0")),
            ("+3", Some("3")),
            ("1e", Some("1.0")),
            ("-2.5e+", Some("-2.5")),
            ("1.2.3", None),
            ("-", None),
            ("007", None),
            ("0x1f", None),
            (".", None),
            ("1-2", None),
        ] {
            assert_eq!(digits(text).as_deref(), plain, "{text}");
        }
    }
}
