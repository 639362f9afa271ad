//! What a call promises: which model answers, what is checked when, what an error carries.
use sigflow::{
    Adapter, Capabilities, Error, ErrorKind, LanguageModel, Lm, Response, ResponseFormat, Role,
    Scope, Settings, WithReasoning, prelude::*, testing::Scripted,
};
use std::{sync::Arc, time::Duration};

signature! {
    /// Answer the question from the passages.
    #[derive(Clone, PartialEq)]
    pub struct GroundedAnswer {
        /// may hold relevant facts
        #[field(max_len = 3)]
        context: Vec<String>,
        #[field(min_len = 1)]
        question: String,
    } -> {
        answer: String,
        #[field(ge = 0.0, le = 1.0)]
        confidence: f64,
    }
    #[derive(Clone)]
    struct SearchQuery<'a> { question: &'a str } -> { query: String }
    struct Checked { #[field(check = even)] number: i64 } -> { #[field(check = polite)] answer: String }
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "a check takes a reference"
)]
fn even(number: &i64) -> bool {
    number % 2 == 0
}
#[allow(
    clippy::ptr_arg,
    reason = "a check takes a reference to the field's type"
)]
fn polite(answer: &String) -> Result<(), &'static str> {
    if answer.contains("please") {
        Ok(())
    } else {
        Err("polite")
    }
}

const REPLY: &str =
    "[[ ## answer ## ]]\nParis\n\n[[ ## confidence ## ]]\n0.9\n\n[[ ## completed ## ]]";
const THOUGHT: &str =
    "[[ ## reasoning ## ]]\nCapital.\n\n[[ ## answer ## ]]\nParis\n\n[[ ## confidence ## ]]\n0.9";

fn ask() -> GroundedAnswer {
    GroundedAnswer {
        context: vec!["Paris is in France".into()],
        question: "capital?".into(),
    }
}
fn paris() -> GroundedAnswerOutput {
    GroundedAnswerOutput {
        answer: "Paris".into(),
        confidence: 1.0,
    }
}
/// Answers every question, and signs with its name.
fn model(name: &'static str) -> Lm {
    Lm::from_fn(move |_| async move {
        tokio::time::sleep(Duration::from_millis(2)).await;
        Ok(Response::text(format!("[[ ## query ## ]]\n{name}")))
    })
}
fn query(question: &str) -> SearchQuery<'_> {
    SearchQuery { question }
}

#[tokio::test]
async fn the_prompt_is_the_constant_and_the_turn_is_dspys() -> Result<()> {
    let script = Scripted::new([REPLY]);
    ask().predict().with(&script.lm()).await?;
    let request = &script.requests()[0];
    assert_eq!(request.prefix.system.as_str(), GroundedAnswer::PROMPT);
    assert_eq!(
        request.turns[0].text(),
        "[[ ## context ## ]]\n[\"Paris is in France\"]\n\n[[ ## question ## ]]\ncapital?\n\n\
         Respond with the corresponding output fields, starting with the field `[[ ## answer ## ]]`, then \
         `[[ ## confidence ## ]]` (must be formatted as a valid Python float), and then ending with the marker \
         for `[[ ## completed ## ]]`."
    );
    assert_eq!(request.settings, Settings::default());
    assert_eq!(request.response_format, ResponseFormat::Text);
    Ok(())
}

#[tokio::test]
async fn inputs_are_checked_before_anything_is_sent() {
    let script = Scripted::new([REPLY]);
    let bad = GroundedAnswer {
        context: vec![String::new(); 4],
        question: String::new(),
    };
    let error = bad.predict().with(&script.lm()).await.unwrap_err();
    assert!(error.is_invalid_input() && !error.is_retryable());
    assert_eq!(error.faults().len(), 2);
    assert_eq!(
        error.to_string(),
        "GroundedAnswer: input `context` is `[\"\",\"\",\"\",\"\"]`, must be at most 3 long; `question` is ``, must be at least 1 long"
    );
    let error = Checked { number: 3 }
        .predict()
        .with(&script.lm())
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "Checked: input `number` is `3`, must be accepted by its check"
    );
    assert!(script.requests().is_empty());
}

