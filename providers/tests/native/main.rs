//! Gemini's and Ollama's own formats, and vectors of texts, against a server of raw bytes.
#![cfg(all(feature = "openai", feature = "gemini", feature = "ollama"))]
mod embeddings;
mod errors;
mod live;
mod streams;
#[path = "../support/mod.rs"]
mod support;
