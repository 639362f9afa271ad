//! How streams end: in the trace, in errors, under deadlines and when they are called off.
use crate::{
    Ask, BoxFuture, BoxStream, Budget, Cancel, Chunk, DynAsk, DynSignature, Error, ErrorKind,
    LanguageModel, Lm, Outcome, Recorder, Request, Response, Result, Scope, Settings, Streaming,
    Usage, testing::Scripted,
};
use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

const REPLY: &str = "[[ ## answer ## ]]\nParis\n\n[[ ## stars ## ]]\n5";

fn ask() -> Result<Streaming<DynAsk>> {
    let signature = DynSignature::parse("question -> answer, stars: int")?;
    let question = signature.ask([("question", "Where?".into())])?;
    Ok(question.predict().stream())
}

/// The outcomes of a run and of the stream in it.
fn outcomes(recorder: &Recorder) -> Vec<Outcome> {
    let trace = recorder.trace();
    assert!(trace.spans.iter().all(|span| span.end.is_some()));
    trace.spans.into_iter().map(|span| span.outcome).collect()
}

fn failed(kind: ErrorKind) -> impl Fn(&Outcome) -> bool {
    move |outcome| matches!(outcome, Outcome::Failed(Some(found), _) if *found == kind)
}

/// Events until an error or the end.
async fn all(stream: &mut Streaming<DynAsk>) -> Option<Error> {
    loop {
        match stream.next().await {
            Ok(Some(_)) => {}
            Ok(None) => return None,
            Err(error) => return Some(error),
        }
    }
}

#[tokio::test]
async fn a_stream_that_fails_ends_its_span_and_says_where() -> Result<()> {
    let broken = || Error::new(ErrorKind::Transport, "reset");
    let lm = Scripted::new([""; 0])
        .then_broken(["[[ ## answer ## ]]\nParis"], broken)
        .lm();
    let recorder = Recorder::new();
    let scope = Scope::current().with_lm(&lm).with_trace(&recorder);
    let run = scope.run("geography", async {
        let mut stream = ask()?;
        let error = all(&mut stream).await.expect("it breaks off");
        Ok((stream, error))
    });
    // the stream outlives its run, and its span does not outlive the failure
    let (stream, error) = run.await?;
    assert!(failed(ErrorKind::Transport)(&outcomes(&recorder)[1]));
    assert_eq!(error.path(), "StringSignature");
    assert_eq!(error.run_id(), recorder.trace().run);
    assert!(error.run_id().is_some());
    let again = stream.finish().await.expect_err("it broke off");
    assert_eq!(
        (again.kind(), again.path(), again.run_id()),
        (error.kind(), error.path(), error.run_id())
    );
    assert_eq!(again.raw_reply(), Some("[[ ## answer ## ]]\nParis"));
    Ok(())
}

#[tokio::test]
async fn a_stream_that_is_dropped_ends_its_span() -> Result<()> {
    let script = Scripted::new([
        REPLY,
        "[[ ## stars ## ]]\nmany\n[[ ## answer ## ]]\nParis",
        REPLY,
        REPLY,
    ]);
    let recorder = Recorder::new();
    let scope = Scope::current().with_lm(&script.lm()).with_trace(&recorder);
    let streams = scope.enter(async {
        // before its end
        let mut stream = ask()?;
        stream.next().await?;
        drop(stream);
        // at an output that cannot stay
        let mut stream = ask()?;
        assert!(all(&mut stream).await.is_some_and(|error| error.is_parse()));
        drop(stream);
        // at its end, without asking for the outputs
        let mut stream = ask()?;
        assert!(all(&mut stream).await.is_none());
        drop(stream);
        // as one should
        ask()?.finish().await.map(drop)
    });
    streams.await?;
    let outcomes = outcomes(&recorder);
    assert_eq!(outcomes[0], Outcome::Dropped);
    assert!(failed(ErrorKind::Parse)(&outcomes[1]));
    assert_eq!(outcomes[2..], [Outcome::Succeeded, Outcome::Succeeded]);
    for span in &recorder.trace().spans[2..] {
        let call = span.call.as_ref().expect("a call");
        assert_eq!(call.exchanges[0].replies, [REPLY]);
        let outputs = call.outputs.as_ref().expect("outputs");
        assert_eq!(
            (&outputs["answer"], &outputs["stars"]),
            (&"Paris".into(), &5.into())
        );
    }
    Ok(())
}

