//! The last runs of a program.
use super::{Outcome, RunId, Spent, timer};
use crate::ErrorKind;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant, SystemTime},
};

/// Runs kept.
const KEPT: usize = 100;

/// One run of the past.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RunEntry {
    /// Its name, which its error and its trace have too.
    pub id: RunId,
    /// When.
    pub at: SystemTime,
    /// For how long.
    pub duration: Duration,
    /// Whether it failed.
    pub failed: bool,
    /// How it failed, if the error is ours; [`ErrorKind::Cancelled`] also if its future was dropped.
    pub error: Option<ErrorKind>,
    /// Calls and tokens.
    pub spent: Spent,
}

/// The last 100 runs of a program value and its clones.
#[derive(Debug, Default)]
pub(crate) struct RunLog(Mutex<VecDeque<RunEntry>>);

impl RunLog {
    pub(crate) fn entries(&self) -> Vec<RunEntry> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.iter().cloned().collect()
    }
    fn push(&self, entry: RunEntry) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() == KEPT {
            entries.pop_front();
        }
        entries.push_back(entry);
    }
}

/// A run under way, which is noted when it ends.
pub(super) struct Entering {
    pub(super) log: Arc<RunLog>,
    id: RunId,
    at: SystemTime,
    began: Instant,
}

impl Entering {
    pub(super) fn new(log: Arc<RunLog>, id: RunId) -> Self {
        Entering {
            log,
            id,
            at: SystemTime::now(),
            began: timer::now(),
        }
    }
    pub(super) fn end(self, outcome: &Outcome, spent: Spent) {
        let (failed, error) = match outcome {
            Outcome::Failed(kind, _) => (true, *kind),
            _ => (false, None),
        };
        self.log.push(RunEntry {
            id: self.id,
            at: self.at,
            duration: timer::now().saturating_duration_since(self.began),
            failed,
            error,
            spent,
        });
    }
}
