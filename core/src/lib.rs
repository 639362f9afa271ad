//! The runtime of sigflow without HTTP: signatures and their definitions, schemas and prompts as
//! constants, parsing, and the [`LanguageModel`] trait. Users depend on `sigflow`, which re-exports it.
//!
//! A value's way through this crate is straight: inputs → the adapter renders a turn onto a prefix of
//! constants → [`LanguageModel::complete`] → `parse` reads the reply → outputs.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod adapter;
mod bounded;
mod call;
mod constant;
mod dynamic;
mod embed;
mod error;
mod field;
mod flow;
mod graph;
mod lm;
mod parse;
mod predict;
mod program;
mod quoted;
mod read;
mod retrieve;
mod run;
mod scan;
pub mod schema;
mod signature;
mod strategy;
pub mod stream;
pub mod telemetry;
pub mod testing;
pub mod types;

#[doc(hidden)]
pub mod __private;

pub use adapter::{Adapter, AdapterChoice, Native};
pub use bounded::{Bounded, CacheBounds, Eviction};
pub use call::{
    Call, Compatibility, Completions, Full, Many, Mode, One, Prediction, ReplyQuality, Streamed,
};
pub use dynamic::{
    CacheStats, DynAsk, DynSignature, DynSignatureBuilder, FieldSpec, FieldUpdate, SignatureCache,
    SignatureCacheBuilder, TypeDefinition, TypeRegistry, TypeSpec,
};
pub use embed::{EmbedRequest, Embedder, Embeddings, Purpose};
pub use error::{Error, ErrorKind, Fault, Phase, Reason, Result};
pub use field::{Field, InputField, Items, MapKey, Members, View, Written};
pub use graph::{Edge, EdgeKind, Graph, Node, NodeKind};
pub use lm::{
    Attempt, AttemptOutcome, Billed, BoxFuture, BoxStream, CachePolicy, Capabilities, Chunk,
    Completion, Effort, FinishReason, Handling, HistoryCall, HistoryContent, InScope,
    LanguageModel, Lm, Logprob, Message, OutputSchema, Part, Prefix, PromptCache, ReplayBlock,
    Request, Response, ResponseFormat, Role, Sampling, Saved, Scope, Scoped, Settings, Text,
    TokenLogprob, ToolCall, ToolChoice, ToolSpec, Turns, Usage,
};
pub use parse::{CheckResult, Repair, Rule, Strictness};
pub use predict::{
    CallContent, CallEntry, CallHistory, ChainOfThought, CheckedReasoning, Demo, DemoFor,
    FieldText, Predict, Record, State,
};
pub use program::{
    DynPredict, DynProgram, ErasedProgram, Parameter, Predictor, Predictors, SavedState, Walk,
    WalkMut, Walker,
};
pub use read::Reader;
pub use retrieve::{Bm25, Hit, Retriever, VectorIndex};
pub use run::{
    Budget, CallTrace, Cancel, Cancelled, Exchange, Forced, Gantt, Outcome, Recorder, Run,
    RunEntry, RunId, Span, SpanKind, Spent, Trace,
};
pub use schema::{Analysis, Dialect, Fit, Refusal};
pub use signature::{
    Ask, Checked, Constants, Def, Reasoned, Signature, SignatureDef, WithReasoning, WithSteps,
};
pub use strategy::{Strategic, Strategy, StrategyChoice};
pub use stream::{Event, FieldEvent, Partial, PartialRecord, Streaming};
