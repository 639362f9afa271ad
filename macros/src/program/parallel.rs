//! `#[parallel(n)]`: turns of a loop at the same time.
use super::{Program, emit, graph::GraphModel, nodes::Outers};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Expr, ExprForLoop, Ident};

/// Takes the mark from a loop: how many turns at once.
pub(super) fn turns(attrs: &mut Vec<Attribute>) -> Option<Expr> {
    let at = attrs.iter().position(|attr| attr.path().is_ident("parallel"))?;
    attrs.remove(at).parse_args().ok()
}

/// For now the turns run one after another.
pub(super) fn turn_loop(
    program: &Program,
    of: &ExprForLoop,
    _: &Expr,
    outers: &Outers,
    groups: &[Ident],
) -> (TokenStream, GraphModel) {
    let mut inner = outers.clone();
    super::nodes::add_pattern(&mut inner, &of.pat);
    let (body, graph) = emit::block(program, &of.body, &inner, groups, "turn");
    let (attrs, label, pat, expr) = (&of.attrs, &of.label, &of.pat, &of.expr);
    (quote!(#(#attrs)* #label for #pat in #expr { #body }), graph)
}
