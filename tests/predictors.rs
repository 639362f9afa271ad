//! `derive(Predictors)`: structs of predictors, walked, saved and loaded.
use serde_json::json;
use sigflow::{DynPredict, ErasedProgram, SavedState, Scope, prelude::*, testing::Scripted};
use std::collections::{BTreeMap, HashMap};

signature! {
    /// Write a search query.
    struct SearchQuery<'a> { question: &'a str } -> { query: String }

    /// Answer the question.
    struct Answer { context: Vec<String>, question: String } -> {
        /// one word
        answer: String,
    }

    struct Extract<T: Field> { text: String } -> { value: T }
}

/// Asks, then asks again.
#[derive(Predictors, Default)]
struct Inner {
    first: Predict<SearchQuery<'static>>,
    chain: ChainOfThought<Answer>,
    many: Vec<Predict<SearchQuery<'static>>>,
    two: [ChainOfThought<Answer>; 2],
    table: BTreeMap<String, Predict<Answer>>,
    none: Option<Predict<Answer>>,
    r#match: Option<Box<Predict<Answer>>>,
    #[predictors(parameter)]
    hops: usize,
    #[predictors(skip)]
    _client: Vec<u8>,
}

#[derive(Predictors)]
struct Outer<T: Field> {
    inner: Inner,
    extract: Predict<Extract<T>>,
    #[predictors(rename = "judge")]
    dynamic: DynPredict,
    #[predictors(parameter)]
    threshold: f64,
}

#[derive(Predictors)]
struct Nothing;

fn inner() -> Inner {
    Inner {
        many: vec![Predict::new(), Predict::new()],
        table: BTreeMap::from([("y z".to_owned(), Predict::new())]),
        r#match: Some(Box::default()),
        hops: 2,
        ..Inner::default()
    }
}
fn outer() -> Outer<i64> {
    Outer {
        inner: inner(),
        extract: Predict::new(),
        dynamic: DynPredict::new(DynSignature::parse("answer -> ok: bool").unwrap()),
        threshold: 0.5,
    }
}

#[test]
fn paths_are_made_of_names_places_and_keys() {
    let mut outer = outer();
    let expected = [
        "inner.first",
        "inner.chain.predict",
        "inner.many[0]",
        "inner.many[1]",
        "inner.two[0].predict",
        "inner.two[1].predict",
        "inner.table['y z']",
        "inner.match",
        "extract",
        "judge",
    ];
    let shared: Vec<String> = outer
        .named_predictors()
        .into_iter()
        .map(|(path, _)| path)
        .collect();
    assert_eq!(shared, expected);
    let changed: Vec<String> = outer
        .named_predictors_mut()
        .into_iter()
        .map(|(path, _)| path)
        .collect();
    assert_eq!(changed, expected);
    let parameters: Vec<_> = outer
        .named_parameters()
        .into_iter()
        .map(|(path, one)| (path, one.value()))
        .collect();
    assert_eq!(
        parameters,
        [
            ("inner.hops".to_owned(), json!(2)),
            ("threshold".to_owned(), json!(0.5))
        ]
    );
    assert!(Nothing.named_predictors().is_empty());
    assert!(
        HashMap::<String, Inner>::new()
            .named_predictors()
            .is_empty()
    );
}

#[tokio::test]
async fn what_is_loaded_is_what_calls_use() -> Result<()> {
    let mut tuned = outer();
    tuned
        .predictor_mut("inner.first")?
        .set_instructions("Search well.");
    let chain = tuned.predictor_mut("inner.chain.predict")?;
    let mut fields = chain.fields();
    assert_eq!(
        fields
            .iter()
            .map(|field| field.name.as_str())
            .collect::<Vec<_>>(),
        ["context", "question", "reasoning", "answer"]
    );
    fields[2].description = "think aloud".into();
    fields[3].description = "two words".into();
    chain.set_fields(&fields)?;
    tuned.set_parameter("inner.hops", 7.into())?;

    let file = std::env::temp_dir().join(format!("sigflow-derive-{}.json", std::process::id()));
    tuned.save(&file)?;
    let mut loaded = outer();
    loaded.load(&file)?;
    std::fs::remove_file(&file).unwrap();
    assert_eq!(SavedState::of(&loaded), SavedState::of(&tuned));
    assert_eq!(loaded.inner.hops, 7);

    let script = Scripted::new([
        "[[ ## query ## ]]\nq",
        "[[ ## reasoning ## ]]\nbecause\n\n[[ ## answer ## ]]\nParis",
    ]);
    let lm = script.lm();
    let question = String::from("Where?");
    let query = loaded
        .inner
        .first
        .call(SearchQuery {
            question: &question,
        })
        .with(&lm)
        .await?
        .query;
    assert_eq!(query, "q");
    let answer = loaded
        .inner
        .chain
        .call(Answer {
            context: vec![],
            question,
        })
        .with(&lm)
        .await?;
    assert_eq!(
        (answer.reasoning.as_str(), answer.answer.as_str()),
        ("because", "Paris")
    );
    let requests = script.requests();
    assert!(requests[0].prefix.system.as_str().contains("Search well."));
    let system = requests[1].prefix.system.as_str();
    assert!(
        system.contains("1. `reasoning` (str): think aloud\n2. `answer` (str): two words"),
        "{system}"
    );
    Ok(())
}

