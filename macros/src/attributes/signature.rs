//! `#[signature(…)]`.
use super::{options, skip_value};
use crate::{diag::{Errors, hint}, paths::Krate};
use proc_macro2::Span;
use syn::{Attribute, Token};

/// Dialects that can be asked for.
pub(crate) const DIALECTS: &[(&str, &str)] =
    &[("openai", "OpenAi"), ("anthropic", "Anthropic"), ("gemini", "Gemini")];

/// The options of a signature.
#[derive(Default)]
pub(crate) struct SignatureAttributes {
    /// Dialects that must take the outputs, as variants of `Dialect`, and where that was written.
    pub(crate) strict: Vec<(&'static str, Span)>,
    pub(crate) krate: Krate,
}

impl SignatureAttributes {
    /// Takes our attributes out of the list and leaves the user's.
    pub(crate) fn take(attributes: &mut Vec<Attribute>, errors: &mut Errors) -> Self {
        let mut all = SignatureAttributes::default();
        attributes.retain(|attribute| {
            if !attribute.path().is_ident("signature") {
                return true;
            }
            options(attribute, errors, |name, input, errors| {
                match name.to_string().as_str() {
                    "strict" if input.peek(syn::token::Paren) => {
                        let content;
                        syn::parenthesized!(content in input);
                        let words = content.parse_terminated(<syn::Ident as syn::parse::Parse>::parse, Token![,])?;
                        for word in words {
                            match DIALECTS.iter().find(|(known, _)| word == known) {
                                Some((_, variant)) => all.strict.push((variant, word.span())),
                                None => {
                                    let known: Vec<&str> = DIALECTS.iter().map(|(known, _)| *known).collect();
                                    let hint = hint(&word.to_string(), &known);
                                    errors.at(word.span(), format!("unknown dialect `{word}`{hint}"));
                                }
                            }
                        }
                        Ok(())
                    }
                    "strict" => {
                        all.strict.extend(DIALECTS.iter().map(|(_, variant)| (*variant, name.span())));
                        Ok(())
                    }
                    "crate" => {
                        input.parse::<Token![=]>()?;
                        all.krate = Krate(Some(input.call(syn::Path::parse_mod_style)?));
                        Ok(())
                    }
                    other => {
                        errors.at(name.span(), format!("unknown option `{other}` of a signature{}", hint(other, &["strict", "crate"])));
                        skip_value(input)
                    }
                }
            });
            false
        });
        all
    }
}
