//! How a value is written.
use super::{
    super::model::{Field, Model, Payload, Shape, Variant},
    known, numbered,
};
use crate::signature::{bounded, literal};
use proc_macro2::TokenStream;
use quote::quote;

/// ```ignore
/// impl InputField for Person { const SCHEMA: … = …; fn view(&self) -> View<'_> { View::Members(self) } }
/// impl Members for Person { fn each(&self, f: …) { f("name", …); f("age", …); } }
/// ```
pub(super) fn write(model: &Model, schema: &TokenStream) -> TokenStream {
    let ident = &model.ident;
    let bound = if model.borrows() {
        quote!(__p::InputField)
    } else {
        quote!(__p::Field)
    };
    let generics = bounded(&model.generics, &bound);
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let (_, arguments, _) = model.generics.split_for_impl();
    let (view, members) = match &model.shape {
        Shape::Wrapper(ty) => {
            let known = known(model);
            (quote!(#known::<#ty>().view(&self.0)), None)
        }
        Shape::Record(fields) => {
            let calls = calls(model, fields, &|field, _| {
                let original = &field.original;
                quote!(&self.#original)
            });
            (quote!(__p::View::Members(self)), Some(quote!(#(#calls)*)))
        }
        Shape::Words(variants) => {
            let arms = variants.iter().map(|variant| {
                let (original, name) =
                    (&variant.original, literal(&variant.name, variant.name_span));
                quote!(Self::#original => #name)
            });
            (quote!(__p::View::Text(match self { #(#arms),* })), None)
        }
        Shape::Variants(variants) => {
            let words = variants
                .iter()
                .filter(|variant| matches!(variant.data, Payload::None))
                .map(|variant| {
                    let (original, name) =
                        (&variant.original, literal(&variant.name, variant.name_span));
                    quote!(Self::#original => __p::View::Text(#name),)
                });
            let arms = variants.iter().map(|variant| arm(model, variant));
            (
                quote!(match self { #(#words)* _ => __p::View::Members(self) }),
                Some(quote!(match self { #(#arms)* })),
            )
        }
        Shape::Unknown => (TokenStream::new(), None),
    };
    let members = members.map(|calls| {
        quote! {
            #[automatically_derived]
            impl #impl_generics __p::Members for #ident #arguments #where_clause {
                fn each(&self, __f: &mut __p::Each<'_>) { #calls }
            }
        }
    });
    quote! {
        #[automatically_derived]
        impl #impl_generics __p::InputField for #ident #arguments #where_clause {
            const SCHEMA: __p::Ref<__p::Schema> = #schema;
            fn view(&self) -> __p::View<'_> { #view }
        }
        #members
    }
}

/// A call for each field that is shown; `access` says how the value is reached.
fn calls(
    model: &Model,
    fields: &[Field],
    access: &dyn Fn(&Field, usize) -> TokenStream,
) -> Vec<TokenStream> {
    let known = known(model);
    let fields = fields
        .iter()
        .enumerate()
        .filter(|(_, field)| field.attributes.skip.is_none());
    fields
        .map(|(index, field)| {
            let (name, ty, access) = (
                literal(&field.name, field.name_span),
                &field.ty,
                access(field, index),
            );
            quote!(__f(#name, #known::<#ty>().view(#access));)
        })
        .collect()
}

/// A variant seen as an object with one member.
fn arm(model: &Model, variant: &Variant) -> TokenStream {
    let (original, name) = (&variant.original, literal(&variant.name, variant.name_span));
    let known = known(model);
    match &variant.data {
        Payload::None => quote!(Self::#original => {}),
        Payload::Tuple(types) => {
            let names = numbered(types.len());
            let view = match (names.as_slice(), types.as_slice()) {
                ([one], [ty]) => quote!(#known::<#ty>().view(#one)),
                _ => quote!(__p::View::Items(&(#(#names,)*))),
            };
            quote!(Self::#original(#(#names),*) => __f(#name, #view),)
        }
        Payload::Record(fields) => {
            let names = numbered(fields.len());
            let pattern = fields.iter().zip(&names).map(|(field, name)| {
                let original = &field.original;
                if field.attributes.skip.is_some() {
                    quote!(#original: _)
                } else {
                    quote!(#original: #name)
                }
            });
            let calls = calls(model, fields, &|_, index| {
                let name = &names[index];
                quote!(#name)
            });
            quote! {
                Self::#original { #(#pattern),* } => __f(#name, __p::View::Members(&__p::MembersFn(
                    &|__f: &mut dyn __p::core::ops::FnMut(&str, __p::View<'_>)| { #(#calls)* }
                ))),
            }
        }
    }
}
