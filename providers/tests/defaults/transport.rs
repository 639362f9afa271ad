//! Section 4: what a client holds to when nobody set anything.
use crate::{
    HEAD, LAST, assert_all, event, shown, stream,
    support::{Recorded, Server, Step, ask, call, http, reply},
};
use sigflow_core::{ErrorKind, Handling, LanguageModel, Lm, Phase, Result};
use sigflow_providers::{
    Concurrency, Limit, Limiter, OpenAi, Queue, Retry,
    middleware::{End, Middleware, Outbound, ReplyHead, Watch},
};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    net::{TcpSocket, TcpStream},
    time::Instant,
};

/// All figures of the section that are settings of a client: each can be set, too.
#[test]
fn settings_of_a_client() {
    let client = || OpenAi::builder("m").api_key("k");
    let builder = client();
    let other = client()
        .idle_connections(1)
        .max_concurrent_calls(2)
        .pool_timeout(Duration::from_secs(3))
        .connect_timeout(Duration::from_secs(4))
        .first_token_timeout(Duration::from_secs(6))
        .idle_timeout(Duration::from_secs(7))
        .total_timeout(Duration::from_secs(8))
        .redirects(9);
    let built = builder.clone().build().expect("a client");
    assert_all(&[
        (
            "concurrent calls, idle connections a host, redirects",
            shown(&built, "traffic"),
            "Traffic { calls: 50, idle: 20, redirects: 0 }",
        ),
        ("wait for a place", shown(&built, "place"), "30s"),
        ("connect", shown(&built, "connect"), "5s"),
        // of streams, and unless the model thinks: what happens is below
        ("first token", shown(&built, "first_token"), "None"),
        ("total", shown(&built, "total"), "120s"),
        ("middleware", shown(&builder, "middleware"), "0 middleware"),
        (
            "of these, set",
            shown(&other, "traffic"),
            "Traffic { calls: 2, idle: 1, redirects: 9 }",
        ),
        (
            "times, set",
            shown(&other, "timeouts"),
            "Timeouts { connect: 4s, first_token: Some(6s), idle: Some(7s), total: 8s, place: 3s }",
        ),
    ]);
}

/// 20 idle connections a host: of 30 that were open at the same time, 20 serve again.
#[tokio::test]
async fn idle_connections_20() {
    let answer = http(
        200,
        &[("content-type", "application/json")],
        &reply("yes").to_string(),
    );
    let server = Server::start(vec![Step::Wait(Duration::from_millis(300), answer)]).await;
    let client = Arc::new(server.client());
    for _ in 0..2 {
        let calls: Vec<_> = (0..30)
            .map(|_| tokio::spawn(client.clone().complete(ask("q"))))
            .collect();
        for call in calls {
            call.await.expect("no panic").expect("a reply");
        }
    }
    let recorded = server.recorded();
    let connections: BTreeSet<usize> = recorded.iter().map(|it| it.connection).collect();
    assert_eq!((recorded.len(), connections.len()), (60, 30 + 10));
}

/// 50 calls at the same time; the next waits for 30 s, then it is kind `pool_timeout`, and nothing of it was sent.
#[tokio::test(start_paused = true)]
async fn concurrent_calls_50_and_30_s_for_a_place() {
    let server = Server::start(vec![Step::SendAndStall(Vec::new())]).await;
    let client = Arc::new(server.client());
    let start = Instant::now();
    let calls: Vec<_> = (0..51)
        .map(|_| {
            let call = client.clone().complete(ask("q"));
            tokio::spawn(async move { (call.await, start.elapsed().as_secs()) })
        })
        .collect();
    let mut ends = Vec::new();
    for call in calls {
        let (result, after) = call.await.expect("no panic");
        ends.push((result.expect_err("silence").kind(), after));
    }
    let count = |end| ends.iter().filter(|it| **it == end).count();
    assert_all(&[
        (
            "end at the total",
            count((ErrorKind::Timeout, 120)).to_string(),
            "50",
        ),
        (
            "end without a place",
            count((ErrorKind::PoolTimeout, 30)).to_string(),
            "1",
        ),
        ("sent", server.recorded().len().to_string(), "50"),
        (
            "kind",
            ErrorKind::PoolTimeout.as_str().to_owned(),
            "pool_timeout",
        ),
    ]);
}

