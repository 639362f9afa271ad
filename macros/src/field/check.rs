//! Rules of a type for signatures, one function each; every mistake is noted.
use super::model::{Field, Model, Payload, Shape};
use crate::{bounds, diag::Errors};
use std::collections::HashSet;

pub(crate) fn check(model: &Model, errors: &mut Errors) {
    check_literal(model, errors);
    check_forms(model, errors);
    match &model.shape {
        Shape::Record(fields) => check_fields(model, fields, errors),
        Shape::Words(_) | Shape::Variants(_) => check_variants(model, errors),
        Shape::Wrapper(_) | Shape::Unknown => {}
    }
}

/// Only words can be shown as Python's `Literal`.
fn check_literal(model: &Model, errors: &mut Errors) {
    if let (Some(span), false) = (
        model.attributes.literal,
        matches!(model.shape, Shape::Words(_)),
    ) {
        let ident = &model.ident;
        errors.at(
            span,
            format!("`literal` is for an enum of words, and `{ident}` is none; remove it"),
        );
    }
}

/// serde's options that give the type another form in JSON than the schema says.
fn check_forms(model: &Model, errors: &mut Errors) {
    if model.attributes.own_serde() {
        return;
    }
    let ident = &model.ident;
    for form in &model.attributes.forms {
        errors.at(
            form.span(),
            format!(
                "serde's `{form}` is not followed by `derive(Field)` of `{ident}`; remove it, or write serde's impls yourself: `#[field(without(Serialize, Deserialize))]`"
            ),
        );
    }
}

fn check_fields(model: &Model, fields: &[Field], errors: &mut Errors) {
    let mut names = HashSet::new();
    for field in fields {
        let name = &field.name;
        if field.attributes.skip.is_none() && !names.insert(name) {
            let ident = &model.ident;
            errors.at(
                field.name_span,
                format!("two fields of `{ident}` are called `{name}`; rename one of them"),
            );
        }
        let mut attributes = field.attributes.clone();
        if model.attributes.own_serde() {
            attributes.forms.clear();
        }
        let name = field.original.to_string();
        bounds::check(&name, &field.ty, &field.seen, &attributes, errors);
    }
}

fn check_variants(model: &Model, errors: &mut Errors) {
    let mut names = HashSet::new();
    for variant in model.variants() {
        let name = &variant.name;
        if !names.insert(name) {
            let ident = &model.ident;
            errors.at(
                variant.name_span,
                format!("two variants of `{ident}` are called `{name}`; rename one of them"),
            );
        }
        if let Some(bound) = variant.attributes.bounds.first() {
            errors.at(
                bound.span,
                format!("`{}` bounds a value, and `{name}` is a variant; move it to a field: `{name} {{ #[field(…)] value: … }}`", bound.kind),
            );
        }
        if let Some(span) = variant.attributes.skip {
            errors.at(span, format!("variant `{name}` cannot be skipped, since a value of it could not be shown; remove `skip`"));
        }
        match &variant.data {
            Payload::Record(fields) => check_fields(model, fields, errors),
            Payload::Tuple(_) | Payload::None => {}
        }
    }
}
