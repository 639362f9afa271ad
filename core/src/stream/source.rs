//! Where the pieces of a reply come from.
use crate::{
    Adapter, BoxFuture, BoxStream, Chunk, Completion, Error, ErrorKind, Lm, Request, Response,
    Result, Scope, Usage,
    adapter::two_step,
    call::{Bounds, Inputs, Notes, Options, Prepared, Tally, named, path},
    constant::Ref,
    parse::{Form, How, Strictness},
    signature::Def,
};
use std::{
    task::{Context, Poll},
    time::Instant,
};

/// A request under way.
pub(super) struct Source {
    pub(super) def: Def,
    pub(super) notes: Notes,
    name: Ref<str>,
    scope: Scope,
    bounds: Bounds,
    strictness: Strictness,
    deadline: Option<Instant>,
    /// Outputs are read into types of the user's.
    pub(super) typed: bool,
    pieces: Pieces,
    /// What the requests before this one took.
    tally: Tally,
}

enum Pieces {
    /// The first step of two: the model's own words, and who takes the outputs out of them.
    Words(BoxFuture<'static, Result<Response>>, Box<(Lm, Request)>),
    Stream(BoxStream<'static, Result<Chunk>>),
    Over,
}

impl Source {
    /// Finds the model, checks the inputs, renders, and asks.
    pub(super) fn begin(ask: &dyn Inputs, typed: bool, options: &mut Options) -> Result<Self> {
        let prepared = Prepared::new(ask, options)?;
        let mut request = prepared.request;
        // one reply is shown, so one is asked for, also of a model that is set to give several
        request.settings.n = prepared.lm.settings().n.map(|_| 1);
        let mut source = Source {
            def: prepared.def,
            notes: Notes::new(prepared.choice),
            name: prepared.name,
            scope: prepared.scope,
            bounds: prepared.bounds,
            strictness: prepared.strictness,
            deadline: request.deadline,
            typed,
            pieces: Pieces::Over,
            tally: Tally::default(),
        };
        let (bounds, scope) = (&source.bounds, &source.scope);
        let pieces = match prepared.extractor {
            Some(extractor) => bounds
                .send(scope, &prepared.lm, request.clone())
                .map(|first| Pieces::Words(first, Box::new((extractor, request)))),
            None => bounds
                .stream(scope, &prepared.lm, request)
                .map(Pieces::Stream),
        };
        match pieces {
            Ok(pieces) => {
                source.pieces = pieces;
                Ok(source)
            }
            Err(error) => {
                let error = source.placed(error);
                source.ended(None, Some(&error));
                Err(error)
            }
        }
    }

    pub(super) fn how(&self) -> How {
        How::new(Form::from(self.notes.choice.adapter), self.strictness)
    }

    /// An error that says where it happened, and of a timeout whose deadline it was.
    #[cold]
    pub(super) fn placed(&self, error: Error) -> Error {
        let path = path(&self.scope, &self.name, &self.def);
        let error = named(&self.scope, self.deadline, error).at(path);
        // a stream may leave its run, which names the errors that come out of it only
        match self.scope.run_id() {
            Some(run) => error.in_run(run),
            None => error,
        }
    }

    /// Counts a request that was answered.
    pub(super) fn received(&mut self, usage: Option<Usage>, response: &mut Response, text: &str) {
        self.notes.calls += 1;
        self.notes.saved += u32::from(response.saved.is_some());
        if self.bounds.wants_reply() {
            response.completions = vec![Completion::text(text)];
        }
        response.usage = usage;
        self.bounds.received(&self.scope, response);
        self.tally.add(response);
        self.pieces = Pieces::Over;
    }

    /// Whether the reply is wanted when the call ends.
    pub(super) fn wants_reply(&self) -> bool {
        self.bounds.wants_reply()
    }

    /// The call ends, and what is under way with it.
    pub(super) fn ended(&mut self, reply: Option<&Completion>, error: Option<&Error>) {
        self.pieces = Pieces::Over;
        let how = self.how();
        self.bounds.end(&self.def, how, reply, error);
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
    fn extract(&mut self, mut words: Response) -> Result<()> {
        debug_assert_eq!(self.notes.choice.adapter, Adapter::TwoStep);
        self.notes.calls += 1;
        self.notes.saved += u32::from(words.saved.is_some());
        self.bounds.received(&self.scope, &words);
        self.tally.add(&mut words);
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
