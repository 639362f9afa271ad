//! Plays one scenario: a wall of its own, a call through it, and what both sides saw.
use super::{
    measured::{Got, Measured, Outcome, Sequence},
    scenario::{Mode, Play, Scenario},
    system::{Built, Setup, System},
    verdict::{Verdict, verdict},
};
use sigflow_core::{Chunk, Error, Lm, Message, Prefix, Request, Result, Text};
use sigflow_testkit::{Fault, PROMPT, Seen, Timing, Wall, is_complete};
use std::{
    future::{Future, poll_fn},
    time::{Duration, Instant},
};
use tokio::time::{sleep, timeout};

/// How a scenario came out.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) scenario: Scenario,
    pub(crate) verdict: Verdict,
    pub(crate) why: String,
    pub(crate) seen: Measured,
}

/// How fast it goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    /// By what the catalogue's seconds are divided.
    pub(crate) factor: f64,
    /// No call is said to hang before, however its bound is scaled: a loaded machine is slow, too.
    pub(crate) least_wall: Duration,
}

/// How long the servers are watched after the caller went away, for requests that must not come.
const WATCH: Duration = Duration::from_secs(3);

pub(crate) async fn play(
    scenario: Scenario,
    system: &dyn System,
    pace: Pace,
) -> Result<Line, String> {
    let factor = scenario.factor(pace.factor);
    let timing = Timing::scaled(factor);
    let wall = Wall::start(timing)
        .await
        .map_err(|error| error.to_string())?;
    let setup = Setup {
        wall: &wall,
        api: scenario.api,
        primary: scenario.fault,
        fallback: scenario.fallback.filter(|_| system.has_fallback()),
        tls: scenario.tls,
        factor,
    };
    let built = system.build(&setup).map_err(|error| error.to_string())?;
    let mode = scenario.mode;
    let longest = |seconds: f64| timing.span(seconds).max(pace.least_wall);
    if scenario.play == Play::Warm {
        // In one piece: of a stream the connection is left at the last event, which may be before its last byte.
        let _ = ask(&built.lm, request(), Mode::Whole, usize::MAX).await;
    }
    let before = wall.seen().len();
    let start = Instant::now();
    let limit = longest(scenario.max_wall_s);
    let mut left_at = None;
    let mut sequence = None;
    let outcome = match scenario.play {
        Play::Once | Play::Warm => within(limit, ask(&built.lm, request(), mode, usize::MAX)).await,
        Play::Deadline(_) | Play::ClockDeadline(_) => {
            let after = match scenario.play {
                Play::ClockDeadline(seconds) => Duration::from_secs_f64(seconds),
                Play::Deadline(seconds) => timing.span(seconds),
                _ => Duration::MAX,
            };
            let mut request = request();
            request.deadline = Instant::now().checked_add(after);
            within(limit, ask(&built.lm, request, mode, usize::MAX)).await
        }
        Play::LeaveAfterWords(words) => within(limit, ask(&built.lm, request(), mode, words)).await,
        Play::LeaveAfter(seconds) => {
            let call = ask(&built.lm, request(), mode, usize::MAX);
            match timeout(Duration::from_secs_f64(seconds), call).await {
                Ok(outcome) => outcome,
                Err(_) => Outcome::Left,
            }
        }
        Play::Sequence {
            count,
            every_s,
            max_wall_s,
        } => {
            let (outcome, seen) = through(
                &built,
                &wall,
                mode,
                count,
                timing.span(every_s),
                longest(max_wall_s),
            )
            .await;
            sequence = Some(seen);
            outcome
        }
    };
    let elapsed = start.elapsed();
    if matches!(outcome, Outcome::Left) {
        left_at = Some(wall.elapsed());
        sleep(WATCH).await;
    } else {
        // what a server does after the answer may take it a moment to note
        sleep(Duration::from_millis(20)).await;
    }
    let seen: Vec<Seen> = wall.seen().split_off(before);
    let mut measured = Measured::new(&scenario, outcome, seen, elapsed);
    if let Some(sequence) = &mut sequence {
        finish(sequence, &measured, timing.outage);
    }
    measured.left_at = left_at;
    measured.sequence = sequence;
    measured.alive = alive(&built).await;
    let (verdict, why) = verdict(&scenario, &measured, system.has_fallback(), factor);
    Ok(Line {
        scenario,
        verdict,
        why,
        seen: measured,
    })
}

