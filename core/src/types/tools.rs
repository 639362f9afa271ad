//! Tools as data: what may be called, what shall be called, what came of it.
use super::record::record;
use crate::{
    Record, ToolCall, ToolSpec,
    adapter::{carry, framing, python},
};
use serde_json::{Map, Value, json};

/// A tool that a model may ask for: what it is called, what it does, and its arguments by name, each with
/// its JSON schema.
///
/// ```
/// use sigflow_core::types::Tool;
/// use serde_json::json;
///
/// let tool = Tool::new("search", "Search for documents.").arg("query", json!({"type": "string"}));
/// assert_eq!(tool.to_string(), "search, whose description is <desc>Search for documents.</desc>. \
///     It takes arguments {'query': {'type': 'string'}}.");
/// assert_eq!(tool.parameters()["required"], json!(["query"]));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// What it does, and when to call it.
    pub desc: Option<String>,
    /// The schema of each argument. One with a `default` may be left out.
    pub args: Record,
}

impl Tool {
    /// A tool without arguments.
    pub fn new(name: impl Into<String>, desc: impl Into<String>) -> Self {
        Tool {
            name: name.into(),
            desc: Some(desc.into()),
            args: Record::default(),
        }
    }
    /// The same tool with one more argument.
    #[must_use]
    pub fn arg(mut self, name: impl Into<String>, schema: Value) -> Self {
        self.args.set(name, schema);
        self
    }
    /// JSON Schema of all arguments.
    pub fn parameters(&self) -> Value {
        let required: Vec<&str> = self
            .args
            .iter()
            .filter(|(_, schema)| schema.get("default").is_none())
            .map(|(name, _)| name)
            .collect();
        json!({
            "type": "object",
            "properties": self.args.clone().into_json(),
            "required": required,
        })
    }
    /// The tool as requests carry it.
    pub fn spec(&self) -> ToolSpec {
        ToolSpec::new(
            &self.name,
            self.desc.as_deref().unwrap_or_default(),
            self.parameters().to_string(),
        )
    }
}

impl std::fmt::Display for Tool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&sentence(
            &self.name,
            self.desc.as_deref().unwrap_or_default(),
            &self.args.clone().into_json(),
        ))
    }
}

/// DSPy's sentence about a tool.
fn sentence(name: &str, desc: &str, args: &Value) -> String {
    let mut out = name.to_owned();
    if desc.is_empty() {
        out.push('.');
    } else {
        out.push_str(framing::TOOL_DESCRIPTION);
        out.push_str(&desc.replace('\n', "  "));
        out.push_str(framing::TOOL_DESCRIPTION_END);
    }
    out.push_str(framing::TOOL_ARGUMENTS);
    python::repr_json(&mut out, args);
    out.push('.');
    out
}

/// The sentence about a tool that is given as JSON.
pub(crate) fn tool_text(tool: &Value) -> String {
    let text = |name: &str| tool.get(name).and_then(Value::as_str).unwrap_or_default();
    let none = Value::Object(Map::new());
    sentence(
        text("name"),
        text("desc"),
        tool.get("args").unwrap_or(&none),
    )
}

record!(Tool: Tool, "A tool that may be called.", |value| value,
    name "name" None => String,
    desc "desc" Some("null") => Option<String>,
    args "args" Some("{}") => Record,
);

/// Tools that a model wants called, in order.
///
/// Read from DSPy's form (`name`, `args`) as well as from a provider's (`function` with `arguments`), from
/// a list of calls, and from a single one.
///
/// ```
/// use sigflow_core::{Field, types::ToolCalls};
/// use serde_json::json;
///
/// let one = json!({"id": "call_1", "function": {"name": "search", "arguments": "{\"query\": \"cats\"}"}});
/// let calls = ToolCalls::from_value(one).expect("a call");
/// assert_eq!(calls.tool_calls[0].name, "search");
/// assert_eq!(calls.tool_calls[0].args["query"], "cats");
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ToolCalls {
    /// One by one.
    pub tool_calls: Vec<ToolInvocation>,
    /// What came of them, once they were called: for a [`History`](super::History).
    pub tool_call_results: Option<ToolCallResults>,
}

/// A tool and the arguments it shall be called with.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ToolInvocation {
    /// The model's name for this call, to answer it by.
    pub id: Option<String>,
    /// Which tool.
    pub name: String,
    /// The arguments by name.
    pub args: Record,
}

