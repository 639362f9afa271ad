//! Attributes: what `#[field(…)]`, `#[signature(…)]` and `#[serde(…)]` say.
mod field;
mod literal;
mod signature;
mod types;

pub(crate) use field::{Bound, FieldAttributes, Sample};
pub(crate) use literal::{Value, shown_number};
pub(crate) use signature::{SignatureAttributes, Strict};
pub(crate) use types::TypeAttributes;

use crate::diag::Errors;
use proc_macro2::TokenTree;
use syn::{Attribute, Expr, LitStr, Token, parse::ParseStream};

/// Reads the options of an attribute one by one; a bad option is noted and the rest still read.
pub(crate) fn options(
    attribute: &Attribute,
    errors: &mut Errors,
    mut option: impl FnMut(&syn::Ident, ParseStream<'_>, &mut Errors) -> syn::Result<()>,
) {
    let read = |input: ParseStream<'_>| {
        while !input.is_empty() {
            let name = name(input);
            let shown = name.as_ref().map(ToString::to_string).unwrap_or_default();
            let result = name.and_then(|name| option(&name, input, errors));
            if let Err(error) = result {
                errors.push(error);
                skip(input)?;
            } else if !input.is_empty() && !input.peek(Token![,]) {
                let message = format!("expected `,` after option `{shown}`; add it");
                errors.push(input.error(message));
                skip(input)?;
            }
            if input.peek(Token![,]) {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    };
    if let Err(error) = attribute.parse_args_with(read) {
        let path = crate::diag::shown(attribute.path());
        let message = format!("`{path}` needs options in brackets; write `#[{path}(…)]`");
        errors.push(syn::Error::new(error.span(), message));
    }
}

/// An option's name; `crate` is a keyword.
fn name(input: ParseStream<'_>) -> syn::Result<syn::Ident> {
    use syn::ext::IdentExt;
    input.call(syn::Ident::parse_any).map_err(|error| {
        let message = "expected the name of an option; write `name = value`";
        syn::Error::new(error.span(), message)
    })
}

/// The text behind option `name`.
pub(crate) fn text(name: &syn::Ident, input: ParseStream<'_>) -> syn::Result<LitStr> {
    let wrong = |span| {
        syn::Error::new(
            span,
            format!("option `{name}` takes text; write `{name} = \"…\"`"),
        )
    };
    if !input.peek(Token![=]) {
        return Err(wrong(name.span()));
    }
    input.parse::<Token![=]>()?;
    input.parse().map_err(|_| wrong(input.span()))
}

/// The expression behind option `name`; `like` is what one looks like.
fn expression(name: &syn::Ident, like: &str, input: ParseStream<'_>) -> syn::Result<Expr> {
    let wrong = |span| {
        syn::Error::new(
            span,
            format!("option `{name}` needs a value; write `{name} = {like}`"),
        )
    };
    if !input.peek(Token![=]) {
        return Err(wrong(name.span()));
    }
    input.parse::<Token![=]>()?;
    input.parse().map_err(|_| wrong(name.span()))
}

/// The path behind option `name`.
pub(crate) fn path(
    name: &syn::Ident,
    like: &str,
    input: ParseStream<'_>,
) -> syn::Result<syn::Path> {
    let parse = |input: ParseStream<'_>| {
        input.parse::<Token![=]>()?;
        input.call(syn::Path::parse_mod_style)
    };
    parse(input).map_err(|_| {
        let message = format!("option `{name}` takes a path; write `{name} = {like}`");
        syn::Error::new(name.span(), message)
    })
}

/// Skips to the next comma: over the value of an option that is not ours, or over a mistake.
pub(crate) fn skip(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}
