//! Section 2: signatures made at run time and their cache, validation, schemas and names.
use super::{ask, assert_all};
use serde_json::{Value, json};
use sigflow_core::{
    Adapter, Ask, Capabilities, Dialect, DynPredict, DynSignature, ErasedProgram, Eviction,
    FieldSpec, Fit, Lm, OutputSchema, Record, Request, ResponseFormat, Scope, SignatureCache,
    Strictness, ToolChoice, testing::Scripted,
};
use std::{sync::Barrier, time::Duration};

/// 10,000 entries; lru by default, lfu, ttl; swept every 300 s.
#[test]
fn the_signature_cache() {
    let cache = SignatureCache::new();
    let settings = cache.settings();
    // `a` is the oldest, `b` was used longest ago, `c` least often
    let keeps = |eviction| {
        let cache = SignatureCache::builder()
            .capacity(3)
            .eviction(eviction)
            .build();
        for name in "abcbbaacd".chars() {
            cache.parse(&format!("{name} -> x")).expect("a signature");
        }
        cache.stats(9).hottest.join("; ")
    };
    assert_all(&[
        ("entries", settings.entries().to_string(), "10000"),
        ("eviction", format!("{:?}", settings.evicts()), "Lru"),
        ("expiry", format!("{:?}", settings.expires_after()), "None"),
        ("sweep", format!("{:?}", settings.sweeps_every()), "300s"),
        ("lru", keeps(Eviction::Lru), "d -> x; c -> x; a -> x"),
        ("lfu", keeps(Eviction::Lfu), "d -> x; a -> x; b -> x"),
        ("ttl", keeps(Eviction::Ttl), "d -> x; c -> x; b -> x"),
    ]);
}

/// Hits, misses, evictions, size, the hottest by last use.
#[test]
fn counters_of_the_signature_cache() {
    let cache = SignatureCache::builder().capacity(2).build();
    for text in ["a -> x", "b -> x", "a -> x", "c -> x", "a -> x"] {
        cache.parse(text).expect("a signature");
    }
    let stats = cache.stats(1);
    assert_all(&[
        ("hits", stats.hits.to_string(), "2"),
        ("misses", stats.misses.to_string(), "3"),
        ("evictions", stats.evictions.to_string(), "1"),
        ("size", stats.size.to_string(), "2"),
        ("hottest 1", stats.hottest.join("; "), "a -> x"),
        (
            "hottest 9",
            cache.stats(9).hottest.join("; "),
            "a -> x; c -> x",
        ),
    ]);
}

/// Expired entries are gone after 300 s, whoever comes then.
#[tokio::test(start_paused = true)]
async fn expired_signatures_are_swept() {
    let cache = SignatureCache::builder()
        .ttl(Duration::from_secs(10))
        .build();
    let parse = |text: &str| cache.parse(text).expect("a signature");
    parse("a -> x");
    tokio::time::advance(Duration::from_secs(299)).await;
    parse("b -> x");
    let before = cache.stats(0);
    tokio::time::advance(Duration::from_secs(1)).await;
    parse("b -> x");
    let after = cache.stats(0);
    assert_all(&[
        ("entries after 299 s", before.size.to_string(), "2"),
        ("entries after 300 s", after.size.to_string(), "1"),
        ("evictions", after.evictions.to_string(), "1"),
    ]);
}

/// Concurrent first uses make it once, and the others wait.
#[test]
fn concurrent_first_uses() {
    let (cache, barrier) = (SignatureCache::new(), Barrier::new(8));
    std::thread::scope(|threads| {
        for _ in 0..8 {
            threads.spawn(|| {
                barrier.wait();
                cache.parse("a: list[str], b: dict[str, int] -> c: Literal['x', 'y']")
            });
        }
    });
    let stats = cache.stats(0);
    assert_eq!((stats.misses, stats.hits, stats.size), (1, 7, 1));
}

/// A value in the scope: none by itself, and only for strings.
#[tokio::test]
async fn the_cache_is_a_value_of_the_scope() {
    let cache = SignatureCache::new();
    let make = || async {
        DynSignature::parse("a -> x").expect("a signature");
        DynSignature::builder("")
            .field(FieldSpec::output("x", "str"))
            .build()
            .expect("a signature");
    };
    make().await;
    let without = cache.stats(0).misses;
    let scope = Scope::current().with_signatures(&cache);
    scope.clone().enter(make()).await;
    scope.enter(make()).await;
    let stats = cache.stats(0);
    assert_all(&[
        ("without", without.to_string(), "0"),
        ("misses", stats.misses.to_string(), "1"),
        ("hits", stats.hits.to_string(), "1"),
        (
            "around",
            Scope::current().signatures().is_some().to_string(),
            "false",
        ),
    ]);
}

