//! `Debug`, `Serialize` and `Deserialize`.
use super::{
    super::model::{Field, Model, Payload, Shape, Variant},
    numbered,
};
use crate::signature::{bounded, literal};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Generics, ext::IdentExt, parse_quote};

/// What the author has not of their own.
pub(super) fn other(model: &Model) -> TokenStream {
    let debug = debug(model, &debug_body(model));
    let serde = serde(model);
    quote!(#debug #serde)
}

/// Impls for a type of which a mistake leaves nothing known. Its uses compile, and rustc speaks of the
/// mistake alone.
pub(super) fn stand_in(model: &Model) -> TokenStream {
    let ident = &model.ident;
    let generics = generics(model);
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let (_, arguments, _) = model.generics.split_for_impl();
    let debug = debug(
        model,
        &quote!(|self, __formatter| __formatter.write_str("")),
    );
    let serde = serde(model);
    let field = (!model.borrows()).then(|| {
        quote! {
            impl #impl_generics __p::Field for #ident #arguments #where_clause {
                fn from_value(__value: __p::Value) -> __p::core::result::Result<Self, __p::Fault> {
                    __p::unreadable(__value)
                }
            }
        }
    });
    quote! {
        impl #impl_generics __p::InputField for #ident #arguments #where_clause {
            const SCHEMA: __p::Ref<__p::Schema> = __p::Ref::new(&__p::Schema::Text);
            fn view(&self) -> __p::View<'_> { __p::View::Null }
        }
        #field
        #debug
        #serde
    }
}

/// The same for a type without end. rustc goes round in circles over any body that holds one, unless an
/// error stands in it: ours does.
pub(super) fn infinite(model: &Model) -> TokenStream {
    let ident = &model.ident;
    let generics = generics(model);
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let (_, arguments, _) = model.generics.split_for_impl();
    let fault = model.infinite.to_tokens();
    let debug = debug(model, &quote!(|self, __formatter| { #fault }));
    let field = (!model.borrows()).then(|| {
        quote! {
            impl #impl_generics __p::Field for #ident #arguments #where_clause {
                fn from_value(_: __p::Value) -> __p::core::result::Result<Self, __p::Fault> { #fault }
            }
        }
    });
    quote! {
        impl #impl_generics __p::InputField for #ident #arguments #where_clause {
            const SCHEMA: __p::Ref<__p::Schema> = __p::Ref::new(&__p::Schema::Text);
            fn view(&self) -> __p::View<'_> { #fault }
        }
        #field
        #debug
    }
}

fn generics(model: &Model) -> Generics {
    let bound = if model.borrows() {
        quote!(__p::InputField)
    } else {
        quote!(__p::Field)
    };
    bounded(&model.generics, &bound)
}

fn wants(model: &Model, name: &str) -> bool {
    !model.attributes.without.iter().any(|known| known == name)
}

fn serde(model: &Model) -> TokenStream {
    let ident = &model.ident;
    let mut generics = generics(model);
    let (_, arguments, _) = model.generics.split_for_impl();
    let schemars = wants(model, "JsonSchema").then(|| {
        let (impl_generics, _, where_clause) = generics.split_for_impl();
        let name = literal(&model.name, model.ident.span());
        quote!(__p::impl_schemars!([#impl_generics] [#ident #arguments] [#where_clause] #name);)
    });
    let serialize = wants(model, "Serialize").then(|| {
        let (impl_generics, _, where_clause) = generics.split_for_impl();
        quote!(__p::impl_serialize!([#impl_generics] [#ident #arguments] [#where_clause] |__value| __p::InputField::view(__value));)
    });
    let deserialize = (wants(model, "Deserialize") && !model.borrows()).then(|| {
        generics.params.insert(0, parse_quote!('__de));
        let (impl_generics, _, where_clause) = generics.split_for_impl();
        quote!(__p::impl_deserialize!([#impl_generics] [#ident #arguments] [#where_clause]);)
    });
    quote!(#serialize #deserialize #schemars)
}

/// `Debug` that asks nothing of the fields: see `Show` in the runtime.
fn debug(model: &Model, body: &TokenStream) -> TokenStream {
    if !wants(model, "Debug") {
        return TokenStream::new();
    }
    let ident = &model.ident;
    let generics = bounded(&model.generics, &quote!(__p::core::fmt::Debug));
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let (_, arguments, _) = model.generics.split_for_impl();
    quote!(__p::impl_debug!([#impl_generics] [#ident #arguments] [#where_clause] #body);)
}

fn debug_body(model: &Model) -> TokenStream {
    let text = literal(&model.ident.unraw().to_string(), model.ident.span());
    match &model.shape {
        Shape::Wrapper(_) => {
            quote!(|self, __formatter| __p::debug_tuple(__formatter, #text, &[__p::Show(&self.0).shown()]))
        }
        Shape::Record(fields) => {
            let fields = fields.iter().map(|field| {
                let (text, original) = (text_of(field), &field.original);
                quote!(#original #text)
            });
            quote!(#text #(#fields)*)
        }
        Shape::Words(variants) | Shape::Variants(variants) => {
            let arms = variants.iter().map(debug_arm);
            quote!(|self, __formatter| match self { #(#arms)* })
        }
        Shape::Unknown => TokenStream::new(),
    }
}

fn debug_arm(variant: &Variant) -> TokenStream {
    let original = &variant.original;
    let text = literal(&original.unraw().to_string(), original.span());
    match &variant.data {
        Payload::None => quote!(Self::#original => __formatter.write_str(#text),),
        Payload::Tuple(types) => {
            let names = numbered(types.len());
            quote! {
                Self::#original(#(#names),*) =>
                    __p::debug_tuple(__formatter, #text, &[#(__p::Show(#names).shown()),*]),
            }
        }
        Payload::Record(fields) => {
            let originals = fields.iter().map(|field| &field.original);
            let names = numbered(fields.len());
            let texts = fields.iter().map(text_of);
            quote! {
                Self::#original { #(#originals: #names),* } =>
                    __p::debug_struct(__formatter, #text, &[#((#texts, __p::Show(#names).shown())),*]),
            }
        }
    }
}

fn text_of(field: &Field) -> proc_macro2::Literal {
    literal(&field.original.unraw().to_string(), field.original.span())
}
