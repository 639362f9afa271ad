//! Whose time it was. The clock is paused, so each second is somebody's.
use super::Waiting;
use crate::{
    Ask, Attempt, AttemptOutcome, BoxFuture, BoxStream, Chunk, DynAsk, DynSignature, LanguageModel,
    Lm, Request, Response, Result, Saved, Scope,
    telemetry::{Event, EventKind, Measurement, Meter, Sink, Span, SpanKind, Value},
};
use std::{
    collections::VecDeque,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::{Sleep, sleep};

#[derive(Default)]
struct Kept {
    ours: Mutex<Vec<(String, f64)>>,
    spans: Mutex<Vec<Span>>,
    responses: Mutex<Vec<(Option<bool>, Option<f64>)>>,
}
impl Sink for Kept {
    fn measured(&self, measurement: &Measurement<'_>) {
        if measurement.meter == Meter::Overhead {
            let of = measurement.of.to_owned();
            self.ours.lock().unwrap().push((of, measurement.value));
        }
    }
    fn span(&self, span: &Span) {
        self.spans.lock().unwrap().push(span.clone());
    }
    fn event(&self, event: &Event<'_>) {
        if event.kind == EventKind::ProviderResponse {
            let mut responses = self.responses.lock().unwrap();
            responses.push((event.cached, event.cost));
        }
    }
}
impl Kept {
    fn seconds(&self) -> Vec<f64> {
        let ours = self.ours.lock().unwrap();
        ours.iter().map(|(_, seconds)| *seconds).collect()
    }
}

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}
fn question() -> DynAsk {
    let signature = DynSignature::parse("question -> answer").unwrap();
    signature.ask([("question", "Where?".into())]).unwrap()
}
fn paris() -> Response {
    Response::text("[[ ## answer ## ]]\nParis")
}
async fn server(time: Duration) {
    let _waiting = Waiting::begin();
    sleep(time).await;
}
fn watched(lm: &Lm) -> (Arc<Kept>, Scope) {
    let kept = Arc::new(Kept::default());
    let scope = Scope::current().with_lm(lm).with_sink(kept.clone());
    (kept, scope)
}

#[tokio::test(start_paused = true)]
async fn what_is_left_of_a_call_is_ours() {
    // a second before, ten at the server, two at both of two servers, half a second behind
    let lm = Lm::from_fn(|_| async {
        sleep(seconds(1)).await;
        server(seconds(10)).await;
        tokio::join!(server(seconds(2)), server(seconds(1)));
        sleep(Duration::from_millis(500)).await;
        Ok(paris())
    });
    let (kept, scope) = watched(&lm);
    scope.enter(question().predict()).await.unwrap();
    assert_eq!(*kept.ours.lock().unwrap(), [("custom".to_owned(), 1.5)]);
    let spans = kept.spans.lock().unwrap();
    assert_eq!(spans[0].kind, SpanKind::Chat);
    assert_eq!(spans[0].duration, Duration::from_millis(13_500));
    let said = spans[0].attribute("sigflow.overhead_seconds");
    assert_eq!(said, Some(&Value::Float(1.5)));
}

#[tokio::test(start_paused = true)]
async fn each_request_has_its_own() {
    let lm = Lm::from_fn(|_| async {
        sleep(seconds(1)).await;
        server(seconds(10)).await;
        Ok(paris())
    });
    let (kept, scope) = watched(&lm);
    let both = async { tokio::join!(question().predict(), question().predict()) };
    let (one, two) = scope.enter(both).await;
    assert!(one.is_ok() && two.is_ok());
    assert_eq!(kept.seconds(), [1.0, 1.0]);
}

