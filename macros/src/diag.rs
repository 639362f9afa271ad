//! Mistakes, collected: all are reported at once, each on the user's token.
use proc_macro2::{Span, TokenStream};
use std::fmt::Display;

/// The mistakes found so far.
#[derive(Default)]
pub(crate) struct Errors(Option<syn::Error>);

impl Errors {
    /// Notes a mistake on one token.
    pub(crate) fn at(&mut self, span: Span, message: impl Display) {
        self.push(syn::Error::new(span, message));
    }
    /// Notes a mistake on a run of tokens.
    pub(crate) fn on(&mut self, tokens: impl quote::ToTokens, message: impl Display) {
        self.push(syn::Error::new_spanned(tokens, message));
    }
    pub(crate) fn push(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(all) => all.combine(error),
            none => *none = Some(error),
        }
    }
    pub(crate) fn any(&self) -> bool {
        self.0.is_some()
    }
    /// The mistakes as tokens for rustc.
    pub(crate) fn into_tokens(self) -> TokenStream {
        self.0.map(syn::Error::into_compile_error).unwrap_or_default()
    }
}

/// `; did you mean …?`, or the list of what there is.
pub(crate) fn hint(word: &str, known: &[&str]) -> String {
    match closest(word, known) {
        Some(close) => format!("; did you mean `{close}`?"),
        None => format!("; known are {}", list(known)),
    }
}

/// `a`, `b` and `c`, in backticks.
pub(crate) fn list(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

fn closest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    sigflow_grammar::closest(word, known.iter().copied())
}
