//! DSPy's own types, as data: media, documents, code, conversations, tools, decisions.
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
mod reasoning;
mod record;
mod tools;

pub use citations::{Citation, Citations};
pub use code::{Code, Language, Python};
pub use conversation::History;
pub use decision::{Choice, Noul, Rubric, Score};
pub use media::{Audio, Document, File, Image};
pub use reasoning::Reasoning;
pub use tools::{Tool, ToolCallResult, ToolCallResults, ToolCalls, ToolInvocation};

pub(crate) use citations::citation_block;
pub(crate) use decision::{choice_schema, noul_schema, score_schema};
pub(crate) use reasoning::is_reasoning;
pub(crate) use tools::tool_text;
