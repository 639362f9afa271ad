//! Books of money and tokens beside those of the layer that bounds them: kept by what goes in and comes out of it.
use crate::{
    entries::Entries,
    shape::SpendingShape,
    tap::{End, Looks, Sees, Tap},
    who,
};
use sigflow_core::{Attempt, Billed, Error, ErrorKind, Lm, Phase, Request, Result, Usage};
use sigflow_providers::{Price, Prices, Spending};
use std::{
    collections::BTreeSet,
    ops::{AddAssign, SubAssign},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Dollars of a million tokens, in and out; of all servers whose price is known.
const PRICE: (f64, f64) = (1.0, 4.0);
/// Tokens that the layer sets aside for what stands around a message.
const AROUND: usize = 16;
/// Sums of the same numbers in another order differ by less.
const ROUNDING: f64 = 1e-9;

/// The books of a run.
#[derive(Clone, Debug)]
pub(crate) struct Ledger {
    shape: SpendingShape,
    /// Who comes by behind a cache, if there is one inside: a call that does not has sent nothing.
    asks: Option<Entries>,
    books: Arc<Mutex<Books>>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Sum {
    pub(crate) dollars: f64,
    pub(crate) tokens: u64,
}

#[derive(Debug, Default)]
struct Books {
    /// The most that requests under way may take.
    reserved: Sum,
    /// What those that ended took, or may have taken.
    spent: Sum,
    /// Calls that were sent away.
    refused: BTreeSet<u64>,
    over: Vec<String>,
    unfounded: Vec<String>,
}

impl Ledger {
    pub(crate) fn new(shape: &SpendingShape, asks: Option<Entries>) -> Self {
        Ledger {
            shape: shape.clone(),
            asks,
            books: Arc::default(),
        }
    }
    /// The layer as the seed has it; `times` as large where it is broken.
    pub(crate) fn spending(&self, prices: &Prices, times: f64) -> Spending {
        let mut spending = Spending::new(prices);
        if let Some(dollars) = self.shape.dollars {
            spending = spending.dollars(dollars * times);
        }
        if let Some(tokens) = self.shape.tokens {
            #[allow(clippy::cast_precision_loss, clippy::cast_sign_loss)] // a few millions
            let tokens = (tokens as f64 * times) as u64;
            spending = spending.tokens(tokens);
        }
        if self.shape.refuses_unpriced {
            spending = spending.refuse_unpriced();
        }
        spending
    }
    pub(crate) fn prices(servers: &[String]) -> Prices {
        let none = Prices::none();
        servers.iter().fold(none, |prices, name| {
            prices.set(name, Price::new(PRICE.0, PRICE.1))
        })
    }
    /// Around the layer that bounds: who is sent away, and whether with reason.
    pub(crate) fn outside(&self, lm: &Lm, is_priced: bool) -> Lm {
        let looks = Outside(self.page(is_priced));
        Tap::around(lm, &Arc::new(looks))
    }
    /// Inside of it: what it let through, and what came of that.
    pub(crate) fn inside(&self, lm: &Lm, is_priced: bool) -> Lm {
        let looks = Inside(self.page(is_priced));
        Tap::around(lm, &Arc::new(looks))
    }
    fn page(&self, is_priced: bool) -> Page {
        Page {
            ledger: self.clone(),
            is_priced,
        }
    }
    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// What was spent, or perhaps.
    pub(crate) fn spent(&self) -> Sum {
        self.books().spent
    }
    pub(crate) fn reserved(&self) -> Sum {
        self.books().reserved
    }
    /// Calls that were sent away.
    pub(crate) fn refused(&self) -> BTreeSet<u64> {
        self.books().refused.clone()
    }
    /// When more was let through than there is.
    pub(crate) fn over(&self) -> Vec<String> {
        self.books().over.clone()
    }
    /// When a call was sent away that there was enough for.
    pub(crate) fn unfounded(&self) -> Vec<String> {
        self.books().unfounded.clone()
    }
    fn asked(&self, call: u64) -> Option<u32> {
        self.asks.as_ref().map(|asks| asks.of(call))
    }
    fn has_room(&self, sum: Sum) -> bool {
        let dollars = self.shape.dollars;
        let tokens = self.shape.tokens;
        dollars.is_none_or(|most| sum.dollars <= most * (1.0 + ROUNDING))
            && tokens.is_none_or(|most| sum.tokens <= most)
    }
}

#[derive(Clone)]
struct Page {
    ledger: Ledger,
    is_priced: bool,
}

impl Page {
    fn sum(&self, usage: Usage) -> Sum {
        let dollars = if self.is_priced { dollars(&usage) } else { 0.0 };
        Sum {
            dollars,
            tokens: usage.total_tokens(),
        }
    }
    /// The most that a request may take: a token for each byte and those around each message, and the longest reply.
    fn most(&self, request: &Request) -> Sum {
        let messages = request.messages();
        let prompt: usize = messages.map(|(_, text)| text.as_str().len() + AROUND).sum();
        let reply = request.settings.max_tokens.unwrap_or(0);
        self.sum(Usage::new(prompt as u64, u64::from(reply)))
    }
}

pub(crate) fn dollars(usage: &Usage) -> f64 {
    #[allow(clippy::cast_precision_loss)] // of one call
    let (input, output) = (usage.input_tokens as f64, usage.output_tokens as f64);
    (input * PRICE.0 + output * PRICE.1) / 1e6
}

struct Outside(Page);
struct Refusal {
    page: Page,
    most: Sum,
    call: u64,
}

impl Looks for Outside {
    type Sees = Refusal;
    fn enters(&self, request: &Request) -> Result<Refusal> {
        Ok(Refusal {
            most: self.0.most(request),
            page: self.0.clone(),
            call: who::asks(),
        })
    }
}

impl Sees for Refusal {
    fn ends(&mut self, end: End<'_>) {
        let End::Failed(error) = end else { return };
        let ledger = &self.page.ledger;
        let is_new = error.kind() == ErrorKind::Budget && error.attempts().is_empty();
        if !is_new {
            return;
        }
        let mut books = ledger.books();
        books.refused.insert(self.call);
        let mut all = books.spent;
        all += books.reserved;
        all += self.most;
        let is_unpriced = !self.page.is_priced && ledger.shape.refuses_unpriced;
        if ledger.has_room(all) && !is_unpriced {
            let what = format!(
                "call {} was sent away, and would make it {all:?} at most",
                self.call
            );
            books.unfounded.push(what);
        }
    }
}

struct Inside(Page);
struct Reserved {
    page: Page,
    most: Sum,
    call: u64,
    asked: Option<u32>,
}

impl Looks for Inside {
    type Sees = Reserved;
    fn enters(&self, request: &Request) -> Result<Reserved> {
        let most = self.0.most(request);
        let ledger = &self.0.ledger;
        let mut books = ledger.books();
        books.reserved += most;
        let mut all = books.spent;
        all += books.reserved;
        if !ledger.has_room(all) {
            let what = format!("with call {} it may become {all:?}", who::asks());
            books.over.push(what);
        }
        drop(books);
        let call = who::asks();
        Ok(Reserved {
            page: self.0.clone(),
            most,
            call,
            asked: ledger.asked(call),
        })
    }
}

impl Reserved {
    fn of(&self, attempts: &[Attempt]) -> Sum {
        let mut sum = Sum::default();
        for attempt in attempts {
            match (attempt.billed, attempt.usage) {
                (Billed::No, _) => {}
                (_, Some(usage)) => sum += self.page.sum(usage),
                (_, None) => sum += self.most,
            }
        }
        sum
    }
}

impl Sees for Reserved {
    fn ends(&mut self, end: End<'_>) {
        let ledger = &self.page.ledger;
        let sent_nothing = self.asked.is_some() && self.asked == ledger.asked(self.call);
        let spent = match end {
            End::Answered {
                is_saved: true,
                attempts,
                ..
            } => attempts
                .split_last()
                .map_or_else(Sum::default, |(_, others)| self.of(others)),
            End::Failed(_) if sent_nothing => Sum::default(),
            End::Answered {
                usage, attempts, ..
            } => match (attempts, usage) {
                ([], None) => self.most,
                ([], Some(usage)) => self.page.sum(usage),
                _ => self.of(attempts),
            },
            End::Failed(error) if !error.attempts().is_empty() => self.of(error.attempts()),
            End::Failed(error) if costs_nothing(error) => Sum::default(),
            End::Failed(_) | End::Left => self.most,
        };
        let mut books = ledger.books();
        books.reserved -= self.most;
        books.spent += spent;
    }
}

/// Whether an error says that nobody wrote a reply.
fn costs_nothing(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Server => error.status().is_some(),
        ErrorKind::Timeout => matches!(error.phase(), Some(Phase::Connect | Phase::Pool)),
        ErrorKind::Transport | ErrorKind::IncompleteStream => false,
        _ => true,
    }
}

impl AddAssign for Sum {
    fn add_assign(&mut self, more: Sum) {
        self.dollars += more.dollars;
        self.tokens += more.tokens;
    }
}
impl SubAssign for Sum {
    fn sub_assign(&mut self, less: Sum) {
        self.dollars -= less.dollars;
        self.tokens -= less.tokens;
    }
}
