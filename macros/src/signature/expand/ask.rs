//! How a question is asked and its reply read.
use super::{bounded, literal, local};
use crate::signature::model::{Field, Signature};
use proc_macro2::{Ident, Span, TokenStream};
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
    // a parameter of a question that is asked crosses threads, as all of the question does
    let sendable = bounded(generics, &quote!(__p::core::marker::Send));
    let (impl_generics, arguments, where_clause) = sendable.split_for_impl();
    let output_generics = signature.output_generics();
    let (_, output_arguments, _) = output_generics.split_for_impl();
    let question = if signature.is_generic() {
        quote!(__p::question!();)
    } else {
        quote!(__p::question!(constants);)
    };
    let partial = super::partial::name(signature);
    let [faults, output, list] = ["__faults", "__output", "__list"].map(local);
    let check_inputs = checks(inputs, &Ident::new("self", Span::call_site())).map(|checks| {
        quote! {
            fn check_inputs(&self, #faults: &mut __p::std::vec::Vec<__p::Fault>) { #checks }
        }
    });
    let fields = outputs.iter().map(|field| {
        let Field { original, ty, .. } = field;
        quote!(#original: __p::output::<#ty>().next(&mut __v)?)
    });
    let read = quote!(#output_name { #(#fields),* });
    let read = match checks(outputs, &output) {
        None => quote!(__p::Ok(#read)),
        Some(checks) => quote! {{
            let #output = #read;
            let mut #list = __p::std::vec::Vec::new();
            let #faults = &mut #list;
            #checks
            __p::checked(#output, #list)
        }},
    };
    quote! {
        #[automatically_derived]
        impl #impl_generics __p::Ask for #name #arguments #where_clause {
            type Output = #output_name #output_arguments;
            type Partial = #partial #output_arguments;
            #question
            #check_inputs
            fn read(_: &__p::Def, mut __v: __p::Values<'_, '_>) -> __p::Outputs<Self::Output> { #read }
        }
    }
}

/// Calls of the author's checks; `None` if there are none.
fn checks(fields: &[Field], owner: &Ident) -> Option<TokenStream> {
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
            let here = Span::call_site().located_at(path.span());
            let faults = local("__faults");
            let (mut field, mut owner_here): (Ident, Ident) = (original.clone(), owner.clone());
            field.set_span(here);
            owner_here.set_span(owner.span().located_at(path.span()));
            let call = quote_spanned!(here=> #path(&#owner_here.#field));
            quote! {
                __p::check_author(#faults, #name, __p::InputField::view(&#owner.#original), #call);
            }
        })
        .collect();
    (!calls.is_empty()).then(|| quote!(#(#calls)*))
}
