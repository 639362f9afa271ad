//! `derive(Predictors)`: the passes in order.
mod expand;
mod model;

use crate::diag::Errors;
use proc_macro2::TokenStream;

pub(crate) fn derive(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let item = match syn::parse2(input) {
        Ok(item) => item,
        Err(error) => return error.into_compile_error(),
    };
    let model = model::lower(item, &mut errors);
    // the impl is there also after a mistake: without it each use of the type is a false error
    let mut tokens = expand::expand(&model);
    tokens.extend(errors.to_tokens());
    tokens
}
