//! How good a reasoning looks, by signs that stand in its text.
use super::ReasoningStep;
use crate::retrieve::words;
use std::collections::HashSet;

/// How good a reasoning looks. All figures but the count lie between 0 and 1.
///
/// They are read off the text, by signs that do not need a model: so they tell a careful reasoning from a careless
/// one, and not a right one from a wrong one.
///
/// - Consistency: the mean over neighbouring steps, 1.0 where the later one takes the earlier up (by a word or number
///   of its, or by its number: `step 2`), 0.5 where it does not; 1.0 for a single step.
/// - Evidence: the mean over steps of how many kinds of evidence each names: a number, a quotation, an input or an
///   earlier step. None is 0, one is 0.5, more are 1.
/// - Uncertainty: the mean over steps, 0.5 for assumptions that are named and 0.5 for uncertainties, or for a
///   confidence below 1.
/// - The overall score is the mean of the three.
///
/// ```
/// use sigflow_core::types::{ReasoningQuality, ReasoningStep};
///
/// let step = ReasoningStep::new(
///     1,
///     "Where Paris lies.",
///     "The context says \"Paris is in France\". Assumptions: it is up to date. Uncertainties: none.",
/// )?;
/// let quality = ReasoningQuality::of(&[step], ["context"]);
/// assert_eq!((quality.step_count, quality.evidence_strength), (1, 1.0));
/// assert_eq!(quality.overall_score, 1.0);
/// # Ok::<(), sigflow_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct ReasoningQuality {
    /// How many steps there are.
    pub step_count: usize,
    /// Whether each step takes up the one before it.
    pub logical_consistency: f64,
    /// Whether steps name what they rest on.
    pub evidence_strength: f64,
    /// Whether steps name what they assume and do not know.
    pub uncertainty_handling: f64,
    /// All three together.
    pub overall_score: f64,
}

impl ReasoningQuality {
    /// Of some steps. `inputs`: the names of what the reasoning is about, which are evidence when they are named.
    pub fn of<'a>(steps: &[ReasoningStep], inputs: impl IntoIterator<Item = &'a str>) -> Self {
        let inputs: Vec<Vec<String>> = inputs.into_iter().map(words).collect();
        let seen: Vec<Seen<'_>> = steps.iter().map(Seen::of).collect();
        let pairs = seen
            .windows(2)
            .map(|pair| if pair[1].takes_up(&pair[0]) { 1.0 } else { 0.5 });
        let logical_consistency = mean(pairs, 1.0);
        let evidence_strength = mean(seen.iter().map(|seen| seen.evidence(&inputs)), 0.0);
        let uncertainty_handling = mean(seen.iter().map(Seen::uncertainty), 0.0);
        let parts = [logical_consistency, evidence_strength, uncertainty_handling];
        ReasoningQuality {
            step_count: steps.len(),
            logical_consistency,
            evidence_strength,
            uncertainty_handling,
            overall_score: mean(parts.into_iter(), 0.0),
        }
    }
}

#[allow(clippy::cast_precision_loss, reason = "there are few steps")]
fn mean(numbers: impl Iterator<Item = f64>, none: f64) -> f64 {
    let (count, sum) = numbers.fold((0_usize, 0.0), |(count, sum), number| {
        (count + 1, sum + number)
    });
    if count == 0 { none } else { sum / count as f64 }
}

/// What is looked at of a step.
struct Seen<'s> {
    step: &'s ReasoningStep,
    /// The words of thought and reasoning, in order.
    words: Vec<String>,
    /// What two steps may have in common.
    terms: HashSet<String>,
}

