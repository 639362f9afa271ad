//! The forms of a call, demos, and predictors.
use super::{
    GroundedAnswer, GroundedAnswerOutput, REPLY, SearchQuery, THOUGHT, ask, model, paris, query,
};
use sigflow::{Reasoned, Role, Settings, WithReasoning, prelude::*, testing::Scripted};
use std::sync::Arc;

#[tokio::test]
async fn one_call_is_one_request() {
    let script = Scripted::new(["nonsense", REPLY]);
    ask().predict().with(&script.lm()).await.unwrap_err();
    assert_eq!((script.requests().len(), script.left()), (1, 1));
}

#[tokio::test]
async fn the_forms_of_a_call() -> Result<()> {
    let script = Scripted::new([THOUGHT, REPLY, REPLY, "nonsense", REPLY, REPLY]);
    let lm = script.lm();
    let thought: Reasoned<GroundedAnswerOutput> = ask().chain_of_thought().with(&lm).await?;
    assert_eq!(
        (&*thought.reasoning, &*thought.answer),
        ("Capital.", "Paris")
    );
    assert!(
        script.requests()[0]
            .prefix
            .system
            .as_str()
            .contains("1. `reasoning` (str): \n2. `answer` (str)")
    );

    let many = ask().predict().n(3).temperature(0.7).with(&lm).await?;
    assert_eq!(
        (many.len(), many.failed.len(), many[1].confidence),
        (2, 1, 0.9)
    );
    assert_eq!(
        script.requests()[1].settings,
        Settings {
            n: Some(3),
            temperature: Some(0.7),
            ..Settings::default()
        }
    );

    let full = ask().predict().prediction().with(&lm).await?;
    assert_eq!(
        (&*full.raw, &*full.model, full.output.confidence),
        (REPLY, "scripted", 0.9)
    );
    assert!(full.usage.is_some_and(|usage| usage.input_tokens > 50));

    let shown = ask()
        .predict()
        .demos([ask().demo(paris())])
        .instructions("Be brief.")
        .with(&lm)
        .await?;
    assert_eq!(shown.answer, "Paris");
    let prefix = script.requests()[3].prefix.clone();
    assert!(
        prefix
            .system
            .as_str()
            .ends_with("objective is: \n        Be brief.")
    );
    assert_eq!(
        (prefix.demos.len(), prefix.demos[1].role),
        (2, Role::Assistant)
    );
    assert_eq!(
        prefix.demos[1].text(),
        "[[ ## answer ## ]]\nParis\n\n[[ ## confidence ## ]]\n1.0\n\n[[ ## completed ## ]]\n"
    );
    Ok(())
}

#[tokio::test]
async fn demos_with_and_without_reasoning() -> Result<()> {
    let script = Scripted::new([THOUGHT, THOUGHT]);
    let lm = script.lm();
    ask()
        .chain_of_thought()
        .demos([ask().demo(paris())])
        .with(&lm)
        .await?;
    let reasons = Reasoned {
        reasoning: "It is.".into(),
        output: paris(),
    };
    ask()
        .chain_of_thought()
        .demos([WithReasoning(ask()).demo(reasons)])
        .with(&lm)
        .await?;
    let requests = script.requests();
    assert!(
        requests[0].prefix.demos[0]
            .text()
            .starts_with("This is an example of the task, though some")
    );
    assert!(
        requests[1].prefix.demos[1]
            .text()
            .starts_with("[[ ## reasoning ## ]]\nIt is.")
    );
    Ok(())
}

#[tokio::test]
async fn predictors_render_once_and_calls_keep_what_they_started_with() -> Result<()> {
    let script = Scripted::new([REPLY, REPLY, REPLY, REPLY]);
    let mut qa = Predict::<GroundedAnswer>::named("qa").with(&script.lm());
    qa.set_demos([ask().demo(paris())]);
    qa.call(ask()).await?;
    let in_flight = qa.call(ask());
    qa.set_instructions("Be brief.");
    qa.call(ask()).await?;
    in_flight.await?;
    qa.call(ask()).await?;
    let requests = script.requests();
    let brief: Vec<bool> = requests
        .iter()
        .map(|r| r.prefix.system.as_str().contains("Be brief."))
        .collect();
    assert_eq!(brief, [false, true, false, true]);
    assert!(
        Arc::ptr_eq(&requests[1].prefix.demos, &requests[3].prefix.demos),
        "rendered once, then shared"
    );
    assert_eq!((qa.instructions(), qa.demos().len()), ("Be brief.", 1));
    assert_eq!(qa.call(ask()).await.unwrap_err().path(), "qa");
    Ok(())
}

/// A holder of a predictor has no lifetime; inputs of any lifetime go in.
struct Holder {
    search: Predict<SearchQuery<'static>>,
}

#[tokio::test]
async fn inputs_borrow_and_predictors_do_not() -> Result<()> {
    let holder = Holder {
        search: Predict::new(),
    };
    let question = String::from("why?");
    assert_eq!(
        holder
            .search
            .call(query(&question))
            .with(&model("m"))
            .await?
            .query,
        "m"
    );
    Ok(())
}
