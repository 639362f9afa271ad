//! Where the value stands in a text with other words around it, and which of several is meant.
use super::{
    Given,
    bare::{digits, literal},
    fit::Fit,
    labels, lines,
    node::{Kind, Node},
    notes::Notes,
    reader::Reader,
    rule::Rule,
    scope::Want,
    strict, tags,
};
use crate::{
    scan,
    schema::{Body, Schema},
};
use serde_json::Value;
use std::borrow::Cow;

/// One reading of a text.
pub(super) struct Candidate<'t> {
    pub(super) node: Node<'t>,
    pub(super) notes: Notes,
    /// It is valid JSON.
    pub(super) strict: bool,
}

/// How many values of one text are looked at.
const VALUES: usize = 20_000;
/// How many of them are held against the schema.
const TRIALS: usize = 64;
/// How often a value that swallowed the rest of the text is looked into.
const AGAIN: usize = 12;

impl<'t> Candidate<'t> {
    pub(super) fn plain(node: Node<'t>) -> Self {
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
pub(super) fn trimmed(text: &str, start: usize, end: usize) -> (usize, usize) {
    let part = &text[start..end];
    let left = part.len() - part.trim_start_matches(is_blank).len();
    let part = part.trim_matches(is_blank);
    (start + left, start + left + part.len())
}

/// The lists and objects in a part of a text, one after the other.
pub(super) fn values<'t, 's>(
    fit: &mut Fit<'_, 's>,
    schema: Option<&'s Schema>,
    text: &'t str,
    start: usize,
) -> Vec<Candidate<'t>> {
    let mut found: Vec<Candidate<'t>> = Vec::new();
    let bytes = text.as_bytes();
    let (mut at, mut again) = (start, 0);
    let lacks_closers = scan::lacks_closers(&bytes[start.min(bytes.len())..]);
    fit.work.add(bytes.len().saturating_sub(start) / 8);
    while found.len() < VALUES {
        let Some(offset) = bytes[at.min(bytes.len())..]
            .iter()
            .position(|byte| matches!(byte, b'{' | b'['))
        else {
            break;
        };
        fit.work.add(offset);
        at += offset;
        // a marker, or the start of a word in brackets that a link is made of
        if bytes[at..].starts_with(b"[[ ##") {
            at += 2;
            continue;
        }
        // what is cut off is not read as clean JSON to its end in vain: it is so if the reader finds no end
        let mut early = None;
        if lacks_closers && found.is_empty() && !fit.work.spent() {
            let mut reader = Reader::new(text, at, fit.scope, fit.work, fit.manner.partial);
            early = reader.read(schema).map(|node| (reader, node));
        }
        if early.as_ref().is_none_or(|(_, node)| !node.open)
            && let Some((node, end)) =
                strict::value(text, at).filter(|(_, end)| !goes_on(text, *end))
        {
            fit.work.add(end - at);
            found.push(Candidate {
                node,
                notes: Notes::default(),
                strict: true,
            });
            at = end;
            continue;
        }
        let begin = at;
        let (reader, node) = match early {
            Some((reader, node)) => (reader, Some(node)),
            None => {
                let mut reader = Reader::new(text, at, fit.scope, fit.work, fit.manner.partial);
                let node = reader.read(schema);
                (reader, node)
            }
        };
        if let Some(node) = node {
            // a bracket in prose takes all that follows for its inside
            let swallowed = node.open
                && again < AGAIN
                && !fit.work.spent()
                && schema.is_none_or(|schema| {
                    fit.sure(schema, &node).is_none()
                        && fit.trial(|fit| fit.value(schema, &node)).is_none()
                });
            at = reader.at.max(begin + 1);
            found.push(Candidate {
                node,
                notes: reader.notes,
                strict: false,
            });
            if swallowed {
                again += 1;
                at = begin + 1;
            }
        } else {
            at = begin + 1;
        }
    }
    found
}

/// After an object come a comma and another name: its bracket was closed too early.
fn goes_on(text: &str, end: usize) -> bool {
    let Some(rest) = text[end..].trim_start().strip_prefix(',') else {
        return false;
    };
    let Some(rest) = rest.trim_start().strip_prefix('"') else {
        return false;
    };
    text.as_bytes()[end - 1] == b'}'
        && rest
            .as_bytes()
            .iter()
            .take(80)
            .position(|byte| *byte == b'"')
            .is_some_and(|quote| rest[quote + 1..].trim_start().starts_with([':', '"']))
}

/// The value of a schema that a part of a text says, whatever is around it.
pub(super) fn read<'s>(
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
        && let Some(value) = fit.attempt(|fit| fit.settled(schema, &node, true))
    {
        return Some(value);
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

/// The text itself as a value: all of it, without its fence, without tags and tokens.
fn scalars<'t>(text: &'t str, start: usize, partial: bool, candidates: &mut Vec<Candidate<'t>>) {
    let word = |from: usize, to: usize| {
        let (from, to) = trimmed(text, from, to);
        let part = &text[from..to];
        let kind = literal(part)
            .or_else(|| digits(part).map(Kind::Number))
            .unwrap_or(Kind::Bare(Cow::Borrowed(part)));
        Node::new(kind, from, to)
    };
    let mut whole = word(start, text.len());
    whole.open = partial;
    // what is an object or a list is not a sentence with words in it
    if text[start..].starts_with(['{', '[']) && !candidates.is_empty() {
        return;
    }
    let bare = matches!(whole.kind, Kind::Bare(_));
    candidates.push(Candidate::plain(whole));
    if !bare {
        return;
    }
    let all = &text[start..];
    if let Some(open) = all.find("```") {
        let line = all[open + 3..]
            .find('\n')
            .map_or(all.len(), |line| open + 3 + line);
        let close = all[line.min(all.len())..]
            .find("```")
            .map_or(all.len(), |close| line + close);
        if line < close {
            let node = word(start + line, start + close);
            if !matches!(&node.kind, Kind::Bare(text) if text.is_empty()) {
                candidates.push(Candidate::noted(node, Rule::Fence));
                if let Some((node, _)) =
                    strict::value(text, trimmed(text, start + line, start + close).0)
                {
                    candidates.push(Candidate::noted(node, Rule::Fence));
                }
            }
        }
    }
    if let Some((from, to)) = tags::inside(all) {
        candidates.push(Candidate::noted(
            word(start + from, start + to),
            Rule::Wrapper,
        ));
    }
}

/// The candidate that fits best; the last of those that fit equally well.
/// `Err` gives them back if none fits.
fn choose<'s, 't>(
    fit: &mut Fit<'_, 's>,
    schema: &'s Schema,
    text: &str,
    start: usize,
    candidates: Vec<Candidate<'t>>,
) -> Result<Option<Given>, Vec<Candidate<'t>>> {
    if let [only] = candidates.as_slice() {
        let value = fit.attempt(|fit| {
            surroundings(fit, text, start, &only.node);
            fit.read(&only.notes);
            fit.settled(schema, &only.node, only.strict)
        });
        return value.map(Some).ok_or(candidates);
    }
    let mut best: Option<(u32, usize)> = None;
    let count = candidates.len();
    let mut fitting = Vec::new();
    for (index, candidate) in candidates.iter().enumerate() {
        if count > TRIALS && index >= TRIALS / 2 && index < count - TRIALS / 2 {
            continue;
        }
        let cost = match fit.sure(schema, &candidate.node) {
            Some(cost) => cost,
            None => match fit.trial(|fit| fit.value(schema, &candidate.node)) {
                Some((_, cost)) => cost,
                None => continue,
            },
        };
        fitting.push(index);
        let cost = cost + candidate.cost();
        if best.is_none_or(|(least, _)| cost <= least) {
            best = Some((cost, index));
        }
    }
    if let Some(value) = gathered(fit, schema, &candidates, best) {
        return Ok(Some(Given::Value(value)));
    }
    let Some((_, index)) = best else {
        return Err(candidates);
    };
    let mut candidates = candidates;
    let chosen = candidates.swap_remove(index);
    surroundings(fit, text, start, &chosen.node);
    if fitting.len() > 1 && chosen.node.is_composite() {
        fit.plainly(Rule::Candidate, &chosen.node);
    }
    fit.read(&chosen.notes);
    Ok(fit.settled(schema, &chosen.node, chosen.strict))
}

