//! `#[field(…)]` and `#[serde(…)]` on fields and variants.
use super::{Value, expression, options, path, shown_number, skip, text};
use crate::{
    case,
    diag::{Errors, hint, shown},
};
use proc_macro2::Span;
use syn::{Attribute, Expr, LitInt, Token, parse::ParseStream, spanned::Spanned};

const FIELD: &[&str] = &[
    "desc",
    "alias",
    "default",
    "ge",
    "gt",
    "le",
    "lt",
    "multiple_of",
    "min_len",
    "max_len",
    "pattern",
    "check",
    "examples",
    "skip",
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

/// A default or an example.
#[derive(Clone)]
pub(crate) struct Sample {
    pub(crate) value: Value,
    pub(crate) span: Span,
}

/// What a field's attributes say.
#[derive(Clone, Default)]
pub(crate) struct FieldAttributes {
    pub(crate) desc: Option<String>,
    /// The name in prompt and JSON, and where it was written.
    pub(crate) alias: Option<(String, Span)>,
    /// The name in Rust, where the model is shown another one: a reply may have it too.
    pub(crate) also: Option<String>,
    pub(crate) default: Option<Sample>,
    pub(crate) bounds: Vec<Bound>,
    pub(crate) checks: Vec<Check>,
    pub(crate) examples: Vec<Sample>,
    pub(crate) skip: Option<Span>,
    /// serde's rule for the fields of a variant.
    pub(crate) rename_all: Option<String>,
    /// serde's options that change the form in JSON, which the schema would not follow.
    pub(crate) forms: Vec<syn::Ident>,
    /// The user's own attributes.
    pub(crate) rest: Vec<Attribute>,
}

/// serde's options that change a field's form in JSON.
const FORMS: &[&str] = &[
    "flatten",
    "with",
    "serialize_with",
    "deserialize_with",
    "getter",
    "untagged",
    "other",
    "default",
    "skip_serializing",
    "skip_deserializing",
];

impl FieldAttributes {
    /// Takes over the name in Rust, if `alias` shows the model another one.
    pub(crate) fn called(&mut self, ident: &syn::Ident) {
        let name = syn::ext::IdentExt::unraw(ident).to_string();
        let other = self.alias.as_ref().is_some_and(|(alias, _)| *alias != name);
        self.also = other.then_some(name);
    }

    pub(crate) fn read(attributes: &[Attribute], errors: &mut Errors) -> Self {
        let mut all = FieldAttributes::default();
        for attribute in attributes {
            if attribute.path().is_ident("field") {
                options(attribute, errors, |name, input, errors| {
                    all.option(name, input, errors)
                });
            } else if attribute.path().is_ident("serde") {
                options(attribute, errors, |name, input, errors| {
                    all.serde(name, input, errors)
                });
            } else if !attribute.path().is_ident("doc") {
                all.rest.push(attribute.clone());
            }
        }
        all
    }

    fn option(
        &mut self,
        name: &syn::Ident,
        input: ParseStream<'_>,
        errors: &mut Errors,
    ) -> syn::Result<()> {
        let word = name.to_string();
        match word.as_str() {
            "desc" => self.desc = Some(text(name, input)?.value()),
            "alias" => {
                let alias = text(name, input)?;
                self.alias = Some((alias.value(), alias.span()));
            }
            "default" => {
                let value = expression(name, "\"…\"", input)?;
                self.default = Some(sample(&value)?);
            }
            "ge" | "gt" | "le" | "lt" | "multiple_of" | "min_len" | "max_len" => {
                let value = expression(name, "1", input)?;
                self.bounds.push(number(name, &value)?);
            }
            "pattern" => {
                let pattern = text(name, input)?;
                let (text, span) = (pattern.value(), pattern.span());
                match regex_lite::Regex::new(&text) {
                    Ok(_) => self.bounds.push(Bound {
                        kind: "pattern",
                        text,
                        span,
                    }),
                    Err(error) => errors.at(
                        span,
                        format!("pattern `{text}` does not compile: {error}; change it"),
                    ),
                }
            }
            "check" => {
                let path = path(name, "is_short", input)?;
                self.checks.push(Check { path });
            }
            "examples" => {
                let list = expression(name, "[\"one\", \"two\"]", input)?;
                let Expr::Array(list) = list else {
                    let message = "`examples` takes a list; write `examples = [\"one\", \"two\"]`";
                    return Err(syn::Error::new_spanned(list, message));
                };
                for item in &list.elems {
                    self.examples.push(sample(item)?);
                }
            }
            "skip" => self.skip = Some(name.span()),
            other => {
                errors.at(
                    name.span(),
                    format!("unknown option `{other}` of a field{}", hint(other, FIELD)),
                );
                skip(input)?;
            }
        }
        Ok(())
    }

    /// What serde's own attributes mean here too; the others are serde's business.
    fn serde(
        &mut self,
        name: &syn::Ident,
        input: ParseStream<'_>,
        errors: &mut Errors,
    ) -> syn::Result<()> {
        match name.to_string().as_str() {
            "rename" if input.peek(Token![=]) => {
                let alias = text(name, input)?;
                self.alias.get_or_insert((alias.value(), alias.span()));
            }
            "rename" => {
                let message =
                    "`rename` with two names gives a field two forms; write `rename = \"…\"`";
                return Err(syn::Error::new(name.span(), message));
            }
            "rename_all" if input.peek(Token![=]) => {
                self.rename_all = case::rule(&text(name, input)?, errors);
            }
            "skip" => self.skip = Some(name.span()),
            other => {
                if FORMS.contains(&other) {
                    self.forms.push(name.clone());
                }
                skip(input)?;
            }
        }
        Ok(())
    }
}

fn sample(expression: &Expr) -> syn::Result<Sample> {
    Ok(Sample {
        value: Value::of(expression)?,
        span: expression.span(),
    })
}

/// A bound that is a number: of any kind for values, whole for lengths.
fn number(name: &syn::Ident, value: &Expr) -> syn::Result<Bound> {
    let kind = FIELD.iter().find(|known| name == **known);
    let kind = kind.copied().unwrap_or_default();
    let length = matches!(kind, "min_len" | "max_len");
    let text = if length {
        let digits: syn::Result<LitInt> = syn::parse2(quote::quote!(#value));
        let length = digits.and_then(|digits| digits.base10_parse::<usize>());
        length.ok().map(|length| length.to_string())
    } else {
        shown_number(value)
    };
    let takes = if length { "whole number" } else { "number" };
    match text {
        Some(text) => Ok(Bound {
            kind,
            text,
            span: name.span(),
        }),
        None => Err(syn::Error::new_spanned(
            value,
            format!(
                "`{kind}` takes a {takes}, not `{}`; write `{kind} = 1`",
                shown(value)
            ),
        )),
    }
}
