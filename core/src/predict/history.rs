//! The last calls of a predictor.
use super::Record;
use crate::{
    Error, ErrorKind, RunId, Usage,
    bounded::{Keeps, Last, Weighs},
    run::timer,
};
use serde_json::Value;
use std::{
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::{Duration, Instant, SystemTime},
};

/// One call of the past.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CallEntry {
    /// The run that it was part of, as errors and traces name it; none outside of runs.
    pub run: Option<RunId>,
    /// When.
    pub at: SystemTime,
    /// For how long.
    pub duration: Duration,
    /// How it failed; `None` if it succeeded. [`ErrorKind::Cancelled`] also if its future was dropped.
    pub error: Option<ErrorKind>,
    /// Tokens of all its requests, if the server said.
    pub usage: Option<Usage>,
    /// Inputs and outputs, if the history keeps them.
    pub content: Option<Arc<CallContent>>,
}

/// Inputs and outputs of a call.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct CallContent {
    /// The inputs by name; none if the call ended before they were looked at.
    pub inputs: Record,
    /// The outputs by name, if the call succeeded.
    pub outputs: Option<Record>,
}

/// The last calls of a predictor and its clones. Cheap to clone; clones are one history.
///
/// ```
/// # async fn run() -> sigflow_core::Result<()> {
/// use serde_json::json;
/// use sigflow_core::{DynPredict, DynSignature, testing::Scripted};
///
/// let ask = DynPredict::new(DynSignature::parse("question -> answer")?).with_content_history();
/// let lm = Scripted::new(["[[ ## answer ## ]]\nParis"]).lm();
/// ask.call([("question", json!("Where?"))])?.with(&lm).await?;
///
/// let last = ask.history().pop().expect("one call");
/// let content = last.content.expect("it was asked for");
/// assert_eq!((last.error, &content.inputs["question"]), (None, &json!("Where?")));
/// assert_eq!(content.outputs.as_ref().map(|outputs| &outputs["answer"]), Some(&json!("Paris")));
/// # Ok(()) }
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run()).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct CallHistory(Arc<Log>);

#[derive(Debug)]
struct Log {
    keeps: Keeps,
    last: Mutex<Last<CallEntry>>,
}

impl CallHistory {
    fn new(keeps: Keeps) -> Self {
        CallHistory(Arc::new(Log {
            keeps,
            last: Mutex::new(Last::new(keeps)),
        }))
    }
    fn last(&self) -> MutexGuard<'_, Last<CallEntry>> {
        // a panic elsewhere leaves the list whole: each change is one push
        self.0.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// The calls, oldest first.
    pub fn entries(&self) -> Vec<CallEntry> {
        self.last().entries()
    }
    /// Bytes of all that is kept.
    pub fn bytes(&self) -> usize {
        self.last().bytes()
    }
    /// Forgets the oldest calls until so many bytes are free, and says how many are.
    pub fn forget(&self, bytes: usize) -> usize {
        self.last().forget(bytes)
    }
    /// A call begins.
    pub(crate) fn begin(self, run: Option<RunId>) -> Keeping {
        Keeping {
            content: self.0.keeps.content.map(|_| CallContent::default()),
            history: Some(self),
            run,
            at: SystemTime::now(),
            began: timer::now(),
            usage: None,
        }
    }
}

impl Weighs for CallEntry {
    fn bytes(&self) -> usize {
        let content = self.content.as_deref().map_or(0, |content| {
            let outputs = content.outputs.as_ref().map_or(0, bytes_of);
            size_of::<CallContent>() + bytes_of(&content.inputs) + outputs
        });
        size_of::<Self>() + content
    }
    fn lighten(&mut self) {
        self.content = None;
    }
}

fn bytes_of(record: &Record) -> usize {
    let member = |(name, value): (&str, &Value)| name.len() + bytes_of_value(value);
    record.iter().map(member).sum()
}

fn bytes_of_value(value: &Value) -> usize {
    let inside = match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(bytes_of_value).sum(),
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| {
                size_of::<String>() + name.len() + bytes_of_value(value)
            };
            members.iter().map(member).sum()
        }
        _ => 0,
    };
    size_of::<Value>() + inside
}

/// The place of a history in a predictor: made by its first call, so that a predictor stays a constant.
#[derive(Clone, Debug)]
pub(crate) struct HistoryPlace {
    keeps: Keeps,
    made: OnceLock<CallHistory>,
}

