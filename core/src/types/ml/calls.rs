//! A function that shall be called, and what came of it.
use super::{arguments, record, valid};
use crate::{
    Error, Record, Result, ToolCall,
    adapter::carry,
    error::Fault,
    field::shorten,
    schema::{Category, Constraint, Meaning},
    types::{Tool, ToolInvocation},
};
use serde_json::Value;

/// A function that shall be called: its name, 1 to 100 characters, and its arguments by name.
///
/// ```
/// use sigflow_core::{Record, types::{FunctionCall, Tool}};
/// use serde_json::json;
///
/// let call = FunctionCall::new("weather", Record::from_iter([("days", json!("many"))]))?;
/// let weather = Tool::new("weather", "Tells the weather.")
///     .arg("city", json!({"type": "string"}))
///     .arg("days", json!({"type": "integer", "default": 1}));
/// let faults: Vec<_> = call.faults(&weather).iter().map(ToString::to_string).collect();
/// assert_eq!(faults, [
///     "`arguments.city` is missing, expected a string",
///     "`arguments.days` is `many`, expected an integer",
/// ]);
/// # Ok::<(), sigflow_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct FunctionCall {
    function_name: String,
    arguments: Record,
    call_id: Option<String>,
}

pub(super) static CALL: Meaning = Meaning::new("function_call", Category::Function, "");

record! {
    FunctionCall: CALL, "A function that shall be called.",
    function_name ["name"] "which" &[Constraint::MinLen(1), Constraint::MaxLen(100)], None => String;
    arguments ["args"] "by name" &[], None => Record;
    call_id ["id"] "to answer the call by" &[], Some("null") => Option<String>;
}

impl FunctionCall {
    /// A call.
    ///
    /// # Errors
    /// If the name has not 1 to 100 characters.
    pub fn new(function_name: impl Into<String>, arguments: Record) -> Result<Self> {
        let call = FunctionCall {
            function_name: function_name.into(),
            arguments,
            call_id: None,
        };
        valid(call, FunctionCall::SCHEMA, &CALL)
    }
    /// The same call with a name to answer it by.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<String>) -> Self {
        self.call_id = Some(id.into());
        self
    }
    /// Which function.
    pub fn function_name(&self) -> &str {
        &self.function_name
    }
    /// The arguments by name.
    pub const fn arguments(&self) -> &Record {
        &self.arguments
    }
    /// The name to answer it by.
    pub fn call_id(&self) -> Option<&str> {
        self.call_id.as_deref()
    }
    /// What of the call does not fit a tool: its name, arguments that are missing or not known, and those that break
    /// their JSON schema. Empty if it fits.
    ///
    /// Of JSON Schema it knows types, properties, items, choices and bounds; what else a schema says is not looked
    /// at.
    pub fn faults(&self, tool: &Tool) -> Vec<Fault> {
        if self.function_name != tool.name {
            let found = shorten(&Value::from(self.function_name.as_str()));
            let expected = format!("`{}`", tool.name);
            return vec![Fault::mismatch("function_name", expected, found)];
        }
        arguments::faults(&self.arguments, tool)
    }
}

impl TryFrom<&ToolCall> for FunctionCall {
    type Error = Error;
    /// A call as messages carry it. Its arguments are read as leniently as a reply.
    fn try_from(call: &ToolCall) -> Result<Self> {
        let made = Self::new(&call.name, carry::arguments(&call.arguments))?;
        Ok(FunctionCall {
            call_id: Some(call.id.clone()).filter(|id| !id.is_empty()),
            ..made
        })
    }
}
impl From<FunctionCall> for ToolInvocation {
    fn from(call: FunctionCall) -> Self {
        let invocation = ToolInvocation::new(call.function_name, call.arguments);
        ToolInvocation {
            id: call.call_id,
            ..invocation
        }
    }
}

/// What a tool gave back: a result, or an error. There is an error exactly if it did not succeed.
///
/// ```
/// use sigflow_core::types::ToolResult;
/// use serde_json::json;
///
/// let sunny = ToolResult::success("weather", json!({"sky": "clear"}))?;
/// let failed = ToolResult::failure("weather", "no such city")?;
/// assert!(sunny.is_success() && sunny.error().is_none());
/// assert_eq!(failed.error(), Some("no such city"));
///
/// let both = json!({"tool_name": "weather", "result": 1, "success": true, "error": "no such city"});
/// let error = serde_json::from_value::<ToolResult>(both).unwrap_err();
/// assert_eq!(error.to_string(), "`error` is `no such city`, must be null, for `success` is true");
/// # Ok::<(), sigflow_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ToolResult {
    tool_name: String,
    result: Value,
    success: bool,
    error: Option<String>,
}

pub(super) static RESULT: Meaning =
    Meaning::new("tool_result", Category::Function, "").checked(error_of_failure);

fn error_of_failure(value: &Value) -> Result<(), Fault> {
    let error = value.get("error").filter(|error| !error.is_null());
    match (value.get("success").and_then(Value::as_bool), error) {
        (Some(true), Some(error)) => Err(Fault::constraint(
            "error",
            "null, for `success` is true",
            shorten(error),
        )),
        (Some(false), None) => Err(Fault::constraint(
            "error",
            "what went wrong, for `success` is false",
            "`null`",
        )),
        _ => Ok(()),
    }
}

record! {
    ToolResult: RESULT, "What a tool gave back; `error` is there exactly if `success` is false.",
    tool_name ["name"] "which tool" &[Constraint::MinLen(1), Constraint::MaxLen(100)], None => String;
    result ["value"] "of any shape" &[], Some("null") => Value;
    success [] "whether it went well" &[], None => bool;
    error [] "what went wrong" &[], Some("null") => Option<String>;
}

impl ToolResult {
    /// What a tool gave back.
    ///
    /// # Errors
    /// If the name has not 1 to 100 characters.
    pub fn success(tool_name: impl Into<String>, result: Value) -> Result<Self> {
        let made = ToolResult {
            tool_name: tool_name.into(),
            result,
            success: true,
            error: None,
        };
        valid(made, ToolResult::SCHEMA, &RESULT)
    }
    /// What went wrong.
    ///
    /// # Errors
    /// If the name has not 1 to 100 characters.
    pub fn failure(tool_name: impl Into<String>, error: impl Into<String>) -> Result<Self> {
        let made = ToolResult {
            tool_name: tool_name.into(),
            result: Value::Null,
            success: false,
            error: Some(error.into()),
        };
        valid(made, ToolResult::SCHEMA, &RESULT)
    }
    /// Which tool.
    pub fn tool_name(&self) -> &str {
        &self.tool_name
    }
    /// What it gave back; null beside an error, as a rule.
    pub const fn result(&self) -> &Value {
        &self.result
    }
    /// Whether it went well.
    pub const fn is_success(&self) -> bool {
        self.success
    }
    /// What went wrong.
    pub fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }
}
