//! One call as a program makes it, and what came of it.
use crate::{random::Random, server::LARGEST, shape::Shape, who};
use futures_core::Stream as _;
use sigflow_core::{
    Attempt, BoxStream, CachePolicy, Chunk, Error, LanguageModel, Message, Prefix, Request, Result,
    Text,
};
use std::{future::poll_fn, pin::pin, sync::Arc, time::Duration};
use tokio::time::{Instant, timeout};

/// After so long a call that has no end is lost.
pub(crate) const LOST: Duration = Duration::from_hours(3);

/// What a caller wants.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    pub(crate) call: u64,
    question: u64,
    cache: CachePolicy,
    is_stream: bool,
    /// Counted from the call.
    deadline: Option<Duration>,
    /// It goes away after so long.
    leaves: Option<Duration>,
    pub(crate) waits_for_capacity: bool,
    text: String,
    longest: u32,
}

impl Wish {
    pub(crate) fn draw(call: u64, shape: &Shape, random: &Random) -> Self {
        // without a cache each asks its own
        let question = shape.more.cache.as_ref().map_or(call, |cache| {
            let few = random.chance(0.3);
            random.between(0, if few { 2 } else { cache.questions })
        });
        // the same question is the same to the last byte
        let own = Random::of(shape.seed, &format!("question {question}"));
        let longest = own.between(1, 1_500) as u32;
        let filler = own.between(0, (LARGEST - 1_600) * 4 - 100) as usize;
        let cache = match random.between(0, 19) {
            0 => CachePolicy::Bypass,
            1 => CachePolicy::Refresh,
            2 => CachePolicy::Only,
            _ => CachePolicy::Use,
        };
        Wish {
            call,
            question,
            cache,
            is_stream: random.chance(shape.streams),
            deadline: random
                .chance(shape.deadlines)
                .then(|| random.about(Duration::from_secs(20))),
            leaves: random
                .chance(shape.cancels)
                .then(|| random.about(Duration::from_secs(4))),
            waits_for_capacity: random.chance(0.1),
            text: format!("question {question} {}", "x".repeat(filler)),
            longest,
        }
    }
    /// One that nobody hurries.
    pub(crate) fn calm(call: u64, is_stream: bool) -> Self {
        Wish {
            call,
            question: call,
            cache: CachePolicy::Use,
            is_stream,
            deadline: None,
            leaves: None,
            waits_for_capacity: false,
            text: format!("question {call} please"),
            longest: 50,
        }
    }
}

/// What came of a call.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) call: u64,
    pub(crate) question: u64,
    pub(crate) cache: CachePolicy,
    pub(crate) is_stream: bool,
    pub(crate) began: Instant,
    pub(crate) ended: Instant,
    pub(crate) deadline: Option<Instant>,
    pub(crate) outcome: Outcome,
}

#[derive(Debug)]
pub(crate) enum Outcome {
    Answered {
        text: String,
        attempts: Vec<Attempt>,
        restarts: u32,
        /// It came out of a cache.
        is_saved: bool,
    },
    Failed(Error),
    /// The caller went away.
    Left,
    /// No end came.
    Lost,
    /// A stream that broke its own rules.
    Garbled(&'static str),
}

pub(crate) async fn call(lm: Arc<dyn LanguageModel>, wish: Wish) -> Told {
    who::asks_for(wish.call, made(lm, wish)).await
}

async fn made(lm: Arc<dyn LanguageModel>, wish: Wish) -> Told {
    let began = Instant::now();
    let prefix = Prefix::new(Text::from("Be brief."));
    let mut request = Request::new(prefix, vec![Message::user(wish.text)]);
    request.settings.max_tokens = Some(wish.longest);
    request.cache = wish.cache;
    let deadline = wish.deadline.map(|deadline| began + deadline);
    request.deadline = deadline.map(Instant::into_std);
    let answer = async {
        if wish.is_stream {
            read(lm.stream(request)).await
        } else {
            let response = lm.complete(request).await?;
            let text = response.completions.into_iter().next().unwrap_or_default();
            Ok(Outcome::Answered {
                text: text.text,
                attempts: response.attempts,
                restarts: 0,
                is_saved: response.saved.is_some(),
            })
        }
    };
    let leaves = wish.leaves.unwrap_or(LOST);
    let outcome = match timeout(leaves, answer).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(error)) => Outcome::Failed(error),
        Err(_) if wish.leaves.is_some() => Outcome::Left,
        Err(_) => Outcome::Lost,
    };
    Told {
        call: wish.call,
        question: wish.question,
        cache: wish.cache,
        is_stream: wish.is_stream,
        began,
        ended: Instant::now(),
        deadline,
        outcome,
    }
}

async fn read(stream: BoxStream<'static, Result<Chunk>>) -> Result<Outcome> {
    let mut stream = pin!(stream);
    let (mut text, mut attempts, mut restarts) = (String::new(), Vec::new(), 0);
    let (mut has_ended, mut is_saved) = (false, false);
    while let Some(chunk) = poll_fn(|cx| stream.as_mut().poll_next(cx)).await {
        let chunk = chunk?;
        if has_ended {
            return Ok(Outcome::Garbled("a piece came behind the end"));
        }
        match chunk {
            Chunk::Text(piece) => text.push_str(&piece),
            Chunk::Restart => {
                text.clear();
                restarts += 1;
            }
            Chunk::Attempts(made) => attempts = made,
            Chunk::Saved(_) => is_saved = true,
            Chunk::End(_) => has_ended = true,
            _ => {}
        }
    }
    if !has_ended {
        return Ok(Outcome::Garbled("it ended without an end or an error"));
    }
    Ok(Outcome::Answered {
        text,
        attempts,
        restarts,
        is_saved,
    })
}