#[tokio::test(start_paused = true)]
async fn where_no_server_is_heard_of_nobody_knows() {
    let unknown = Lm::from_fn(|_| async {
        sleep(seconds(3)).await;
        Ok(paris())
    });
    let (kept, scope) = watched(&unknown);
    scope.enter(question().predict()).await.unwrap();
    assert!(kept.seconds().is_empty());
    // of a cache all of it is ours
    let cache = Lm::from_fn(|_| async {
        sleep(seconds(3)).await;
        let mut response = paris();
        response.saved = Some(Saved::new(None));
        Ok(response)
    });
    let (kept, scope) = watched(&cache);
    scope.enter(question().predict()).await.unwrap();
    assert_eq!(kept.seconds(), [3.0]);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_left_tells_too() {
    let lm = Lm::from_fn(|_| async {
        sleep(seconds(2)).await;
        server(seconds(100)).await;
        Ok(paris())
    });
    let (kept, scope) = watched(&lm);
    let call = scope.enter(question().predict().deadline(seconds(10)));
    assert!(call.await.unwrap_err().is_timeout());
    let (left, scope) = watched(&lm);
    let call = scope.enter(question().predict());
    assert!(tokio::time::timeout(seconds(5), call).await.is_err());
    assert_eq!((kept.seconds(), left.seconds()), (vec![2.0], vec![2.0]));
}

#[test]
fn nothing_is_held_where_nobody_watches() {
    assert!(!Waiting::begin().is_on() && !Waiting::none().is_on());
}

/// A stream that waits for its server before each piece, and is at work for half a second behind it.
struct Slow(Mutex<Option<VecDeque<Chunk>>>);

struct Pieces {
    rest: VecDeque<Chunk>,
    sleep: Option<(Pin<Box<Sleep>>, bool)>,
    waiting: Waiting,
}

impl LanguageModel for Slow {
    fn complete(self: Arc<Self>, _: Request) -> BoxFuture<'static, Result<Response>> {
        unreachable!("it is asked for streams")
    }
    fn stream(self: Arc<Self>, _: Request) -> BoxStream<'static, Result<Chunk>> {
        Box::pin(Pieces {
            rest: self.0.lock().unwrap().take().unwrap_or_default(),
            sleep: None,
            waiting: Waiting::none(),
        })
    }
    fn name(&self) -> &'static str {
        "slow"
    }
}

impl futures_core::Stream for Pieces {
    type Item = Result<Chunk>;
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match &mut self.sleep {
                None => {
                    self.waiting = Waiting::begin();
                    self.sleep = Some((Box::pin(sleep(seconds(2))), true));
                }
                Some((timer, at_server)) => {
                    std::task::ready!(timer.as_mut().poll(cx));
                    if !*at_server {
                        self.sleep = None;
                        return Poll::Ready(self.rest.pop_front().map(Ok));
                    }
                    self.waiting = Waiting::none();
                    let work = Box::pin(sleep(Duration::from_millis(500)));
                    self.sleep = Some((work, false));
                }
            }
        }
    }
}

fn streamed(pieces: impl IntoIterator<Item = Chunk>) -> (Arc<Kept>, Scope) {
    let lm = Lm::new(Slow(Mutex::new(Some(pieces.into_iter().collect()))));
    watched(&lm)
}

#[tokio::test(start_paused = true)]
async fn a_caller_who_does_not_ask_is_not_us() {
    let text = |text: &str| Chunk::Text(text.to_owned());
    let mut answered = Attempt::new("slow", AttemptOutcome::Answered, seconds(1));
    answered.cost = Some(0.25);
    let (kept, scope) = streamed([
        text("[[ ## answer ## ]]\nPa"),
        text("ris"),
        Chunk::Attempts(vec![answered]),
        Chunk::End(None),
    ]);
    let reading = async {
        let mut stream = question().predict().stream();
        while stream.next().await?.is_some() {
            sleep(seconds(60)).await;
        }
        stream.finish().await
    };
    scope.enter(reading).await.unwrap();
    // four pieces
    assert_eq!(kept.seconds(), [2.0]);
    assert_eq!(*kept.responses.lock().unwrap(), [(Some(false), Some(0.25))]);
}

#[tokio::test(start_paused = true)]
async fn a_stream_out_of_a_cache_says_so() {
    let text = Chunk::Text("[[ ## answer ## ]]\nParis".to_owned());
    let (kept, scope) = streamed([text, Chunk::Saved(Saved::new(None)), Chunk::End(None)]);
    let reading = async { question().predict().stream().finish().await };
    scope.enter(reading).await.unwrap();
    assert_eq!(*kept.responses.lock().unwrap(), [(Some(true), None)]);
}
