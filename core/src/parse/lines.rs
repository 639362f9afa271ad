//! Lists as lines that begin with a dash, a star or a number.
use super::{
    node::{Kind, Node},
    reader::{digits, literal},
};
use std::borrow::Cow;

/// What follows the sign at the start of a line of a list.
pub(super) fn bullet(line: &str) -> Option<&str> {
    let line = line.trim_start();
    for sign in ["- ", "* ", "• ", "+ ", "– ", "◦ ", "▪ "] {
        if let Some(rest) = line.strip_prefix(sign) {
            return Some(rest.trim());
        }
    }
    let count = line.bytes().take_while(u8::is_ascii_digit).count();
    let rest = line[count..]
        .strip_prefix(['.', ')'])
        .filter(|_| (1..=3).contains(&count))?;
    rest.starts_with([' ', '\t']).then(|| rest.trim())
}

/// A word or text of a line, without the marks of emphasis and quotes around it.
pub(super) fn word<'t>(text: &'t str, whole: &str) -> Node<'t> {
    let start = text.as_ptr() as usize - whole.as_ptr() as usize;
    let mut inner = text.trim();
    for mark in ["**", "__", "`", "\"", "'"] {
        if let Some(rest) = inner
            .strip_prefix(mark)
            .and_then(|rest| rest.strip_suffix(mark))
            && !rest.is_empty()
            && !rest.contains(mark)
        {
            inner = rest.trim();
        }
    }
    let kind = literal(inner)
        .or_else(|| digits(inner).map(Kind::Number))
        .unwrap_or(Kind::Bare(Cow::Borrowed(inner)));
    Node::new(kind, start, start + text.len())
}

/// The values of several code fences.
pub(super) fn fences(text: &str, start: usize) -> Option<Node<'_>> {
    let mut items = Vec::new();
    let mut at = start;
    while let Some(open) = text[at..].find("```").map(|open| at + open + 3) {
        let Some(line) = text[open..].find('\n').map(|line| open + line) else {
            break;
        };
        let Some(close) = text[line..].find("```").map(|close| line + close) else {
            break;
        };
        at = close + 3;
        let inner = text[line..close].trim();
        let from = inner.as_ptr().addr() - text.as_ptr().addr();
        match super::strict::value(&text[..close], from) {
            Some((node, end)) if end == from + inner.len() => items.push(node),
            _ => return None,
        }
    }
    let (first, last) = (items.first()?.start as usize, items.last()?.end as usize);
    (items.len() > 1).then(|| Node::new(Kind::List(items), first, last))
}

/// The lines of a list in a text.
pub(super) fn items(text: &str, start: usize) -> Option<Node<'_>> {
    let mut items = Vec::new();
    let (mut first, mut last) = (None, start);
    for line in text[start..].lines() {
        if let Some(item) = bullet(line)
            && !item.is_empty()
        {
            let node = word(item, text);
            first.get_or_insert(node.start as usize);
            last = node.end as usize;
            items.push(node);
        } else if line.trim().is_empty() || items.is_empty() || line.trim_start().starts_with("```")
        {
            // words before the list, and lines between its items
        } else if line.starts_with([' ', '\t']) {
            // an item that goes on in the next line
            let (Some(node), Some(at)) = (
                items.last_mut(),
                line.as_ptr().addr().checked_sub(text.as_ptr().addr()),
            ) else {
                continue;
            };
            let from = node.start as usize;
            let to = at + line.trim_end().len();
            if let Some(whole) = text.get(from..to) {
                *node = Node::new(Kind::Bare(Cow::Borrowed(whole)), from, to);
            }
        } else {
            break;
        }
    }
    (!items.is_empty()).then(|| Node::new(Kind::List(items), first.unwrap_or(start), last))
}
