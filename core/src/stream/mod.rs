//! Replies that are read while they arrive.
mod part;
mod partial;
mod scan;
mod source;

pub use part::{Growing, Part};
#[doc(hidden)]
pub use part::{Grown, Slot};
pub use partial::{Partial, PartialRecord, ReasonedField, ReasonedPartial};

use crate::{
    Adapter, Ask, Completion, Error, ErrorKind, Prediction, Response, Result, Usage,
    call::{Full, Mode, Options, take_call},
    error::Fault,
    lm::Chunk,
    parse::{self, Reading, Strictness},
    read::Reader,
    schema::FieldDef,
};
use futures_core::Stream;
use scan::{Scanner, Step, What};
use serde_json::{Map, Value};
use source::Source;
use std::{
    collections::VecDeque,
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll},
};

/// What happened to one output.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event<K> {
    /// Which output: a variant of the enum that `signature!` makes, `GroundedAnswerField::Answer`; of a
    /// signature made at run time its name.
    pub field: K,
    /// What happened to it.
    pub what: FieldEvent,
}

/// What happened to an output.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldEvent {
    /// It begins.
    Started,
    /// More of it came: of a text as the text goes on, of anything else as the reply spells it. All of
    /// them together are the whole output.
    Delta(String),
    /// It is complete, and its bounds hold.
    Finished,
}

/// A reply that is arriving: events, what there is so far, and the checked outputs at the end.
///
/// [`Call::stream`](crate::Call::stream) makes it. It is lazy, and owns all it needs; dropping it cancels
/// the call, so that the rest is not paid for.
///
/// ```
/// # async fn run() -> sigflow_core::Result<()> {
/// use sigflow_core::{Ask, DynSignature, FieldEvent, testing::Scripted};
///
/// let lm = Scripted::new(["[[ ## answer ## ]]\nIn Paris.\n\n[[ ## stars ## ]]\n5"]).lm();
/// let ask = DynSignature::parse("question -> answer, stars: int")?.ask([("question", "Where?".into())])?;
/// let mut stream = ask.predict().with(&lm).stream();
/// let mut shown = String::new();
/// while let Some(event) = stream.next().await? {
///     if let FieldEvent::Delta(text) = event.what && event.field == "answer" {
///         shown += &text;
///     }
/// }
/// assert_eq!(shown, "In Paris.");
/// assert_eq!(stream.finish().await?.output["stars"], 5);
/// # Ok(()) }
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run()).unwrap();
/// ```
///
/// # Bounds
/// An output is held to its bounds when it is complete. If it breaks one, or is nothing of its type,
/// [`next`](Self::next) gives the error in place of its [`Finished`](FieldEvent::Finished), with the
/// faults, the text so far and the outputs that are done. So `next().await?` leaves the loop, and what
/// drops the stream stops paying; who calls `next` again goes on. The author's own checks (`check = …`)
/// see all outputs and run in [`finish`](Self::finish).
///
/// # What is shown
/// Only what cannot be taken back: what may become a marker, a tag or an escape waits. A reply that is
/// not in the form that was asked for shows nothing, or nothing more, until it is complete; then it is
/// read as any other reply. The outputs of [`finish`](Self::finish) are always those of a call that did
/// not stream.
///
/// # One request
/// A stream is one request; [`reask`](crate::Call::reask) and
/// [`Compatibility::Dspy`](crate::Compatibility) make no second one. With
/// [`Adapter::TwoStep`] the second step streams.
#[must_use = "a stream does nothing until it is polled"]
pub struct Streaming<S: Ask> {
    /// Taken at the first poll.
    ask: Option<S>,
    options: Box<Options>,
    running: Option<Box<Running>>,
    partial: Option<S::Partial>,
    events: VecDeque<Result<Event<Key<S>>>>,
    /// What ended the stream before the reply did, for those who ask again.
    failed: Option<(ErrorKind, String)>,
}

/// How a signature's outputs are named.
type Key<S> = <<S as Ask>::Partial as Partial>::Key;

/// A request under way, and what came of it.
struct Running {
    source: Source,
    scanner: Scanner,
    fields: Vec<FieldDef>,
    text: String,
    response: Response,
    completion: Completion,
    /// The text of the output that is growing, as it was shown.
    shown: String,
    done: Vec<bool>,
    over: bool,
}

// nothing in it is pinned in place; the source has its own box
impl<S: Ask> Unpin for Streaming<S> {}

