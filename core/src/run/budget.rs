//! How much a run may spend.
use crate::{Error, ErrorKind, Result, Usage};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering::Relaxed},
};

/// How many calls and tokens may be spent by all that runs under it. Clones share what is spent.
///
/// A call is one request to a model, a second try included. When the calls are spent, or the tokens, no further
/// request is sent; the call that wanted to is an error of the kind [`ErrorKind::Budget`]. Tokens are known when a
/// reply is there, so the last calls may overspend them.
///
/// A layer around models (retries, routes, a comparison) is one model here: what it sends for a request is one call. Of
/// tokens all count that servers told of, also those of answers that were not picked
/// ([`Response::usage_in_all`](crate::Response::usage_in_all)).
///
/// What a cache answers costs nothing: its call is given back when the reply is there.
///
/// ```
/// # async fn run() -> sigflow_core::Result<()> {
/// use sigflow_core::{Ask, Budget, DynSignature, Scope, testing::Scripted};
///
/// let script = Scripted::new(["[[ ## answer ## ]]\nParis", "[[ ## answer ## ]]\nRome"]);
/// let question = DynSignature::parse("question -> answer")?.ask([("question", "Where?".into())])?;
/// let budget = Budget::new().calls(1);
/// let scope = Scope::current().with_lm(&script.lm()).with_budget(&budget);
/// assert_eq!(scope.clone().enter(question.clone().predict()).await?["answer"], "Paris");
///
/// let error = scope.enter(question.predict()).await.unwrap_err();
/// assert!(error.is_budget());
/// assert_eq!(error.to_string(), "StringSignature: the budget of 1 call is spent; give the run a greater `Budget`");
/// assert_eq!((script.requests().len(), budget.spent().calls), (1, 1));
/// # Ok(()) }
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run()).unwrap();
/// ```
#[derive(Clone, Debug, Default)]
pub struct Budget(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    calls: Option<u64>,
    tokens: Option<u64>,
    spent: Counts,
}

/// What was spent so far.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    calls: AtomicU64,
    tokens: AtomicU64,
}

/// What was spent so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Spent {
    /// Requests that were sent.
    pub calls: u64,
    /// Tokens in and out, of the servers that said.
    pub tokens: u64,
}

impl Counts {
    pub(crate) fn call(&self) {
        self.calls.fetch_add(1, Relaxed);
    }
    pub(crate) fn uncall(&self) {
        self.calls.fetch_sub(1, Relaxed);
    }
    pub(crate) fn usage(&self, usage: Usage) {
        self.tokens.fetch_add(usage.total_tokens(), Relaxed);
    }
    pub(crate) fn spent(&self) -> Spent {
        Spent {
            calls: self.calls.load(Relaxed),
            tokens: self.tokens.load(Relaxed),
        }
    }
}

impl Budget {
    /// A budget without limits: it counts.
    pub fn new() -> Self {
        Self::default()
    }
    /// The same with at most so many calls. What was spent is counted from here on.
    #[must_use]
    pub fn calls(self, calls: u64) -> Self {
        Budget(Arc::new(Inner {
            calls: Some(calls),
            tokens: self.0.tokens,
            spent: Counts::default(),
        }))
    }
    /// The same with at most so many tokens, in and out. What was spent is counted from here on.
    #[must_use]
    pub fn tokens(self, tokens: u64) -> Self {
        Budget(Arc::new(Inner {
            calls: self.0.calls,
            tokens: Some(tokens),
            spent: Counts::default(),
        }))
    }
    /// What was spent so far.
    pub fn spent(&self) -> Spent {
        self.0.spent.spent()
    }
    /// Takes one call, if there is one left.
    pub(crate) fn take(&self) -> Result<()> {
        let Inner {
            calls,
            tokens,
            spent,
        } = &*self.0;
        if let Some(tokens) = tokens
            && spent.tokens.load(Relaxed) >= *tokens
        {
            return Err(exhausted(*tokens, "token"));
        }
        let Some(limit) = calls else {
            spent.call();
            return Ok(());
        };
        let taken = spent.calls.fetch_update(Relaxed, Relaxed, |spent| {
            (spent < *limit).then(|| spent + 1)
        });
        match taken {
            Ok(_) => Ok(()),
            Err(_) => Err(exhausted(*limit, "call")),
        }
    }
    /// Gives a call back that was not made after all.
    pub(crate) fn give_back(&self) {
        self.0.spent.uncall();
    }
    pub(crate) fn usage(&self, usage: Usage) {
        self.0.spent.usage(usage);
    }
}

#[cold]
fn exhausted(limit: u64, what: &str) -> Error {
    let s = if limit == 1 { "" } else { "s" };
    let message =
        format!("the budget of {limit} {what}{s} is spent; give the run a greater `Budget`");
    Error::new(ErrorKind::Budget, message)
}
