//! What a call waited for when its time was over.

/// What a call waited for when its time was over.
///
/// ```
/// assert_eq!(sigflow_core::Phase::FirstToken.as_str(), "first_token");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Phase {
    /// A place among the calls of a client, or capacity of a limit.
    Pool,
    /// A connection: name lookup and TLS are part of it.
    Connect,
    /// The first sign of the reply.
    FirstToken,
    /// The next piece of a reply that had begun.
    Idle,
    /// The end of a reply in one piece.
    Total,
    /// Anything, when the caller's own deadline came.
    Deadline,
}

impl Phase {
    /// Its name in telemetry.
    pub const fn as_str(self) -> &'static str {
        match self {
            Phase::Pool => "pool",
            Phase::Connect => "connect",
            Phase::FirstToken => "first_token",
            Phase::Idle => "idle",
            Phase::Total => "total",
            Phase::Deadline => "deadline",
        }
    }
}
