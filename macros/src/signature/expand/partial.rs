//! The outputs while they arrive, and their names.
use crate::{case, signature::model::Signature};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use std::collections::HashSet;
use syn::ext::IdentExt;

/// `GroundedAnswerPartial`
pub(super) fn name(signature: &Signature) -> Ident {
    format_ident!(
        "{}Partial",
        signature.name.unraw(),
        span = signature.name.span()
    )
}

/// `::sigflow::__private::partial!(pub GroundedAnswerOutput GroundedAnswerPartial GroundedAnswerField [Clone] answer Answer String, …);`
pub(super) fn partial(signature: &Signature) -> TokenStream {
    let Signature {
        krate,
        cfgs,
        visibility,
        output_name,
        outputs,
        derived,
        ..
    } = signature;
    let generics = signature.output_generics();
    let (impl_generics, arguments, where_clause) = generics.split_for_impl();
    let partial = name(signature);
    let key = format_ident!(
        "{}Field",
        signature.name.unraw(),
        span = signature.name.span()
    );
    let clone = derived
        .iter()
        .any(|known| known == "Clone")
        .then(|| quote!(Clone));
    let mut names = HashSet::new();
    let fields = outputs.iter().map(|field| {
        let original = &field.original;
        let mut variant = case::field(&original.unraw().to_string(), Some("PascalCase"));
        // a name of digits, a word of Rust's own, or one that two outputs come to
        if syn::parse_str::<Ident>(&variant).is_err() {
            variant = match variant.as_str() {
                "Self" => "Self_".to_owned(),
                other => format!("_{other}"),
            };
        }
        while !names.insert(variant.clone()) {
            variant.push('_');
        }
        let (variant, ty) = (Ident::new(&variant, original.span()), &field.ty);
        quote!(#original #variant #ty,)
    });
    let generic = (!generics.params.is_empty() || where_clause.is_some())
        .then(|| quote!([#generics] [#impl_generics] [#arguments] [#where_clause];));
    quote! {
        #(#cfgs)*
        #krate::__private::partial!(
            #visibility #output_name #partial #key [#clone] #generic #(#fields)*
        );
    }
}
