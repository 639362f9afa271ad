use super::{Cached, ResponseCache, flight::Flights, record::Recorder};
use crate::{
    Retry, Router,
    calling::testing::{Act, Stage, after, fail, pieces, question, timed_out},
};
use sigflow_core::{
    BoxStream, CachePolicy, Chunk, ErrorKind, Eviction, LanguageModel as _, Lm, Message, Phase,
    Request, Response, Result, Scope, Usage, types::Citation,
};
use std::{future::poll_fn, sync::Arc, time::Duration};
use tokio::task::JoinSet;

fn asking(text: &str) -> Request {
    let mut request = question();
    request.turns = Message::user(text.to_owned()).into();
    request
}

fn with(policy: CachePolicy) -> Request {
    let mut request = question();
    request.cache = policy;
    request
}

fn cached(stage: &Arc<Stage>, cache: &ResponseCache) -> Lm {
    Cached::new(stage.lm()).cache(cache).lm()
}

fn text(response: &Response) -> &str {
    &response.completions[0].text
}

async fn ask(lm: &Lm, request: Request) -> String {
    text(&lm.complete(request).await.expect("a reply")).to_owned()
}

async fn all(mut stream: BoxStream<'static, Result<Chunk>>) -> Vec<Result<Chunk>> {
    let mut chunks = Vec::new();
    while let Some(chunk) = poll_fn(|cx| stream.as_mut().poll_next(cx)).await {
        chunks.push(chunk);
    }
    chunks
}

fn said(chunks: &[Result<Chunk>]) -> String {
    let texts = chunks.iter().filter_map(|chunk| match chunk {
        Ok(Chunk::Text(text)) => Some(text.as_str()),
        _ => None,
    });
    texts.collect()
}

/// The tokens that the end tells.
fn ended(chunks: &[Result<Chunk>]) -> Result<Option<Usage>, &'static str> {
    match chunks.last() {
        Some(Ok(Chunk::End(usage))) => Ok(*usage),
        _ => Err("there is no end"),
    }
}

const ONE: [Act; 2] = [Act::Answer("one"), Act::Answer("two")];

#[tokio::test]
async fn a_reply_is_paid_once_and_says_so() {
    let (stage, cache) = (Stage::new("tiny", ONE), ResponseCache::new());
    let lm = cached(&stage, &cache);
    let first = lm.complete(question()).await.expect("a reply");
    assert_eq!(
        (text(&first), first.usage, first.saved),
        ("one", Some(Usage::new(7, 3)), None)
    );
    let again = lm.complete(question()).await.expect("a reply");
    assert_eq!((text(&again), again.usage), ("one", None));
    assert_eq!(
        again.saved.expect("it was saved").usage,
        Some(Usage::new(7, 3))
    );
    assert_eq!((again.model.as_str(), stage.count()), ("tiny-2026", 1));
    let stats = cache.stats(5);
    assert_eq!(
        (stats.hits, stats.misses, stats.size, stats.disk_faults),
        (1, 1, 1, 0)
    );
    assert_eq!(
        (stats.hottest[0].model.as_str(), stats.hottest[0].uses),
        ("tiny-2026", 2)
    );
    assert!(cache.trouble().is_none());
    assert_eq!(lm.history().len(), 2, "for the history both are calls");
}

#[test]
fn the_defaults_are_those_that_are_told() {
    let cache = ResponseCache::new();
    let bounds = cache.bounds();
    assert_eq!((bounds.entries, bounds.bytes), (10_000, 128 << 20));
    assert_eq!((bounds.eviction, bounds.ttl), (Eviction::Lru, None));
    assert_eq!(bounds.sweep, Duration::from_mins(5));
}

