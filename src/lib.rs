//! DSPy as a compiler: declare what goes into a language model and what comes out, and call it as
//! typed Rust.
//!
//! ```
//! use sigflow::{prelude::*, testing::Scripted};
//!
//! signature! {
//!     /// Answer the question from the passages.
//!     #[derive(Clone)]
//!     pub struct GroundedAnswer {
//!         /// may hold relevant facts
//!         context: Vec<String>,
//!         question: String,
//!     } -> {
//!         /// often between one and five words
//!         answer: String,
//!         #[field(ge = 0.0, le = 1.0)]
//!         confidence: f64,
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<()> {
//! // in a program: `let lm = Lm::from_env()?;`
//! let lm = Scripted::new(["[[ ## answer ## ]]\nParis\n\n[[ ## confidence ## ]]\n0.9"]).lm();
//! let ask = GroundedAnswer { context: vec!["Paris is in France.".into()], question: "Where is Paris?".into() };
//!
//! let GroundedAnswerOutput { answer, confidence } = ask.predict().with(&lm).await?;
//! assert_eq!((answer.as_str(), confidence), ("Paris", 0.9));
//!
//! // the prompt and the schemas are constants
//! assert!(GroundedAnswer::PROMPT.starts_with("Your input fields are:\n1. `context` (list[str]): may hold relevant facts"));
//! # Ok(()) }
//! ```
//!
//! # Where to start
//! - [`guide`] is the book: signatures, adapters, streaming, testing, the way from DSPy, what the compiler says.
//! - [`signature!`] declares signatures, [`derive(Field)`](macro@Field) makes your types fit for them.
//! - [`Ask::predict`] asks; [`Call`] is what it returns, [`Predict`] a predictor that can be tuned.
//! - [`Lm`] is a model with settings, [`Connect`] how to get one, [`LanguageModel`] how to write one.
//! - [`DynSignature`] is a signature made at run time.
//! - [`types`] has DSPy's own types: images, documents, code, histories, tools, decisions.
//! - [`Adapter`] says how a signature is put to a model.
//! - [`Error`] is the one error; it carries the model's reply.
//! - [`testing::Scripted`] is a model for tests.
//!
//! # Features
//! `anthropic`, `gemini`, `macros`, `ollama`, `openai`, `rustls` and `serve` (the offline model as a server,
//! `offline::serve`) are on by default, `bedrock` is not. `chrono`, `jiff`, `uuid` and `decimal` (of
//! `rust_decimal`) let the types of those crates stand in signatures. `schemars` gives each type with
//! `derive(Field)` that crate's `JsonSchema`; a type that derives `JsonSchema` itself says
//! `#[field(without(JsonSchema))]`, or the two conflict wherever a build turns the feature on:
//!
//! ```
//! #[derive(sigflow::Field, schemars::JsonSchema)]
//! #[field(without(JsonSchema))]
//! struct Point { x: f64, y: f64 }
//! ```
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod guide;

pub use sigflow_core::*;
#[cfg(feature = "macros")]
pub use sigflow_macros::{Field, Predictors, program, signature};
pub use sigflow_providers::*;
// both have one; this one has all of the other's in it
pub use sigflow_providers::telemetry;

/// What expansions name. No promise is made about anything here.
#[doc(hidden)]
pub mod __private {
    pub use sigflow_core::__private::*;
    #[cfg(feature = "macros")]
    pub use sigflow_macros::Field as DeriveField;
}

/// What almost every program needs.
///
/// Traits come in without their names, so that their methods stay in scope when a signature of yours is
/// called `Ask` or `Field`.
pub mod prelude {
    pub use sigflow_core::{
        Adapter, Ask as _, BoxFuture, ChainOfThought, Checked, CheckedReasoning, DynSignature,
        Embedder as _, Field, Field as _, FieldEvent, InScope as _, InputField, InputField as _,
        LanguageModel, Lm, Predict, Prediction, Predictor as _, Predictors, Predictors as _,
        Reasoned, Record, Request, Response, Result, Retriever, Settings, Signature as _,
        stream::Part,
        types::{Audio, Code, Document, File, History, Image},
    };
    #[cfg(feature = "macros")]
    pub use sigflow_macros::{Field, Predictors, program, signature};
    pub use sigflow_providers::Connect as _;
}

/// The README's examples are tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
