//! Bounds of tokens and money.
use super::{
    Prices, Spent,
    ledger::{Ledger, Refused, Sum, Took},
    most::most,
};
use crate::calling::{
    billed,
    layer::{Layer, Layered, Pass},
};
use sigflow_core::{Attempt, Billed, Error, ErrorKind, Lm, Request, Result, Usage};
use std::{fmt, sync::Arc};

/// How much may be spent, over all models that it is around. A handle: clones count together.
///
/// A call reserves what it may cost at most, so many calls at once do not spend more than there is; when it ends, what it did
/// cost is counted. A call for which there is not enough ends with kind [`Budget`](ErrorKind::Budget), and nothing is sent.
/// A call that was left, or broke off, may have been billed: what was reserved for it counts as spent
/// [perhaps](Spent::perhaps_dollars).
///
/// # What is reserved
/// For the prompt a token for each byte of text, schemas and tools included, and some for what stands around messages: no
/// tokenizer makes more, and usual English is a quarter of it. For the reply `max_tokens`, else the
/// [longest](super::Price::longest_reply) that the model writes, else 8,192 tokens; as often as completions are asked for. All
/// at the dearest price that may hold: that of tokens written to a cache, of thoughts, of long prompts. So a call that says
/// no `max_tokens` reserves much: 128,000 tokens at `gpt-5-mini`, 0.26 dollars.
///
/// Nobody knows before how much images, sounds, files and the provider's own tools take: they are not in it. Nor is a cache
/// for an hour ([`PromptCache::Long`](sigflow_core::PromptCache)), which has a price that no table here has.
///
/// A reservation is of one request: it belongs around each model, and [`Retry`](crate::Retry), [`Router`](crate::Router),
/// [`Hedge`](crate::Hedge) and [`Compare`](crate::Compare) around it. What a layer inside of it asked beside the answer, or
/// in vain, is counted when the call ends, by its attempts: their tokens where they are told, and the reservation once more
/// for each of which nobody knows whether it was billed. Until then a call may take more than was reserved for it, and one
/// that is left counts as one request.
///
/// # Without a price
/// A call of a model whose price is not known costs no dollars here, since nobody knows how many; it counts as
/// [unpriced](Spent::unpriced). [`refuse_unpriced`](Self::refuse_unpriced) sends no such call.
#[derive(Clone)]
pub struct Spending(Arc<Inner>);

#[derive(Clone)]
struct Rule {
    prices: Prices,
    dollars: Option<f64>,
    tokens: Option<u64>,
    refuses_unpriced: bool,
}

struct Inner {
    rule: Rule,
    ledger: Ledger,
}

impl Spending {
    /// Counts, and bounds nothing yet.
    pub fn new(prices: &Prices) -> Self {
        Self::of(Rule {
            prices: prices.clone(),
            dollars: None,
            tokens: None,
            refuses_unpriced: false,
        })
    }
    fn of(rule: Rule) -> Self {
        Spending(Arc::new(Inner {
            ledger: Ledger::new(rule.dollars, rule.tokens),
            rule,
        }))
    }
    /// Another that counts from zero, by another rule.
    fn changed(self, change: impl FnOnce(&mut Rule)) -> Self {
        let mut rule = self.0.rule.clone();
        change(&mut rule);
        Self::of(rule)
    }
    /// How many US dollars.
    #[must_use]
    pub fn dollars(self, most: f64) -> Self {
        self.changed(|rule| rule.dollars = Some(most))
    }
    /// How many tokens, in and out.
    #[must_use]
    pub fn tokens(self, most: u64) -> Self {
        self.changed(|rule| rule.tokens = Some(most))
    }
    /// Calls of models whose price is not known are not made.
    #[must_use]
    pub fn refuse_unpriced(self) -> Self {
        self.changed(|rule| rule.refuses_unpriced = true)
    }
    /// The model within these bounds. Its price is the one that was [set](Prices::set) for its own name, else for the name
    /// that the server gives; else the public one of the server's name, else of its own.
    pub fn around(&self, lm: &Lm) -> Lm {
        self.around_as(lm, lm.name())
    }
    /// The model within these bounds, as [`around`](Self::around), under another name of its own: of a deployment, or of
    /// what a provider sells under the name of others.
    pub fn around_as(&self, lm: &Lm, model: &str) -> Lm {
        let priced = Priced {
            spending: self.clone(),
            model: model.into(),
        };
        Layered::around(priced, lm)
    }
    /// What was spent so far.
    pub fn spent(&self) -> Spent {
        self.0.ledger.spent()
    }

