//! Rules of a signature, one function each; every mistake is noted.
use super::model::{Field, Model, Signature, mentions};
use crate::{attributes::Bound, diag::Errors, seen::Seen};
use std::collections::HashMap;
use syn::{GenericParam, Type, visit::Visit};

pub(crate) fn check(model: &Model, errors: &mut Errors) {
    for signature in &model.signatures {
        check_outputs(signature, errors);
        check_names(signature, errors);
        check_parameters(signature, errors);
        for field in signature.inputs.iter().chain(&signature.outputs) {
            check_type(field, errors);
            check_field(&field.original.to_string(), &field.seen, &field.attributes, errors);
        }
        for field in &signature.outputs {
            check_owned(field, errors);
        }
    }
}

/// A signature without outputs asks nothing.
fn check_outputs(signature: &Signature, errors: &mut Errors) {
    if signature.outputs.is_empty() && !signature.broken {
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
    let mut seen: HashMap<&str, (&Field, &str)> = HashMap::new();
    let sides = [("input", &signature.inputs), ("output", &signature.outputs)];
    for (side, field) in sides.iter().flat_map(|(side, fields)| fields.iter().map(move |field| (*side, field))) {
        let name = field.name.as_str();
        if let Some((_, other_side)) = seen.get(name) {
            let message = if side == *other_side {
                format!("two {side}s are called `{name}`; rename one of them")
            } else {
                format!("`{name}` is an input and an output; rename the output, for example to `new_{name}`")
            };
            errors.at(field.name_span, message);
        } else {
            seen.insert(name, (field, side));
        }
        if name == "completed" {
            errors.at(field.name_span, "field `completed` is the adapter's own marker; choose another name or `alias`");
        }
        if name == "reasoning" && side == "output" {
            // `chain_of_thought` would ask for it twice
            continue;
        }
        if !is_marker(name) {
            errors.at(
                field.name_span,
                format!("`{name}` cannot stand in a marker; use letters, digits and `_`, not beginning with a digit"),
            );
        }
    }
}

fn is_marker(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c == '_' || c.is_alphanumeric())
}

/// Type parameters need the bound that their place asks for; a lifetime only inputs can have.
fn check_parameters(signature: &Signature, errors: &mut Errors) {
    for parameter in &signature.generics.params {
        match parameter {
            GenericParam::Type(parameter) => {
                let ident = &parameter.ident;
                let bounded = !parameter.bounds.is_empty()
                    || signature.generics.where_clause.as_ref().is_some_and(|clause| {
                        clause.predicates.iter().any(|predicate| {
                            matches!(predicate, syn::WherePredicate::Type(predicate) if mentions(&predicate.bounded_ty, ident))
                        })
                    });
                let output = signature.outputs.iter().any(|field| mentions(&field.ty, ident));
                let input = signature.inputs.iter().any(|field| mentions(&field.ty, ident));
                if !bounded && (output || input) {
                    let bound = if output { "Field" } else { "InputField + Send" };
                    errors.at(ident.span(), format!("type parameter `{ident}` has no bound; write `{ident}: {bound}`"));
                } else if !output && !input && !signature.broken {
                    errors.at(ident.span(), format!("type parameter `{ident}` is not used; use it in a field or remove it"));
                }
            }
            GenericParam::Lifetime(_) | GenericParam::Const(_) => {}
        }
    }
}

/// Types that no value of can be written, whatever rustc says of them later.
fn check_type(field: &Field, errors: &mut Errors) {
    let name = &field.original;
    let mut found = Unsupported::default();
    found.visit_type(&field.ty);
    if let Some((ty, why)) = found.0 {
        errors.on(ty, format!("field `{name}` cannot be {why}"));
    }
    if let Some(span) = field.attributes.skip {
        errors.at(span, format!("field `{name}` of a signature cannot be skipped; remove it, or `skip` a field of a nested struct"));
    }
}

#[derive(Default)]
struct Unsupported<'a>(Option<(&'a Type, &'static str)>);

