//! Types that cannot stand in a signature, as far as their tokens tell. What they do not tell is
//! rustc's to say, in the words of `InputField` and `Field`.
use super::model::{Field, Signature};
use crate::diag::{Errors, shown};
use proc_macro2::Span;
use syn::{GenericParam, Lifetime, Type, visit::Visit};

/// What is wrong with a type.
pub(crate) enum Fault {
    /// Nothing can be made of it.
    Hopeless,
    /// `&str`, `&'a str` without `<'a>`, `&mut`: one knows what was meant.
    Mendable,
}

pub(crate) fn check(signature: &Signature, side: &str, field: &Field, errors: &mut Errors) {
    judge(signature, side, field, &mut |span, message| {
        errors.at(span, message);
    });
}

/// Notes the first fault of a field's type.
pub(crate) fn judge(
    signature: &Signature,
    side: &str,
    field: &Field,
    note: &mut dyn FnMut(Span, String),
) -> Option<Fault> {
    let name = &field.original;
    let mut found = Unsupported {
        output: side == "output",
        found: None,
    };
    found.visit_type(&field.ty);
    if let Some((ty, why, fault)) = found.found {
        let span = syn::Error::new_spanned(ty, "").span();
        let mut message = format!("{side} `{name}` cannot be {why}");
        if matches!(ty, Type::Reference(_)) && side == "input" && message.contains("lifetime") {
            let mut with = ty.clone();
            if let Type::Reference(reference) = &mut with {
                reference.lifetime = Some(Lifetime::new("'a", Span::call_site()));
            }
            message = format!(
                "input `{name}` borrows without a lifetime; write it out, as in any struct: `struct {}<'a> {{ {name}: {} }}`",
                signature.name,
                shown(&with)
            );
        }
        note(span, message);
        return Some(fault);
    }
    let mut lifetimes = Lifetimes::default();
    lifetimes.visit_type(&field.ty);
    let declared = |lifetime: &Lifetime| {
        signature.generics.params.iter().any(|parameter| {
            matches!(parameter, GenericParam::Lifetime(known) if known.lifetime == *lifetime)
        })
    };
    let lifetime = if side == "output" {
        lifetimes.0.into_iter().next()
    } else {
        lifetimes.0.into_iter().find(|lifetime| !declared(lifetime))
    }?;
    if side == "output" {
        note(
            lifetime.span(),
            format!(
                "output `{name}` cannot borrow: it is read from the reply; write a type that owns, as `String` does"
            ),
        );
        return Some(Fault::Hopeless);
    }
    note(
        lifetime.span(),
        format!(
            "lifetime `{lifetime}` of input `{name}` is not declared; write `struct {}<{lifetime}>`",
            signature.name
        ),
    );
    Some(Fault::Mendable)
}

struct Unsupported<'a> {
    output: bool,
    found: Option<(&'a Type, &'static str, Fault)>,
}

impl<'a> Visit<'a> for Unsupported<'a> {
    fn visit_type(&mut self, ty: &'a Type) {
        if self.found.is_some() {
            return;
        }
        let (why, fault) = match ty {
            Type::Reference(_) if self.output => (
                "a reference: it is read from the reply; write a type that owns, `String` instead of `&str`",
                Fault::Hopeless,
            ),
            Type::Reference(reference) if reference.mutability.is_some() => (
                "a `&mut` reference, since inputs are only read; write `&`",
                Fault::Mendable,
            ),
            Type::Reference(reference) if reference.lifetime.is_none() => (
                "a reference without a lifetime; write it out",
                Fault::Mendable,
            ),
            Type::FnPtr(_) => (
                "a function; use a value that can be written as text",
                Fault::Hopeless,
            ),
            Type::Ptr(_) => ("a raw pointer; use the value it points at", Fault::Hopeless),
            Type::Never(_) => (
                "`!`, which has no values; use another type",
                Fault::Hopeless,
            ),
            Type::Infer(_) => (
                "`_`, since a struct's types are written out; write one, as `String`",
                Fault::Hopeless,
            ),
            Type::ImplTrait(_) => (
                "an `impl Trait`; use a type parameter: `struct Ask<T: InputField + Send> { value: T }`",
                Fault::Hopeless,
            ),
            Type::TraitObject(_) => (
                "a `dyn Trait`, whose values have no one form; use a type with `#[derive(Field)]`",
                Fault::Hopeless,
            ),
            Type::Path(path) => match path
                .path
                .segments
                .last()
                .map(|segment| segment.ident.to_string())
                .as_deref()
            {
                Some("Rc") => (
                    "an `Rc`, which does not cross threads; use `Arc`",
                    Fault::Hopeless,
                ),
                Some("RefCell" | "Cell" | "Mutex" | "RwLock") => {
                    ("a cell or a lock; use the type inside", Fault::Hopeless)
                }
                Some("Self") => (
                    "`Self`, since a question cannot contain itself; use a type with `#[derive(Field)]`",
                    Fault::Hopeless,
                ),
                _ => return syn::visit::visit_type(self, ty),
            },
            _ => return syn::visit::visit_type(self, ty),
        };
        self.found = Some((ty, why, fault));
    }
}

/// Lifetimes with a name, apart from `'static`.
#[derive(Default)]
struct Lifetimes<'a>(Vec<&'a Lifetime>);

impl<'a> Visit<'a> for Lifetimes<'a> {
    fn visit_lifetime(&mut self, lifetime: &'a Lifetime) {
        if lifetime.ident != "static" && lifetime.ident != "_" {
            self.0.push(lifetime);
        }
    }
}
