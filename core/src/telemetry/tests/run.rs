//! A run from its beginning to its end, however it ends.
use super::{Kept, block, paris, question, shown};
use crate::{
    Ask as _, Error, ErrorKind, Lm, Scope,
    telemetry::{Live, SpanKind},
};
use std::{sync::Arc, time::Duration};

#[test]
fn a_run_tells_its_events_and_spans() {
    let kept = Arc::new(Kept::default());
    let scope = Scope::current().with_lm(&paris()).with_sink(kept.clone());
    block(scope.run("geography", question().predict())).unwrap();
    assert_eq!(
        *kept.events.lock().unwrap(),
        [
            "sigflow.signature.validation signature=StringSignature component=inputs succeeded=true",
            "sigflow.provider.request provider=custom model=function endpoint=chat",
            "sigflow.provider.response provider=custom model=function endpoint=chat succeeded=true cached=false usage=15 attempts=1 rate_limited=0",
            "sigflow.signature.validation signature=StringSignature component=outputs succeeded=true",
            "sigflow.prediction.execution signature=StringSignature provider=custom model=function succeeded=true usage=15 confidence=0.9",
            "sigflow.program.execution name=geography path=geography succeeded=true",
        ]
    );
    let spans = kept.spans.lock().unwrap();
    let kinds: Vec<SpanKind> = spans.iter().map(|span| span.kind).collect();
    assert_eq!(
        kinds,
        [SpanKind::Chat, SpanKind::Prediction, SpanKind::Program]
    );
    assert_eq!(spans[0].parent, Some(spans[1].id));
    assert_eq!(spans[1].parent, Some(spans[2].id));
    assert_eq!(spans[2].parent, None);
    assert!(spans.iter().all(|span| span.trace == spans[0].trace));
    let of = |name: &str| spans[0].attribute(name).map(shown);
    assert_eq!(of("gen_ai.usage.input_tokens").as_deref(), Some("12"));
    assert_eq!(of("gen_ai.response.model").as_deref(), Some("paris-1"));
    assert_eq!(of("gen_ai.input.messages"), None);
    let run = spans[2].attribute("sigflow.run").map(shown);
    assert_eq!(run, Some(format!("{:032x}", spans[2].trace)));
}

#[test]
fn failures_and_drops_are_told() {
    let kept = Arc::new(Kept::default());
    let failing = Lm::from_fn(|_| async { Err(Error::new(ErrorKind::RateLimited, "slow down")) });
    let scope = Scope::current().with_sink(kept.clone());
    block(scope.with_lm(&failing).enter(question().predict())).unwrap_err();
    // what a budget refuses was not dropped
    let spent = scope
        .with_lm(&failing)
        .with_budget(&crate::Budget::new().calls(0));
    block(spent.enter(question().predict())).unwrap_err();
    let never = Lm::from_fn(|_| std::future::pending());
    block(async {
        let call = scope.with_lm(&never).run("left", question().predict());
        let mut call = std::pin::pin!(call);
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(call.as_mut().poll(&mut context).is_pending());
    });
    let events = kept.events.lock().unwrap();
    let has = |begin: &str, word: &str| {
        let mut all = events.iter();
        assert!(
            all.any(|line| line.starts_with(begin) && line.contains(word)),
            "{begin} {word}: {events:#?}"
        );
    };
    has(
        "sigflow.provider.response",
        "error=rate_limited attempts=1 rate_limited=1",
    );
    has("sigflow.prediction.execution", "error=rate_limited");
    has("sigflow.prediction.execution", "error=budget");
    has("sigflow.provider.response", "error=cancelled");
    has("sigflow.program.execution", "error=cancelled");
    let spans = kept.spans.lock().unwrap();
    assert_eq!(spans.len(), 6);
    assert!(spans.iter().all(|span| span.error.is_some()));
}

#[test]
fn signatures_made_at_run_time_are_told() {
    let kept = Arc::new(Kept::default());
    let cache = crate::SignatureCache::new();
    block(Scope::current().with_sink(kept.clone()).enter(async {
        cache.parse("question -> answer").unwrap();
        cache.parse("question -> answer").unwrap();
    }));
    let events = kept.events.lock().unwrap();
    assert_eq!(
        *events,
        [
            "sigflow.signature.compilation signature=StringSignature succeeded=true cached=false complexity=2",
            "sigflow.signature.compilation signature=StringSignature succeeded=true cached=true complexity=2",
        ]
    );
}

/// A span lies within the one around it, whatever the wall clock does meanwhile: here it stands still.
#[tokio::test(start_paused = true)]
async fn spans_of_a_trace_go_by_one_clock() {
    let kept = Arc::new(Kept::default());
    let scope = Scope::current().with_sink(kept.clone());
    let late = async {
        tokio::time::sleep(Duration::from_hours(1)).await;
        Live::begin(SpanKind::Module, || "late".to_owned()).end();
        crate::Result::Ok(())
    };
    scope.run("day", late).await.unwrap();
    let spans = kept.spans.lock().unwrap();
    let [late, day] = &spans[..] else {
        panic!("{spans:#?}");
    };
    assert!(late.start >= day.start + Duration::from_hours(1));
    assert!(late.start + late.duration <= day.start + day.duration);
}
