//! The value of a text of which nothing is known.
use crate::{
    parse::{
        fit::Fit,
        node::{Kind, Node},
        notes::Notes,
        payload::{Candidate, is_blank, values::values},
        reader::{Reader, digits, literal},
        rule::Rule,
        scope::Want,
    },
    schema::Schema,
};
use std::borrow::Cow;

/// A text of which nothing is known.
pub(super) fn any<'t, 's>(
    fit: &mut Fit<'_, 's>,
    schema: &'s Schema,
    text: &'t str,
    start: usize,
) -> Candidate<'t> {
    let all = &text[start..];
    let first = all.as_bytes()[0];
    let regex = first == b'/'
        && !all.starts_with("//")
        && !all.starts_with("/*")
        && all.len() > 1
        && all.ends_with('/');
    let mut reader = Reader::new(text, start, fit.scope, fit.work, fit.manner.partial);
    let quoted = matches!(first, b'"' | b'\'' | b'`' | b'\\')
        && !all.starts_with("```")
        && !all.starts_with("``");
    if !regex && !quoted && all.contains(['{', '[']) {
        let mut found = values(fit, Some(schema), text, start);
        // the inside of what swallowed the rest is no value of its own
        let mut kept: Vec<Candidate<'t>> = Vec::new();
        for candidate in found.drain(..) {
            let inside = kept
                .last()
                .is_some_and(|last| candidate.node.start < last.node.end);
            if !inside {
                kept.push(candidate);
            } else if candidate.strict
                && kept.last().is_some_and(|last| {
                    !last.strict && last.node.open && last.node.start as usize > start
                })
            {
                kept.pop();
                kept.push(candidate);
            }
        }
        if let Some(candidate) = several(text, kept) {
            return candidate;
        }
    }
    if regex {
        return Candidate::plain(Node::new(Kind::Bare(Cow::Borrowed(all)), start, text.len()));
    }
    reader.blanks();
    if reader.at > start && reader.at >= text.len() {
        return Candidate::plain(Node::new(Kind::Bare(Cow::Borrowed(all)), start, text.len()));
    }
    if (first == b'('
        || quoted
        || all.as_bytes().iter().take(48).any(|byte| *byte == b'(')
        || reader.at > start
        || all.ends_with([',', ';'])
        || all.ends_with('"'))
        && let Some(node) = reader.read(Some(schema))
    {
        let rest = text[reader.at.min(text.len())..]
            .trim_matches(|c: char| is_blank(c) || matches!(c, '.' | ';' | ','));
        let composite = node.is_composite();
        if rest.is_empty() || composite {
            let mut node = node;
            if let Kind::Bare(Cow::Borrowed(text)) = node.kind {
                // `4,`
                let plain = text.trim_end_matches([',', ';']);
                node.kind = literal(plain)
                    .or_else(|| digits(plain).map(Kind::Number))
                    .unwrap_or(Kind::Bare(Cow::Borrowed(text)));
            }
            return Candidate {
                node,
                notes: reader.notes,
                strict: false,
            };
        }
    }
    let mut reader = Reader::new(text, start, fit.scope, fit.work, fit.manner.partial);
    let kind = reader.word(all, Want::Any, fit.manner.partial);
    let mut node = Node::new(kind, start, text.len());
    node.open = fit.manner.partial;
    Candidate {
        node,
        notes: reader.notes,
        strict: false,
    }
}

/// One value of several: the last of a kind, or all of them if they are of different kinds.
fn several<'t>(text: &str, mut found: Vec<Candidate<'t>>) -> Option<Candidate<'t>> {
    if found.len() < 2 {
        return found.pop();
    }
    let comma = found.windows(2).any(|pair| {
        text.get(pair[0].node.end as usize..pair[1].node.start as usize)
            .is_some_and(|between| between.trim().starts_with(','))
    });
    if !comma {
        // a later value of the same shape replaces the one before it
        let mut kept: Vec<Candidate<'t>> = Vec::new();
        for candidate in found {
            if kept
                .last()
                .is_some_and(|last| alike(&last.node, &candidate.node))
            {
                kept.pop();
            }
            kept.push(candidate);
        }
        found = kept;
        if found.len() == 1 {
            return found.pop();
        }
    }
    // brackets in prose are no values: what has nothing inside, or one bare word
    let worth = |candidate: &Candidate<'_>| match &candidate.node.kind {
        Kind::List(items) => {
            candidate.strict && !items.is_empty()
                || items.len() > 1
                || items.iter().any(Node::is_composite)
        }
        Kind::Object(members) => {
            !members.is_empty()
                && (candidate.strict
                    || members
                        .iter()
                        .any(|member| !matches!(member.value.kind, Kind::Nothing)))
        }
        _ => false,
    };
    if found.iter().any(worth) && !comma {
        found.retain(worth);
        if found.len() == 1 {
            return found.pop();
        }
    }
    let (start, end) = (found[0].node.start, found[found.len() - 1].node.end);
    let mut notes = Notes::default();
    let mut nodes = Vec::new();
    for candidate in found {
        notes.append(candidate.notes);
        nodes.push(candidate.node);
    }
    notes.append(Notes::one(Rule::Gathered, start as usize..end as usize));
    Some(Candidate {
        node: Node::new(Kind::List(nodes), start as usize, end as usize),
        notes,
        strict: false,
    })
}

/// Objects with the same names, or lists of them.
fn alike(one: &Node<'_>, two: &Node<'_>) -> bool {
    match (&one.kind, &two.kind) {
        (Kind::Object(one), Kind::Object(two)) => {
            one.len() == two.len() && one.iter().zip(two).all(|(one, two)| one.name == two.name)
        }
        (Kind::List(one), Kind::List(two)) => match (one.first(), two.first()) {
            (Some(one), Some(two)) => one.is_composite() && alike(one, two),
            _ => false,
        },
        _ => false,
    }
}
