//! Which of several readings is meant.
use crate::{
    parse::{
        Given,
        fit::Fit,
        node::{Kind, Node},
        payload::{Candidate, is_blank},
        rule::Rule,
        scope::Want,
    },
    schema::Schema,
};
use serde_json::Value;
use std::borrow::Cow;

/// How many of them are held against the schema.
const TRIALS: usize = 64;

/// The candidate that fits best; the last of those that fit equally well.
/// `Err` gives them back if none fits.
pub(super) fn choose<'s, 't>(
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
pub(super) fn guess<'s>(
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