/// A model that begins, and says nothing more.
struct Silent;
struct Pieces(bool);
impl futures_core::Stream for Pieces {
    type Item = Result<Chunk>;
    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if std::mem::replace(&mut self.0, true) {
            return Poll::Pending;
        }
        Poll::Ready(Some(Ok(Chunk::Text("[[ ## answer ## ]]\nPar".into()))))
    }
}
impl LanguageModel for Silent {
    fn complete(self: Arc<Self>, _: Request) -> BoxFuture<'static, Result<Response>> {
        Box::pin(std::future::pending())
    }
    fn stream(self: Arc<Self>, _: Request) -> BoxStream<'static, Result<Chunk>> {
        Box::pin(Pieces(false))
    }
    fn name(&self) -> &'static str {
        "silent"
    }
}

#[tokio::test(start_paused = true)]
async fn a_deadline_and_a_cancel_end_a_stream_that_says_nothing_more() {
    let recorder = Recorder::new();
    let scope = Scope::current()
        .with_lm(&Lm::new(Silent))
        .with_trace(&recorder);
    let node = scope.with_deadline_of(
        "node `first`",
        (tokio::time::Instant::now() + Duration::from_millis(50)).into_std(),
    );
    let error = node
        .enter(async { all(&mut ask()?).await.ok_or_else(never) })
        .await;
    let error = error.expect("late");
    assert_eq!(
        error.to_string(),
        "StringSignature: the deadline of `node `first`` passed before the reply came"
    );
    assert_eq!(error.raw_reply(), Some("[[ ## answer ## ]]\nPar"));

    let cancel = Cancel::new();
    let called = scope.with_cancel(&cancel).enter(async {
        let mut stream = ask()?;
        stream.next().await?;
        cancel.cancel();
        all(&mut stream).await.ok_or_else(never)
    });
    let error = called.await.expect("cancelled");
    assert!(error.is_cancelled(), "{error:?}");
    assert_eq!(error.raw_reply(), Some("[[ ## answer ## ]]\nPar"));
    let outcomes = outcomes(&recorder);
    assert!(failed(ErrorKind::Timeout)(&outcomes[0]));
    assert!(failed(error.kind())(&outcomes[1]));
}

fn never() -> Error {
    Error::new(ErrorKind::Model, "the stream came to an end")
}

/// Each request is counted once, that of the first step too.
#[tokio::test]
async fn a_stream_is_paid_for_once() -> Result<()> {
    let budget = Budget::new();
    let usage = Usage::new(10, 5);
    let lm = Scripted::new([""; 0])
        .then_response(move || {
            let mut response = Response::text("Paris, quite sure.");
            response.usage = Some(usage);
            response
        })
        .then_response(move || {
            let mut response = Response::text(REPLY);
            response.usage = Some(usage);
            response
        })
        .lm();
    let signature = DynSignature::parse("question -> answer, stars: int")?;
    let question = signature.ask([("question", "Where?".into())])?;
    let call = question
        .predict()
        .adapter(crate::Adapter::TwoStep)
        .with(&lm);
    let scope = Scope::current().with_budget(&budget);
    let prediction = scope.enter(async { call.stream().finish().await }).await?;
    assert_eq!(prediction.usage, Some(usage + usage));
    let spent = budget.spent();
    assert_eq!((spent.calls, spent.tokens), (2, 30));
    Ok(())
}

/// Each output has its own place, where a reasoning is one of them too.
#[test]
fn a_flat_record_counts_the_reasoning() -> Result<()> {
    use super::{FlatRecord, Partial};
    let mut def = DynSignature::parse("question -> answer, stars: int")?.def();
    for reasoning in [false, true] {
        def.reasoning = reasoning;
        let mut partial = FlatRecord::empty(&def);
        let outputs: Vec<&str> = def.outputs().map(|field| field.name.get()).collect();
        assert_eq!(outputs[0] == "reasoning", reasoning);
        for (index, name) in outputs.iter().enumerate() {
            assert_eq!(FlatRecord::key(&def, index).as_deref(), Some(*name));
            assert!(partial.part(index).is_some());
        }
        assert!(partial.part(outputs.len()).is_none());
        assert_eq!(FlatRecord::key(&def, outputs.len()), None);
    }
    Ok(())
}

