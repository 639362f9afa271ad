//! `derive(Predictors)`: structs of predictors, walked, saved and loaded.
use serde_json::json;
use sigflow::{DynPredict, SavedState, prelude::*, testing::Scripted};
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
