//! What makes two requests the same one.
use super::*;

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
