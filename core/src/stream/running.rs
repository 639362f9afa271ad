//! A request under way, and the pieces that came of it.
use super::{
    event::FieldEvent,
    partial::Parts,
    scan::{Scanner, Step},
    source::Source,
};
use crate::{
    Adapter, Completion, Error, ErrorKind, Response, Result, Usage,
    call::take_call,
    lm::Chunk,
    parse::{self, How, Reading, Strictness},
    schema::FieldDef,
};
use serde_json::Map;
use std::{
    collections::VecDeque,
    task::{Context, Poll},
};

/// A request under way, and what came of it. Knows the outputs as [`Parts`] only, so that it is compiled once.
pub(super) struct Running {
    pub(super) source: Source,
    pub(super) scanner: Scanner,
    pub(super) fields: Vec<FieldDef>,
    /// What the outputs stand in.
    pub(super) text: String,
    response: Response,
    pub(super) completion: Completion,
    /// What happened to which output, and was not told yet.
    pub(super) events: VecDeque<Result<(usize, FieldEvent)>>,
    /// The text of the output that is growing, as it was shown.
    pub(super) shown: String,
    pub(super) done: Vec<bool>,
    /// The first output that broke its bounds.
    pub(super) broken: Option<(ErrorKind, String)>,
    /// The reply is complete.
    over: bool,
    /// What ended the stream before the reply did, for those who ask again.
    failed: Option<(ErrorKind, String)>,
    /// How much of the thoughts was shown, where they are an output.
    pub(super) thoughts_shown: usize,
    /// Empty; keeps its room.
    steps: Vec<Step>,
}

