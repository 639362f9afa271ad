//! Patterns under other names.
use super::ours;
use crate::program::names::{bound, plain};
use syn::{Ident, Pat};

/// Takes `mut` and a leading `ref` from a pattern: the cell has them.
pub(super) fn plain_pattern(pat: &mut Pat) {
    match pat {
        Pat::Ident(ident) => {
            ident.mutability = None;
            ident.by_ref = None;
            if let Some((_, inner)) = &mut ident.subpat {
                plain_pattern(inner);
            }
        }
        Pat::Paren(of) => plain_pattern(&mut of.pat),
        Pat::Reference(of) => plain_pattern(&mut of.pat),
        Pat::Slice(of) => of.elems.iter_mut().for_each(plain_pattern),
        Pat::Struct(of) => of.fields.iter_mut().for_each(|field| {
            plain_pattern(&mut field.pat);
        }),
        Pat::Tuple(of) => of.elems.iter_mut().for_each(plain_pattern),
        Pat::TupleStruct(of) => of.elems.iter_mut().for_each(plain_pattern),
        Pat::Type(of) => plain_pattern(&mut of.pat),
        _ => {}
    }
}

/// Gives the names of a pattern to us; those names, in order.
pub(super) fn rename_pattern(pat: &mut Pat) -> Vec<Ident> {
    fn walk(pat: &mut Pat, all: &mut Vec<Ident>) {
        match pat {
            Pat::Ident(ident) => {
                let is_name = ident.subpat.is_some()
                    || !ident.ident.to_string().starts_with(char::is_uppercase);
                if is_name {
                    let name = ours(&format!("{}_in", plain(&ident.ident)), ident.ident.span());
                    all.push(name.clone());
                    ident.ident = name;
                    ident.mutability = None;
                }
                if let Some((_, inner)) = &mut ident.subpat {
                    walk(inner, all);
                }
            }
            Pat::Paren(of) => walk(&mut of.pat, all),
            Pat::Reference(of) => walk(&mut of.pat, all),
            Pat::Slice(of) => of.elems.iter_mut().for_each(|elem| walk(elem, all)),
            Pat::Struct(of) => {
                for field in &mut of.fields {
                    if field.colon_token.is_none() {
                        field.colon_token = Some(syn::token::Colon::default());
                    }
                    walk(&mut field.pat, all);
                }
            }
            Pat::Tuple(of) => of.elems.iter_mut().for_each(|elem| walk(elem, all)),
            Pat::TupleStruct(of) => of.elems.iter_mut().for_each(|elem| walk(elem, all)),
            Pat::Type(of) => walk(&mut of.pat, all),
            _ => {}
        }
    }
    let mut all = Vec::new();
    walk(pat, &mut all);
    debug_assert_eq!(all.len(), bound(pat).len());
    all
}
