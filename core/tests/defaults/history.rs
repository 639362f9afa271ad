//! Section 3: what is kept of calls, per predictor and per model.
use super::assert_all;
use serde_json::json;
use sigflow_core::{
    Budget, DynPredict, DynSignature, Error, ErrorKind, Lm, Result, Scope, testing::Scripted,
};
use std::time::{Duration, SystemTime};

const REPLY: &str = "[[ ## answer ## ]]\nParis";

fn predictor() -> DynPredict {
    DynPredict::new(DynSignature::parse("question -> answer").expect("a signature"))
}

async fn call(predictor: &DynPredict, lm: &Lm) -> Result<()> {
    let call = predictor.call([("question", json!("Where?"))])?;
    call.with(lm).await.map(drop)
}

/// The last 100: run, outcome, duration, time, and no content.
#[tokio::test(start_paused = true)]
async fn history() {
    let script = Scripted::new([REPLY; 101]).then_error(|| Error::new(ErrorKind::Server, "busy"));
    let slow = script.lm();
    let lm = Lm::from_fn(move |request| {
        let answer = slow.complete(request);
        async move {
            tokio::time::sleep(Duration::from_millis(250)).await;
            answer.await
        }
    });
    let (began, predictor) = (SystemTime::now(), predictor());
    for _ in 0..101 {
        call(&predictor, &lm).await.expect("an answer");
    }
    let run = async {
        let failed = call(&predictor, &lm).await;
        Ok((Scope::current().run_id(), failed.is_err()))
    };
    let (run, failed) = Scope::current().run("one", run).await.expect("it ends");
    let (calls, requests) = (predictor.history(), lm.history());
    let (first, last) = (&calls[0], &calls[99]);
    let request = &requests[99];
    assert_all(&[
        ("per predictor", calls.len().to_string(), "100"),
        ("per model", requests.len().to_string(), "100"),
        (
            "run",
            (failed && run.is_some() && last.run == run && request.run == run).to_string(),
            "true",
        ),
        ("outside of runs", format!("{:?}", first.run), "None"),
        ("outcome", format!("{:?}", first.error), "None"),
        (
            "outcome of a failure",
            format!("{:?}", last.error),
            "Some(Server)",
        ),
        (
            "per model too",
            format!("{:?}", request.error),
            "Some(Server)",
        ),
        ("duration", format!("{:?}", first.duration), "250ms"),
        (
            "time",
            calls.iter().all(|call| call.at >= began).to_string(),
            "true",
        ),
        (
            "content",
            calls.iter().any(|call| call.content.is_some()).to_string(),
            "false",
        ),
        (
            "content per model",
            requests
                .iter()
                .any(|call| call.content.is_some())
                .to_string(),
            "false",
        ),
    ]);
}

/// Inputs and outputs where they are asked for; another length; what was refused before it was sent.
#[tokio::test]
async fn content_and_length_are_settings() {
    let lm = Scripted::new([REPLY; 4]).lm();
    let lm = lm.with_content_history().keep_history(2);
    let predictor = predictor().with_content_history().keep_history(3);
    for _ in 0..4 {
        call(&predictor, &lm).await.expect("an answer");
    }
    let scope = Scope::current().with_budget(&Budget::new().calls(0));
    let refused = scope.enter(call(&predictor, &lm)).await;
    assert!(refused.is_err_and(|error| error.is_budget()));
    let calls = predictor.history();
    let content = calls[1].content.as_deref().expect("it was asked for");
    let requests = lm.history();
    let texts = requests[1].content.as_deref().expect("it was asked for");
    let outputs = content.outputs.as_ref().expect("it succeeded");
    assert_all(&[
        ("per predictor", calls.len().to_string(), "3"),
        (
            "inputs",
            content.inputs["question"].to_string(),
            r#""Where?""#,
        ),
        ("outputs", outputs["answer"].to_string(), r#""Paris""#),
        ("refused", format!("{:?}", calls[2].error), "Some(Budget)"),
        ("per model", requests.len().to_string(), "2"),
        (
            "prompt",
            texts.messages[1].1.contains("Where?").to_string(),
            "true",
        ),
        ("reply", texts.replies[0].clone(), REPLY),
    ]);
    let (lm, none) = (lm.keep_history(0), predictor.keep_history(0));
    assert!(call(&none, &lm).await.is_err(), "the script is at its end");
    assert_eq!((none.history().len(), lm.history().len()), (0, 0));
}
