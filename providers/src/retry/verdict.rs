//! What a failure means for the next attempt.
use sigflow_core::{Error, ErrorKind};

/// What a failure means for the next attempt.
///
/// | verdict | kinds |
/// |---|---|
/// | [`Again`](Verdict::Again) | rate limited, server, transport, incomplete stream; a timeout that the server itself reports (HTTP 408) |
/// | [`Elsewhere`](Verdict::Elsewhere) | every other timeout, no place in the pool, circuit open, unknown status, decode, no content, quota, authentication, configuration, a model's own failure; HTTP 404 |
/// | [`Larger`](Verdict::Larger) | context length |
/// | [`Stop`](Verdict::Stop) | bad request, content filter, cancelled, budget, and what never comes from a server |
///
/// A reply that cannot be decoded was made and is paid, and a server that speaks another protocol will do so
/// again: it is not asked for twice in the same place. A route that was silent once keeps most callers waiting
/// as long again, so it is left at once.
///
/// ```
/// use sigflow_core::{Error, ErrorKind, Phase};
/// use sigflow_providers::retry::Verdict;
///
/// assert_eq!(Verdict::of(&Error::new(ErrorKind::Server, "busy")), Verdict::Again);
/// let silent = Error::new(ErrorKind::Timeout, "no first token").with_phase(Phase::FirstToken);
/// assert_eq!(Verdict::of(&silent), Verdict::Elsewhere);
/// assert_eq!(Verdict::of(&silent.with_status(200)), Verdict::Elsewhere);
/// assert_eq!(Verdict::of(&Error::new(ErrorKind::ContentFilter, "no")), Verdict::Stop);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Verdict {
    /// The same request may succeed in the same place after a wait; then elsewhere.
    Again,
    /// Not here, but another route may answer.
    Elsewhere,
    /// A route with a larger context may answer.
    Larger,
    /// Nobody will answer, or nobody should.
    Stop,
}

impl Verdict {
    /// The verdict by default.
    pub fn of(error: &Error) -> Self {
        match error.kind() {
            ErrorKind::RateLimited
            | ErrorKind::Server
            | ErrorKind::Transport
            | ErrorKind::IncompleteStream => Verdict::Again,
            // the server's own word; a reply that begins with a good status and falls silent has one too
            ErrorKind::Timeout if error.status().is_some_and(|status| status >= 300) => {
                Verdict::Again
            }
            // the model or the path is not there: that is about the route and not about the request
            ErrorKind::BadRequest if error.status() == Some(404) => Verdict::Elsewhere,
            // the model answered, in other words than were asked for: as with any reply that cannot be read
            ErrorKind::NoContent if !error.faults().is_empty() => Verdict::Stop,
            ErrorKind::Timeout
            | ErrorKind::PoolTimeout
            | ErrorKind::CircuitOpen
            | ErrorKind::UnknownStatus
            | ErrorKind::Decode
            | ErrorKind::NoContent
            | ErrorKind::QuotaSpent
            | ErrorKind::Authentication
            | ErrorKind::Configuration
            | ErrorKind::Model => Verdict::Elsewhere,
            ErrorKind::ContextLength => Verdict::Larger,
            _ => Verdict::Stop,
        }
    }
}
