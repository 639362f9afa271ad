//! The tables of a type.
use super::{
    super::{
        model::{Field, Model, Payload, Shape, Variant},
        row, without_lifetimes,
    },
    known,
};
use crate::signature::literal;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, Type, parse_quote, visit_mut::VisitMut};

/// The expression of the type's schema, and the items it needs beside it.
///
/// Name and definition stand in two statics, so that the definition may mention the name: recursion. A
/// type with parameters can have no static; there a marker type carries the identity.
pub(super) fn schema(model: &Model) -> (TokenStream, TokenStream) {
    if let Shape::Wrapper(ty) = &model.shape {
        let ty = without_lifetimes(ty);
        let known = known(model);
        return (quote!(#known::<#ty>().schema()), TokenStream::new());
    }
    if let (Shape::Words(variants), Some(_)) = (&model.shape, model.attributes.literal) {
        let words = variants.iter().map(|variant| {
            let name = literal(&variant.name, variant.original.span());
            quote!(__p::Literal::Text(__p::Ref::new(#name)))
        });
        let schema = quote!(__p::Ref::new(const { &__p::Schema::Literal(__p::Ref::new(const { &[#(#words),*] })) }));
        return (schema, TokenStream::new());
    }
    let (name, doc) = (literal(&model.name, model.ident.span()), model.doc.tokens());
    let body = body(model);
    let identity = quote!(__p::identity(__p::core::concat!(
        __p::core::module_path!(), "::", #name, ":", __p::core::line!(), ":", __p::core::column!()
    )));
    if model.generics.type_params().next().is_none() {
        let items = quote! {
            static __DEFINITION: __p::Definition = __p::Definition { doc: __p::Ref::new(#doc), body: #body };
            static __SCHEMA: __p::Schema = __p::Schema::Named(__p::Named {
                name: __p::Ref::new(#name),
                arguments: __p::Ref::new(&[]),
                id: #identity,
                definition: __p::Ref::new(&__DEFINITION),
            });
        };
        return (quote!(__p::Ref::new(&__SCHEMA)), items);
    }
    let parameters: Vec<&Ident> = model
        .generics
        .type_params()
        .map(|parameter| &parameter.ident)
        .collect();
    let schema = quote! {
        __p::Ref::new(const { &__p::Schema::Named(__p::Named {
            name: __p::Ref::new(#name),
            arguments: __p::Ref::new(const { &[#(<#parameters as __p::InputField>::SCHEMA),*] }),
            id: __p::instance(#identity, const { &[#(<#parameters as __p::InputField>::SCHEMA),*] }),
            definition: __p::Ref::new(const { &__p::Definition { doc: __p::Ref::new(#doc), body: #body } }),
        }) })
    };
    let items = quote!(__p::recursion!([#(#parameters)*] #identity););
    (schema, items)
}

/// The table behind a type's schema.
fn body(model: &Model) -> TokenStream {
    match &model.shape {
        Shape::Record(fields) => {
            let rows = rows(fields, model);
            quote!(__p::Body::Record(__p::Ref::new(const { &[#(#rows),*] })))
        }
        Shape::Words(variants) => {
            let rows = variants.iter().map(|variant| variant_row(variant, model));
            quote!(__p::Body::Words(__p::Ref::new(const { &[#(#rows),*] })))
        }
        Shape::Variants(variants) => {
            let rows = variants.iter().map(|variant| variant_row(variant, model));
            quote!(__p::Body::Variants(__p::Ref::new(const { &[#(#rows),*] })))
        }
        Shape::Wrapper(_) | Shape::Unknown => TokenStream::new(),
    }
}

fn rows<'a>(fields: &'a [Field], model: &'a Model) -> impl Iterator<Item = TokenStream> + 'a {
    fields
        .iter()
        .filter(|field| field.attributes.skip.is_none())
        .map(|field| {
            let ty = schema_type(&field.ty, model);
            let known = known(model);
            let name = (&*field.name, field.name_span);
            row(
                &quote!(#known::<#ty>()),
                name,
                &field.doc,
                true,
                &field.attributes,
            )
        })
}

fn variant_row(variant: &Variant, model: &Model) -> TokenStream {
    let (name, doc) = (
        literal(&variant.name, variant.original.span()),
        variant.doc.tokens(),
    );
    let also = &variant.attributes.also;
    let data = match &variant.data {
        Payload::None => {
            return match also {
                None => quote!(__p::word(#name, #doc)),
                Some(also) => {
                    quote!(__p::word_also(#name, #doc, const { &[__p::Ref::new(#also)] }))
                }
            };
        }
        Payload::Tuple(types) => {
            let known = known(model);
            let types: Vec<TokenStream> = types.iter().map(|ty| schema_type(ty, model)).collect();
            match types.as_slice() {
                [one] => quote!(#known::<#one>().schema()),
                many => quote!(#known::<(#(#many,)*)>().schema()),
            }
        }
        Payload::Record(fields) => {
            let rows = rows(fields, model);
            quote! {
                __p::Ref::new(const { &__p::Schema::Inline(__p::Ref::new(const { &__p::Definition {
                    doc: __p::Ref::new(""),
                    body: __p::Body::Record(__p::Ref::new(const { &[#(#rows),*] })),
                } })) })
            }
        }
    };
    match also {
        None => quote!(__p::variant(#name, #doc, #data)),
        Some(also) => {
            quote!(__p::variant_also(#name, #doc, #data, const { &[__p::Ref::new(#also)] }))
        }
    }
}

/// A type as it may stand in a table: without the author's lifetimes, without `Self`, which a static does
/// not know, and, below type parameters, without the type itself.
fn schema_type(ty: &Type, model: &Model) -> TokenStream {
    let mut ty = without_lifetimes(ty);
    let parameters = model.generics.type_params();
    SelfReference {
        ident: &model.ident,
        lifetimes: model.generics.lifetimes().count(),
        parameters: parameters.map(|parameter| &parameter.ident).collect(),
    }
    .visit_type_mut(&mut ty);
    quote!(#ty)
}

struct SelfReference<'a> {
    ident: &'a Ident,
    lifetimes: usize,
    parameters: Vec<&'a Ident>,
}

impl VisitMut for SelfReference<'_> {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        let generic = !self.parameters.is_empty();
        if let Type::Path(path) = ty
            && path.qself.is_none()
            && path.path.segments.len() == 1
        {
            let segment = &path.path.segments[0];
            let parameters = &self.parameters;
            if segment.ident == "Self" {
                let ident = quote::format_ident!("{}", self.ident, span = segment.ident.span());
                let lifetimes = vec![quote!('static); self.lifetimes];
                *ty = match (generic, self.lifetimes) {
                    (true, _) => parse_quote!(__Recursion<#(#parameters),*>),
                    (false, 0) => parse_quote!(#ident),
                    (false, _) => parse_quote!(#ident<#(#lifetimes),*>),
                };
                return;
            }
            if generic && segment.ident == *self.ident {
                let arguments = &segment.arguments;
                *ty = parse_quote!(__Recursion #arguments);
                return;
            }
        }
        syn::visit_mut::visit_type_mut(self, ty);
    }
}
