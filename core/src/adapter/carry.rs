//! What the server's own protocol carries in place of the prompt: the tools of a signature and the calls
//! of them, thoughts, citations. Such a field is taken out of the signature before it is rendered, and its
//! value comes out of another part of the response than the text.
use super::Adapter;
use crate::{
    Capabilities, Field, Record, ToolSpec,
    constant::Ref,
    field::View,
    schema::{FieldDef, Schema},
    signature::{Def, SignatureDef},
    types::{Tool, is_reasoning, kind::Kind},
};
use std::sync::Arc;

/// Which fields of a signature go the server's own way and not through the prompt.
///
/// - **Tools**: an input `list[Tool]` (or `Tool`) together with an output `ToolCalls`. The tools stand in
///   the request's `tools`, and what the model calls is the output.
/// - **Reasoning**: outputs of the type [`Reasoning`](crate::types::Reasoning) are what the server says
///   the model thought.
/// - **Citations**: outputs of the type [`Citations`](crate::types::Citations) are what the server says
///   the model cited.
///
/// What is not said is decided as DSPy decides it, by what the model can do ([`Capabilities`]): tools go to
/// the server with all adapters but [`Chat`](Adapter::Chat) and [`Xml`](Adapter::Xml), reasoning and
/// citations with all. What is said holds whatever the capabilities are. [`TwoStep`](Adapter::TwoStep)
/// asks for everything in words.
///
/// Of a response that calls tools, the other outputs may be absent: they need a default, or a type that
/// may be null. A model that thinks or cites nothing gives an empty reasoning and no citations.
///
/// ```
/// # async fn run() -> sigflow_core::Result<()> {
/// use sigflow_core::{Ask, Completion, DynSignature, Lm, Native, Response, ToolCall};
/// use serde_json::json;
///
/// let lm = Lm::from_fn(|request| async move {
///     assert_eq!(request.tools[0].name, "search");
///     let mut response = Response::text("");
///     response.completions[0].tool_calls = vec![ToolCall::new("call_1", "search", r#"{"query": "cats"}"#)];
///     Ok(response)
/// });
/// let search = json!({"name": "search", "desc": "Searches.", "args": {"query": {"type": "string"}}});
/// let signature = DynSignature::parse("question, tools: list[Tool] -> calls: ToolCalls")?;
/// let ask = signature.ask([("question", "How many?".into()), ("tools", json!([search]))])?;
/// let outputs = ask.predict().native(Native::default().tools(true)).with(&lm).await?;
/// assert_eq!(outputs["calls"]["tool_calls"][0]["args"], json!({"query": "cats"}));
/// # Ok(()) }
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run()).unwrap();
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Native {
    tools: Option<bool>,
    reasoning: Option<bool>,
    citations: Option<bool>,
}

impl Native {
    /// All of it, whatever the model is known to do.
    pub const ALWAYS: Native = Native {
        tools: Some(true),
        reasoning: Some(true),
        citations: Some(true),
    };
    /// Nothing: all fields stand in the prompt.
    pub const NEVER: Native = Native {
        tools: Some(false),
        reasoning: Some(false),
        citations: Some(false),
    };
    /// Whether the tools of a signature go to the server.
    #[must_use]
    pub const fn tools(mut self, native: bool) -> Self {
        self.tools = Some(native);
        self
    }
    /// Whether a reasoning is what the server says the model thought. Where it was said that it is, the
    /// request asks for a little of it ([`Effort::Low`](crate::Effort)), unless its settings say how much.
    #[must_use]
    pub const fn reasoning(mut self, native: bool) -> Self {
        self.reasoning = Some(native);
        self
    }
    /// Whether citations are what the server says the model cited.
    #[must_use]
    pub const fn citations(mut self, native: bool) -> Self {
        self.citations = Some(native);
        self
    }
    /// Mine where it was said, else `other`'s.
    #[must_use]
    pub fn or(self, other: Native) -> Self {
        Native {
            tools: self.tools.or(other.tools),
            reasoning: self.reasoning.or(other.reasoning),
            citations: self.citations.or(other.citations),
        }
    }
    /// Whether reasoning was asked for by name.
    pub(crate) const fn wants_reasoning(self) -> bool {
        matches!(self.reasoning, Some(true))
    }
    /// What may be carried: decided for one call.
    pub(crate) fn decide(self, adapter: Adapter, capabilities: Capabilities) -> Carried {
        if adapter == Adapter::TwoStep {
            return Carried::default();
        }
        let in_text = matches!(adapter, Adapter::Chat | Adapter::Xml);
        Carried {
            tools: self.tools.unwrap_or(capabilities.tools && !in_text),
            reasoning: self.reasoning.unwrap_or(capabilities.reasoning),
            citations: self.citations.unwrap_or(capabilities.citations),
        }
    }
}

