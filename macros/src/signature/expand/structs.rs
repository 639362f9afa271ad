//! The two structs, how they are seen, and how they are made.
use super::{bounded, fixed, literal};
use crate::signature::{
    model::{Field, Signature},
    prompt,
};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{GenericParam, Generics, Ident, ext::IdentExt};

pub(super) fn structs(signature: &Signature) -> TokenStream {
    let Signature {
        krate,
        attributes,
        visibility,
        name,
        output_name,
        generics,
        inputs,
        outputs,
        ..
    } = signature;
    let where_clause = &generics.where_clause;
    let inputs = inputs.iter().map(struct_field);
    let outputs = outputs.iter().map(struct_field);
    let output_generics = signature.output_generics();
    let output_where = &output_generics.where_clause;
    let docs = prompt::docs(signature);
    let output_doc = format!("Outputs of [`{}`].", name.unraw());
    let marker = signature.needs_marker().then(|| {
        let parameters = generics.type_params().map(|parameter| &parameter.ident);
        let doc = "Carries the type parameters; [`new`](Self::new) fills it in.";
        quote! {
            #[doc = #doc]
            #visibility output_type: #krate::__private::std::marker::PhantomData<fn() -> (#(#parameters,)*)>,
        }
    });
    quote! {
        #docs
        #(#attributes)*
        #visibility struct #name #generics #where_clause { #(#inputs,)* #marker }
        #[doc = #output_doc]
        #(#attributes)*
        #visibility struct #output_name #output_generics #output_where { #(#outputs,)* }
    }
}

