//! Values in tags: DSPy's XML form, and tags as models use them anyway.
mod entities;
mod values;

pub(crate) use entities::decoded;
pub(super) use values::{content, value};

use std::collections::HashMap;

/// How deep elements are looked into.
const DEEPEST: usize = 64;

/// An element: its name, its content's place, where it ends, and whether the text ended before it.
#[derive(Clone, Copy, Debug)]
pub(in crate::parse) struct Element<'t> {
    pub(in crate::parse) name: &'t str,
    /// The value of `key="…"`.
    key: Option<&'t str>,
    pub(in crate::parse) start: usize,
    pub(in crate::parse) inner: (usize, usize),
    pub(in crate::parse) end: usize,
    /// Its closing tag is missing: the next of its siblings ends it, or the text.
    pub(in crate::parse) unclosed: Unclosed,
    /// `<a/>`
    empty: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::parse) enum Unclosed {
    No,
    Sibling,
    End,
}

/// A tag at a place.
struct Tag<'t> {
    name: &'t str,
    key: Option<&'t str>,
    close: bool,
    empty: bool,
    end: usize,
}

fn tag(text: &str, at: usize) -> Option<Tag<'_>> {
    let rest = text.get(at..)?.strip_prefix('<')?;
    let close = rest.starts_with('/');
    let body = rest.strip_prefix('/').unwrap_or(rest);
    let first = body.chars().next()?;
    if !(first.is_alphabetic() || first == '_') {
        return None;
    }
    let length = body.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.')))?;
    let name = &body[..length];
    // attributes are short
    let mut most = body.len().min(length + 400);
    while !body.is_char_boundary(most) {
        most -= 1;
    }
    let after = &body[length..most];
    let end = after.find('>')?;
    let attributes = &after[..end];
    if !(attributes.is_empty() || attributes.starts_with(|c: char| c.is_whitespace() || c == '/'))
        || attributes.contains('<')
    {
        return None;
    }
    let key = attributes.find("key=").and_then(|at| {
        let value = &attributes[at + 4..];
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        value[1..].find(quote).map(|end| &value[1..=end])
    });
    let end = at + 1 + (rest.len() - body.len()) + length + end + 1;
    Some(Tag {
        name,
        key,
        close,
        empty: attributes.ends_with('/'),
        end,
    })
}

/// The elements of a part of a text, not those inside them. `wanted`: only these names count.
pub(in crate::parse) fn elements<'t>(
    text: &'t str,
    start: usize,
    end: usize,
    wanted: &dyn Fn(&str) -> bool,
) -> Vec<Element<'t>> {
    let text = &text[..end];
    // one pass over all tags; closing tags are looked up by name
    let mut tags: Vec<(usize, Tag<'t>)> = Vec::new();
    let mut at = start;
    while let Some(offset) = text[at..].find('<') {
        let found = at + offset;
        if text[found..].starts_with("<![CDATA[") {
            at = text[found..]
                .find("]]>")
                .map_or(end, |close| found + close + 3);
            continue;
        }
        if text[found..].starts_with("<!--") {
            at = text[found..]
                .find("-->")
                .map_or(end, |close| found + close + 3);
            continue;
        }
        match tag(text, found) {
            Some(tag) => {
                at = tag.end;
                tags.push((found, tag));
            }
            None => at = found + 1,
        }
    }
    // for each opening tag the closing one of its own depth
    let mut open: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut partner: Vec<Option<usize>> = vec![None; tags.len()];
    for (index, (_, tag)) in tags.iter().enumerate() {
        if tag.empty {
            continue;
        }
        if tag.close {
            if let Some(opened) = open.get_mut(tag.name).and_then(Vec::pop) {
                partner[opened] = Some(index);
            }
        } else {
            open.entry(tag.name).or_default().push(index);
        }
    }
    let mut found = Vec::new();
    let mut index = 0;
    while let Some((at, tag)) = tags.get(index) {
        index += 1;
        if tag.close || !wanted(tag.name) {
            continue;
        }
        let mut element = Element {
            name: tag.name,
            key: tag.key,
            start: *at,
            inner: (tag.end, tag.end),
            end: tag.end,
            unclosed: Unclosed::No,
            empty: tag.empty,
        };
        if !tag.empty {
            if let Some(close) = partner[index - 1] {
                element.inner.1 = tags[close].0;
                element.end = tags[close].1.end;
                index = close + 1;
            } else {
                // up to the next wanted element, or to the end
                let next = tags[index..]
                    .iter()
                    .find(|(_, next)| wanted(next.name) && !next.close && next.name != tag.name)
                    .map(|(at, _)| *at);
                element.inner.1 = next.unwrap_or(end);
                element.end = element.inner.1;
                element.unclosed = if next.is_some() {
                    Unclosed::Sibling
                } else {
                    Unclosed::End
                };
                while tags.get(index).is_some_and(|(at, _)| *at < element.end) {
                    index += 1;
                }
            }
        }
        found.push(element);
    }
    found
}

/// The inside of one element that is the whole text, tokens like `<|end|>` aside.
pub(in crate::parse) fn inside(text: &str) -> Option<(usize, usize)> {
    let (mut start, mut end) = (0, text.len());
    while let Some(rest) = text[start..end].strip_prefix("<|") {
        start += 2 + rest.find("|>")? + 2;
        start += text[start..end].len() - text[start..end].trim_start().len();
    }
    while text[start..end].trim_end().ends_with("|>") {
        end = start + text[start..end].rfind("<|")?;
    }
    if let Some(open) = tag(text, start).filter(|tag| !tag.close && !tag.empty) {
        let close = format!("</{}>", open.name);
        if let Some(rest) = text[open.end..end].trim_end().strip_suffix(&*close) {
            return Some((open.end, open.end + rest.len()));
        }
    }
    (start > 0 || end < text.len()).then_some((start, end))
}

#[cfg(test)]
mod tests {
    use super::{Unclosed, decoded, elements, inside, tag};

    #[test]
    fn tags_and_their_ends() {
        let found = tag("a <b key=\"x y\" />c", 2).expect("a tag");
        assert_eq!(
            (found.name, found.key, found.empty, found.end),
            ("b", Some("x y"), true, 17)
        );
        assert!(tag("1 < 2", 2).is_none() && tag("<>", 0).is_none() && tag("<a", 0).is_none());
    }

    #[test]
    fn elements_of_one_level() {
        let text = "x <a>1<a>2</a></a> y <b>3 <c/>";
        let found = elements(text, 0, text.len(), &|name| name != "c");
        let shown: Vec<_> = found
            .iter()
            .map(|element| {
                (
                    element.name,
                    &text[element.inner.0..element.inner.1],
                    element.unclosed,
                )
            })
            .collect();
        assert_eq!(
            shown,
            [
                ("a", "1<a>2</a>", Unclosed::No),
                ("b", "3 <c/>", Unclosed::End)
            ]
        );
    }

    #[test]
    fn escapes_and_wrappers() {
        assert_eq!(
            decoded("a &lt; b &#233; &nope; <![CDATA[x < y]]>"),
            "a < b é &nope; x < y"
        );
        assert_eq!(inside("<answer>42</answer>"), Some((8, 10)));
        assert_eq!(inside("42<|im_end|>"), Some((0, 2)));
        assert_eq!(inside("42"), None);
    }
}
