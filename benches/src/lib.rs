//! What the benchmarks measure: rendering one call and reading its reply, without HTTP, beside a
//! hand-written floor that does the least that could be done with `format!` and `serde_json`.
pub mod allocations;
pub mod caller;
pub mod flow;
pub mod histogram;
pub mod loopback;
pub mod open_loop;
pub mod replies;
pub mod replies_of_chat;
pub mod streaming;

use sigflow::{Record, Request, Result, Scope, prelude::*};
use std::fmt::Write;

signature! {
    /// Answer the question from the passages.
    #[derive(Clone)]
    pub struct GroundedAnswer {
        /// may hold relevant facts
        context: Vec<String>,
        question: String,
    } -> {
        /// often between one and five words
        answer: String,
        #[field(ge = 0.0, le = 1.0)]
        confidence: f64,
    }
}

/// A reply as models write it.
pub const REPLY: &str =
    "[[ ## answer ## ]]\nParis\n\n[[ ## confidence ## ]]\n0.93\n\n[[ ## completed ## ]]\n";
/// The same as JSON.
pub const JSON_REPLY: &str = r#"{"answer": "Paris", "confidence": 0.93}"#;

/// The question of all measurements.
pub fn inputs() -> GroundedAnswer {
    let passage = "Paris is the capital and largest city of France, on the river Seine.";
    GroundedAnswer {
        context: vec![passage.to_owned(); 3],
        question: "What is the capital of France?".to_owned(),
    }
}

/// A predictor with so many demos.
pub fn predictor(demos: usize) -> Predict<GroundedAnswer> {
    let output = || GroundedAnswerOutput {
        answer: "Paris".to_owned(),
        confidence: 0.9,
    };
    Predict::new().with_demos((0..demos).map(|_| inputs().demo(output())))
}

/// Renders a call: prefix and turn, ready to be encoded.
///
/// # Errors
/// None with these inputs.
pub fn render(predictor: &Predict<GroundedAnswer>, inputs: GroundedAnswer) -> Result<Request> {
    predictor.call(inputs).request()
}

/// Reads a reply.
///
/// # Errors
/// If it is none.
pub fn parse(reply: &str) -> Result<GroundedAnswerOutput> {
    GroundedAnswer::parse_reply(reply)
}

/// A whole call of a model that answers at once.
///
/// # Errors
/// If the model waits.
pub fn call(inputs: GroundedAnswer, lm: &Lm) -> Result<GroundedAnswerOutput> {
    at_once(inputs.predict().with(lm))
}

/// The same in a run of its own.
///
/// # Errors
/// If the model waits.
pub fn run(inputs: GroundedAnswer, lm: &Lm, scope: Scope) -> Result<GroundedAnswerOutput> {
    at_once(scope.run("bench", inputs.predict().with(lm)))
}

fn at_once<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(answer) => answer,
        std::task::Poll::Pending => Err(sigflow::Error::new(
            sigflow::ErrorKind::Model,
            "the model waits",
        )),
    }
}

/// The floor: the same turn written by hand.
pub fn floor_render(inputs: &GroundedAnswer) -> String {
    let mut turn = String::with_capacity(512);
    turn.push_str("[[ ## context ## ]]\n");
    let context = serde_json::to_string(&inputs.context).unwrap_or_default();
    let _ = write!(
        turn,
        "{context}\n\n[[ ## question ## ]]\n{}\n\n",
        inputs.question
    );
    turn.push_str(
        "Respond with the corresponding output fields, starting with the field `[[ ## answer ## ]]`, then `[[ ## \
         confidence ## ]]` (must be formatted as a valid Python float), and then ending with the marker for `[[ ## \
         completed ## ]]`.",
    );
    turn
}

/// The outputs as serde reads them.
#[derive(serde::Deserialize)]
pub struct Floor {
    /// the answer
    pub answer: String,
    /// how sure
    pub confidence: f64,
}

/// The floor: the same reply as JSON, by serde.
///
/// # Errors
/// If it is none.
pub fn floor_parse(reply: &str) -> serde_json::Result<Floor> {
    serde_json::from_str(reply)
}

/// Demos as records, for those who want to look.
pub fn demos(predictor: &Predict<GroundedAnswer>) -> &[Record] {
    predictor.demos()
}
