//! How a server answers: in one piece, or word by word.
use crate::server::{Fate, IDLE, Inside, SILENT, Server, VisitEnd};
use futures_core::Stream;
use sigflow_core::{
    BoxFuture, BoxStream, Chunk, Error, ErrorKind, LanguageModel, Phase, Request, Response, Result,
};
use std::{
    collections::VecDeque,
    future::Future as _,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::sleep;

impl LanguageModel for Server {
    fn complete(self: Arc<Self>, request: Request) -> BoxFuture<'static, Result<Response>> {
        Box::pin(async move {
            let (inside, fate) = self.arrives(&request);
            let mut inside = inside.before_it_begins(fate).await?;
            let rest = self.random.about(self.shape.rest);
            match fate {
                Fate::CutOff => {
                    sleep(rest / 2).await;
                    return Err(inside.fails(Error::new(ErrorKind::Transport, "cut off")));
                }
                Fate::Stalls => {
                    sleep(SILENT * 4).await;
                    let error = Error::new(ErrorKind::Timeout, "it took too long");
                    return Err(inside.fails(error.with_phase(Phase::Total)));
                }
                _ => sleep(rest).await,
            }
            let mut response = Response::text(inside.text());
            response.model.clone_from(&self.shape.name);
            response.usage = Some(inside.usage());
            inside.ends(VisitEnd::Answered);
            Ok(response)
        })
    }

    fn stream(self: Arc<Self>, request: Request) -> BoxStream<'static, Result<Chunk>> {
        let (inside, fate) = self.arrives(&request);
        let rest = self.random.about(self.shape.rest);
        let text = inside.text();
        let mut words: VecDeque<String> = text.split_inclusive(' ').map(str::to_owned).collect();
        let gap = rest / words.len() as u32;
        let keeps = self.random.between(1, words.len() as u64 - 1) as usize;
        if matches!(fate, Fate::CutOff | Fate::Stalls) {
            words.truncate(keeps);
        }
        Box::pin(Words {
            words,
            gap,
            fate,
            has_head: false,
            state: State::Begins(Box::pin(inside.before_it_begins(fate))),
        })
    }

    fn name(&self) -> &str {
        &self.shape.name
    }
    fn identity(&self) -> Option<String> {
        Some(self.shape.name.clone())
    }
}

/// A reply word by word.
struct Words {
    words: VecDeque<String>,
    gap: Duration,
    fate: Fate,
    has_head: bool,
    state: State,
}

enum State {
    Begins(BoxFuture<'static, Result<Inside>>),
    Speaks(Inside, Pin<Box<tokio::time::Sleep>>),
    Over,
}

impl Stream for Words {
    type Item = Result<Chunk>;
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            match std::mem::replace(&mut this.state, State::Over) {
                State::Over => return Poll::Ready(None),
                State::Begins(mut begins) => match begins.as_mut().poll(cx) {
                    Poll::Pending => {
                        this.state = State::Begins(begins);
                        return Poll::Pending;
                    }
                    Poll::Ready(Err(error)) => return Poll::Ready(Some(Err(error))),
                    Poll::Ready(Ok(inside)) => {
                        this.state = State::Speaks(inside, Box::pin(sleep(Duration::ZERO)));
                    }
                },
                State::Speaks(inside, mut pause) => {
                    if !this.has_head {
                        this.has_head = true;
                        let model = inside.server.shape.name.clone();
                        this.state = State::Speaks(inside, pause);
                        let request_id = None;
                        return Poll::Ready(Some(Ok(Chunk::Head { model, request_id })));
                    }
                    if pause.as_mut().poll(cx).is_pending() {
                        this.state = State::Speaks(inside, pause);
                        return Poll::Pending;
                    }
                    return Poll::Ready(this.next(inside));
                }
            }
        }
    }
}

impl Words {
    /// The next word, or how the reply ends.
    fn next(&mut self, mut inside: Inside) -> Option<Result<Chunk>> {
        if let Some(word) = self.words.pop_front() {
            inside.speaks();
            let stalls = self.words.is_empty() && self.fate == Fate::Stalls;
            let pause = if stalls { IDLE } else { self.gap };
            self.state = State::Speaks(inside, Box::pin(sleep(pause)));
            return Some(Ok(Chunk::Text(word)));
        }
        match self.fate {
            // the connection ends, and the reply had not
            Fate::CutOff if inside.number.is_multiple_of(2) => {
                inside.ends(VisitEnd::Failed(ErrorKind::IncompleteStream));
                None
            }
            Fate::CutOff => {
                let error = Error::new(ErrorKind::Transport, "connection reset");
                Some(Err(inside.fails(error)))
            }
            Fate::Stalls => {
                let error = Error::new(ErrorKind::Timeout, "nothing more came");
                Some(Err(inside.fails(error.with_phase(Phase::Idle))))
            }
            _ => {
                let usage = inside.usage();
                inside.ends(VisitEnd::Answered);
                Some(Ok(Chunk::End(Some(usage))))
            }
        }
    }
}