/// Answers with pieces, a restart among them.
struct Restarting;
impl LanguageModel for Restarting {
    fn complete(self: Arc<Self>, _: Request) -> BoxFuture<'static, Result<Response>> {
        Box::pin(async { Err(Error::new(ErrorKind::Model, "streams only")) })
    }
    fn stream(self: Arc<Self>, _: Request) -> BoxStream<'static, Result<Chunk>> {
        let pieces = [
            Chunk::Text("[[ ## answer ## ]]\nLond".into()),
            Chunk::Restart,
            Chunk::Text(REPLY.into()),
            Chunk::End(None),
        ];
        Chunk::stream_of(pieces.map(Ok))
    }
    fn name(&self) -> &'static str {
        "restarting"
    }
}

#[tokio::test]
async fn a_restart_takes_back_what_came() -> Result<()> {
    let lm = Lm::new(Restarting);
    let scope = Scope::current().with_lm(&lm);
    let (told, outputs) = scope
        .run("geography", async {
            let mut stream = ask()?;
            let mut told = Vec::new();
            while let Some(event) = stream.next().await? {
                told.push(format!("{} {:?}", event.field, event.what));
                if event.what == crate::FieldEvent::Restarted {
                    assert!(stream.partial()["answer"].is_absent());
                }
            }
            Ok((told, stream.finish().await?))
        })
        .await?;
    let before = [
        "answer Started",
        "answer Delta(\"Lond\")",
        "answer Restarted",
    ];
    assert_eq!(told[..3], before);
    assert_eq!(told[3], "answer Started");
    assert_eq!(outputs.get("answer"), Some(&"Paris".into()));
    Ok(())
}

#[tokio::test]
async fn of_a_model_that_gives_several_a_stream_asks_one() -> Result<()> {
    let script = Scripted::new([REPLY; 3]);
    let several = Settings {
        n: Some(3),
        ..Settings::default()
    };
    for (settings, asked) in [(several, Some(1)), (Settings::default(), None)] {
        let lm = script.lm().with_settings(&settings);
        let scope = Scope::current().with_lm(&lm);
        scope.enter(async { ask()?.finish().await }).await?;
        let last = script.requests().pop();
        assert_eq!(last.and_then(|request| request.settings.n), asked);
    }
    assert_eq!(script.left(), 1, "one reply for each stream");
    Ok(())
}

/// A reply that cost so much.
fn dear(text: &'static str, cost: f64) -> impl Fn() -> Response + Send + 'static {
    move || {
        let mut response = Response::text(text);
        response.usage = Some(Usage::new(7, 3));
        response.cost = Some(cost);
        response
    }
}

#[tokio::test]
async fn a_stream_says_what_it_cost_as_a_call_does() -> Result<()> {
    let script = Scripted::new([""; 0])
        .then_response(dear(REPLY, 0.5))
        .then_response(dear(REPLY, 0.5));
    let scope = Scope::current().with_lm(&script.lm());
    let streamed = scope.clone().enter(async { ask()?.finish().await }).await?;
    let signature = DynSignature::parse("question -> answer, stars: int")?;
    let question = signature.ask([("question", "Where?".into())])?;
    let whole = scope.enter(question.predict().prediction()).await?;
    assert_eq!((streamed.cost, whole.cost), (Some(0.5), Some(0.5)));
    assert_eq!(
        (streamed.usage, whole.usage),
        (Some(Usage::new(7, 3)), Some(Usage::new(7, 3)))
    );
    Ok(())
}

#[tokio::test]
async fn both_steps_of_a_stream_cost() -> Result<()> {
    let script = Scripted::new([""; 0])
        .then_response(dear("It is Paris, five stars.", 0.5))
        .then_response(dear(REPLY, 0.25));
    let signature = DynSignature::parse("question -> answer, stars: int")?;
    let question = signature.ask([("question", "Where?".into())])?;
    let lm = script.lm();
    let call = question
        .predict()
        .adapter(crate::Adapter::TwoStep)
        .with(&lm);
    let prediction = call.stream().finish().await?;
    assert_eq!(prediction.cost, Some(0.75));
    assert_eq!(prediction.usage, Some(Usage::new(14, 6)));
    Ok(())
}
