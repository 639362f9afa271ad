//! The last calls of a model.
use super::{Request, Response, Scope, Usage};
use crate::{
    ErrorKind, Result, RunId,
    bounded::{Keeps, Last, Weighs},
};
use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

/// One call of the past.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Call {
    /// Counts the calls of this history from 1.
    pub id: u64,
    /// The run that it was part of, as errors and traces name it; none outside of runs.
    pub run: Option<RunId>,
    /// The model that was asked.
    pub model: String,
    /// When.
    pub at: SystemTime,
    /// For how long.
    pub duration: Duration,
    /// `None` if it succeeded.
    pub error: Option<ErrorKind>,
    /// Tokens of all requests that were made for it, if servers said.
    pub usage: Option<Usage>,
    /// Prompt and reply, if the history keeps them.
    pub content: Option<Arc<Content>>,
}

/// Prompt and reply of a call.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Content {
    /// Role and text of each message.
    pub messages: Vec<(super::Role, String)>,
    /// The texts of the completions.
    pub replies: Vec<String>,
}

impl Weighs for Call {
    fn bytes(&self) -> usize {
        let content = self.content.as_deref().map_or(0, |content| {
            let message = size_of::<(super::Role, String)>();
            let asked = content
                .messages
                .iter()
                .map(|(_, text)| message + text.len());
            let said = content.replies.iter();
            let said = said.map(|text| size_of::<String>() + text.len());
            asked.chain(said).sum()
        });
        size_of::<Self>() + self.model.len() + content
    }
    fn lighten(&mut self) {
        self.content = None;
    }
}

#[derive(Debug)]
pub(crate) struct History {
    last: Mutex<Last<Call>>,
    count: AtomicU64,
    keeps: Keeps,
}

impl Default for History {
    fn default() -> Self {
        Self::new(Keeps::new())
    }
}

impl History {
    fn new(keeps: Keeps) -> Self {
        History {
            last: Mutex::new(Last::new(keeps)),
            count: AtomicU64::new(0),
            keeps,
        }
    }
    /// An empty one like this that also keeps texts.
    pub(super) fn with_content(&self, bytes: Option<usize>) -> Self {
        Self::new(self.keeps.with_content(bytes))
    }
    /// An empty one like this of so many calls.
    pub(super) fn of(&self, calls: usize) -> Self {
        Self::new(self.keeps.of(calls))
    }
    /// A panic elsewhere leaves the list whole: each change is one push.
    fn last(&self) -> MutexGuard<'_, Last<Call>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
    pub(super) fn calls(&self) -> Vec<Call> {
        self.last().entries()
    }
    /// Bytes of all that is kept.
    pub(super) fn bytes(&self) -> usize {
        self.last().bytes()
    }
    /// Forgets the oldest calls until so many bytes are free, and says how many are.
    pub(super) fn forget(&self, wanted: usize) -> usize {
        self.last().forget(wanted)
    }
    pub(super) fn begin(self: &Arc<Self>, model: &str, request: &Request) -> Running {
        let messages = self.keeps.content.is_some().then(|| {
            request
                .messages()
                .map(|(role, text)| (role, text.as_str().to_owned()))
                .collect()
        });
        Running {
            history: self.clone(),
            model: model.to_owned(),
            run: Scope::current().run_id(),
            at: SystemTime::now(),
            began: Instant::now(),
            messages,
        }
    }
}

/// A call under way; noted when it ends.
pub(crate) struct Running {
    history: Arc<History>,
    model: String,
    run: Option<RunId>,
    at: SystemTime,
    began: Instant,
    messages: Option<Vec<(super::Role, String)>>,
}

impl Running {
    pub(super) const fn keeps_content(&self) -> bool {
        self.messages.is_some()
    }
    pub(super) fn end(self, result: &Result<Response>) {
        self.end_with(result.as_ref().map_err(crate::Error::kind));
    }
    pub(super) fn end_with(self, result: Result<&Response, ErrorKind>) {
        let content = self.messages.map(|messages| {
            let replies = result
                .into_iter()
                .flat_map(|response| &response.completions);
            Arc::new(Content {
                messages,
                replies: replies.map(|reply| reply.text.clone()).collect(),
            })
        });
        let call = Call {
            id: self.history.count.fetch_add(1, Ordering::Relaxed) + 1,
            run: self.run,
            model: self.model,
            at: self.at,
            duration: self.began.elapsed(),
            error: result.err(),
            usage: result.ok().and_then(Response::usage_in_all),
            content,
        };
        self.history.last().push(call);
    }
}

#[cfg(test)]
mod tests {
    use super::{History, Request, Response};
    use crate::{Message, Prefix};
    use std::sync::Arc;

    #[test]
    fn texts_are_kept_within_a_bound() {
        let history = Arc::new(History::default().with_content(Some(10_000)));
        let ask = |bytes: usize| {
            let prefix = Prefix::new(String::new().into());
            let request = Request::new(prefix, vec![Message::user("a".repeat(bytes))]);
            history.begin("m", &request).end(&Ok(Response::text("yes")));
            assert!(history.bytes() <= 10_000);
        };
        (0..50).for_each(|_| ask(1_000));
        let kept = history.calls();
        assert!((6..10).contains(&kept.len()), "{}", kept.len());
        assert_eq!(kept.last().map(|call| call.id), Some(50));
        // one that is too long alone is there, without its text, and drives nobody out
        ask(20_000);
        let calls = history.calls();
        assert!(calls.len() > 5 && calls[calls.len() - 1].content.is_none());
        assert!(
            calls[..calls.len() - 1]
                .iter()
                .all(|call| call.content.is_some())
        );
        assert!(history.forget(usize::MAX) > 5_000);
        assert_eq!((history.calls().len(), history.bytes()), (0, 0));
    }
}
