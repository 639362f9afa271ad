//! A reply in pieces: noted in the history, and held to its deadline.
use super::{BoxStream, Chunk, Completion, Response, history::Running};
use crate::{Error, ErrorKind, Phase, Result};
use futures_core::Stream;
use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Instant,
};
use tokio::time::Sleep;

/// A stream of a model, watched.
pub(super) struct Watched {
    pieces: BoxStream<'static, Result<Chunk>>,
    record: Option<Running>,
    response: Response,
    text: String,
    deadline: Option<Instant>,
    /// Made at the first poll: outside of tokio there is no timer, and the deadline is only looked at when
    /// a piece comes.
    timer: Option<Pin<Box<Sleep>>>,
}

impl Watched {
    pub(super) fn new(
        pieces: BoxStream<'static, Result<Chunk>>,
        record: Running,
        deadline: Option<Instant>,
    ) -> Self {
        Watched {
            pieces,
            record: Some(record),
            response: Response::default(),
            text: String::new(),
            deadline,
            timer: None,
        }
    }

    fn is_late(&mut self, cx: &mut Context<'_>) -> bool {
        let Some(deadline) = self.deadline else {
            return false;
        };
        if self.timer.is_none() && tokio::runtime::Handle::try_current().is_ok() {
            self.timer = Some(Box::pin(tokio::time::sleep_until(deadline.into())));
        }
        // a model that never waits leaves the runtime no time to look at its timers
        let rings = |timer: &mut Pin<Box<Sleep>>| timer.as_mut().poll(cx).is_ready();
        self.timer.as_mut().is_some_and(rings) || Instant::now() > deadline
    }

    /// Notes how the call ended.
    fn end(&mut self, result: Result<(), ErrorKind>) {
        let Some(record) = self.record.take() else {
            return;
        };
        let mut response = std::mem::take(&mut self.response);
        response.completions = vec![Completion::text(std::mem::take(&mut self.text))];
        record.end_with(result.map(|()| &response));
    }
}

impl Stream for Watched {
    type Item = Result<Chunk>;
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if this.record.is_none() {
            return Poll::Ready(None);
        }
        // the model first: what it knows of its attempts is worth more than our word that time is over
        let polled = this.pieces.as_mut().poll_next(cx);
        let may_be_late = !matches!(
            polled,
            Poll::Ready(None | Some(Err(_) | Ok(Chunk::End(_) | Chunk::Attempts(_))))
        );
        if may_be_late && this.is_late(cx) {
            this.end(Err(ErrorKind::Timeout));
            let message = "the deadline passed before the reply was complete";
            let error = Error::new(ErrorKind::Timeout, message).with_phase(Phase::Deadline);
            return Poll::Ready(Some(Err(error)));
        }
        let Poll::Ready(piece) = polled else {
            return Poll::Pending;
        };
        match &piece {
            Some(Ok(Chunk::Text(text))) => {
                if this.record.as_ref().is_some_and(Running::keeps_content) {
                    this.text.push_str(text);
                }
            }
            Some(Ok(Chunk::Attempts(attempts))) => this.response.attempted(attempts.clone()),
            // what was told so far is void
            Some(Ok(Chunk::Restart)) => this.text.clear(),
            Some(Ok(Chunk::End(usage))) => {
                this.response.usage = *usage;
                this.end(Ok(()));
            }
            Some(Ok(_)) => {}
            Some(Err(error)) => this.end(Err(error.kind())),
            None => this.end(Err(ErrorKind::Transport)),
        }
        Poll::Ready(piece)
    }
}