/// A call that does not wait so long says so.
#[tokio::test(start_paused = true)]
async fn a_call_waits_for_a_place_as_long_as_it_says() {
    let server = Server::start(vec![Step::SendAndStall(Vec::new())]).await;
    let client = OpenAi::builder("m").api_key("k").base_url(&server.base);
    let client = Arc::new(client.max_concurrent_calls(1).build().expect("a client"));
    let first = tokio::spawn(client.clone().complete(ask("q")));
    tokio::task::yield_now().await;
    let start = Instant::now();
    let mut request = ask("q");
    request.handling = Handling::new().wait(Duration::from_secs(2));
    let error = client.complete(request).await.expect_err("no place");
    assert!(error.is_pool_timeout(), "{error}");
    assert_eq!(start.elapsed().as_secs(), 2);
    first.abort();
}

/// The same in limits and queues.
#[tokio::test(start_paused = true)]
async fn limits_and_queues_wait_30_s() {
    let server = Server::start(vec![Step::SendAndStall(Vec::new())]).await;
    let lm = Lm::new(server.client());
    let queue = Queue::new(Concurrency::fixed(1)).around(&lm);
    let limit = Limiter::new(Limit::new().requests(1)).around(&lm);
    for lm in [queue, limit] {
        let first = tokio::spawn(lm.complete(ask("q")));
        tokio::task::yield_now().await;
        let start = Instant::now();
        let error = lm.complete(ask("q")).await.expect_err("no place");
        assert!(error.is_pool_timeout() && error.retry_after().is_some());
        assert_eq!(start.elapsed().as_secs(), 30);
        first.abort();
    }
}

/// 5 s to connect: a server that takes no more connections.
#[tokio::test]
async fn connect_5_s() {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket
        .bind("127.0.0.1:0".parse().expect("an address"))
        .expect("a port");
    let listener = socket.listen(1).expect("it listens");
    let address = listener.local_addr().expect("an address");
    let mut taken = Vec::new();
    let full = loop {
        let connect = TcpStream::connect(address);
        match tokio::time::timeout(Duration::from_millis(300), connect).await {
            Ok(Ok(stream)) if taken.len() < 64 => taken.push(stream),
            Err(_) => break true,
            _ => break false,
        }
    };
    if !full {
        eprintln!("this system keeps no line of connections short: connecting is not waited for");
        return;
    }
    tokio::time::pause();
    let client = OpenAi::builder("m").base_url(format!("http://{address}/v1"));
    let (client, start) = (client.build().expect("a client"), Instant::now());
    let error = call(client, ask("q")).await.expect_err("no connection");
    assert_eq!(
        (error.kind(), error.phase(), start.elapsed().as_secs()),
        (ErrorKind::Timeout, Some(Phase::Connect), 5)
    );
}

/// A whole reply: 120 s.
#[tokio::test(start_paused = true)]
async fn total_120_s() {
    let server = Server::start(vec![Step::SendAndStall(Vec::new())]).await;
    let start = Instant::now();
    let error = call(server.client(), ask("q")).await.expect_err("silence");
    assert_eq!(
        (error.kind(), error.phase(), start.elapsed().as_secs()),
        (ErrorKind::Timeout, Some(Phase::Total), 120)
    );
}

/// A stream: 30 s for its first sign.
#[tokio::test(start_paused = true)]
async fn first_token_30_s() {
    let server = Server::start(vec![Step::SendAndStall(Vec::new())]).await;
    assert_eq!(stream(&server).await, (Some(Phase::FirstToken), 30));
}

/// Then 10 s between two.
#[tokio::test(start_paused = true)]
async fn idle_10_s() {
    let begun = [HEAD, &event("a")].concat();
    let server = Server::start(vec![Step::SendAndStall(begun)]).await;
    assert_eq!(stream(&server).await, (Some(Phase::Idle), 10));
}