/// Nothing fits: the faults of what comes closest.
fn guess<'s>(
    fit: &mut Fit<'_, 's>,
    schema: &'s Schema,
    text: &str,
    start: usize,
    candidates: &[Candidate<'_>],
) -> Option<Given> {
    {
        let guess = candidates
            .iter()
            .rposition(|candidate| candidate.strict)
            .or_else(|| {
                candidates
                    .iter()
                    .position(|candidate| candidate.node.is_composite())
            })
            .or_else(|| candidates.len().checked_sub(1));
        match guess.map(|index| &candidates[index]) {
            Some(candidate) => fit.settled(schema, &candidate.node, false),
            None => {
                let node = Node::new(Kind::Bare(Cow::Borrowed(&text[start..])), start, text.len());
                fit.settled(schema, &node, false)
            }
        }
    }
}

/// Notes what stands around a value.
fn surroundings(fit: &mut Fit<'_, '_>, text: &str, start: usize, node: &Node<'_>) {
    let before = text.get(start..node.start as usize).unwrap_or("");
    let after = text.get(node.end as usize..).unwrap_or("");
    let only = |part: &str, test: fn(char) -> bool| part.chars().all(|c| is_blank(c) || test(c));
    if only(before, |_| false) && only(after, |_| false) {
        return;
    }
    let fenced = before.contains("```") && after.trim_start().starts_with("```");
    let outside = Node::new(Kind::Nothing, start, node.start as usize);
    if fenced {
        fit.plainly(Rule::Fence, &outside);
        let before = before.split("```").next().unwrap_or("");
        let after = after.trim_start().trim_start_matches('`');
        if only(before, |_| false) && only(after, |_| false) {
            return;
        }
    }
    fit.plainly(Rule::Prose, &outside);
}

