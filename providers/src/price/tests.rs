//! What calls cost, and what happens when there is no money left.
use super::{Price, Prices, Spending, table::shipped};
use crate::{
    calling::testing::{Act, Stage, fail, pieces, question, told},
    compare::Compare,
    retry::{Retry, RetryRule},
    route::{Route, Router},
};
use sigflow_core::{ErrorKind, Response, Usage, testing::Scripted};
use std::time::Duration;

fn is(cost: Option<f64>, dollars: f64) -> bool {
    cost.is_some_and(|cost| (cost - dollars).abs() < 1e-9)
}

#[test]
fn the_table_is_whole_and_names_its_source() {
    let text = include_str!("table.tsv");
    let rows = text.lines().filter(|line| !line.starts_with('#')).count();
    // each line is a model of its own
    assert_eq!(shipped().len(), rows);
    assert!((300..2_000).contains(&rows), "{rows}");
    assert!(
        text.contains("MIT") && text.len() < 100_000,
        "{}",
        text.len()
    );
    let usage = Usage::new(1_000_000, 1_000_000);
    for (model, price) in shipped() {
        let cost = price.cost(&usage);
        assert!(cost > 0.0 && cost < 2_000.0, "{model}: {cost}");
    }
}

#[test]
fn models_are_found_as_servers_and_users_name_them() {
    let prices = Prices::new();
    let mini = prices.of("gpt-5-mini").unwrap();
    for name in [
        "openai/gpt-5-mini",
        "gpt-5-mini-2025-08-07",
        "gpt-5-mini-2099-01-01",
    ] {
        assert_eq!(prices.of(name), Some(mini), "{name}");
    }
    assert!(is(
        prices.cost("gpt-5-mini", &Usage::new(1_000_000, 1_000_000)),
        2.25
    ));
    for name in [
        "gemini-2.5-flash",
        "models/gemini-2.5-flash",
        "gemini/gemini-2.5-flash",
    ] {
        assert!(prices.of(name).is_some(), "{name}");
    }
    assert!(prices.of("claude-sonnet-4-5-20250929").is_some());
    // of several providers that have it, nobody said which
    assert_eq!(prices.of("gpt-oss-20b"), None);
    assert!(prices.of("groq/openai/gpt-oss-20b").is_some());
    for unknown in ["", "-", "llama3.2", "2025-01-01", "a-2025-01-01"] {
        assert_eq!(prices.of(unknown), None, "{unknown}");
    }
    // one's own price comes first, and alone if so wished
    let own = Price::new(1.0, 1.0);
    assert_eq!(
        prices.clone().set("gpt-5-mini", own).of("gpt-5-mini"),
        Some(own)
    );
    assert_eq!(Prices::none().of("gpt-5-mini"), None);
    // also where the server's name for it, with its date, stands in the table
    let prices = prices
        .set("gpt-5-mini", own)
        .set("gemini/gemini-2.5-flash", own);
    for name in [
        "gpt-5-mini-2025-08-07",
        "openai/gpt-5-mini",
        "gemini-2.5-flash",
    ] {
        assert_eq!(prices.of(name), Some(own), "{name}");
    }
    let dated = Price::new(2.0, 2.0);
    let prices = prices.set("gpt-5-mini-2025-08-07", dated);
    assert_eq!(prices.of("gpt-5-mini-2025-08-07"), Some(dated));
    assert_eq!(prices.of("gpt-5-mini"), Some(own));
}

#[tokio::test(start_paused = true)]
async fn an_own_price_comes_before_the_public_one_of_the_servers_name() {
    let answers = || {
        Scripted::new([""; 0]).then_response(|| {
            let mut response = Response::text("ok");
            response.model = "gpt-4o-2024-08-06".into();
            response.usage = Some(Usage::new(7, 3));
            response
        })
    };
    let public = Prices::new()
        .cost("gpt-4o-2024-08-06", &Usage::new(7, 3))
        .unwrap();
    let own = Price::new(1e6, 1e6);
    for (prices, cost) in [
        (Prices::new(), public),
        (Prices::new().set("my-deployment", own), 10.0),
        (Prices::new().set("gpt-4o", own), 10.0),
        // a name that was given for it is nearer than the server's
        (
            Prices::new()
                .set("my-deployment", own)
                .set("gpt-4o", Price::new(1.0, 1.0)),
            10.0,
        ),
    ] {
        let spending = Spending::new(&prices);
        let lm = spending.around_as(&answers().lm(), "my-deployment");
        let response = lm.complete(question()).await.unwrap();
        assert!(is(response.cost, cost), "{:?} {prices:?}", response.cost);
    }
}

