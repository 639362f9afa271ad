//! Replies in pieces, and what was asked beside them.
use super::{Kept, block, question, shown};
use crate::{
    Ask as _, Attempt, AttemptOutcome, Chunk, ErrorKind, Lm, Request, Response, Result, Saved,
    Scope, Usage,
    telemetry::{EventKind, Value},
    testing::Scripted,
};
use std::sync::Arc;

#[test]
fn streams_are_told_once() {
    let kept = Arc::new(Kept::default());
    let lm = Scripted::new(["[[ ## answer ## ]]\nParis\n[[ ## confidence ## ]]\n0.5"]).lm();
    let scope = Scope::current().with_lm(&lm).with_sink(kept.clone());
    block(scope.enter(async { question().predict().stream().finish().await })).unwrap();
    let count = |name: &str| {
        let events = kept.events.lock().unwrap();
        events.iter().filter(|line| line.starts_with(name)).count()
    };
    assert_eq!(count(EventKind::ProviderResponse.name()), 1);
    assert_eq!(count(EventKind::PredictionExecution.name()), 1);
    let spans = kept.spans.lock().unwrap();
    let first = spans[0].attribute("gen_ai.response.time_to_first_chunk");
    assert!(matches!(first, Some(Value::Float(_))), "{spans:?}");
}

#[test]
fn streams_tell_their_cost_and_their_cache() {
    struct Pieces;
    impl crate::LanguageModel for Pieces {
        fn complete(
            self: Arc<Self>,
            _: Request,
        ) -> crate::BoxFuture<'static, crate::Result<Response>> {
            unreachable!("it streams")
        }
        fn stream(self: Arc<Self>, _: Request) -> crate::BoxStream<'static, Result<Chunk>> {
            let spent = |cost| {
                let took = std::time::Duration::from_millis(1);
                let mut attempt = Attempt::new("route", AttemptOutcome::Answered, took);
                attempt.cost = cost;
                attempt
            };
            let text = "[[ ## answer ## ]]\nParis\n[[ ## confidence ## ]]\n0.5";
            Chunk::stream_of([
                Ok(Chunk::Text(text.into())),
                Ok(Chunk::Saved(Saved::new(None))),
                Ok(Chunk::Attempts(vec![
                    spent(Some(0.25)),
                    spent(None),
                    spent(Some(0.5)),
                ])),
                Ok(Chunk::End(Some(Usage::new(1, 1)))),
            ])
        }
        fn name(&self) -> &'static str {
            "pieces"
        }
    }
    let kept = Arc::new(Kept::default());
    let scope = Scope::current()
        .with_lm(&Lm::new(Pieces))
        .with_sink(kept.clone());
    block(scope.enter(async { question().predict().stream().finish().await })).unwrap();
    let cost = kept.spans.lock().unwrap()[0]
        .attribute("sigflow.cost_usd")
        .map(shown);
    assert_eq!(cost.as_deref(), Some("0.75"));
    let events = kept.events.lock().unwrap();
    let mut told = events
        .iter()
        .filter(|line| line.starts_with("sigflow.provider.response"));
    assert!(
        told.all(|line| line.contains("cached=true") && line.contains("cost=0.75")),
        "{events:#?}"
    );
}

/// The last line of a reply, without its name.
fn last_reply(kept: &Kept) -> String {
    let events = kept.events.lock().unwrap();
    let name = EventKind::ProviderResponse.name();
    let mut replies = events.iter().filter(|line| line.starts_with(name));
    replies.next_back().cloned().unwrap_or_default()
}

/// What a layer asked beside the answer was paid too: it stands in budgets, spans, events and the prediction.
#[test]
fn what_was_asked_beside_the_answer_is_counted() {
    use crate::{Attempt, AttemptOutcome, Billed, Budget};
    let lm = Lm::from_fn(|_| async {
        let mut response = Response::text("[[ ## answer ## ]]\nParis\n[[ ## confidence ## ]]\n0.9");
        response.usage = Some(Usage::new(12, 3));
        response.cost = Some(0.5);
        let attempt = |outcome, usage, cost, billed| {
            let mut attempt = Attempt::new("m", outcome, std::time::Duration::ZERO);
            (attempt.usage, attempt.cost, attempt.billed) = (usage, cost, billed);
            attempt
        };
        response.attempts = vec![
            attempt(
                AttemptOutcome::Failed(ErrorKind::Server),
                None,
                None,
                Billed::No,
            ),
            attempt(
                AttemptOutcome::Answered,
                Some(Usage::new(12, 8)),
                Some(0.25),
                Billed::Yes,
            ),
            attempt(AttemptOutcome::Left, None, None, Billed::Unknown),
            attempt(
                AttemptOutcome::Answered,
                response.usage,
                response.cost,
                Billed::Yes,
            ),
        ];
        Ok(response)
    });
    for streams in [false, true] {
        let (kept, budget) = (Arc::new(Kept::default()), Budget::new());
        let scope = Scope::current()
            .with_lm(&lm)
            .with_sink(kept.clone())
            .with_budget(&budget);
        let prediction = block(scope.enter(async {
            if streams {
                question().predict().stream().finish().await
            } else {
                question().predict().prediction().await
            }
        }));
        let prediction = prediction.unwrap();
        assert_eq!(prediction.usage, Some(Usage::new(24, 11)), "{streams}");
        assert_eq!(prediction.cost, Some(0.75), "{streams}");
        assert_eq!(
            (budget.spent().calls, budget.spent().tokens),
            (1, 35),
            "{streams}"
        );
        assert_eq!(lm.history().last().unwrap().usage, Some(Usage::new(24, 11)));
        let line = last_reply(&kept);
        assert!(line.contains("usage=35 cost=0.75 attempts=4"), "{line}");
        let spans = kept.spans.lock().unwrap();
        let of = |name: &str| spans[0].attribute(name).map(shown);
        assert_eq!(of("gen_ai.usage.input_tokens").as_deref(), Some("24"));
        assert_eq!(of("sigflow.cost_usd").as_deref(), Some("0.75"));
    }
}
