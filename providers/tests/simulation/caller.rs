//! One call as a program makes it, and what came of it.
use crate::{random::Random, server::LARGEST, shape::Shape};
use futures_core::Stream as _;
use sigflow_core::{
    Attempt, BoxStream, Chunk, Error, LanguageModel, Message, Prefix, Request, Result, Text,
};
use std::{future::poll_fn, pin::pin, sync::Arc, time::Duration};
use tokio::time::{Instant, timeout};

/// After so long a call that has no end is lost.
pub(crate) const LOST: Duration = Duration::from_hours(3);

/// What a caller wants.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    pub(crate) call: u64,
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
        let longest = random.between(1, 1_500) as u32;
        let filler = random.between(0, (LARGEST - 1_600) * 4 - 100) as usize;
        Wish {
            call,
            is_stream: random.chance(shape.streams),
            deadline: random
                .chance(shape.deadlines)
                .then(|| random.about(Duration::from_secs(20))),
            leaves: random
                .chance(shape.cancels)
                .then(|| random.about(Duration::from_secs(4))),
            waits_for_capacity: random.chance(0.1),
            text: format!("call {call} {}", "x".repeat(filler)),
            longest,
        }
    }
    /// One that nobody hurries.
    pub(crate) fn calm(call: u64, is_stream: bool) -> Self {
        Wish {
            call,
            is_stream,
            deadline: None,
            leaves: None,
            waits_for_capacity: false,
            text: format!("call {call} please"),
            longest: 50,
        }
    }
}

/// What came of a call.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) call: u64,
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
    let began = Instant::now();
    let prefix = Prefix::new(Text::from("Be brief."));
    let mut request = Request::new(prefix, vec![Message::user(wish.text)]);
    request.settings.max_tokens = Some(wish.longest);
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
        began,
        ended: Instant::now(),
        deadline,
        outcome,
    }
}

async fn read(stream: BoxStream<'static, Result<Chunk>>) -> Result<Outcome> {
    let mut stream = pin!(stream);
    let (mut text, mut attempts, mut restarts) = (String::new(), Vec::new(), 0);
    let mut has_ended = false;
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
    })
}
