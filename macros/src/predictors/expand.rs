//! The two walks, and before them what judges the types:
//!
//! ```text
//! fn walk<'__walk>(&'__walk self, __walk: &mut __p::Walk<'__walk>) {
//!     __p::part::<Predict<Ask>>();
//!     __p::parameter::<usize>();
//!     __p::Part(&self.first).member("first", __walk);
//!     __p::Part(&self.k).parameter("k", __walk);
//! }
//! ```
use super::model::{Kind, Model, Part};
use crate::signature::{literal, mentions};
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{GenericParam, spanned::Spanned};

pub(crate) fn expand(model: &Model) -> TokenStream {
    let Model {
        krate,
        ident,
        generics,
        parts,
    } = model;
    let mut bounded = generics.clone();
    // what depends on a parameter is known to have predictors only where its users say so
    let open = parts.iter().filter(|part| depends(part, model));
    let bounds: Vec<TokenStream> = open
        .map(|Part { ty, kind, .. }| match kind {
            Kind::Program => quote!(#ty: __p::Predictors),
            Kind::Parameter => quote!(#ty: __p::Parameter),
        })
        .collect();
    if !bounds.is_empty() {
        let clause = bounded.make_where_clause();
        for bound in bounds {
            clause.predicates.push(syn::parse_quote!(#bound));
        }
    }
    let (impl_generics, arguments, where_clause) = bounded.split_for_impl();
    let judged = parts.iter().map(judge);
    let shared = parts
        .iter()
        .map(|part| step(part, &quote!(Part), &quote!(&)));
    let changed = parts
        .iter()
        .map(|part| step(part, &quote!(PartMut), &quote!(&mut)));
    quote! {
        #[allow(deprecated, private_bounds, single_use_lifetimes)]
        const _: () = {
            use #krate::__private as __p;
            #[allow(unused_imports)]
            use __p::NoPart as _;
            #[automatically_derived]
            impl #impl_generics __p::Predictors for #ident #arguments #where_clause {
                fn walk<'__walk>(&'__walk self, __walk: &mut __p::Walk<'__walk>) {
                    let _ = &__walk;
                    #(#judged)*
                    #(#shared)*
                }
                fn walk_mut<'__walk>(&'__walk mut self, __walk: &mut __p::WalkMut<'__walk>) {
                    let _ = &__walk;
                    #(#changed)*
                }
            }
        };
    }
}

/// Whether a part's type depends on a parameter of the struct.
fn depends(part: &Part, model: &Model) -> bool {
    model
        .generics
        .params
        .iter()
        .any(|parameter| match parameter {
            GenericParam::Type(parameter) => mentions(&part.ty, &parameter.ident),
            GenericParam::Const(parameter) => mentions(&part.ty, &parameter.ident),
            GenericParam::Lifetime(_) => false,
        })
}

/// The call that judges a part's type: what is none is an error on it.
fn judge(Part { ty, kind, .. }: &Part) -> TokenStream {
    let here = Span::call_site().located_at(ty.span());
    match kind {
        Kind::Program => quote_spanned!(here=> __p::part::<#ty>();),
        Kind::Parameter => quote_spanned!(here=> __p::parameter::<#ty>();),
    }
}

/// The call that shows one part.
fn step(part: &Part, view: &TokenStream, borrow: &TokenStream) -> TokenStream {
    let name = literal(&part.name, part.name_span);
    let original = &part.original;
    let method = match part.kind {
        Kind::Program => quote!(member),
        Kind::Parameter => quote!(parameter),
    };
    quote!(__p::#view(#borrow self.#original).#method(#name, __walk);)
}
