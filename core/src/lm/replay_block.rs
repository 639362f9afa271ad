//! What a server wants back as it came.
use serde_json::Value;

/// A block of a reply that the same server wants to see again in the next turn, unchanged: signed thoughts,
/// encrypted reasoning. No other server understands it, so each provider sends back only its own.
///
/// ```
/// use sigflow_core::ReplayBlock;
///
/// let block = serde_json::json!({ "type": "thinking", "thinking": "…", "signature": "c2ln" });
/// let replay = ReplayBlock::new("anthropic", block);
/// assert_eq!(replay.provider, "anthropic");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ReplayBlock {
    /// Whose it is, in the words of the provider's wire format: `anthropic`, `openai_responses`, `gemini`.
    pub provider: &'static str,
    /// The block as it came.
    pub block: Value,
}

impl ReplayBlock {
    /// A block of one wire format.
    pub fn new(provider: &'static str, block: Value) -> Self {
        ReplayBlock { provider, block }
    }
}