/// And no total for one that makes progress: a piece each 9 s for half an hour.
#[tokio::test(start_paused = true)]
async fn no_total_for_a_stream_that_makes_progress() {
    let mut pieces = vec![HEAD.to_vec()];
    pieces.extend((0..200).map(|number| event(&format!("{number} "))));
    pieces.push(LAST.to_vec());
    let server = Server::start(vec![Step::Pieces(Duration::from_secs(9), pieces)]).await;
    assert_eq!(stream(&server).await, (None, 201 * 9));
    // the call's own deadline bounds it all the same
    let client: Arc<OpenAi> = Arc::new(server.client());
    let mut request = ask("q");
    let start = Instant::now();
    request.deadline = Some((start + Duration::from_secs(100)).into_std());
    let mut stream = client.stream(request);
    let error = loop {
        match std::future::poll_fn(|cx| stream.as_mut().poll_next(cx)).await {
            Some(Ok(_)) => {}
            Some(Err(error)) => break error,
            None => panic!("it ends before its deadline"),
        }
    };
    assert_eq!(
        (error.phase(), start.elapsed().as_secs_f64().round()),
        (Some(Phase::Deadline), 100.0)
    );
}

/// Two retries, where retries are asked for; a client alone asks once.
#[tokio::test(start_paused = true)]
async fn two_retries() {
    let server = Server::start(vec![Step::Send(http(500, &[], "{}"))]).await;
    call(server.client(), ask("q")).await.expect_err("500");
    let alone = server.recorded().len();
    let retry = Retry::new(Lm::new(server.client())).lm();
    let error = retry.complete(ask("q")).await.expect_err("500");
    assert_all(&[
        ("alone", alone.to_string(), "1"),
        (
            "requests",
            (server.recorded().len() - alone).to_string(),
            "3",
        ),
        ("attempts", error.attempts().len().to_string(), "3"),
    ]);
}

/// Not followed unless asked, then never with a key: more in `transport/hosts.rs`.
#[tokio::test]
async fn redirects() {
    let to_itself = http(307, &[("location", "/v1/elsewhere")], "");
    let answer = http(
        200,
        &[("content-type", "application/json")],
        &reply("yes").to_string(),
    );
    let server = Server::start(vec![
        Step::Send(to_itself.clone()),
        Step::Send(to_itself),
        Step::Send(answer),
    ])
    .await;
    let refused = call(server.client(), ask("q")).await.expect_err("307");
    let unasked = server.seen().len();
    let following = server.builder().redirects(1).build().expect("a client");
    let followed = call(following, ask("q")).await;
    let seen = server.seen();
    let keyed = |it: &Recorded| it.header("authorization").is_some().to_string();
    assert_all(&[
        ("unasked", unasked.to_string(), "1"),
        ("kind", format!("{:?}", refused.kind()), "Configuration"),
        ("asked", followed.is_ok().to_string(), "true"),
        ("requests", (seen.len() - unasked).to_string(), "2"),
        ("key", keyed(&seen[1]), "true"),
        ("key behind a redirect", keyed(&seen[2]), "false"),
    ]);
}

#[derive(Clone)]
struct Named(&'static str, Arc<Mutex<Vec<String>>>);

impl Named {
    fn note(&self, what: &str) {
        let mut notes = self.1.lock().expect("no panic");
        notes.push(format!("{} {what}", self.0));
    }
}
impl Middleware for Named {
    fn request(&self, _: &mut Outbound<'_>) -> Result<Option<Box<dyn Watch>>> {
        self.note("request");
        Ok(Some(Box::new(self.clone())))
    }
}
impl Watch for Named {
    fn head(&mut self, _: &ReplyHead<'_>) {
        self.note("response");
    }
    fn end(&mut self, _: &End<'_>) {}
}

/// An ordered list on request and on response.
#[tokio::test]
async fn middleware() {
    let (server, notes) = (Server::json(reply("yes")).await, Arc::default());
    let builder = ["a", "b", "c"]
        .into_iter()
        .fold(server.builder(), |builder, name| {
            builder.middleware(Named(name, Arc::clone(&notes)))
        });
    let client = builder.build().expect("a client");
    call(client, ask("q")).await.expect("a reply");
    assert_eq!(
        notes.lock().expect("no panic").join(", "),
        "a request, b request, c request, c response, b response, a response"
    );
}
