//! A call under way: its request, and those that follow where the user asked for them.
use super::{
    Mode, Notes,
    bounds::{self, Bounds},
    tally::Tally,
};
use crate::{
    Adapter, AdapterChoice, Attempt, BoxFuture, Completion, Error, ErrorKind, Lm, Message, Request,
    Response, Result, Scope,
    adapter::{native, two_step},
    constant::Ref,
    parse::{Form, How, Strictness},
    signature::{Ask, Def},
};
use std::{
    collections::VecDeque,
    fmt::Write,
    task::{Context, Poll},
    time::Instant,
};

/// A request under way, and how to read its answer.
pub(super) struct Running {
    pub(super) reply: BoxFuture<'static, Result<Response>>,
    pub(super) def: Def,
    /// Of the predictor; empty if there is none.
    pub(super) name: Ref<str>,
    /// Around the call, for the path of an error.
    pub(super) scope: Scope,
    pub(super) bounds: Bounds,
    pub(super) deadline: Option<Instant>,
    pub(super) notes: Notes,
    /// How much the reply is forgiven.
    pub(super) strictness: Strictness,
    /// What the requests before this one took.
    pub(super) tally: Tally,
    /// What further requests need; a plain call has none.
    pub(super) more: Option<Box<More>>,
}

/// What requests after the first need.
pub(super) struct More {
    pub(super) lm: Lm,
    /// The last request to the model itself.
    pub(super) request: Request,
    /// How often the model may be told what is wrong.
    pub(super) reasks: u32,
    /// DSPy's second request, in the JSON form.
    pub(super) fallback: Option<Request>,
    /// The second step of two.
    pub(super) extraction: Option<Extraction>,
    /// What a layer around the model tried for all of them.
    pub(super) attempts: Vec<Attempt>,
}

/// The replies of the first step, and what became of them.
pub(super) struct Extraction {
    pub(super) lm: Lm,
    pending: VecDeque<String>,
    /// The first model's response, its completions being replaced one by one.
    answer: Option<Response>,
    done: Vec<Completion>,
}

impl Extraction {
    pub(super) fn new(lm: Lm) -> Self {
        Extraction {
            lm,
            pending: VecDeque::new(),
            answer: None,
            done: Vec::new(),
        }
    }
}

