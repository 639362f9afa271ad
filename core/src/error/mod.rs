//! One error for everything that can fail at run time.
mod display;
mod kind;
mod phase;
mod reason;

pub use kind::ErrorKind;
pub use phase::Phase;
pub use reason::Reason;

use crate::{RunId, lm::Attempt};
use serde_json::{Map, Value};
use std::{error::Error as StdError, sync::Arc, time::Duration};

/// The result of everything in sigflow that can fail.
///
/// The second parameter has a default, so that `Result<T, MyError>` stays legal under
/// `use sigflow::prelude::*`.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, with everything that is known about it.
///
/// Opaque and the size of a pointer. Ask it with predicates ([`is_rate_limited`](Self::is_rate_limited),
/// [`is_retryable`](Self::is_retryable), …) rather than by matching text; the model's reply, when one
/// came, is in [`raw_reply`](Self::raw_reply).
///
/// ```
/// use sigflow_core::{Error, ErrorKind};
/// use std::time::Duration;
///
/// let error = Error::new(ErrorKind::RateLimited, "slow down").with_retry_after(Duration::from_secs(2));
/// assert!(error.is_rate_limited() && error.is_retryable());
/// assert_eq!(error.retry_after(), Some(Duration::from_secs(2)));
/// ```
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
pub(crate) struct Inner {
    kind: ErrorKind,
    message: String,
    /// Where it happened, outermost first: `hop.direct`.
    path: String,
    /// The run it happened in.
    run: Option<RunId>,
    /// Other nodes of the program that had failed by then.
    also: Vec<Error>,
    faults: Vec<Fault>,
    /// What of a reply could be read, by name.
    fields: Map<String, Value>,
    raw_reply: Option<Arc<str>>,
    status: Option<u16>,
    request_id: Option<String>,
    retry_after: Option<Duration>,
    provider_message: Option<String>,
    phase: Option<Phase>,
    /// The requests that were made for the call, this one among them.
    attempts: Vec<Attempt>,
    /// Shared, so that an error can be given to all who waited for it.
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

/// One thing that is wrong with one value: of an input, or of a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fault {
    /// Where, from the field on: `people[2].age`.
    pub path: String,
    /// What was expected there: `an integer`, `at most 1`.
    pub expected: String,
    /// What was found, shortened to one line.
    pub found: String,
    /// The value is of the right type and breaks a bound.
    pub constraint: bool,
    /// The same for code: what is wrong.
    pub reason: Reason,
}

impl Fault {
    /// A value of the wrong shape; one that is missing has nothing to be found.
    #[cold]
    pub fn mismatch(
        path: impl Into<String>,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) -> Self {
        let found = found.into();
        Fault {
            path: path.into(),
            expected: expected.into(),
            constraint: false,
            reason: if found.is_empty() {
                Reason::Missing
            } else {
                Reason::Mismatch
            },
            found,
        }
    }
    /// A value of the right shape that breaks a bound.
    #[cold]
    pub fn constraint(
        path: impl Into<String>,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) -> Self {
        Fault {
            path: path.into(),
            expected: expected.into(),
            found: found.into(),
            constraint: true,
            reason: Reason::Check,
        }
    }
    /// The same fault for this reason.
    #[must_use]
    pub fn because(mut self, reason: Reason) -> Self {
        self.reason = reason;
        self
    }
}

