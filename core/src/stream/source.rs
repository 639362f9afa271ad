//! Where the pieces of a reply come from.
use crate::{
    Adapter, Ask, BoxFuture, BoxStream, Chunk, Completion, Error, ErrorKind, Lm, Request, Response,
    Result, Scope, Usage,
    adapter::two_step,
    call::{Bounds, Notes, Options, Prepared},
    constant::Ref,
    parse::{Form, How, Strictness},
    signature::Def,
};
use std::task::{Context, Poll};

/// A request under way.
pub(super) struct Source {
    pub(super) def: Def,
    pub(super) notes: Notes,
    name: Ref<str>,
    scope: Scope,
    bounds: Bounds,
    strictness: Strictness,
    pieces: Pieces,
    /// Tokens of the requests before this one.
    spent: Option<Usage>,
}

enum Pieces {
    /// The first step of two: the model's own words, and who takes the outputs out of them.
    Words(BoxFuture<'static, Result<Response>>, Box<(Lm, Request)>),
    Stream(BoxStream<'static, Result<Chunk>>),
    Over,
}

impl Source {
    /// Finds the model, checks the inputs, renders, and asks.
    pub(super) fn begin<S: Ask>(ask: &S, options: &mut Options) -> Result<Self> {
        let prepared = Prepared::new(ask, options)?;
        let Prepared {
            lm,
            mut request,
            extractor,
            scope,
            bounds,
            ..
        } = prepared;
        // one reply is shown, so one is asked for
        request.settings.n = None;
        let pieces = match extractor {
            Some(extractor) => {
                let first = bounds.send(&scope, &lm, request.clone())?;
                Pieces::Words(first, Box::new((extractor, request)))
            }
            None => Pieces::Stream(bounds.stream(&scope, &lm, request)?),
        };
        Ok(Source {
            def: prepared.def,
            notes: Notes::new(prepared.choice),
            name: prepared.name,
            scope,
            bounds,
            strictness: prepared.strictness,
            pieces,
            spent: None,
        })
    }

    pub(super) fn how(&self) -> How {
        How::new(Form::from(self.notes.choice.adapter), self.strictness)
    }

    pub(super) fn path(&self) -> String {
        self.scope.path_to(if self.name.is_empty() {
            self.def.signature.name.get()
        } else {
            self.name.get()
        })
    }

    /// Counts a request that was answered.
    pub(super) fn received(&mut self, usage: Option<Usage>, response: &mut Response) {
        self.notes.calls += 1;
        response.usage = match (self.spent, usage) {
            (Some(before), Some(now)) => Some(before + now),
            (before, now) => before.or(now),
        };
        self.bounds.received(&self.scope, response);
        self.stop();
    }

    /// The call ends.
    pub(super) fn ended(&mut self, reply: Option<&Completion>, error: Option<&Error>) {
        let how = self.how();
        self.bounds.end(&self.def, how, reply, error);
    }

    /// Cancels what is under way.
    pub(super) fn stop(&mut self) {
        self.pieces = Pieces::Over;
    }

    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Chunk>>> {
        if let (false, Poll::Ready(error)) =
            (matches!(self.pieces, Pieces::Over), self.bounds.poll(cx))
        {
            return Poll::Ready(Some(Err(error)));
        }
        loop {
            match &mut self.pieces {
                Pieces::Over => return Poll::Ready(None),
                Pieces::Stream(stream) => return stream.as_mut().poll_next(cx),
                Pieces::Words(words, _) => {
                    let Poll::Ready(words) = words.as_mut().poll(cx) else {
                        return Poll::Pending;
                    };
                    match words {
                        Ok(words) => self.extract(words)?,
                        Err(error) => return Poll::Ready(Some(Err(error))),
                    }
                }
            }
        }
    }

    /// The second step of two.
    fn extract(&mut self, words: Response) -> Result<()> {
        debug_assert_eq!(self.notes.choice.adapter, Adapter::TwoStep);
        self.notes.calls += 1;
        self.spent = words.usage;
        self.bounds.received(&self.scope, &words);
        let Some(completion) = words.completions.into_iter().next() else {
            let message = "the response has no completion";
            return Err(Error::new(ErrorKind::NoContent, message));
        };
        let Pieces::Words(_, second) = std::mem::replace(&mut self.pieces, Pieces::Over) else {
            return Ok(());
        };
        let (lm, first) = *second;
        self.notes.answer = Some(completion.text.clone());
        let mut request = two_step::extraction(&self.def, completion.text);
        request.deadline = first.deadline;
        self.pieces = Pieces::Stream(self.bounds.stream(&self.scope, &lm, request)?);
        Ok(())
    }
}
