//! The tables of a signature, and what is made of them while compiling.
use super::{at, bounded, fixed, literal};
use crate::signature::model::{Field, Signature, Strict};
use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Lifetime, Type, ext::IdentExt, spanned::Spanned};

/// `PROMPT`, `JSON_SCHEMA` and the other constants.
pub(super) fn constants(signature: &Signature) -> TokenStream {
    if signature.is_generic() {
        return TokenStream::new();
    }
    let Signature {
        name,
        visibility,
        generics,
        ..
    } = signature;
    let (impl_generics, arguments, _) = generics.split_for_impl();
    let fixed = fixed(signature);
    quote!(__p::constants!([#visibility] [#impl_generics] [#name #arguments] [#fixed]);)
}

pub(super) fn table(signature: &Signature) -> TokenStream {
    let Signature {
        name,
        generics,
        inputs,
        outputs,
        ..
    } = signature;
    let sendable = bounded(generics, &quote!(__p::core::marker::Send));
    let (impl_generics, arguments, where_clause) = sendable.split_for_impl();
    let instructions = signature.instructions.tokens();
    let inputs = inputs.iter().map(|field| row(field, "input"));
    let outputs = outputs.iter().map(|field| row(field, "output"));
    let constants = (!signature.is_generic()).then(|| {
        let fixed = fixed(signature);
        quote!(__p::plain!(#fixed);)
    });
    let lifetime = Lifetime::new("'__a", Span::mixed_site());
    let at = at(signature, &lifetime);
    let text = literal(&name.unraw().to_string(), name.span());
    quote! {
        #[automatically_derived]
        impl #impl_generics __p::Signature for #name #arguments #where_clause {
            const DEF: &'static __p::SignatureDef =
                &__p::definition(#text, #instructions, const { &[#(#inputs),*] }, const { &[#(#outputs),*] });
            #constants
            type At<#lifetime> = #at;
            type Inputs<#lifetime> = #at;
            fn ask<#lifetime>(__inputs: Self::Inputs<#lifetime>) -> Self::At<#lifetime> { __inputs }
        }
    }
}

/// `__p::input::<Type>().row("name", "description", __p::spelled!("name" "description"))`
fn row(field: &Field, side: &str) -> TokenStream {
    let function = format_ident!("{side}");
    let ty = &field.ty;
    // the type stands alone in the brackets, so that rustc's word on it points there
    let of = quote!(__p::#function::<#ty>());
    let name = (&*field.name, field.name_span);
    crate::field::row(&of, name, &field.doc, false, &field.attributes)
}

/// Constants that judge the bounds on types of the author's own.
pub(super) fn bounds(signature: &Signature) -> TokenStream {
    let sides = [("input", &signature.inputs), ("output", &signature.outputs)];
    let side = |(side, fields): (&str, &Vec<Field>)| {
        let fields = fields.iter();
        let fields = fields.map(|field| {
            (
                literal(&field.name, field.name_span),
                &field.ty,
                &field.attributes,
            )
        });
        crate::field::bounded(fields, (&signature.name, &signature.generics), side)
    };
    sides.into_iter().map(side).collect()
}

/// A constant for each output, so that a dialect's refusal stands on the output's type, and one for all.
pub(super) fn strict(signature: &Signature) -> TokenStream {
    let Strict {
        dialects,
        span: Some(span),
    } = &signature.strict
    else {
        return TokenStream::new();
    };
    if signature.is_generic() {
        return TokenStream::new();
    }
    let fixed = fixed(signature);
    let dialects = list(dialects);
    let name = literal(&signature.name.unraw().to_string(), signature.name.span());
    let outputs = signature.outputs.iter().map(|field| {
        let row = row(field, "output");
        let one = quote! {
            const { &__p::definition(#name, "", &[], const { &[#row] }) }
        };
        quote_spanned!(field.ty.span()=> const _: () = __p::strict_output(#dialects, #one);)
    });
    let all = quote_spanned! {*span=>
        const _: () = __p::strict_outputs(#dialects, <#fixed as __p::Signature>::DEF);
    };
    quote!(#(#outputs)* #all)
}

/// The same for an instance, whose outputs are written elsewhere.
pub(super) fn strict_instance(ty: &Type, strict: &Strict) -> TokenStream {
    let Strict {
        dialects,
        span: Some(span),
    } = strict
    else {
        return TokenStream::new();
    };
    let dialects = list(dialects);
    quote_spanned! {*span=>
        const _: () = __p::strict_instance(#dialects, <#ty as __p::Signature>::DEF);
    }
}

fn list(dialects: &[&'static str]) -> TokenStream {
    let variants = dialects.iter().map(|variant| format_ident!("{variant}"));
    quote!(&[#(__p::Dialect::#variants),*])
}