#[tokio::test]
async fn outputs_are_checked_and_the_reply_is_kept() {
    let reply = "[[ ## answer ## ]]\nParis\n[[ ## confidence ## ]]\n7";
    let lm = Scripted::new([
        reply,
        "[[ ## answer ## ]]\nParis",
        "hello",
        "",
        "[[ ## answer ## ]]\nno",
    ])
    .lm();
    let error = ask().predict().with(&lm).await.unwrap_err();
    assert!(error.is_constraint() && !error.is_parse());
    assert_eq!(
        error.to_string(),
        "GroundedAnswer: output `confidence` is `7`, must be at most 1.0"
    );
    assert_eq!(error.raw_reply(), Some(reply));

    let error = ask().predict().with(&lm).await.unwrap_err();
    assert!(error.is_parse());
    assert_eq!(
        error.to_string(),
        "GroundedAnswer: output `confidence` is missing, expected a number"
    );

    let error = ask().predict().with(&lm).await.unwrap_err();
    assert_eq!(
        (error.faults().len(), error.raw_reply()),
        (2, Some("hello"))
    );
    assert_eq!(
        ask().predict().with(&lm).await.unwrap_err().kind(),
        ErrorKind::NoContent
    );

    let error = Checked { number: 2 }.predict().with(&lm).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "Checked: output `answer` is `no`, must be polite"
    );
    assert!(error.is_constraint() && error.raw_reply().is_some());
}

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

#[tokio::test]
async fn the_model_is_the_calls_then_the_predictors_then_the_scopes() -> Result<()> {
    let (one, two, three) = (model("one"), model("two"), model("three"));
    let predictor = Predict::<SearchQuery<'_>>::new().with(&two);
    let all = three.scope(async {
        Ok::<_, Error>([
            predictor.call(query("x")).with(&one).await?.query,
            predictor.call(query("x")).await?.query,
            query("x").predict().await?.query,
        ])
    });
    assert_eq!(all.await?, ["one", "two", "three"]);

    let (a, b) = tokio::join!(
        one.scope(query("x").predict()),
        two.scope(query("x").predict())
    );
    assert_eq!((&*a?.query, &*b?.query), ("one", "two"));

    let lost = three
        .scope(async { tokio::spawn(query("x").predict()).await })
        .await
        .unwrap();
    let error = lost.unwrap_err();
    assert!(error.is_no_model());
    assert!(
        error
            .to_string()
            .starts_with("SearchQuery: no language model: call `.with(&lm)`")
    );
    let kept = three
        .scope(async { tokio::spawn(query("x").predict().in_current_scope()).await })
        .await
        .unwrap();
    assert_eq!(kept?.query, "three");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn deadlines_end_a_wait() {
    let slow = Lm::from_fn(|_| async {
        tokio::time::sleep(Duration::from_mins(1)).await;
        Ok(Response::text("late"))
    });
    let error = query("x")
        .predict()
        .deadline(Duration::from_secs(5))
        .with(&slow)
        .await
        .unwrap_err();
    assert!(error.is_timeout() && error.is_retryable());
    let bounded = slow.clone().timeout(Duration::from_secs(1));
    assert!(
        query("x")
            .predict()
            .with(&bounded)
            .await
            .unwrap_err()
            .is_timeout()
    );
    let scope = Scope::current()
        .with_lm(&slow)
        .with_deadline(std::time::Instant::now() + Duration::from_secs(2));
    assert!(
        scope
            .enter(query("x").predict())
            .await
            .unwrap_err()
            .is_timeout()
    );
}

#[tokio::test]
async fn settings_come_from_the_call_then_the_predictor_then_the_model() -> Result<()> {
    let script = Scripted::new([REPLY]);
    let lm = script.lm().temperature(0.1).max_tokens(10);
    let mut qa = Predict::<GroundedAnswer>::new();
    qa.set_settings(Settings {
        max_tokens: Some(20),
        top_p: Some(0.5),
        ..Settings::default()
    });
    qa.call(ask()).top_p(0.9).with(&lm).await?;
    let expected = Settings {
        temperature: Some(0.1),
        max_tokens: Some(20),
        top_p: Some(0.9),
        ..Settings::default()
    };
    assert_eq!(script.requests()[0].settings, expected);
    Ok(())
}

#[tokio::test]
async fn the_json_adapter_holds_the_server_to_the_schema_if_it_can_be() -> Result<()> {
    let reply = r#"{"answer": "Paris", "confidence": 0.9}"#;
    for (capabilities, strict) in [(Capabilities::ALL, true), (Capabilities::CHAT, false)] {
        let script = Scripted::new([reply]).capabilities(capabilities);
        let output = ask()
            .predict()
            .adapter(Adapter::Json)
            .with(&script.lm())
            .await?;
        assert_eq!(
            output,
            GroundedAnswerOutput {
                answer: "Paris".into(),
                confidence: 0.9
            }
        );
        let request = &script.requests()[0];
        assert!(request.turns[0].text().ends_with(
            "Respond with a JSON object in the following order of fields: `answer`, then `confidence` (must be \
             formatted as a valid Python float)."
        ));
        match &request.response_format {
            ResponseFormat::Schema(schema) if strict => {
                assert_eq!(
                    schema.openai.as_ref().map(sigflow::Text::as_str),
                    Some(GroundedAnswer::OPENAI_SCHEMA)
                );
                assert_eq!(schema.name.as_str(), "GroundedAnswer");
            }
            ResponseFormat::Text if !strict => {}
            other => panic!("{other:?}"),
        }
    }
    Ok(())
}

#[tokio::test]
async fn history_keeps_the_last_hundred_without_their_text() -> Result<()> {
    let lm = model("m");
    for _ in 0..101 {
        query("secret").predict().with(&lm).await?;
    }
    let history = lm.history();
    assert_eq!(
        (history.len(), history[0].id, history[99].id),
        (100, 2, 101)
    );
    assert!(
        history
            .iter()
            .all(|call| call.error.is_none() && call.content.is_none())
    );
    let telling = lm.with_content_history();
    query("secret").predict().with(&telling).await?;
    let content = telling.history()[0].content.clone().expect("asked for");
    assert!(content.messages[1].1.contains("secret") && content.replies[0].contains('m'));
    Ok(())
}

/// A model of a user's own.
struct Echo;
impl LanguageModel for Echo {
    fn complete(self: Arc<Self>, request: Request) -> BoxFuture<'static, Result<Response>> {
        Box::pin(async move {
            Ok(Response::text(format!(
                "[[ ## query ## ]]\n{} bytes",
                request.turns[0].text().len()
            )))
        })
    }
    fn name(&self) -> &'static str {
        "echo"
    }
}

