//! Those who wait at one place, as telemetry sees them: how many they are, that somebody was made to wait or sent away.
use sigflow_core::telemetry::{self, Emitter, Measurement, Meter};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

/// A line of calls. It decides nothing: who waits says so.
#[derive(Debug)]
pub(crate) struct Line {
    /// What it is a line for: `queue`, `limit`, `client`.
    kind: &'static str,
    /// The label of its figures, which says whose it is.
    label: OnceLock<String>,
    /// How many wait. Held while that is told, so that what is told last is what holds; nobody else takes this lock.
    waiting: Mutex<usize>,
}

impl Line {
    pub(crate) fn new(kind: &'static str) -> Self {
        Line {
            kind,
            label: OnceLock::new(),
            waiting: Mutex::new(0),
        }
    }
    /// Whose it is: the first to say so is believed, since a gauge is one figure.
    pub(crate) fn is_of(&self, name: &str) {
        self.label.get_or_init(|| format!("{}/{name}", self.kind));
    }
    fn label(&self) -> &str {
        self.label.get().map_or(self.kind, String::as_str)
    }

    /// A call is made to wait, until what comes back is dropped.
    pub(crate) fn join(&self) -> InLine<'_> {
        let told = telemetry::is_on().then(Emitter::current);
        if let Some(told) = &told {
            told.measure(&self.activated());
        }
        let in_line = InLine { line: self, told };
        in_line.change(|waiting| waiting + 1);
        in_line
    }
    /// A call is sent away that did not wait.
    pub(crate) fn turns_away(&self) {
        telemetry::measure(&self.activated());
    }
    fn activated(&self) -> Measurement<'_> {
        Measurement::new(Meter::BackpressureActivations, self.label(), 1.0)
    }
    /// A panic elsewhere leaves the count whole: it is one number.
    fn waiting(&self) -> MutexGuard<'_, usize> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call that waits.
pub(crate) struct InLine<'a> {
    line: &'a Line,
    /// Those who watched when it came: it may be dropped where they do not.
    told: Option<Emitter>,
}

impl InLine<'_> {
    fn change(&self, change: impl FnOnce(usize) -> usize) {
        let mut waiting = self.line.waiting();
        *waiting = change(*waiting);
        if let Some(told) = &self.told {
            #[allow(clippy::cast_precision_loss)] // calls of a process
            let depth = *waiting as f64;
            told.measure(&Measurement::new(
                Meter::QueueDepth,
                self.line.label(),
                depth,
            ));
        }
    }
}

impl Drop for InLine<'_> {
    fn drop(&mut self) {
        self.change(|waiting| waiting.saturating_sub(1));
    }
}
