//! Evidence in texts: what is near to a label or to a field, and what can be read there.
use std::collections::{BTreeMap, BTreeSet};

/// Beginnings and pieces of words, so that `deletion` is near `delete`.
fn features(text: &str) -> BTreeSet<String> {
    const STOP_WORDS: &str = "  the to and a of is it i in my for ";
    let mut features = BTreeSet::new();
    let text = text.to_lowercase();
    // a longer text says no more about its label
    for word in text.split(|c: char| !c.is_alphanumeric()).take(2_000) {
        if !STOP_WORDS.contains(&format!(" {word} ")) {
            let letters: Vec<char> = format!("_{word}_").chars().collect();
            features.insert(letters.iter().take(6).collect());
            features.extend(letters.windows(3).map(String::from_iter));
        }
    }
    features
}

/// From here on, a part of a text has the name of a field, or much in common with a label.
pub(super) const NAMED: usize = 80;

/// The best label for a text, and how near it is: the sum of the shares of features that its
/// examples (each with the index of its label and a weight) have in common with the text, rare ones
/// counting more.
pub(super) fn nearest(text: &str, examples: &[(usize, usize, String)]) -> Option<(usize, usize)> {
    let asked = features(text);
    let known: Vec<_> = examples.iter().map(|(.., text)| features(text)).collect();
    let (mut counts, mut labels) = (BTreeMap::new(), BTreeMap::new());
    for feature in known.iter().flatten().chain(&asked) {
        *counts.entry(feature).or_insert(0) += 1;
    }
    let weigh = |feature| 100 / counts.get(feature).unwrap_or(&1);
    for ((label, weight, _), features) in examples.iter().zip(&known) {
        let both: usize = features.intersection(&asked).map(weigh).sum();
        let either: usize = features.union(&asked).map(weigh).sum();
        *labels.entry(*label).or_insert(1) += weight * (20 * NAMED * both / either.max(1));
    }
    labels.into_iter().rev().max_by_key(|label| label.1)
}

/// The values of `Key: value` lines and the sentences of a text, the nearest to a field first.
pub(super) fn spans<'t>(path: &str, doc: &str, text: &'t str) -> Vec<(usize, &'t str)> {
    let name = features(path.rsplit('/').next().unwrap_or_default());
    let question = text.lines().rfind(|line| line.ends_with('?'));
    let doc = features(&[doc, question.unwrap_or_default()].join(" "));
    let mut spans = Vec::new();
    for line in text.lines().filter(|line| Some(*line) != question) {
        let (_, line) = line.split_once("] «").unwrap_or(("", line)); // `[1] «text»`
        let pair = line.split_once(": ").filter(|(key, _)| key.len() < 30);
        let sentences = line.split_inclusive(". ").map(|text| (text, text));
        for (head, text) in pair.map_or(sentences.collect(), |pair| vec![pair]) {
            let head = features(head);
            let share = |of: &BTreeSet<_>| 100 * of.intersection(&head).count() / of.len().max(1);
            let near = share(&name) + share(&doc) / 2;
            spans.push((near, text.trim_matches([' ', '»'])));
        }
    }
    spans.sort_by_key(|span| std::cmp::Reverse(span.0));
    spans
}

/// The lines of a table and the items of a list, each with its cells or parts in lines.
pub(super) fn rows(text: &str) -> Vec<String> {
    let (mut rows, mut header) = (Vec::new(), Vec::new());
    for line in text.lines() {
        let cells: Vec<&str> = line.split('|').collect();
        match line.trim().strip_prefix("- ") {
            Some(item) => rows.push(item.replace(", ", "\n")),
            None if header.len() < 2 || cells.len() < 2 => header = cells,
            None if !line.contains(char::is_alphanumeric) => {}
            None => {
                let cell = |(column, cell): (&&str, &str)| format!("{column}: {cell}\n");
                rows.push(header.iter().zip(cells).map(cell).collect());
            }
        }
    }
    rows
}