impl Error {
    /// An error of `kind`; a model of your own makes them like this.
    #[cold]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Error(Box::new(Inner {
            kind,
            message: message.into(),
            path: String::new(),
            run: None,
            also: Vec::new(),
            faults: Vec::new(),
            fields: Map::new(),
            raw_reply: None,
            status: None,
            request_id: None,
            retry_after: None,
            provider_message: None,
            phase: None,
            attempts: Vec::new(),
            source: None,
        }))
    }

    /// The same, below a message.
    #[cold]
    pub(crate) fn with_faults(mut self, faults: Vec<Fault>) -> Self {
        self.0.faults = faults;
        self
    }

    /// An error that lists what is wrong with several values.
    #[cold]
    pub(crate) fn from_faults(kind: ErrorKind, faults: Vec<Fault>) -> Self {
        let mut error = Error::new(kind, "");
        error.0.faults = faults;
        error
    }

    /// The kind; new kinds may come, so a `match` on it needs a last arm.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What it says, without where and why.
    pub(crate) fn message(&self) -> &str {
        &self.0.message
    }

    /// The model's reply as it came, when one came: nothing of it is lost by an error.
    pub fn raw_reply(&self) -> Option<&str> {
        self.0.raw_reply.as_deref()
    }

    /// Where it happened, outermost first: the predictor's name, with the programs around it.
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// The run it happened in, which the run's trace and history have too.
    pub fn run_id(&self) -> Option<RunId> {
        self.0.run
    }

    /// The other nodes of the program that had failed by then, in source order. The error itself is the first in
    /// source order, whichever failed first.
    pub fn also(&self) -> &[Error] {
        &self.0.also
    }

    /// Attaches what else had failed.
    #[must_use]
    pub fn with_also(mut self, errors: impl IntoIterator<Item = Error>) -> Self {
        self.0.also.extend(errors);
        self
    }

    /// What of it is kept where the error itself goes on: kind, words, path, run.
    #[cold]
    pub(crate) fn noted(&self) -> Self {
        let mut noted = Error::new(self.0.kind, self.0.message.clone());
        noted.0.path.clone_from(&self.0.path);
        noted.0.faults.clone_from(&self.0.faults);
        noted.0.run = self.0.run;
        noted
    }

    /// Names the run; the innermost one stays.
    pub(crate) fn in_run(mut self, run: RunId) -> Self {
        self.0.run.get_or_insert(run);
        self
    }

    /// What is wrong, value by value; empty when the error is not about values.
    pub fn faults(&self) -> &[Fault] {
        &self.0.faults
    }

    /// What is wrong with the first of these values, for code; nothing when the error is not about values.
    ///
    /// ```
    /// use sigflow_core::{Reason, types::ConfidenceScore};
    ///
    /// let [low, high] = [-0.1, 1.1].map(|number| ConfidenceScore::new(number).unwrap_err());
    /// assert_eq!((low.reason(), high.reason()), (Some(Reason::Below), Some(Reason::Above)));
    /// ```
    pub fn reason(&self) -> Option<Reason> {
        self.0.faults.first().map(|fault| fault.reason)
    }

    /// The outputs that could be read although the reply as a whole could not: by name, in their schemas'
    /// form. Defaults are not among them, nor what the end of the reply cut off.
    ///
    /// ```
    /// use serde_json::json;
    /// use sigflow_core::{Adapter, DynSignature};
    ///
    /// let signature = DynSignature::parse("question -> answer, stars: int")?;
    /// let error = signature.read(Adapter::Chat, "[[ ## answer ## ]]\nParis\n[[ ## stars ## ]]\nmany").unwrap_err();
    /// assert_eq!(error.partial_fields()["answer"], json!("Paris"));
    /// assert_eq!(error.field::<String>("answer").as_deref(), Some("Paris"));
    /// assert_eq!(error.field::<i64>("stars"), None);
    /// # Ok::<(), sigflow_core::Error>(())
    /// ```
    pub fn partial_fields(&self) -> &Map<String, Value> {
        &self.0.fields
    }

    /// One of the [`partial_fields`](Self::partial_fields), typed; `None` if it could not be read, or is of
    /// another type.
    pub fn field<T: crate::Field>(&self, name: &str) -> Option<T> {
        T::from_value(self.0.fields.get(name)?.clone()).ok()
    }

    /// The HTTP status, when a server answered.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The server's name for the request, to quote in a support ticket.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// How long the server asked us to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The server's own words.
    pub fn provider_message(&self) -> Option<&str> {
        self.0.provider_message.as_deref()
    }

    /// What was waited for when the time was over; of errors that are [timeouts](Self::is_timeout).
    ///
    /// ```
    /// use sigflow_core::{Error, ErrorKind, Phase};
    ///
    /// let error = Error::new(ErrorKind::Timeout, "no first token within 30 s").with_phase(Phase::FirstToken);
    /// assert_eq!(error.phase(), Some(Phase::FirstToken));
    /// ```
    pub fn phase(&self) -> Option<Phase> {
        self.0.phase
    }

    /// The requests that were made for the call, in order, this failure the last; empty where no layer counts
    /// them. So a later error hides no earlier one.
    ///
    /// ```
    /// use sigflow_core::{Attempt, AttemptOutcome, Error, ErrorKind};
    /// use std::time::Duration;
    ///
    /// let attempt = |route, kind| Attempt::new(route, AttemptOutcome::Failed(kind), Duration::from_secs(1));
    /// let error = Error::new(ErrorKind::Server, "the server is busy").with_attempts(vec![
    ///     attempt("first", ErrorKind::Server),
    ///     attempt("first", ErrorKind::Server),
    ///     attempt("spare", ErrorKind::QuotaSpent),
    /// ]);
    /// assert_eq!(error.to_string(), "the server is busy (tried: first 2 times, spare)");
    /// ```
    pub fn attempts(&self) -> &[Attempt] {
        &self.0.attempts
    }

    /// Says what was waited for.
    #[must_use]
    pub fn with_phase(mut self, phase: Phase) -> Self {
        self.0.phase = Some(phase);
        self
    }

    /// Attaches the requests that were made; those of an inner layer are replaced.
    #[must_use]
    pub fn with_attempts(mut self, attempts: Vec<Attempt>) -> Self {
        self.0.attempts = attempts;
        self
    }

    /// Attaches the reply; an earlier one is kept.
    #[must_use]
    pub fn with_raw_reply(mut self, reply: impl Into<Arc<str>>) -> Self {
        if self.0.raw_reply.is_none() {
            self.0.raw_reply = Some(reply.into());
        }
        self
    }

    pub(crate) fn with_partial_fields(mut self, fields: Map<String, Value>) -> Self {
        self.0.fields = fields;
        self
    }

    /// Attaches the HTTP status.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    /// Attaches the server's name for the request.
    #[must_use]
    pub fn with_request_id(mut self, id: impl Into<String>) -> Self {
        self.0.request_id = Some(id.into());
        self
    }

    /// Attaches how long the server asked us to wait.
    #[must_use]
    pub fn with_retry_after(mut self, wait: Duration) -> Self {
        self.0.retry_after = Some(wait);
        self
    }

    /// Attaches the server's own words.
    #[must_use]
    pub fn with_provider_message(mut self, message: impl Into<String>) -> Self {
        self.0.provider_message = Some(message.into());
        self
    }

    /// Attaches the cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(Arc::from(source.into()));
        self
    }

    /// Puts words before the message.
    #[cold]
    pub(crate) fn within_message(mut self, before: &str) -> Self {
        self.0.message.insert_str(0, before);
        self
    }

    /// The same in place.
    pub(crate) fn name_path(&mut self, path: impl FnOnce() -> String) {
        if self.0.path.is_empty() {
            self.0.path = path();
        }
    }

    /// Names the predictor; the innermost name stays.
    pub(crate) fn at(mut self, path: String) -> Self {
        if self.0.path.is_empty() {
            self.0.path = path;
        }
        self
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0
            .source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}
