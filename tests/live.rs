//! The whole way, from a signature to a typed value, over real HTTP to servers that nobody here wrote:
//! llama.cpp with random weights, and aimock.
//!
//! `eval "$(.ci/counterparts.sh)"` starts both and sets the variables; without them these tests say so
//! and pass.
#![cfg(feature = "openai")]

use sigflow::{Adapter, Capabilities, Error, Lm, OpenAi, prelude::*};
use std::time::Duration;

#[derive(Field, Clone, Copy, PartialEq)]
#[field(rename_all = "snake_case")]
enum Mood {
    Happy,
    Sad,
    Neutral,
}

/// A person in the text.
#[derive(Field)]
struct Person {
    #[field(max_len = 12)]
    name: String,
    age: Option<u8>,
}

signature! {
    /// Read the letter.
    #[signature(strict(openai))]
    struct ReadLetter<'a> { letter: &'a str } -> {
        #[field(max_len = 24)]
        summary: String,
        mood: Mood,
        #[field(ge = 0.0, le = 1.0)]
        confidence: f64,
        #[field(min_len = 1, max_len = 3)]
        people: Vec<Person>,
        urgent: bool,
    }
    /// Answer the question.
    struct Answer<'a> { question: &'a str } -> {
        answer: String,
        #[field(ge = 0.0, le = 1.0)]
        confidence: f64,
    }
}

/// The server that a variable names, with or without `/v1` at its end.
fn server(variable: &str) -> Option<Lm> {
    let Some(url) = std::env::var(variable)
        .ok()
        .filter(|url| !url.trim().is_empty())
    else {
        eprintln!("{variable} is not set: this test passes without its server");
        return None;
    };
    let url = url.trim().trim_end_matches('/');
    let base = if url.ends_with("/v1") {
        url.to_owned()
    } else {
        format!("{url}/v1")
    };
    let client = OpenAi::builder("gpt-4o")
        .base_url(base)
        .api_key("sk-live-test-0123456789")
        .capabilities(Capabilities::ALL)
        .total_timeout(Duration::from_mins(1))
        .build();
    Some(Lm::new(client.expect("a client")))
}

/// An error is typed and has the raw text.
#[track_caller]
fn judge(error: &Error) {
    assert!(error.is_constraint() || error.is_parse(), "{error:?}");
    assert!(
        error.raw_reply().is_some_and(|reply| !reply.is_empty()),
        "{error:?}"
    );
    assert!(!format!("{error:?}").contains("sk-live-test"), "{error:?}");
}

/// Random weights under a grammar: the shape holds, number ranges and lengths of text do not. Each reply
/// is a typed value that keeps its constraints, or a typed error with the raw text; never a panic.
#[tokio::test]
async fn random_weights_become_typed_values_or_typed_errors() {
    let Some(lm) = server("SIGFLOW_LLAMA_URL") else {
        return;
    };
    let (mut values, mut errors) = (0, 0);
    for seed in 0..24 {
        let call = ReadLetter {
            letter: "Dear Ada, all is well here.",
        }
        .predict();
        let call = call
            .adapter(Adapter::Json)
            .seed(seed)
            .max_tokens(400)
            .with(&lm);
        match call.await {
            Ok(output) => {
                values += 1;
                assert!(
                    output.summary.chars().count() <= 24
                        && (0.0..=1.0).contains(&output.confidence)
                );
                assert!((1..=3).contains(&output.people.len()));
                assert!(
                    output
                        .people
                        .iter()
                        .all(|person| person.name.chars().count() <= 12)
                );
            }
            Err(error) => {
                errors += 1;
                judge(&error);
            }
        }
    }
    eprintln!("llama.cpp with random weights: {values} typed values, {errors} typed errors");
    assert_eq!(values + errors, 24);
}

/// The chat adapter sends no schema; random text is then an error that keeps the text.
#[tokio::test]
async fn random_text_is_an_error_that_keeps_it() {
    let Some(lm) = server("SIGFLOW_LLAMA_URL") else {
        return;
    };
    for seed in 0..8 {
        match (Answer {
            question: "Where does the Elbe end?",
        })
        .predict()
        .seed(seed)
        .max_tokens(40)
        .with(&lm)
        .await
        {
            Ok(output) => assert!((0.0..=1.0).contains(&output.confidence)),
            Err(error) => judge(&error),
        }
    }
}

#[tokio::test]
async fn a_scripted_server_answers_both_adapters() -> Result<()> {
    let Some(lm) = server("SIGFLOW_AIMOCK_URL") else {
        return Ok(());
    };
    for adapter in [Adapter::Json, Adapter::Chat] {
        let question = "What is the capital of France?";
        let prediction = Answer { question }
            .predict()
            .adapter(adapter)
            .with(&lm)
            .prediction()
            .await?;
        assert_eq!(
            (&*prediction.output.answer, prediction.output.confidence),
            ("Paris", 0.93)
        );
    }
    Ok(())
}

#[tokio::test]
async fn a_broken_bound_is_an_error_with_the_reply() {
    let Some(lm) = server("SIGFLOW_AIMOCK_URL") else {
        return;
    };
    let error = Answer {
        question: "out of bounds",
    }
    .predict()
    .adapter(Adapter::Json)
    .with(&lm)
    .await
    .unwrap_err();
    assert!(error.is_constraint(), "{error:?}");
    assert!(
        error
            .to_string()
            .contains("`confidence` is `1.7`, must be at most 1.0"),
        "{error}"
    );
    assert_eq!(
        error.raw_reply(),
        Some(r#"{"answer":"certainly","confidence":1.7}"#)
    );
}
