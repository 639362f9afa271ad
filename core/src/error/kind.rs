//! Kinds of errors and the questions one asks of them.
use super::Error;

/// What kind of error it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// No language model was given, in scope or set as the default.
    NoModel,
    /// An input breaks a constraint; nothing was sent.
    InvalidInput,
    /// A signature made at run time is wrong.
    InvalidSignature,
    /// A setting, a URL or a name of a model is wrong or missing.
    Configuration,
    /// The server refused the request itself (HTTP 400, 404, 413, 422).
    BadRequest,
    /// The key is missing, wrong or not allowed to do this (HTTP 401, 403).
    Authentication,
    /// Too many requests (HTTP 429).
    RateLimited,
    /// The quota or the credit of the key is spent (HTTP 402, 429): waiting does not help.
    QuotaSpent,
    /// The prompt is longer than the model's context.
    ContextLength,
    /// The provider's filter held the prompt or the reply back.
    ContentFilter,
    /// The server failed (HTTP 5xx).
    Server,
    /// No answer came: connection refused, reset, closed, TLS, DNS.
    Transport,
    /// A deadline passed, ours or the transport's; [`Error::phase`] says which.
    Timeout,
    /// No place among the calls of a client, or no capacity of a limit, became free in time; nothing was sent.
    PoolTimeout,
    /// A stream ended before the reply did; [`Error::raw_reply`] has what came.
    IncompleteStream,
    /// The circuit breaker of the route is open; nothing was sent.
    CircuitOpen,
    /// A status that HTTP does not know, or that is no answer to a call.
    UnknownStatus,
    /// The server's answer is not what its protocol says.
    Decode,
    /// Nothing of the reply can be used: it has no text and no tool call, or none of the outputs stands in them.
    /// [`Error::raw_reply`] has it.
    NoContent,
    /// The reply cannot be read as the signature's outputs.
    Parse,
    /// The reply can be read, and an output breaks a constraint.
    Constraint,
    /// The calls or tokens of a [`Budget`](crate::Budget) are spent; nothing was sent.
    Budget,
    /// The cache was to answer alone ([`CachePolicy::Only`](crate::CachePolicy)) and has no such reply; nothing was
    /// sent.
    NotCached,
    /// The run was called off: [`Cancel`](crate::Cancel).
    Cancelled,
    /// A saved state does not fit the program, cannot be read or written, or names no part of it.
    State,
    /// The model of a test or of the user failed in its own way.
    Model,
}

impl ErrorKind {
    /// All of them.
    pub const ALL: &'static [ErrorKind] = &[
        ErrorKind::NoModel,
        ErrorKind::InvalidInput,
        ErrorKind::InvalidSignature,
        ErrorKind::Configuration,
        ErrorKind::BadRequest,
        ErrorKind::Authentication,
        ErrorKind::RateLimited,
        ErrorKind::QuotaSpent,
        ErrorKind::ContextLength,
        ErrorKind::ContentFilter,
        ErrorKind::Server,
        ErrorKind::Transport,
        ErrorKind::Timeout,
        ErrorKind::PoolTimeout,
        ErrorKind::IncompleteStream,
        ErrorKind::CircuitOpen,
        ErrorKind::UnknownStatus,
        ErrorKind::Decode,
        ErrorKind::NoContent,
        ErrorKind::Parse,
        ErrorKind::Constraint,
        ErrorKind::Budget,
        ErrorKind::NotCached,
        ErrorKind::Cancelled,
        ErrorKind::State,
        ErrorKind::Model,
    ];
    /// Its word, as telemetry has it: `rate_limited`.
    ///
    /// ```
    /// assert_eq!(sigflow_core::ErrorKind::PoolTimeout.as_str(), "pool_timeout");
    /// ```
    pub const fn as_str(self) -> &'static str {
        match self {
            ErrorKind::NoModel => "no_model",
            ErrorKind::InvalidInput => "invalid_input",
            ErrorKind::InvalidSignature => "invalid_signature",
            ErrorKind::Configuration => "configuration",
            ErrorKind::BadRequest => "bad_request",
            ErrorKind::Authentication => "authentication",
            ErrorKind::RateLimited => "rate_limited",
            ErrorKind::QuotaSpent => "quota_spent",
            ErrorKind::ContextLength => "context_length",
            ErrorKind::ContentFilter => "content_filter",
            ErrorKind::Server => "server",
            ErrorKind::Transport => "transport",
            ErrorKind::Timeout => "timeout",
            ErrorKind::PoolTimeout => "pool_timeout",
            ErrorKind::IncompleteStream => "incomplete_stream",
            ErrorKind::CircuitOpen => "circuit_open",
            ErrorKind::UnknownStatus => "unknown_status",
            ErrorKind::Decode => "decode",
            ErrorKind::NoContent => "no_content",
            ErrorKind::Parse => "parse",
            ErrorKind::Constraint => "constraint",
            ErrorKind::Budget => "budget",
            ErrorKind::NotCached => "not_cached",
            ErrorKind::Cancelled => "cancelled",
            ErrorKind::State => "state",
            ErrorKind::Model => "model",
        }
    }
    /// The kind of a name, as traces have it.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let known = |kind: &ErrorKind| format!("{kind:?}") == name;
        Self::ALL.iter().copied().find(known)
    }
}

