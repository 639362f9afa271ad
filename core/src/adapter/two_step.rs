//! DSPy's two-step form: plain words for the model, whose answer a second model takes apart.
use super::{
    content::Content,
    framing, lower,
    python::{self, option, own_text},
    system::{input_lines, output_lines},
};
use crate::{
    Adapter, Message, Prefix, Request, Text,
    constant::Ref,
    constant::written,
    field::View,
    schema::{FieldDef, Schema, What, render},
    signature::{Def, SignatureDef},
    types::kind::Kind,
};
use serde_json::Value;
use std::sync::Arc;

/// The system message.
pub(super) fn system(signature: &SignatureDef, reasoning: bool, instructions: &str) -> String {
    let mut out = framing::ASSISTANT.to_owned();
    out.push('\n');
    out.push_str(framing::PROVIDED);
    out.push_str(&written(|out| input_lines(out, signature)));
    out.push('\n');
    out.push_str(framing::MUST_CONTAIN);
    out.push_str(&written(|out| output_lines(out, signature, reasoning)));
    out.push('\n');
    out.push_str(framing::LAY_OUT);
    if !instructions.is_empty() {
        out.push('\n');
        out.push_str(framing::SPECIFIC);
        out.push_str(instructions);
    }
    out
}

/// One input: its name and Python's `str` of its value. Media are sent as content blocks; DSPy sends the
/// text of the block.
pub(super) fn section(out: &mut Content, def: &Def, field: &FieldDef, view: View<'_>) {
    let value = view.to_value();
    let schema = option(field.schema.get(), &value);
    out.text(field.name.get());
    out.text(": ");
    match Kind::of_schema(schema) {
        Some(Kind::History) => {
            let fields: Vec<&FieldDef> = def.inputs().iter().chain(def.outputs()).collect();
            python::conversation(&mut out.words, &fields, &value);
        }
        Some(kind @ (Kind::Tool | Kind::Document)) => {
            out.text(&own_text(kind, &value).unwrap_or_default());
        }
        Some(kind) if kind.is_block() && kind != Kind::Citations => {
            lower::write(out, schema, &value, &|out, value| {
                super::value::write(out, View::Json(value), false);
            });
        }
        _ => python::text(&mut out.words, field.schema.get(), &value),
    }
}

/// One output with its value.
pub(super) fn output(out: &mut String, field: &FieldDef, value: &Value) {
    out.push_str(field.name.get());
    out.push_str(": ");
    let schema = option(field.schema.get(), value);
    match Kind::of_schema(schema) {
        Some(kind) if own_text(kind, value).is_some() => {
            out.push_str(&own_text(kind, value).unwrap_or_default());
        }
        Some(kind) if kind.is_block() && kind != Kind::Citations => {
            let text = lower::as_text(schema, value);
            out.push_str(text.as_str().unwrap_or_default());
        }
        _ => python::text(out, field.schema.get(), value),
    }
}

/// The request for the second model: DSPy's chat form of `text -> outputs`.
pub(crate) fn extraction(def: &Def, reply: String) -> Request {
    let names: Vec<String> = def
        .outputs()
        .map(|field| format!("`{}`", field.name.get()))
        .collect();
    let instructions = format!(
        "{}{}{}",
        framing::EXTRACT,
        names.join(", "),
        framing::EXTRACT_END
    );
    let signature = SignatureDef {
        name: Ref::new("StringSignature"),
        instructions: Ref::shared(instructions.into()),
        inputs: Ref::shared(Arc::from([FieldDef::new(
            Ref::new("text"),
            Ref::new(&Schema::Text),
        )])),
        outputs: def.signature.outputs.clone(),
    };
    let reasoning = def.reasoning;
    let mut def = Def::new(Ref::shared(Arc::new(signature)));
    def.reasoning = reasoning;
    let system = render(
        What::System(Adapter::Chat, None),
        &def.signature,
        def.reasoning,
    );
    let turns = super::turn::inputs(&def, Adapter::Chat, &|each| each(0, View::Text(&reply)));
    let mut turns = turns;
    if turns.is_empty() {
        turns.push(Message::user(""));
    }
    Request::new(Prefix::new(Text::once(system)), turns)
}

#[cfg(test)]
mod tests {
    use super::extraction;
    use crate::DynSignature;

    /// What DSPy 3.4.1 sends to its extraction model.
    #[test]
    fn the_second_request_is_dspys() {
        let signature = DynSignature::parse("q -> a, b: int").expect("a signature");
        let request = extraction(&signature.def(), "hello".to_owned());
        assert!(
            request.prefix.system.as_str().ends_with(
                "\n        The input is a text that should contain all the necessary information to produce \
                 the fields `a`, `b`.             Your job is to extract the fields from the text verbatim. \
                 Extract precisely the appropriate value (content) for each field."
            ),
            "{}",
            request.prefix.system.as_str()
        );
        assert_eq!(
            request.turns[0].text(),
            "[[ ## text ## ]]\nhello\n\nRespond with the corresponding output fields, starting with the \
             field `[[ ## a ## ]]`, then `[[ ## b ## ]]` (must be formatted as a valid Python int), and \
             then ending with the marker for `[[ ## completed ## ]]`."
        );
    }
}