/// With labels of its own a chain of thought is asked in the same words otherwise.
#[test]
fn a_label_alone_changes_no_prompt() -> Result<()> {
    let plain = ChainOfThought::<Answer>::new();
    let mut labelled = plain.clone();
    let mut fields = labelled.predictor("predict")?.fields();
    fields[3].prefix = "A:".into();
    labelled.predictor_mut("predict")?.set_fields(&fields)?;
    let ask = || Answer {
        context: vec!["c".into()],
        question: "q".into(),
    };
    for adapter in [Adapter::Chat, Adapter::Json, Adapter::Xml] {
        let one = plain.call(ask()).adapter(adapter).request()?;
        let two = labelled.call(ask()).adapter(adapter).request()?;
        let text = |request: &Request| {
            request
                .messages()
                .map(|(_, text)| text.as_str().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(text(&one), text(&two));
    }
    Ok(())
}

#[allow(
    clippy::ptr_arg,
    reason = "a check takes a reference to the field's type"
)]
fn is_short(answer: &String) -> bool {
    answer.len() < 10
}

signature! {
    /// Answer in a word.
    struct Short<'a> {
        question: &'a str,
        #[field(ge = 1)]
        tries: u8,
    } -> {
        #[field(check = is_short)]
        answer: String,
    }
}

/// A typed signature without its types is the same question: prompt, bounds, checks, reasoning.
#[tokio::test]
async fn a_typed_predictor_is_a_program_too() -> Result<()> {
    let script = Scripted::new([
        "[[ ## answer ## ]]\nParis",
        "[[ ## reasoning ## ]]\nwell\n\n[[ ## answer ## ]]\nRome",
        "[[ ## answer ## ]]\nmuch too long an answer",
    ]);
    let mut plain = Predict::<Short<'static>>::named("short");
    plain.set_instructions("Be brief.");
    let reasoned = ChainOfThought::<Short<'static>>::new();
    let programs: [&dyn ErasedProgram; 2] = [&plain, &reasoned];
    assert_eq!((programs[0].name(), programs[1].name()), ("short", "Short"));
    assert_eq!(
        programs[0].input_schema(),
        serde_json::from_str::<serde_json::Value>(Short::INPUT_SCHEMA).unwrap()
    );
    assert_eq!(
        programs[0].output_schema(),
        serde_json::from_str::<serde_json::Value>(Short::JSON_SCHEMA).unwrap()
    );
    assert!(programs[1].output_schema()["properties"]["reasoning"].is_object());

    let scope = Scope::current().with_lm(&script.lm());
    let inputs = || json!({"question": "Where?", "tries": 2});
    assert_eq!(
        programs[0].call_json(inputs(), &scope).await?,
        json!({"answer": "Paris"})
    );
    assert_eq!(
        programs[1].call_json(inputs(), &scope).await?,
        json!({"reasoning": "well", "answer": "Rome"})
    );
    let error = programs[0].call_json(inputs(), &scope).await.unwrap_err();
    assert!(
        error.is_constraint() && error.run_id().is_some(),
        "{error:?}"
    );
    let error = programs[0]
        .call_json(json!({"question": 1, "tries": 0}), &scope)
        .await
        .unwrap_err();
    assert!(
        error.is_invalid_input() && error.to_string().contains("tries"),
        "{error}"
    );
    assert_eq!(script.requests().len(), 3);

    let typed = plain
        .call(Short {
            question: "Where?",
            tries: 2,
        })
        .request()?;
    let asked = &script.requests()[0];
    let text = |request: &Request| {
        request
            .messages()
            .map(|(_, text)| text.as_str().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(text(asked), text(&typed));
    Ok(())
}