impl Error {
    /// No language model was given, in scope or set as the default.
    pub fn is_no_model(&self) -> bool {
        self.kind() == ErrorKind::NoModel
    }
    /// An input breaks a constraint; [`faults`](Self::faults) lists all that do. Nothing was sent.
    pub fn is_invalid_input(&self) -> bool {
        self.kind() == ErrorKind::InvalidInput
    }
    /// A signature made at run time is wrong.
    pub fn is_invalid_signature(&self) -> bool {
        self.kind() == ErrorKind::InvalidSignature
    }
    /// A setting, a URL or a name is wrong or missing.
    pub fn is_configuration(&self) -> bool {
        self.kind() == ErrorKind::Configuration
    }
    /// The server refused the request, whatever the finer kind: HTTP 4xx.
    ///
    /// ```
    /// use sigflow_core::{Error, ErrorKind};
    ///
    /// let error = Error::new(ErrorKind::Authentication, "wrong key").with_status(401);
    /// assert!(error.is_client() && error.is_authentication() && !error.is_server());
    /// ```
    pub fn is_client(&self) -> bool {
        matches!(self.status(), Some(400..=499))
    }
    /// The server refused the request itself.
    pub fn is_bad_request(&self) -> bool {
        self.kind() == ErrorKind::BadRequest
    }
    /// The key is missing, wrong or not allowed to do this.
    pub fn is_authentication(&self) -> bool {
        self.kind() == ErrorKind::Authentication
    }
    /// Too many requests, or the quota is spent; see [`retry_after`](Self::retry_after).
    pub fn is_rate_limited(&self) -> bool {
        matches!(self.kind(), ErrorKind::RateLimited | ErrorKind::QuotaSpent)
    }
    /// The quota or the credit of the key is spent; not [retryable](Self::is_retryable).
    ///
    /// ```
    /// use sigflow_core::{Error, ErrorKind};
    ///
    /// let error = Error::new(ErrorKind::QuotaSpent, "no credit left");
    /// assert!(error.is_quota_spent() && error.is_rate_limited() && !error.is_retryable());
    /// ```
    pub fn is_quota_spent(&self) -> bool {
        self.kind() == ErrorKind::QuotaSpent
    }
    /// The prompt is longer than the model's context.
    pub fn is_context_length(&self) -> bool {
        self.kind() == ErrorKind::ContextLength
    }
    /// The provider's filter held the prompt or the reply back.
    pub fn is_content_filter(&self) -> bool {
        self.kind() == ErrorKind::ContentFilter
    }
    /// The server failed.
    pub fn is_server(&self) -> bool {
        self.kind() == ErrorKind::Server
    }
    /// No answer came.
    pub fn is_transport(&self) -> bool {
        self.kind() == ErrorKind::Transport
    }
    /// A deadline passed, or no place became free in time; [`phase`](Self::phase) says what was waited for.
    pub fn is_timeout(&self) -> bool {
        matches!(self.kind(), ErrorKind::Timeout | ErrorKind::PoolTimeout)
    }
    /// No place among the calls of a client, or no capacity of a limit, became free in time; nothing was sent.
    ///
    /// ```
    /// use sigflow_core::{Error, ErrorKind};
    ///
    /// let error = Error::new(ErrorKind::PoolTimeout, "no place within 30 s");
    /// assert!(error.is_pool_timeout() && error.is_timeout() && error.is_retryable());
    /// ```
    pub fn is_pool_timeout(&self) -> bool {
        self.kind() == ErrorKind::PoolTimeout
    }
    /// A stream ended before the reply did; [`raw_reply`](Self::raw_reply) has what came.
    pub fn is_incomplete_stream(&self) -> bool {
        self.kind() == ErrorKind::IncompleteStream
    }
    /// The circuit breaker of the route is open; nothing was sent.
    pub fn is_circuit_open(&self) -> bool {
        self.kind() == ErrorKind::CircuitOpen
    }
    /// A status that HTTP does not know, or that is no answer to a call.
    pub fn is_unknown_status(&self) -> bool {
        self.kind() == ErrorKind::UnknownStatus
    }
    /// The server's answer is not what its protocol says.
    pub fn is_decode(&self) -> bool {
        self.kind() == ErrorKind::Decode
    }
    /// Nothing of the reply can be used; [`raw_reply`](Self::raw_reply) has it.
    ///
    /// ```
    /// use sigflow_core::{Adapter, DynSignature};
    ///
    /// let signature = DynSignature::parse("question -> answer, stars: int")?;
    /// let error = signature.read(Adapter::Chat, "I would rather not.").unwrap_err();
    /// assert!(error.is_no_content() && error.is_parse());
    /// assert_eq!(error.raw_reply(), Some("I would rather not."));
    /// # Ok::<(), sigflow_core::Error>(())
    /// ```
    pub fn is_no_content(&self) -> bool {
        self.kind() == ErrorKind::NoContent
    }
    /// The reply cannot be read as the signature's outputs, or has [nothing](Self::is_no_content) of them;
    /// [`raw_reply`](Self::raw_reply) has it.
    pub fn is_parse(&self) -> bool {
        matches!(self.kind(), ErrorKind::Parse | ErrorKind::NoContent)
    }
    /// An output breaks a constraint; [`raw_reply`](Self::raw_reply) has the reply.
    pub fn is_constraint(&self) -> bool {
        self.kind() == ErrorKind::Constraint
    }
    /// The calls or tokens of a budget are spent; nothing was sent.
    pub fn is_budget(&self) -> bool {
        self.kind() == ErrorKind::Budget
    }
    /// The cache was to answer alone and has no such reply; nothing was sent.
    pub fn is_not_cached(&self) -> bool {
        self.kind() == ErrorKind::NotCached
    }
    /// The run was called off.
    pub fn is_cancelled(&self) -> bool {
        self.kind() == ErrorKind::Cancelled
    }
    /// A saved state does not fit the program, cannot be read or written, or names no part of it;
    /// [`faults`](Self::faults) lists all that does not fit.
    pub fn is_state(&self) -> bool {
        self.kind() == ErrorKind::State
    }
    /// The model of a test or of the user failed in its own way.
    pub fn is_model(&self) -> bool {
        self.kind() == ErrorKind::Model
    }
    /// The same request may succeed later: the cause is load or the network, not the request.
    ///
    /// A reply that cannot be read is not retryable by this rule: asking again is a new, paid question,
    /// and the caller's decision.
    pub fn is_retryable(&self) -> bool {
        matches!(
            self.kind(),
            ErrorKind::RateLimited
                | ErrorKind::Server
                | ErrorKind::Transport
                | ErrorKind::Timeout
                | ErrorKind::PoolTimeout
                | ErrorKind::IncompleteStream
                | ErrorKind::CircuitOpen
        )
    }
}