/// Which kinds of fields a call does not put into its prompt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Carried {
    pub(crate) tools: bool,
    pub(crate) reasoning: bool,
    pub(crate) citations: bool,
}

/// Where the value of an output comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// From the text, as usual.
    Text,
    /// What tools the model called.
    Calls,
    /// What it thought.
    Thoughts,
    /// What it cited.
    Citations,
}

/// A signature of which the protocol carries some fields.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// What is put to the model: the rest of the signature.
    pub(crate) asked: Def,
    /// The input that holds the tools, if they go to the server.
    pub(crate) tools: Option<usize>,
    /// One for each output of the whole signature.
    pub(crate) sources: Arc<[Source]>,
}

impl Plan {
    /// Of a signature; nothing if all of it stands in the prompt.
    pub(crate) fn of(def: &Def, carried: Carried) -> Option<Plan> {
        if carried == Carried::default() {
            return None;
        }
        // calls without tools to call are a matter of the prompt
        let tools = def
            .inputs()
            .iter()
            .position(|field| holds_tools(field.schema.get()))
            .filter(|_| {
                carried.tools
                    && def
                        .outputs()
                        .any(|field| kind(field) == Some(Kind::ToolCalls))
            });
        let source = |field: &FieldDef| match kind(field) {
            Some(Kind::ToolCalls) if tools.is_some() => Source::Calls,
            Some(Kind::Citations) if carried.citations => Source::Citations,
            None if carried.reasoning && is_reasoning(field.schema.get()) => Source::Thoughts,
            _ => Source::Text,
        };
        let sources: Arc<[Source]> = def.outputs().map(source).collect();
        if sources.iter().all(|source| *source == Source::Text) {
            return None;
        }
        let inputs = def.inputs().iter().enumerate();
        let inputs = inputs.filter(|(index, _)| Some(*index) != tools);
        // the reasoning of a chain of thought is text, so it stays what it is: a flag
        let outputs = def
            .outputs()
            .zip(&*sources)
            .skip(usize::from(def.reasoning));
        let outputs = outputs.filter(|(_, source)| **source == Source::Text);
        let signature = SignatureDef {
            name: def.signature.name.clone(),
            instructions: def.signature.instructions.clone(),
            inputs: Ref::shared(inputs.map(|(_, field)| field.clone()).collect()),
            outputs: Ref::shared(outputs.map(|(field, _)| field.clone()).collect()),
        };
        let mut asked = Def::new(Ref::shared(Arc::new(signature)));
        asked.reasoning = def.reasoning;
        asked.hands_tools = tools.is_some();
        Some(Plan {
            asked,
            tools,
            sources,
        })
    }
    /// The place among the inputs that are asked for.
    pub(crate) fn place(&self, input: usize) -> Option<usize> {
        match self.tools {
            Some(tools) if input == tools => None,
            Some(tools) if input > tools => Some(input - 1),
            _ => Some(input),
        }
    }
    /// Whether anything is to be read from the text.
    pub(crate) fn reads_text(&self) -> bool {
        self.sources.contains(&Source::Text)
    }
    /// Whether an output is what the model cites beside its text.
    pub(crate) fn cites(&self) -> bool {
        self.sources.contains(&Source::Citations)
    }
    /// Whether the tools of the signature go to the server.
    pub(crate) fn hands_tools(&self) -> bool {
        self.tools.is_some()
    }
}

fn kind(field: &FieldDef) -> Option<Kind> {
    Kind::of_schema(field.schema.get())
}

fn holds_tools(schema: &Schema) -> bool {
    let item = match schema.shape() {
        Schema::List(item) => item.get(),
        other => other,
    };
    Kind::of_schema(item) == Some(Kind::Tool)
}

/// The tools of an input, as requests carry them.
pub(crate) fn specs(view: View<'_>) -> Vec<ToolSpec> {
    let tools = match view.to_value() {
        serde_json::Value::Array(tools) => tools,
        one => vec![one],
    };
    let tools = tools.into_iter();
    // an input was held to its type before
    tools
        .filter_map(|tool| Tool::from_value(tool).ok())
        .map(|tool| tool.spec())
        .collect()
}

/// The arguments of a call, leniently: models slip in them as in any JSON.
pub(crate) fn arguments(text: &str) -> Record {
    let value = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(_) => match crate::parse::value(&Schema::Any, text, false) {
            Ok((value, _)) => value,
            Err(_) => return Record::default(),
        },
    };
    match value {
        serde_json::Value::Object(members) => members.into(),
        _ => Record::default(),
    }
}
