//! Which route is asked first, and what all of them together are.
use super::*;

#[tokio::test(start_paused = true)]
async fn weights_share_the_calls() {
    let (one, other, spare) = (
        Stage::new("one", [Act::Answer("1")]),
        Stage::new("other", [Act::Answer("2")]),
        Stage::new("spare", [Act::Answer("3")]),
    );
    let lm = Router::weighted([
        Route::new("one", one.lm()).weight(3),
        Route::new("other", other.lm()),
        Route::new("spare", spare.lm()).weight(0),
    ])
    .seed(5)
    .lm();
    for _ in 0..1000 {
        lm.complete(question()).await.unwrap();
    }
    assert!((700..800).contains(&one.count()), "{}", one.count());
    assert_eq!((one.count() + other.count(), spare.count()), (1000, 0));
}

#[tokio::test(start_paused = true)]
async fn the_faster_route_gets_the_calls() {
    let slow = Stage::new("slow", [after(900, Act::Answer("1"))]);
    let fast = Stage::new("fast", [after(100, Act::Answer("2"))]);
    let middle = Stage::new("middle", [after(400, Act::Answer("2"))]);
    let lm = Router::fastest([slow.lm(), fast.lm(), middle.lm()])
        .seed(1)
        .lm();
    for _ in 0..90 {
        told(&lm, question()).await.1.unwrap();
    }
    // of two at random the better: two of three calls, one of three, and none after the first
    assert!(
        fast.count() > 50 && slow.count() <= 2,
        "{} {}",
        fast.count(),
        slow.count()
    );
    assert!(middle.count() > 15, "{}", middle.count());
    // what is under way counts
    let (one, other) = (
        Stage::new("one", [after(1000, Act::Answer("1"))]),
        Stage::new("other", [after(1000, Act::Answer("2"))]),
    );
    let lm = Router::fastest([one.lm(), other.lm()]).lm();
    for _ in 0..3 {
        let both = tokio::join!(lm.complete(question()), lm.complete(question()));
        assert!(both.0.is_ok() && both.1.is_ok());
    }
    assert_eq!((one.count(), other.count()), (3, 3));
}

#[tokio::test(start_paused = true)]
async fn the_cheaper_route_gets_the_calls() {
    let stages =
        ["unknown", "dear", "cheap", "wordy"].map(|name| Stage::new(name, [Act::Answer("")]));
    let [unknown, dear, cheap, wordy] = &stages;
    let router = || {
        Router::cheapest([
            Route::new("unknown", unknown.lm()),
            Route::new("dear", dear.lm()).price(10.0, 10.0),
            Route::new("cheap", cheap.lm()).price(2.0, 2.0),
            // its prompts are cheap and its replies are not
            Route::new("wordy", wordy.lm()).price(0.1, 50.0),
        ])
    };
    router().lm().complete(question()).await.unwrap();
    assert_eq!(stages.each_ref().map(|stage| stage.count()), [0, 0, 1, 0]);
    let mut request = question();
    request.settings.max_tokens = Some(1);
    request
        .turns
        .push(sigflow_core::Message::user("word ".repeat(10_000)));
    router().lm().complete(request).await.unwrap();
    assert_eq!(stages.each_ref().map(|stage| stage.count()), [0, 0, 1, 1]);
}

#[tokio::test]
async fn routes_have_names_and_abilities_of_all() {
    let (one, other) = (
        Stage::new("same", [Act::Silent]),
        Stage::new("same", [Act::Silent]),
    );
    let chat = other.lm().with_capabilities(Capabilities::CHAT);
    let lm = Lm::new(Router::new([one.lm(), chat]));
    assert_eq!(lm.name(), "same, same #2");
    assert_eq!(lm.capabilities(), Capabilities::CHAT);
    assert_eq!(
        Router::new([one.lm(), other.lm()]).lm().capabilities(),
        Capabilities::ALL
    );
    let nobody = Router::new([] as [Lm; 0]).lm();
    let error = nobody.complete(question()).await.unwrap_err();
    assert!(error.is_configuration(), "{error}");
    assert!(
        told(&nobody, question())
            .await
            .1
            .unwrap_err()
            .is_configuration()
    );
}
