//! The model of a type to tokens: tables, and calls into the runtime.
mod other;
mod read;
mod schema;
mod write;

use super::model::{Model, Shape};
use crate::signature::literal;
use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::Ident;

pub(crate) fn expand(model: &Model) -> TokenStream {
    let krate = &model.attributes.krate;
    let body = match &model.shape {
        _ if model.infinite.any() => other::infinite(model),
        Shape::Unknown => other::stand_in(model),
        _ => {
            let (schema, items) = schema::schema(model);
            let write = write::write(model, &schema);
            let read = (!model.borrows()).then(|| read::read(model));
            let other = other::other(model);
            let bounded = bounded(model);
            quote!(#items #write #read #other #bounded)
        }
    };
    quote! {
        #[allow(deprecated, single_use_lifetimes)]
        const _: () = {
            use #krate::__private as __p;
            #body
        };
    }
}

fn bounded(model: &Model) -> TokenStream {
    let fields = model.fields();
    let fields = fields.map(|field| {
        (
            literal(&field.name, field.name_span),
            &field.ty,
            &field.attributes,
        )
    });
    let function = if model.borrows() { "input" } else { "output" };
    super::bounded(fields, (&model.ident, &model.generics), function)
}

/// The function that knows a field's type: what borrows is only written.
fn known(model: &Model) -> TokenStream {
    if model.borrows() {
        quote!(__p::input)
    } else {
        quote!(__p::output)
    }
}

/// Names for the data of a variant. Its fields' own names could be those of the author's constants.
fn numbered(count: usize) -> Vec<Ident> {
    let name = |index| format_ident!("__{index}", span = Span::mixed_site());
    (0..count).map(name).collect()
}