/// Coercion on, strict off, outputs held to their bounds, the report of quality where it is asked for; inputs before
/// anything is sent.
#[tokio::test]
async fn validation() {
    let signature = DynSignature::builder("")
        .field(FieldSpec::input("stars", "int").le(5))
        .field(FieldSpec::output("score", "float").le(1))
        .build()
        .expect("a signature");
    let coerced = signature.ask([("stars", json!("3"))]).expect("coerced");
    // the bound is the call's business
    let script = Scripted::new(["[[ ## score ## ]]\n2", "Sure: {score: '0.5',}"]);
    let broken = signature
        .ask([("stars", json!(9))])
        .expect_err("an input that breaks its bound");
    let asked = script.requests().len();
    let call = || {
        let ask = signature.ask([("stars", json!(3))]).expect("an input");
        ask.predict().with(&script.lm())
    };
    let unfit = call().await.expect_err("an output that breaks its bound");
    let sloppy = call().prediction().await.expect("it is forgiven");
    let script = Scripted::new(["[[ ## score ## ]]\n1"; 2]);
    let call = || {
        let ask = signature.ask([("stars", json!(3))]).expect("an input");
        ask.predict().with(&script.lm())
    };
    // a plain call answers with its outputs alone
    let plain: Record = call().await.expect("a score");
    let clean = call().prediction().await.expect("a score").quality();
    assert_all(&[
        (
            "coercion",
            format!("{coerced:?}"),
            r#"{"stars": Number(3)}"#,
        ),
        ("strict", format!("{:?}", Strictness::default()), "Lenient"),
        ("a sloppy reply", sloppy.output["score"].to_string(), "0.5"),
        (
            "inputs are checked",
            format!("{:?}", broken.kind()),
            "InvalidInput",
        ),
        ("before a request", asked.to_string(), "0"),
        (
            "outputs are checked",
            format!("{:?}", unfit.kind()),
            "Constraint",
        ),
        ("quality off", plain.len().to_string(), "1"),
        ("quality asked", clean.score.to_string(), "1"),
        (
            "quality of a sloppy reply",
            (sloppy.quality().score < 1.0).to_string(),
            "true",
        ),
    ]);
}

fn able(tools: bool, json_schema: bool) -> Capabilities {
    let mut able = Capabilities::CHAT;
    (able.tools, able.json_schema, able.json_object) = (tools, json_schema, true);
    able
}

/// What is asked of a model with an adapter.
fn request(signature: &DynSignature, lm: &Lm, adapter: Adapter) -> Request {
    let ask = signature.ask([("question", json!("?"))]).expect("it fits");
    let call = ask.predict().adapter(adapter).with(lm);
    call.request().expect("a request")
}

/// OpenAI's function, structured output and JSON mode; Anthropic's and Gemini's forms; generic output and input.
#[test]
fn schemas_of_each_dialect() {
    let signature = DynSignature::parse("question -> answer, stars: int").expect("a signature");
    let lm = Scripted::new([""]).lm();
    let function = request(&signature, &lm, Adapter::Tool);
    let structured = request(&signature, &lm, Adapter::Structured);
    let json_mode = request(
        &signature,
        &lm.with_capabilities(able(false, false)),
        Adapter::Json,
    );
    let ResponseFormat::Schema(schema) = structured.response_format else {
        panic!("{:?}", structured.response_format);
    };
    let OutputSchema {
        plain,
        openai,
        anthropic,
        gemini,
        ..
    } = schema;
    let members = |text: &str| {
        let schema: Value = serde_json::from_str(text).expect("JSON");
        let keys = schema["properties"].as_object().expect("members").keys();
        keys.cloned().collect::<Vec<_>>().join(", ")
    };
    let program = DynPredict::new(signature.clone());
    let outputs = "answer, stars";
    let own = |text: Option<sigflow_core::Text>| members(text.expect("it fits").as_str());
    assert_all(&[
        (
            "OpenAI function",
            members(function.tools[0].parameters.as_str()),
            outputs,
        ),
        ("OpenAI structured output", own(openai), outputs),
        (
            "OpenAI JSON mode",
            format!("{:?}", json_mode.response_format),
            "JsonObject",
        ),
        ("Anthropic", own(anthropic), outputs),
        ("Gemini", own(gemini), outputs),
        ("generic output", members(plain.as_str()), outputs),
        (
            "generic output of a program",
            members(&program.output_schema().to_string()),
            outputs,
        ),
        (
            "generic input of a program",
            members(&program.input_schema().to_string()),
            "question",
        ),
    ]);
    for dialect in [
        Dialect::Plain,
        Dialect::OpenAi,
        Dialect::Anthropic,
        Dialect::Gemini,
    ] {
        let fit = signature.def().fit(dialect);
        assert!(!matches!(fit, Fit::Refused(_)), "{dialect:?}: {fit:?}");
    }
}

/// Names when the signature has none: tool `execute`, response `response`, strict, forced. Else its own.
#[test]
fn names_of_signatures_without_one() {
    let unnamed = DynSignature::parse("question -> answer").expect("a signature");
    let named = DynSignature::builder("Short answer")
        .field(FieldSpec::input("question", "str"))
        .field(FieldSpec::output("answer", "str"))
        .build()
        .expect("a signature");
    let lm = Scripted::new([""]).lm();
    let tool = |signature: &DynSignature| request(signature, &lm, Adapter::Tool);
    let forced = |signature: &DynSignature| match tool(signature).tool_choice {
        ToolChoice::Named(name) => name,
        other => format!("{other:?}"),
    };
    let response = |signature: &DynSignature| {
        let format = request(signature, &lm, Adapter::Structured).response_format;
        match format {
            ResponseFormat::Schema(schema) => schema.name.as_str().to_owned(),
            other => format!("{other:?}"),
        }
    };
    assert_all(&[
        ("tool", tool(&unnamed).tools[0].name.clone(), "execute"),
        ("strict", tool(&unnamed).tools[0].strict.to_string(), "true"),
        ("forced", forced(&unnamed), "execute"),
        ("response", response(&unnamed), "response"),
        (
            "its own tool",
            tool(&named).tools[0].name.clone(),
            "Short_answer",
        ),
        ("its own, forced", forced(&named), "Short_answer"),
        ("its own response", response(&named), "Short_answer"),
    ]);
    // and the string form knows it without a builder
    assert_eq!(
        ask("question -> answer", ("question", json!("?")))
            .signature()
            .name(),
        "StringSignature"
    );
}
