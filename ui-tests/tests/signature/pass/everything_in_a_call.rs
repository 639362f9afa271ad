//! A call with all that can be said on it, and what its answers can do.
use sigflow::prelude::*;
use std::time::Duration;

signature! {
    #[derive(Clone, PartialEq)]
    struct Qa { question: String } -> { answer: String }
    struct Search<'a> { question: &'a str } -> { query: String }
}

struct Holder {
    search: Predict<Search<'static>>,
    qa: ChainOfThought<Qa>,
}

async fn all(lm: &Lm, holder: &Holder) -> Result<()> {
    let qa = Qa { question: "a".into() };
    let demo = qa.clone().demo(QaOutput { answer: "b".into() });
    let QaOutput { answer } = qa
        .clone()
        .predict()
        .with(lm)
        .temperature(0.2)
        .top_p(0.5)
        .max_tokens(10)
        .seed(1)
        .deadline(Duration::from_secs(1))
        .adapter(Adapter::Chat)
        .instructions("Be brief.")
        .demos([&demo])
        .await?;
    let reasoned = qa.clone().chain_of_thought().with(lm).demos([demo]).await?;
    let (thought, output) = (reasoned.reasoning, reasoned.output);
    assert!(output == QaOutput { answer });
    drop(thought);
    let prediction: Prediction<QaOutput> = qa.clone().predict().with(lm).prediction().await?;
    drop(prediction.output.answer);
    let completions = qa.clone().predict().with(lm).n(3).await?;
    drop(completions);
    let question = String::from("a");
    let query = holder.search.call(Search { question: &question }).with(lm).await?.query;
    drop((query, holder.qa.call(qa).with(lm).await?));
    Ok(())
}

fn main() {
    let lm = sigflow::testing::Scripted::new([""]).lm();
    let holder = Holder { search: Predict::new(), qa: ChainOfThought::new() };
    drop(all(&lm, &holder));
    let text = serde_json::to_string(&Qa { question: "a".into() }).expect("JSON");
    assert_eq!(text, r#"{"question":"a"}"#);
    let output: QaOutput = serde_json::from_str(r#"{"answer":"b"}"#).expect("outputs");
    assert_eq!(format!("{output:?}"), r#"QaOutput { answer: "b" }"#);
}
