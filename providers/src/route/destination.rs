//! One way to an answer.
use crate::retry::RetryRule;
use sigflow_core::Lm;
use std::fmt;

/// One way to an answer: a model with a name, and what the choice goes by.
///
/// An [`Lm`] is a route by itself, under its model's name:
///
/// ```
/// use sigflow_core::{Lm, testing::Scripted};
/// use sigflow_providers::route::Route;
///
/// let plain: Route = Scripted::new([""]).lm().into();
/// assert_eq!(plain.name(), "scripted");
/// let cheap = Route::new("openai/second-key", Scripted::new([""]).lm()).weight(3).price(0.25, 2.0);
/// assert_eq!(cheap.name(), "openai/second-key");
/// ```
#[derive(Clone)]
pub struct Route {
    pub(crate) name: String,
    pub(crate) lm: Lm,
    pub(crate) weight: u32,
    /// Of a million tokens, in and out.
    pub(crate) price: Option<(f64, f64)>,
    pub(crate) window: Option<u64>,
    pub(crate) rule: Option<RetryRule>,
}

impl Route {
    /// A route under a name, by which attempts tell it.
    pub fn new(name: impl Into<String>, lm: Lm) -> Self {
        Route {
            name: name.into(),
            lm,
            weight: 1,
            price: None,
            window: None,
            rule: None,
        }
    }
    /// Its share of the calls beside the others', for [`Order::Weighted`](super::Order); 1 unless set.
    #[must_use]
    pub fn weight(mut self, weight: u32) -> Self {
        self.weight = weight;
        self
    }
    /// The price of a million tokens of the prompt and of the reply, in any money, for
    /// [`Order::Cheapest`](super::Order).
    #[must_use]
    pub fn price(mut self, input: f64, output: f64) -> Self {
        self.price = Some((input, output));
        self
    }
    /// How many tokens its model takes. A prompt that is too long for one route is sent to another only if both
    /// say this, and that one takes more.
    #[must_use]
    pub fn context_window(mut self, tokens: u64) -> Self {
        self.window = Some(tokens);
        self
    }
    /// How a failure is retried here, if not as on the router's other routes.
    #[must_use]
    pub fn retry(mut self, rule: RetryRule) -> Self {
        self.rule = Some(rule);
        self
    }
    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl From<Lm> for Route {
    fn from(lm: Lm) -> Self {
        Route::new(lm.name().to_owned(), lm)
    }
}

impl From<&Lm> for Route {
    fn from(lm: &Lm) -> Self {
        lm.clone().into()
    }
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Route")
            .field("name", &self.name)
            .field("lm", &self.lm)
            .finish_non_exhaustive()
    }
}
