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
    pub(crate) fn to_tokens(&self) -> TokenStream {
        self.0
            .as_ref()
            .map(syn::Error::to_compile_error)
            .unwrap_or_default()
    }
    /// The messages.
    #[cfg(test)]
    pub(crate) fn messages(&self) -> Vec<String> {
        let all = self.0.iter().flatten();
        all.map(|error| error.to_string()).collect()
    }
}

/// `; did you mean …?`, or what there is to choose from.
pub(crate) fn hint(word: &str, known: &[&str]) -> String {
    match sigflow_grammar::closest(word, known.iter().copied()) {
        Some(close) => format!("; did you mean `{close}`?"),
        None => format!("; use one of {}", list(known)),
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

/// Tokens as their author would write them, for messages and docs.
pub(crate) fn shown(tokens: &impl quote::ToTokens) -> String {
    let mut text = tokens.to_token_stream().to_string();
    for (spaced, tight) in [
        (" < ", "<"),
        (" >", ">"),
        (" :: ", "::"),
        (" ,", ","),
        ("& ", "&"),
        ("[ ", "["),
        (" ]", "]"),
        ("( ", "("),
        (" )", ")"),
        (" (", "("),
        (" ;", ";"),
    ] {
        text = text.replace(spaced, tight);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{hint, list, shown};
    use quote::quote;

    #[test]
    fn a_hint_names_the_neighbour_or_all() {
        assert_eq!(
            hint("defualt", &["default", "desc"]),
            "; did you mean `default`?"
        );
        assert_eq!(hint("colour", &["le", "ge"]), "; use one of `le` and `ge`");
        assert_eq!(list(&["a", "b", "c"]), "`a`, `b` and `c`");
    }

    #[test]
    fn tokens_are_shown_as_written() {
        let written = quote!(Vec<std::collections::BTreeMap<String, &'a [u8; 3]>>);
        assert_eq!(
            shown(&written),
            "Vec<std::collections::BTreeMap<String, &'a [u8; 3]>>"
        );
        assert_eq!(shown(&quote!((String, u8))), "(String, u8)");
    }
}
