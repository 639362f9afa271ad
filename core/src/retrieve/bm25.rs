//! An index in memory.
//!
//! Okapi BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009), with the
//! inverse document frequency of Lucene, `ln(1 + (N - n + 0.5) / (n + 0.5))`, which is never negative.
use super::{Hit, Retriever, best, words::words};
use crate::{BoxFuture, Result};
use std::{collections::HashMap, future};

/// Finds passages by the words they share with a query: rare ones count more, repeated ones ever less, and those of
/// long passages less. In memory, for some ten thousand passages.
///
/// Words are compared as they are written, but for their case: `capital` does not find `capitals`.
///
/// ```
/// use sigflow_core::Bm25;
///
/// let index = Bm25::new(["A cat sat on a mat.", "A dog ran after a cat.", "Stones do nothing."]);
/// let hits = index.ranked("dog and cat", 3);
/// assert_eq!(hits.len(), 2, "what shares no word is not found");
/// assert_eq!((hits[0].index, hits[0].text), (1, "A dog ran after a cat."));
/// assert!(hits[0].score > hits[1].score);
/// ```
#[derive(Clone, Debug)]
pub struct Bm25 {
    passages: Vec<String>,
    /// How many words each passage has.
    lengths: Vec<f64>,
    average: f64,
    /// For each word the passages that have it, and how often.
    postings: HashMap<String, Vec<(usize, f64)>>,
    k1: f64,
    b: f64,
}

impl Bm25 {
    /// An index of passages.
    pub fn new<T: Into<String>>(passages: impl IntoIterator<Item = T>) -> Self {
        let mut index = Bm25 {
            passages: Vec::new(),
            lengths: Vec::new(),
            average: 0.0,
            postings: HashMap::new(),
            k1: 1.2,
            b: 0.75,
        };
        index.extend(passages);
        index
    }
    /// How soon more of the same word counts for nothing: 0 at once, commonly 1.2 to 2.
    #[must_use]
    pub fn k1(mut self, k1: f64) -> Self {
        self.k1 = k1.max(0.0);
        self
    }
    /// How much long passages are held back, from 0 to 1; commonly 0.75.
    #[must_use]
    pub fn b(mut self, b: f64) -> Self {
        self.b = b.clamp(0.0, 1.0);
        self
    }
    /// The passages in order.
    pub fn passages(&self) -> &[String] {
        &self.passages
    }
    /// At most `k` passages that share a word with the query, the best first; of equal ones the earlier.
    pub fn ranked(&self, query: &str, k: usize) -> Vec<Hit<'_>> {
        let mut scores: HashMap<usize, f64> = HashMap::new();
        for word in words(query) {
            let Some(found) = self.postings.get(&word) else {
                continue;
            };
            let rare = rarity(self.passages.len(), found.len());
            for (passage, count) in found {
                let length = self.lengths[*passage] / self.average;
                let held_back = self.k1 * (1.0 - self.b + self.b * length);
                *scores.entry(*passage).or_default() +=
                    rare * count * (self.k1 + 1.0) / (count + held_back);
            }
        }
        best(&self.passages, scores, k)
    }
}

/// Inverse document frequency.
fn rarity(all: usize, having: usize) -> f64 {
    let (all, having) = (count(all), count(having));
    (1.0 + (all - having + 0.5) / (having + 0.5)).ln()
}

#[allow(
    clippy::cast_precision_loss,
    reason = "nobody has 2^53 passages in memory"
)]
fn count(number: usize) -> f64 {
    number as f64
}

/// More passages.
impl<T: Into<String>> Extend<T> for Bm25 {
    fn extend<I: IntoIterator<Item = T>>(&mut self, passages: I) {
        for passage in passages {
            let (text, place) = (passage.into(), self.passages.len());
            let all = words(&text);
            self.lengths.push(count(all.len()));
            for word in all {
                let found = self.postings.entry(word).or_default();
                match found.last_mut() {
                    Some((last, count)) if *last == place => *count += 1.0,
                    _ => found.push((place, 1.0)),
                }
            }
            self.passages.push(text);
        }
        // an index of empty passages finds nothing, so what it would divide by does not matter
        self.average =
            (self.lengths.iter().sum::<f64>() / count(self.lengths.len().max(1))).max(1.0);
    }
}

impl Retriever for Bm25 {
    fn search<'a>(&'a self, query: &'a str, k: usize) -> BoxFuture<'a, Result<Vec<String>>> {
        let hits = self.ranked(query, k).into_iter();
        let found = hits.map(|hit| hit.text.to_owned()).collect();
        Box::pin(future::ready(Ok(found)))
    }
}

#[cfg(test)]
mod tests {
    use super::Bm25;

    fn near(one: f64, two: f64) {
        assert!((one - two).abs() < 1e-9, "{one} is not {two}");
    }

    /// Worked out by hand: 3 passages of 4, 2 and 3 words.
    #[test]
    fn scores_are_those_of_the_formula() {
        let index = Bm25::new(["a a b c", "b c", "c d e"]);
        let hits = index.ranked("a", 3);
        let idf = (1.0_f64 + (3.0 - 1.0 + 0.5) / 1.5).ln();
        near(
            hits[0].score,
            idf * 2.0 * 2.2 / (2.0 + 1.2 * (0.25 + 0.75 * 4.0 / 3.0)),
        );
        // in all passages: little, and still more than nothing
        let hits = index.ranked("c", 3);
        let idf = (1.0_f64 + 0.5 / 3.5).ln();
        near(
            hits[0].score,
            idf * 2.2 / (1.0 + 1.2 * (0.25 + 0.75 * 2.0 / 3.0)),
        );
        assert_eq!(
            hits.iter().map(|hit| hit.index).collect::<Vec<_>>(),
            [1, 2, 0]
        );
        assert!(hits[2].score > 0.0);
        // without regard to length, and to repetition
        let flat = Bm25::new(["a a b c", "b c", "c d e"]).b(0.0).k1(0.0);
        near(flat.ranked("a", 1)[0].score, (1.0_f64 + 2.5 / 1.5).ln());
    }

    #[test]
    fn equal_passages_keep_their_order_and_k_bounds_them() {
        let index = Bm25::new(["same", "same", "same"]);
        let found = |k| {
            index
                .ranked("same", k)
                .iter()
                .map(|hit| hit.index)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            (found(2), found(0), found(9)),
            (vec![0, 1], vec![], vec![0, 1, 2])
        );
    }

    #[test]
    fn words_of_any_script_are_found() {
        let index = Bm25::new([
            "Paris, CAPITAL of France!",
            "東京は日本の首都です",
            "Ça coûte 42 €",
            "",
        ]);
        let first = |query: &str| index.ranked(query, 1).first().map(|hit| hit.index);
        assert_eq!(first("capital?"), Some(0));
        assert_eq!(first("東京"), Some(1));
        assert_eq!(first("COÛTE"), Some(2));
        assert_eq!(first("42"), Some(2));
        assert_eq!(
            (first("nothing"), first(""), first("—!")),
            (None, None, None)
        );
        assert!(Bm25::new(Vec::<String>::new()).ranked("a", 3).is_empty());
    }

    #[test]
    fn an_index_grows() {
        let mut index = Bm25::new(["a b"]);
        index.extend(["b c", "c c"]);
        assert_eq!(index.passages().len(), 3);
        assert_eq!(index.ranked("c", 1)[0].index, 2);
    }
}