impl ToolInvocation {
    /// A call of a tool.
    pub fn new(name: impl Into<String>, args: Record) -> Self {
        ToolInvocation {
            id: None,
            name: name.into(),
            args,
        }
    }
    /// The call as messages carry it.
    pub fn wire(&self) -> ToolCall {
        ToolCall::new(
            self.id.clone().unwrap_or_default(),
            &self.name,
            crate::adapter::value::json_text(&self.args.clone().into_json()),
        )
    }
}

impl ToolCalls {
    /// Calls that have no results yet.
    pub fn new(calls: impl IntoIterator<Item = ToolInvocation>) -> Self {
        ToolCalls {
            tool_calls: calls.into_iter().collect(),
            tool_call_results: None,
        }
    }
    /// The same calls with what came of them, in the same order.
    #[must_use]
    pub fn answered(mut self, values: impl IntoIterator<Item = Value>) -> Self {
        let results = self.tool_calls.iter().zip(values);
        self.tool_call_results = Some(ToolCallResults {
            tool_call_results: results
                .map(|(call, value)| ToolCallResult {
                    call_id: call.id.clone(),
                    name: call.name.clone(),
                    value,
                    is_error: false,
                })
                .collect(),
        });
        self
    }
}

impl From<&[ToolCall]> for ToolCalls {
    fn from(calls: &[ToolCall]) -> Self {
        let call = |call: &ToolCall| ToolInvocation {
            id: Some(call.id.clone()).filter(|id| !id.is_empty()),
            name: call.name.clone(),
            args: carry::arguments(&call.arguments),
        };
        ToolCalls::new(calls.iter().map(call))
    }
}

/// One call in any of the forms, in ours.
fn invocation(call: Value) -> Value {
    let Value::Object(mut call) = call else {
        return call;
    };
    let id = ["id", "call_id"]
        .iter()
        .find_map(|name| call.get(*name).filter(|id| id.is_string()).cloned());
    let (name, args) = match call.swap_remove("function") {
        Some(Value::Object(mut function)) => (
            function
                .swap_remove("name")
                .or_else(|| call.swap_remove("name")),
            function.swap_remove("arguments"),
        ),
        _ => (
            call.swap_remove("name"),
            call.swap_remove("args")
                .or_else(|| call.swap_remove("arguments")),
        ),
    };
    let args = match args {
        Some(Value::String(text)) => serde_json::from_str(&text).unwrap_or_default(),
        Some(args) => args,
        None => json!({}),
    };
    let args = if args.is_object() { args } else { json!({}) };
    json!({"id": id, "name": name, "args": args})
}

fn calls(value: Value) -> Value {
    match value {
        Value::Array(items) => json!({"tool_calls": items}),
        Value::Object(members)
            if !members.contains_key("tool_calls")
                && (members.contains_key("name") || members.contains_key("function")) =>
        {
            json!({"tool_calls": [Value::Object(members)]})
        }
        other => other,
    }
}

record!(ToolInvocation: ToolCall, "A tool to be called, with its arguments.", invocation,
    name "name" None => String,
    args "args" None => Record;
    id "id" => String,
);
record!(ToolCalls: ToolCalls, "Tools to be called.", calls,
    tool_calls "tool_calls" None => Vec<ToolInvocation>;
    tool_call_results "tool_call_results" => ToolCallResults,
);

/// What came of some calls.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ToolCallResults {
    /// One by one.
    pub tool_call_results: Vec<ToolCallResult>,
}

/// What came of a call.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ToolCallResult {
    /// The model's name for the call.
    pub call_id: Option<String>,
    /// Which tool.
    pub name: String,
    /// What it answered.
    pub value: Value,
    /// Whether the answer is an error's.
    pub is_error: bool,
}

record!(ToolCallResults: ToolCallResults, "What came of tool calls.", |value| match value {
    Value::Array(items) => json!({"tool_call_results": items}),
    Value::Object(members) if members.contains_key("name") && members.contains_key("value") => {
        json!({"tool_call_results": [Value::Object(members)]})
    }
    other => other,
},
    tool_call_results "tool_call_results" None => Vec<ToolCallResult>,
);
record!(ToolCallResult: ToolCallResult, "What came of a tool call.", |value| value,
    call_id "call_id" Some("null") => Option<String>,
    name "name" None => String,
    value "value" None => Value,
    is_error "is_error" Some("false") => bool,
);
