//! The only place that spells the path to the runtime.
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

/// The path of the crate: `::sigflow`, or what `crate = …` says.
#[derive(Clone, Default)]
pub(crate) struct Krate(pub(crate) Option<syn::Path>);

impl ToTokens for Krate {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match &self.0 {
            Some(path) => path.to_tokens(tokens),
            None => quote!(::sigflow).to_tokens(tokens),
        }
    }
}
