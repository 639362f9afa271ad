//! What a call says to the layers around its model: each does it for this call, and for the next one as it was built.
use super::{
    now,
    testing::{Act, Stage, after, fail, question, told},
};
use crate::{
    Concurrency, Hedge, Limit, Limiter, Price, Prices, Queue, Retry, Route, Router, Spending,
};
use sigflow_core::{ErrorKind, Handling, Lm, Request};
use std::{sync::Arc, time::Duration};

fn handled(handling: Handling) -> Request {
    let mut request = question();
    request.handling = handling;
    request
}

#[tokio::test(start_paused = true)]
async fn a_call_says_how_often_it_is_tried_again() {
    let stage = Stage::new("down", [fail(ErrorKind::Server)]);
    let lm = Retry::new(stage.lm()).lm();
    let mut asked = 0;
    for (retries, times) in [(Some(0), 1), (None, 3), (Some(5), 6)] {
        let mut handling = Handling::new();
        handling.retries = retries;
        lm.complete(handled(handling)).await.unwrap_err();
        assert_eq!(stage.count() - asked, times, "{retries:?}");
        asked = stage.count();
        let (_, end) = told(&lm, handled(handling)).await;
        assert!(end.is_err());
        assert_eq!(stage.count() - asked, times, "{retries:?}, in pieces");
        asked = stage.count();
    }
    // another route is no retry
    let spare = Stage::new("spare", [Act::Answer("ok")]);
    let routes = [Route::from(stage.lm()), Route::from(spare.lm())];
    let lm = Router::new(routes).lm();
    let once = Handling::new().retries(0);
    assert!(lm.complete(handled(once)).await.is_ok());
    assert_eq!((stage.count() - asked, spare.count()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_call_says_that_it_is_not_hedged() {
    // as slow as that, the second route answers first
    let usual = vec![after(100, Act::Answer("first")); 40];
    let slow = vec![after(5_000, Act::Answer("first")); 3];
    let first = Stage::new("first", [usual, slow].concat());
    let second = Stage::new("second", [after(50, Act::Answer("second"))]);
    let hedge = Hedge::new(first.lm(), second.lm()).share(1.0);
    let lm = hedge.lm();
    for _ in 0..40 {
        lm.complete(question()).await.unwrap();
    }
    let text = |handling| {
        let answer = lm.complete(handled(handling));
        async move { answer.await.unwrap().completions[0].text.clone() }
    };
    assert_eq!(text(Handling::new().hedged(false)).await, "first");
    assert_eq!((hedge.made(), second.count()), (0, 0));
    assert_eq!(text(Handling::new().hedged(true)).await, "second");
    assert_eq!(hedge.made(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_call_says_how_long_it_waits_for_a_place() {
    let stage = || Stage::new("m", [after(60_000, Act::Answer("ok"))]).lm();
    let queue = Queue::new(Concurrency::fixed(1)).around(&stage());
    let limit = Limiter::new(Limit::new().requests(1)).around(&stage());
    for lm in [queue, limit] {
        let first = tokio::spawn(lm.complete(question()));
        tokio::task::yield_now().await;
        let wait = |handling: Handling| {
            let (lm, start): (&Lm, _) = (&lm, now());
            async move {
                let error = lm.complete(handled(handling)).await.unwrap_err();
                assert!(error.is_pool_timeout(), "{error}");
                (now() - start).as_secs()
            }
        };
        let short = Handling::new().wait(Duration::from_secs(2));
        assert_eq!(wait(short).await, 2);
        assert_eq!(wait(Handling::new()).await, 30);
        first.abort();
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_says_what_it_may_cost() {
    let stage: Arc<Stage> = Stage::new("m", [Act::Answer("ok")]);
    // a dollar for a token of the reply, of which there are 10 at most
    let prices = Prices::none().set("m", Price::new(0.0, 1e6).longest_reply(10));
    let spending = Spending::new(&prices);
    let lm = spending.around(&stage.lm());
    let cheap = Handling::new().dollars(9.5);
    let error = lm.complete(handled(cheap)).await.unwrap_err();
    assert_eq!(
        (error.kind(), stage.count(), spending.spent().calls),
        (ErrorKind::Budget, 0, 0)
    );
    assert_eq!(
        error.to_string(),
        "the call may cost $10.0000, and its caller allows $9.5000; nothing was sent; raise `Handling::dollars`, or set a lower `max_tokens`"
    );
    // a shorter reply may cost less
    let mut short = handled(cheap);
    short.settings.max_tokens = Some(9);
    assert!(lm.complete(short).await.is_ok());
    assert!(lm.complete(question()).await.is_ok());
}
