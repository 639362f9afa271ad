//! The docs of a signature: its description, and the prompt as far as the macro can see it.
use super::model::{Field, Signature};
use crate::attributes::Bound;
use proc_macro2::TokenStream;
use quote::quote;
use std::fmt::Write;

pub(crate) fn docs(signature: &Signature) -> TokenStream {
    let instructions = signature.instructions.tokens_for_docs();
    let mut text = String::from("\n# Prompt\n```text\n");
    text.push_str(&prompt(signature));
    text.push_str("\n```\n");
    let _ = write!(text, "\nOutputs: [`{}`].", signature.output_name);
    quote!(#instructions #[doc = #text])
}

impl crate::docs::Doc {
    fn tokens_for_docs(&self) -> TokenStream {
        match self {
            crate::docs::Doc::Text(text) => quote!(#[doc = #text]),
            crate::docs::Doc::Expression(expression) => quote!(#[doc = #expression]),
        }
    }
}

/// The chat prompt, with `{schema of Invoice}` for types the macro cannot see. The constant `PROMPT` is
/// the truth; this is its picture.
fn prompt(signature: &Signature) -> String {
    let mut out = String::from("Your input fields are:\n");
    list(&mut out, &signature.inputs);
    out.push_str("Your output fields are:\n");
    list(&mut out, &signature.outputs);
    out.push_str("All interactions will be structured in the following way, with the appropriate values filled in.\n\n");
    for field in &signature.inputs {
        let _ = write!(out, "[[ ## {0} ## ]]\n{{{0}}}\n\n", field.name);
    }
    for field in &signature.outputs {
        let _ = write!(
            out,
            "[[ ## {0} ## ]]\n{{{0}}}{1}\n\n",
            field.name,
            field.seen.note()
        );
    }
    out.push_str("[[ ## completed ## ]]\nIn adhering to this structure, your objective is: ");
    for line in signature.instructions.shown().lines() {
        let _ = write!(out, "\n        {line}");
    }
    // a fence inside would end ours
    out.replace("```", "'''")
}

fn list(out: &mut String, fields: &[Field]) {
    for (index, field) in fields.iter().enumerate() {
        let _ = write!(
            out,
            "{}. `{}` ({}):",
            index + 1,
            field.name,
            field.seen.python()
        );
        let doc = field.doc.shown();
        let bounds = words(&field.attributes.bounds);
        if !doc.is_empty() || !bounds.is_empty() || index + 1 < fields.len() {
            let _ = write!(out, " {doc}");
        }
        if !bounds.is_empty() {
            let _ = write!(out, "\nConstraints: {bounds}");
        }
        out.push('\n');
    }
}

fn words(bounds: &[Bound]) -> String {
    let each = bounds.iter().map(|bound| {
        let words = match bound.kind {
            "ge" => "greater than or equal to",
            "gt" => "greater than",
            "le" => "less than or equal to",
            "lt" => "less than",
            "multiple_of" => "a multiple of the given number",
            "min_len" => "minimum length",
            "max_len" => "maximum length",
            _ => "must match",
        };
        format!("{words}: {}", bound.text)
    });
    each.collect::<Vec<_>>().join(", ")
}
