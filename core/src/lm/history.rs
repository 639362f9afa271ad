//! The last calls of a model.
use super::{Request, Response, Usage};
use crate::{ErrorKind, Result};
use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

/// Calls kept.
const KEPT: usize = 100;

/// One call of the past.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Call {
    /// Counts the calls of this history from 1.
    pub id: u64,
    /// The model that was asked.
    pub model: String,
    /// When.
    pub at: SystemTime,
    /// For how long.
    pub duration: Duration,
    /// `None` if it succeeded.
    pub error: Option<ErrorKind>,
    /// Tokens, if the server said.
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

impl Call {
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
}

#[derive(Debug, Default)]
pub(crate) struct History {
    calls: Mutex<VecDeque<Call>>,
    count: AtomicU64,
    content: bool,
}

impl History {
    pub(super) fn with_content() -> Self {
        History {
            content: true,
            ..History::default()
        }
    }
    pub(super) fn calls(&self) -> Vec<Call> {
        // a panic elsewhere leaves the list whole: each change is one push
        self.calls
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .cloned()
            .collect()
    }
    /// Bytes of all that is kept.
    pub(super) fn bytes(&self) -> usize {
        let calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.iter().map(Call::bytes).sum()
    }
    /// Forgets the oldest calls until so many bytes are free, and says how many are.
    pub(super) fn forget(&self, wanted: usize) -> usize {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let mut freed = 0;
        while freed < wanted
            && let Some(call) = calls.pop_front()
        {
            freed += call.bytes();
        }
        freed
    }
    pub(super) fn begin(self: &Arc<Self>, model: &str, request: &Request) -> Running {
        let messages = self.content.then(|| {
            request
                .messages()
                .map(|(role, text)| (role, text.as_str().to_owned()))
                .collect()
        });
        Running {
            history: self.clone(),
            model: model.to_owned(),
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
            model: self.model,
            at: self.at,
            duration: self.began.elapsed(),
            error: result.err(),
            usage: result.ok().and_then(|response| response.usage),
            content,
        };
        let mut calls = self
            .history
            .calls
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if calls.len() == KEPT {
            calls.pop_front();
        }
        calls.push_back(call);
    }
}
