//! `signature!`: the passes in order.
mod check;
mod expand;
mod lower;
mod model;
mod parse;
mod prompt;
mod repair;
mod string_form;
mod types;

#[cfg(test)]
mod tests;

use crate::diag::Errors;
use proc_macro2::TokenStream;

pub(crate) fn signature(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let ast = parse::parse(input, &mut errors);
    let mut model = lower::lower(ast, &mut errors);
    check::check(&model, &mut errors);
    if errors.any() {
        repair::repair(&mut model);
    }
    // what has no mistake is expanded also when its neighbour has one: no false errors follow
    let mut tokens = expand::expand(&model);
    tokens.extend(errors.to_tokens());
    debug(&model, &tokens);
    tokens
}

/// `SIGFLOW_DEBUG_MACRO=Name` prints one expansion.
fn debug(model: &model::Model, tokens: &TokenStream) {
    let Ok(wanted) = std::env::var("SIGFLOW_DEBUG_MACRO") else {
        return;
    };
    if model.names().any(|name| name == wanted) {
        eprintln!("{tokens}");
    }
}

pub(crate) use expand::{bounded, literal, local};
pub(crate) use model::mentions;
