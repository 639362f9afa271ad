//! What can be said of a signature before it is ever asked.
use super::{Definitions, Dialect, Fit, dialect::fit, json};
use crate::signature::SignatureDef;

/// Facts about a signature, known to the compiler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Analysis {
    /// Inputs.
    pub inputs: usize,
    /// Outputs.
    pub outputs: usize,
    /// Named types that the outputs mention.
    pub types: usize,
    /// Objects within objects in the outputs, the outermost included. A recursive type is as deep as its
    /// definition.
    pub depth: usize,
    /// Properties of all objects in the outputs as OpenAI counts them: each definition once, and again
    /// where it is written in place.
    pub properties: usize,
    /// Length of the system prompt, in bytes.
    pub prompt_bytes: usize,
    /// Tokens of the system prompt, estimated at four bytes each.
    pub prompt_tokens: usize,
    /// Whether the outputs fit OpenAI's strict structured output.
    pub openai: Fit,
    /// Whether the outputs fit Anthropic's structured output.
    pub anthropic: Fit,
    /// Whether the outputs fit Gemini's structured output.
    pub gemini: Fit,
    /// Whether an output is called `reasoning`: the signature asks for it by itself.
    pub reasoning: bool,
}

impl Analysis {
    /// The facts of a signature whose prompt is so long.
    pub const fn of(signature: &SignatureDef, prompt_bytes: usize) -> Self {
        let outputs = signature.outputs.get();
        let (mut reasoning, mut at) = (false, 0);
        while at < outputs.len() {
            reasoning |= super::definitions::equal(outputs[at].name.get(), "reasoning");
            at += 1;
        }
        let measure = json::measure(Dialect::OpenAi, signature, false);
        Analysis {
            inputs: signature.inputs.get().len(),
            outputs: outputs.len(),
            types: Definitions::of_fields(outputs).len(),
            depth: measure.depth,
            properties: measure.properties,
            prompt_bytes,
            prompt_tokens: prompt_bytes.div_ceil(4),
            openai: measure.fit,
            anthropic: fit(Dialect::Anthropic, signature, false),
            gemini: fit(Dialect::Gemini, signature, false),
            reasoning,
        }
    }
}
