//! How a value is read.
use super::{
    super::model::{Field, Model, Payload, Shape, Variant},
    numbered,
};
use crate::signature::{bounded, literal, local};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

/// ```ignore
/// impl Field for Person {
///     fn from_value(value: Value) -> Result<Self, Fault> { Self::read(&mut Reader::of(value)) }
///     fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
///         let mut values = members_of::<Self>(reader)?;
///         Ok(Self { name: output::<String>().next(&mut values)?, age: output::<u8>().next(&mut values)? })
///     }
/// }
/// ```
pub(super) fn read(model: &Model) -> TokenStream {
    let ident = &model.ident;
    let generics = bounded(&model.generics, &quote!(__p::Field));
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let (_, arguments, _) = model.generics.split_for_impl();
    let read = match &model.shape {
        Shape::Wrapper(ty) => {
            quote!(__p::core::result::Result::map(__p::output::<#ty>().at(__reader), Self))
        }
        Shape::Unknown => TokenStream::new(),
        Shape::Record(fields) => {
            let (values, made) = (taken(fields), local("__read"));
            let checks = author_checks(fields, &|field, _, span| {
                let here = Span::call_site().located_at(span);
                let mut original = field.original.clone();
                original.set_span(here);
                let read = Ident::new("__read", Span::mixed_site().located_at(span));
                quote_spanned!(here=> &#read.#original)
            });
            quote! {
                let mut __values = __p::members_of::<Self>(__reader)?;
                let #made = Self { #(#values),* };
                #checks
                __p::core::result::Result::Ok(#made)
            }
        }
        Shape::Words(variants) => {
            // a name that comes twice has its error; a second arm would be a warning besides
            let mut names = std::collections::HashSet::new();
            let once = variants
                .iter()
                .filter(|variant| names.insert(&variant.name));
            let arms = once.map(|variant| {
                let (original, name) =
                    (&variant.original, literal(&variant.name, variant.name_span));
                quote!(#name => __p::core::result::Result::Ok(Self::#original),)
            });
            quote! {
                match &*__p::word_of::<Self>(__reader)? {
                    #(#arms)*
                    __word => __p::core::result::Result::Err(__p::no_word::<Self>(__word)),
                }
            }
        }
        Shape::Variants(variants) => {
            let arms = variants
                .iter()
                .enumerate()
                .map(|(index, variant)| read_variant(index, variant));
            quote! {
                match __p::variant_of::<Self>(__p::given_to(__reader)?)? {
                    #(#arms)*
                    (_, __data) => __p::core::result::Result::Err(__p::mismatch("a variant", &__data)),
                }
            }
        }
    };
    let key = matches!(model.shape, Shape::Words(_))
        .then(|| quote!(__p::impl_key!([#impl_generics] [#ident #arguments] [#where_clause]);));
    quote! {
        #[automatically_derived]
        impl #impl_generics __p::Field for #ident #arguments #where_clause {
            fn from_value(__value: __p::Value) -> __p::core::result::Result<Self, __p::Fault> {
                <Self as __p::Field>::read(&mut __p::Reader::of(__value))
            }
            fn read(__reader: &mut __p::Reader<'_>) -> __p::core::result::Result<Self, __p::Fault> { #read }
        }
        #key
    }
}

/// `name: value` for each field, in order.
fn taken(fields: &[Field]) -> Vec<TokenStream> {
    let value = |field: &Field| {
        let Field { original, ty, .. } = field;
        let value = match field.attributes.skip {
            Some(_) => quote!(__p::core::default::Default::default()),
            None => quote!(__p::output::<#ty>().next(&mut __values)?),
        };
        quote!(#original: #value)
    };
    fields.iter().map(value).collect()
}

/// Calls of the author's checks; `access` says how a field's value is reached.
fn author_checks(
    fields: &[Field],
    access: &dyn Fn(&Field, usize, Span) -> TokenStream,
) -> TokenStream {
    let calls = fields.iter().enumerate().flat_map(|(index, field)| {
        field.attributes.checks.iter().map(move |check| {
            let (path, name) = (&check.path, literal(&field.name, field.name_span));
            let value = access(field, index, field.original.span());
            // a value of another type than the check takes is an error on the check's name
            let here = access(field, index, path.span());
            let call = quote_spanned!(Span::call_site().located_at(path.span())=> #path(#here));
            quote!(__p::check_one(#name, __p::InputField::view(#value), #call)?;)
        })
    });
    quote!(#(#calls)*)
}

fn read_variant(index: usize, variant: &Variant) -> TokenStream {
    let (original, name) = (&variant.original, literal(&variant.name, variant.name_span));
    match &variant.data {
        Payload::None => quote!((#index, _) => __p::core::result::Result::Ok(Self::#original),),
        Payload::Tuple(types) => match types.as_slice() {
            [ty] => quote! {
                (#index, __data) => __p::core::result::Result::map(
                    __p::output::<#ty>().inside(#name, __data), Self::#original,
                ),
            },
            many => {
                let names = numbered(many.len());
                quote! {
                    (#index, __data) => {
                        let (#(#names,)*) = __p::output::<(#(#many,)*)>().inside(#name, __data)?;
                        __p::core::result::Result::Ok(Self::#original(#(#names),*))
                    }
                }
            }
        },
        Payload::Record(fields) => {
            let names = numbered(fields.len());
            let values = fields.iter().map(|field| {
                let ty = &field.ty;
                match field.attributes.skip {
                    Some(_) => quote!(__p::core::default::Default::default()),
                    None => quote!(__p::output::<#ty>().next(&mut __values)?),
                }
            });
            let checks = author_checks(fields, &|_, index, span| {
                let mut name = names[index].clone();
                name.set_span(names[index].span().located_at(span));
                quote_spanned!(Span::call_site().located_at(span)=> &#name)
            });
            let originals = fields.iter().map(|field| &field.original);
            quote! {
                (#index, __data) => {
                    let mut __values = __p::members_of_variant::<Self>(#index, __data)?;
                    #(let #names = #values;)*
                    #checks
                    __p::core::result::Result::Ok(Self::#original { #(#originals: #names),* })
                }
            }
        }
    }
}
