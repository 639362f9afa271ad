//! Which answer is taken.
use super::Answer;
use std::{fmt, sync::Arc};

/// The number of the answer that is taken.
type Selector = Arc<dyn Fn(&[Answer]) -> usize + Send + Sync>;

/// Which answer is taken.
#[derive(Clone, Default)]
#[non_exhaustive]
pub enum Select {
    /// That of the first route that answered, in the order in which the routes were given.
    #[default]
    Given,
    /// The one that came first. The others are not waited for.
    Fastest,
    /// The text that most gave, blanks at its ends apart; of several such the first route's.
    Majority,
    /// The one that took the fewest tokens; one that does not say comes last.
    Shortest,
    /// What a function says: the number of one of the answers. Where there is no such answer, the first.
    By(Selector),
}

impl Select {
    /// What a function says.
    ///
    /// ```
    /// use sigflow_providers::compare::Select;
    ///
    /// let longest = Select::by(|answers| {
    ///     let length = |index: &usize| answers[*index].text().len();
    ///     (0..answers.len()).max_by_key(length).unwrap_or(0)
    /// });
    /// # let _ = longest;
    /// ```
    pub fn by(select: impl Fn(&[Answer]) -> usize + Send + Sync + 'static) -> Self {
        Select::By(Arc::new(select))
    }

    /// The number of the answer, of at least one.
    pub(super) fn pick(&self, answers: &[Answer]) -> usize {
        let picked = match self {
            Select::Given => 0,
            Select::Fastest => first_least(answers, |answer| answer.duration),
            Select::Majority => {
                let same = |answer: &Answer| {
                    let text = answer.text().trim();
                    answers
                        .iter()
                        .filter(|other| other.text().trim() == text)
                        .count()
                };
                first_least(answers, |answer| std::cmp::Reverse(same(answer)))
            }
            Select::Shortest => first_least(answers, |answer| {
                let usage = answer.response.usage;
                usage.map_or(u64::MAX, |usage| usage.output_tokens)
            }),
            Select::By(select) => select(answers),
        };
        if picked < answers.len() { picked } else { 0 }
    }

    pub(super) const fn is_fastest(&self) -> bool {
        matches!(self, Select::Fastest)
    }
}

fn first_least<K: Ord>(answers: &[Answer], key: impl Fn(&Answer) -> K) -> usize {
    let numbered = answers.iter().enumerate();
    let least = numbered.min_by_key(|(_, answer)| key(answer));
    least.map_or(0, |(index, _)| index)
}

impl fmt::Debug for Select {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Select::Given => "Given",
            Select::Fastest => "Fastest",
            Select::Majority => "Majority",
            Select::Shortest => "Shortest",
            Select::By(_) => "By(…)",
        })
    }
}