#[test]
fn each_kind_of_token_has_its_price() {
    let price = Price::new(1.0, 10.0)
        .cached(0.1)
        .cache_write(1.25)
        .reasoning(5.0)
        .above(200_000, 2.0, 20.0);
    let mut usage = Usage::new(100_000, 1_000);
    assert!(is(Some(price.cost(&usage)), 0.11));
    usage.cached_input_tokens = 50_000;
    usage.cache_write_tokens = 40_000;
    usage.reasoning_tokens = 400;
    // 10 k plain, 50 k cached, 40 k written; 600 said, 400 thought
    assert!(is(
        Some(price.cost(&usage)),
        0.01 + 0.005 + 0.05 + 0.006 + 0.002
    ));
    // all of a long prompt costs more, not only what is beyond
    assert!(is(Some(price.cost(&Usage::new(200_000, 0))), 0.2));
    assert!(is(Some(price.cost(&Usage::new(200_001, 0))), 0.400_002));
    // what was said of cached tokens holds for those of a long prompt too
    usage = Usage::new(300_000, 0);
    usage.cached_input_tokens = 100_000;
    usage.cache_write_tokens = 100_000;
    assert!(is(Some(price.cost(&usage)), 0.2 + 0.01 + 0.125));
}

/// Whatever of the tokens was cached, written or thought.
#[test]
fn no_call_costs_more_than_the_most_of_its_tokens() {
    let random = crate::retry::random::Random::seeded(7);
    let below = |most: u64| random.below(usize::try_from(most).unwrap() + 1) as u64;
    for (model, price) in shipped() {
        for _ in 0..50 {
            let (input, output) = (below(600_000), below(100_000));
            let mut usage = Usage::new(below(input), below(output));
            usage.cached_input_tokens = below(usage.input_tokens);
            usage.cache_write_tokens = below(usage.input_tokens - usage.cached_input_tokens);
            usage.reasoning_tokens = below(usage.output_tokens);
            let (cost, most) = (price.cost(&usage), price.most(&Usage::new(input, output)));
            assert!(
                cost <= most + 1e-9,
                "{model}: {cost} of {most} for {usage:?}"
            );
        }
    }
    // the longest replies of those that have any
    let longest = Prices::none().longest_reply("gpt-5-mini-2025-08-07");
    assert_eq!(longest, Some(128_000));
    assert_eq!(Prices::new().longest_reply("text-embedding-3-small"), None);
    let prices = Prices::new().set("gpt-5-mini", Price::new(1.0, 1.0).longest_reply(100));
    assert_eq!(prices.longest_reply("openai/gpt-5-mini"), Some(100));
}

/// Answers of 7 tokens in and 3 out by model `m-2026`, at a dollar a token.
fn priced() -> Prices {
    Prices::none().set("m", Price::new(1e6, 1e6))
}

