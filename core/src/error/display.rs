//! How an error reads: where, what, and value by value.
use super::{Error, ErrorKind, Fault};
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
        Ok(())
    }
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
        for other in &self.0.also {
            write!(f, "\nalso: {other}")?;
        }
        if let Some(source) = &self.0.source {
            write!(f, "\ncaused by: {source}")?;
        }
        Ok(())
    }
}
