//! `derive(Field)`: the passes in order.
mod check;
mod expand;
mod infinite;
mod model;

use crate::{
    attributes::{Bound, FieldAttributes, Sample},
    diag::{Errors, shown},
    docs::Doc,
    seen::Seen,
    signature::literal,
};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Generics, Type, spanned::Spanned, visit_mut::VisitMut};

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
    tokens.extend(errors.to_tokens());
    tokens
}

/// The call that makes a row of a table, of a type that `of` stands for: name, description, and what else
/// there is. The row of a struct has a title.
pub(crate) fn row(
    of: &TokenStream,
    (name, span): (&str, Span),
    doc: &Doc,
    titled: bool,
    attributes: &FieldAttributes,
) -> TokenStream {
    let (method, rest) = rest(attributes);
    let text = literal(name, span);
    let tokens = doc.tokens();
    // `concat!` escapes nothing, and joins nothing but literals
    let spelled = match doc {
        Doc::Text(doc) => is_plain(doc) && is_plain(name) && name.is_ascii(),
        Doc::Expression(_) => false,
    };
    if !spelled {
        return quote!(#of.#method(#text, #tokens, "" #rest));
    }
    let title = titled.then(|| literal(&crate::case::title(name), span));
    quote!(#of.#method(#text, #tokens, __p::spelled!(#text #tokens #title) #rest))
}

/// Whether JSON has no escape for anything in a text.
fn is_plain(text: &str) -> bool {
    !text.chars().any(|c| c < ' ' || matches!(c, '"' | '\\'))
}

/// The method that makes the row, and its further arguments.
fn rest(attributes: &FieldAttributes) -> (Ident, TokenStream) {
    let FieldAttributes {
        bounds,
        default,
        examples,
        also,
        ..
    } = attributes;
    let bare = default.is_none() && examples.is_empty() && also.is_none();
    if bounds.is_empty() && bare {
        return (format_ident!("row"), TokenStream::new());
    }
    let bounds = bounds.iter().map(bound);
    if bare {
        return (format_ident!("bound"), quote!(, const { &[#(#bounds),*] }));
    }
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
    let also = also.iter();
    let extra = quote! {
        , __p::Extra {
            constraints: const { &[#(#bounds),*] },
            default: #default,
            examples: const { &[#(#examples),*] },
            aliases: const { &[#(__p::Ref::new(#also)),*] },
        }
    };
    (format_ident!("full"), extra)
}

/// Constants that judge types which the macro cannot see: one for each bound, on the bound, and one for whether a value
/// fits each type at all, on the types. What depends on a parameter is not known here either.
pub(crate) fn bounded<'a>(
    fields: impl Iterator<Item = (Literal, &'a Type, &'a FieldAttributes)>,
    (own, generics): (&Ident, &Generics),
    function: &str,
) -> TokenStream {
    let open = |ty: &Type| {
        let parameters = generics.type_params().map(|parameter| &parameter.ident);
        let constants = generics.const_params().map(|parameter| &parameter.ident);
        let own = Ident::new("Self", Span::call_site());
        let mut idents = parameters.chain(constants).chain([&own]);
        idents.any(|ident| crate::signature::mentions(ty, ident))
    };
    let (mut all, mut possible) = (TokenStream::new(), TokenStream::new());
    for (name, ty, attributes) in fields {
        let seen = Seen::of(ty);
        if seen.is_known_inside() || open(ty) {
            continue;
        }
        let (fixed, shown) = (without_lifetimes(ty), shown(ty));
        let here = Span::call_site().located_at(ty.span());
        let of = Ident::new(function, here);
        // what a type holds of itself is what is judged already
        if !crate::signature::mentions(ty, own) {
            possible.extend(quote_spanned! {here=> __p::#of::<#fixed>().possible(#name, #shown); });
        }
        if seen.inner().is_known() {
            continue;
        }
        for written in &attributes.bounds {
            let bound = bound(written);
            let here = Span::call_site().located_at(written.span);
            let of = Ident::new(function, here);
            all.extend(quote_spanned! {here=>
                const _: () = __p::#of::<#fixed>().bounded(#name, #shown, const { &#bound });
            });
        }
    }
    if possible.is_empty() {
        return all;
    }
    quote!(#all const _: () = { #possible };)
}

/// In a static or a constant there is no lifetime but one.
pub(crate) fn without_lifetimes(ty: &Type) -> Type {
    struct Static;
    impl VisitMut for Static {
        fn visit_lifetime_mut(&mut self, lifetime: &mut syn::Lifetime) {
            *lifetime = syn::Lifetime::new("'static", lifetime.span());
        }
    }
    let mut ty = ty.clone();
    Static.visit_type_mut(&mut ty);
    ty
}

fn bound(bound: &Bound) -> TokenStream {
    let Bound { kind, text, span } = bound;
    match *kind {
        "min_len" | "max_len" => {
            let variant = if *kind == "min_len" {
                "MinLen"
            } else {
                "MaxLen"
            };
            let variant = format_ident!("{variant}");
            let len: usize = text.parse().unwrap_or_default();
            quote!(__p::Constraint::#variant(#len))
        }
        "pattern" => {
            let text = literal(text, *span);
            quote!(__p::pattern(#text))
        }
        number => {
            let function = format_ident!("{number}");
            let value: f64 = text.parse().unwrap_or_default();
            quote!(__p::#function(#value, #text))
        }
    }
}
