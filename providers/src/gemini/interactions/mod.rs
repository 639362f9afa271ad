//! Interactions: the API that Google builds on since 2026. A turn is a list of steps: thoughts, calls, words.
pub(super) mod request;
pub(super) mod response;
mod step;
pub(super) mod stream;

/// Whose replay blocks are of this API.
const PROVIDER: &str = "gemini_interactions";
