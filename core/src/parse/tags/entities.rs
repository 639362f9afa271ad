//! What escapes in tags mean.
use crate::parse::tags::tag;
use std::borrow::Cow;

/// A text without XML's escapes.
pub(crate) fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '\r', '<']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '\r']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(inside) = rest.strip_prefix("<![CDATA[") {
            let end = inside.find("]]>").unwrap_or(inside.len());
            out.push_str(&inside[..end]);
            rest = inside.get(end + 3..).unwrap_or("");
        } else if let Some(inside) = rest.strip_prefix("<!--")
            && let Some(end) = inside.find("-->")
        {
            rest = &inside[end + 3..];
        } else if rest.starts_with('<')
            && let Some(found) = tag(rest, 0).filter(|tag| tag.empty)
        {
            out.push_str(rest[..found.end].trim_end_matches(['/', '>', ' ']));
            out.push_str(" />");
            rest = &rest[found.end..];
        } else if let Some(after) = rest.strip_prefix('\r') {
            if !after.starts_with('\n') {
                out.push('\n');
            }
            rest = after;
        } else if let Some((character, length)) = entity(rest) {
            out.push(character);
            rest = &rest[length..];
        } else {
            out.push_str(&rest[..1]);
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn entity(text: &str) -> Option<(char, usize)> {
    let end = text
        .as_bytes()
        .iter()
        .take(12)
        .position(|byte| *byte == b';')?;
    let name = &text[1..end];
    let character = match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let digits = name.strip_prefix('#')?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            };
            char::from_u32(code)?
        }
    };
    Some((character, end + 1))
}