impl<'s> Seen<'s> {
    fn of(step: &'s ReasoningStep) -> Self {
        let mut words = words(step.thought());
        words.extend(self::words(step.reasoning()));
        let terms = terms(&words);
        Seen { step, words, terms }
    }
    /// Whether the step names another by its number.
    fn names(&self, number: u32) -> bool {
        let number = number.to_string();
        self.words
            .windows(2)
            .any(|pair| matches!(pair[0].as_str(), "step" | "steps") && pair[1] == number)
    }
    fn takes_up(&self, earlier: &Seen<'_>) -> bool {
        self.names(earlier.step.step_number()) || !self.terms.is_disjoint(&earlier.terms)
    }
    fn evidence(&self, inputs: &[Vec<String>]) -> f64 {
        let mentions = |name: &Vec<String>| {
            !name.is_empty() && self.words.windows(name.len()).any(|w| w == name)
        };
        let number = self.words.iter().enumerate().any(|(at, word)| {
            let of_step = at > 0 && matches!(self.words[at - 1].as_str(), "step" | "steps");
            !of_step && word.starts_with(|c: char| c.is_ascii_digit())
        });
        let source = (1..self.step.step_number()).any(|number| self.names(number))
            || inputs.iter().any(mentions);
        match [number, quotes(self.step.reasoning()), source]
            .iter()
            .filter(|kind| **kind)
            .count()
        {
            0 => 0.0,
            1 => 0.5,
            _ => 1.0,
        }
    }
    fn uncertainty(&self) -> f64 {
        let begins = |stems: &[&str]| {
            self.words
                .iter()
                .any(|word| stems.iter().any(|stem| word.starts_with(stem)))
        };
        let unsure = self.step.confidence().is_some_and(|sure| sure < 1.0);
        let assumes = begins(&["assum", "presum"]);
        let doubts = unsure || begins(&["uncertain", "unsure", "unclear", "unknown"]);
        f64::from(u8::from(assumes)) / 2.0 + f64::from(u8::from(doubts)) / 2.0
    }
}

/// Whether something stands between quotes.
fn quotes(text: &str) -> bool {
    [
        ('"', '"'),
        ('“', '”'),
        ('„', '“'),
        ('«', '»'),
        ('‘', '’'),
        ('`', '`'),
        ('「', '」'),
    ]
    .iter()
    .any(|(open, close)| {
        let Some((_, rest)) = text.split_once(*open) else {
            return false;
        };
        rest.split_once(*close)
            .is_some_and(|(inside, _)| inside.chars().filter(|c| c.is_alphanumeric()).count() > 1)
    })
}

/// Words that any two steps have in common, and those of the form that steps are asked for.
const COMMON: &[&str] = &[
    "about",
    "after",
    "also",
    "answer",
    "assumption",
    "assumptions",
    "because",
    "been",
    "before",
    "being",
    "cannot",
    "could",
    "does",
    "each",
    "either",
    "every",
    "follows",
    "from",
    "given",
    "have",
    "hence",
    "here",
    "into",
    "itself",
    "just",
    "made",
    "make",
    "means",
    "more",
    "most",
    "must",
    "none",
    "nothing",
    "only",
    "other",
    "over",
    "question",
    "reasoning",
    "same",
    "says",
    "should",
    "since",
    "some",
    "step",
    "steps",
    "such",
    "than",
    "that",
    "their",
    "them",
    "then",
    "there",
    "therefore",
    "these",
    "they",
    "this",
    "those",
    "thus",
    "uncertainties",
    "uncertainty",
    "very",
    "well",
    "what",
    "when",
    "where",
    "whether",
    "which",
    "while",
    "will",
    "with",
    "would",
];

/// What two steps may have in common: numbers, the beginnings of longer words, and pairs of signs in scripts without
/// spaces.
fn terms(words: &[String]) -> HashSet<String> {
    let mut terms = HashSet::new();
    let is_sign = |word: &str| {
        let mut characters = word.chars();
        characters.next().is_some_and(|c| c as u32 >= 0x3040) && characters.next().is_none()
    };
    for (at, word) in words.iter().enumerate() {
        if is_sign(word) {
            if let Some(next) = words.get(at + 1).filter(|next| is_sign(next)) {
                terms.insert(format!("{word}{next}"));
            }
            continue;
        }
        let of_step = at > 0 && matches!(words[at - 1].as_str(), "step" | "steps");
        let number = word.contains(|c: char| c.is_ascii_digit()) && !of_step;
        if number || word.chars().count() >= 4 && !COMMON.contains(&word.as_str()) {
            // `costs` and `costing` begin alike
            terms.insert(word.chars().take(6).collect());
        }
    }
    terms
}

