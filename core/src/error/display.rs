//! How an error reads: where, what, and value by value.
use super::{Error, ErrorKind, Fault};
use crate::Attempt;
use std::fmt;

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.constraint {
            write!(
                f,
                "`{}` is {}, must be {}",
                self.path, self.found, self.expected
            )
        } else if self.found.is_empty() {
            write!(f, "`{}` is missing, expected {}", self.path, self.expected)
        } else {
            write!(
                f,
                "`{}` is {}, expected {}",
                self.path, self.found, self.expected
            )
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        if !inner.path.is_empty() {
            write!(f, "{}: ", inner.path)?;
        }
        f.write_str(&inner.message)?;
        for (index, fault) in inner.faults.iter().enumerate() {
            let separator = if index > 0 {
                "; "
            } else if inner.message.is_empty() {
                match inner.kind {
                    ErrorKind::InvalidInput => "input ",
                    _ => "output ",
                }
            } else {
                ": "
            };
            write!(f, "{separator}{fault}")?;
        }
        if let Some(status) = inner.status {
            write!(f, " (HTTP {status})")?;
        }
        if let Some(words) = &inner.provider_message {
            write!(f, ": {words}")?;
        }
        tried(&inner.attempts, f)
    }
}

/// What may be told where no content is wanted: where, of which kind, which values; no word of a prompt, a reply or a
/// server.
pub(crate) struct Outline<'a>(&'a Error);

impl Error {
    pub(crate) fn outline(&self) -> Outline<'_> {
        Outline(self)
    }
}

impl fmt::Display for Outline<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0.0;
        if !inner.path.is_empty() {
            write!(f, "{}: ", inner.path)?;
        }
        f.write_str(inner.kind.as_str())?;
        if let Some(phase) = inner.phase {
            write!(f, ", {}", phase.as_str())?;
        }
        for (index, fault) in inner.faults.iter().enumerate() {
            let separator = if index > 0 { ", " } else { ": " };
            write!(f, "{separator}`{}`", fault.path)?;
        }
        match inner.status {
            Some(status) => write!(f, " (HTTP {status})"),
            None => Ok(()),
        }
    }
}

/// Who was asked how often, where that was more than one request: the error itself is that of one of them.
fn tried(attempts: &[Attempt], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if attempts.len() < 2 {
        return Ok(());
    }
    let mut routes: Vec<(&str, usize)> = Vec::new();
    for attempt in attempts {
        match routes.iter_mut().find(|(route, _)| *route == attempt.route) {
            Some((_, times)) => *times += 1,
            None => routes.push((&attempt.route, 1)),
        }
    }
    f.write_str(" (tried: ")?;
    for (index, (route, times)) in routes.into_iter().enumerate() {
        let comma = if index > 0 { ", " } else { "" };
        write!(f, "{comma}{route}")?;
        if times > 1 {
            write!(f, " {times} times")?;
        }
    }
    f.write_str(")")
}

/// For a developer's eyes: everything but the cause, the reply on lines of its own.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {self}", self.0.kind)?;
        if let Some(id) = &self.0.request_id {
            write!(f, "\nrequest id: {id}")?;
        }
        if let Some(run) = &self.0.run {
            write!(f, "\nrun: {run}")?;
        }
        if let Some(reply) = &self.0.raw_reply {
            write!(f, "\nreply: {reply}")?;
        }
        for attempt in &self.0.attempts {
            let Attempt {
                route,
                outcome,
                duration,
                ..
            } = attempt;
            write!(f, "\nattempt: {route}, {outcome:?} after {duration:.1?}")?;
            if let Some(message) = &attempt.message {
                write!(f, ": {message}")?;
            }
        }
        for other in &self.0.also {
            write!(f, "\nalso: {other}")?;
        }
        if let Some(source) = &self.0.source {
            write!(f, "\ncaused by: {source}")?;
        }
        Ok(())
    }
}
