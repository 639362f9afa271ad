//! Bounds of tokens and money.
use super::{Prices, most::most};
use crate::calling::{
    billed,
    layer::{Layer, Layered, Pass},
};
use sigflow_core::{Attempt, Billed, Error, ErrorKind, Lm, Request, Result, Usage};
use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

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
/// [`Hedge`](crate::Hedge) and [`Compare`](crate::Compare) around it. What a layer inside of it asked beside the answer is
/// counted when it ends, as far as it is told.
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
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    spent: Spent,
    /// Of calls under way.
    dollars: f64,
    tokens: u64,
}

/// What was spent.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Spent {
    /// US dollars, of calls whose price is known.
    pub dollars: f64,
    /// US dollars of calls of which nobody knows whether they were billed: the most that they may have cost.
    pub perhaps_dollars: f64,
    /// Tokens in and out.
    pub tokens: u64,
    /// The most tokens of calls of which nobody knows.
    pub perhaps_tokens: u64,
    /// Calls that were answered.
    pub calls: u64,
    /// Answers whose price is not known.
    pub unpriced: u64,
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
            rule,
            state: Mutex::default(),
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
        self.state().spent
    }
    fn state(&self) -> MutexGuard<'_, State> {
        // each change leaves the state whole
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
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
        let (dollars, tokens) = (dollars.unwrap_or(0.0), most.total_tokens());
        if let Some(allowed) = allowed.filter(|allowed| dollars > *allowed) {
            let message = format!(
                "the call may cost ${dollars:.4}, and its caller allows ${allowed:.4}; nothing was sent; raise `Handling::dollars`, or set a lower `max_tokens`"
            );
            return Err(Error::new(ErrorKind::Budget, message));
        }
        let mut state = self.state();
        let spent = state.spent;
        let in_dollars = spent.dollars + spent.perhaps_dollars + state.dollars;
        let in_tokens = spent.tokens + spent.perhaps_tokens + state.tokens;
        let too_dear = rule.dollars.is_some_and(|most| in_dollars + dollars > most);
        let too_long = rule
            .tokens
            .is_some_and(|most| in_tokens.saturating_add(tokens) > most);
        if too_dear || too_long {
            drop(state);
            return Err(self.refused(spent, dollars, tokens, too_dear));
        }
        state.dollars += dollars;
        state.tokens += tokens;
        drop(state);
        Ok(Reserved {
            spending: self.clone(),
            model: model.clone(),
            dollars,
            tokens,
            beside: Spent::default(),
            is_over: false,
        })
    }

    #[cold]
    fn refused(&self, spent: Spent, dollars: f64, tokens: u64, too_dear: bool) -> Error {
        let rule = &self.0.rule;
        let message = if too_dear {
            format!(
                "the call may cost ${dollars:.4}, and of ${:.4} are spent or reserved too many (${:.4} spent); nothing was sent; raise `Spending::dollars`, or set a lower `max_tokens`",
                rule.dollars.unwrap_or_default(),
                spent.dollars
            )
        } else {
            format!(
                "the call may take {tokens} tokens, and of {} are spent or reserved too many ({} spent); nothing was sent; raise `Spending::tokens`, or set a lower `max_tokens`",
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
    dollars: f64,
    tokens: u64,
    /// What was asked beside the answer.
    beside: Spent,
    is_over: bool,
}

impl Reserved {
    fn end(&mut self, count: impl FnOnce(&mut Spent)) {
        self.is_over = true;
        let mut state = self.spending.state();
        state.dollars = (state.dollars - self.dollars).max(0.0);
        state.tokens -= self.tokens;
        state.spent.dollars += self.beside.dollars;
        state.spent.tokens += self.beside.tokens;
        state.spent.unpriced += self.beside.unpriced;
        count(&mut state.spent);
    }
    fn perhaps(&mut self) {
        let (dollars, tokens) = (self.dollars, self.tokens);
        self.end(|spent| {
            spent.perhaps_dollars += dollars;
            spent.perhaps_tokens += tokens;
        });
    }
}

impl Pass for Reserved {
    /// Their price is that of the route, for nobody tells of their models.
    fn others(&mut self, others: &mut [Attempt]) {
        let prices = &self.spending.0.rule.prices;
        for attempt in others {
            let Some(usage) = attempt.usage else { continue };
            let known = || prices.cost(&attempt.route, &usage);
            attempt.cost = attempt.cost.or_else(known);
            self.beside.tokens += usage.total_tokens();
            match attempt.cost {
                Some(cost) => self.beside.dollars += cost,
                None => self.beside.unpriced += 1,
            }
        }
    }
    fn answered(mut self, usage: Option<Usage>, model: &str) -> Option<f64> {
        let Some(usage) = usage else {
            // it was billed, and nobody says how much
            self.perhaps();
            self.spending.state().spent.calls += 1;
            return None;
        };
        let prices = &self.spending.0.rule.prices;
        let own = &*self.model;
        let price = prices.first(&[own, model], &[model, own]);
        let cost = price.map(|price| price.cost(&usage));
        self.end(|spent| {
            spent.calls += 1;
            spent.tokens += usage.total_tokens();
            match cost {
                Some(cost) => spent.dollars += cost,
                None => spent.unpriced += 1,
            }
        });
        cost
    }
    fn unused(mut self) {
        self.end(|_| {});
    }
    fn failed(mut self, error: &Error) {
        if billed(error) == Billed::No {
            self.end(|_| {});
        } else {
            self.perhaps();
        }
    }
}

impl Drop for Reserved {
    fn drop(&mut self) {
        if !self.is_over {
            self.perhaps();
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
