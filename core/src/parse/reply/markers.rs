//! Outputs behind DSPy's markers, as they should be and as models write them.
use crate::{
    parse::{
        chat,
        reply::{Found, Way},
        rule::Rule,
        scope::is_named,
    },
    schema::FieldDef,
};

/// DSPy's markers: the first section of a name wins.
pub(super) fn exact<'t>(fields: &[FieldDef], text: &'t str, start: usize) -> Option<Way<'t>> {
    let sections = chat::sections(&text[start..]);
    by_section(fields, text, start, &sections, true)
}

/// Markers anywhere and in any spelling.
pub(super) fn loose<'t>(fields: &[FieldDef], text: &'t str, start: usize) -> Option<Way<'t>> {
    let sections = chat::loose(&text[start..], &|name| {
        fields.iter().any(|field| is_named(field, name))
    });
    by_section(fields, text, start, &sections, false)
}

/// The sections, by field. `exact`: names and markers are spelled as DSPy spells them.
fn by_section<'t>(
    fields: &[FieldDef],
    text: &'t str,
    start: usize,
    sections: &[chat::Section<'_>],
    exact: bool,
) -> Option<Way<'t>> {
    let mut way = Way::new(fields);
    for section in sections {
        let very = |field: &FieldDef| field.name.get() == section.name;
        let named = |field: &FieldDef| !exact && is_named(field, section.name);
        let index = fields.iter().position(very);
        let Some(index) = index.or_else(|| fields.iter().position(named)) else {
            continue;
        };
        let (from, to) = (start + section.content.0, start + section.content.1);
        if way.found[index].is_some() {
            way.rules.push((Rule::Repeated, start + section.start..to));
            continue;
        }
        if !exact {
            way.rules.push((Rule::Marker, start + section.start..from));
        }
        way.found[index] = Some(place(text, from, to, section.closed, &mut way.rules));
    }
    (way.hits() > 0).then_some(way)
}

/// A section's content. At the end of the text there may be the beginning of a marker.
pub(super) fn place<'t>(
    text: &'t str,
    from: usize,
    to: usize,
    closed: bool,
    rules: &mut Vec<(Rule, std::ops::Range<usize>)>,
) -> Found<'t> {
    if !closed {
        let end = from + chat::without_cut_marker(&text[from..to]);
        if end < to {
            rules.push((Rule::Truncated, end..to));
            return Found::Text(from, end);
        }
    }
    Found::Text(from, to)
}
