//! What makes measurements and events happen: layers, a client over a socket, buffers, each small and whole. The clock is
//! paused, so times are exact.
use crate::support::{self, Server, Step, http, reply};
use sigflow_core::{
    Ask, DynAsk, DynSignature, Error, ErrorKind, Lm, Response, Result, Scope, SignatureCache,
    Strategy, Usage,
};
use sigflow_providers::{
    Breaker, Concurrency, Hedge, Limit, Limiter, Price, Prices, Queue, Retry, Route, Spending,
    memory::{MemoryGauge, Sheds},
};
use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::time::sleep;

const SECOND: Duration = Duration::from_secs(1);
const PARIS: &str = "[[ ## answer ## ]]\nParis\n[[ ## confidence ## ]]\n0.75";

/// Something that happens.
pub(crate) type Source = fn() -> Pin<Box<dyn Future<Output = ()>>>;

/// A source that is an async function.
macro_rules! source {
    ($name:path) => {
        || Box::pin($name())
    };
}
pub(crate) use source;

fn question() -> DynAsk {
    let signature = DynSignature::parse("question -> answer, confidence: float").unwrap();
    signature.ask([("question", "Where?".into())]).unwrap()
}
async fn ask(lm: &Lm) -> Result<()> {
    question().predict().with(lm).await.map(drop)
}
fn paris() -> Response {
    let mut response = Response::text(PARIS);
    response.usage = Some(Usage::new(100, 10));
    response
}
/// A model of this process, named `function`, that takes so long.
fn taking(time: Duration) -> Lm {
    Lm::from_fn(move |_| async move {
        sleep(time).await;
        Ok(paris())
    })
}
fn failing(kind: ErrorKind) -> Lm {
    Lm::from_fn(move |_| async move { Err(Error::new(kind, "no")) })
}

/// Of three calls at once one goes, one waits for it, and one is sent away.
pub(crate) async fn a_queue_of_one() {
    let queue = Queue::new(Concurrency::fixed(1).most_waiting(1).named("jobs"));
    three(&queue.around(&taking(SECOND))).await;
}
/// The same, at a limit of one request a second.
pub(crate) async fn a_limit_of_one_a_second() {
    let limit = Limit::new().requests(60).burst(Duration::ZERO);
    let limiter = Limiter::new(limit.most_waiting(1));
    three(&limiter.around(&taking(Duration::ZERO))).await;
}
async fn three(lm: &Lm) {
    let (first, second, third) = tokio::join!(ask(lm), ask(lm), ask(lm));
    first.unwrap();
    second.unwrap();
    assert!(third.unwrap_err().is_pool_timeout());
}

/// Two calls of a client that makes one at a time, each with two seconds at its server: the second waits as long before.
pub(crate) async fn a_client_of_one_place() {
    let json = [("content-type", "application/json")];
    let answer = http(200, &json, &reply(PARIS).to_string());
    let server = Server::start(vec![Step::Wait(2 * SECOND, answer)]).await;
    let client = server.builder().max_concurrent_calls(1).build().unwrap();
    let lm = Lm::new(client);
    let (first, second) = tokio::join!(ask(&lm), ask(&lm));
    first.unwrap();
    second.unwrap();
    assert_eq!(server.seen().len(), 2);
}

/// A stream with half a second to its head and another to its end, read by one who takes a minute for each event, behind a
/// limit that has it wait for a second.
pub(crate) async fn a_stream_behind_a_limit() {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/v1", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut asked = Vec::new();
        while !asked.ends_with(b"}") {
            assert!(socket.read_buf(&mut asked).await.unwrap() > 0);
        }
        let head = "HTTP/1.1 200 X\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
        let event = |text: &str, end: serde_json::Value| {
            let delta = serde_json::json!({"content": text});
            let chunk = serde_json::json!({"choices": [{"index": 0, "delta": delta, "finish_reason": end}]});
            format!("data: {chunk}\n\n")
        };
        let (begin, rest) = PARIS.split_at(20);
        let end = event(rest, "stop".into()) + "data: [DONE]\n\n";
        sleep(SECOND / 2).await;
        let begin = head.to_owned() + &event(begin, serde_json::Value::Null);
        socket.write_all(begin.as_bytes()).await.unwrap();
        sleep(SECOND / 2).await;
        socket.write_all(end.as_bytes()).await.unwrap();
        socket.shutdown().await.unwrap();
    });
    let client = sigflow_providers::OpenAi::builder("gpt-5-mini").base_url(base);
    let client = client.api_key(support::KEY).build().unwrap();
    let limiter = Limiter::new(Limit::new().requests(60).burst(Duration::ZERO));
    let lm = limiter.around(&Lm::new(client));
    let taken = limiter.reserve(1, 1, None).await.unwrap();
    taken.settle(Usage::new(1, 1));
    let mut stream = question().predict().with(&lm).stream();
    while stream.next().await.unwrap().is_some() {
        sleep(Duration::from_mins(1)).await;
    }
    stream.finish().await.unwrap();
    serving.await.unwrap();
}

