//! The scoring, proven with clients that are known to be bad.
use super::{
    Verdict, all, catalogue,
    play::{Line, Pace, play},
    scenario::{Mode, Scenario},
    system::{Built, Setup, System, client},
};
use sigflow_core::{
    BoxFuture, BoxStream, Chunk, Error, LanguageModel, Lm, Request, Response, Result,
};
use sigflow_testkit::Fault;
use std::{
    collections::HashSet,
    future::{pending, poll_fn},
    sync::Arc,
    time::Duration,
};

const PACE: Pace = Pace {
    factor: 100.0,
    least_wall: Duration::from_secs(8),
};

/// A client by hand, with the habits that are wanted.
#[derive(Clone)]
struct Handmade {
    retries: u32,
    wait: Duration,
    /// A second route.
    falls_back: bool,
    /// A failure with something of a reply in it is passed off as an answer.
    truncates: bool,
    /// Keeps what came, and lets the second route answer behind it.
    glues: bool,
    hangs: bool,
}

const PLAIN: Handmade = Handmade {
    retries: 0,
    wait: Duration::ZERO,
    falls_back: false,
    truncates: false,
    glues: false,
    hangs: false,
};
const CAREFUL: Handmade = Handmade {
    retries: 1,
    wait: Duration::from_millis(1900),
    falls_back: true,
    ..PLAIN
};

impl System for Handmade {
    fn build(&self, setup: &Setup<'_>) -> Result<Built> {
        let healthy = client(setup, setup.fallback.unwrap_or(Fault::Healthy), false)?;
        let primary = client(setup, setup.primary, setup.tls)?;
        let fallback = setup.fallback.map(|_| healthy.clone());
        let habits = self.clone();
        Ok(Built {
            lm: Lm::new(ByHand {
                habits,
                primary,
                fallback,
            }),
            healthy,
        })
    }
    fn has_fallback(&self) -> bool {
        self.falls_back
    }
}

struct ByHand {
    habits: Handmade,
    primary: Lm,
    fallback: Option<Lm>,
}

impl ByHand {
    /// One reply as a stream gives it; an error with what had come.
    async fn streamed(lm: &Lm, request: Request) -> Result<Vec<Chunk>, (Vec<Chunk>, Error)> {
        let mut stream = lm.stream(request);
        let mut chunks = Vec::new();
        while let Some(chunk) = poll_fn(|cx| stream.as_mut().poll_next(cx)).await {
            match chunk {
                Ok(chunk) => chunks.push(chunk),
                Err(error) => return Err((chunks, error)),
            }
        }
        Ok(chunks)
    }

    async fn chunks(self: Arc<Self>, request: Request) -> Result<Vec<Chunk>> {
        let habits = &self.habits;
        if habits.hangs {
            pending::<()>().await;
        }
        let mut tries = 0;
        let (came, error) = loop {
            match Self::streamed(&self.primary, request.clone()).await {
                Ok(chunks) => return Ok(chunks),
                Err(failed) if tries == habits.retries => break failed,
                Err(_) => tokio::time::sleep(habits.wait).await,
            }
            tries += 1;
        };
        if habits.truncates {
            return Ok(came.into_iter().chain([Chunk::End(None)]).collect());
        }
        let Some(fallback) = &self.fallback else {
            return Err(error);
        };
        let rest = Self::streamed(fallback, request)
            .await
            .map_err(|(_, error)| error)?;
        Ok(if habits.glues {
            came.into_iter().chain(rest).collect()
        } else {
            rest
        })
    }
}

impl LanguageModel for ByHand {
    fn complete(self: Arc<Self>, request: Request) -> BoxFuture<'static, Result<Response>> {
        Box::pin(async move {
            match self.primary.complete(request).await {
                Err(error) if self.habits.truncates => {
                    Ok(Response::text(error.raw_reply().unwrap_or_default()))
                }
                other => other,
            }
        })
    }
    fn stream(self: Arc<Self>, request: Request) -> BoxStream<'static, Result<Chunk>> {
        Box::pin(Later(Some(Box::pin(self.chunks(request))), Vec::new()))
    }
    fn name(&self) -> &'static str {
        "by hand"
    }
}

/// Chunks that come all at once, later.
struct Later(Option<BoxFuture<'static, Result<Vec<Chunk>>>>, Vec<Chunk>);

impl futures_core::Stream for Later {
    type Item = Result<Chunk>;
    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        if let Some(future) = &mut self.0 {
            let chunks = std::task::ready!(future.as_mut().poll(cx));
            self.0 = None;
            match chunks {
                Ok(chunks) => self.1 = chunks.into_iter().rev().collect(),
                Err(error) => return std::task::Poll::Ready(Some(Err(error))),
            }
        }
        std::task::Poll::Ready(self.1.pop().map(Ok))
    }
}

