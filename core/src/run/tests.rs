//! What holds a run in bounds, and what is written down of it.
use crate::{
    Ask, Budget, Cancel, DynSignature, Error, ErrorKind, Forced, InScope, Lm, Outcome, Recorder,
    Response, Result, Scope, Settings, SpanKind, Trace, Usage,
    run::{ByResult, ByValue, Node},
    testing::Scripted,
};
use std::{
    future::{pending, ready},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

const MS: fn(u64) -> Duration = Duration::from_millis;

/// A model that takes its time, counts its calls, and says its name.
fn slow(name: &'static str, wait: Duration) -> (Lm, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = count.clone();
    let lm = Lm::from_fn(move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
        async move {
            tokio::time::sleep(wait).await;
            let mut response = Response::text(format!("[[ ## answer ## ]]\n{name}"));
            response.usage = Some(Usage::new(10, 5));
            Ok(response)
        }
    });
    (lm, count)
}
fn calls(count: &AtomicUsize) -> usize {
    count.load(Ordering::Relaxed)
}
/// Asks whatever model is in scope.
async fn ask() -> Result<String> {
    let signature = DynSignature::parse("question -> answer")?;
    let outputs = signature.ask([("question", "?".into())])?.predict().await?;
    Ok(outputs["answer"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test(start_paused = true)]
async fn joined_and_selected_runs_keep_their_models() -> Result<()> {
    let ((one, _), (two, _)) = (slow("one", MS(10)), slow("two", MS(20)));
    let scope = |lm: &Lm| Scope::current().with_lm(lm);
    // each asks twice, and they take turns in between
    let twice = || async { Ok(format!("{} {}", ask().await?, ask().await?)) };
    let (first, second) = tokio::join!(scope(&one).run("a", twice()), scope(&two).enter(twice()));
    assert_eq!((first?.as_str(), second?.as_str()), ("one one", "two two"));

    let won = tokio::select! {
        won = scope(&two).run("a", twice()) => won,
        won = scope(&one).run("b", twice()) => won,
    };
    assert_eq!(won?, "one one");

    // a task of its own sees the scope only where it is taken along
    let spawned = scope(&two).enter(async {
        let with = tokio::spawn(ask().in_current_scope());
        let without = tokio::spawn(ask());
        (with.await, without.await)
    });
    let (with, without) = spawned.await;
    assert_eq!(with.expect("no panic")?, "two");
    assert!(
        without
            .expect("no panic")
            .expect_err("no model")
            .is_no_model()
    );
    assert!(
        ask()
            .await
            .expect_err("nothing is left behind")
            .is_no_model()
    );
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_deadline_ends_calls_and_says_whose_it_was() {
    let (lm, count) = slow("late", MS(1000));
    let scope = Scope::current().with_lm(&lm);
    let error = scope
        .with_timeout(MS(100))
        .run("research", ask())
        .await
        .expect_err("late");
    assert!(error.is_timeout() && error.run_id().is_some(), "{error:?}");
    assert_eq!(
        error.to_string(),
        "StringSignature: the deadline of `research` passed before the reply came"
    );
    // what waits for no model ends too
    let error = scope
        .with_timeout(MS(100))
        .run("research", pending::<Result<()>>())
        .await;
    assert_eq!(
        error.expect_err("late").to_string(),
        "the deadline of run `research` passed"
    );
    // and none is asked afterwards
    let before = calls(&count);
    let at = tokio::time::Instant::now().into_std();
    let error = scope
        .with_deadline_of("node `first`", at)
        .enter(ask())
        .await
        .expect_err("late");
    assert_eq!(
        error.to_string(),
        "StringSignature: the deadline of `node `first`` passed before the request was sent"
    );
    assert_eq!(calls(&count), before);
}

#[tokio::test(start_paused = true)]
async fn the_earlier_deadline_counts() {
    let (lm, _) = slow("late", MS(1000));
    let outer = Scope::current().with_lm(&lm).with_timeout(MS(50));
    let began = tokio::time::Instant::now();
    let error = outer
        .run("outer", async {
            Scope::current()
                .with_timeout(MS(500))
                .run("inner", ask())
                .await
        })
        .await
        .expect_err("late");
    assert!(error.to_string().contains("`outer`"), "{error}");
    assert!(began.elapsed() < MS(60));
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_run_ends_at_once_and_asks_no_more() {
    let (lm, count) = slow("never", MS(1000));
    let cancel = Cancel::new();
    let scope = Scope::current().with_lm(&lm).with_cancel(&cancel);
    let run = tokio::spawn(scope.clone().run("a", ask()));
    let call = tokio::spawn(scope.clone().enter(ask()));
    tokio::time::sleep(MS(10)).await;
    assert_eq!(calls(&count), 2);
    let began = tokio::time::Instant::now();
    cancel.cancel();
    for task in [run.await, call.await] {
        let error = task.expect("no panic").expect_err("cancelled");
        assert!(error.is_cancelled() && !error.is_retryable(), "{error:?}");
    }
    assert!(began.elapsed() < MS(1));
    assert!(
        scope
            .clone()
            .enter(ask())
            .await
            .expect_err("cancelled")
            .is_cancelled()
    );
    assert!(
        scope
            .run("b", ask())
            .await
            .expect_err("cancelled")
            .is_cancelled()
    );
    assert_eq!(calls(&count), 2);
}

#[tokio::test(start_paused = true)]
async fn a_spent_budget_lets_no_call_start() {
    let (lm, count) = slow("one", MS(1));
    let (calls_left, tokens_left) = (Budget::new().calls(3), Budget::new().tokens(40));
    let scope = Scope::current().with_lm(&lm).with_budget(&calls_left);
    let five = || async {
        let all = tokio::join!(ask(), ask(), ask(), ask(), ask());
        [all.0, all.1, all.2, all.3, all.4]
    };
    let results = scope.clone().enter(five()).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 3);
    let error = results
        .into_iter()
        .find_map(Result::err)
        .expect("two that failed");
    assert!(error.is_budget());
    assert_eq!(
        error.to_string(),
        "StringSignature: the budget of 3 calls is spent; give the run a greater `Budget`"
    );
    assert_eq!(
        (
            calls(&count),
            calls_left.spent().calls,
            calls_left.spent().tokens
        ),
        (3, 3, 45)
    );

    // the third call is the one that spends the tokens; a budget that refuses costs the others nothing
    let counted = Budget::new();
    let scope = Scope::current()
        .with_lm(&lm)
        .with_budget(&counted)
        .with_budget(&tokens_left);
    for _ in 0..3 {
        scope.clone().enter(ask()).await.expect("tokens are left");
    }
    let error = scope.enter(ask()).await.expect_err("45 of 40 tokens");
    assert!(
        error
            .to_string()
            .contains("the budget of 40 tokens is spent"),
        "{error}"
    );
    assert_eq!((counted.spent().calls, calls(&count)), (3, 6));
}

#[tokio::test]
async fn further_requests_are_calls_too() {
    let script = Scripted::new(["[[ ## stars ## ]]\nmany", "[[ ## stars ## ]]\n4"]);
    let budget = Budget::new().calls(1);
    let signature = DynSignature::parse("text -> stars: int").expect("a signature");
    let question = signature.ask([("text", "Good!".into())]).expect("inputs");
    let call = question.predict().reask(3).with(&script.lm());
    let error = Scope::current()
        .with_budget(&budget)
        .enter(call)
        .await
        .expect_err("spent");
    assert!(error.is_budget());
    assert_eq!(error.raw_reply(), Some("[[ ## stars ## ]]\nmany"));
    assert_eq!(script.requests().len(), 1);
}

#[tokio::test]
async fn what_is_forced_beats_what_the_body_sets() -> Result<()> {
    let script = Scripted::new(["[[ ## answer ## ]]\na", "[[ ## answer ## ]]\nb"]);
    let mut hop = crate::DynPredict::named("ask", DynSignature::parse("question -> answer")?);
    crate::Predictor::set_settings(
        &mut hop,
        Settings {
            max_tokens: Some(7),
            ..Settings::default()
        },
    );
    let forced = Forced::new()
        .settings(Settings {
            temperature: Some(0.9),
            ..Settings::default()
        })
        .lm(&script.lm());
    let scope = Scope::current()
        .with_forced("hop.ask.predict", forced.clone())
        .with_forced("other", Forced::new());
    let call = || {
        hop.call([("question", "?".into())])
            .map(|call| call.temperature(0.1))
    };
    // under its path inside of the program `hop`
    let inside = scope.enter(crate::Scoped::named("hop", call()?));
    inside.await?;
    let request = &script.requests()[0];
    assert_eq!(
        (request.settings.temperature, request.settings.max_tokens),
        (Some(0.9), Some(7))
    );
    // elsewhere nothing is forced
    assert!(
        Scope::current()
            .with_forced("hop.ask", forced)
            .enter(call()?)
            .await
            .expect_err("no model")
            .is_no_model()
    );
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_trace_has_programs_nodes_and_calls() -> Result<()> {
    let (lm, _) = slow("Paris", MS(10));
    let recorder = Recorder::new();
    let scope = Scope::current()
        .with_lm(&lm)
        .with_trace(&recorder)
        .with_tag("user", "7");
    let body = async {
        let node = Node::new("first", ByResult, ask());
        let other = Node::new("second", ByResult, async {
            tokio::time::sleep(MS(5)).await;
            Err::<(), _>(Error::new(ErrorKind::Model, "no"))
        });
        let (first, second) = tokio::join!(node, other);
        assert!(second.is_err());
        Scope::current().run("inner", ready(Ok(()))).await?;
        first
    };
    scope.run("outer", body).await?;
    let trace = recorder.trace();
    let seen: Vec<_> = trace
        .spans
        .iter()
        .map(|span| (span.kind, span.name.as_str(), span.parent))
        .collect();
    assert_eq!(
        seen,
        [
            (SpanKind::Program, "outer", None),
            (SpanKind::Node, "first", Some(0)),
            (SpanKind::ModelCall, "StringSignature", Some(1)),
            (SpanKind::Node, "second", Some(0)),
            (SpanKind::Program, "inner", Some(0)),
        ]
    );
    assert_eq!(
        trace.spans[3].outcome,
        Outcome::Failed(Some(ErrorKind::Model), "second: no".into())
    );
    assert_eq!(
        (trace.spans[2].start, trace.spans[2].end),
        (MS(0), Some(MS(10)))
    );
    assert_eq!(
        (trace.spans[3].end, trace.usage()),
        (Some(MS(5)), Some(Usage::new(10, 5)))
    );
    assert_eq!(
        (trace.run.is_some(), trace.tags.as_slice()),
        (true, &[("user".to_owned(), "7".to_owned())][..])
    );
    let text = serde_json::to_string(&trace).expect("JSON");
    assert_eq!(
        serde_json::from_str::<Trace>(&text).expect("a trace"),
        trace
    );
    assert!(
        Trace::from_json(&serde_json::json!({"version": 2}))
            .expect_err("another")
            .is_state()
    );
    Ok(())
}

#[tokio::test]
async fn a_replay_answers_only_what_was_asked() -> Result<()> {
    let script = Scripted::new(["[[ ## stars ## ]]\nmany", "[[ ## stars ## ]]\n4"]);
    let recorder = Recorder::new();
    let question =
        |text: &str| DynSignature::parse("text -> stars: int")?.ask([("text", text.into())]);
    let call = question("Good!")?
        .chain_of_thought()
        .reask(1)
        .with(&script.lm());
    // the reasoning is missing in both
    let error = Scope::current()
        .with_trace(&recorder)
        .enter(call)
        .await
        .expect_err("no reasoning");
    assert!(error.is_parse());
    let trace = recorder.trace();
    assert!(matches!(
        &trace.spans[0].outcome,
        Outcome::Failed(Some(ErrorKind::Parse), _)
    ));
    assert_eq!(
        trace
            .calls()
            .next()
            .map(|(_, call)| (call.exchanges.len(), call.outputs.is_none())),
        Some((2, true))
    );
    let replay = trace.replay();
    let again = question("Good!")?
        .chain_of_thought()
        .reask(1)
        .with(&replay)
        .await
        .expect_err("the same");
    assert_eq!(again.to_string(), error.to_string());
    let other = question("Bad!")?
        .chain_of_thought()
        .with(&replay)
        .await
        .expect_err("another question");
    assert!(
        other
            .to_string()
            .contains("the trace has no reply left to this request (0 others are left)"),
        "{other}"
    );

    // with a reasoning the outputs have it first
    let script = Scripted::new(["[[ ## reasoning ## ]]\nwell\n\n[[ ## stars ## ]]\n4"]);
    let recorder = Recorder::new();
    let call = question("Good!")?.chain_of_thought().with(&script.lm());
    Scope::current().with_trace(&recorder).enter(call).await?;
    let trace = recorder.trace();
    let outputs = trace
        .calls()
        .next()
        .and_then(|(_, call)| call.outputs.clone())
        .expect("outputs");
    assert_eq!(
        outputs.into_json(),
        serde_json::json!({"reasoning": "well", "stars": 4})
    );
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_dropped_run_says_so() {
    let (lm, _) = slow("never", MS(1000));
    let recorder = Recorder::new();
    let run = Scope::current()
        .with_lm(&lm)
        .with_trace(&recorder)
        .run("dropped", ask());
    assert!(tokio::time::timeout(MS(10), run).await.is_err());
    let outcomes: Vec<_> = recorder
        .trace()
        .spans
        .into_iter()
        .map(|span| (span.outcome, span.end))
        .collect();
    assert_eq!(
        outcomes,
        [
            (Outcome::Dropped, Some(MS(10))),
            (Outcome::Dropped, Some(MS(10)))
        ]
    );
}

#[test]
fn outside_of_tokio_a_deadline_is_looked_at() {
    let waker = std::task::Waker::noop();
    let mut cx = std::task::Context::from_waker(waker);
    let at = std::time::Instant::now();
    let mut run = std::pin::pin!(
        Scope::current()
            .with_deadline(at)
            .run("late", pending::<Result<()>>())
    );
    let std::task::Poll::Ready(Err(error)) = run.as_mut().poll(&mut cx) else {
        panic!("not ended");
    };
    assert!(error.is_timeout());
    let std::task::Poll::Ready(Err(error)) = run.as_mut().poll(&mut cx) else {
        panic!("waits for ever");
    };
    assert_eq!(error.kind(), ErrorKind::Model);
}

#[test]
fn futures_of_runs_cross_threads() {
    fn send<T: Send>(_: T) {}
    send(Scope::current().run("a", ready(Ok(()))));
    send(Cancel::new().cancelled());
    send(Node::new("a", ByValue, ready(1)));
    assert!(std::mem::size_of::<Scope>() == std::mem::size_of::<usize>());
}