    /// `allowed`: what the caller lets this one call cost.
    fn reserve(&self, model: &Arc<str>, most: Usage, allowed: Option<f64>) -> Result<Reserved> {
        let rule = &self.0.rule;
        let price = rule.prices.of(model);
        let dollars = price.map(|price| price.most(&most));
        if dollars.is_none() && rule.refuses_unpriced {
            let message = format!(
                "the price of model `{model}` is not known, and no call without one is allowed; nothing was sent; give it one by `Prices::set`"
            );
            return Err(Error::new(ErrorKind::Budget, message));
        }
        let most = Sum {
            dollars: dollars.unwrap_or(0.0),
            tokens: most.total_tokens(),
        };
        if let Some(allowed) = allowed.filter(|allowed| most.dollars > *allowed) {
            let message = format!(
                "the call may cost ${:.4}, and its caller allows ${allowed:.4}; nothing was sent; raise `Handling::dollars`, or set a lower `max_tokens`",
                most.dollars
            );
            return Err(Error::new(ErrorKind::Budget, message));
        }
        match self.0.ledger.reserve(most) {
            Ok(()) => Ok(Reserved {
                spending: self.clone(),
                model: model.clone(),
                most,
                took: Took::default(),
                is_over: false,
            }),
            Err(refused) => Err(self.refused(refused, most)),
        }
    }

    #[cold]
    fn refused(&self, refused: Refused, most: Sum) -> Error {
        let (rule, spent) = (&self.0.rule, refused.spent);
        let message = if refused.is_too_dear {
            format!(
                "the call may cost ${:.4}, and of ${:.4} are spent or reserved too many (${:.4} spent); nothing was sent; raise `Spending::dollars`, or set a lower `max_tokens`",
                most.dollars,
                rule.dollars.unwrap_or_default(),
                spent.dollars
            )
        } else {
            format!(
                "the call may take {} tokens, and of {} are spent or reserved too many ({} spent); nothing was sent; raise `Spending::tokens`, or set a lower `max_tokens`",
                most.tokens,
                rule.tokens.unwrap_or_default(),
                spent.tokens
            )
        };
        Error::new(ErrorKind::Budget, message)
    }
}

/// A model within bounds.
struct Priced {
    spending: Spending,
    model: Arc<str>,
}

impl Layer for Priced {
    type Pass = Reserved;
    async fn enter(&self, request: &Request, lm: &Lm) -> Result<Reserved> {
        let longest = self.spending.0.rule.prices.longest_reply(&self.model);
        let most = most(request, lm, longest);
        let allowed = request.handling.dollars;
        self.spending.reserve(&self.model, most, allowed)
    }
}

/// What a call may cost.
struct Reserved {
    spending: Spending,
    model: Arc<str>,
    most: Sum,
    /// What it took so far.
    took: Took,
    is_over: bool,
}

impl Reserved {
    fn end(&mut self) {
        self.is_over = true;
        self.spending.0.ledger.end(self.most, &self.took);
    }
    fn add(&mut self, usage: &Usage, cost: Option<f64>) {
        self.took.known.tokens += usage.total_tokens();
        match cost {
            Some(cost) => self.took.known.dollars += cost,
            None => self.took.unpriced += 1,
        }
    }
    /// A request that a layer inside made, and what it cost. Its price is that of the route, for nobody tells of its model.
    fn made(&mut self, attempt: &Attempt) -> Option<f64> {
        if attempt.billed == Billed::No {
            return attempt.cost;
        }
        let Some(usage) = attempt.usage else {
            self.took.perhaps += 1;
            return attempt.cost;
        };
        let prices = &self.spending.0.rule.prices;
        let known = || prices.cost(&attempt.route, &usage);
        let cost = attempt.cost.or_else(known);
        self.add(&usage, cost);
        cost
    }
}

impl Pass for Reserved {
    fn others(&mut self, others: &mut [Attempt]) {
        for attempt in others {
            attempt.cost = self.made(attempt);
        }
    }
    fn answered(mut self, usage: Option<Usage>, model: &str) -> Option<f64> {
        self.took.is_answered = true;
        let Some(usage) = usage else {
            // it was billed, and nobody says how much
            self.took.perhaps += 1;
            self.end();
            return None;
        };
        let prices = &self.spending.0.rule.prices;
        let own = &*self.model;
        let price = prices.first(&[own, model], &[model, own]);
        let cost = price.map(|price| price.cost(&usage));
        self.add(&usage, cost);
        self.end();
        cost
    }
    fn unused(mut self) {
        self.end();
    }
    fn failed(mut self, error: &Error) {
        match error.attempts() {
            [] => self.took.perhaps += u64::from(billed(error) != Billed::No),
            made => {
                for attempt in made {
                    self.made(attempt);
                }
            }
        }
        self.end();
    }
}

impl Drop for Reserved {
    fn drop(&mut self) {
        if !self.is_over {
            self.took.perhaps += 1;
            self.end();
        }
    }
}

impl fmt::Debug for Spending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spending")
            .field("dollars", &self.0.rule.dollars)
            .field("tokens", &self.0.rule.tokens)
            .field("spent", &self.spent())
            .finish_non_exhaustive()
    }
}
