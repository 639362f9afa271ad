//! Which model answers, under which settings, for how long, and what it remembers.
use super::{GroundedAnswer, REPLY, SearchQuery, ask, model, query};
use sigflow::{Error, LanguageModel, Lm, Response, Scope, Settings, prelude::*, testing::Scripted};
use std::{sync::Arc, time::Duration};

#[tokio::test]
async fn the_model_is_the_calls_then_the_predictors_then_the_scopes() -> Result<()> {
    let (one, two, three) = (model("one"), model("two"), model("three"));
    let predictor = Predict::<SearchQuery<'_>>::new().with(&two);
    let all = three.scope(async {
        Ok::<_, Error>([
            predictor.call(query("x")).with(&one).await?.query,
            predictor.call(query("x")).await?.query,
            query("x").predict().await?.query,
        ])
    });
    assert_eq!(all.await?, ["one", "two", "three"]);

    let (a, b) = tokio::join!(
        one.scope(query("x").predict()),
        two.scope(query("x").predict())
    );
    assert_eq!((&*a?.query, &*b?.query), ("one", "two"));

    let lost = three
        .scope(async { tokio::spawn(query("x").predict()).await })
        .await
        .unwrap();
    let error = lost.unwrap_err();
    assert!(error.is_no_model());
    assert!(
        error
            .to_string()
            .starts_with("SearchQuery: no language model: call `.with(&lm)`")
    );
    let kept = three
        .scope(async { tokio::spawn(query("x").predict().in_current_scope()).await })
        .await
        .unwrap();
    assert_eq!(kept?.query, "three");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn deadlines_end_a_wait() {
    let slow = Lm::from_fn(|_| async {
        tokio::time::sleep(Duration::from_mins(1)).await;
        Ok(Response::text("late"))
    });
    let error = query("x")
        .predict()
        .deadline(Duration::from_secs(5))
        .with(&slow)
        .await
        .unwrap_err();
    assert!(error.is_timeout() && error.is_retryable());
    let bounded = slow.clone().timeout(Duration::from_secs(1));
    assert!(
        query("x")
            .predict()
            .with(&bounded)
            .await
            .unwrap_err()
            .is_timeout()
    );
    let scope = Scope::current()
        .with_lm(&slow)
        .with_deadline(std::time::Instant::now() + Duration::from_secs(2));
    assert!(
        scope
            .enter(query("x").predict())
            .await
            .unwrap_err()
            .is_timeout()
    );
}

#[tokio::test]
async fn settings_come_from_the_call_then_the_predictor_then_the_model() -> Result<()> {
    let script = Scripted::new([REPLY]);
    let lm = script.lm().temperature(0.1).max_tokens(10);
    let mut qa = Predict::<GroundedAnswer>::new();
    qa.set_settings(Settings {
        max_tokens: Some(20),
        top_p: Some(0.5),
        ..Settings::default()
    });
    qa.call(ask()).top_p(0.9).with(&lm).await?;
    let expected = Settings {
        temperature: Some(0.1),
        max_tokens: Some(20),
        top_p: Some(0.9),
        ..Settings::default()
    };
    assert_eq!(script.requests()[0].settings, expected);
    Ok(())
}

#[tokio::test]
async fn history_keeps_the_last_hundred_without_their_text() -> Result<()> {
    let lm = model("m");
    for _ in 0..101 {
        query("secret").predict().with(&lm).await?;
    }
    let history = lm.history();
    assert_eq!(
        (history.len(), history[0].id, history[99].id),
        (100, 2, 101)
    );
    assert!(
        history
            .iter()
            .all(|call| call.error.is_none() && call.content.is_none())
    );
    let telling = lm.with_content_history();
    query("secret").predict().with(&telling).await?;
    let content = telling.history()[0].content.clone().expect("asked for");
    assert!(content.messages[1].1.contains("secret") && content.replies[0].contains('m'));
    Ok(())
}

/// A model of a user's own.
struct Echo;

impl LanguageModel for Echo {
    fn complete(self: Arc<Self>, request: Request) -> BoxFuture<'static, Result<Response>> {
        Box::pin(async move {
            Ok(Response::text(format!(
                "[[ ## query ## ]]\n{} bytes",
                request.turns[0].text().len()
            )))
        })
    }
    fn name(&self) -> &'static str {
        "echo"
    }
}

#[tokio::test]
async fn a_model_of_ones_own() -> Result<()> {
    assert!(
        query("x")
            .predict()
            .with(&Lm::new(Echo))
            .await?
            .query
            .ends_with(" bytes")
    );
    Ok(())
}
