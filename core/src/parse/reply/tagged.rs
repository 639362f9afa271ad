//! Outputs in tags, behind labels, and the only output without a name.
use crate::{
    parse::{
        fit::Fit,
        labels,
        node::{Kind, Node},
        notes::Notes,
        reply::{
            Found, Way,
            object::{by_field, outputs},
            section,
        },
        rule::Rule,
        scope::{Scope, is_named},
        tags::{self, Unclosed},
    },
    schema::{FieldDef, Schema},
};

/// Tags by the names of the fields.
pub(super) fn tagged<'t, 's>(
    fit: &mut Fit<'_, 's>,
    fields: &'s [FieldDef],
    text: &'t str,
    start: usize,
) -> Option<Way<'t>> {
    if !text[start..].contains('<') {
        return None;
    }
    fit.work.add(text.len());
    let mut way = Way::new(fields);
    let position = |name: &str| {
        fields
            .iter()
            .position(|field| field.name.get() == name)
            .or_else(|| fields.iter().position(|field| is_named(field, name)))
    };
    let elements = tags::elements(text, start, text.len(), &|name| position(name).is_some());
    let mut last = start;
    for element in &elements {
        let Some(index) = position(element.name) else {
            continue;
        };
        last = element.end;
        if let Some(Found::Node(known)) = &mut way.found[index]
            && element.unclosed == Unclosed::No
            && let Schema::List(_) | Schema::Set(_) = fields[index].schema.get().shape()
        {
            let more = tags::content(fit, Some(fields[index].schema.get()), text, element, 1);
            gather(known, more);
            continue;
        }
        if way.found[index].is_some() {
            way.rules.push((Rule::Repeated, element.start..element.end));
            continue;
        }
        if fields[index].name.get() != element.name {
            way.rules.push((Rule::NameFold, element.start..element.end));
        }
        way.found[index] = Some(match element.unclosed {
            Unclosed::End => Found::Cut(element.start),
            unclosed => {
                if unclosed == Unclosed::Sibling {
                    way.rules.push((Rule::Closer, element.end..element.end));
                }
                let schema = fields[index].schema.get();
                Found::Node(tags::content(fit, Some(schema), text, element, 1))
            }
        });
    }
    // the beginning of a tag at the end
    if let Some(open) = text[last..].rfind('<')
        && let name = &text[last + open + 1..]
        && !name.is_empty()
        && let Some(index) = fields
            .iter()
            .position(|field| field.name.get().starts_with(name))
        && way.found[index].is_none()
        && way.hits() > 0
    {
        way.found[index] = Some(Found::Cut(last + open));
    }
    (way.hits() > 0).then_some(way)
}

/// A tag that comes again where a list is wanted: its items follow the others.
fn gather<'t>(known: &mut Node<'t>, more: Node<'t>) {
    let end = more.end;
    let items = |node: Node<'t>| match node.kind {
        Kind::List(items) => items,
        _ => vec![node],
    };
    let start = known.start;
    let first = std::mem::replace(known, Node::new(Kind::Null, 0, 0));
    let mut all = items(first);
    all.extend(items(more));
    *known = Node {
        kind: Kind::List(all),
        start,
        end,
        open: false,
        plain: false,
    };
}

/// Lines of `name: value`.
pub(super) fn labelled<'t, 's>(
    fit: &mut Fit<'_, 's>,
    fields: &'s [FieldDef],
    text: &'t str,
    start: usize,
) -> Option<Way<'t>> {
    let scheme = outputs(fields);
    let scope = Scope::default();
    let inner = Fit::new(&scope, fit.work, fit.manner, text, "");
    let node = labels::record(&inner, &scheme, text, start)?;
    let range = node.span();
    let Kind::Object(mut members) = node.kind else {
        return None;
    };
    // of a label that comes again the first counts, as of a marker
    members.reverse();
    let mut way = by_field(fields, members, &Notes::default(), false);
    way.rules.push((Rule::Labels, range));
    (way.hits() > 0).then_some(way)
}

/// The value of the only output, and nothing that says so. Text would be whatever came.
pub(super) fn bare<'t, 's>(
    fit: &mut Fit<'_, 's>,
    fields: &'s [FieldDef],
    text: &'t str,
    start: usize,
) -> Option<Way<'t>> {
    let mut required = fields
        .iter()
        .enumerate()
        .filter(|(_, field)| !field.is_optional());
    let (index, field) = match (required.next(), required.next()) {
        (Some(one), None) => one,
        (None, None) if fields.len() == 1 => (0, &fields[0]),
        _ => return None,
    };
    if matches!(
        fit.scope.shape(field.schema.get()),
        Schema::Text | Schema::Any | Schema::Optional(_)
    ) || matches!(field.schema.get(), Schema::Printed(..))
    {
        return None;
    }
    fit.trial(|fit| section(fit, field, text, start, text.len()))?;
    let mut way = Way::new(fields);
    way.rules.push((Rule::ImpliedName, start..text.len()));
    way.found[index] = Some(Found::Text(start, text.len()));
    Some(way)
}
