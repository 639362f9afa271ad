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
    let mut way = Way {
        found: fields.iter().map(|_| None).collect(),
        rules: Vec::new(),
        strict: false,
    };
    for section in &sections {
        let Some(index) = fields
            .iter()
            .position(|field| field.name.get() == section.name)
        else {
            continue;
        };
        let (from, to) = (start + section.content.0, start + section.content.1);
        if way.found[index].is_some() {
            way.rules.push((Rule::Repeated, start + section.start..to));
            continue;
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

/// Markers anywhere and in any spelling.
pub(super) fn loose<'t>(fields: &[FieldDef], text: &'t str, start: usize) -> Option<Way<'t>> {
    let sections = chat::loose(&text[start..], &|name| {
        fields.iter().any(|field| is_named(field, name))
    });
    let mut way = Way {
        found: fields.iter().map(|_| None).collect(),
        rules: Vec::new(),
        strict: false,
    };
    for section in &sections {
        let Some(index) = fields
            .iter()
            .position(|field| field.name.get() == section.name)
            .or_else(|| {
                fields
                    .iter()
                    .position(|field| is_named(field, section.name))
            })
        else {
            continue;
        };
        let (from, to) = (start + section.content.0, start + section.content.1);
        if way.found[index].is_some() {
            way.rules.push((Rule::Repeated, start + section.start..to));
            continue;
        }
        way.rules.push((Rule::Marker, start + section.start..from));
        way.found[index] = Some(place(text, from, to, section.closed, &mut way.rules));
    }
    (way.hits() > 0).then_some(way)
}