fn request() -> Request {
    Request::new(
        Prefix::new(Text::from("")),
        vec![Message::user(PROMPT.to_owned())],
    )
}

async fn within(limit: Duration, call: impl Future<Output = Outcome>) -> Outcome {
    timeout(limit, call).await.unwrap_or(Outcome::Hang)
}

/// One call. After so many `words` the caller goes away.
async fn ask(lm: &Lm, request: Request, mode: Mode, words: usize) -> Outcome {
    if mode == Mode::Whole {
        return match lm.complete(request).await {
            Err(error) => Outcome::Error(error),
            Ok(response) => Outcome::Answer(Got {
                text: response
                    .completions
                    .into_iter()
                    .next()
                    .map(|one| one.text)
                    .unwrap_or_default(),
                model: response.model,
                usage: response.usage,
                attempts: response.attempts,
            }),
        };
    }
    let mut stream = lm.stream(request);
    let (mut got, mut count) = (Got::default(), 0);
    loop {
        match poll_fn(|cx| stream.as_mut().poll_next(cx)).await {
            Some(Err(error)) => return Outcome::Error(error),
            // A consumer that takes what is there: a stream that stops without its end has lied.
            None => return Outcome::Answer(got),
            Some(Ok(chunk)) => match chunk {
                Chunk::Text(text) => {
                    got.text.push_str(&text);
                    count += 1;
                    if count >= words {
                        return Outcome::Left;
                    }
                }
                Chunk::Restart => got = Got::default(),
                Chunk::Head { model, .. } => got.model = model,
                Chunk::Attempts(attempts) => got.attempts = attempts,
                Chunk::End(usage) => {
                    got.usage = usage;
                    return Outcome::Answer(got);
                }
                _ => {}
            },
        }
    }
}

/// The calls of a sequence, each at its time.
async fn through(
    built: &Built,
    wall: &Wall,
    mode: Mode,
    count: u32,
    every: Duration,
    limit: Duration,
) -> (Outcome, Sequence) {
    let start = Instant::now();
    let outage = wall.timing().outage;
    let mut sequence = Sequence::default();
    let mut bad: Option<Outcome> = None;
    let mut last = Outcome::Hang;
    for index in 0..count {
        sleep((every * index).saturating_sub(start.elapsed())).await;
        let sent = wall.elapsed();
        let outcome = within(limit, ask(&built.lm, request(), mode, usize::MAX)).await;
        let is_served = matches!(outcome, Outcome::Answer(_));
        sequence.calls += 1;
        sequence.hangs += usize::from(matches!(outcome, Outcome::Hang));
        if sent < outage {
            sequence.calls_during_outage += 1;
            sequence.served_during_outage += usize::from(is_served);
        }
        let is_whole = matches!(&outcome, Outcome::Answer(got) if is_complete(&got.text, &Fault::Healthy.answer()));
        if is_whole {
            last = outcome;
        } else if bad.is_none() || matches!(outcome, Outcome::Hang) {
            bad = Some(outcome);
        }
    }
    (bad.unwrap_or(last), sequence)
}

/// What the log of the wall says of a sequence.
fn finish(sequence: &mut Sequence, seen: &Measured, outage: Duration) {
    sequence.primary_during_outage = seen.primary.iter().filter(|seen| seen.at < outage).count();
    let answered = seen
        .primary
        .iter()
        .find(|seen| seen.action.starts_with("200"));
    sequence.recovered_after = answered.map(|seen| seen.at.as_secs_f64() - outage.as_secs_f64());
}

/// A healthy call of the same system, in one piece, within ten seconds.
async fn alive(built: &Built) -> Result<(), String> {
    let call = ask(&built.healthy, request(), Mode::Whole, usize::MAX);
    match within(Duration::from_secs(10), call).await {
        Outcome::Answer(got) if is_complete(&got.text, &Fault::Healthy.answer()) => Ok(()),
        Outcome::Answer(got) => Err(format!("the answer was {:?}", got.text)),
        Outcome::Error(error) => Err(Error::to_string(&error)),
        Outcome::Hang | Outcome::Left => Err("hang".to_owned()),
    }
}
