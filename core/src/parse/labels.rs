//! Members as lines of `name: value`: YAML and what looks like it, and lists in Markdown.
use super::{
    fit::Fit,
    fold::same,
    lines::{self, bullet},
    node::{Kind, Member, Node},
    reader::Reader,
    scope::{Names, Want},
};
use crate::schema::Schema;
use std::borrow::Cow;

/// A label at the start of a line: its name and where its value begins.
fn label(line: &str) -> Option<(&str, &str)> {
    let rest = bullet(line).unwrap_or(line.trim_start());
    let rest = rest.trim_start_matches(['#', ' ']);
    let end = rest.find([':', '='])?;
    if end > 80 || rest[end..].starts_with("://") {
        return None;
    }
    let name = rest[..end]
        .trim()
        .trim_matches(['*', '_', '`', '"', '\'', ' ']);
    let value = rest[end + 1..].trim_start_matches('>');
    // the end of the emphasis that the name began in
    let value = value
        .strip_prefix("**")
        .or_else(|| value.strip_prefix("__"))
        .unwrap_or(value);
    (!name.is_empty()).then_some((name, value))
}

/// An object of the labels in a text whose names the schema knows.
pub(super) fn record<'t, 's>(
    fit: &Fit<'_, 's>,
    schema: &'s Schema,
    text: &'t str,
    start: usize,
) -> Option<Node<'t>> {
    let names = fit.scope.names(Some(schema));
    let shape = fit.scope.shape(schema);
    if let Schema::Map(..) = shape {
        return map(text, start);
    }
    if names.fields_empty() {
        return None;
    }
    let items = matches!(shape, Schema::List(_) | Schema::Set(_));
    let node = members(fit, &names, text, start)?;
    if !items {
        return Some(node);
    }
    let (from, to) = (node.start as usize, node.end as usize);
    // a new item begins where the first name comes again
    let Kind::Object(members) = node.kind else {
        return None;
    };
    let first = members.first()?.name.to_string();
    let mut objects: Vec<Node<'t>> = Vec::new();
    let mut current: Vec<Member<'t>> = Vec::new();
    for member in members {
        if same(&member.name, &first) && !current.is_empty() {
            objects.push(Node::new(
                Kind::Object(std::mem::take(&mut current)),
                from,
                to,
            ));
        }
        current.push(member);
    }
    objects.push(Node::new(Kind::Object(current), from, to));
    Some(Node::new(Kind::List(objects), from, to))
}

fn members<'t, 's>(
    fit: &Fit<'_, 's>,
    names: &Names<'s>,
    text: &'t str,
    start: usize,
) -> Option<Node<'t>> {
    // name, and the value's place in the text
    let mut found: Vec<(&'t str, usize, usize)> = Vec::new();
    let mut at = start;
    let mut ended = false;
    for line in text[start..].split_inclusive('\n') {
        let line_start = at;
        at += line.len();
        let plain = line.trim_end();
        if plain.trim_start().starts_with("```") {
            ended = !found.is_empty();
            continue;
        }
        if ended {
            continue;
        }
        fit.work.add(16);
        if let Some((name, value)) = label(plain).filter(|(name, _)| names.knows(name)) {
            let from = line_start + (value.as_ptr().addr() - line.as_ptr().addr());
            found.push((name, from, from + value.len()));
        } else if let Some((.., end)) = found.last_mut() {
            *end = line_start + plain.len();
        }
    }
    if found.is_empty() {
        return None;
    }
    let (first, last) = (found[0].1, found[found.len() - 1].2);
    let members = found
        .into_iter()
        .map(|(name, from, to)| {
            let value = value(fit, names.member(name), text, from, to);
            Member {
                name: Cow::Borrowed(name),
                value,
            }
        })
        .collect();
    Some(Node::new(Kind::Object(members), first, last))
}

/// The value behind a label.
fn value<'t, 's>(
    fit: &Fit<'_, 's>,
    schema: Option<&'s Schema>,
    text: &'t str,
    from: usize,
    to: usize,
) -> Node<'t> {
    let content = text[from..to].trim();
    let start = content.as_ptr().addr() - text.as_ptr().addr();
    let want = fit.scope.want(schema);
    if content.is_empty() {
        return Node::new(Kind::Nothing, from, from);
    }
    if want != Want::Text && content.starts_with(['[', '{', '"'])
        || content.starts_with('"') && content.ends_with('"') && content.len() > 1
    {
        let mut reader = Reader::new(
            &text[..start + content.len()],
            start,
            fit.scope,
            fit.work,
            false,
        );
        if let Some(node) = reader.read(schema) {
            return node;
        }
    }
    if want == Want::Composite {
        let nested = schema.map(|schema| fit.scope.names(Some(schema)));
        if let Some(names) = nested.filter(|names| !names.fields_empty())
            && content.contains(':')
            && !fit.work.spent()
            && let Some(node) = members(fit, &names, &text[..start + content.len()], start)
        {
            return node;
        }
        if let Some(node) = lines::items(&text[..start + content.len()], start) {
            return node;
        }
    }
    if want == Want::Text {
        return Node::new(
            Kind::Bare(Cow::Borrowed(content)),
            start,
            start + content.len(),
        );
    }
    // the line, and not what comes below it
    lines::word(content, text)
}

/// Lines that are all of `name: value`.
fn map(text: &str, start: usize) -> Option<Node<'_>> {
    let mut members = Vec::new();
    for line in text[start..].lines() {
        if line.trim().is_empty() || line.trim_start().starts_with("```") {
            continue;
        }
        let (name, value) = label(line).filter(|(name, value)| {
            name.split_whitespace().count() <= 4 && !value.trim().is_empty()
        })?;
        if line.trim_start().starts_with(['{', '[', '}', ']', '"']) {
            return None;
        }
        members.push(Member {
            name: Cow::Borrowed(name),
            value: lines::word(value.trim(), text),
        });
    }
    (!members.is_empty()).then(|| Node::new(Kind::Object(members), start, text.len()))
}
