//! What makes two requests the same one.
use super::*;
use crate::{
    compare::{Compare, Select},
    hedge::Hedge,
    limit::{Limit, Limiter},
    price::{Prices, Spending},
    queue::{Concurrency, Queue},
};

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
    let hedge = |one: &Lm, other: &Lm| Hedge::new(one, other).lm().identity();
    assert_ne!(hedge(&lm, &warm), hedge(&warm, &lm));
    assert_ne!(hedge(&lm, &warm), route([&lm, &warm]));
    let compare = |select: Select| Compare::new([&lm, &warm]).select(select).lm().identity();
    assert!(compare(Select::Given).is_some());
    assert_ne!(compare(Select::Given), compare(Select::Majority));
    // what a function picks nobody knows, and one that does not say who it is makes all around it so
    assert_eq!(compare(Select::by(|_| 0)), None);
    let nameless = Lm::from_fn(|_| async { Ok(Response::text("ok")) });
    assert_eq!((nameless.identity(), route([&lm, &nameless])), (None, None));
    // a name with a comma is not two
    let of = |names: &[&'static str]| {
        Router::new(names.iter().map(|name| Stage::new(name, ONE).lm())).identity()
    };
    assert_ne!(of(&["a", "b"]), of(&["a\", \"b"]));
}

#[tokio::test]
async fn a_model_that_does_not_say_which_it_is_has_its_replies_to_itself() {
    // two of one place in the source, one name and one type
    let saying = |text: &'static str| Lm::from_fn(move |_| async move { Ok(Response::text(text)) });
    let cache = ResponseCache::new();
    let around = |lm: &Lm| Cached::new(lm.clone()).cache(&cache).lm();
    let (one, other) = (saying("one"), saying("other"));
    for _ in 0..2 {
        assert_eq!(ask(&around(&one), question()).await, "one");
        assert_eq!(ask(&around(&other), question()).await, "other");
    }
    let stats = cache.stats(0);
    assert_eq!((stats.hits, stats.misses), (2, 2), "clones are one model");
    // a name that somebody gives is a name
    let named = |lm: &Lm| {
        Cached::new(lm.clone())
            .cache(&cache)
            .known_as("function")
            .lm()
    };
    assert_eq!(ask(&named(&one), question()).await, "one");
    assert_eq!(ask(&named(&other), question()).await, "one");
}

#[cfg(feature = "openai")]
#[test]
fn a_client_is_known_by_its_server_and_its_settings() {
    use crate::OpenAi;
    let known = |builder: crate::OpenAiBuilder| {
        let client = builder.build().expect("a client");
        client.identity().expect("it says so")
    };
    let at = |url: &str| OpenAi::builder("tiny").base_url(url).api_key("sk-secret");
    let (one, two) = (
        known(at("http://127.0.0.1:1/v1")),
        known(at("http://127.0.0.1:2/v1")),
    );
    assert_ne!(one, two);
    assert_eq!(one, known(at("http://127.0.0.1:1/v1")));
    assert!(one.contains("tiny") && !one.contains("secret"), "{one}");
}

/// What stands around a model says which model it is: at another temperature inside it is another one.
#[tokio::test]
async fn what_is_around_a_model_has_the_replies_of_that_model() {
    type Around = Box<dyn Fn(&Lm) -> Lm>;
    let limiter = Limiter::new(Limit::new());
    let queue = Queue::new(Concurrency::default());
    let spending = Spending::new(&Prices::none());
    let around: [(&str, Around); 7] = [
        ("limiter", Box::new(move |lm| limiter.around(lm))),
        ("queue", Box::new(move |lm| queue.around(lm))),
        ("spending", Box::new(move |lm| spending.around(lm))),
        ("retry", Box::new(|lm| Retry::new(lm.clone()).lm())),
        ("router", Box::new(|lm| Router::new([lm]).lm())),
        ("hedge", Box::new(|lm| Hedge::new(lm, lm).lm())),
        ("compare", Box::new(|lm| Compare::new([lm]).lm())),
    ];
    for (name, around) in around {
        let (stage, cache) = (Stage::new("tiny", ONE), ResponseCache::new());
        let at = |temperature| {
            let inside = around(&stage.lm().temperature(temperature));
            Cached::new(inside).cache(&cache).lm()
        };
        assert_eq!(ask(&at(0.0), question()).await, "one", "{name}");
        assert_eq!(ask(&at(1.0), question()).await, "two", "{name}");
        assert_eq!(ask(&at(0.0), question()).await, "one", "{name}");
        assert_eq!(stage.count(), 2, "{name}");
    }
}