#[tokio::test]
async fn a_model_of_ones_own() -> Result<()> {
    assert!(
        query("x")
            .predict()
            .with(&Lm::new(Echo))
            .await?
            .query
            .ends_with(" bytes")
    );
    Ok(())
}

#[test]
fn futures_cross_threads_and_errors_are_small() {
    fn send<T: Send>(_: &T) {}
    fn error<T: Send + Sync + 'static>() {}
    send(&ask().predict());
    send(&ask().chain_of_thought().prediction());
    error::<Error>();
    assert_eq!(size_of::<Error>(), size_of::<usize>());
}

signature! {
    /// Rate it.
    struct Rated { text: String } -> {
        #[field(alias = "score")]
        rating: u8,
        #[field(alias = "why")]
        reason: String,
    }
}

/// The model is shown `score`; a reply that says `rating`, as the author's code does, is read too.
#[tokio::test]
async fn a_reply_with_the_names_of_the_struct_is_read() -> Result<()> {
    let shown = "[[ ## score ## ]]\n4\n\n[[ ## why ## ]]\nwarm\n\n[[ ## completed ## ]]\n";
    let own = "{\"rating\": 4, \"reason\": \"warm\"}";
    let script = Scripted::new([shown, own]);
    let lm = script.lm();
    let text = || "warm and dry".to_owned();
    let first = Rated { text: text() }
        .predict()
        .with(&lm)
        .prediction()
        .await?;
    assert!(first.repairs().is_empty());
    let second = Rated { text: text() }
        .predict()
        .adapter(Adapter::Json)
        .with(&lm)
        .prediction()
        .await?;
    assert_eq!((second.output.rating, &*second.output.reason), (4, "warm"));
    let renamed = second.repairs().iter();
    assert_eq!(
        renamed
            .filter(|repair| repair.rule == sigflow::Rule::NameFold)
            .count(),
        2
    );
    Ok(())
}