async fn score(habits: Handmade, id: &str, mode: Mode) -> Line {
    score_at(PACE, habits, id, mode).await
}

async fn score_at(pace: Pace, habits: Handmade, id: &str, mode: Mode) -> Line {
    let is_it = |row: &Scenario| row.id == id && row.mode == mode;
    let row = catalogue::scenarios().into_iter().find(is_it);
    play(row.expect("a scenario"), &habits, pace)
        .await
        .expect("a wall")
}

#[tokio::test]
async fn a_truncated_answer_as_success_fails() {
    let truncates = Handmade {
        truncates: true,
        ..PLAIN
    };
    for (id, mode) in [
        ("S08", Mode::Stream),
        ("S08", Mode::Whole),
        ("S09", Mode::Stream),
        ("S14", Mode::Stream),
    ] {
        let line = score(truncates.clone(), id, mode).await;
        assert_eq!(line.verdict, Verdict::Fail, "{id}: {}", line.why);
        assert_eq!(line.why, "truncated answer presented as success");
    }
}

#[tokio::test]
async fn a_hang_fails() {
    let pace = Pace {
        least_wall: Duration::from_millis(500),
        ..PACE
    };
    let hangs = Handmade {
        hangs: true,
        ..PLAIN
    };
    let line = score_at(pace, hangs, "S03", Mode::Stream).await;
    assert_eq!((line.verdict, line.why.as_str()), (Verdict::Fail, "hang"));
}

#[tokio::test]
async fn a_client_without_retries_is_safe() {
    for id in ["S03", "S04", "S05", "S08", "S09", "S12", "S16"] {
        let line = score(PLAIN, id, Mode::Stream).await;
        assert_eq!(line.verdict, Verdict::Safe, "{id}: {}", line.why);
        assert_eq!(
            (line.seen.primary.len(), line.seen.fallback.len()),
            (1, 0),
            "{id}"
        );
    }
    // what the catalogue wants of it is an error
    assert_eq!(
        score(PLAIN, "S13", Mode::Stream).await.verdict,
        Verdict::Pass
    );
    // and what is odd only is an answer
    let slower = Pace {
        factor: 5.0,
        ..PACE
    };
    let line = score_at(slower, PLAIN, "S11", Mode::Stream).await;
    assert_eq!(line.verdict, Verdict::Pass, "{}", line.why);
}

#[tokio::test]
async fn a_careful_client_passes_and_a_hasty_one_is_partial() {
    let line = score(CAREFUL, "S01", Mode::Stream).await;
    assert_eq!(line.verdict, Verdict::Pass, "{}", line.why);
    let hasty = Handmade {
        wait: Duration::from_millis(50),
        ..CAREFUL
    };
    let line = score(hasty.clone(), "S01", Mode::Stream).await;
    assert_eq!(line.verdict, Verdict::Partial, "{}", line.why);
    assert!(line.why.starts_with("FirstGapMin"), "{}", line.why);
    // it answers what nobody should, and asks again what was refused
    assert_eq!(
        score(
            Handmade {
                retries: 0,
                ..hasty.clone()
            },
            "S13",
            Mode::Stream
        )
        .await
        .verdict,
        Verdict::Partial
    );
    assert_eq!(
        score(hasty.clone(), "S12", Mode::Stream).await.verdict,
        Verdict::Fail
    );
    // a second route alone is no retry
    let line = score(
        Handmade {
            retries: 0,
            ..hasty
        },
        "S03",
        Mode::Stream,
    )
    .await;
    assert_eq!(
        (line.verdict, line.seen.fallback.len()),
        (Verdict::Partial, 1),
        "{}",
        line.why
    );
}

#[tokio::test]
async fn who_hammers_fails() {
    let hammers = Handmade {
        retries: 9,
        falls_back: true,
        ..PLAIN
    };
    let line = score(hammers, "S02", Mode::Stream).await;
    assert_eq!(
        (line.verdict, line.seen.primary.len()),
        (Verdict::Fail, 10),
        "{}",
        line.why
    );
}

#[tokio::test]
async fn two_replies_glued_together_fail() {
    let line = score(
        Handmade {
            glues: true,
            falls_back: true,
            ..PLAIN
        },
        "S08",
        Mode::Stream,
    )
    .await;
    assert_eq!(line.verdict, Verdict::Fail, "{}", line.why);
}

#[test]
fn names_are_given_once() {
    let mut seen = HashSet::new();
    for row in all() {
        assert!(seen.insert((row.id, row.api, row.mode)), "{} twice", row.id);
    }
    assert!(seen.len() >= 30);
}
