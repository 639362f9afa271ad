//! Where the server sees to the form of the reply: structured output and tool calling. The prompt says
//! what the fields are; the schema goes with the request.
use super::{
    framing,
    system::{fields, header, objective},
};
use crate::{
    Request, ResponseFormat, ToolChoice, ToolSpec,
    constant::written,
    signature::{Def, SignatureDef},
};
use std::{fmt::Write, sync::Arc};

/// The name of the tool whose arguments are the outputs: the signature's, if it has one.
pub(crate) fn tool_name(def: &Def) -> String {
    def.wire_name("execute")
}

/// The system message.
pub(super) fn system(signature: &SignatureDef, reasoning: bool, instructions: &str) -> String {
    let mut out = written(|out| fields(out, signature, reasoning));
    if !signature.inputs.get().is_empty() {
        out.push_str(framing::JSON_INPUTS);
        for field in signature.inputs.get() {
            let name = field.name.get();
            let _ = write!(out, "\n\n{}\n{{{name}}}", written(|out| header(out, name)));
        }
        out.push('\n');
    }
    out.push_str(framing::OBJECTIVE);
    out.push_str(&written(|out| objective(out, instructions)));
    out
}

/// Asks for the outputs by schema.
pub(crate) fn structured(request: &mut Request, def: &Def) {
    request.response_format = ResponseFormat::Schema(def.output_schema());
}

/// Asks for the outputs as the arguments of a tool that must be called.
pub(crate) fn tool(request: &mut Request, def: &Def) {
    let (schema, name) = (def.output_schema(), tool_name(def));
    let mut tool = ToolSpec::new(
        name.clone(),
        "Gives the outputs.",
        schema
            .openai
            .clone()
            .unwrap_or_else(|| schema.plain.clone()),
    );
    tool.strict = schema.openai.is_some();
    tool.dialects = Some(Arc::new(schema));
    request.tools = Arc::from([tool]);
    request.tool_choice = ToolChoice::Named(name);
}
