//! What holds of money and tokens: the layer's own count beside that of the ledger, and beside the bill of the servers.
use super::{Evidence, Faults, Rule, Visits};
use crate::{
    caller::Outcome,
    ledger::{Sum, dollars},
    report::Tally,
    server::LARGEST,
};
use sigflow_core::{AttemptOutcome, ErrorKind, Usage};

impl Evidence<'_> {
    pub(super) fn money(&self, visits: &Visits, tally: &mut Tally, faults: &mut Faults) {
        let (Some((spending, ledger)), Some(shape)) =
            (&self.layers.money, &self.shape.more.spending)
        else {
            return;
        };
        faults.all(Rule::WithinMoney, ledger.over());
        faults.all(Rule::RefusedWithReason, ledger.unfounded());
        let spent = spending.spent();
        let counted = Sum {
            dollars: spent.dollars + spent.perhaps_dollars,
            tokens: spent.tokens + spent.perhaps_tokens,
        };
        let known = ledger.spent();
        if counted.tokens != known.tokens || !is_near(counted.dollars, known.dollars) {
            let what = format!("{counted:?} are counted, and {known:?} were spent");
            faults.add(Rule::MoneyIsCounted, what);
        }
        let reserved = ledger.reserved();
        if reserved.tokens != 0 || !is_near(reserved.dollars, 0.0) {
            let what = format!("nobody asks any more, and {reserved:?} are reserved");
            faults.add(Rule::MoneyIsCounted, what);
        }

        // around everything one reservation is for several requests: what those took of which nobody was told, since
        // their caller or another route did not wait, is not known there
        let untold: usize = if shape.is_around {
            let calls = self.told.iter();
            calls
                .map(|told| {
                    let made = visits.of(told.call).len();
                    let known = match &told.outcome {
                        Outcome::Answered { attempts, .. } => attempts.len(),
                        Outcome::Failed(error) => error.attempts().len(),
                        _ => 1,
                    };
                    made.saturating_sub(known)
                })
                .sum()
        } else {
            0
        };
        let billed: u64 = visits.each().map(|at| at.visit.billed).sum();
        tally.billed += billed;
        if billed > counted.tokens + untold as u64 * LARGEST {
            let what = format!(
                "{billed} tokens are on the bill, and {} are counted",
                counted.tokens
            );
            faults.add(Rule::MoneyIsCounted, what);
        }
        if !shape.is_around && shape.tokens.is_some_and(|most| billed > most) {
            let what = format!("{billed} tokens are on the bill, {:?} may be", shape.tokens);
            faults.add(Rule::WithinMoney, what);
        }
        let dear = dollars(&Usage::new(0, LARGEST)) * untold as f64;
        let most = shape.dollars.unwrap_or(f64::INFINITY);
        if !shape.is_around && counted.dollars + dear > most + 1e-9 {
            let what = format!("{counted:?} are counted, {most} dollars may be");
            faults.add(Rule::WithinMoney, what);
        }
        self.refused(visits, faults);
    }

    /// Who is sent away hears why, and nothing was sent.
    fn refused(&self, visits: &Visits, faults: &mut Faults) {
        let (Some((_, ledger)), Some(shape)) = (&self.layers.money, &self.shape.more.spending)
        else {
            return;
        };
        let refused = ledger.refused();
        for told in self.told {
            if !refused.contains(&told.call) {
                continue;
            }
            let is_it =
                |outcome: AttemptOutcome| outcome == AttemptOutcome::Failed(ErrorKind::Budget);
            let is_told = match &told.outcome {
                Outcome::Answered { attempts, .. } => {
                    attempts.iter().any(|attempt| is_it(attempt.outcome))
                }
                Outcome::Failed(error) => {
                    let mut attempts = error.attempts().iter();
                    error.kind() == ErrorKind::Budget
                        || attempts.any(|attempt| is_it(attempt.outcome))
                }
                _ => true,
            };
            if !is_told {
                let what = format!("call {} had no money, and hears nothing of it", told.call);
                faults.add(Rule::ShedIsTold, what);
            }
            if shape.is_around && !visits.of(told.call).is_empty() {
                let what = format!("call {} had no money, and something was sent", told.call);
                faults.add(Rule::WithinMoney, what);
            }
        }
    }
}

/// Equal but for the order in which was added.
fn is_near(one: f64, other: f64) -> bool {
    (one - other).abs() < 1e-9 * (1.0 + one.abs())
}