impl<S: Ask> Streaming<S> {
    pub(crate) fn new(ask: Option<S>, options: Box<Options>) -> Self {
        let partial = ask.as_ref().map(|ask| S::Partial::empty(&ask.def()));
        Streaming {
            ask,
            options,
            running: None,
            partial,
            events: VecDeque::new(),
            failed: None,
        }
    }

    /// The outputs as far as they have come: each absent, growing or done.
    ///
    /// # Panics
    /// Never.
    pub fn partial(&self) -> &S::Partial {
        match &self.partial {
            Some(partial) => partial,
            // a call is polled only after it was consumed, so it has its question here
            None => unreachable!("a stream has its outputs from the beginning"),
        }
    }

    /// The text of the reply so far.
    pub fn text(&self) -> &str {
        self.running.as_ref().map_or("", |running| &running.text)
    }

    /// What the model thought so far, if it says so apart from the reply.
    pub fn thoughts(&self) -> Option<&str> {
        let running = self.running.as_ref()?;
        running.completion.reasoning.as_deref()
    }

    /// The next event; nothing once the reply is complete.
    ///
    /// # Errors
    /// If an output breaks its bounds, after which the stream can go on; or if the request fails, which
    /// is the end. The error carries the text so far and the outputs that are done.
    pub async fn next(&mut self) -> Result<Option<Event<Key<S>>>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx))
            .await
            .transpose()
    }

    /// Waits for the rest, and gives the outputs as the same call gives them without a stream.
    ///
    /// # Errors
    /// As a call's: if the request fails, the reply cannot be read, or an output breaks a constraint.
    pub async fn finish(mut self) -> Result<Prediction<S::Output>> {
        while let Some(received) = poll_fn(|cx| self.poll_source(cx)).await {
            received?;
            self.events.clear();
        }
        if let Some((kind, message)) = &self.failed {
            let error = Error::new(*kind, message.clone());
            return Err(self.placed(error));
        }
        let Some(running) = self.running.take() else {
            return Err(Error::new(
                ErrorKind::Model,
                "the stream has no reply to finish",
            ));
        };
        let Running {
            mut source,
            mut response,
            mut completion,
            text,
            ..
        } = *running;
        completion.text = text;
        response.completions = vec![completion];
        let reply = response.completions.first().cloned();
        let read = Full::read::<S>(&source.def, source.how(), response, &source.notes);
        source.ended(reply.as_ref(), read.as_ref().err());
        read.map_err(|error| error.at(source.path()))
    }

    /// Takes one piece from the source; nothing once it is at its end.
    fn poll_source(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<()>>> {
        if let Some(ask) = self.ask.take() {
            match Source::begin(&ask, &mut self.options) {
                Ok(source) => self.running = Some(Box::new(Running::new(source))),
                Err(error) => return Poll::Ready(Some(Err(self.fail(error)))),
            }
        }
        let Some(running) = &mut self.running else {
            return Poll::Ready(None);
        };
        if running.over || self.failed.is_some() {
            return Poll::Ready(None);
        }
        let Poll::Ready(chunk) = running.source.poll(cx) else {
            return Poll::Pending;
        };
        Poll::Ready(Some(match chunk {
            Some(Ok(chunk)) => {
                self.take(chunk);
                Ok(())
            }
            Some(Err(error)) => Err(self.fail(error)),
            None => {
                let message = "the stream ended before the reply did";
                Err(self.fail(Error::new(ErrorKind::Transport, message)))
            }
        }))
    }

    /// The end before the end.
    #[cold]
    fn fail(&mut self, error: Error) -> Error {
        self.failed = Some((error.kind(), error.message().to_owned()));
        let error = self.placed(error);
        if let Some(running) = &mut self.running {
            running.source.stop();
        }
        error
    }

    /// An error with all that is known here.
    #[cold]
    fn placed(&mut self, error: Error) -> Error {
        let (Some(running), Some(partial)) = (&self.running, &mut self.partial) else {
            return error;
        };
        let mut fields = Map::new();
        for (index, field) in running.fields.iter().enumerate() {
            if let Some(slot) = partial.part(index)
                && let Some(view) = slot.view()
                && running.done[index]
            {
                fields.insert(field.name.get().to_owned(), view.to_value());
            }
        }
        let error = match running.text.as_str() {
            "" => error,
            text => error.with_raw_reply(text),
        };
        error.with_partial_fields(fields).at(running.source.path())
    }

    fn take(&mut self, chunk: Chunk) {
        let Some(running) = &mut self.running else {
            return;
        };
        match chunk {
            Chunk::Text(text) if running.source.notes.choice.adapter != Adapter::Tool => {
                running.text.push_str(&text);
            }
            // beside the call that is wanted
            Chunk::Text(text) => running.completion.text.push_str(&text),
            Chunk::Reasoning(text) => {
                let thoughts = &mut running.completion.reasoning;
                thoughts.get_or_insert_default().push_str(&text);
                return;
            }
            Chunk::ToolCall {
                index,
                id,
                name,
                arguments,
            } => {
                let first = index == 0 && running.source.notes.choice.adapter == Adapter::Tool;
                if first {
                    running.text.push_str(&arguments);
                }
                running.call(index, &id, &name, &arguments);
                if !first {
                    return;
                }
            }
            Chunk::Head { model, request_id } => {
                running.response.model = model;
                running.response.request_id = request_id;
                return;
            }
            Chunk::Finish(reason) => {
                running.completion.finish_reason = Some(reason);
                return;
            }
            Chunk::End(usage) => {
                self.end(usage);
                return;
            }
        }
        let steps = running.scanner.grown(&running.text);
        for step in steps {
            self.step(step);
        }
    }

    /// The reply is complete.
    fn end(&mut self, usage: Option<Usage>) {
        let Some(running) = &mut self.running else {
            return;
        };
        running.over = true;
        running.source.received(usage, &mut running.response);
        // a call that was not asked for may be the reply, and another call than the first the one wanted
        let said = std::mem::take(&mut running.completion.text);
        running.completion.text.clone_from(&running.text);
        if running.text.trim().is_empty() {
            running.completion.text = said;
        }
        take_call(&mut running.completion, running.source.notes.choice.adapter);
        let same = running.completion.text == running.text;
        if !same {
            running.text = std::mem::take(&mut running.completion.text);
        }
        let steps = if same || running.done.contains(&true) {
            running.scanner.ended(&running.text)
        } else {
            Vec::new()
        };
        for step in steps {
            self.step(step);
        }
        self.settle();
    }

    /// Where the scanner was not sure of all it saw, the reader of whole replies is.
    fn settle(&mut self) {
        let Some(running) = &mut self.running else {
            return;
        };
        let whole = running.done.iter().all(|done| *done);
        if whole && running.scanner.is_sure(&running.text) {
            return;
        }
        let how = running.source.how();
        let reading = parse::read_outputs_of(&running.source.def, how, &running.text);
        for index in 0..running.fields.len() {
            let value = reading.values.get(index).cloned().flatten();
            if let Some(value) = value {
                self.settle_one(index, value.into_value(), &reading);
            }
        }
    }

    fn settle_one(&mut self, index: usize, value: Value, reading: &Reading) {
        let (Some(running), Some(slot)) = (
            &mut self.running,
            self.partial
                .as_mut()
                .and_then(|partial| partial.part(index)),
        ) else {
            return;
        };
        let is_new = slot.view().is_none();
        let started = running.scanner.has_seen(index);
        let read = slot.finish(&mut Reader::of(value), &mut |_, _| true);
        // what stands for an output that is not there is no event
        let given = reading.given.get(index).copied().unwrap_or_default() || started;
        if !read || !is_new {
            return;
        }
        running.done[index] = true;
        if !given {
            return;
        }
        let rest = match slot.view().map(|view| view.to_value()) {
            Some(Value::String(text)) if started => {
                text.strip_prefix(running.shown.as_str()).map(str::to_owned)
            }
            Some(Value::String(text)) => Some(text),
            _ => None,
        };
        if !started {
            self.happened(index, FieldEvent::Started);
        }
        if let Some(rest) = rest.filter(|rest| !rest.is_empty()) {
            self.happened(index, FieldEvent::Delta(rest));
        }
        self.happened(index, FieldEvent::Finished);
    }

    fn happened(&mut self, index: usize, what: FieldEvent) {
        if let Some(running) = &self.running
            && let Some(field) = S::Partial::key(&running.source.def, index)
        {
            self.events.push_back(Ok(Event { field, what }));
        }
    }

    /// Something happened to an output.
    fn step(&mut self, step: Step) {
        let index = step.field;
        let (Some(running), Some(slot)) = (
            &mut self.running,
            self.partial
                .as_mut()
                .and_then(|partial| partial.part(index)),
        ) else {
            return;
        };
        match step.what {
            What::Started => {
                slot.start();
                running.shown.clear();
                self.happened(index, FieldEvent::Started);
            }
            What::Text(text) => {
                slot.grow(Grown::Text(&text));
                running.shown.push_str(&text);
                self.happened(index, FieldEvent::Delta(text));
            }
            What::Raw(text) => self.happened(index, FieldEvent::Delta(text)),
            What::Item(start, end) => {
                let mut reader = Reader::new(&running.text[start..end]);
                slot.grow(Grown::Item(&mut reader));
            }
            What::Finished(outer, inner) => {
                let faults = running.complete::<S>(slot, index, outer, inner);
                if !faults.is_empty() {
                    let error = self.broken(faults);
                    self.events.push_back(Err(error));
                    return;
                }
                running.done[index] = true;
                // what was held back to the end
                let rest = match slot.view() {
                    Some(crate::View::Text(text)) => text.strip_prefix(running.shown.as_str()),
                    _ => None,
                };
                let rest = rest
                    .filter(|rest| !rest.is_empty() && running.is_text(index))
                    .map(str::to_owned);
                if let Some(rest) = rest {
                    self.happened(index, FieldEvent::Delta(rest));
                }
                self.happened(index, FieldEvent::Finished);
            }
        }
    }

    /// The error of an output that is complete and cannot stay.
    #[cold]
    fn broken(&mut self, faults: Vec<Fault>) -> Error {
        let bounds_only = faults.iter().all(|fault| fault.constraint);
        let kind = if bounds_only {
            ErrorKind::Constraint
        } else {
            ErrorKind::Parse
        };
        self.placed(Error::from_faults(kind, faults))
    }
}

