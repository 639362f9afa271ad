//! After a mistake: what can be mended is mended, and what cannot is left out, so that rustc adds no
//! false errors to the true ones.
use super::{
    model::{Field, Model, Signature},
    types::{self, Fault},
};
use proc_macro2::Span;
use std::collections::HashSet;
use syn::{GenericParam, Lifetime, LifetimeParam, parse_quote, visit_mut::VisitMut};

pub(crate) fn repair(model: &mut Model) {
    let repeated = |index: &usize| model.is_repeated(*index);
    for index in (0..model.signatures.len())
        .filter(repeated)
        .collect::<Vec<_>>()
    {
        model.signatures[index].broken = true;
    }
    for signature in &mut model.signatures {
        let marker = signature.needs_marker();
        let clash = |field: &Field| marker && field.original == "output_type";
        signature.broken |= signature.inputs.iter().any(clash);
        once(&mut signature.inputs);
        once(&mut signature.outputs);
        mend_types(signature);
        add_bounds(signature);
    }
}

/// A field that is there twice is there once.
fn once(fields: &mut Vec<Field>) {
    let mut seen = HashSet::new();
    fields.retain(|field| seen.insert(field.original.clone()));
}

/// Borrows get the lifetime that was left out; types of which nothing can be made break the signature.
fn mend_types(signature: &mut Signature) {
    let mut mend = Mend::default();
    let mut hopeless = false;
    for (side, fields) in [("input", &signature.inputs), ("output", &signature.outputs)] {
        for field in fields {
            match types::judge(signature, side, field, &mut |_, _| {}) {
                Some(Fault::Hopeless) => hopeless = true,
                Some(Fault::Mendable) | None => {}
            }
        }
    }
    signature.broken |= hopeless;
    for field in &mut signature.inputs {
        mend.visit_type_mut(&mut field.ty);
    }
    let declared: Vec<Lifetime> = signature
        .generics
        .lifetimes()
        .map(|known| known.lifetime.clone())
        .collect();
    for lifetime in mend.used {
        if !declared.contains(&lifetime) {
            let parameter = GenericParam::Lifetime(LifetimeParam::new(lifetime));
            signature.generics.params.insert(0, parameter);
        }
    }
}

/// The lifetimes in a type, with those that were left out filled in.
#[derive(Default)]
struct Mend {
    used: Vec<Lifetime>,
}

impl VisitMut for Mend {
    fn visit_type_reference_mut(&mut self, reference: &mut syn::TypeReference) {
        reference.mutability = None;
        reference
            .lifetime
            .get_or_insert_with(|| Lifetime::new("'__left_out", Span::mixed_site()));
        syn::visit_mut::visit_type_reference_mut(self, reference);
    }
    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if lifetime.ident != "static" && lifetime.ident != "_" && !self.used.contains(lifetime) {
            self.used.push(lifetime.clone());
        }
    }
}

fn add_bounds(signature: &mut Signature) {
    let missing: Vec<_> = signature
        .generics
        .type_params()
        .map(|parameter| signature.missing_bound(parameter))
        .collect();
    let krate = signature.krate.clone();
    for (parameter, missing) in signature.generics.type_params_mut().zip(missing) {
        if missing.is_some() {
            parameter
                .bounds
                .push(parse_quote!(#krate::__private::Field));
        }
    }
}
