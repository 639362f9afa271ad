//! The model behind everything: the trait a provider implements, and what goes in and comes out.
//! Nothing here knows HTTP.
mod attempt;
mod caching;
mod canonical;
mod capabilities;
mod handle;
mod handling;
mod history;
mod inspect;
mod logprob;
mod message;
mod replay_block;
mod request;
mod response;
mod sampling;
mod scope;
mod settings;
mod size;
mod stored;
mod stream;
mod turns;

pub use attempt::{Attempt, AttemptOutcome, Billed};
pub use caching::{CachePolicy, Saved};
pub use capabilities::Capabilities;
pub use handle::Lm;
pub use handling::Handling;
pub use history::{Call as HistoryCall, Content as HistoryContent};
pub use logprob::{Logprob, TokenLogprob};
pub use message::{Message, Part, Prefix, Role, Text};
pub use replay_block::ReplayBlock;
pub use request::{OutputSchema, Request, ResponseFormat, ToolChoice, ToolSpec};
pub use response::{Chunk, Completion, FinishReason, Response, ToolCall, Usage};
pub use sampling::Sampling;
pub(crate) use scope::{Deadline, Installed};
pub use scope::{InScope, Scope, Scoped};
pub use settings::{Effort, PromptCache, Settings};
pub use turns::Turns;

use crate::{Result, telemetry::Origin};
use futures_core::Stream;
use std::{
    collections::VecDeque,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

/// A boxed future that can cross threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
/// A boxed stream that can cross threads.
pub type BoxStream<'a, T> = Pin<Box<dyn Stream<Item = T> + Send + 'a>>;

/// Answers requests: a provider's client, a model in the process, a script for tests.
///
/// `self: Arc<Self>` and not `&self`: the future and the stream own what they use, so a call holds
/// them without borrowing from itself.
///
/// ```
/// use sigflow_core::{BoxFuture, LanguageModel, Request, Response, Result};
/// use std::sync::Arc;
///
/// struct Parrot;
/// impl LanguageModel for Parrot {
///     fn complete(self: Arc<Self>, request: Request) -> BoxFuture<'static, Result<Response>> {
///         Box::pin(async move { Ok(Response::text(request.turns[0].text())) })
///     }
///     fn name(&self) -> &str {
///         "parrot"
///     }
/// }
/// ```
pub trait LanguageModel: Send + Sync + 'static {
    /// Answers one request. Dropping the future cancels it.
    ///
    /// # Errors
    /// Of any kind; [`Error::is_retryable`](crate::Error::is_retryable) tells callers what to do.
    fn complete(self: Arc<Self>, request: Request) -> BoxFuture<'static, Result<Response>>;

    /// Answers in pieces, of which [`Chunk::End`] is the last: a stream that ends without it was cut off.
    /// By default the whole reply is one piece. Dropping the stream cancels it.
    fn stream(self: Arc<Self>, request: Request) -> BoxStream<'static, Result<Chunk>> {
        Box::pin(Whole {
            reply: Some(self.complete(request)),
            rest: VecDeque::new(),
        })
    }

    /// The model's name, as it stands in errors, telemetry and history.
    fn name(&self) -> &str;

    /// What tells its replies from those of other models, for caches: beside the name the server, and whatever of its
    /// own settings changes what it answers. Two models of one identity answer for each other. Without secrets, for
    /// it is written to disk. What stands around a model has the identity of that model, with whatever it changes.
    ///
    /// Nothing, unless a model says it. A cache then gives the replies of this very model (and its clones) only, and
    /// in this process only: a name alone would have one server answer for another.
    fn identity(&self) -> Option<String> {
        None
    }

    /// Who answers, and where, for telemetry. By default a model of the program's own.
    fn origin(&self) -> Origin<'_> {
        Origin::default()
    }

    /// What the model can do beyond plain chat. Never found out by a probing call.
    fn capabilities(&self) -> Capabilities {
        Capabilities::default()
    }
}

/// A reply in one piece, as a stream.
struct Whole {
    reply: Option<BoxFuture<'static, Result<Response>>>,
    /// The pieces that a reply makes, once it is there.
    rest: VecDeque<Chunk>,
}

impl Stream for Whole {
    type Item = Result<Chunk>;
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(reply) = &mut self.reply else {
            return Poll::Ready(self.rest.pop_front().map(Ok));
        };
        let Poll::Ready(response) = reply.as_mut().poll(cx) else {
            return Poll::Pending;
        };
        self.reply = None;
        match response {
            Err(error) => Poll::Ready(Some(Err(error))),
            Ok(response) => {
                self.rest = response.into_chunks().collect();
                Poll::Ready(self.rest.pop_front().map(Ok))
            }
        }
    }
}