fn struct_field(field: &Field) -> TokenStream {
    let Field {
        original,
        visibility,
        ty,
        ..
    } = field;
    let attributes = &field.attributes.rest;
    let doc = match field.doc.shown() {
        // a field without description still has a doc line, for users who deny missing docs
        text if text.is_empty() => format!("`{}`", field.name),
        text => text,
    };
    quote!(#[doc = #doc] #(#attributes)* #visibility #original: #ty)
}

/// How both structs are seen: name and value of each field. `Serialize` comes from that.
pub(super) fn members(signature: &Signature) -> TokenStream {
    let Signature {
        name,
        output_name,
        derived,
        generics,
        inputs,
        outputs,
        ..
    } = signature;
    let output_generics = signature.output_generics();
    let has = |wanted: &str| derived.iter().any(|known| known == wanted);
    let each = [
        seen(generics, name, inputs, "input"),
        seen(&output_generics, output_name, outputs, "output"),
    ];
    let debug = (!has("Debug")).then(|| {
        let inputs = debug(generics, name, inputs);
        let outputs = debug(&output_generics, output_name, outputs);
        quote!(#inputs #outputs)
    });
    let serialize = (!has("Serialize")).then(|| {
        let inputs = serialize(generics, name);
        let outputs = serialize(&output_generics, output_name);
        quote!(#inputs #outputs)
    });
    let deserialize = if has("Deserialize") {
        by_outputs(signature, &quote!(outputs_of))
    } else {
        let inputs = deserialize_inputs(signature);
        let outputs = by_outputs(signature, &quote!(impl_deserialize_outputs));
        quote!(#inputs #outputs)
    };
    quote!(#(#each)* #debug #serialize #deserialize)
}

fn seen(generics: &Generics, name: &Ident, fields: &[Field], side: &str) -> TokenStream {
    let (impl_generics, arguments, where_clause) = generics.split_for_impl();
    let function = quote::format_ident!("{side}");
    let calls = fields.iter().map(|field| {
        let Field { original, ty, .. } = field;
        let name = literal(&field.name, field.name_span);
        quote!(__f(#name, __p::#function::<#ty>().view(&self.#original));)
    });
    quote! {
        #[automatically_derived]
        impl #impl_generics __p::Members for #name #arguments #where_clause {
            fn each(&self, __f: &mut __p::Each<'_>) { #(#calls)* }
        }
    }
}

/// `Debug` that asks nothing of the fields: see `Show` in the runtime.
fn debug(generics: &Generics, name: &Ident, fields: &[Field]) -> TokenStream {
    let generics = bounded(generics, &quote!(__p::core::fmt::Debug));
    let (impl_generics, arguments, where_clause) = generics.split_for_impl();
    let fields = fields.iter().map(|field| {
        let original = &field.original;
        let text = literal(&original.unraw().to_string(), original.span());
        quote!(#original #text)
    });
    let text = literal(&name.unraw().to_string(), name.span());
    quote!(__p::impl_debug!([#impl_generics] [#name #arguments] [#where_clause] #text #(#fields)*);)
}

fn serialize(generics: &Generics, name: &Ident) -> TokenStream {
    let (impl_generics, arguments, where_clause) = generics.split_for_impl();
    quote!(__p::impl_serialize!([#impl_generics] [#name #arguments] [#where_clause] |__value| __p::View::Members(__value));)
}

/// Inputs that borrow are never read: nobody would own them.
fn deserialize_inputs(signature: &Signature) -> TokenStream {
    let Signature { name, inputs, .. } = signature;
    if signature.borrows() {
        return TokenStream::new();
    }
    let (_, arguments, _) = signature.generics.split_for_impl();
    let mut with_lifetime = bounded(&signature.generics, &quote!(__p::core::marker::Send));
    with_lifetime.params.insert(0, syn::parse_quote!('__de));
    let (impl_generics, _, where_clause) = with_lifetime.split_for_impl();
    let predicates = where_clause
        .into_iter()
        .flat_map(|clause| &clause.predicates);
    let fields = inputs.iter().map(|field| {
        let Field { original, ty, .. } = field;
        quote!(#original: #ty)
    });
    let marker = signature.needs_marker().then(marker);
    quote!(__p::impl_deserialize_inputs!([#impl_generics] [#name #arguments] [#(#predicates,)*] #name #(#fields,)*; #marker);)
}

/// What carries the type parameters that no input mentions.
fn marker() -> TokenStream {
    quote!(output_type: __p::core::marker::PhantomData,)
}

/// What needs to know the signature of its outputs: `Deserialize`, which says whose they are too, or that alone.
fn by_outputs(signature: &Signature, what: &TokenStream) -> TokenStream {
    let generics = signature.output_generics();
    let own = signature.generics.params.iter();
    let own = own.filter(|parameter| !matches!(parameter, GenericParam::Lifetime(_)));
    if generics.params.len() != own.count() {
        // an output that drops parameters of its signature cannot name the signature
        return TokenStream::new();
    }
    let name = &signature.output_name;
    let fixed = fixed(signature);
    let (_, arguments, _) = generics.split_for_impl();
    let mut with_lifetime = generics.clone();
    with_lifetime = bounded(&with_lifetime, &quote!(__p::core::marker::Send));
    with_lifetime.params.insert(0, syn::parse_quote!('__de));
    let (impl_generics, _, where_clause) = with_lifetime.split_for_impl();
    quote!(__p::#what!([#impl_generics] [#name #arguments] [#where_clause] [#fixed]);)
}

/// `Extract::<City>::new(text)`: with type parameters a literal would have to name the marker.
pub(super) fn constructor(signature: &Signature) -> TokenStream {
    if !signature.is_generic() {
        return TokenStream::new();
    }
    let Signature {
        name,
        visibility,
        generics,
        inputs,
        ..
    } = signature;
    let (impl_generics, arguments, where_clause) = generics.split_for_impl();
    let parameters = inputs.iter().map(|field| {
        let Field { original, ty, .. } = field;
        quote!(#original: #ty)
    });
    let fields = inputs.iter().map(|field| &field.original);
    let marker = signature.needs_marker().then(marker);
    let doc = format!("A question of [`{}`].", name.unraw());
    quote! {
        impl #impl_generics #name #arguments #where_clause {
            #[doc = #doc]
            #visibility fn new(#(#parameters),*) -> Self { Self { #(#fields,)* #marker } }
        }
    }
}