/// Several objects where a list of them is wanted.
fn gathered<'s>(
    fit: &mut Fit<'_, 's>,
    schema: &'s Schema,
    candidates: &[Candidate<'_>],
    best: Option<(u32, usize)>,
) -> Option<Value> {
    let (Schema::List(item) | Schema::Set(item)) = fit.scope.shape(schema) else {
        return None;
    };
    let objects: Vec<&Candidate<'_>> = candidates
        .iter()
        .filter(|candidate| {
            matches!(candidate.node.kind, Kind::Object(_))
                && candidate.node.end > candidate.node.start
        })
        .collect();
    if objects.len() < 2 || fit.scope.want(Some(item.get())) != Want::Composite {
        return None;
    }
    // a real list is better than what looks like one
    if best.is_some_and(|(_, index)| matches!(candidates[index].node.kind, Kind::List(_))) {
        return None;
    }
    // each on its own, and none inside another
    if objects
        .windows(2)
        .any(|pair| pair[1].node.start < pair[0].node.end)
    {
        return None;
    }
    let item = item.get();
    let nodes: Vec<Node<'_>> = objects
        .iter()
        .filter(|candidate| fit.trial(|fit| fit.value(item, &candidate.node)).is_some())
        .map(|candidate| candidate.node.clone())
        .collect();
    if nodes.len() < 2 {
        return None;
    }
    let (first, last) = (nodes[0].start as usize, nodes[nodes.len() - 1].end as usize);
    let list = Node::new(Kind::List(nodes), first, last);
    fit.plainly(Rule::Gathered, &list);
    fit.value(schema, &list)
}

/// A text of which nothing is known.
fn any<'t, 's>(
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

/// Where a text begins that has thoughts before it.
fn after_thoughts<'s>(
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

/// The end of the thoughts at the start of a text.
pub(super) fn thoughts(text: &str, known: &dyn Fn(&str) -> bool) -> Option<usize> {
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
fn quoted_lines<'s>(
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

/// Reads a text that was made of a part of the reply.
pub(super) fn elsewhere<'a, 's, R>(
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
