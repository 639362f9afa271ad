//! The model to tokens. No decisions: tables, and calls into the runtime.
use super::{
    model::{Alias, Field, Model, Signature},
    prompt,
};
use proc_macro2::{Literal, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{GenericParam, Generics, Lifetime, Type, spanned::Spanned};

pub(crate) fn expand(model: &Model) -> TokenStream {
    let signatures = model.signatures.iter().filter(|signature| !signature.broken).map(signature);
    let aliases = model.aliases.iter().map(alias);
    quote!(#(#signatures)* #(#aliases)*)
}

/// ```ignore
/// pub struct Qa { pub question: String }
/// pub struct QaOutput { pub answer: String }
/// const _: () = {
///     use ::sigflow::__private as __p;
///     __p::constants!([pub] [] [Qa] [Qa]);
///     impl __p::Members for Qa { … }      // how inputs and outputs are seen
///     impl __p::Ask for Qa { … }          // how a reply is read
///     impl __p::Signature for Qa { … }    // the tables
/// };
/// ```
fn signature(signature: &Signature) -> TokenStream {
    let Signature { krate, cfgs, name, output_name, extra, .. } = signature;
    let structs = structs(signature);
    let constants = constants(signature);
    let members = members(&signature.generics, &quote!(#name), &signature.inputs);
    let output_members = members_of_outputs(signature);
    let ask = ask(signature);
    let table = table(signature);
    let strict = strict(signature);
    let new = constructor(signature);
    let _ = output_name;
    quote! {
        #structs
        #extra
        #(#cfgs)*
        const _: () = {
            use #krate::__private as __p;
            #constants
            #members
            #output_members
            #ask
            #table
            #strict
            #new
        };
    }
}

fn structs(signature: &Signature) -> TokenStream {
    let Signature { krate, attributes, derived, visibility, name, output_name, generics, inputs, outputs, .. } = signature;
    let debug = (!derived.iter().any(|known| known == "Debug")).then(|| quote!(#[derive(#krate::__private::std::fmt::Debug)]));
    let where_clause = &generics.where_clause;
    let inputs = inputs.iter().map(struct_field);
    let outputs = outputs.iter().map(struct_field);
    let output_generics = signature.output_generics();
    let output_where = &output_generics.where_clause;
    let docs = prompt::docs(signature);
    let output_doc = format!("Outputs of [`{name}`].");
    let marker = signature.needs_marker().then(|| {
        let parameters = generics.type_params().map(|parameter| &parameter.ident);
        quote! {
            /// Carries the type parameters; [`new`](Self::new) fills it in.
            #visibility output_type: #krate::__private::std::marker::PhantomData<fn() -> (#(#parameters,)*)>,
        }
    });
    quote! {
        #docs
        #(#attributes)*
        #debug
        #visibility struct #name #generics #where_clause { #(#inputs,)* #marker }
        #[doc = #output_doc]
        #(#attributes)*
        #debug
        #visibility struct #output_name #output_generics #output_where { #(#outputs,)* }
    }
}

fn struct_field(field: &Field) -> TokenStream {
    let Field { original, visibility, ty, .. } = field;
    let attributes = &field.attributes.rest;
    let doc = match field.doc.shown() {
        // a field without description still has a doc line, for users who deny missing docs
        text if text.is_empty() => format!("`{}`", field.name),
        text => text,
    };
    quote!(#[doc = #doc] #(#attributes)* #visibility #original: #ty)
}

fn constants(signature: &Signature) -> TokenStream {
    if signature.is_generic() {
        return TokenStream::new();
    }
    let Signature { name, visibility, generics, .. } = signature;
    let (impl_generics, arguments, _) = generics.split_for_impl();
    let fixed = fixed(signature);
    quote!(__p::constants!([#visibility] [#impl_generics] [#name #arguments] [#fixed]);)
}

/// The type with `'static` for its lifetimes.
fn fixed(signature: &Signature) -> TokenStream {
    at(signature, &Lifetime::new("'static", Span::mixed_site()))
}

/// The type with one lifetime for all of its own.
fn at(signature: &Signature, lifetime: &Lifetime) -> TokenStream {
    let name = &signature.name;
    let arguments = signature.generics.params.iter().map(|parameter| match parameter {
        GenericParam::Lifetime(_) => quote!(#lifetime),
        GenericParam::Type(parameter) => {
            let ident = &parameter.ident;
            quote!(#ident)
        }
        GenericParam::Const(parameter) => {
            let ident = &parameter.ident;
            quote!(#ident)
        }
    });
    if signature.generics.params.is_empty() { quote!(#name) } else { quote!(#name<#(#arguments),*>) }
}

/// How a struct is seen: name and value of each field. Serialize comes from that.
fn members(generics: &Generics, name: &TokenStream, fields: &[Field]) -> TokenStream {
    let (impl_generics, arguments, where_clause) = generics.split_for_impl();
    let calls = fields.iter().map(|field| {
        let (original, name) = (&field.original, literal(&field.name, field.name_span));
        quote!(__f(#name, __p::InputField::view(&self.#original));)
    });
    quote! {
        #[automatically_derived]
        impl #impl_generics __p::Members for #name #arguments #where_clause {
            fn each(&self, __f: &mut dyn __p::core::ops::FnMut(&str, __p::View<'_>)) { #(#calls)* }
        }
    }
}

fn serialize(generics: &Generics, name: &TokenStream) -> TokenStream {
    let (impl_generics, arguments, where_clause) = generics.split_for_impl();
    quote!(__p::impl_serialize!([#impl_generics] [#name #arguments] [#where_clause] |value| __p::View::Members(value));)
}

fn members_of_outputs(signature: &Signature) -> TokenStream {
    let Signature { output_name, derived, generics, name, .. } = signature;
    let output_generics = signature.output_generics();
    let members = members(&output_generics, &quote!(#output_name), &signature.outputs);
    let has = |wanted: &str| derived.iter().any(|known| known == wanted);
    let serialize = (!has("Serialize")).then(|| {
        let (inputs, outputs) = (serialize(generics, &quote!(#name)), serialize(&output_generics, &quote!(#output_name)));
        quote!(#inputs #outputs)
    });
    let deserialize = (!has("Deserialize")).then(|| {
        let (_, output_arguments, _) = output_generics.split_for_impl();
        let mut own = output_generics.clone();
        own.params.insert(0, syn::parse_quote!('__de));
        let (impl_generics, _, where_clause) = own.split_for_impl();
        let fixed = fixed(signature);
        let bound = (!signature.output_generics_are_all()).then_some(());
        match bound {
            // an output that drops parameters of its signature cannot name the signature
            Some(()) => TokenStream::new(),
            None => quote!(__p::impl_deserialize_outputs!([#impl_generics] [#output_name #output_arguments] [#where_clause] [#fixed]);),
        }
    });
    quote!(#members #serialize #deserialize)
}

impl Signature {
    /// Whether the output has all type parameters of the signature.
    fn output_generics_are_all(&self) -> bool {
        let own = self.generics.params.iter().filter(|parameter| !matches!(parameter, GenericParam::Lifetime(_))).count();
        self.output_generics().params.len() == own
    }
}

fn ask(signature: &Signature) -> TokenStream {
    let Signature { name, output_name, generics, inputs, outputs, .. } = signature;
    let (impl_generics, arguments, where_clause) = generics.split_for_impl();
    let output_generics = signature.output_generics();
    let (_, output_arguments, _) = output_generics.split_for_impl();
    let constants = (!signature.is_generic()).then(|| {
        let fixed = fixed(signature);
        quote! {
            __p::reasoned!();
        }
    });
    let check_inputs = checks(inputs, &quote!(self)).map(|checks| {
        quote!(fn check_inputs(&self, __faults: &mut __p::std::vec::Vec<__p::Fault>) { #checks })
    });
    let fields = outputs.iter().map(|field| {
        let original = &field.original;
        quote!(#original: __values.next()?)
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
            #constants
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
        .flat_map(|field| field.attributes.checks.iter().map(move |check| (field, check)))
        .map(|(field, check)| {
            let (original, path, name) = (&field.original, &check.path, literal(&field.name, field.name_span));
            quote_spanned! {path.span()=>
                __p::check_author(__faults, #name, __p::InputField::view(&#owner.#original), #path(&#owner.#original));
            }
        })
        .collect();
    (!calls.is_empty()).then(|| quote!(#(#calls)*))
}

fn table(signature: &Signature) -> TokenStream {
    let Signature { name, generics, inputs, outputs, .. } = signature;
    let (impl_generics, arguments, where_clause) = generics.split_for_impl();
    let instructions = signature.instructions.tokens();
    let inputs = inputs.iter().map(|field| entry(field, "input"));
    let outputs = outputs.iter().map(|field| entry(field, "output"));
    let constants = (!signature.is_generic()).then(|| {
        let fixed = fixed(signature);
        quote! {
            __p::plain!(#fixed);
        }
    });
    let lifetime = Lifetime::new("'__a", Span::mixed_site());
    let at = at(signature, &lifetime);
    let text = literal(&syn::ext::IdentExt::unraw(name).to_string(), name.span());
    quote! {
        #[automatically_derived]
        impl #impl_generics __p::Signature for #name #arguments #where_clause {
            const DEF: &'static __p::SignatureDef = &__p::SignatureDef {
                name: __p::Ref::new(#text),
                instructions: __p::Ref::new(#instructions),
                inputs: __p::Ref::new(const { &[#(#inputs),*] }),
                outputs: __p::Ref::new(const { &[#(#outputs),*] }),
            };
            #constants
            type At<#lifetime> = #at;
            type Inputs<#lifetime> = #at;
            fn ask<#lifetime>(inputs: Self::Inputs<#lifetime>) -> Self::At<#lifetime> { inputs }
        }
    }
}

/// One row of the table: `__p::input::<Type>("name", "description")`, and what else there is.
fn entry(field: &Field, side: &str) -> TokenStream {
    let row = crate::field::row(&field.name, field.name_span, &field.doc, &field.attributes);
    let function = format_ident!("{side}");
    let ty = &field.ty;
    // the type stands alone in the brackets, so that rustc's word on it points there
    quote!(__p::#function::<#ty>(#row))
}

fn strict(signature: &Signature) -> TokenStream {
    if signature.is_generic() {
        return TokenStream::new();
    }
    let fixed = fixed(signature);
    require(&quote!(#fixed), &signature.strict)
}

fn require(ty: &TokenStream, strict: &[(&'static str, Span)]) -> TokenStream {
    let all = strict.iter().map(|(variant, span)| {
        let variant = format_ident!("{variant}");
        quote_spanned!(*span=> const _: () = __p::require(__p::Dialect::#variant, <#ty as __p::Signature>::DEF);)
    });
    quote!(#(#all)*)
}

/// `Extract::<City>::new(text)`: with type parameters a literal would have to name the marker.
fn constructor(signature: &Signature) -> TokenStream {
    if !signature.is_generic() {
        return TokenStream::new();
    }
    let Signature { name, visibility, generics, inputs, .. } = signature;
    let (impl_generics, arguments, where_clause) = generics.split_for_impl();
    let parameters = inputs.iter().map(|field| {
        let (original, ty) = (&field.original, &field.ty);
        quote!(#original: #ty)
    });
    let fields = inputs.iter().map(|field| &field.original);
    let marker = signature.needs_marker().then(|| quote!(output_type: __p::core::marker::PhantomData,));
    let doc = format!("The inputs of a [`{name}`].");
    quote! {
        impl #impl_generics #name #arguments #where_clause {
            #[doc = #doc]
            #visibility fn new(#(#parameters),*) -> Self { Self { #(#fields,)* #marker } }
        }
    }
}

fn alias(alias: &Alias) -> TokenStream {
    let Alias { attributes, krate, visibility, name, ty, strict } = alias;
    let require = require(&quote!(#ty), strict);
    let doc = format!("One instance of a signature: `{}`.", shown(ty));
    let documented = attributes.iter().any(|attribute| attribute.path().is_ident("doc"));
    let doc = (!documented).then(|| quote!(#[doc = #doc]));
    quote! {
        #doc
        #(#attributes)*
        #visibility type #name = #ty;
        const _: () = {
            use #krate::__private as __p;
            __p::constants!([#visibility] [] [#ty] [#ty]);
            #require
        };
    }
}

fn shown(ty: &Type) -> String {
    quote!(#ty).to_string().replace(" < ", "<").replace(" >", ">")
}

/// A string literal with the span of what it spells.
pub(crate) fn literal(text: &str, span: Span) -> Literal {
    let mut literal = Literal::string(text);
    literal.set_span(span);
    literal
}