impl HistoryPlace {
    pub(crate) const fn new() -> Self {
        Self::of(Keeps::new())
    }
    /// Of a predictor that nobody will ask for its calls.
    pub(crate) const fn none() -> Self {
        Self::of(Keeps::none())
    }
    const fn of(keeps: Keeps) -> Self {
        HistoryPlace {
            keeps,
            made: OnceLock::new(),
        }
    }
    /// A history of its own with so many calls.
    pub(crate) fn set_calls(&mut self, calls: usize) {
        *self = Self::of(self.keeps.of(calls));
    }
    /// A history of its own with inputs and outputs.
    pub(crate) fn set_content(&mut self, bytes: Option<usize>) {
        *self = Self::of(self.keeps.with_content(bytes));
    }
    /// The history, if it keeps any calls.
    pub(crate) fn get(&self) -> Option<CallHistory> {
        let make = || CallHistory::new(self.keeps);
        (self.keeps.entries > 0).then(|| self.made.get_or_init(make).clone())
    }
    /// The calls so far.
    pub(crate) fn entries(&self) -> Vec<CallEntry> {
        let made = self.made.get();
        made.map(CallHistory::entries).unwrap_or_default()
    }
}

/// A call under way; noted when it ends, or is dropped.
pub(crate) struct Keeping {
    /// Gone once it is noted.
    history: Option<CallHistory>,
    run: Option<RunId>,
    at: SystemTime,
    began: Instant,
    usage: Option<Usage>,
    content: Option<CallContent>,
}

impl Keeping {
    pub(crate) const fn keeps_content(&self) -> bool {
        self.content.is_some()
    }
    /// The inputs of a call whose content is kept.
    pub(crate) fn given(&mut self, inputs: impl FnOnce() -> Record) {
        if let Some(content) = &mut self.content {
            content.inputs = inputs();
        }
    }
    /// Tokens of one request.
    pub(crate) fn spends(&mut self, usage: Option<Usage>) {
        self.usage = match (self.usage, usage) {
            (Some(before), Some(now)) => Some(before + now),
            (before, now) => before.or(now),
        };
    }
    pub(crate) fn end(mut self, outputs: Option<&Record>, error: Option<&Error>) {
        self.note(outputs, error.map(Error::kind));
    }
    fn note(&mut self, outputs: Option<&Record>, error: Option<ErrorKind>) {
        let Some(history) = self.history.take() else {
            return;
        };
        let content = self.content.take().map(|mut content| {
            content.outputs = outputs.cloned();
            Arc::new(content)
        });
        let entry = CallEntry {
            run: self.run,
            at: self.at,
            duration: timer::now().saturating_duration_since(self.began),
            error,
            usage: self.usage,
            content,
        };
        history.last().push(entry);
    }
}

impl Drop for Keeping {
    fn drop(&mut self) {
        self.note(None, Some(ErrorKind::Cancelled));
    }
}

#[cfg(test)]
mod tests {
    use super::HistoryPlace;
    use crate::{Error, ErrorKind, Record, Usage};
    use serde_json::json;

    #[test]
    fn what_is_known_of_a_call_is_noted_when_it_ends() {
        let place = HistoryPlace::new();
        assert!(place.entries().is_empty());
        for number in 0..3 {
            let mut call = place.get().expect("a history").begin(None);
            call.spends(Some(Usage::new(number, 1)));
            call.spends(Some(Usage::new(0, 1)));
            let error = Error::new(ErrorKind::Server, "busy");
            call.end(None, (number == 2).then_some(&error));
        }
        drop(place.get().expect("a history").begin(None));
        let entries = place.entries();
        let tokens: Vec<_> = entries.iter().map(|entry| entry.usage).collect();
        let of = |input| Some(Usage::new(input, 2));
        assert_eq!(tokens, [of(0), of(1), of(2), None]);
        let errors: Vec<_> = entries.iter().map(|entry| entry.error).collect();
        let (server, cancelled) = (Some(ErrorKind::Server), Some(ErrorKind::Cancelled));
        assert_eq!(errors, [None, None, server, cancelled]);
        assert!(entries.iter().all(|entry| entry.content.is_none()));
    }

    #[test]
    fn content_counts_by_its_length() {
        let mut place = HistoryPlace::new();
        place.set_content(Some(10_000));
        place.set_calls(3);
        let clone = place.clone();
        for length in [1000, 2000, 3000, 4000, 20_000] {
            let mut call = place.get().expect("a history").begin(None);
            let text = json!("x".repeat(length));
            call.given(|| Record::from_iter([("text", text)]));
            call.end(Some(&Record::from_iter([("stars", json!([1, 2]))])), None);
        }
        let history = place.get().expect("a history");
        let kept = history.entries();
        let content: Vec<bool> = kept.iter().map(|entry| entry.content.is_some()).collect();
        assert_eq!(content, [true, true, false]);
        let bytes = history.bytes();
        assert!((7_000..9_000).contains(&bytes), "{bytes}");
        // one that was cloned before the first call has a history of its own
        assert!(clone.entries().is_empty());
        assert!(HistoryPlace::none().get().is_none());
    }
}
