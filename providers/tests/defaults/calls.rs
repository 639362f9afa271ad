//! Section 3, as far as servers see it: what is sampled, and several providers at once.
use crate::{
    assert_all,
    support::{Server, Step, ask, reply},
};
use sigflow_core::{Ask, DynSignature, Lm, Sampling};
use sigflow_providers::Compare;
use tokio::time::Instant;

/// All at once, 30 s, late ones dropped and named.
#[tokio::test(start_paused = true)]
async fn comparing() {
    let silent = Server::start(vec![Step::SendAndStall(Vec::new())]).await;
    let well = Server::json(reply("yes")).await;
    let lms = [&silent, &well, &silent].map(|server| Lm::new(server.client()));
    let (compare, start) = (Compare::new(lms), Instant::now());
    let all = compare.all(ask("q")).await;
    assert_all(&[
        ("after", start.elapsed().as_secs().to_string(), "30"),
        ("answers", all.answers.len().to_string(), "1"),
        ("late", all.late.join(", "), "gpt-5-mini, gpt-5-mini #3"),
        (
            "asked",
            (silent.seen().len() + well.seen().len()).to_string(),
            "3",
        ),
    ]);
}

/// Nothing is sent that the user did not set; a preset is what its name says.
#[tokio::test]
async fn sampling() {
    let server = Server::json(reply("[[ ## answer ## ]]\nyes")).await;
    let lm = Lm::new(server.client());
    for lm in [lm.clone(), lm.with_settings(&Sampling::default_text())] {
        let signature = DynSignature::parse("question -> answer").expect("a signature");
        let ask = signature.ask([("question", "?".into())]).expect("it fits");
        ask.predict().with(&lm).await.expect("an answer");
    }
    let sent = server.recorded();
    let members = |index: usize| {
        let body = sent[index].json();
        let keys = body.as_object().expect("an object").keys();
        let mut keys: Vec<&str> = keys.map(String::as_str).collect();
        keys.sort_unstable();
        keys.join(", ")
    };
    assert_all(&[
        ("members", members(0), "messages, model"),
        (
            "temperature",
            sent[1].json()["temperature"].to_string(),
            "0.7",
        ),
        (
            "longest reply",
            sent[1].json()["max_tokens"].to_string(),
            "2048",
        ),
    ]);
}
