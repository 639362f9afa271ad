//! The figures the product ships with, section by section: a changed default is a failing test here and a
//! line in the changelog.
use serde_json::json;
use sigflow_core::{
    Ask, DynSignature, Eviction, FieldSpec, Prediction, Record, SignatureCache, Strategy,
    testing::Scripted,
};
use std::time::Duration;

/// A figure: what it is, ours now, what it shall be.
type Figure = (&'static str, String, &'static str);

fn assert_all(figures: &[Figure]) {
    let wrong: Vec<_> = figures
        .iter()
        .filter(|(_, ours, wanted)| ours != wanted)
        .collect();
    assert!(wrong.is_empty(), "(figure, ours, wanted): {wrong:#?}");
}

/// Section 2: the cache of signatures made at run time. There is none but those one makes.
#[test]
fn the_signature_cache() {
    let cache = SignatureCache::new();
    let settings = cache.settings();
    assert_all(&[
        ("entries", settings.entries().to_string(), "10000"),
        ("eviction", format!("{:?}", settings.evicts()), "Lru"),
        ("expiry", format!("{:?}", settings.expires_after()), "None"),
        (
            "sweep",
            settings.sweeps_every().as_secs().to_string(),
            "300",
        ),
        (
            "other evictions",
            format!("{:?}", [Eviction::Lfu, Eviction::Ttl]),
            "[Lfu, Ttl]",
        ),
    ]);

    let cache = SignatureCache::builder()
        .capacity(2)
        .ttl(Duration::from_hours(1))
        .build();
    for text in ["a -> x", "a -> x", "b -> x", "c -> x"] {
        cache.parse(text).expect("a signature");
    }
    let stats = cache.stats(1);
    assert_all(&[
        ("hits", stats.hits.to_string(), "1"),
        ("misses", stats.misses.to_string(), "3"),
        ("evictions", stats.evictions.to_string(), "1"),
        ("size", stats.size.to_string(), "2"),
        ("hottest", stats.hottest.join(";"), "c -> x"),
    ]);
}

/// Section 2: validation.
#[tokio::test]
async fn validation() {
    let signature = DynSignature::builder("")
        .field(FieldSpec::input("stars", "int").le(5))
        .field(FieldSpec::output("score", "float").le(1))
        .build()
        .expect("a signature");

    let coerced = format!(
        "{:?}",
        signature.ask([("stars", json!("3"))]).expect("coerced")
    );
    let script = Scripted::new(["[[ ## score ## ]]\n2"]);
    let broken = signature
        .ask([("stars", json!(9))])
        .expect_err("an input that breaks its bound");
    let asked = script.requests().len();
    let reply = signature
        .ask([("stars", json!(3))])
        .expect("an input")
        .predict()
        .with(&script.lm())
        .await;
    let checked = reply.expect_err("an output that breaks its bound");

    assert_all(&[
        ("coercion", coerced, r#"{"stars": Number(3)}"#),
        (
            "inputs are checked",
            format!("{:?}", broken.kind()),
            "InvalidInput",
        ),
        ("before a request", asked.to_string(), "0"),
        (
            "outputs are checked",
            format!("{:?}", checked.kind()),
            "Constraint",
        ),
        (
            "name of a response without one",
            signature.def().output_schema().name.as_str().to_owned(),
            "response",
        ),
    ]);
}

/// Section 3: the order of `Strategy::Auto`, each rule beaten by the one before it.
#[tokio::test]
async fn strategies() {
    let reply = "[[ ## reasoning ## ]]\nIt is.\n[[ ## answer ## ]]\nyes";
    let (lm, many) = (Scripted::new([reply; 3]).lm(), Scripted::new([reply]).lm());
    let signature = DynSignature::parse("question -> answer").expect("a signature");
    let call = || {
        let ask = signature.ask([("question", json!("Is it?"))]);
        let call = ask.expect("a question").predict().with(&lm);
        call.strategy(Strategy::Auto)
    };
    let name = |prediction: sigflow_core::Result<Prediction<Record>>| {
        let choice = prediction.expect("an answer").strategy;
        choice.expect("one was chosen").strategy.to_string()
    };
    let forced = {
        let ask = signature.ask([("question", json!("Is it?"))]);
        let call = ask.expect("a question").predict().with(&lm);
        call.strategy(Strategy::Standard).reasoning().compare(&many)
    };
    assert_all(&[
        ("forced", name(forced.await), "standard"),
        (
            "reasoning",
            name(call().reasoning().compare(&many).await),
            "chain_of_thought",
        ),
        (
            "providers",
            name(call().compare(&many).await),
            "multi_provider",
        ),
        ("nothing", name(call().await), "standard"),
        ("optimized", Strategy::Optimized.to_string(), "optimized"),
    ]);
}
