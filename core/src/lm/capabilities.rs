//! What a model can do.

/// What a model can do beyond plain chat. The default is nothing, which is always safe.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Capabilities {
    /// Takes a JSON schema and keeps to it ([`ResponseFormat::Schema`](crate::ResponseFormat)).
    pub json_schema: bool,
    /// Can be told to answer with some JSON object.
    pub json_object: bool,
    /// Can call tools.
    pub tools: bool,
    /// Calls tools only as it likes: it cannot be made to
    /// ([`ToolChoice::Required`](crate::ToolChoice), [`Named`](crate::ToolChoice::Named)), or not while it thinks.
    pub unforced_tools: bool,
    /// Gives several completions for one request.
    pub many: bool,
    /// Gives its thoughts apart from its text.
    pub reasoning: bool,
    /// Cites the documents it was given, apart from its text.
    pub citations: bool,
}

impl Capabilities {
    /// Plain chat and nothing else.
    pub const CHAT: Capabilities = Capabilities {
        json_schema: false,
        json_object: false,
        tools: false,
        unforced_tools: false,
        many: false,
        reasoning: false,
        citations: false,
    };
    /// Every form of a reply. What a model gives apart from it, reasoning and citations, is said by itself:
    /// of a server that only seems to give them nothing would be left.
    pub const ALL: Capabilities = Capabilities {
        json_schema: true,
        json_object: true,
        tools: true,
        unforced_tools: false,
        many: true,
        reasoning: false,
        citations: false,
    };
}
