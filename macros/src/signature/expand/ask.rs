//! How a question is asked and its reply read.
use super::literal;
use crate::signature::model::{Field, Signature};
use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

pub(super) fn ask(signature: &Signature) -> TokenStream {
    let Signature {
        name,
        output_name,
        generics,
        inputs,
        outputs,
        ..
    } = signature;
    let (impl_generics, arguments, where_clause) = generics.split_for_impl();
    let output_generics = signature.output_generics();
    let (_, output_arguments, _) = output_generics.split_for_impl();
    let reasoned = (!signature.is_generic()).then(|| quote!(__p::reasoned!();));
    let check_inputs = checks(inputs, &quote!(self)).map(|checks| {
        quote! {
            fn check_inputs(&self, __faults: &mut __p::std::vec::Vec<__p::Fault>) { #checks }
        }
    });
    let fields = outputs.iter().map(|field| {
        let Field { original, ty, .. } = field;
        quote!(#original: __p::output::<#ty>().next(&mut __values)?)
    });
    let read = quote!(#output_name { #(#fields),* });
    let read = match checks(outputs, &quote!(__output)) {
        None => quote!(__p::core::result::Result::Ok(#read)),
        Some(checks) => quote! {{
            let __output = #read;
            let mut __list = __p::std::vec::Vec::new();
            let __faults = &mut __list;
            #checks
            __p::checked(__output, __list)
        }},
    };
    quote! {
        #[automatically_derived]
        impl #impl_generics __p::Ask for #name #arguments #where_clause {
            type Output = #output_name #output_arguments;
            #reasoned
            fn def(&self) -> __p::Def { __p::def::<Self>() }
            fn each_input(&self, __f: &mut dyn __p::core::ops::FnMut(__p::core::primitive::usize, __p::View<'_>)) {
                __p::each_input(self, __f);
            }
            #check_inputs
            fn read(_: &__p::Def, mut __values: __p::Values<'_>)
                -> __p::core::result::Result<Self::Output, __p::std::vec::Vec<__p::Fault>>
            { #read }
        }
    }
}

/// Calls of the author's checks; `None` if there are none.
fn checks(fields: &[Field], owner: &TokenStream) -> Option<TokenStream> {
    let calls: Vec<TokenStream> = fields
        .iter()
        .flat_map(|field| {
            field
                .attributes
                .checks
                .iter()
                .map(move |check| (field, check))
        })
        .map(|(field, check)| {
            let original = &field.original;
            let (path, name) = (&check.path, literal(&field.name, field.name_span));
            // a value of another type than the check takes is an error on the check's name
            let mut here: Ident = original.clone();
            here.set_span(path.span());
            let value = quote_spanned!(path.span()=> &#owner.#here);
            let call = quote_spanned!(path.span()=> #path(#value));
            quote! {
                __p::check_author(__faults, #name, __p::InputField::view(&#owner.#original), #call);
            }
        })
        .collect();
    (!calls.is_empty()).then(|| quote!(#(#calls)*))
}
