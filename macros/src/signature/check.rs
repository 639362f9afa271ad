//! Rules of a signature, one function each; every mistake is noted.
use super::{
    model::{Field, Model, Signature, mentions},
    types,
};
use crate::{bounds, diag::Errors};
use std::collections::HashMap;

pub(crate) fn check(model: &Model, errors: &mut Errors) {
    for (index, signature) in model.signatures.iter().enumerate() {
        if model.is_repeated(index) {
            let name = &signature.name;
            errors.at(
                name.span(),
                format!("two signatures of this block are called `{name}`; rename one of them"),
            );
        }
    }
    for signature in &model.signatures {
        check_outputs(signature, errors);
        check_names(signature, errors);
        check_parameters(signature, errors);
        check_marker(signature, errors);
        check_strict(signature, errors);
        let sides = [("input", &signature.inputs), ("output", &signature.outputs)];
        for (side, field) in sides
            .iter()
            .flat_map(|(side, fields)| fields.iter().map(move |field| (*side, field)))
        {
            check_skip(field, errors);
            types::check(signature, side, field, errors);
            let name = field.original.to_string();
            bounds::check(&name, &field.ty, &field.seen, &field.attributes, errors);
        }
    }
}

/// A signature without outputs asks nothing.
fn check_outputs(signature: &Signature, errors: &mut Errors) {
    if signature.outputs.is_empty() && !signature.broken && !signature.no_outputs {
        let name = &signature.name;
        errors.at(
            name.span(),
            format!("signature `{name}` has no outputs; add one between the braces: `-> {{ answer: String }}`"),
        );
    }
}

/// Names are unique over inputs and outputs, after aliasing, and are not the adapter's own. Marker names
/// are letters, digits and `_`.
fn check_names(signature: &Signature, errors: &mut Errors) {
    let mut seen: HashMap<&str, &str> = HashMap::new();
    let sides = [("input", &signature.inputs), ("output", &signature.outputs)];
    for (side, field) in sides
        .iter()
        .flat_map(|(side, fields)| fields.iter().map(move |field| (*side, field)))
    {
        let name = field.name.as_str();
        match seen.insert(name, side) {
            Some(other) if other == side => errors.at(
                field.name_span,
                format!("two {side}s of `{}` are called `{name}`; rename one of them", signature.name),
            ),
            Some(_) => errors.at(
                field.name_span,
                format!("`{name}` is an input and an output of `{}`; rename the output, for example to `new_{name}`", signature.name),
            ),
            None => {}
        }
        if name == "completed" {
            errors.at(
                field.name_span,
                "`completed` ends a reply, so no field can be called so; rename it, or show the model another name: `#[field(alias = \"is_completed\")]`",
            );
        } else if !is_marker(name) {
            errors.at(
                field.name_span,
                format!("`{name}` cannot be the name of a section in a prompt; use letters, digits and `_`, and no digit first"),
            );
        }
    }
}

fn is_marker(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c == '_' || c.is_alphanumeric())
}

/// Type parameters are used, and have the bound that their place asks for.
fn check_parameters(signature: &Signature, errors: &mut Errors) {
    for parameter in signature.generics.type_params() {
        let ident = &parameter.ident;
        match signature.missing_bound(parameter) {
            Some(bound) => errors.at(
                ident.span(),
                format!("type parameter `{ident}` has no bound; write `{ident}: {bound}`"),
            ),
            None => {
                let mut fields = signature.inputs.iter().chain(&signature.outputs);
                if !signature.broken && !fields.any(|field| mentions(&field.ty, ident)) {
                    errors.at(
                        ident.span(),
                        format!(
                            "type parameter `{ident}` is not used; use it in a field, or remove it"
                        ),
                    );
                }
            }
        }
    }
}

/// The field that carries type parameters has a name.
fn check_marker(signature: &Signature, errors: &mut Errors) {
    let marker = signature
        .inputs
        .iter()
        .find(|field| field.original == "output_type");
    if let (Some(field), true) = (marker, signature.needs_marker()) {
        let name = &signature.name;
        errors.at(
            field.original.span(),
            format!("input `output_type` of `{name}` has the name of the field that carries its type parameters; rename it"),
        );
    }
}

/// Strictness is judged for types that are known.
fn check_strict(signature: &Signature, errors: &mut Errors) {
    if let (Some(span), true) = (signature.strict.span, signature.is_generic()) {
        let name = &signature.name;
        errors.at(
            span,
            format!("`{name}` has type parameters, so each of its instances is judged; write `strict` on them: `#[signature(strict)] type {name}Of = {name}<City>;`"),
        );
    }
}

fn check_skip(field: &Field, errors: &mut Errors) {
    if let Some(span) = field.attributes.skip {
        errors.at(
            span,
            format!("field `{}` of a signature cannot be skipped; remove it, or skip a field of a nested struct", field.original),
        );
    }
}
