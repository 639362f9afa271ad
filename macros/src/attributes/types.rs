//! `#[field(…)]` and `#[serde(…)]` on types.
use super::{options, path, skip, text};
use crate::{
    case,
    diag::{Errors, hint},
    paths::Krate,
};
use proc_macro2::Span;
use syn::{Attribute, Token, parse::ParseStream};

const KNOWN: &[&str] = &["rename_all", "rename", "crate", "without", "literal"];
const TRAITS: &[&str] = &["Debug", "Serialize", "Deserialize", "JsonSchema"];

/// serde's options that change a type's form in JSON, which the schema would not follow.
const FORMS: &[&str] = &[
    "tag", "content", "untagged", "remote", "from", "try_from", "into", "default",
];

/// What a type's attributes say.
#[derive(std::default::Default)]
pub(crate) struct TypeAttributes {
    pub(crate) krate: Krate,
    pub(crate) name: Option<String>,
    pub(crate) rename_all: Option<String>,
    /// The same for the fields of an enum's variants.
    pub(crate) rename_all_fields: Option<String>,
    /// Impls not to be made: `Debug`, `Serialize`, `Deserialize`.
    pub(crate) without: Vec<String>,
    /// The words of an enum are printed as Python's `Literal[…]`, and its name is not.
    pub(crate) literal: Option<Span>,
    /// serde's options that are not followed.
    pub(crate) forms: Vec<syn::Ident>,
}

impl TypeAttributes {
    pub(crate) fn read(attributes: &[Attribute], errors: &mut Errors) -> Self {
        let mut all = TypeAttributes::default();
        for attribute in attributes {
            let ours = attribute.path().is_ident("field");
            if ours || attribute.path().is_ident("serde") {
                options(attribute, errors, |name, input, errors| {
                    all.option(ours, name, input, errors)
                });
            }
        }
        all
    }

    /// Whether the author has serde's impls of their own, and so knows about serde's options.
    pub(crate) fn own_serde(&self) -> bool {
        self.without
            .iter()
            .any(|name| matches!(name.as_str(), "Serialize" | "Deserialize"))
    }

    fn option(
        &mut self,
        ours: bool,
        name: &syn::Ident,
        input: ParseStream<'_>,
        errors: &mut Errors,
    ) -> syn::Result<()> {
        match name.to_string().as_str() {
            "rename_all" if ours || input.peek(Token![=]) => {
                self.rename_all = case::rule(&text(name, input)?, errors);
            }
            "rename_all_fields" if !ours && input.peek(Token![=]) => {
                self.rename_all_fields = case::rule(&text(name, input)?, errors);
            }
            "rename" if ours || input.peek(Token![=]) => {
                self.name = Some(text(name, input)?.value());
            }
            "crate" if ours => self.krate = Krate(Some(path(name, "::sigflow", input)?)),
            "without" if ours => {
                let content;
                syn::parenthesized!(content in input);
                let words = content
                    .parse_terminated(<syn::Ident as syn::parse::Parse>::parse, Token![,])?;
                for word in words {
                    let text = word.to_string();
                    if TRAITS.contains(&text.as_str()) {
                        self.without.push(text);
                    } else {
                        let hint = hint(&text, TRAITS);
                        let message = format!("`derive(Field)` makes no `{text}`{hint}");
                        errors.at(word.span(), message);
                    }
                }
            }
            "literal" if ours => self.literal = Some(name.span()),
            other if ours => {
                let message = format!("unknown option `{other}` of a type{}", hint(other, KNOWN));
                errors.at(name.span(), message);
                skip(input)?;
            }
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
