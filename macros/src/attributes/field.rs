//! `#[field(…)]` and `#[serde(…)]` on fields, variants and types.
use super::{json, options, shown_number, skip_value};
use crate::{
    case,
    diag::{Errors, hint},
    paths::Krate,
};
use proc_macro2::Span;
use syn::{Attribute, Expr, LitInt, LitStr, Token, parse::ParseStream};

const FIELD: &[&str] = &[
    "desc", "alias", "default", "ge", "gt", "le", "lt", "multiple_of", "min_len", "max_len", "pattern", "check",
    "examples", "skip",
];

/// A bound, as written.
#[derive(Clone)]
pub(crate) struct Bound {
    /// `ge`, `min_len`, ….
    pub(crate) kind: &'static str,
    /// The number's digits, or the pattern.
    pub(crate) text: String,
    pub(crate) span: Span,
}

/// An author's check.
#[derive(Clone)]
pub(crate) struct Check {
    pub(crate) path: syn::Path,
}

/// A default, as JSON.
#[derive(Clone)]
pub(crate) struct Default {
    pub(crate) json: String,
    pub(crate) span: Span,
}

/// What a field's attributes say.
#[derive(Clone, std::default::Default)]
pub(crate) struct FieldAttributes {
    pub(crate) desc: Option<String>,
    /// The name in prompt and JSON, and where it was written.
    pub(crate) alias: Option<(String, Span)>,
    pub(crate) default: Option<Default>,
    pub(crate) bounds: Vec<Bound>,
    pub(crate) checks: Vec<Check>,
    pub(crate) examples: Vec<Default>,
    pub(crate) skip: Option<Span>,
    /// The user's own attributes.
    pub(crate) rest: Vec<Attribute>,
}

fn text(input: ParseStream<'_>) -> syn::Result<LitStr> {
    input.parse::<Token![=]>()?;
    input.parse()
}

fn expression(input: ParseStream<'_>) -> syn::Result<Expr> {
    input.parse::<Token![=]>()?;
    input.parse()
}

impl FieldAttributes {
    pub(crate) fn read(attributes: &[Attribute], errors: &mut Errors) -> Self {
        let mut all = FieldAttributes::default();
        for attribute in attributes {
            if attribute.path().is_ident("field") {
                options(attribute, errors, |name, input, errors| all.option(name, input, errors));
            } else if attribute.path().is_ident("serde") {
                options(attribute, errors, |name, input, _| all.serde(name, input));
            } else if !attribute.path().is_ident("doc") {
                all.rest.push(attribute.clone());
            }
        }
        all
    }

