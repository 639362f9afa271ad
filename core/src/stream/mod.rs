//! Replies that are read while they arrive.
//!
//! [`Streaming`] is what the user holds, and all that is generic here. `running` is the request under way and
//! the pieces that came of it, `arrival` what they mean for the outputs, `source` who asks and for how long,
//! `scan` where values stand.
mod arrival;
mod event;
mod part;
mod partial;
mod running;
mod scan;
mod source;

#[cfg(test)]
mod tests;

pub use event::{Event, FieldEvent};
pub use part::{Growing, Part};
#[doc(hidden)]
pub use part::{Grown, Slot};
pub(crate) use partial::FlatRecord;
pub use partial::{
    CheckedField, CheckedPartial, Partial, PartialRecord, ReasonedField, ReasonedPartial,
};

use crate::{
    Ask, Error, ErrorKind, Prediction, Result,
    call::{Full, Mode, Options},
};
use futures_core::Stream;
use running::Running;
use source::Source;
use std::{
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll},
};

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
/// [`Adapter::TwoStep`](crate::Adapter::TwoStep) the second step streams.
#[must_use = "a stream does nothing until it is asked: take its events with `.next().await`, or all of it with `.finish().await`"]
pub struct Streaming<S: Ask> {
    /// Taken at the first poll.
    ask: Option<S>,
    options: Box<Options>,
    running: Option<Box<Running>>,
    partial: Option<S::Partial>,
    /// What ended the stream before there was a request, for those who ask again.
    failed: Option<(ErrorKind, String)>,
}

/// How a signature's outputs are named.
type Key<S> = <<S as Ask>::Partial as Partial>::Key;

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
        self.running.as_ref().map_or("", |running| running.text())
    }

    /// What the model thought so far, if it says so apart from the reply.
    pub fn thoughts(&self) -> Option<&str> {
        self.running.as_ref()?.thoughts()
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
            if let Some(running) = &mut self.running {
                running.events.clear();
            }
        }
        if let Some((kind, message)) = &self.failed {
            return Err(Error::new(*kind, message.clone()));
        }
        let (Some(running), Some(partial)) = (&mut self.running, &mut self.partial) else {
            let message = "the stream has no reply to finish";
            return Err(Error::new(ErrorKind::Model, message));
        };
        if let Some(error) = running.failure(partial) {
            return Err(error);
        }
        let (response, reply) = running.whole();
        let source = &mut running.source;
        let read = Full::read::<S>(&source.def, source.how(), response, &source.notes);
        let read = read.map_err(|error| source.placed(error));
        source.ended(reply.as_ref(), read.as_ref().err());
        read
    }

    /// Takes one piece from the source; nothing once it is at its end.
    fn poll_source(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<()>>> {
        if let Some(ask) = self.ask.take() {
            match Source::begin(&ask, S::TYPED, &mut self.options) {
                Ok(source) => self.running = Some(Box::new(Running::new(source))),
                Err(error) => {
                    self.failed = Some((error.kind(), error.message().to_owned()));
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
        match (&mut self.running, &mut self.partial) {
            (Some(running), Some(partial)) => running.poll(partial, cx),
            _ => Poll::Ready(None),
        }
    }
}

impl<S: Ask> Stream for Streaming<S> {
    type Item = Result<Event<Key<S>>>;
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(running) = &mut self.running
                && let Some(happened) = running.events.pop_front()
            {
                let (index, what) = match happened {
                    Ok(happened) => happened,
                    Err(error) => return Poll::Ready(Some(Err(error))),
                };
                // each output has a name
                if let Some(field) = S::Partial::key(&running.source.def, index) {
                    return Poll::Ready(Some(Ok(Event { field, what })));
                }
                continue;
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
