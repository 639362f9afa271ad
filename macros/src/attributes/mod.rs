//! Attributes: what `#[field(…)]`, `#[signature(…)]` and `#[serde(…)]` say.
mod field;
mod literal;
mod signature;

pub(crate) use field::{Bound, FieldAttributes, TypeAttributes};
pub(crate) use literal::{json, shown_number};
pub(crate) use signature::SignatureAttributes;

use crate::diag::Errors;
use proc_macro2::TokenTree;
use syn::{Attribute, Token, parse::ParseStream};

/// Reads the options of an attribute one by one; a bad option is noted and the rest still read.
pub(crate) fn options(
    attribute: &Attribute,
    errors: &mut Errors,
    mut option: impl FnMut(&syn::Ident, ParseStream<'_>, &mut Errors) -> syn::Result<()>,
) {
    let read = |input: ParseStream<'_>| {
        while !input.is_empty() {
            let result = name(input).and_then(|name| option(&name, input, errors));
            if let Err(error) = result {
                errors.push(error);
                skip(input)?;
            } else if !input.is_empty() && !input.peek(Token![,]) {
                errors.push(input.error("expected `,` between options; put one after each option"));
                skip(input)?;
            }
            if input.peek(Token![,]) {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    };
    if let Err(error) = attribute.parse_args_with(read) {
        errors.push(error);
    }
}

/// An option's name; `crate` is a keyword.
fn name(input: ParseStream<'_>) -> syn::Result<syn::Ident> {
    use syn::ext::IdentExt;
    input.call(syn::Ident::parse_any)
}

/// Skips to the next comma.
fn skip(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}

/// Skips the value of an option that is not ours: `= value` or `(…)`.
fn skip_value(input: ParseStream<'_>) -> syn::Result<()> {
    skip(input)
}
