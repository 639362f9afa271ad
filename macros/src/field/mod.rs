//! `derive(Field)`: the passes in order.
mod check;
mod expand;
mod model;

use crate::{
    attributes::{Bound, FieldAttributes, Sample},
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
    let model = model::lower(item, &mut errors);
    check::check(&model, &mut errors);
    // the impls are there also after a mistake: without them each use of the type is a false error
    let mut tokens = expand::expand(&model);
    tokens.extend(errors.into_tokens());
    tokens
}

/// The call that makes a row of a table: name, description, and what else there is.
pub(crate) fn row(
    name: &str,
    span: Span,
    doc: &Doc,
    attributes: &FieldAttributes,
) -> TokenStream {
    let name = literal(name, span);
    let doc = doc.tokens();
    let FieldAttributes {
        bounds,
        default,
        examples,
        ..
    } = attributes;
    if bounds.is_empty() && default.is_none() && examples.is_empty() {
        return quote!(.row(#name, #doc));
    }
    let bounds = bounds.iter().map(bound);
    let default = match default {
        Some(Sample { value, .. }) => {
            let json = value.json();
            quote!(__p::core::option::Option::Some(#json))
        }
        None => quote!(__p::core::option::Option::None),
    };
    let examples = examples.iter().map(|example| {
        let json = example.value.json();
        quote!(__p::Ref::new(#json))
    });
    quote! {
        .full(#name, #doc, __p::Extra {
            constraints: const { &[#(#bounds),*] },
            default: #default,
            examples: const { &[#(#examples),*] },
        })
    }
}

fn bound(bound: &Bound) -> TokenStream {
    let Bound { kind, text, span } = bound;
    let variant = match *kind {
        "ge" => "Ge",
        "gt" => "Gt",
        "le" => "Le",
        "lt" => "Lt",
        "multiple_of" => "MultipleOf",
        "min_len" => "MinLen",
        "max_len" => "MaxLen",
        _ => "Pattern",
    };
    let variant = format_ident!("{variant}");
    let value = match *kind {
        "min_len" | "max_len" => {
            let len: usize = text.parse().unwrap_or_default();
            quote!(#len)
        }
        "pattern" => {
            let text = literal(text, *span);
            quote!(__p::Ref::new(#text))
        }
        _ => {
            let value: f64 = text.parse().unwrap_or_default();
            quote!(__p::Limit::new(#value, __p::Ref::new(#text)))
        }
    };
    quote!(__p::Constraint::#variant(#value))
}
