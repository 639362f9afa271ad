//! Types besides Rust's own. DSPy's, as data: media, documents, code, conversations, tools, decisions. And those of
//! machine learning, which say how sure, how likely, how alike, by which steps and at what cost: see [`BUILT_IN`].
//!
//! Each is an ordinary named type with a schema, known by its identity: so whatever reads and
//! describes types needs to know nothing of them, and only the adapters, which put their values into
//! content blocks, ask what they are. Nothing here opens a file or a connection.
mod base64;
mod citations;
mod code;
mod conversation;
mod decision;
pub(crate) mod kind;
mod media;
mod ml;
mod reasoning;
mod record;
mod tools;

pub use citations::{Citation, Citations};
pub use code::{Code, Language, Python};
pub use conversation::History;
pub use decision::{Choice, Noul, Rubric, Score};
pub use media::{Audio, Document, File, Image};
pub use ml::{
    BUILT_IN, BuiltIn, Confidence, ConfidenceScore, Embedding, EmbeddingVec, FunctionCall,
    Likelihood, Measure, ModelOutput, Probability, PromptTemplate, ReasoningChain,
    ReasoningQuality, ReasoningStep, Scale, Similarity, SimilarityScore, TokenCount, TokenUsage,
    ToolResult,
};
pub use reasoning::Reasoning;
pub use tools::{Tool, ToolCallResult, ToolCallResults, ToolCalls, ToolInvocation};

pub(crate) use citations::citation_block;
pub(crate) use decision::{choice_schema, noul_schema, score_schema};
pub(crate) use ml::{EMBEDDING, MOST_NUMBERS, built_in, is_confidence};
pub(crate) use reasoning::is_reasoning;
pub(crate) use tools::tool_text;
