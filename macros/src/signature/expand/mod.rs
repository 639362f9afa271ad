//! The model to tokens. No decisions: tables, and calls into the runtime.
mod ask;
mod partial;
mod structs;
mod table;

use super::model::{Alias, Model, Signature};
use crate::diag::shown;
use proc_macro2::{Literal, Span, TokenStream};
use quote::quote;
use syn::{GenericParam, Generics, Ident, Lifetime};

pub(crate) fn expand(model: &Model) -> TokenStream {
    let signatures = model
        .signatures
        .iter()
        .filter(|signature| !signature.broken)
        .map(signature);
    let aliases = model.aliases.iter().map(alias);
    quote!(#(#signatures)* #(#aliases)*)
}

/// ```ignore
/// pub struct Qa { pub question: String }
/// pub struct QaOutput { pub answer: String }
/// partial!(pub QaOutput QaPartial QaField [] answer Answer String,);
/// const _: () = {
///     use ::sigflow::__private as __p;
///     __p::constants!([pub] [] [Qa] [Qa]);
///     impl __p::Members for Qa { … }      // how inputs and outputs are seen
///     impl __p::Ask for Qa { … }          // how a reply is read
///     impl __p::Signature for Qa { … }    // the tables
/// };
/// ```
fn signature(signature: &Signature) -> TokenStream {
    let Signature {
        krate, cfgs, extra, ..
    } = signature;
    let structs = structs::structs(signature);
    let partial = partial::partial(signature);
    let constants = table::constants(signature);
    let members = structs::members(signature);
    let ask = ask::ask(signature);
    let table = table::table(signature);
    let strict = table::strict(signature);
    let new = structs::constructor(signature);
    let bounds = table::bounds(signature);
    quote! {
        #structs
        #partial
        #extra
        #(#cfgs)*
        #[allow(deprecated, single_use_lifetimes)]
        const _: () = {
            use #krate::__private as __p;
            #constants
            #members
            #ask
            #table
            #strict
            #bounds
            #new
        };
    }
}

/// One instance of a signature with type parameters: its name and its constants.
fn alias(alias: &Alias) -> TokenStream {
    let Alias {
        attributes,
        cfgs,
        krate,
        visibility,
        name,
        ty,
        strict,
    } = alias;
    let require = table::strict_instance(ty, strict);
    let doc = format!("One instance of a signature: `{}`.", shown(ty));
    let documented = attributes
        .iter()
        .any(|attribute| attribute.path().is_ident("doc"));
    let doc = (!documented).then(|| quote!(#[doc = #doc]));
    quote! {
        #doc
        #(#attributes)*
        #visibility type #name = #ty;
        #(#cfgs)*
        #[allow(deprecated, single_use_lifetimes)]
        const _: () = {
            use #krate::__private as __p;
            __p::constants!([#visibility] [] [#ty] [#ty]);
            #require
        };
    }
}

/// The type with `'static` for its lifetimes.
fn fixed(signature: &Signature) -> TokenStream {
    at(signature, &Lifetime::new("'static", Span::mixed_site()))
}

/// The type with one lifetime for all of its own.
fn at(signature: &Signature, lifetime: &Lifetime) -> TokenStream {
    let name = &signature.name;
    let arguments = signature
        .generics
        .params
        .iter()
        .map(|parameter| match parameter {
            GenericParam::Lifetime(_) => quote!(#lifetime),
            GenericParam::Type(parameter) => {
                let ident = &parameter.ident;
                quote!(#ident)
            }
            GenericParam::Const(parameter) => {
                let ident = &parameter.ident;
                quote!(#ident)
            }
        });
    if signature.generics.params.is_empty() {
        quote!(#name)
    } else {
        quote!(#name<#(#arguments),*>)
    }
}

/// Generics with a bound on each type parameter.
pub(crate) fn bounded(generics: &Generics, bound: &TokenStream) -> Generics {
    let mut generics = generics.clone();
    for parameter in generics.type_params_mut() {
        parameter.bounds.push(syn::parse_quote!(#bound));
    }
    generics
}

/// A local variable that the author's paths cannot mean.
pub(crate) fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

/// A string literal with the span of what it spells.
pub(crate) fn literal(text: &str, span: Span) -> Literal {
    let mut literal = Literal::string(text);
    literal.set_span(span);
    literal
}