#[cfg(test)]
mod tests {
    use super::ReasoningQuality;
    use crate::types::{ConfidenceScore, ReasoningStep};

    fn steps(texts: &[(&str, &str)]) -> Vec<ReasoningStep> {
        let steps = (1..).zip(texts).map(|(number, (thought, reasoning))| {
            ReasoningStep::new(number, *thought, *reasoning).expect("a step")
        });
        steps.collect()
    }

    /// Exact: all of them are sums of halves over few steps.
    #[track_caller]
    fn assert_quality(texts: &[(&str, &str)], expected: [f64; 3]) {
        let quality = ReasoningQuality::of(&steps(texts), ["ticket_price"]);
        let found = [
            quality.logical_consistency,
            quality.evidence_strength,
            quality.uncertainty_handling,
        ];
        assert_eq!(
            found.map(f64::to_bits),
            expected.map(f64::to_bits),
            "{found:?}"
        );
        let mean = expected.iter().sum::<f64>() / 3.0;
        assert_eq!(quality.overall_score.to_bits(), mean.to_bits());
        assert_eq!(quality.step_count, texts.len());
    }

    #[test]
    fn a_single_step_is_consistent() {
        assert_quality(
            &[(
                "What is asked for.",
                "Somebody wants to know where it lies.",
            )],
            [1.0, 0.0, 0.0],
        );
    }

    #[test]
    fn what_takes_up_nothing_counts_half() {
        let of = |second| {
            let texts = [
                ("The price of a ticket.", "A ticket costs four euros there."),
                ("Another subject.", second),
            ];
            ReasoningQuality::of(&steps(&texts), []).logical_consistency
        };
        for (second, expected) in [
            ("Whales are mammals, and so are bats.", 0.5),
            ("Four tickets are sixteen in total.", 1.0),
            ("By step 1 it is cheap, so buy it.", 1.0),
            ("By step 7 it is cheap, so buy it.", 0.5),
        ] {
            assert_eq!(of(second).to_bits(), f64::to_bits(expected), "{second}");
        }
        let signs = [
            (
                "東京の人口について考えること。",
                "資料によると東京の人口は多いと書いてある。",
            ),
            (
                "大阪との比較を行うこと。",
                "東京の人口は大阪の人口よりかなり多いはずだ。",
            ),
        ];
        let quality = ReasoningQuality::of(&steps(&signs), []);
        assert!(quality.logical_consistency > 0.9);
    }

    #[test]
    fn evidence_is_numbers_quotations_and_sources() {
        for (reasoning, expected) in [
            ("It is simply so, as everybody knows.", 0.0),
            ("It costs 4 euros, as everybody knows.", 0.5),
            ("The ticket price is named, so take it.", 0.5),
            ("The `ticket_price` says “four euros” there.", 1.0),
        ] {
            assert_quality(&[("The price of one.", reasoning)], [1.0, expected, 0.0]);
        }
    }

    #[test]
    fn what_is_not_known_may_be_named() {
        assert_quality(
            &[(
                "The price of one.",
                "It is cheap. Assumptions: no discount. Uncertainties: none.",
            )],
            [1.0, 0.0, 1.0],
        );
        let step =
            steps(&[("The price of one.", "It is simply so, as everybody knows.")]).remove(0);
        let of = |number| {
            let sure = ConfidenceScore::new(number).expect("a score");
            ReasoningQuality::of(&[step.clone().with_confidence(sure)], []).uncertainty_handling
        };
        assert_eq!(
            [of(0.8), of(1.0)].map(f64::to_bits),
            [0.5, 0.0].map(f64::to_bits)
        );
    }
}
