//! How well a reply fitted its signature.
use super::Prediction;
use crate::Repair;

/// How well a reply fitted its signature: made by [`Prediction::quality`], and by nobody who does not ask.
///
/// Outputs that cannot be read, or break their bounds, are errors; so this is about what was forgiven. It tells models,
/// adapters and prompts apart that all give an answer.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct ReplyQuality {
    /// Outputs of the signature, a reasoning among them.
    pub outputs: usize,
    /// Of these, those that were read as they stood.
    pub clean: usize,
    /// Of these, those that something was forgiven.
    pub repaired: usize,
    /// What all repairs cost: see [`Rule::cost`](crate::Rule::cost).
    pub cost: u32,
    /// 1 for a reply to the letter, down to 0 where each output is a guess: the mean over the outputs of 1 less a tenth
    /// for each unit of cost. What was forgiven to the reply as a whole counts against each.
    pub score: f64,
}

/// A guess.
const WORST: u32 = 10;

impl<O> Prediction<O> {
    /// How well the reply fitted the signature.
    ///
    /// ```
    /// # async fn run() -> sigflow_core::Result<()> {
    /// use sigflow_core::{Ask, DynSignature, testing::Scripted};
    ///
    /// let signature = DynSignature::parse("question -> answer, stars: int")?;
    /// let ask = |reply| {
    ///     let lm = Scripted::new([reply]).lm();
    ///     signature.ask([("question", "How was it?".into())]).map(|ask| ask.predict().with(&lm).prediction())
    /// };
    /// let clean = ask("[[ ## answer ## ]]\nGood.\n\n[[ ## stars ## ]]\n4")?.await?.quality();
    /// assert_eq!((clean.clean, clean.cost, clean.score), (2, 0, 1.0));
    /// let words = ask("[[ ## answer ## ]]\nGood.\n\n[[ ## stars ## ]]\nI give it 4 stars")?.await?.quality();
    /// assert_eq!((words.clean, words.repaired, words.score), (1, 1, 0.75));
    /// # Ok(()) }
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run()).unwrap();
    /// ```
    pub fn quality(&self) -> ReplyQuality {
        of(self.outputs, self.repairs())
    }
}

/// Repairs name their output first: `people[2].age`.
fn of(outputs: usize, repairs: &[Repair]) -> ReplyQuality {
    let (mut whole, mut each) = (0, Vec::<(&str, u32)>::new());
    for repair in repairs {
        let name = repair.path.split(['.', '[']).next().unwrap_or_default();
        if name.is_empty() {
            whole += repair.cost();
        } else if let Some((_, cost)) = each.iter_mut().find(|(known, _)| *known == name) {
            *cost += repair.cost();
        } else {
            each.push((name, repair.cost()));
        }
    }
    let repaired = each.len().min(outputs);
    let clean = outputs - repaired;
    let costs = each.iter().map(|(_, cost)| *cost);
    let costs = costs.chain(std::iter::repeat_n(0, clean));
    let lost: u32 = costs.map(|cost| (cost + whole).min(WORST)).sum();
    let most = WORST * u32::try_from(outputs.max(1)).unwrap_or(u32::MAX / WORST);
    ReplyQuality {
        outputs,
        clean,
        repaired,
        cost: repairs.iter().map(Repair::cost).sum(),
        score: 1.0 - f64::from(lost) / f64::from(most),
    }
}

#[cfg(test)]
mod tests {
    use super::of;
    use crate::{Repair, Rule};

    fn repair(rule: Rule, path: &str) -> Repair {
        Repair {
            rule,
            path: path.into(),
            range: 0..0,
            note: "".into(),
        }
    }

    #[test]
    fn what_is_forgiven_counts_where_it_is() {
        let quality = of(
            4,
            &[
                repair(Rule::Fence, "tags"),
                repair(Rule::Dropped, "tags[1]"),
                repair(Rule::Dropped, "tags[2]"),
                repair(Rule::NumberWords, "city.people"),
            ],
        );
        // two items dropped are more than a guess
        assert_eq!((quality.clean, quality.repaired, quality.cost), (2, 2, 15));
        assert!((quality.score - (1.0 - 13.0 / 40.0)).abs() < 1e-9);
        // around the whole
        let quality = of(2, &[repair(Rule::Prose, ""), repair(Rule::Truth, "fits")]);
        assert_eq!((quality.clean, quality.repaired, quality.cost), (1, 1, 2));
        assert!((quality.score - 0.85).abs() < 1e-9);
        assert_eq!((of(0, &[]).clean, of(0, &[]).repaired), (0, 0));
    }
}