#[tokio::test]
async fn each_policy_does_what_it_says() {
    let (stage, cache) = (
        Stage::new("tiny", ["1", "2", "3"].map(Act::Answer)),
        ResponseCache::new(),
    );
    let lm = cached(&stage, &cache);
    let error = lm
        .complete(with(CachePolicy::Only))
        .await
        .expect_err("nothing is there");
    assert!(error.is_not_cached() && !error.is_retryable());
    assert_eq!(stage.count(), 0);
    assert_eq!(ask(&lm, with(CachePolicy::Bypass)).await, "1");
    assert_eq!(cache.stats(0).size, 0, "what went past is not kept");
    assert_eq!(ask(&lm, question()).await, "2");
    assert_eq!(ask(&lm, with(CachePolicy::Only)).await, "2");
    assert_eq!(ask(&lm, with(CachePolicy::Refresh)).await, "3");
    assert_eq!(ask(&lm, question()).await, "3");
    assert_eq!(stage.count(), 3);
    let stats = cache.stats(0);
    assert_eq!((stats.hits, stats.misses, stats.size), (2, 3, 1));
}

#[tokio::test]
async fn settings_rollouts_and_models_have_replies_of_their_own() {
    let (stage, cache) = (Stage::new("tiny", ONE), ResponseCache::new());
    let lm = cached(&stage, &cache);
    let mut rollout = question();
    rollout.rollout = 1;
    for request in [question(), rollout, asking("else")] {
        ask(&lm, request).await;
    }
    // settings of the model inside, of the one outside, and of the request are the same to it
    ask(&lm.clone().temperature(0.5), question()).await;
    assert_eq!(stage.count(), 4);
    let mut warm = question();
    warm.settings.temperature = Some(0.5);
    ask(&lm, warm.clone()).await;
    ask(
        &Cached::new(stage.lm().temperature(0.5)).cache(&cache).lm(),
        question(),
    )
    .await;
    // also for who holds the layer without its settings
    let bare = Arc::new(Cached::new(stage.lm().temperature(0.5)).cache(&cache));
    bare.clone().complete(question()).await.expect("a reply");
    all(bare.stream(question())).await;
    assert_eq!(stage.count(), 4);

    let other = Stage::new("large", ONE);
    ask(&cached(&other, &cache), question()).await;
    assert_eq!(other.count(), 1, "another model of the same cache");
    let same = Cached::new(other.lm()).cache(&cache).known_as("tiny").lm();
    assert_eq!(ask(&same, question()).await, "one");
    assert_eq!(other.count(), 1);
}

#[test]
fn layers_are_known_by_what_is_inside() {
    let lm = Stage::new("tiny", ONE).lm();
    let warm = lm.clone().temperature(0.5);
    let retry = |lm: &Lm| Retry::new(lm.clone()).identity();
    assert_eq!(retry(&lm), lm.identity());
    assert_ne!(retry(&lm), retry(&warm));
    let route = |lms: [&Lm; 2]| Router::new(lms).identity();
    assert_ne!(route([&lm, &warm]), route([&warm, &lm]));
    assert_ne!(route([&lm, &lm]), route([&lm, &warm]));
}

#[cfg(feature = "openai")]
#[test]
fn a_client_is_known_by_its_server_and_its_settings() {
    use crate::OpenAi;
    let known = |builder: crate::OpenAiBuilder| builder.build().expect("a client").identity();
    let at = |url: &str| OpenAi::builder("tiny").base_url(url).api_key("sk-secret");
    let (one, two) = (
        known(at("http://127.0.0.1:1/v1")),
        known(at("http://127.0.0.1:2/v1")),
    );
    assert_ne!(one, two);
    assert_eq!(one, known(at("http://127.0.0.1:1/v1")));
    assert!(one.contains("tiny") && !one.contains("secret"), "{one}");
}

#[tokio::test(start_paused = true)]
async fn of_equal_requests_at_once_one_asks() {
    let stage = Stage::new("tiny", [after(50, Act::Answer("one")), Act::Answer("two")]);
    let cache = ResponseCache::new();
    let lm = cached(&stage, &cache);
    let mut tasks = JoinSet::new();
    for _ in 0..20 {
        let lm = lm.clone();
        tasks.spawn(async move { ask(&lm, question()).await });
        let streamed = cached(&stage, &cache);
        tasks.spawn(async move { said(&all(streamed.stream(question())).await) });
    }
    while let Some(reply) = tasks.join_next().await {
        assert_eq!(reply.expect("a task"), "one");
    }
    let stats = cache.stats(0);
    assert_eq!(
        (stage.count(), stats.misses, stats.hits, stats.waited),
        (1, 1, 39, 39)
    );
    assert_eq!(cache.flights().count(), 0);
}

