//! `derive(Field)`: the passes in order.
mod expand;
mod model;

use crate::{
    attributes::{Bound, FieldAttributes},
    diag::Errors,
    docs::Doc,
    signature::literal,
};
use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};

pub(crate) fn derive(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let item = match syn::parse2(input) {
        Ok(item) => item,
        Err(error) => return error.into_compile_error(),
    };
    match model::lower(item, &mut errors) {
        Some(model) if !errors.any() => expand::expand(&model),
        // a whole shape or nothing: half of one makes false errors elsewhere
        _ => errors.into_tokens(),
    }
}

/// The arguments of a row in a table: name, description, and what else there is.
pub(crate) fn row(name: &str, span: Span, doc: &Doc, attributes: &FieldAttributes) -> TokenStream {
    let name = literal(name, span);
    let doc = doc.tokens();
    let FieldAttributes { bounds, default, examples, .. } = attributes;
    if bounds.is_empty() && default.is_none() && examples.is_empty() {
        return quote!(#name, #doc, __p::PLAIN);
    }
    let bounds = bounds.iter().map(bound);
    let default = match default {
        Some(default) => {
            let json = &default.json;
            quote!(__p::core::option::Option::Some(#json))
        }
        None => quote!(__p::core::option::Option::None),
    };
    let examples = examples.iter().map(|example| {
        let json = &example.json;
        quote!(__p::Ref::new(#json))
    });
    quote! {
        #name, #doc, __p::Extra {
            constraints: const { &[#(#bounds),*] },
            default: #default,
            examples: const { &[#(#examples),*] },
        }
    }
}

fn bound(bound: &Bound) -> TokenStream {
    let text = &bound.text;
    match bound.kind {
        "min_len" | "max_len" => {
            let variant = format_ident!("{}", if bound.kind == "min_len" { "MinLen" } else { "MaxLen" });
            let len: usize = text.parse().unwrap_or_default();
            quote!(__p::Constraint::#variant(#len))
        }
        "pattern" => quote!(__p::Constraint::Pattern(__p::Ref::new(#text))),
        kind => {
            let variant = format_ident!(
                "{}",
                match kind {
                    "ge" => "Ge",
                    "gt" => "Gt",
                    "le" => "Le",
                    "lt" => "Lt",
                    _ => "MultipleOf",
                }
            );
            let value: f64 = text.parse().unwrap_or_default();
            quote!(__p::Constraint::#variant(__p::Limit::new(#value, __p::Ref::new(#text))))
        }
    }
}
