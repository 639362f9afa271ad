//! A text itself as a value.
use crate::parse::{
    node::{Kind, Node},
    payload::{Candidate, trimmed},
    reader::{digits, literal},
    rule::Rule,
    strict, tags,
};
use std::borrow::Cow;

/// The text itself as a value: all of it, without its fence, without tags and tokens.
pub(super) fn scalars<'t>(
    text: &'t str,
    start: usize,
    partial: bool,
    candidates: &mut Vec<Candidate<'t>>,
) {
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
