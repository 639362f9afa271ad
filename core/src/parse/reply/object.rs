//! Outputs as members of an object, wherever it stands.
use crate::{
    parse::{
        fit::Fit,
        node::{Kind, Member, Node},
        notes::Notes,
        payload::{self, Candidate},
        reader::Reader,
        reply::{
            Found, Way,
            inside::{escaped, owned, place_all, unwrapped},
        },
        rule::Rule,
        scope::{Scope, is_named},
        strict,
    },
    schema::{FieldDef, Schema},
};

/// The members of an object, by field: the last with the very name, else the last in another spelling.
pub(super) fn by_field<'t>(
    fields: &[FieldDef],
    members: Vec<Member<'t>>,
    notes: &Notes,
    listed: bool,
) -> Way<'t> {
    let mut way = Way::new(fields);
    if listed {
        way.rules = notes.iter().map(|note| (note.rule, note.range())).collect();
    }
    let mut very = vec![false; fields.len()];
    for member in members {
        let exact = fields
            .iter()
            .position(|field| field.name.get() == &*member.name);
        let Some(index) = exact.or_else(|| {
            fields
                .iter()
                .position(|field| is_named(field, &member.name))
        }) else {
            way.rules.push((Rule::Unknown, member.value.span()));
            continue;
        };
        if matches!(member.value.kind, Kind::Nothing) {
            continue;
        }
        if way.found[index].is_some() {
            way.rules.push((Rule::Repeated, member.value.span()));
            if very[index] && exact.is_none() {
                continue;
            }
        }
        if exact.is_none() {
            way.rules.push((Rule::NameFold, member.value.span()));
        }
        very[index] = exact.is_some();
        way.found[index] = Some(Found::Node(member.value));
    }
    way
}

/// One JSON object that is the whole text.
pub(super) fn clean<'t>(fields: &[FieldDef], text: &'t str) -> Option<Way<'t>> {
    let node = strict::whole(text)?;
    match node.kind {
        Kind::Object(members) => Some(by_field(fields, members, &Notes::default(), false)),
        _ => None,
    }
}

/// The object with most of the fields, wherever it stands; of several the last.
pub(super) fn object<'t, 's>(
    fit: &mut Fit<'_, 's>,
    fields: &'s [FieldDef],
    text: &'t str,
    start: usize,
) -> Option<Way<'t>> {
    if let Some(way) = escaped(fields, text, start) {
        return Some(way);
    }
    let scheme = outputs(fields);
    // the reader only looks at the names: what it borrows from the schema goes no further
    let candidates = {
        let scope = Scope::default();
        let mut inner = Fit::new(&scope, fit.work, fit.manner, text, "");
        payload::values(&mut inner, Some(&scheme), text, start)
    };
    let known = |members: &[Member<'_>]| {
        fields
            .iter()
            .filter(|field| {
                members.iter().any(|member| {
                    is_named(field, &member.name) && !matches!(member.value.kind, Kind::Nothing)
                })
            })
            .count()
    };
    let mut best: Option<(usize, u32, Candidate<'t>)> = None;
    for candidate in candidates {
        let strict = candidate.strict;
        let Some((members, wrapped)) = unwrapped(candidate.node, &known, 0) else {
            continue;
        };
        let hits = known(&members.1);
        let cost = candidate.notes.cost() + u32::from(wrapped);
        if hits == 0 {
            continue;
        }
        let better = best
            .as_ref()
            .is_none_or(|(most, least, _)| hits > *most || hits == *most && cost <= *least);
        if better {
            let node = Node {
                kind: Kind::Object(members.1),
                ..members.0
            };
            let mut notes = candidate.notes;
            if wrapped {
                notes.append(Notes::one(Rule::Unwrapped, node.span()));
            }
            best = Some((
                hits,
                cost,
                Candidate {
                    node,
                    notes,
                    // what was taken out of a text stands there with its escapes
                    strict: strict && !wrapped,
                },
            ));
        }
    }
    let Some((_, _, candidate)) = best else {
        return opened(fit, fields, text, start);
    };
    let range = candidate.node.span();
    let around = !(text[..range.start].trim().is_empty()
        && text[range.end.min(text.len())..].trim().is_empty());
    let fenced = around && text[..range.start].contains("```");
    let Kind::Object(members) = candidate.node.kind else {
        return None;
    };
    let mut way = by_field(fields, members, &candidate.notes, fit.work.lists());
    way.strict = candidate.strict;
    if around {
        way.rules
            .push((if fenced { Rule::Fence } else { Rule::Prose }, range));
    }
    Some(way)
}

/// Members of an object whose opening bracket is missing: `"answer": "x", "score": 1}`.
fn opened<'t, 's>(
    fit: &mut Fit<'_, 's>,
    fields: &'s [FieldDef],
    text: &'t str,
    start: usize,
) -> Option<Way<'t>> {
    let rest = text[start..].trim();
    let name = rest.strip_prefix('"')?.split('"').next()?;
    let after = rest.get(name.len() + 2..)?.trim_start();
    if !after.starts_with(':') || !fields.iter().any(|field| is_named(field, name)) {
        return None;
    }
    let whole = format!("{{{rest}");
    let scheme = outputs(fields);
    let scope = Scope::default();
    let mut reader = Reader::new(&whole, 0, &scope, fit.work, false);
    let mut node = owned(&reader.read(Some(&scheme))?);
    place_all(&mut node, start, text.len());
    let Kind::Object(members) = node.kind else {
        return None;
    };
    let mut way = by_field(fields, members, &Notes::default(), false);
    // places in the copy are no places in the reply
    let found = start..text.len();
    way.rules.clear();
    way.rules
        .extend(reader.notes.iter().map(|note| (note.rule, found.clone())));
    way.rules.push((Rule::Closer, found));
    (way.hits() > 0).then_some(way)
}

/// The fields as a schema of one object.
pub(super) fn outputs(fields: &[FieldDef]) -> Schema {
    use crate::{
        constant::Ref,
        schema::{Body, Definition},
    };
    let body = Body::Record(Ref::shared(std::sync::Arc::from(fields)));
    Schema::Inline(Ref::shared(std::sync::Arc::new(Definition {
        doc: Ref::new(""),
        body,
    })))
}