#[tokio::test(start_paused = true)]
async fn who_goes_away_hands_over() {
    let stage = Stage::new(
        "tiny",
        [Act::Silent, Act::Silent, after(10, Act::Answer("three"))],
    );
    let cache = ResponseCache::new();
    let lm = cached(&stage, &cache);
    let whole = tokio::spawn({
        let lm = lm.clone();
        async move { lm.complete(question()).await }
    });
    tokio::task::yield_now().await;
    let streamed = tokio::spawn(all(lm.stream(question())));
    tokio::task::yield_now().await;
    let last = tokio::spawn({
        let lm = lm.clone();
        async move { ask(&lm, question()).await }
    });
    tokio::task::yield_now().await;
    assert_eq!(stage.count(), 1);
    whole.abort();
    tokio::time::sleep(Duration::from_millis(1)).await;
    assert_eq!(
        (stage.count(), stage.alive()),
        (2, 1),
        "the stream asks now"
    );
    streamed.abort();
    assert_eq!(last.await.expect("a task"), "three");
    assert_eq!(
        (stage.count(), stage.alive(), cache.flights().count()),
        (3, 0, 0)
    );
}

#[tokio::test(start_paused = true)]
async fn an_error_is_for_all_who_wait_and_is_not_kept() {
    let stage = Stage::new(
        "tiny",
        [after(50, fail(ErrorKind::Server)), Act::Answer("two")],
    );
    let cache = ResponseCache::new();
    let lm = cached(&stage, &cache);
    let mut tasks = JoinSet::new();
    for _ in 0..5 {
        let lm = lm.clone();
        tasks.spawn(async move { lm.complete(question()).await.map(|_| ()) });
    }
    while let Some(reply) = tasks.join_next().await {
        let error = reply.expect("a task").expect_err("the server fails");
        assert_eq!(error.kind(), ErrorKind::Server);
    }
    assert_eq!((stage.count(), cache.stats(0).size), (1, 0));
    assert_eq!(ask(&lm, question()).await, "two");
}

#[tokio::test(start_paused = true)]
async fn the_deadline_of_who_asks_is_not_that_of_who_waits() {
    let silent = || after(50, timed_out(Phase::Deadline));
    let stage = Stage::new("tiny", [silent(), after(50, Act::Answer("two"))]);
    let cache = ResponseCache::new();
    let lm = cached(&stage, &cache);
    let hurried = tokio::spawn({
        let lm = lm.clone();
        async move { lm.complete(question()).await }
    });
    tokio::task::yield_now().await;
    assert_eq!(ask(&lm, question()).await, "two");
    assert!(
        hurried
            .await
            .expect("a task")
            .expect_err("it is late")
            .is_timeout()
    );

    // and by the timer of `Lm`, which drops what is inside
    let stage = Stage::new("tiny", [Act::Silent, Act::Answer("two")]);
    let lm = cached(&stage, &cache);
    let mut request = asking("else");
    request.deadline = Some(tokio::time::Instant::now().into_std() + Duration::from_millis(20));
    let hurried = tokio::spawn({
        let lm = lm.clone();
        async move { lm.complete(request).await }
    });
    tokio::task::yield_now().await;
    assert_eq!(ask(&lm, asking("else")).await, "two");
    assert!(
        hurried
            .await
            .expect("a task")
            .expect_err("it is late")
            .is_timeout()
    );
}

