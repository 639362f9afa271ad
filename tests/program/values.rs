//! Programs as values: predictors, nested programs, parameters, JSON, traces.
use serde_json::json;
use sigflow::{
    ErasedProgram, Forced, Recorder, SavedState, Scope, SpanKind, prelude::*, testing::Scripted,
};
use std::time::Duration;

signature! {
    /// Write a search query.
    pub struct SearchQuery<'a> { question: &'a str } -> { query: String }
    /// Answer the question.
    pub struct GroundedAnswer { context: Vec<String>, question: String } -> { answer: String }
    /// Take the value out of the text.
    pub struct Extract<T: Field> { text: String } -> { value: T }
}

#[program]
pub async fn hop(question: &str) -> Result<String> {
    let direct = SearchQuery { question }.predict().await?;
    let reworded = SearchQuery {
        question: "other words",
    }
    .predict()
    .temperature(0.7)
    .await?;
    Ok(format!("{} {}", direct.query, reworded.query))
}

/// Two hops, then an answer.
#[program(params(k: usize = 2, prefix: String = String::new()))]
pub async fn outer(question: String) -> Result<Reasoned<GroundedAnswerOutput>> {
    let found = Hop::run(&question).await?;
    let context = vec![found; k];
    GroundedAnswer {
        context,
        question: format!("{prefix}{question}"),
    }
    .chain_of_thought()
    .await
}

#[program]
async fn extract_all<T: Field>(texts: &[String]) -> Result<Vec<T>> {
    let mut all = Vec::new();
    for text in texts {
        let extract = Extract::<T>::new(text.clone()).predict().await?;
        all.push(extract.value);
    }
    Ok(all)
}

#[program]
async fn first_word(text: &str) -> Result<&str, std::fmt::Error> {
    let word = text.split(' ').next().ok_or(std::fmt::Error)?;
    Ok(word)
}

#[program]
async fn branches(flag: bool, index: &dyn Retriever) -> Result<String> {
    let (one, two) = tokio::try_join!(
        SearchQuery {
            question: "in a macro"
        }
        .predict(),
        async {
            GroundedAnswer {
                context: vec![],
                question: "lazy".into(),
            }
            .predict()
            .await
        },
    )?;
    let chosen = match flag {
        true => {
            let third = SearchQuery { question: "arm" }.predict().await?;
            index.search(&third.query, 1).await?.concat()
        }
        false => one.query,
    };
    Ok(chosen + &two.answer)
}

fn paths(program: &impl Predictors) -> Vec<String> {
    program
        .named_predictors()
        .into_iter()
        .map(|(path, _)| path)
        .collect()
}

fn script() -> Scripted {
    Scripted::new([
        "[[ ## query ## ]]\none",
        "[[ ## query ## ]]\ntwo",
        "[[ ## reasoning ## ]]\nwell\n\n[[ ## answer ## ]]\nParis",
    ])
}

#[test]
fn model_calls_are_predictors_by_name() {
    assert_eq!(paths(&Hop::new()), ["direct", "reworded"]);
    let outer = Outer::default();
    assert_eq!(
        paths(&outer),
        ["found.direct", "found.reworded", "grounded_answer.predict"]
    );
    assert_eq!(paths(&ExtractAll::<u8>::new().clone()), ["extract"]);
    assert_eq!(
        paths(&Branches::new()),
        ["search_query", "grounded_answer", "third"]
    );
    let names: Vec<_> = outer
        .named_parameters()
        .into_iter()
        .map(|(path, _)| path)
        .collect();
    assert_eq!(names, ["k", "prefix"]);
    assert_eq!(Outer::MERMAID, Outer::GRAPH.mermaid());
    assert_eq!(Hop::DOT, Hop::GRAPH.dot());
    assert_eq!(ExtractAll::<u8>::MERMAID, ExtractAll::<u8>::GRAPH.mermaid());
}

#[tokio::test]
async fn what_is_tuned_is_asked() -> Result<()> {
    let script = script();
    let mut program = Outer::new().with(&script.lm());
    program.found.direct.set_instructions("Be brief.");
    program
        .predictor_mut("grounded_answer.predict")?
        .set_instructions("Think twice.");
    program.set_parameter("k", json!(3))?;
    program.prefix = "Please: ".into();
    let answer = program.call("Where?".into()).await?;
    assert_eq!(
        (answer.reasoning.as_str(), answer.answer.as_str()),
        ("well", "Paris")
    );
    let requests = script.requests();
    assert!(requests[0].prefix.system.as_str().contains("Be brief."));
    assert!(!requests[1].prefix.system.as_str().contains("Be brief."));
    assert_eq!(requests[1].settings.temperature, Some(0.7));
    assert!(requests[2].prefix.system.as_str().contains("Think twice."));
    assert!(requests[2].turns[0].text().contains("Please: Where?"));
    assert_eq!(requests[2].turns[0].text().matches("one two").count(), 3);
    assert_eq!(program.history().len(), 1);

    let state = SavedState::of(&program);
    let mut other = Outer::new();
    state.apply(&mut other)?;
    assert_eq!((other.k, other.prefix.as_str()), (3, "Please: "));
    assert_eq!(other.found.direct.instructions(), "Be brief.");
    Ok(())
}

