//! What a call says to the layers around its model.
use std::time::Duration;

/// How layers around a model (retries, routers, hedges, limits, queues, bounds of money) handle one call, where that shall
/// not be as they were built. What is not set stays as the layer has it, and a layer that is not there is not missed.
///
/// [`Call::handling`](crate::Call::handling) sets it for a call,
/// [`Scope::with_handling`](super::Scope::with_handling) for all calls of a scope that do not say otherwise. It stands in
/// [`Request::handling`](super::Request), is never sent, and makes no difference to caches.
///
/// ```
/// # async fn run() -> sigflow_core::Result<()> {
/// use sigflow_core::{Ask, DynSignature, Handling, Scope, testing::Scripted};
/// use std::time::Duration;
///
/// // somebody waits in front of a screen: rather no answer than a late one
/// let quick = Handling::new().retries(0).wait(Duration::from_millis(200));
/// // of a run at night no call shall be asked twice at the same time
/// let night = Scope::current().with_handling(Handling::new().hedged(false));
///
/// let script = Scripted::new(["[[ ## answer ## ]]\nParis"]);
/// let question = DynSignature::parse("question -> answer")?.ask([("question", "Where?".into())])?;
/// night.enter(question.predict().with(&script.lm()).handling(quick)).await?;
/// let told = script.requests()[0].handling;
/// assert_eq!((told.retries, told.hedged), (Some(0), Some(false)));
/// # Ok(()) }
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run()).unwrap();
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Handling {
    /// How often one route is asked again; asking another route is no retry.
    pub retries: Option<u32>,
    /// Whether a second route may be asked while the first is slow. `true` changes nothing: it takes back what a scope
    /// says.
    pub hedged: Option<bool>,
    /// The longest wait for a place: of a limit, of a queue, among the calls of a client; each of them by itself.
    pub wait: Option<Duration>,
    /// The most that a request of it may cost, in US dollars, by the prices of the bound of money around the model; it
    /// counts beside that bound.
    pub dollars: Option<f64>,
}

impl Handling {
    /// As the layers have it.
    pub const fn new() -> Self {
        Handling {
            retries: None,
            hedged: None,
            wait: None,
            dollars: None,
        }
    }
    /// How often one route is asked again. The budget of retries that all calls share holds as before.
    #[must_use]
    pub const fn retries(mut self, most: u32) -> Self {
        self.retries = Some(most);
        self
    }
    /// Whether a second route may be asked while the first is slow.
    #[must_use]
    pub const fn hedged(mut self, hedged: bool) -> Self {
        self.hedged = Some(hedged);
        self
    }
    /// The longest wait for a place: of a limit, of a queue, among the calls of a client.
    #[must_use]
    pub const fn wait(mut self, longest: Duration) -> Self {
        self.wait = Some(longest);
        self
    }
    /// The most that a request may cost, in US dollars. A request that may cost more is not sent, and the call ends with
    /// kind [`Budget`](crate::ErrorKind::Budget). `Spending` counts it and says how; where there is none around the
    /// model, or no price is known, nobody can tell, and it is sent.
    #[must_use]
    pub const fn dollars(mut self, most: f64) -> Self {
        self.dollars = Some(most);
        self
    }
    /// Mine where set, else `other`'s.
    #[must_use]
    pub fn or(self, other: Handling) -> Handling {
        Handling {
            retries: self.retries.or(other.retries),
            hedged: self.hedged.or(other.hedged),
            wait: self.wait.or(other.wait),
            dollars: self.dollars.or(other.dollars),
        }
    }
}
