//! A struct's parts, and the rules they must keep.
use crate::{
    attributes::{options, path, skip, text},
    diag::{Errors, hint},
    paths::Krate,
};
use proc_macro2::Span;
use syn::{
    Attribute, Data, DeriveInput, Fields, Generics, Ident, Token, Type, ext::IdentExt,
    parse::ParseStream,
};

/// What fields may say.
const FIELD: &[&str] = &["skip", "parameter", "rename"];
/// What the struct may say.
const STRUCT: &[&str] = &["crate"];

pub(crate) struct Model {
    pub(crate) krate: Krate,
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    /// In order, without those that are skipped.
    pub(crate) parts: Vec<Part>,
}

pub(crate) struct Part {
    pub(crate) original: Ident,
    /// The name in paths.
    pub(crate) name: String,
    pub(crate) name_span: Span,
    pub(crate) ty: Type,
    pub(crate) kind: Kind,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    /// Predictors, or a program with some.
    Program,
    /// A value that is tuned.
    Parameter,
}

pub(crate) fn lower(item: DeriveInput, errors: &mut Errors) -> Model {
    let mut model = Model {
        krate: krate(&item.attrs, errors),
        ident: item.ident,
        generics: item.generics,
        parts: Vec::new(),
    };
    let name = model.ident.unraw().to_string();
    let fields = match item.data {
        Data::Struct(data) => data.fields,
        Data::Enum(data) => {
            let message = format!(
                "`{name}` is an enum, and which variant it is changes its paths; give a struct the derive, with an `Option` of a program for each"
            );
            errors.at(data.enum_token.span, message);
            return model;
        }
        Data::Union(data) => {
            let message = format!("`{name}` is a union, which has no parts; change it to a struct");
            errors.at(data.union_token.span, message);
            return model;
        }
    };
    match fields {
        Fields::Named(fields) => {
            for field in fields.named {
                let Some(original) = field.ident else {
                    continue;
                };
                model
                    .parts
                    .extend(part(original, field.ty, &field.attrs, errors));
            }
        }
        Fields::Unnamed(fields) => {
            let message = format!(
                "the fields of `{name}` have no names, and paths are made of names; write `struct {name} {{ … }}`"
            );
            errors.on(&fields, message);
        }
        Fields::Unit => {}
    }
    check_names(&model.parts, errors);
    model
}

/// A field's part; none if it is skipped.
fn part(original: Ident, ty: Type, attributes: &[Attribute], errors: &mut Errors) -> Option<Part> {
    let mut part = Part {
        name: original.unraw().to_string(),
        name_span: original.span(),
        original,
        ty,
        kind: Kind::Program,
    };
    let (mut skipped, mut parameter) = (None, None);
    for attribute in attributes
        .iter()
        .filter(|one| one.path().is_ident("predictors"))
    {
        options(attribute, errors, |name, input, errors| {
            match name.to_string().as_str() {
                "skip" => skipped = Some(name.span()),
                "parameter" => parameter = Some(name.span()),
                "rename" => {
                    let text = text(name, input)?;
                    (part.name, part.name_span) = (text.value(), text.span());
                }
                other => {
                    // what it was meant to be is not known, so nothing more is said of it
                    skipped.get_or_insert(name.span());
                    unknown(other, "a field", name, FIELD, input, errors)?;
                }
            }
            Ok(())
        });
    }
    if let (Some(span), Some(_)) = (skipped, parameter) {
        let message = format!(
            "field `{}` is skipped, and a parameter; remove one",
            part.name
        );
        errors.at(span, message);
    }
    if parameter.is_some() {
        part.kind = Kind::Parameter;
    }
    skipped.is_none().then_some(part)
}

/// A name is one step of a path, and each is there once.
fn check_names(parts: &[Part], errors: &mut Errors) {
    for (index, part) in parts.iter().enumerate() {
        let name = &part.name;
        let plain = |c: char| c == '_' || c.is_alphanumeric();
        if name.is_empty() || !name.chars().all(plain) {
            let message = format!(
                "`{name}` is no step of a path; use letters, digits and `_`, as in `first_hop`"
            );
            errors.at(part.name_span, message);
        } else if name == "metadata" && part.kind == Kind::Program {
            let message = "`metadata` is what a saved state has beside the predictors; give the field another name, or write `#[predictors(rename = \"…\")]`";
            errors.at(part.name_span, message);
        }
        let earlier = parts[..index].iter().any(|earlier| earlier.name == *name);
        if earlier {
            let message = format!("two parts have the path `{name}`; rename one");
            errors.at(part.name_span, message);
        }
    }
}

fn krate(attributes: &[Attribute], errors: &mut Errors) -> Krate {
    let mut krate = Krate::default();
    for attribute in attributes
        .iter()
        .filter(|one| one.path().is_ident("predictors"))
    {
        options(attribute, errors, |name, input, errors| {
            match name.to_string().as_str() {
                "crate" => krate = Krate(Some(path(name, "::sigflow", input)?)),
                other => unknown(other, "a struct", name, STRUCT, input, errors)?,
            }
            Ok(())
        });
    }
    krate
}

fn unknown(
    option: &str,
    owner: &str,
    name: &Ident,
    known: &[&str],
    input: ParseStream<'_>,
    errors: &mut Errors,
) -> syn::Result<()> {
    let message = format!(
        "unknown option `{option}` of {owner}{}",
        hint(option, known)
    );
    errors.at(name.span(), message);
    if input.peek(Token![=]) {
        skip(input)?;
    }
    Ok(())
}