#[tokio::test]
async fn streams_and_whole_replies_answer_for_each_other() {
    let stage = Stage::new(
        "tiny",
        [
            pieces(&["o", "ne"], Act::Answer(" more")),
            Act::Answer("two"),
        ],
    );
    let cache = ResponseCache::new();
    let lm = cached(&stage, &cache);
    let first = all(lm.stream(question())).await;
    let whole = said(&first);
    assert!(
        whole.starts_with("one") && ended(&first).expect("an end").is_some(),
        "{first:?}"
    );
    let again = all(lm.stream(question())).await;
    assert_eq!((said(&again), ended(&again)), (whole.clone(), Ok(None)));
    let saved =
        |chunk: &Result<Chunk>| matches!(chunk, Ok(Chunk::Saved(saved)) if saved.usage.is_some());
    assert!(again.iter().any(saved));
    assert_eq!(ask(&lm, question()).await, whole);
    // and the other way
    ask(&lm, asking("else")).await;
    assert_eq!(said(&all(lm.stream(asking("else"))).await), "two");
    assert_eq!(stage.count(), 2);
}

#[tokio::test]
async fn a_stream_that_did_not_end_well_is_not_kept() {
    let broken = |then| pieces(&["o"], then);
    let acts = [
        broken(Act::Cut),
        broken(fail(ErrorKind::Server)),
        Act::Answer("whole"),
    ];
    let (stage, cache) = (Stage::new("tiny", acts), ResponseCache::new());
    let lm = cached(&stage, &cache);
    assert!(ended(&all(lm.stream(question())).await).is_err());
    let failed = all(lm.stream(question())).await;
    assert!(matches!(failed.last(), Some(Err(_))));
    assert_eq!(cache.stats(0).size, 0);
    assert_eq!(said(&all(lm.stream(question())).await), "whole");
    let error = all(lm.stream(with_text(CachePolicy::Only))).await.pop();
    assert!(
        error
            .expect("a word")
            .expect_err("not there")
            .is_not_cached()
    );
    assert_eq!(
        (stage.count(), cache.stats(0).size, cache.flights().count()),
        (3, 1, 0)
    );
}

fn with_text(policy: CachePolicy) -> Request {
    let mut request = asking("something new");
    request.cache = policy;
    request
}

#[tokio::test]
async fn a_stream_of_several_completions_goes_past() {
    let (stage, cache) = (Stage::new("tiny", ONE), ResponseCache::new());
    let lm = cached(&stage, &cache);
    let mut several = question();
    several.settings.n = Some(2);
    all(lm.stream(several.clone())).await;
    all(lm.stream(several)).await;
    assert_eq!((stage.count(), cache.stats(0).size), (2, 0));
}

#[tokio::test]
async fn memory_is_bounded_in_entries_and_bytes() {
    let stage = Stage::new("tiny", [Act::Answer("one")]);
    let cache = ResponseCache::builder().capacity(3).build();
    let lm = cached(&stage, &cache);
    for number in 0..10 {
        ask(&lm, asking(&number.to_string())).await;
    }
    let stats = cache.stats(9);
    assert_eq!(
        (stats.size, stats.evictions, stats.hottest.len()),
        (3, 7, 3)
    );
    let each = stats.bytes / 3;
    assert!(each > 300, "{each} bytes for an entry");

    let cache = ResponseCache::builder()
        .bytes(10 * each)
        .eviction(Eviction::Lfu)
        .build();
    let lm = cached(&stage, &cache);
    for number in 0..100 {
        ask(&lm, asking(&number.to_string())).await;
        let stats = cache.stats(0);
        assert!(stats.bytes <= 10 * each && stats.size <= 12, "{stats:?}");
    }
    assert!(cache.evict());
    cache.clear();
    assert_eq!((cache.stats(0).bytes, cache.evict()), (0, false));
}

#[tokio::test(start_paused = true)]
async fn what_has_expired_is_asked_again() {
    let (stage, cache) = (Stage::new("tiny", ONE), ResponseCache::builder());
    let cache = cache.ttl(Duration::from_mins(1)).build();
    let lm = cached(&stage, &cache);
    assert_eq!(ask(&lm, question()).await, "one");
    tokio::time::advance(Duration::from_secs(59)).await;
    assert_eq!(ask(&lm, question()).await, "one");
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(ask(&lm, question()).await, "two");
}

