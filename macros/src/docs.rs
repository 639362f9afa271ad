//! Doc comments are instructions and descriptions.
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// The text of doc comments.
#[derive(Clone)]
pub(crate) enum Doc {
    /// What the macro can read.
    Text(String),
    /// What only rustc can: `#[doc = include_str!("…")]`.
    Expression(Expr),
}

impl Default for Doc {
    fn default() -> Self {
        Doc::Text(String::new())
    }
}

impl Doc {
    /// The text, or another where there is none.
    pub(crate) fn or_else(self, other: impl FnOnce() -> Doc) -> Doc {
        match &self {
            Doc::Text(text) if text.is_empty() => other(),
            _ => self,
        }
    }
    /// A constant `&'static str`.
    pub(crate) fn tokens(&self) -> TokenStream {
        match self {
            Doc::Text(text) => quote!(#text),
            Doc::Expression(expression) => quote!(__p::trim(#expression)),
        }
    }
    /// The text, or a stand-in for what the macro cannot read.
    pub(crate) fn shown(&self) -> String {
        match self {
            Doc::Text(text) => text.clone(),
            Doc::Expression(_) => "{text of the included file}".to_owned(),
        }
    }
}

/// The doc comments among some attributes, joined and trimmed.
pub(crate) fn doc(attributes: &[Attribute]) -> Doc {
    let mut lines: Vec<String> = Vec::new();
    for attribute in attributes {
        let Meta::NameValue(pair) = &attribute.meta else {
            continue;
        };
        if !pair.path.is_ident("doc") {
            continue;
        }
        match &pair.value {
            Expr::Lit(ExprLit {
                lit: Lit::Str(text),
                ..
            }) => {
                // a block comment is one literal of many lines
                lines.extend(
                    text.value()
                        .split('\n')
                        .map(|line| line.strip_prefix(' ').unwrap_or(line).to_owned()),
                );
            }
            // one expression cannot be joined with literals in a constant; alone it is the whole text
            other if lines.iter().all(|line| line.trim().is_empty()) => {
                return Doc::Expression(other.clone());
            }
            _ => {}
        }
    }
    Doc::Text(
        lines
            .iter()
            .map(|line| line.trim_end())
            .collect::<Vec<_>>()
            .join("\n")
            .trim()
            .to_owned(),
    )
}
