//! `generateContent`: the older of Gemini's two APIs, which gateways speak too.
mod content;
pub(super) mod request;
pub(super) mod response;
pub(super) mod stream;

/// Whose replay blocks are of this API.
const PROVIDER: &str = "gemini";
