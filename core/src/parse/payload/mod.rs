//! Where the value stands in a text with other words around it, and which of several is meant.
mod any;
mod around;
mod choose;
mod values;
mod words;

pub(crate) use around::THOUGHTS;
pub(super) use {around::thoughts, values::values};

use crate::{
    parse::{
        Given,
        fit::Fit,
        labels, lines,
        node::{Kind, Node},
        notes::Notes,
        payload::{
            any::any,
            around::{after_thoughts, quoted_lines},
            choose::{choose, guess},
            words::scalars,
        },
        reader::Reader,
        rule::Rule,
        scope::Want,
        strict, tags,
    },
    schema::{Body, Schema},
};
use std::borrow::Cow;

/// One reading of a text.
pub(in crate::parse) struct Candidate<'t> {
    pub(in crate::parse) node: Node<'t>,
    pub(in crate::parse) notes: Notes,
    /// It is valid JSON.
    pub(in crate::parse) strict: bool,
}

impl<'t> Candidate<'t> {
    pub(in crate::parse) fn plain(node: Node<'t>) -> Self {
        Candidate {
            node,
            notes: Notes::default(),
            strict: false,
        }
    }

    fn noted(node: Node<'t>, rule: Rule) -> Self {
        let range = node.span();
        Candidate {
            node,
            notes: Notes::one(rule, range),
            strict: false,
        }
    }

    fn cost(&self) -> u32 {
        self.notes.cost()
    }
}

/// What counts as blank at the ends of a text.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}')
}

/// The part of a text between blanks.
pub(in crate::parse) fn trimmed(text: &str, start: usize, end: usize) -> (usize, usize) {
    let part = &text[start..end];
    let left = part.len() - part.trim_start_matches(is_blank).len();
    let part = part.trim_matches(is_blank);
    (start + left, start + left + part.len())
}

/// The value of a schema that a part of a text says, whatever is around it.
pub(in crate::parse) fn read<'s>(
    fit: &mut Fit<'_, 's>,
    schema: &'s Schema,
    text: &str,
    start: usize,
    end: usize,
) -> Option<Given> {
    let (start, end) = trimmed(text, start, end);
    let text = &text[..end];
    let all = &text[start..];
    let shape = fit.scope.shape(schema);
    if all.is_empty() {
        let kind = match shape {
            Schema::Optional(_) => Kind::Null,
            Schema::Any if fit.manner.dspy => Kind::Text(Cow::Borrowed("")),
            Schema::Union(options)
                if options
                    .get()
                    .iter()
                    .any(|option| matches!(fit.scope.shape(option.get()), Schema::Text)) =>
            {
                Kind::Text(Cow::Borrowed(""))
            }
            Schema::Any => {
                fit.mismatch(schema, &Node::new(Kind::Nothing, start, end));
                return None;
            }
            _ => Kind::Nothing,
        };
        return fit.settled(schema, &Node::new(kind, start, end), false);
    }
    fit.work.add(all.len());
    if let Some(value) = quoted_lines(fit, schema, all, start) {
        return Some(value);
    }
    // JSON and nothing else: there is no other reading
    if matches!(all.as_bytes()[0], b'{' | b'[' | b'"')
        && let Some((node, after)) = strict::value(text, start)
        && after == end
        && (node.is_composite() || !matches!(shape, Schema::Any))
    {
        let mut bounds_only = false;
        let faults = fit.faults.len();
        let value = fit.attempt(|fit| {
            let value = fit.settled(schema, &node, true);
            let new = &fit.faults[faults..];
            bounds_only =
                value.is_some() && !new.is_empty() && new.iter().all(|fault| fault.constraint);
            value
        });
        if value.is_some() {
            return value;
        }
        // it is clear what is meant, and that it may not be: what else the text might say is not looked for
        if bounds_only {
            return fit.settled(schema, &node, true);
        }
    }
    // every quote is escaped: JSON that was written into a string
    if all.starts_with(['{', '[']) && all[1..].trim_start().starts_with("\\\"") && fit.nested == 0 {
        let plain = all.replace("\\\"", "\"").replace("\\\\", "\\");
        return elsewhere(fit, &plain, start..end, Rule::Reparsed, |fit, text| {
            read(fit, schema, text, 0, text.len())
        });
    }
    if matches!(shape, Schema::Any) {
        if !fit.manner.dspy
            && !all.contains(|c: char| {
                c.is_alphanumeric() || matches!(c, '{' | '[' | '"' | '\'' | '(') || !c.is_ascii()
            })
        {
            fit.mismatch(
                schema,
                &Node::new(Kind::Bare(Cow::Borrowed(all)), start, end),
            );
            return None;
        }
        let candidate = any(fit, schema, text, start);
        fit.read(&candidate.notes);
        return fit.settled(schema, &candidate.node, false);
    }
    let start = after_thoughts(fit, schema, text, start);
    // what is surer comes first, and what fits ends the search
    let mut failed = Vec::new();
    for wave in [Wave::Brackets, Wave::Lines, Wave::Words] {
        let mut candidates = Vec::new();
        collect(fit, schema, text, start, wave, &mut candidates);
        match choose(fit, schema, text, start, candidates) {
            Ok(value) => return value,
            Err(candidates) => failed.extend(candidates),
        }
    }
    guess(fit, schema, text, start, &failed)
}

