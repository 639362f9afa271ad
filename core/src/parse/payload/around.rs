//! Words around a value that are none of it: thoughts, marks of quotation.
use crate::{
    parse::{
        Given,
        fit::Fit,
        node::{Kind, Node},
        payload::{elsewhere, read},
        rule::Rule,
    },
    schema::Schema,
};

/// Tags that models think in.
pub(crate) const THOUGHTS: [&str; 8] = [
    "think",
    "thinking",
    "thought",
    "thoughts",
    "reasoning",
    "reflection",
    "scratchpad",
    "analysis",
];

/// Where a text begins that has thoughts before it.
pub(super) fn after_thoughts<'s>(
    fit: &mut Fit<'_, 's>,
    schema: &'s Schema,
    text: &str,
    start: usize,
) -> usize {
    let names = fit.scope.names(Some(schema));
    match thoughts(&text[start..], &|tag| {
        !names.fields_empty() && names.knows(tag)
    }) {
        Some(end) if !text[start + end..].trim().is_empty() => {
            let node = Node::new(Kind::Nothing, start, start + end);
            fit.plainly(Rule::Thoughts, &node);
            start + end
        }
        _ => start,
    }
}

/// The end of the thoughts at the start of a text.
pub(in crate::parse) fn thoughts(text: &str, known: &dyn Fn(&str) -> bool) -> Option<usize> {
    // from the end on: the last one counts
    let mut end = text.len();
    while let Some(open) = text[..end].rfind('<') {
        let close = text[open + 1..].strip_prefix('/').and_then(|rest| {
            let tag = THOUGHTS.iter().find(|tag| {
                rest.strip_prefix(**tag)
                    .is_some_and(|rest| rest.starts_with('>'))
            })?;
            (!known(tag)).then_some(open + 2 + tag.len() + 1)
        });
        if close.is_some() {
            return close;
        }
        end = open;
    }
    None
}

/// A text of which each line is quoted with `>`.
pub(super) fn quoted_lines<'s>(
    fit: &mut Fit<'_, 's>,
    schema: &'s Schema,
    all: &str,
    start: usize,
) -> Option<Given> {
    if !all.starts_with('>')
        || fit.nested > 0
        || !all
            .lines()
            .all(|line| line.trim().is_empty() || line.trim_start().starts_with('>'))
    {
        return None;
    }
    let plain: String = all
        .lines()
        .map(|line| {
            line.trim_start()
                .strip_prefix('>')
                .map_or("", |rest| rest.strip_prefix(' ').unwrap_or(rest))
        })
        .collect::<Vec<_>>()
        .join("\n");
    Some(elsewhere(
        fit,
        &plain,
        start..start + all.len(),
        Rule::Wrapper,
        |fit, text| read(fit, schema, text, 0, text.len()),
    ))?
}
