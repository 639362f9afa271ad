//! Types without end.
use super::model::{Field, Payload, Shape, Variant};
use crate::diag::Errors;
use syn::{Ident, Type, visit::Visit};

/// The fields that hold the type itself without indirection. rustc notes them too (E0072), but counsels
/// `Rc` and `&`, which are no fields.
pub(super) fn infinite(shape: &Shape, ident: &Ident) -> Errors {
    fn named(field: &Field) -> (&'static str, &Ident, &Type) {
        ("field", &field.original, &field.ty)
    }
    let mut all: Vec<(&str, &Ident, &Type)> = Vec::new();
    match shape {
        Shape::Record(fields) => all.extend(fields.iter().map(named)),
        Shape::Wrapper(ty) => all.push(("struct", ident, ty)),
        Shape::Words(_) | Shape::Unknown => {}
        Shape::Variants(variants) => {
            for Variant { original, data, .. } in variants {
                match data {
                    Payload::Record(fields) => all.extend(fields.iter().map(named)),
                    Payload::Tuple(types) => {
                        all.extend(types.iter().map(|ty| ("variant", original, ty)));
                    }
                    Payload::None => {}
                }
            }
        }
    }
    let mut errors = Errors::default();
    for (what, name, ty) in all.into_iter().filter(|(_, _, ty)| is_direct(ty, ident)) {
        errors.on(
            ty,
            format!("{what} `{name}` holds a `{ident}` in each `{ident}`, without end; write `Box<{ident}>`, `Option<Box<{ident}>>` or `Vec<{ident}>`"),
        );
    }
    errors
}

/// Whether a type is `ident` itself, or holds it in an `Option`, a tuple or an array.
fn is_direct(ty: &Type, ident: &Ident) -> bool {
    match ty {
        Type::Path(path) if path.qself.is_none() => {
            let Some(last) = path.path.segments.last() else {
                return false;
            };
            if path.path.segments.len() == 1 && (last.ident == *ident || last.ident == "Self") {
                return true;
            }
            last.ident == "Option"
                && inner_types(last)
                    .iter()
                    .any(|inner| is_direct(inner, ident))
        }
        Type::Tuple(tuple) => tuple.elems.iter().any(|inner| is_direct(inner, ident)),
        Type::Array(array) => is_direct(&array.elem, ident),
        Type::Paren(paren) => is_direct(&paren.elem, ident),
        _ => false,
    }
}

fn inner_types(segment: &syn::PathSegment) -> Vec<&Type> {
    struct Inner<'a>(Vec<&'a Type>);
    impl<'a> Visit<'a> for Inner<'a> {
        fn visit_type(&mut self, ty: &'a Type) {
            self.0.push(ty);
        }
    }
    let mut inner = Inner(Vec::new());
    inner.visit_path_arguments(&segment.arguments);
    inner.0
}
