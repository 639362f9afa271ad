//! A model that answers out of a trace.
use super::trace::{Exchange, Trace, messages};
use crate::{BoxFuture, Completion, Error, ErrorKind, LanguageModel, Request, Response, Result};
use std::{
    future,
    sync::{Arc, Mutex, PoisonError},
};

pub(super) struct Replay(Mutex<Vec<Exchange>>);

impl Replay {
    pub(super) fn new(trace: &Trace) -> Self {
        let all = trace.calls().flat_map(|(_, call)| &call.exchanges);
        let answered = all.filter(|exchange| !exchange.replies.is_empty());
        Replay(Mutex::new(answered.cloned().collect()))
    }
    fn answer(&self, request: &Request) -> Result<Response> {
        let asked = messages(request);
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(place) = left.iter().position(|one| one.messages == asked) else {
            let message = format!(
                "the trace has no reply left to this request ({} others are left); record it anew, with these prompts and inputs",
                left.len()
            );
            return Err(Error::new(ErrorKind::Model, message));
        };
        let exchange = left.remove(place);
        let mut response = Response {
            model: exchange.model,
            usage: exchange.usage,
            ..Response::default()
        };
        let reasoning = exchange
            .reasoning
            .into_iter()
            .chain(std::iter::repeat(None));
        let tools = exchange
            .tool_calls
            .into_iter()
            .chain(std::iter::repeat(Vec::new()));
        let cited = exchange
            .citations
            .into_iter()
            .chain(std::iter::repeat(Vec::new()));
        let apart = reasoning.zip(tools).zip(cited);
        for (text, ((reasoning, tool_calls), citations)) in exchange.replies.into_iter().zip(apart)
        {
            response.completions.push(Completion {
                reasoning,
                tool_calls,
                citations,
                ..Completion::text(text)
            });
        }
        Ok(response)
    }
}

impl LanguageModel for Replay {
    fn complete(self: Arc<Self>, request: Request) -> BoxFuture<'static, Result<Response>> {
        Box::pin(future::ready(self.answer(&request)))
    }
    fn name(&self) -> &'static str {
        "replay"
    }
}