    fn option(&mut self, name: &syn::Ident, input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<()> {
        let word = name.to_string();
        match word.as_str() {
            "desc" => self.desc = Some(text(input)?.value()),
            "alias" => {
                let alias = text(input)?;
                self.alias = Some((alias.value(), alias.span()));
            }
            "default" => {
                let value = expression(input)?;
                let span = syn::spanned::Spanned::span(&value);
                self.default = Some(Default { json: json(&value)?, span });
            }
            "ge" | "gt" | "le" | "lt" | "multiple_of" => {
                let value = expression(input)?;
                let Some(text) = shown_number(&value) else {
                    let shown = quote::quote!(#value).to_string();
                    return Err(syn::Error::new_spanned(&value, format!("`{word}` takes a number, not `{shown}`; write `{word} = 1`")));
                };
                let kind = FIELD.iter().find(|known| **known == word).copied().unwrap_or_default();
                self.bounds.push(Bound { kind, text, span: name.span() });
            }
            "min_len" | "max_len" => {
                let value = expression(input)?;
                let digits: syn::Result<LitInt> = syn::parse2(quote::quote!(#value));
                let Some(len) = digits.ok().and_then(|digits| digits.base10_parse::<usize>().ok()) else {
                    let shown = quote::quote!(#value).to_string();
                    return Err(syn::Error::new_spanned(
                        &value,
                        format!("`{word}` takes a whole number from 0, not `{shown}`; write `{word} = 1`"),
                    ));
                };
                let kind = if word == "min_len" { "min_len" } else { "max_len" };
                self.bounds.push(Bound { kind, text: len.to_string(), span: name.span() });
            }
            "pattern" => {
                let pattern = text(input)?;
                if let Err(error) = regex_lite::Regex::new(&pattern.value()) {
                    errors.at(pattern.span(), format!("pattern `{}` does not compile: {error}; mend the expression", pattern.value()));
                } else {
                    self.bounds.push(Bound { kind: "pattern", text: pattern.value(), span: pattern.span() });
                }
            }
            "check" => {
                input.parse::<Token![=]>()?;
                self.checks.push(Check { path: input.parse()? });
            }
            "examples" => {
                let list = expression(input)?;
                let Expr::Array(list) = list else {
                    return Err(syn::Error::new_spanned(list, "`examples` takes a list; write `examples = [\"one\", \"two\"]`"));
                };
                for item in &list.elems {
                    let span = syn::spanned::Spanned::span(item);
                    self.examples.push(Default { json: json(item)?, span });
                }
            }
            "skip" => self.skip = Some(name.span()),
            other => {
                errors.at(name.span(), format!("unknown option `{other}` of a field{}", hint(other, FIELD)));
                skip_value(input)?;
            }
        }
        Ok(())
    }

    /// What serde's own attributes mean here too; the others are serde's business.
    fn serde(&mut self, name: &syn::Ident, input: ParseStream<'_>) -> syn::Result<()> {
        match name.to_string().as_str() {
            "rename" if input.peek(Token![=]) => {
                let alias = text(input)?;
                self.alias.get_or_insert((alias.value(), alias.span()));
                Ok(())
            }
            "skip" => {
                self.skip = Some(name.span());
                Ok(())
            }
            _ => skip_value(input),
        }
    }
}

/// What a type's attributes say.
#[derive(std::default::Default)]
pub(crate) struct TypeAttributes {
    pub(crate) krate: Krate,
    pub(crate) name: Option<String>,
    pub(crate) rename_all: Option<String>,
    /// Impls not to be made: `Debug`, `Serialize`, `Deserialize`.
    pub(crate) without: Vec<String>,
    /// The words of an enum are printed as Python's `Literal[…]`, and its name is not.
    pub(crate) literal: Option<Span>,
}

impl TypeAttributes {
    pub(crate) fn read(attributes: &[Attribute], errors: &mut Errors) -> Self {
        let mut all = TypeAttributes::default();
        for attribute in attributes {
            let ours = attribute.path().is_ident("field");
            if !ours && !attribute.path().is_ident("serde") {
                continue;
            }
            options(attribute, errors, |name, input, errors| {
                match name.to_string().as_str() {
                    "rename_all" if input.peek(Token![=]) => {
                        let rule = text(input)?;
                        if case::RULES.contains(&rule.value().as_str()) {
                            all.rename_all = Some(rule.value());
                        } else {
                            errors.at(rule.span(), format!("unknown rule `{}`{}", rule.value(), hint(&rule.value(), case::RULES)));
                        }
                    }
                    "rename" if input.peek(Token![=]) => all.name = Some(text(input)?.value()),
                    "crate" if ours => {
                        input.parse::<Token![=]>()?;
                        all.krate = Krate(Some(input.call(syn::Path::parse_mod_style)?));
                    }
                    "without" if ours => {
                        const KNOWN: &[&str] = &["Debug", "Serialize", "Deserialize"];
                        let content;
                        syn::parenthesized!(content in input);
                        for word in content.parse_terminated(<syn::Ident as syn::parse::Parse>::parse, Token![,])? {
                            let text = word.to_string();
                            if KNOWN.contains(&text.as_str()) {
                                all.without.push(text);
                            } else {
                                errors.at(word.span(), format!("`derive(Field)` makes no `{text}`{}", hint(&text, KNOWN)));
                            }
                        }
                    }
                    "literal" if ours => all.literal = Some(name.span()),
                    other if ours => {
                        const KNOWN: &[&str] = &["rename_all", "rename", "crate", "without", "literal"];
                        errors.at(name.span(), format!("unknown option `{other}` of a type{}", hint(other, KNOWN)));
                        skip_value(input)?;
                    }
                    _ => skip_value(input)?,
                }
                Ok(())
            });
        }
        all
    }
}