impl Running {
    pub(super) fn new(source: Source) -> Self {
        let fields: Vec<FieldDef> = source.def.outputs().cloned().collect();
        let how = source.how();
        let strict = how.strictness() == Strictness::Strict;
        Running {
            scanner: Scanner::new(fields.clone(), how.form(), strict),
            done: vec![false; fields.len()],
            fields,
            source,
            text: String::new(),
            response: Response::default(),
            completion: Completion::default(),
            events: VecDeque::new(),
            shown: String::new(),
            broken: None,
            over: false,
            failed: None,
            thoughts_shown: 0,
            steps: Vec::new(),
        }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn thoughts(&self) -> Option<&str> {
        self.completion.reasoning.as_deref()
    }

    /// Takes one piece from the source; nothing once it is at its end.
    pub(super) fn poll(
        &mut self,
        parts: &mut dyn Parts,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<()>>> {
        if self.over || self.failed.is_some() {
            return Poll::Ready(None);
        }
        let Poll::Ready(chunk) = self.source.poll(cx) else {
            return Poll::Pending;
        };
        Poll::Ready(Some(match chunk {
            Some(Ok(chunk)) => {
                self.take(chunk, parts);
                Ok(())
            }
            Some(Err(error)) => Err(self.fail(error, parts)),
            None => {
                let message = "the stream ended before the reply did";
                Err(self.fail(Error::new(ErrorKind::IncompleteStream, message), parts))
            }
        }))
    }

    /// The end before the end.
    #[cold]
    fn fail(&mut self, error: Error, parts: &mut dyn Parts) -> Error {
        self.failed = Some((error.kind(), error.message().to_owned()));
        let error = self.placed(error, parts);
        self.source.ended(None, Some(&error));
        error
    }

    /// What ended the stream, again.
    pub(super) fn failure(&self, parts: &mut dyn Parts) -> Option<Error> {
        let (kind, message) = self.failed.as_ref()?;
        Some(self.placed(Error::new(*kind, message.clone()), parts))
    }

    /// An error with all that is known here.
    #[cold]
    pub(super) fn placed(&self, error: Error, parts: &mut dyn Parts) -> Error {
        let mut fields = Map::new();
        for (index, field) in self.fields.iter().enumerate() {
            if self.done[index]
                && let Some(slot) = parts.at(index)
                && let Some(view) = slot.view()
            {
                fields.insert(field.name.get().to_owned(), view.to_value());
            }
        }
        // a deadline that passed is an error of its own, so that comes first
        let error = self.source.placed(error).with_partial_fields(fields);
        match self.text.as_str() {
            "" => error,
            text => error.with_raw_reply(text),
        }
    }

    /// The response as a call has it, and its reply where the trace wants that.
    pub(super) fn whole(&mut self) -> (Response, Option<Completion>) {
        let mut response = std::mem::take(&mut self.response);
        let mut completion = std::mem::take(&mut self.completion);
        completion.text = std::mem::take(&mut self.text);
        let reply = self.source.wants_reply().then(|| completion.clone());
        response.completions = vec![completion];
        (response, reply)
    }

    fn take(&mut self, chunk: Chunk, parts: &mut dyn Parts) {
        let by_tool = self.source.notes.choice.adapter == Adapter::Tool;
        match chunk {
            Chunk::Text(text) if !by_tool => self.text.push_str(&text),
            // beside the call that is wanted
            Chunk::Text(text) => {
                self.completion.text.push_str(&text);
                return;
            }
            Chunk::Reasoning(text) => {
                let thoughts = &mut self.completion.reasoning;
                thoughts.get_or_insert_default().push_str(&text);
                self.thinks(text, parts);
                return;
            }
            Chunk::ToolCall {
                index,
                id,
                name,
                arguments,
            } => {
                let wanted = by_tool && index == 0;
                if wanted {
                    self.text.push_str(&arguments);
                }
                self.call(index, &id, &name, &arguments);
                if !wanted {
                    return;
                }
            }
            Chunk::Citation(citation) => {
                self.completion.citations.push(citation);
                return;
            }
            Chunk::Head { model, request_id } => {
                self.response.model = model;
                self.response.request_id = request_id;
                return;
            }
            Chunk::Logprobs(tokens) => {
                self.completion.logprobs.extend(tokens);
                return;
            }
            Chunk::Replay(block) => {
                self.completion.replay.push(block);
                return;
            }
            Chunk::Attempts(attempts) => {
                self.response.attempted(attempts);
                return;
            }
            Chunk::Saved(saved) => {
                self.response.saved = Some(saved);
                return;
            }
            Chunk::Restart => {
                self.restart(parts);
                return;
            }
            Chunk::Finish(reason) => {
                self.completion.finish_reason = Some(reason);
                return;
            }
            Chunk::End(usage) => {
                self.end(usage, parts);
                return;
            }
        }
        let mut steps = std::mem::take(&mut self.steps);
        self.scanner.grown(&self.text, &mut steps);
        self.all(&mut steps, parts);
        self.steps = steps;
    }

    /// What came is void, and the reply begins anew. Who listens is told of each output that had begun.
    #[cold]
    fn restart(&mut self, parts: &mut dyn Parts) {
        let how = self.source.how();
        let strict = how.strictness() == Strictness::Strict;
        self.scanner = Scanner::new(self.fields.clone(), how.form(), strict);
        self.text.clear();
        self.shown.clear();
        self.response = Response::default();
        self.completion = Completion::default();
        self.broken = None;
        self.thoughts_shown = 0;
        self.done.fill(false);
        // what was not told yet is void too
        self.events.clear();
        for index in 0..self.fields.len() {
            if let Some(slot) = parts.at(index).filter(|slot| !slot.is_absent()) {
                slot.void();
                self.happened(index, FieldEvent::Restarted);
            }
        }
    }

    fn all(&mut self, steps: &mut Vec<Step>, parts: &mut dyn Parts) {
        for step in steps.drain(..) {
            self.step(step, parts);
        }
    }

    /// The reply is complete.
    fn end(&mut self, usage: Option<Usage>, parts: &mut dyn Parts) {
        self.over = true;
        // a call that was not asked for may be the reply, and another call than the first the one wanted
        let shown = std::mem::take(&mut self.text);
        let length = shown.len();
        let before = (!self.completion.tool_calls.is_empty()).then(|| shown.clone());
        if !shown.trim().is_empty() {
            self.completion.text = shown;
        }
        take_call(
            &mut self.completion,
            self.source.notes.choice.adapter,
            &self.source.def,
        );
        self.text = std::mem::take(&mut self.completion.text);
        let same = before.map_or(self.text.len() == length, |before| before == self.text);
        self.source.received(usage, &mut self.response, &self.text);
        if same || self.done.contains(&true) {
            let mut steps = std::mem::take(&mut self.steps);
            self.scanner.ended(&self.text, &mut steps);
            self.all(&mut steps, parts);
        }
        self.thought(parts);
        self.settle(parts);
    }

    /// What the whole of the reply says.
    pub(super) fn reading(&self, how: How) -> Reading {
        let def = &self.source.def;
        match &def.plan {
            None => parse::read_outputs_of(def, how, &self.text),
            Some(plan) => {
                let mut completion = self.completion.clone();
                completion.text.clone_from(&self.text);
                parse::carried_reading(def, plan, how, &completion)
            }
        }
    }

    /// More of a tool call.
    fn call(&mut self, index: usize, id: &str, name: &str, arguments: &str) {
        let calls = &mut self.completion.tool_calls;
        // no server makes so many, and a wrong number must not fill the memory
        if index > calls.len().saturating_add(64) {
            return;
        }
        while calls.len() <= index {
            calls.push(crate::ToolCall::new("", "", ""));
        }
        let call = &mut calls[index];
        call.id.push_str(id);
        call.name.push_str(name);
        call.arguments.push_str(arguments);
    }
}

/// Whoever does not ask for the outputs at the end leaves a span that has ended all the same: as the reply did,
/// or where an output broke its bounds. A reply that was still arriving was dropped, and that is the span's word.
impl Drop for Running {
    fn drop(&mut self) {
        if !self.source.wants_reply() {
            return;
        }
        if let Some((kind, message)) = self.broken.take() {
            let error = self.source.placed(Error::new(kind, message));
            self.source.ended(None, Some(&error));
        } else if self.over {
            let (_, reply) = self.whole();
            self.source.ended(reply.as_ref(), None);
        }
    }
}