impl<'a> Visit<'a> for Unsupported<'a> {
    fn visit_type(&mut self, ty: &'a Type) {
        let why = match ty {
            Type::Reference(reference) if reference.mutability.is_some() => "a `&mut` reference; write `&`, since inputs are only read",
            Type::Reference(reference) if reference.lifetime.is_none() => {
                "a reference without a lifetime; write it out, as in any struct: `struct Ask<'a> { question: &'a str }`"
            }
            Type::FnPtr(_) => "a function; use a value that can be written as text",
            Type::Ptr(_) => "a raw pointer; use the value it points at",
            Type::Never(_) => "`!`, which has no values; use another type",
            Type::Infer(_) => "`_`; write the type out",
            Type::ImplTrait(_) => "an `impl Trait`; use a type parameter: `struct Ask<T: InputField + Send> { value: T }`",
            Type::TraitObject(_) => "a `dyn Trait`, whose shape is not known; use a type with `#[derive(Field)]`",
            Type::Macro(_) => "a macro's type; write the type out",
            Type::Path(path) => match path.path.segments.last().map(|segment| segment.ident.to_string()).as_deref() {
                Some("Rc") => "an `Rc`, which does not cross threads; use `Arc`",
                Some("RefCell" | "Cell" | "Mutex" | "RwLock") => "a cell or lock; use the value inside",
                Some("Self") => "`Self`; a question cannot contain itself: use a type with `#[derive(Field)]`",
                _ => return syn::visit::visit_type(self, ty),
            },
            _ => return syn::visit::visit_type(self, ty),
        };
        self.0.get_or_insert((ty, why));
    }
}

/// An output is read from the reply, so it cannot borrow.
fn check_owned(field: &Field, errors: &mut Errors) {
    struct Borrow<'a>(Option<&'a syn::Lifetime>);
    impl<'a> Visit<'a> for Borrow<'a> {
        fn visit_lifetime(&mut self, lifetime: &'a syn::Lifetime) {
            if lifetime.ident != "static" {
                self.0.get_or_insert(lifetime);
            }
        }
    }
    let mut borrow = Borrow(None);
    borrow.visit_type(&field.ty);
    if let Some(lifetime) = borrow.0 {
        let name = &field.original;
        errors.at(
            lifetime.span(),
            format!("output `{name}` cannot borrow: it is read from the reply; write an owned type, `String` instead of `&str`"),
        );
    }
}

/// Bounds fit their type and each other; default and examples keep them. Used for nested structs too.
pub(crate) fn check_field(name: &str, seen: &Seen, attributes: &crate::attributes::FieldAttributes, errors: &mut Errors) {
    let bounds = &attributes.bounds;
    for (index, bound) in bounds.iter().enumerate() {
        check_bound(name, seen, bound, errors);
        if bounds[..index].iter().any(|earlier| earlier.kind == bound.kind) {
            errors.at(bound.span, format!("field `{name}` has `{}` twice; keep one", bound.kind));
        }
    }
    check_contradiction(name, bounds, errors);
    let values = attributes.default.iter().map(|value| ("default", value)).chain(attributes.examples.iter().map(|value| ("example", value)));
    for (what, value) in values {
        if let Some(fault) = breaks_type(&value.json, seen) {
            errors.at(value.span, format!("{what} `{}` of field `{name}` is no {fault}; write a value of the field's type", value.json));
        } else if let Some(bound) = bounds.iter().find(|bound| breaks(&value.json, bound)) {
            errors.at(
                value.span,
                format!("{what} `{}` of field `{name}` breaks `{} = {}`; change one of them", value.json, bound.kind, bound.text),
            );
        }
    }
}

fn check_bound(name: &str, seen: &Seen, bound: &Bound, errors: &mut Errors) {
    let inner = seen.inner();
    if !inner.is_known() {
        return;
    }
    let kind = bound.kind;
    match kind {
        "ge" | "gt" | "le" | "lt" | "multiple_of" => {
            if !inner.is_number() {
                let instead = if inner.has_length() { "; bound its length with `min_len` and `max_len`" } else { "; remove it" };
                errors.at(bound.span, format!("`{kind}` bounds a number, and field `{name}` is {}{instead}", an(inner)));
                return;
            }
            let Ok(limit) = bound.text.parse::<f64>() else { return };
            if kind == "multiple_of" && limit <= 0.0 {
                errors.at(bound.span, format!("`multiple_of = {}` of field `{name}` must be greater than 0; write `multiple_of = 1`", bound.text));
            }
            if let Seen::Integer(low, high) = inner {
                check_range(name, bound, *low, *high, errors);
            }
        }
        "min_len" | "max_len" if !inner.has_length() => {
            let instead = if inner.is_number() { "; bound it with `ge` and `le`" } else { "; remove it" };
            errors.at(bound.span, format!("`{kind}` bounds a length, and field `{name}` is {}{instead}", an(inner)));
        }
        "pattern" if !matches!(inner, Seen::Text) => {
            errors.at(bound.span, format!("`pattern` bounds text, and field `{name}` is {}; remove it", an(inner)));
        }
        _ => {}
    }
}

