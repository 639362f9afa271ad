//! Questions and replies, and signatures made at run time.
use super::{Row, bytes, count, row, shown, time, word};
use sigflow::{
    Adapter, Ask as _, Budget, Call, DynAsk, DynPredict, DynSignature, Eviction, Lm, Result,
    Sampling, Scope, Settings, SignatureCache, Strategy, Strictness, testing::Scripted,
};
use std::time::Duration;

const REPLY: &str = "[[ ## answer ## ]]\nyes\n\n[[ ## stars ## ]]\n4";

fn signature() -> DynSignature {
    DynSignature::parse("question -> answer, stars: int").expect("a signature")
}

/// A question to a model that says this.
fn call(replies: impl IntoIterator<Item = &'static str>) -> (Scripted, Call<DynAsk>) {
    let script = Scripted::new(replies);
    let ask = signature().ask([("question", "Is it?".into())]);
    let call = ask.expect("it fits").predict().with(&script.lm());
    (script, call)
}

async fn form(call: Call<DynAsk>) -> String {
    let prediction = call.prediction().await.expect("an answer");
    word(prediction.adapter.adapter)
}

/// What was sent of settings.
async fn sampling((script, call): (Scripted, Call<DynAsk>)) -> String {
    call.await.expect("an answer");
    let settings = script.requests()[0].settings.clone();
    if settings == Settings::default() {
        "nothing is sent".to_owned()
    } else {
        format!("{settings:?}")
    }
}

async fn complaints(script: Scripted, call: Call<DynAsk>) -> String {
    let _ = call.await;
    (script.requests().len() - 1).to_string()
}

/// Whether a sloppy reply is read.
async fn strictness(call: Call<DynAsk>) -> String {
    let is_read = call.await.is_ok();
    word(if is_read {
        Strictness::Lenient
    } else {
        Strictness::Strict
    })
}

async fn deadline((script, call): (Scripted, Call<DynAsk>)) -> String {
    call.await.expect("an answer");
    match script.requests()[0].deadline {
        None => "none".to_owned(),
        Some(_) => "some".to_owned(),
    }
}

fn verdict(answer: Result<impl Sized>) -> &'static str {
    match answer {
        Ok(_) => "no bound",
        Err(error) if error.is_budget() => "bounded",
        Err(_) => "another error",
    }
}

/// How many of 150 calls are remembered, by model and by predictor, and whether with texts.
async fn remembered(lm: fn(Lm) -> Lm, predictor: fn(DynPredict) -> DynPredict) -> [String; 3] {
    let lm = lm(Scripted::new([REPLY; 150]).lm());
    let predictor = predictor(DynPredict::new(signature()));
    for _ in 0..150 {
        let call = predictor.call([("question", "Is it?".into())]);
        call.expect("it fits").with(&lm).await.expect("an answer");
    }
    let (requests, calls) = (lm.history(), predictor.history());
    let texts = requests.iter().any(|call| call.content.is_some())
        && calls.iter().any(|call| call.content.is_some());
    [
        requests.len().to_string(),
        calls.len().to_string(),
        if texts { "kept" } else { "none" }.to_owned(),
    ]
}

/// The most bytes of texts, by filling both histories: as many MiB as they keep of calls that take one each.
async fn most_texts(lm: fn(Lm) -> Lm, predictor: fn(DynPredict) -> DynPredict) -> String {
    let long = "x".repeat(1 << 20);
    let lm = lm(Scripted::new([REPLY; 20]).lm());
    let predictor = predictor(DynPredict::new(signature()));
    for _ in 0..20 {
        let call = predictor.call([("question", long.as_str().into())]);
        call.expect("it fits").with(&lm).await.expect("an answer");
    }
    // all that is there beside the texts is less than one of them
    let bound = |used: usize| used.next_multiple_of(1 << 20).to_string();
    let calls = sigflow::Predictor::calls(&predictor).expect("it keeps them");
    assert_eq!(bound(lm.history_bytes()), bound(calls.bytes()));
    bytes(&bound(calls.bytes()))
}

/// Whether a string becomes a signature once.
async fn cached(scope: Scope) -> String {
    let twice = async { [signature(), signature()].map(|it| it.outputs().as_ptr()) };
    let [one, other] = scope.enter(twice).await;
    if one == other { "one" } else { "none" }.to_owned()
}