impl Running {
    fn new(source: Source) -> Self {
        let fields: Vec<FieldDef> = source.def.outputs().cloned().collect();
        let how = source.how();
        Running {
            scanner: Scanner::new(
                fields.clone(),
                how.form(),
                how.strictness() == Strictness::Strict,
            ),
            done: vec![false; fields.len()],
            fields,
            source,
            text: String::new(),
            response: Response::default(),
            completion: Completion::default(),
            shown: String::new(),
            over: false,
        }
    }

    fn is_text(&self, index: usize) -> bool {
        parse::keeps_text(self.fields[index].schema.get())
    }

    /// Reads an output that is complete: as clean text, else as the reader of whole replies does.
    fn complete<S: Ask>(
        &self,
        slot: &mut dyn Slot,
        index: usize,
        outer: (usize, usize),
        inner: (usize, usize),
    ) -> Vec<Fault> {
        let (field, how) = (&self.fields[index], self.source.how());
        let in_section = self.scanner.in_sections();
        let odd = |c: char| c == '\u{1f}' || c != '\n' && parse::is_line_end(c);
        // what splits lines in Python only is the other reader's
        if S::TYPED
            && !(in_section && self.text[inner.0..inner.1].contains(odd))
            && let Some(mut reader) = Reader::part(&self.text, inner, in_section)
            && slot.finish(&mut reader, &mut |reader, view| {
                reader.is_at_end() && parse::keeps(field, &view)
            })
        {
            return Vec::new();
        }
        let text = &self.text[outer.0..outer.1];
        let reading = parse::read_output(field, how, self.scanner.in_object(), text);
        if !reading.faults.is_empty() {
            return reading.faults;
        }
        let Some(value) = reading.values.into_iter().next().flatten() else {
            return Vec::new();
        };
        let value = value.into_value();
        let found = crate::field::shorten(&value);
        if slot.finish(&mut Reader::of(value), &mut |_, _| true) {
            Vec::new()
        } else {
            let expected = parse::expected(field.schema.get());
            vec![Fault::mismatch(field.name.get(), expected, found)]
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

impl<S: Ask> Stream for Streaming<S> {
    type Item = Result<Event<Key<S>>>;
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Poll::Ready(Some(event));
            }
            match self.poll_source(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Ready(Some(Ok(()))) => {}
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(error))),
            }
        }
    }
}

impl<S: Ask> std::fmt::Debug for Streaming<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Streaming")
            .field("text", &self.text())
            .finish_non_exhaustive()
    }
}
