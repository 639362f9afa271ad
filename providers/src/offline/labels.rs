//! Chooses a label: by the closest demonstrations and by the words of the labels.
use super::text::{is_stop_word, stem, words};
use std::collections::{BTreeMap, BTreeSet};

type Features = BTreeMap<String, f64>;

/// A text longer than this says no more about its label, and costs time.
const MOST_WORDS: usize = 2_000;

/// The best of `options` (a label's words with its description) for `text`, and how near it is.
///
/// The demonstrations are texts with the index of their label. A label's score is twice the closeness
/// of its own words plus that of its demonstrations, each worth 0.7 of the next closer one.
pub(super) fn choose(text: &str, options: &[String], demos: &[(&str, usize)]) -> (usize, f64) {
    let asked = features(text);
    let own: Vec<Features> = options.iter().map(|option| features(option)).collect();
    let shown: Vec<Features> = demos.iter().map(|(text, _)| features(text)).collect();
    let mut documents: BTreeMap<&str, f64> = BTreeMap::new();
    let all = || own.iter().chain(&shown).chain([&asked]);
    for key in all().flat_map(BTreeMap::keys) {
        *documents.entry(key).or_default() += 1.0;
    }
    let total = all().fold(1.0, |count, _| count + 1.0);
    let weigh = |features: &Features| -> Features {
        let rare = |key: &String| (total / documents.get(key.as_str()).unwrap_or(&1.0)).ln();
        features
            .iter()
            .map(|(key, count)| (key.clone(), count * rare(key)))
            .collect()
    };
    let asked = weigh(&asked);
    let near = |features: &Features| cosine(&asked, &weigh(features));
    let shown: Vec<f64> = shown.iter().map(near).collect();
    let mut best = (0, 0.0);
    for (index, own) in own.iter().enumerate() {
        let mine = shown
            .iter()
            .zip(demos)
            .filter(|(_, (_, label))| *label == index);
        let mut closest: Vec<f64> = mine.map(|(near, _)| *near).collect();
        closest.sort_by(|a, b| b.total_cmp(a));
        let closest = closest.iter().rev().fold(0.0, |sum, near| near + 0.7 * sum);
        let score = 2.0 * near(own) + closest;
        if score > best.1 {
            best = (index, score);
        }
    }
    best
}

fn cosine(a: &Features, b: &Features) -> f64 {
    let length = |f: &Features| f.values().map(|weight| weight * weight).sum::<f64>().sqrt();
    let both: f64 = a
        .iter()
        .filter_map(|(key, weight)| Some(weight * b.get(key)?))
        .sum();
    if both > 0.0 {
        both / (length(a) * length(b))
    } else {
        0.0
    }
}

/// Stems, and pieces of words so that `deletion` is near `delete`.
fn features(text: &str) -> Features {
    let mut counts = Features::new();
    let mut seen = BTreeSet::new();
    for word in words(text)
        .into_iter()
        .filter(|word| !is_stop_word(word))
        .take(MOST_WORDS)
    {
        counts.insert(format!("={}", stem(&word)), 1.0);
        let padded: Vec<char> = format!("_{word}_").chars().collect();
        if seen.insert(word) {
            for piece in (3..=5).flat_map(|length| padded.windows(length)) {
                *counts.entry(piece.iter().collect()).or_default() += 0.3;
            }
        }
    }
    counts
}

/// What the documentation of a field says about a label: `label: words; label: words`, one a line, or
/// JSON pairs of label and words.
pub(super) fn described(doc: &str, label: &str) -> String {
    let marks = |c: char| c.is_whitespace() || "-*•\"'`".contains(c);
    let begins = |part: &str| {
        let part = part.trim_start_matches(marks);
        let head = part
            .get(..label.len())
            .filter(|head| head.eq_ignore_ascii_case(label))?;
        let rest = part.get(head.len()..)?.trim_start_matches(marks);
        Some(rest.strip_prefix([':', '=', '–', '('])?.trim().to_owned())
    };
    // a label begins a line, a part behind `;` or a sentence: `The kind of ticket. bug: …`
    let starts = doc.match_indices([';', '\n', '.']).map(|(at, _)| at + 1);
    let found = [0]
        .into_iter()
        .chain(starts)
        .find_map(|at| begins(doc.get(at..)?));
    if let Some(words) = found {
        // it goes on in the next line, unless that is about another label
        let other = |line: &&str| {
            line.split_whitespace()
                .take(2)
                .any(|word| word.ends_with(':'))
        };
        let words = words.split(';').next().unwrap_or_default();
        let rest = words.lines().skip(1).take_while(|line| !other(line));
        return words
            .lines()
            .take(1)
            .chain(rest)
            .collect::<Vec<_>>()
            .join(" ");
    }
    let pair = doc.split_once(&format!("\"{label}\""));
    let pair =
        pair.and_then(|(_, rest)| rest.trim_start_matches([',', ':', ' ']).strip_prefix('"'));
    pair.and_then(|rest| rest.split('"').next())
        .unwrap_or_default()
        .to_owned()
}