#[tokio::test]
async fn what_is_forced_beats_the_body() -> Result<()> {
    let script = script();
    let hot = Settings {
        temperature: Some(0.1),
        ..Settings::default()
    };
    let scope = Scope::current()
        .with_lm(&script.lm())
        .with_forced("found.reworded", Forced::new().settings(hot))
        .with_forced(
            "grounded_answer.predict",
            Forced::new().instructions("Forced."),
        );
    scope.enter(outer("Where?".into())).await?;
    let requests = script.requests();
    assert_eq!(requests[1].settings.temperature, Some(0.1));
    assert!(requests[2].prefix.system.as_str().contains("Forced."));
    Ok(())
}

#[tokio::test]
async fn a_trace_has_programs_nodes_and_calls() -> Result<()> {
    let recorder = Recorder::new();
    let scope = Scope::current()
        .with_lm(&script().lm())
        .with_trace(&recorder);
    scope.enter(outer("Where?".into())).await?;
    let trace = recorder.trace();
    let seen: Vec<_> = trace
        .spans
        .iter()
        .map(|span| {
            (
                span.kind,
                span.path.as_str(),
                span.parent,
                span.outcome == sigflow::Outcome::Succeeded,
            )
        })
        .collect();
    use SpanKind::{ModelCall as Call, Node, Program};
    assert_eq!(
        seen,
        [
            (Program, "outer", None, true),
            (Node, "found", Some(0), true),
            (Program, "found.hop", Some(1), true),
            (Node, "found.direct", Some(2), true),
            (Call, "found.direct", Some(3), true),
            (Node, "found.reworded", Some(2), true),
            (Call, "found.reworded", Some(5), true),
            (Node, "GroundedAnswer", Some(0), true),
            (Call, "grounded_answer", Some(7), true),
        ]
    );
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn errors_have_paths_and_list_the_others() {
    // the second node fails first, and the first one's error is the program's
    let lm = Lm::from_fn(|request: Request| async move {
        if !request.turns[0].text().contains("other words") {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        Err(sigflow::Error::new(sigflow::ErrorKind::Server, "down"))
    });
    let error = lm.scope(outer("Where?".into())).await.expect_err("down");
    assert_eq!(
        (error.path(), error.also().len()),
        ("found.direct", 1),
        "{error}"
    );
    assert_eq!(error.also()[0].path(), "found.reworded");
    assert!(error.run_id().is_some());
}

#[tokio::test]
async fn programs_are_called_with_json() -> Result<()> {
    let program: Box<dyn ErasedProgram> = Box::new(Outer::new());
    assert_eq!(program.input_schema()["required"], json!(["question"]));
    let scope = Scope::current().with_lm(&script().lm());
    let answer = program
        .call_json(json!({"question": "Where?"}), &scope)
        .await?;
    assert_eq!(answer["answer"], "Paris");
    let hop: Box<dyn ErasedProgram> = Box::new(Hop::new());
    let scope = Scope::current().with_lm(&script().lm());
    assert_eq!(
        hop.call_json(json!({"question": "Why?"}), &scope).await?,
        "one two"
    );
    assert_eq!(hop.graph().unwrap()["nodes"][0]["name"], "direct");
    let branches: Box<dyn ErasedProgram> = Box::new(Branches::new());
    let error = branches
        .call_json(json!({"flag": true}), &scope)
        .await
        .expect_err("an index");
    assert!(
        error.is_invalid_input() && error.to_string().contains("`index` is a `&dyn Retriever`"),
        "{error}"
    );
    let foreign: Box<dyn ErasedProgram> = Box::new(FirstWord::new());
    let error = foreign
        .call_json(json!({"text": "a b"}), &scope)
        .await
        .expect_err("no result of ours");
    assert!(error.to_string().contains("what it gives back"), "{error}");
    assert_eq!(first_word("a b").await, Ok("a"));
    Ok(())
}

/// No more than five.
#[derive(Field, Clone)]
pub struct Bounded {
    #[field(le = 5)]
    count: u8,
}

#[program]
async fn hold_bounds(given: Bounded, question: &str) -> Result<String> {
    let asked = SearchQuery { question }.predict().await?;
    Ok(format!("{}{}", asked.query, given.count))
}

#[tokio::test(start_paused = true)]
async fn arguments_deadlines_and_budgets_are_held() -> Result<()> {
    let script = script();
    let program = HoldBounds::new().with(&script.lm());
    let error = program
        .call(Bounded { count: 9 }, "?")
        .await
        .expect_err("nine");
    assert!(
        error.is_invalid_input() && error.to_string().contains("given.count"),
        "{error}"
    );
    assert_eq!((script.requests().len(), program.history().len()), (0, 1));
    assert_eq!(program.call(Bounded { count: 5 }, "?").await?, "one5");

    let slow = Lm::from_fn(|_| async {
        tokio::time::sleep(Duration::from_secs(9)).await;
        Ok(Response::text("[[ ## query ## ]]\nlate"))
    });
    let error = Hop::new()
        .with(&slow)
        .deadline(Duration::from_secs(1))
        .call("?")
        .await
        .expect_err("late");
    assert!(error.is_timeout(), "{error}");
    let error = Hop::new()
        .with(&slow)
        .max_calls(1)
        .call("?")
        .await
        .expect_err("two calls");
    assert_eq!(error.kind(), sigflow::ErrorKind::Budget, "{error}");
    Ok(())
}
