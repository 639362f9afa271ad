//! Objects that stand inside of other values: in texts, in lists, in further objects.
use crate::{
    parse::{
        node::{Kind, Member, Node},
        notes::Notes,
        reply::{Way, object::by_field},
        rule::Rule,
        strict,
    },
    schema::FieldDef,
};
use std::borrow::Cow;

/// The object in a JSON text that is the whole reply.
pub(super) fn escaped<'t>(fields: &[FieldDef], text: &'t str, start: usize) -> Option<Way<'t>> {
    let rest = text[start..].trim_start();
    if !rest.starts_with('"') || !rest[1..].trim_start().starts_with('{') {
        return None;
    }
    let Kind::Text(inside) = strict::whole(rest)?.kind else {
        return None;
    };
    let mut node = owned(&strict::whole(&inside)?);
    place_all(&mut node, start, text.len());
    let Kind::Object(members) = node.kind else {
        return None;
    };
    let mut way = by_field(fields, members, &Notes::default(), false);
    way.rules.push((Rule::Reparsed, start..text.len()));
    (way.hits() > 0).then_some(way)
}

/// The object itself, or the one inside that has the fields.
pub(super) fn unwrapped<'t>(
    node: Node<'t>,
    known: &dyn Fn(&[Member<'_>]) -> usize,
    depth: usize,
) -> Option<((Node<'t>, Vec<Member<'t>>), bool)> {
    let shell = Node {
        kind: Kind::Null,
        ..node
    };
    match node.kind {
        Kind::Object(members) => {
            if known(&members) > 0 || depth > 3 {
                return Some(((shell, members), depth > 0));
            }
            members.into_iter().find_map(|member| {
                let (from, to) = (member.value.start as usize, member.value.end as usize);
                let inner = match member.value.kind {
                    Kind::Object(_) | Kind::List(_) => member.value,
                    Kind::Text(text) if text.trim_start().starts_with('{') => {
                        let mut inner = match text {
                            Cow::Borrowed(text) => strict::whole(text)?,
                            // a copy of the part outlives its text
                            Cow::Owned(text) => owned(&strict::whole(&text)?),
                        };
                        place_all(&mut inner, from, to);
                        inner
                    }
                    _ => return None,
                };
                unwrapped(inner, known, depth + 1).filter(|((_, members), _)| known(members) > 0)
            })
        }
        Kind::List(items) if items.len() <= 4 => items.into_iter().rev().find_map(|item| {
            unwrapped(item, known, depth + 1).filter(|((_, members), _)| known(members) > 0)
        }),
        _ => None,
    }
}

/// Gives a value that was read in a copy, and all within it, one place in the reply.
pub(super) fn place_all(node: &mut Node<'_>, start: usize, end: usize) {
    let place = Node::new(Kind::Nothing, start, end);
    (node.start, node.end) = (place.start, place.end);
    match &mut node.kind {
        Kind::List(items) => items
            .iter_mut()
            .for_each(|item| place_all(item, start, end)),
        Kind::Object(members) => members
            .iter_mut()
            .for_each(|member| place_all(&mut member.value, start, end)),
        _ => {}
    }
}

pub(super) fn owned(node: &Node<'_>) -> Node<'static> {
    let text = |text: &Cow<'_, str>| Cow::Owned(text.to_string());
    let kind = match &node.kind {
        Kind::Nothing => Kind::Nothing,
        Kind::Null => Kind::Null,
        Kind::Bool(value) => Kind::Bool(*value),
        Kind::Number(digits) => Kind::Number(text(digits)),
        Kind::Text(inner) => Kind::Text(text(inner)),
        Kind::Bare(inner) => Kind::Bare(text(inner)),
        Kind::List(items) => Kind::List(items.iter().map(owned).collect()),
        Kind::Object(members) => Kind::Object(
            members
                .iter()
                .map(|member| Member {
                    name: text(&member.name),
                    value: owned(&member.value),
                })
                .collect(),
        ),
    };
    Node {
        kind,
        start: node.start,
        end: node.end,
        open: node.open,
        plain: node.plain,
    }
}