/// What is looked for, in this order.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wave {
    /// Lists, objects and strings.
    Brackets,
    /// Lines and tags.
    Lines,
    /// The text itself.
    Words,
}

/// Puts together readings that are worth a trial.
fn collect<'t, 's>(
    fit: &mut Fit<'_, 's>,
    schema: &'s Schema,
    text: &'t str,
    start: usize,
    wave: Wave,
    candidates: &mut Vec<Candidate<'t>>,
) {
    let (start, _) = trimmed(text, start, text.len());
    let all = &text[start..];
    let want = fit.scope.want(Some(schema));
    let composite = want == Want::Composite || is_listlike(fit, schema);
    match wave {
        Wave::Brackets => {
            if all.contains(['{', '[']) {
                candidates.extend(values(fit, Some(schema), text, start));
            }
            let quoted = matches!(all.as_bytes().first(), Some(b'"' | b'\'' | b'(' | b'`'))
                || all.starts_with(['“', '‘']);
            // a fence with values in it is no quote
            let fenced = composite && all.starts_with("```") && !candidates.is_empty();
            if fenced {
                // nothing else
            } else if quoted || all.as_bytes().iter().take(64).any(|byte| *byte == b'(') {
                let mut reader = Reader::new(text, start, fit.scope, fit.work, fit.manner.partial);
                if let Some(node) = reader.read(Some(schema)) {
                    let rest = text[reader.at.min(text.len())..]
                        .trim_matches(|c: char| is_blank(c) || matches!(c, '.' | ';' | ',' | '`'));
                    if rest.is_empty() {
                        candidates.push(Candidate {
                            node,
                            notes: reader.notes,
                            strict: false,
                        });
                    }
                }
            }
            // a union may mean the text itself
            if !composite
                || matches!(fit.scope.shape(schema), Schema::Union(_))
                    && !all.starts_with(['{', '['])
            {
                scalars(text, start, fit.manner.partial, candidates);
            }
        }
        Wave::Lines if composite => {
            if let Some(node) = labels::record(fit, schema, text, start) {
                candidates.push(Candidate::noted(node, Rule::Labels));
            }
            if let Some(node) = tags::value(fit, schema, text, start) {
                candidates.push(Candidate::noted(node, Rule::Tags));
            }
            if let Some(node) = lines::items(text, start) {
                candidates.push(Candidate::noted(node, Rule::Bullets));
            }
            if let Some(node) = lines::fences(text, start) {
                candidates.push(Candidate::noted(node, Rule::Gathered));
            }
        }
        Wave::Words if composite => scalars(text, start, fit.manner.partial, candidates),
        _ => {}
    }
}

fn is_listlike<'s>(fit: &Fit<'_, 's>, schema: &'s Schema) -> bool {
    match fit.scope.shape(schema) {
        Schema::List(_) | Schema::Set(_) | Schema::Array(..) | Schema::Map(..) => true,
        Schema::Named(named) => !matches!(named.body(), Body::Words(_)),
        Schema::Optional(inner) => is_listlike(fit, inner.get()),
        Schema::Union(options) => options
            .get()
            .iter()
            .any(|option| is_listlike(fit, option.get())),
        _ => false,
    }
}

/// Reads a text that was made of a part of the reply.
pub(in crate::parse) fn elsewhere<'a, 's, R>(
    fit: &mut Fit<'a, 's>,
    text: &str,
    range: std::ops::Range<usize>,
    rule: Rule,
    run: impl FnOnce(&mut Fit<'_, 's>, &str) -> R,
) -> R {
    let node = Node::new(Kind::Nothing, range.start, range.end);
    fit.plainly(rule, &node);
    let mut inner = Fit::new(fit.scope, fit.work, fit.manner, text, &fit.path);
    inner.base = Some(fit.base.clone().unwrap_or(range));
    inner.nested = fit.nested + 1;
    inner.quiet = fit.quiet;
    inner.depth = fit.depth;
    let result = run(&mut inner, text);
    let Fit {
        cost,
        repairs,
        faults,
        ..
    } = inner;
    fit.cost = fit.cost.saturating_add(cost);
    fit.repairs.extend(repairs);
    fit.faults.extend(faults);
    result
}