impl Running {
    /// Waits for the reply, reads it, and asks again where that was wanted.
    pub(super) fn poll<S: Ask, M: Mode>(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<M::Of<S::Output>>> {
        loop {
            let (response, reply) = match self.response(cx) {
                Poll::Ready(Ok(response)) => response,
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => return Poll::Pending,
            };
            match M::read::<S>(&self.def, self.how(), response, &self.notes) {
                Ok(read) => {
                    self.ended(reply.as_ref(), None);
                    return Poll::Ready(Ok(read));
                }
                Err(error) => {
                    if let Some(error) = self.failed(error, reply.as_ref()) {
                        return Poll::Ready(Err(error));
                    }
                }
            }
        }
    }

    /// Waits for a response that is to be read, and keeps its reply where the bounds want it.
    fn response(&mut self, cx: &mut Context<'_>) -> Poll<Result<(Response, Option<Completion>)>> {
        loop {
            let response = match self.reply.as_mut().poll(cx) {
                Poll::Ready(response) => response,
                Poll::Pending => match self.bounds.poll(cx) {
                    Poll::Ready(error) => Err(error),
                    Poll::Pending => return Poll::Pending,
                },
            };
            match response.and_then(|response| self.received(response)) {
                // another request is under way
                Ok(None) => {}
                Ok(Some(response)) => {
                    let wanted = self.bounds.wants_reply();
                    let reply = response.completions.first().filter(|_| wanted).cloned();
                    return Poll::Ready(Ok((response, reply)));
                }
                Err(error) => {
                    let error = bounds::named(&self.scope, self.deadline, error).at(self.path());
                    self.ended(None, Some(&error));
                    return Poll::Ready(Err(error));
                }
            }
        }
    }

    /// The error of the call, unless another request was sent because of it.
    fn failed(&mut self, error: Error, reply: Option<&Completion>) -> Option<Error> {
        let error = self.again(error)?.at(self.path());
        self.ended(reply, Some(&error));
        Some(error)
    }

    /// The call is over.
    fn ended(&mut self, reply: Option<&Completion>, error: Option<&Error>) {
        let how = self.how();
        self.bounds.end(&self.def, how, reply, error);
    }

    /// How the reply is to be read.
    fn how(&self) -> How {
        How {
            form: Form::from(self.notes.choice.adapter),
            strictness: self.strictness,
        }
    }

    fn path(&self) -> String {
        bounds::path(&self.scope, &self.name, &self.def)
    }

    /// Counts a response. Nothing comes back if the next request was sent instead.
    fn received(&mut self, mut response: Response) -> Result<Option<Response>> {
        self.bounds.received(&self.scope, &response);
        self.notes.calls += 1;
        self.notes.saved += u32::from(response.saved.is_some());
        self.tally.add(&mut response);
        if let Some(more) = &mut self.more {
            more.attempts.append(&mut response.attempts);
            response.attempts.clone_from(&more.attempts);
        }
        if let Some(more) = &mut self.more
            && let Some(extraction) = &mut more.extraction
        {
            if extraction.answer.is_none() {
                let completions = std::mem::take(&mut response.completions);
                extraction.pending = completions.into_iter().map(|each| each.text).collect();
                self.notes.answer = extraction.pending.front().cloned();
                extraction.answer = Some(response);
            } else {
                extraction
                    .done
                    .extend(response.completions.into_iter().take(1));
            }
            if let Some(text) = extraction.pending.pop_front() {
                let mut request = two_step::extraction(&self.def, text);
                request.deadline = more.request.deadline;
                self.reply = self.bounds.send(&self.scope, &extraction.lm, request)?;
                return Ok(None);
            }
            response = extraction.answer.take().unwrap_or_default();
            response.completions = std::mem::take(&mut extraction.done);
            self.tally.tell(&mut response);
            response.attempts.clone_from(&more.attempts);
            return Ok(Some(response));
        }
        for completion in &mut response.completions {
            take_call(completion, self.notes.choice.adapter, &self.def);
        }
        Ok(Some(response))
    }

    /// Sends the request that follows an error. The error comes back if there is none to send, and another one
    /// if it may not be sent.
    fn again(&mut self, error: Error) -> Option<Error> {
        let unreadable = matches!(
            error.kind(),
            ErrorKind::Parse | ErrorKind::Constraint | ErrorKind::NoContent
        );
        let Some(more) = &mut self.more else {
            return Some(error);
        };
        if !unreadable {
            return Some(error);
        }
        // DSPy does not look at constraints, so they never made it ask again
        if error.kind() != ErrorKind::Constraint
            && let Some(request) = more.fallback.take()
        {
            more.request = request;
            self.notes.choice = AdapterChoice::fallback();
        } else if more.reasks > 0 {
            more.reasks -= 1;
            let said = match &self.notes.answer {
                Some(answer) => answer.as_str(),
                None => error.raw_reply().unwrap_or_default(),
            };
            more.request.turns.push(Message::assistant(said.to_owned()));
            more.request.turns.push(Message::user(complaint(&error)));
        } else {
            return Some(error);
        }
        match self
            .bounds
            .send(&self.scope, &more.lm, more.request.clone())
        {
            Ok(reply) => {
                self.reply = reply;
                None
            }
            Err(other) => {
                let raw = error.raw_reply().unwrap_or_default().to_owned();
                Some(other.with_raw_reply(raw).with_source(error))
            }
        }
    }
}

/// What is wrong, field by field, for the model.
fn complaint(error: &Error) -> String {
    let mut out = String::from("This reply cannot be used:\n");
    if error.faults().is_empty() {
        let _ = writeln!(out, "- {error}");
    }
    for fault in error.faults() {
        let _ = match (fault.found.as_str(), fault.constraint) {
            ("", _) => writeln!(
                out,
                "- `{}` is missing; expected {}",
                fault.path, fault.expected
            ),
            (found, true) => {
                writeln!(
                    out,
                    "- `{}` must be {}; it is {found}",
                    fault.path, fault.expected
                )
            }
            (found, false) => {
                writeln!(
                    out,
                    "- `{}`: expected {}, got {found}",
                    fault.path, fault.expected
                )
            }
        };
    }
    out.push_str("Answer once more, with all fields, in the form that was asked for.");
    out
}

/// Where a tool was to be called, the outputs are its arguments. A server that wraps its answer into a
/// call on its own is understood too.
pub(crate) fn take_call(completion: &mut Completion, adapter: Adapter, def: &Def) {
    // the signature's own tools: their calls are an output
    if def.plan.as_ref().is_some_and(|plan| plan.hands_tools()) {
        return;
    }
    if adapter != Adapter::Tool && !completion.text.trim().is_empty() {
        return;
    }
    let calls = &completion.tool_calls;
    if calls.is_empty() {
        return;
    }
    let name = native::tool_name(def.asked());
    let call = calls
        .iter()
        .find(|call| call.name == name)
        .or_else(|| calls.first().filter(|_| calls.len() == 1));
    if let Some(call) = call {
        completion.text.clone_from(&call.arguments);
    }
}
