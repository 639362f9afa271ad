//! Language models for sigflow: the APIs of OpenAI, Anthropic, Google, Amazon and Ollama, every server that speaks
//! OpenAI's chat completions, and one model that needs no network.
//!
//! - [`Connect`] gives [`Lm`](sigflow_core::Lm) its constructors: `Lm::openai("gpt-5-mini")`,
//!   `Lm::parse("ollama/llama3.2")`, `Lm::from_env()`.
//! - `OpenAi` is the client of chat completions, with every setting on its builder; a `Profile` says what differs
//!   from server to server. `OpenAiResponses` speaks OpenAI's newer protocol.
//! - `Anthropic` and `Bedrock` are clients of Anthropic's Messages and Amazon's Converse.
//! - `Gemini` and `Ollama` are clients of Google's and Ollama's own APIs.
//! - `EmbeddingClient` makes vectors of texts: `OpenAi::embedder`, `Gemini::embedder`, `Ollama::embedder`.
//! - [`Offline`] answers by schema, the same words each time, for examples and tests; `offline::serve` puts it behind a
//!   socket.
//! - [`retry`] and [`route`] are layers around any model: what fails is sent again, or to another route.
//! - `cache` (feature `cache`) is another: what was paid for once is given again.
//!
//! - [`limit`], [`breaker`], [`queue`], [`hedge`], [`compare`] and [`price`] keep calls within what servers, money and
//!   patience allow.
//!
//! One call of a client is one HTTP request, unless it shall follow redirects: no client retries, caches or waits in a
//! queue. Those are layers that a program puts around a model on purpose, and can see.
//!
//! # What is never found here
//! Signatures, prompts and schemas are the core's: a request comes in with its texts rendered and
//! its schemas finished. Keys are in no text: no `Debug`, no log and no error holds one.
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "anthropic")]
pub mod anthropic;
#[cfg(feature = "bedrock")]
pub mod bedrock;
pub mod breaker;
#[cfg(feature = "cache")]
pub mod cache;
mod calling;
#[cfg(any(feature = "anthropic", feature = "bedrock"))]
mod claude;
mod close;
pub mod compare;
mod connect;
#[cfg(any(feature = "openai", feature = "gemini", feature = "ollama"))]
pub mod embed;
pub mod hedge;
pub mod limit;
pub mod memory;
pub mod models;
mod names;
pub mod offline;
pub mod price;
pub mod queue;
pub mod retry;
pub mod route;
pub mod telemetry;

#[cfg(feature = "http")]
pub mod cassette;
#[cfg(feature = "gemini")]
pub mod gemini;
#[cfg(feature = "http")]
mod http;
#[cfg(feature = "http")]
pub mod middleware;
#[cfg(feature = "ollama")]
pub mod ollama;
#[cfg(feature = "openai")]
pub mod openai;
#[cfg(feature = "openai")]
pub mod responses;
#[cfg(feature = "http")]
mod secret;
mod sync;
#[cfg(feature = "http")]
mod wire;

#[cfg(feature = "anthropic")]
pub use anthropic::{Anthropic, AnthropicBuilder};
#[cfg(feature = "bedrock")]
pub use bedrock::{Bedrock, BedrockBuilder};
pub use breaker::Breaker;
#[cfg(feature = "cache")]
pub use cache::{Cached, HotResponse, ResponseCache, ResponseCacheBuilder, ResponseCacheStats};
#[cfg(feature = "http")]
pub use cassette::Cassette;
pub use compare::Compare;
#[cfg(feature = "openai")]
pub use connect::openai_compatible;
pub use connect::{Connect, configured};
#[cfg(any(feature = "openai", feature = "gemini", feature = "ollama"))]
pub use embed::{EmbeddingClient, EmbeddingClientBuilder};
#[cfg(feature = "gemini")]
pub use gemini::{Gemini, GeminiApi, GeminiBuilder};
pub use hedge::Hedge;
pub use limit::{Limit, Limiter, Limits};
pub use offline::Offline;
#[cfg(feature = "ollama")]
pub use ollama::{Ollama, OllamaBuilder};
#[cfg(feature = "openai")]
pub use openai::{OpenAi, OpenAiBuilder, Profile, TokenField};
pub use price::{Price, Prices, Spending};
pub use queue::{Concurrency, Queue};
#[cfg(feature = "openai")]
pub use responses::{OpenAiResponses, OpenAiResponsesBuilder, ReasoningSummary};
pub use retry::{Retry, RetryBudget, RetryRule, Verdict};
pub use route::{Route, Router};
#[cfg(feature = "http")]
pub use secret::Secret;
#[cfg(feature = "cache")]
pub use sigflow_journal as journal;