#[test]
fn outside_of_tokio_it_works_too() {
    let (stage, cache) = (Stage::new("tiny", ONE), ResponseCache::new());
    let lm = cached(&stage, &cache);
    let runs = |future: std::pin::Pin<Box<dyn Future<Output = String>>>| {
        let mut future = future;
        let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
        match future.as_mut().poll(&mut cx) {
            std::task::Poll::Ready(reply) => reply,
            std::task::Poll::Pending => panic!("nothing to wait for"),
        }
    };
    for _ in 0..2 {
        let lm = lm.clone();
        assert_eq!(
            runs(Box::pin(async move { ask(&lm, question()).await })),
            "one"
        );
    }
}

#[tokio::test]
async fn the_scope_says_what_a_cache_may_do() {
    use sigflow_core::{Ask as _, Budget, DynSignature};
    let reply = Act::Answer("[[ ## answer ## ]]\nParis");
    let (stage, cache) = (Stage::new("tiny", [reply]), ResponseCache::new());
    let lm = cached(&stage, &cache);
    let ask = || {
        let signature = DynSignature::parse("question -> answer").expect("a signature");
        signature
            .ask([("question", "Where?".into())])
            .expect("an input")
    };
    let budget = Budget::new().calls(2);
    let scope = Scope::current().with_lm(&lm).with_budget(&budget);
    for _ in 0..5 {
        scope.clone().enter(ask().predict()).await.expect("a reply");
    }
    assert_eq!((budget.spent().calls, budget.spent().tokens), (1, 10));
    let reads = async {
        let mut stream = ask().predict().stream();
        while stream.next().await.expect("an event").is_some() {}
    };
    scope.with_cache(CachePolicy::Only).enter(reads).await;
    assert_eq!((budget.spent().calls, stage.count()), (1, 1));
    let again = scope.with_cache(CachePolicy::Refresh);
    let fresh = again
        .enter(ask().predict().prediction())
        .await
        .expect("a reply");
    assert_eq!((fresh.saved, fresh.usage), (0, Some(Usage::new(7, 3))));
    assert_eq!((budget.spent().calls, stage.count()), (2, 2));
}

#[test]
fn pieces_make_the_reply_that_they_came_from() {
    let mut response = Response::text("Paris");
    response.model = "tiny".into();
    response.request_id = Some("req".into());
    response.usage = Some(Usage::new(7, 3));
    let completion = &mut response.completions[0];
    completion.reasoning = Some("so".into());
    completion.tool_calls = (0..3)
        .map(|n| sigflow_core::ToolCall::new(n.to_string(), "search", "{}"))
        .collect();
    completion.citations = vec![Citation {
        kind: "char_location".into(),
        cited_text: "blue".into(),
        document_index: 0,
        document_title: None,
        start_char_index: 1,
        end_char_index: 2,
        supported_text: None,
    }];
    completion.finish_reason = Some(sigflow_core::FinishReason::Stop);
    let logprob = sigflow_core::Logprob::new("Paris", -0.5);
    completion.logprobs = vec![sigflow_core::TokenLogprob::new(logprob, vec![])];
    completion.replay = vec![sigflow_core::ReplayBlock::new("gemini", 1.into())];
    let mut record = Recorder::default();
    for chunk in [Chunk::Text("void".into()), Chunk::Restart] {
        record.take(&chunk);
    }
    response
        .clone()
        .into_chunks()
        .for_each(|chunk| record.take(&chunk));
    let again = record.end(response.usage).expect("known pieces");
    assert_eq!(format!("{again:?}"), format!("{response:?}"));

    // a gap in the calls is nothing that can be told again
    let mut record = Recorder::default();
    record.take(&Chunk::ToolCall {
        index: 1,
        id: String::new(),
        name: String::new(),
        arguments: String::new(),
    });
    assert!(record.end(None).is_none());
}

#[tokio::test]
async fn flights_are_forgotten_by_whoever_leaves_last() {
    let flights = Flights::default();
    let key = ResponseCache::new().key(b"key".to_vec());
    let lead = flights.join(&key).await;
    let waiting = flights.join(&key);
    let mut waiting = Box::pin(waiting);
    assert!(
        tokio::time::timeout(Duration::from_millis(1), &mut waiting)
            .await
            .is_err()
    );
    drop(waiting);
    assert_eq!(flights.count(), 1);
    drop(lead);
    assert_eq!(flights.count(), 0);
}
