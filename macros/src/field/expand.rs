//! The model of a type to tokens: tables, and calls into the runtime.
use super::{
    model::{Field, Model, Payload, Shape, Variant},
    row,
};
use crate::signature::literal;
use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::{Generics, Ident, Type, parse_quote, visit_mut::VisitMut};

pub(crate) fn expand(model: &Model) -> TokenStream {
    let krate = &model.attributes.krate;
    let (schema, recursion) = schema(model);
    let input = input(model, &schema);
    let output = (!model.borrows()).then(|| output(model));
    let other = other(model);
    quote! {
        const _: () = {
            use #krate::__private as __p;
            #recursion
            #input
            #output
            #other
        };
    }
}

/// Generics with a bound on each type parameter.
fn bounded(generics: &Generics, bound: &TokenStream) -> Generics {
    let mut generics = generics.clone();
    for parameter in generics.type_params_mut() {
        parameter.bounds.push(parse_quote!(#bound));
    }
    generics
}

/// The expression of the type's schema, and the items it needs beside it.
///
/// Name and definition stand in two statics, so that the definition may mention the name: recursion. A
/// type with parameters can have no static; there a marker type carries the identity.
fn schema(model: &Model) -> (TokenStream, TokenStream) {
    if let Shape::Wrapper(ty) = &model.shape {
        let ty = without_lifetimes(ty);
        return (quote!(<#ty as __p::InputField>::SCHEMA), TokenStream::new());
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
    let parameters: Vec<&Ident> = model.generics.type_params().map(|parameter| &parameter.ident).collect();
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
        Shape::Wrapper(_) => TokenStream::new(),
    }
}

fn rows<'a>(fields: &'a [Field], model: &'a Model) -> impl Iterator<Item = TokenStream> + 'a {
    fields.iter().filter(|field| field.attributes.skip.is_none()).map(|field| {
        let row = row(&field.name, field.name_span, &field.doc, &field.attributes);
        let ty = schema_type(&field.ty, model);
        let function = if model.borrows() { quote!(input) } else { quote!(output) };
        quote!(__p::#function::<#ty>(#row))
    })
}

fn variant_row(variant: &Variant, model: &Model) -> TokenStream {
    let (name, doc) = (literal(&variant.name, variant.original.span()), variant.doc.tokens());
    let data = match &variant.data {
        Payload::None => return quote!(__p::word(#name, #doc)),
        Payload::Tuple(types) => {
            let types: Vec<TokenStream> = types.iter().map(|ty| schema_type(ty, model)).collect();
            match types.as_slice() {
                [one] => quote!(<#one as __p::InputField>::SCHEMA),
                many => quote!(<(#(#many,)*) as __p::InputField>::SCHEMA),
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
    quote!(__p::variant(#name, #doc, #data))
}

/// A type as it may stand in a table: without the author's lifetimes, and, below type parameters,
/// without the type itself.
fn schema_type(ty: &Type, model: &Model) -> TokenStream {
    let mut ty = without_lifetimes(ty);
    if model.generics.type_params().next().is_some() {
        let parameters = model.generics.type_params().map(|parameter| parameter.ident.clone()).collect();
        SelfReference { ident: &model.ident, parameters }.visit_type_mut(&mut ty);
    }
    quote!(#ty)
}

struct SelfReference<'a> {
    ident: &'a Ident,
    parameters: Vec<Ident>,
}
impl VisitMut for SelfReference<'_> {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if let Type::Path(path) = ty
            && path.qself.is_none()
            && path.path.segments.len() == 1
        {
            let segment = &path.path.segments[0];
            if segment.ident == *self.ident {
                let arguments = &segment.arguments;
                *ty = parse_quote!(__Recursion #arguments);
                return;
            }
            if segment.ident == "Self" {
                let parameters = &self.parameters;
                *ty = parse_quote!(__Recursion<#(#parameters),*>);
                return;
            }
        }
        syn::visit_mut::visit_type_mut(self, ty);
    }
}

/// In a static there is no lifetime but one.
fn without_lifetimes(ty: &Type) -> Type {
    struct Static;
    impl VisitMut for Static {
        fn visit_lifetime_mut(&mut self, lifetime: &mut syn::Lifetime) {
            *lifetime = syn::Lifetime::new("'static", lifetime.span());
        }
    }
    let mut ty = ty.clone();
    Static.visit_type_mut(&mut ty);
    ty
}

/// How a value is written.
fn input(model: &Model, schema: &TokenStream) -> TokenStream {
    let ident = &model.ident;
    let generics = bounded(&model.generics, &quote!(__p::InputField));
    let generics = if model.borrows() { generics } else { bounded(&model.generics, &quote!(__p::Field)) };
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let (_, arguments, _) = model.generics.split_for_impl();
    let (view, members) = match &model.shape {
        Shape::Wrapper(_) => (quote!(__p::InputField::view(&self.0)), None),
        Shape::Record(fields) => {
            let calls = member_calls(fields, &|field| {
                let original = &field.original;
                quote!(&self.#original)
            });
            (quote!(__p::View::Members(self)), Some(quote!(#(#calls)*)))
        }
        Shape::Words(variants) => {
            let arms = variants.iter().map(|variant| {
                let (original, name) = (&variant.original, literal(&variant.name, variant.original.span()));
                quote!(Self::#original => #name)
            });
            (quote!(__p::View::Text(match self { #(#arms),* })), None)
        }
        Shape::Variants(variants) => {
            let words = variants.iter().filter(|variant| matches!(variant.data, Payload::None)).map(|variant| {
                let (original, name) = (&variant.original, literal(&variant.name, variant.original.span()));
                quote!(Self::#original => __p::View::Text(#name),)
            });
            let arms = variants.iter().map(variant_arm);
            (quote!(match self { #(#words)* _ => __p::View::Members(self) }), Some(quote!(match self { #(#arms)* })))
        }
    };
    let members = members.map(|calls| {
        quote! {
            #[automatically_derived]
            impl #impl_generics __p::Members for #ident #arguments #where_clause {
                fn each(&self, __f: &mut dyn __p::core::ops::FnMut(&str, __p::View<'_>)) { #calls }
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

fn member_calls<'a>(fields: &'a [Field], access: &'a dyn Fn(&Field) -> TokenStream) -> impl Iterator<Item = TokenStream> + 'a {
    fields.iter().filter(|field| field.attributes.skip.is_none()).map(|field| {
        let (name, access) = (literal(&field.name, field.name_span), access(field));
        quote!(__f(#name, __p::InputField::view(#access));)
    })
}

/// A variant seen as an object with one member.
fn variant_arm(variant: &Variant) -> TokenStream {
    let (original, name) = (&variant.original, literal(&variant.name, variant.original.span()));
    match &variant.data {
        Payload::None => quote!(Self::#original => {}),
        Payload::Tuple(types) => {
            let names: Vec<Ident> = numbered(types.len());
            let view = match names.as_slice() {
                [one] => quote!(__p::InputField::view(#one)),
                many => quote!(__p::View::Items(&(#(#many,)*))),
            };
            quote!(Self::#original(#(#names),*) => __f(#name, #view),)
        }
        Payload::Record(fields) => {
            let names = fields.iter().map(|field| {
                let original = &field.original;
                if field.attributes.skip.is_some() { quote!(#original: _) } else { quote!(#original) }
            });
            let calls = member_calls(fields, &|field| {
                let original = &field.original;
                quote!(#original)
            });
            quote!(Self::#original { #(#names),* } => __f(#name, __p::View::Members(&__p::MembersFn(&|__f: &mut dyn __p::core::ops::FnMut(&str, __p::View<'_>)| { #(#calls)* }))),)
        }
    }
}

fn numbered(count: usize) -> Vec<Ident> {
    (0..count).map(|index| format_ident!("__{index}", span = Span::mixed_site())).collect()
}

/// How a value is read.
fn output(model: &Model) -> TokenStream {
    let ident = &model.ident;
    let generics = bounded(&model.generics, &quote!(__p::Field));
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let (_, arguments, _) = model.generics.split_for_impl();
    let read = match &model.shape {
        Shape::Wrapper(_) => quote!(__p::core::result::Result::map(__p::Field::from_value(__value), Self)),
        Shape::Record(fields) => {
            let (values, checks) = (taken(fields), author_checks(fields));
            quote! {
                let mut __values = __p::members_of::<Self>(__value)?;
                let __read = Self { #(#values),* };
                #checks
                __p::core::result::Result::Ok(__read)
            }
        }
        Shape::Words(variants) => {
            let arms = variants.iter().map(|variant| {
                let (original, name) = (&variant.original, literal(&variant.name, variant.original.span()));
                quote!(__p::core::option::Option::Some(#name) => __p::core::result::Result::Ok(Self::#original),)
            });
            quote! {
                match __value.as_str() {
                    #(#arms)*
                    _ => __p::core::result::Result::Err(__p::no_word::<Self>(&__value)),
                }
            }
        }
        Shape::Variants(variants) => {
            let arms = variants.iter().enumerate().map(|(index, variant)| read_variant(index, variant));
            quote! {
                match __p::variant_of::<Self>(__value)? {
                    #(#arms)*
                    (_, __data) => __p::core::result::Result::Err(__p::mismatch("a variant", &__data)),
                }
            }
        }
    };
    let key = matches!(model.shape, Shape::Words(_)).then(|| quote!(__p::impl_key!([#impl_generics] [#ident #arguments] [#where_clause]);));
    quote! {
        #[automatically_derived]
        impl #impl_generics __p::Field for #ident #arguments #where_clause {
            fn from_value(__value: __p::Value) -> __p::core::result::Result<Self, __p::Fault> { #read }
        }
        #key
    }
}

fn taken(fields: &[Field]) -> impl Iterator<Item = TokenStream> + '_ {
    fields.iter().map(|field| {
        let original = &field.original;
        if field.attributes.skip.is_some() {
            quote!(#original: __p::core::default::Default::default())
        } else {
            quote!(#original: __values.next()?)
        }
    })
}

fn author_checks(fields: &[Field]) -> TokenStream {
    let calls = fields.iter().flat_map(|field| {
        field.attributes.checks.iter().map(move |check| {
            let (original, path, name) = (&field.original, &check.path, literal(&field.name, field.name_span));
            quote!(__p::check_one(#name, __p::InputField::view(&__read.#original), #path(&__read.#original))?;)
        })
    });
    quote!(#(#calls)*)
}

fn read_variant(index: usize, variant: &Variant) -> TokenStream {
    let (original, name) = (&variant.original, literal(&variant.name, variant.original.span()));
    match &variant.data {
        Payload::None => quote!((#index, _) => __p::core::result::Result::Ok(Self::#original),),
        Payload::Tuple(types) => {
            let names = numbered(types.len());
            match names.as_slice() {
                [_] => quote!((#index, __data) => __p::core::result::Result::map(__p::inside(#name, __data), Self::#original),),
                many => quote!((#index, __data) => {
                    let (#(#many,)*) = __p::inside(#name, __data)?;
                    __p::core::result::Result::Ok(Self::#original(#(#many),*))
                }),
            }
        }
        Payload::Record(fields) => {
            let values = taken(fields);
            quote!((#index, __data) => {
                let mut __values = __p::members_of_variant::<Self>(#index, __data)?;
                __p::core::result::Result::Ok(Self::#original { #(#values),* })
            })
        }
    }
}

/// `Debug`, `Serialize` and `Deserialize`, unless the author has their own.
fn other(model: &Model) -> TokenStream {
    let ident = &model.ident;
    let wants = |name: &str| !model.attributes.without.iter().any(|known| known == name);
    let bound = if model.borrows() { quote!(__p::InputField) } else { quote!(__p::Field) };
    let generics = bounded(&model.generics, &bound);
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let (_, arguments, _) = model.generics.split_for_impl();
    let debug = wants("Debug").then(|| debug(model));
    let serialize = wants("Serialize").then(|| quote!(__p::impl_serialize!([#impl_generics] [#ident #arguments] [#where_clause] |value| __p::InputField::view(value));));
    let deserialize = (wants("Deserialize") && !model.borrows()).then(|| {
        let mut own = generics.clone();
        own.params.insert(0, parse_quote!('__de));
        let (impl_generics, _, where_clause) = own.split_for_impl();
        quote!(__p::impl_deserialize!([#impl_generics] [#ident #arguments] [#where_clause]);)
    });
    quote!(#debug #serialize #deserialize)
}

fn debug(model: &Model) -> TokenStream {
    let ident = &model.ident;
    let generics = bounded(&model.generics, &quote!(__p::std::fmt::Debug));
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let (_, arguments, _) = model.generics.split_for_impl();
    let text = literal(&ident.to_string(), ident.span());
    let named = |fields: &[Field], access: &dyn Fn(&Field) -> TokenStream| -> Vec<TokenStream> {
        fields
            .iter()
            .map(|field| {
                let (name, access) = (literal(&field.original.to_string(), field.original.span()), access(field));
                quote!((#name, #access))
            })
            .collect()
    };
    let body = match &model.shape {
        Shape::Wrapper(_) => quote!(__p::debug_tuple(__formatter, #text, &[&self.0])),
        Shape::Record(fields) => {
            let fields = named(fields, &|field| {
                let original = &field.original;
                quote!(&self.#original)
            });
            quote!(__p::debug_struct(__formatter, #text, &[#(#fields),*]))
        }
        Shape::Words(variants) | Shape::Variants(variants) => {
            let arms = variants.iter().map(|variant| {
                let (original, text) = (&variant.original, literal(&variant.original.to_string(), variant.original.span()));
                match &variant.data {
                    Payload::None => quote!(Self::#original => __formatter.write_str(#text),),
                    Payload::Tuple(types) => {
                        let names = numbered(types.len());
                        quote!(Self::#original(#(#names),*) => __p::debug_tuple(__formatter, #text, &[#(#names),*]),)
                    }
                    Payload::Record(fields) => {
                        let originals = fields.iter().map(|field| &field.original);
                        let fields = named(fields, &|field| {
                            let original = &field.original;
                            quote!(#original)
                        });
                        quote!(Self::#original { #(#originals),* } => __p::debug_struct(__formatter, #text, &[#(#fields),*]),)
                    }
                }
            });
            quote!(match self { #(#arms)* })
        }
    };
    quote! {
        #[automatically_derived]
        impl #impl_generics __p::std::fmt::Debug for #ident #arguments #where_clause {
            fn fmt(&self, __formatter: &mut __p::std::fmt::Formatter<'_>) -> __p::std::fmt::Result { #body }
        }
    }
}