pub(super) async fn rows() -> Vec<Row> {
    let plain = || call([REPLY]);
    let sloppy = || call(["[[ ## answer ## ]]\nyes\n\n[[ ## stars ## ]]\nI give it 4 stars"]).1;
    let broken = || call(["nothing", "nothing", REPLY]);
    let (script, without) = broken();
    let (script_of_two, with) = broken();
    let kept = remembered(|lm| lm, |predictor| predictor).await;
    let others = remembered(
        |lm| lm.keep_history(7).with_content_history(),
        |predictor| predictor.keep_history(8).with_content_history(),
    )
    .await;
    let strategy = plain().1.prediction().await.expect("an answer").strategy;
    let chosen = plain().1.strategy(Strategy::Auto).await;
    let chosen = chosen.expect("an answer").strategy;
    let prediction = sloppy().prediction().await.expect("it is forgiven");
    // a plain call answers with the outputs and nothing beside
    let outputs: sigflow::Record = plain().1.await.expect("an answer");
    let budget = Scope::current().with_budget(&Budget::new().calls(0));

    let signatures = SignatureCache::new();
    let settings = signatures.settings();
    let mut scope = Scope::current();
    let uncached = cached(scope.clone()).await;
    scope = scope.with_signatures(&signatures);
    let other = SignatureCache::builder()
        .capacity(1)
        .bytes(2 << 20)
        .eviction(Eviction::Ttl)
        .ttl(Duration::from_secs(1))
        .sweep_every(Duration::from_secs(2))
        .build();
    let other = other.settings();
    let expiry = |after: Option<Duration>| after.map_or("never".to_owned(), |it| format!("{it:?}"));
    vec![
        row(
            "form of requests",
            form(plain().1).await,
            form(plain().1.adapter(Adapter::Json)).await,
        ),
        row(
            "way in which a question is asked",
            strategy.map_or("as it stands", |choice| choice.strategy.as_str()),
            chosen.map_or("as it stands", |choice| choice.strategy.as_str()),
        ),
        row(
            "sampling",
            sampling(plain()).await,
            sampling({
                let (script, call) = plain();
                (script, call.settings(&Sampling::default_text()))
            })
            .await,
        ),
        row(
            "what is forgiven to a reply",
            strictness(sloppy()).await,
            strictness(sloppy().strictness(Strictness::Strict)).await,
        ),
        row(
            "complaints about a reply that does not fit",
            complaints(script, without).await,
            complaints(script_of_two, with.reask(2)).await,
        ),
        row(
            "report of how well it fits",
            if outputs.len() == 2 { "none" } else { "some" },
            format!("{:?}", prediction.quality()),
        ),
        row(
            "deadline",
            deadline(plain()).await,
            deadline({
                let (script, call) = plain();
                (script, call.deadline(Duration::from_secs(9)))
            })
            .await,
        ),
        row(
            "calls and tokens of a run",
            verdict(Scope::current().run("run", plain().1).await),
            verdict(budget.run("run", plain().1).await),
        ),
        row("calls that a model remembers", &kept[0], &others[0]),
        row("calls that a predictor remembers", &kept[1], &others[1]),
        row("texts of them", &kept[2], &others[2]),
        row(
            "bytes of texts, where there are any",
            most_texts(Lm::with_content_history, DynPredict::with_content_history).await,
            most_texts(
                |lm| lm.with_content_history_of(3 << 20),
                |predictor| predictor.with_content_history_of(3 << 20),
            )
            .await,
        ),
        row("cache of signatures", uncached, cached(scope).await),
        row(
            "entries of a cache of signatures",
            count(&settings.entries().to_string()),
            count(&other.entries().to_string()),
        ),
        row(
            "bytes of a cache of signatures",
            bytes(&shown(settings, "bytes")),
            bytes(&shown(other, "bytes")),
        ),
        row(
            "the entry that goes first",
            word(settings.evicts()),
            word(other.evicts()),
        ),
        row(
            "entries expire",
            expiry(settings.expires_after()),
            expiry(other.expires_after()),
        ),
        row(
            "expired entries are looked for every",
            time(&format!("{:?}", settings.sweeps_every())),
            time(&format!("{:?}", other.sweeps_every())),
        ),
    ]
}
