//! `#[signature(…)]`.
use super::{options, path, skip, text};
use crate::{
    case,
    diag::{Errors, hint},
    paths::Krate,
};
use proc_macro2::Span;
use syn::{Attribute, Token};

/// Dialects that can be asked for: our name, and the variant of `Dialect`.
const DIALECTS: &[(&str, &str)] = &[
    ("openai", "OpenAi"),
    ("anthropic", "Anthropic"),
    ("gemini", "Gemini"),
];

/// The options of a signature.
#[derive(Default)]
pub(crate) struct SignatureAttributes {
    /// Dialects that must take the outputs, as variants of `Dialect`.
    pub(crate) strict: Strict,
    pub(crate) krate: Krate,
    /// serde's rule for the names of fields.
    pub(crate) rename_all: Option<String>,
}

/// `strict(openai, gemini)`
#[derive(Default)]
pub(crate) struct Strict {
    pub(crate) dialects: Vec<&'static str>,
    /// Where it was first written.
    pub(crate) span: Option<Span>,
}

impl Strict {
    fn add(&mut self, dialect: &'static str, span: Span) {
        self.span.get_or_insert(span);
        if !self.dialects.contains(&dialect) {
            self.dialects.push(dialect);
        }
    }
}

impl SignatureAttributes {
    /// Takes our attributes out of the list and leaves the user's. serde's stay if the user derives
    /// serde's traits, who alone knows what to do with them.
    pub(crate) fn take(attributes: &mut Vec<Attribute>, serde: bool, errors: &mut Errors) -> Self {
        let mut all = SignatureAttributes::default();
        attributes.retain(|attribute| {
            if attribute.path().is_ident("serde") {
                options(attribute, errors, |name, input, errors| {
                    if name == "rename_all" && input.peek(Token![=]) {
                        all.rename_all = case::rule(&text(name, input)?, errors);
                    }
                    skip(input)
                });
                return serde;
            }
            if !attribute.path().is_ident("signature") {
                return true;
            }
            options(attribute, errors, |name, input, errors| {
                match name.to_string().as_str() {
                    "strict" if input.peek(syn::token::Paren) => {
                        let content;
                        syn::parenthesized!(content in input);
                        let words = content.parse_terminated(
                            <syn::Ident as syn::parse::Parse>::parse,
                            Token![,],
                        )?;
                        for word in words {
                            match DIALECTS.iter().find(|(known, _)| word == known) {
                                Some((_, variant)) => all.strict.add(variant, word.span()),
                                None => {
                                    let known: Vec<&str> =
                                        DIALECTS.iter().map(|(known, _)| *known).collect();
                                    let hint = hint(&word.to_string(), &known);
                                    let message = format!("unknown dialect `{word}`{hint}");
                                    errors.at(word.span(), message);
                                }
                            }
                        }
                    }
                    "strict" => {
                        for (_, variant) in DIALECTS {
                            all.strict.add(variant, name.span());
                        }
                    }
                    "crate" => all.krate = Krate(Some(path(name, "::sigflow", input)?)),
                    other => {
                        let hint = hint(other, &["strict", "crate"]);
                        let message = format!("unknown option `{other}` of a signature{hint}");
                        errors.at(name.span(), message);
                        skip(input)?;
                    }
                }
                Ok(())
            });
            false
        });
        all
    }
}