/// A bound that the type makes impossible, or that leaves nothing.
fn check_range(name: &str, bound: &Bound, low: i128, high: i128, errors: &mut Errors) {
    let whole = bound.text.parse::<i128>();
    let Ok(limit) = whole else {
        if bound.text.parse::<f64>().is_ok_and(|limit| limit.fract() != 0.0) && bound.kind != "multiple_of" {
            errors.at(bound.span, format!("`{} = {}` bounds whole numbers in field `{name}`; write a whole number", bound.kind, bound.text));
        }
        return;
    };
    if bound.kind != "multiple_of" && !(low..=high).contains(&limit) {
        errors.at(
            bound.span,
            format!("`{} = {limit}` of field `{name}` lies outside of its type, {low} to {high}; use a bound inside, or a wider type", bound.kind),
        );
    }
}

fn check_contradiction(name: &str, bounds: &[Bound], errors: &mut Errors) {
    let limit = |kinds: [&str; 2]| {
        bounds.iter().find(|bound| kinds.contains(&bound.kind)).and_then(|bound| Some((bound, bound.text.parse::<f64>().ok()?)))
    };
    for (low, high) in [(["ge", "gt"], ["le", "lt"]), (["min_len", "min_len"], ["max_len", "max_len"])] {
        if let (Some((low, least)), Some((high, most))) = (limit(low), limit(high)) {
            let open = low.kind == "gt" || high.kind == "lt";
            if least > most || (open && least >= most) {
                errors.at(
                    high.span,
                    format!(
                        "`{} = {}` and `{} = {}` of field `{name}` leave no value; change one of them",
                        low.kind, low.text, high.kind, high.text
                    ),
                );
            }
        }
    }
}

fn an(seen: &Seen) -> &'static str {
    match seen {
        Seen::Text => "text",
        Seen::Character => "a character",
        Seen::Boolean => "a `bool`",
        Seen::Integer(..) => "a whole number",
        Seen::Float => "a number",
        Seen::List(_) | Seen::Set(_) => "a list",
        Seen::Map(..) => "a map",
        Seen::Option(_) => "optional",
        Seen::Tuple(_) => "a tuple",
        Seen::Other(_) => "of another type",
    }
}

/// What a JSON value should have been, if it is not of the field's type.
fn breaks_type(json: &str, seen: &Seen) -> Option<&'static str> {
    let text = json.starts_with('"');
    let list = json.starts_with('[');
    let number = json.parse::<f64>().is_ok();
    let fits = match seen {
        Seen::Option(_) if json == "null" => true,
        Seen::Option(inner) => return breaks_type(json, inner),
        Seen::Text | Seen::Character => text,
        Seen::Boolean => json == "true" || json == "false",
        Seen::Integer(low, high) => json.parse::<i128>().is_ok_and(|value| (*low..=*high).contains(&value)),
        Seen::Float => number,
        Seen::List(_) | Seen::Set(_) | Seen::Tuple(_) => list,
        Seen::Map(..) => false,
        Seen::Other(_) => true,
    };
    (!fits).then_some(match seen.inner() {
        Seen::Text => "text",
        Seen::Character => "character",
        Seen::Boolean => "`bool`",
        Seen::Integer(..) => "whole number of that type",
        Seen::Float => "number",
        Seen::Map(..) => "map",
        _ => "list",
    })
}

/// Whether a JSON value breaks a bound.
fn breaks(json: &str, bound: &Bound) -> bool {
    let limit = bound.text.parse::<f64>();
    if let (Ok(value), Ok(limit)) = (json.parse::<f64>(), limit.as_ref()) {
        let quotient = value / limit;
        return match bound.kind {
            "ge" => value < *limit,
            "gt" => value <= *limit,
            "le" => value > *limit,
            "lt" => value >= *limit,
            "multiple_of" => (quotient - quotient.round()).abs() > 1e-9,
            _ => false,
        };
    }
    let Some(text) = unquoted(json) else { return false };
    let length = text.chars().count();
    match (bound.kind, bound.text.parse::<usize>()) {
        ("min_len", Ok(least)) => length < least,
        ("max_len", Ok(most)) => length > most,
        ("pattern", _) => regex_lite::Regex::new(&bound.text).is_ok_and(|regex| !regex.is_match(&text)),
        _ => false,
    }
}

/// The text of a JSON string that this crate wrote.
fn unquoted(json: &str) -> Option<String> {
    let inner = json.strip_prefix('"')?.strip_suffix('"')?;
    Some(inner.replace("\\\"", "\"").replace("\\n", "\n").replace("\\t", "\t").replace("\\\\", "\\"))
}
