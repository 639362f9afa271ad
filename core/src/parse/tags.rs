//! Values in tags: DSPy's XML form, and tags as models use them anyway.
use super::{
    fit::Fit,
    node::{Kind, Member, Node},
    scope::Want,
    strict,
};
use crate::schema::{Body, Schema};
use std::{borrow::Cow, collections::HashMap};

/// How deep elements are looked into.
const DEEPEST: usize = 64;

/// An element: its name, its content's place, where it ends, and whether the text ended before it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element<'t> {
    pub(super) name: &'t str,
    /// The value of `key="…"`.
    key: Option<&'t str>,
    pub(super) start: usize,
    pub(super) inner: (usize, usize),
    pub(super) end: usize,
    /// Its closing tag is missing: the next of its siblings ends it, or the text.
    pub(super) unclosed: Unclosed,
    /// `<a/>`
    empty: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unclosed {
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
pub(super) fn elements<'t>(
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
pub(super) fn inside(text: &str) -> Option<(usize, usize)> {
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

/// A value in tags for a schema of names, from free text.
pub(super) fn value<'t, 's>(
    fit: &Fit<'_, 's>,
    schema: &'s Schema,
    text: &'t str,
    start: usize,
) -> Option<Node<'t>> {
    if !text[start..].contains('<') {
        return None;
    }
    let names = fit.scope.names(Some(schema));
    if names.fields_empty() {
        return None;
    }
    fit.work.add(text.len() - start);
    let found = elements(text, start, text.len(), &|name| names.knows(name));
    if found.is_empty() {
        return None;
    }
    let (from, to) = (found[0].start, found[found.len() - 1].end);
    let node = object(fit, Some(schema), text, &found, 1);
    Some(Node::new(node, from, to))
}

fn object<'t, 's>(
    fit: &Fit<'_, 's>,
    schema: Option<&'s Schema>,
    text: &'t str,
    found: &[Element<'t>],
    depth: usize,
) -> Kind<'t> {
    let names = fit.scope.names(schema);
    let mut members: Vec<Member<'t>> = Vec::new();
    let mut places: HashMap<Cow<'t, str>, usize> = HashMap::new();
    for element in found {
        let name = element.key.map_or(Cow::Borrowed(element.name), decoded);
        let inner = names.member(&name);
        let value = content(fit, inner, text, element, depth + 1);
        // an element that comes again makes a list
        if let Some(place) = places.get(&name) {
            let known = &mut members[*place].value;
            match &mut known.kind {
                Kind::List(items) => match value.kind {
                    Kind::List(more) if fit.scope.want(inner) != Want::Text => items.extend(more),
                    _ => items.push(value),
                },
                _ => {
                    let one = std::mem::replace(known, Node::new(Kind::Null, 0, 0));
                    let (start, end) = (one.start as usize, value.end as usize);
                    *known = Node::new(Kind::List(vec![one, value]), start, end);
                }
            }
            continue;
        }
        places.insert(name.clone(), members.len());
        members.push(Member { name, value });
    }
    Kind::Object(members)
}

/// The content of an element as its schema wants it.
pub(super) fn content<'t, 's>(
    fit: &Fit<'_, 's>,
    schema: Option<&'s Schema>,
    text: &'t str,
    element: &Element<'t>,
    depth: usize,
) -> Node<'t> {
    let (from, to) = element.inner;
    let raw = &text[from..to];
    let plain = raw.trim();
    let start = from + (raw.len() - raw.trim_start().len());
    let end = start + plain.len();
    fit.work.add(raw.len());
    let shape = schema.map(|schema| fit.scope.shape(schema));
    let mut node = Node::new(Kind::Nothing, start, end.max(start));
    node.open = element.unclosed == Unclosed::End;
    let optional = matches!(shape, Some(Schema::Optional(_)));
    let inner = match shape {
        Some(Schema::Optional(inner)) => Some(inner.get()),
        _ => schema,
    };
    let shape = inner.map(|schema| fit.scope.shape(schema));
    if plain.is_empty() {
        node.kind = match shape {
            _ if optional => Kind::Null,
            Some(Schema::List(_) | Schema::Set(_)) => Kind::List(Vec::new()),
            Some(Schema::Map(..)) => Kind::Object(Vec::new()),
            _ if element.empty && !matches!(shape, Some(Schema::Text)) => Kind::Null,
            _ => Kind::Text(Cow::Borrowed("")),
        };
        return node;
    }
    let leaf = |kind: fn(Cow<'t, str>) -> Kind<'t>| kind(decoded(plain));
    // text keeps what looks like tags
    if matches!(shape, Some(Schema::Text)) {
        node.kind = leaf(Kind::Text);
        return node;
    }
    let inside = if plain.contains('<')
        && depth < DEEPEST
        && !fit.work.spent()
        && !plain.starts_with(['{', '['])
    {
        elements(text, start, end, &|_| true)
    } else {
        Vec::new()
    };
    if inside.is_empty() {
        node.kind = match shape {
            // of an output it is what stands there, as in a section; of a member it is text
            Some(Schema::Any) if depth == 1 => {
                return strict::whole(plain)
                    .unwrap_or_else(|| Node::new(leaf(Kind::Text), start, end));
            }
            Some(Schema::Any) | None => leaf(Kind::Text),
            _ => leaf(Kind::Bare),
        };
        return node;
    }
    node.kind = match shape {
        Some(Schema::List(item) | Schema::Set(item) | Schema::Array(item, _)) => {
            let item = item.get();
            if inside
                .iter()
                .all(|element| element.name == "item" || element.name == "li")
            {
                Kind::List(
                    inside
                        .iter()
                        .map(|element| content(fit, Some(item), text, element, depth + 1))
                        .collect(),
                )
            } else if fit.scope.want(Some(item)) == Want::Composite {
                let names = fit.scope.names(Some(item));
                if inside.len() > 1
                    && inside.iter().all(|element| element.name == inside[0].name)
                    && !names.knows(inside[0].name)
                {
                    Kind::List(
                        inside
                            .iter()
                            .map(|element| content(fit, Some(item), text, element, depth + 1))
                            .collect(),
                    )
                } else {
                    Kind::List(vec![Node::new(
                        object(fit, Some(item), text, &inside, depth + 1),
                        start,
                        end,
                    )])
                }
            } else if inside.len() > 1
                && inside.iter().all(|element| element.name == inside[0].name)
            {
                Kind::List(
                    inside
                        .iter()
                        .map(|element| content(fit, Some(item), text, element, depth + 1))
                        .collect(),
                )
            } else {
                Kind::List(vec![Node::new(leaf(Kind::Text), start, end)])
            }
        }
        Some(Schema::Tuple(kinds)) => Kind::List(
            inside
                .iter()
                .enumerate()
                .map(|(index, element)| {
                    content(
                        fit,
                        kinds.get().get(index).map(|schema| &**schema),
                        text,
                        element,
                        depth + 1,
                    )
                })
                .collect(),
        ),
        Some(Schema::Named(named)) if matches!(named.body(), Body::Words(_)) => leaf(Kind::Bare),
        Some(
            Schema::Map(..)
            | Schema::Named(_)
            | Schema::Inline(_)
            | Schema::Union(_)
            | Schema::Any
            | Schema::Recursion(_),
        )
        | None => object(fit, inner, text, &inside, depth + 1),
        // a scalar in one more tag
        _ if inside.len() == 1 => return content(fit, inner, text, &inside[0], depth + 1),
        _ => leaf(Kind::Bare),
    };
    node
}

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
