//! What a call promises: which model answers, what is checked when, what an error carries.
mod forms;
mod models;
mod replies;

use sigflow::{Error, Lm, Response, prelude::*};
use std::time::Duration;

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

#[test]
fn futures_cross_threads_and_errors_are_small() {
    fn send<T: Send>(_: &T) {}
    fn error<T: Send + Sync + 'static>() {}
    send(&ask().predict());
    send(&ask().chain_of_thought().prediction());
    error::<Error>();
    assert_eq!(size_of::<Error>(), size_of::<usize>());
}
