//! What is noted of attempts.
use sigflow_core::{Attempt, AttemptOutcome, Billed, Error, ErrorKind, Phase, Response, Usage};
use std::{error::Error as StdError, io, time::Duration};

/// One attempt that failed.
pub(crate) fn failed(route: &str, error: &Error, duration: Duration) -> Attempt {
    let mut attempt = Attempt::new(route, AttemptOutcome::Failed(error.kind()), duration);
    attempt.message = Some(error.to_string());
    attempt.billed = billed(error);
    attempt
}

/// Notes a failure: one attempt, or those that a layer inside of the route made.
pub(super) fn note(
    attempts: &mut Vec<Attempt>,
    route: &str,
    error: &Error,
    duration: Duration,
    waited: Duration,
) {
    let from = attempts.len();
    match error.attempts() {
        [] => attempts.push(failed(route, error, duration)),
        inner => attempts.extend(inner.iter().map(|attempt| inside(route, attempt.clone()))),
    }
    attempts[from].waited += waited;
}

/// What an answer took.
#[derive(Clone, Copy, Default)]
pub(crate) struct Took {
    pub(crate) usage: Option<Usage>,
    pub(crate) cost: Option<f64>,
    /// It came out of a cache: nothing was paid.
    pub(crate) is_saved: bool,
}

impl Took {
    pub(crate) fn of(response: &Response) -> Self {
        Took {
            usage: response.usage,
            cost: response.cost,
            is_saved: response.saved.is_some(),
        }
    }
}

/// Notes an answer: one attempt, or those that a layer inside of the route made. The last one is the one that answered.
pub(crate) fn answered(
    attempts: &mut Vec<Attempt>,
    route: &str,
    took: Took,
    duration: Duration,
    waited: Duration,
    mut inner: Vec<Attempt>,
) {
    if inner.is_empty() {
        inner.push(Attempt::new(route, AttemptOutcome::Answered, duration));
    }
    inner[0].waited += waited;
    if let Some(answer) = inner.last_mut() {
        answer.usage = answer.usage.or(took.usage);
        answer.cost = answer.cost.or(took.cost);
        if took.is_saved {
            answer.billed = Billed::No;
        }
    }
    attempts.extend(inner.into_iter().map(|attempt| inside(route, attempt)));
}

/// An attempt whose end nobody waited for, as the server may have heard it to its end.
pub(crate) fn left(route: &str, duration: Duration) -> Attempt {
    let mut attempt = Attempt::new(route, AttemptOutcome::Left, duration);
    attempt.billed = Billed::Unknown;
    attempt
}

/// An attempt of a layer inside of a route.
fn inside(route: &str, mut attempt: Attempt) -> Attempt {
    if attempt.route != route {
        attempt.route = format!("{route}: {}", attempt.route);
    }
    attempt
}

/// Whether a failure costs money. A request that was sent, and of which the end was not heard, may have been
/// answered in full at the other end.
pub(crate) fn billed(error: &Error) -> Billed {
    let nothing_sent = matches!(error.phase(), Some(Phase::Pool | Phase::Connect));
    match error.kind() {
        _ if nothing_sent => Billed::No,
        ErrorKind::Timeout if error.status().is_some_and(|status| status >= 300) => Billed::No,
        ErrorKind::Transport if was_refused(error) => Billed::No,
        ErrorKind::Timeout
        | ErrorKind::Transport
        | ErrorKind::IncompleteStream
        | ErrorKind::Decode
        | ErrorKind::NoContent
        | ErrorKind::Model => Billed::Unknown,
        // the filter may have read a reply that was made
        ErrorKind::ContentFilter if error.status().is_none_or(|status| status < 300) => {
            Billed::Unknown
        }
        ErrorKind::Server if error.status().is_some_and(|status| status < 300) => Billed::Unknown,
        _ => Billed::No,
    }
}

/// Whether a server can have seen the request.
pub(crate) fn was_sent(error: &Error) -> bool {
    !matches!(error.phase(), Some(Phase::Pool | Phase::Connect))
        && match error.kind() {
            ErrorKind::Transport => !was_refused(error),
            kind => !matches!(
                kind,
                ErrorKind::PoolTimeout
                    | ErrorKind::CircuitOpen
                    | ErrorKind::Configuration
                    | ErrorKind::InvalidInput
                    | ErrorKind::Budget
            ),
        }
}

/// Whether no connection came about at all.
fn was_refused(error: &Error) -> bool {
    let mut cause = error.source();
    while let Some(now) = cause {
        #[cfg(feature = "http")]
        if let Some(error) = now.downcast_ref::<reqwest::Error>() {
            return error.is_connect() || error.is_builder();
        }
        if let Some(error) = now.downcast_ref::<io::Error>() {
            return error.kind() == io::ErrorKind::ConnectionRefused;
        }
        cause = now.source();
    }
    false
}