#[tokio::test(start_paused = true)]
async fn a_response_says_what_it_cost_and_so_do_its_attempts() {
    let spending = Spending::new(&priced());
    let lm = spending.around(&Stage::new("m", [Act::Answer("ok")]).lm());
    let response = lm.complete(question()).await.unwrap();
    assert!(is(response.cost, 10.0));
    let (_, end) = told(&lm, question()).await;
    let attempts = end.unwrap();
    assert!(
        attempts.len() == 1 && is(attempts[0].cost, 10.0),
        "{attempts:?}"
    );
    let spent = spending.spent();
    assert!(
        (spent.dollars, spent.tokens, spent.calls) == (20.0, 20, 2),
        "{spent:?}"
    );
    // through a router, beside an attempt that cost nothing
    let down = Stage::new("down", [fail(ErrorKind::Server)]);
    let routes = [Route::from(down.lm()), Route::new("paid", lm)];
    let lm = Router::new(routes).retry(RetryRule::never()).lm();
    let response = lm.complete(question()).await.unwrap();
    assert!(is(response.cost, 10.0) && is(response.attempts[1].cost, 10.0));
    assert_eq!(response.attempts[0].cost, None);
    // a model that nobody knows costs nothing known, and not nothing
    let spending = Spending::new(&Prices::none());
    let lm = spending.around(&Stage::new("m", [Act::Answer("ok")]).lm());
    assert_eq!(lm.complete(question()).await.unwrap().cost, None);
    assert_eq!(
        (spending.spent().unpriced, spending.spent().tokens),
        (1, 10)
    );
    let lm = spending
        .refuse_unpriced()
        .around(&Stage::new("m", [Act::Answer("ok")]).lm());
    let error = lm.complete(question()).await.unwrap_err();
    assert!(
        error.is_budget() && error.to_string().contains("Prices::set"),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn calls_at_once_do_not_spend_more_than_there_is() {
    let stage = Stage::new(
        "m",
        [crate::calling::testing::after(100, Act::Answer("ok"))],
    );
    // each may cost 44 at most: 8 bytes of prompt with 16 tokens around them, a reply of 20
    let spending = Spending::new(&priced()).dollars(95.0);
    let lm = spending.around(&stage.lm()).max_tokens(20);
    let calls = (0..4).map(|_| {
        let lm = lm.clone();
        tokio::spawn(async move { lm.complete(question()).await })
    });
    let calls: Vec<_> = calls.collect();
    let mut refused = 0;
    for call in calls {
        if let Err(error) = call.await.unwrap() {
            assert!(
                error.is_budget() && error.to_string().contains("nothing was sent"),
                "{error}"
            );
            refused += 1;
        }
    }
    // two are under way; each took 10, so there is room again until 60 are spent
    assert_eq!((refused, stage.count()), (2, 2));
    for _ in 0..4 {
        lm.complete(question()).await.unwrap();
    }
    assert!(lm.complete(question()).await.unwrap_err().is_budget());
    assert!((spending.spent().dollars - 60.0).abs() < 1e-9);
    // tokens by the same rule
    let lm = Spending::new(&Prices::none())
        .tokens(50)
        .around(&stage.lm())
        .max_tokens(20);
    lm.complete(question()).await.unwrap();
    assert!(lm.complete(question()).await.unwrap_err().is_budget());
}

#[tokio::test(start_paused = true)]
async fn what_may_have_been_billed_is_perhaps_spent() {
    for (act, perhaps) in [
        (fail(ErrorKind::RateLimited), false),
        (fail(ErrorKind::Transport), true),
        (pieces(&["a"], Act::Cut), true),
        (Act::Silent, true),
    ] {
        let spending = Spending::new(&priced());
        let lm = spending.around(&Stage::new("m", [act]).lm()).max_tokens(20);
        let call = tokio::time::timeout(Duration::from_secs(1), told(&lm, question()));
        let _ = call.await;
        let spent = spending.spent();
        assert_eq!(spent.perhaps_dollars > 20.0, perhaps, "{spent:?}");
        assert_eq!((spent.dollars, spent.calls), (0.0, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn a_reply_out_of_a_cache_costs_nothing() {
    use sigflow_core::{Chunk, LanguageModel, Lm, Request, Response, Result};
    /// Answers out of a cache.
    struct Kept;
    impl LanguageModel for Kept {
        fn complete(
            self: std::sync::Arc<Self>,
            _: Request,
        ) -> sigflow_core::BoxFuture<'static, Result<Response>> {
            let mut response = Response::text("ok");
            response.usage = Some(Usage::new(7, 3));
            Box::pin(async { Ok(response.from_cache()) })
        }
        fn stream(
            self: std::sync::Arc<Self>,
            _: Request,
        ) -> sigflow_core::BoxStream<'static, Result<Chunk>> {
            Chunk::stream_of(Response::text("ok").from_cache().into_chunks().map(Ok))
        }
        fn name(&self) -> &'static str {
            "m"
        }
    }
    let spending = Spending::new(&priced()).dollars(50.0);
    let limiter = crate::limit::Limiter::new(crate::limit::Limit::new().requests(60).tokens(600));
    let lm = spending.around(&limiter.around(&Lm::new(Kept)));
    let lm = lm.max_tokens(20);
    for _ in 0..20 {
        let response = lm.complete(question()).await.unwrap();
        assert!(response.cost.is_none() && response.saved.is_some());
        told(&lm, question()).await.1.unwrap();
    }
    assert_eq!(spending.spent(), super::Spent::default());
    assert_eq!(limiter.left().requests, Some(10));
}

/// What is reserved is a bound: by prompts in other scripts, replies whose length nobody set, prompts that are written to a
/// cache, no call costs more than was kept for it.
#[tokio::test(start_paused = true)]
async fn a_call_that_may_cost_more_than_there_is_is_not_made() {
    let of = |model: &'static str, text: &str| {
        let mut request = question();
        request.turns = sigflow_core::Message::user(text.to_owned()).into();
        (Stage::new(model, [Act::Answer("ok")]), request)
    };
    let long = "x".repeat(100_000);
    for (model, text, most_tokens, enough, too_few) in [
        // 128,000 tokens at two dollars a million
        ("gpt-5-mini", "Where?", None, 0.257, 0.255),
        // 3.75 dollars and not 3 where a prompt is written to the cache
        ("claude-sonnet-4-5-20250929", &*long, Some(1), 0.376, 0.374),
        // 3 bytes of each of these make a token or more
        (
            "gpt-5-mini",
            &*"龘".repeat(100_000),
            Some(1),
            0.0752,
            0.0748,
        ),
    ] {
        for (dollars, goes) in [(enough, true), (too_few, false)] {
            let (stage, request) = of(model, text);
            let mut lm = Spending::new(&Prices::new())
                .dollars(dollars)
                .around(&stage.lm());
            if let Some(tokens) = most_tokens {
                lm = lm.max_tokens(tokens);
            }
            let result = lm.complete(request).await;
            assert_eq!(result.is_ok(), goes, "{model} {dollars}: {result:?}");
            assert_eq!(stage.count(), usize::from(goes));
        }
    }
    // tokens too, of a model that nobody knows
    let (stage, request) = of("mine", "龘龘");
    let bound = |tokens| {
        Spending::new(&Prices::none())
            .tokens(tokens)
            .around(&stage.lm())
    };
    assert!(bound(8_192).complete(request.clone()).await.is_err());
    assert!(bound(8_300).complete(request).await.is_ok());
}

/// Around layers that ask several times each request is counted.
#[tokio::test(start_paused = true)]
async fn each_request_of_layers_inside_is_counted() {
    // one broke off, and may be on the bill; one was refused, and is not
    let acts = [
        fail(ErrorKind::Transport),
        fail(ErrorKind::RateLimited),
        Act::Answer("ok"),
    ];
    for is_stream in [false, true] {
        let spending = Spending::new(&priced());
        let retry = Retry::new(Stage::new("m", acts.clone()).lm()).lm();
        let lm = spending.around(&retry).max_tokens(20);
        let attempts = if is_stream {
            told(&lm, question()).await.1.unwrap()
        } else {
            lm.complete(question()).await.unwrap().attempts
        };
        let costs: Vec<Option<f64>> = attempts.iter().map(|one| one.cost).collect();
        assert_eq!(costs, [None, None, Some(10.0)]);
        let spent = spending.spent();
        assert_eq!((spent.dollars, spent.tokens, spent.calls), (10.0, 10, 1));
        // 8 bytes of prompt with 16 tokens around them, a reply of 20: once
        assert_eq!((spent.perhaps_dollars, spent.perhaps_tokens), (44.0, 44));
    }

    // a failure says which of its requests may be on the bill, whatever the error that comes out
    for (acts, perhaps) in [
        (
            [fail(ErrorKind::RateLimited), fail(ErrorKind::Transport)],
            88,
        ),
        (
            [fail(ErrorKind::Transport), fail(ErrorKind::RateLimited)],
            44,
        ),
    ] {
        let spending = Spending::new(&priced());
        let lm = Retry::new(Stage::new("m", acts).lm()).retries(2).lm();
        let lm = spending.around(&lm).max_tokens(20);
        let error = lm.complete(question()).await.unwrap_err();
        assert_eq!(error.attempts().len(), 3, "{error}");
        assert_eq!(spending.spent().perhaps_tokens, perhaps, "{error}");
    }

    // of a comparison each answer that is told is paid, and whoever was left may be on the bill
    let prices = priced().set("dear", Price::new(2e6, 2e6));
    let spending = Spending::new(&prices);
    let stages = [
        Stage::new("m", [Act::Answer("one")]),
        Stage::new("dear", [Act::Answer("two")]),
        Stage::new("m", [Act::Silent]),
    ];
    let lm = Compare::new(stages.iter().map(Stage::lm)).lm();
    let lm = spending.around_as(&lm, "m").max_tokens(20);
    let response = lm.complete(question()).await.unwrap();
    assert!(is(response.cost, 10.0) && is(response.cost_in_all(), 30.0));
    let spent = spending.spent();
    assert_eq!((spent.dollars, spent.tokens, spent.calls), (30.0, 20, 1));
    assert_eq!(spent.perhaps_tokens, 44);
}