/// A failure opens a breaker.
pub(crate) async fn a_breaker_that_opens() {
    let breaker = Breaker::new().in_a_row(1);
    let retry = Retry::new(failing(ErrorKind::Server)).retries(0);
    let error = ask(&retry.gate(breaker.gate()).lm()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Server);
}

/// After thirty calls of a second one takes a minute.
pub(crate) async fn a_slow_call_that_is_hedged() {
    let count = Arc::new(AtomicUsize::new(0));
    let first = Lm::from_fn(move |_| {
        let slow = count.fetch_add(1, Relaxed) == 30;
        async move {
            sleep(if slow { 60 * SECOND } else { SECOND }).await;
            Ok(paris())
        }
    });
    let hedge = Hedge::new(first, Route::new("second", taking(SECOND)));
    let lm = hedge.lm();
    for _ in 0..31 {
        ask(&lm).await.unwrap();
    }
    assert_eq!((hedge.made(), hedge.won()), (1, 1));
}

/// A gauge that reports nine tenths.
pub(crate) async fn a_gauge_that_is_nearly_full() {
    let gauge = MemoryGauge::new(1000);
    let _held = gauge.hold("stream", 900);
    gauge.report();
}

/// Of a gauge at its limit a buffer gives way, and then a call is sent away.
pub(crate) async fn a_gauge_that_is_full() {
    struct Buffer(AtomicUsize);
    impl Sheds for Buffer {
        fn name(&self) -> &'static str {
            "history"
        }
        fn bytes(&self) -> usize {
            self.0.load(Relaxed)
        }
        fn shed(&self, _: usize) -> usize {
            self.0.swap(0, Relaxed)
        }
    }
    let gauge = MemoryGauge::new(1000);
    let buffer = Arc::new(Buffer(AtomicUsize::new(500)));
    gauge.register(&buffer);
    let _held = gauge.hold("stream", 990);
    assert!(gauge.admit().unwrap_err().is_rate_limited());
    assert_eq!(buffer.bytes(), 0);
}

/// A cache with room for one reply, asked for two.
#[cfg(feature = "cache")]
pub(crate) async fn a_cache_of_one() {
    let cache = sigflow_providers::ResponseCache::builder();
    let cache = cache.capacity(1).build();
    let lm = sigflow_providers::Cached::new(taking(SECOND)).cache(&cache);
    let lm = lm.lm();
    let other = DynSignature::parse("text -> answer, confidence: float").unwrap();
    ask(&lm).await.unwrap();
    ask(&lm).await.unwrap();
    let other = other.ask([("text", "Where?".into())]).unwrap();
    other.predict().with(&lm).await.unwrap();
    assert_eq!((cache.stats(0).hits, cache.stats(0).evictions), (1, 1));
}

/// Signatures that are made, of which one is known already; all that becomes of predictions and requests.
pub(crate) async fn calls_of_every_end() {
    let cache = SignatureCache::new();
    cache.parse("question -> answer").unwrap();
    cache.parse("question -> answer").unwrap();
    let prices = Prices::none().set("function", Price::new(1.0, 1.0));
    let lm = Spending::new(&prices).around(&taking(SECOND));
    ask(&lm).await.unwrap();
    let stream = question().predict().with(&lm).stream();
    stream.finish().await.unwrap();
    for kind in [ErrorKind::Server, ErrorKind::RateLimited] {
        assert_eq!(ask(&failing(kind)).await.unwrap_err().kind(), kind);
    }
    let late = question().predict().with(&taking(60 * SECOND));
    assert!(late.deadline(SECOND).await.unwrap_err().is_timeout());
    let tried = Arc::new(AtomicUsize::new(0));
    let flaky = Lm::from_fn(move |_| {
        let first = tried.fetch_add(1, Relaxed) == 0;
        async move {
            if first {
                return Err(Error::new(ErrorKind::Server, "busy"));
            }
            Ok(paris())
        }
    });
    ask(&Retry::new(flaky).lm()).await.unwrap();
    let thinks = "[[ ## reasoning ## ]]\nIt is the capital.\n".to_owned() + PARIS;
    let thinks = Lm::from_fn(move |_| std::future::ready(Ok(Response::text(thinks.clone()))));
    let auto = |lm| question().predict().with(lm).strategy(Strategy::Auto);
    let plain = taking(SECOND);
    auto(&plain).await.unwrap();
    auto(&thinks).reasoning().await.unwrap();
    let inner = Scope::current().run("inner", async { Result::Ok(()) });
    inner.await.unwrap();
}
