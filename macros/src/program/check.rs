//! What a program must be, one function a rule.
use super::options::Options;
use crate::diag::{Errors, shown};
use syn::{
    ItemFn, ReturnType, Stmt,
    visit::Visit,
    visit_mut::{self, VisitMut},
};

pub(super) fn function(function: &ItemFn, _: &Options, errors: &mut Errors) {
    is_async(function, errors);
    gives_something(function, errors);
    let mut marks = Marks { errors };
    marks.visit_block(&function.block);
}

fn is_async(function: &ItemFn, errors: &mut Errors) {
    if function.sig.asyncness.is_none() {
        let name = &function.sig.ident;
        let message = format!("program `{name}` is not async; write `async fn {name}`");
        errors.on(function.sig.fn_token, message);
    }
}

/// A program without an answer has only effects, and those are never reordered.
fn gives_something(function: &ItemFn, errors: &mut Errors) {
    if matches!(function.sig.output, ReturnType::Default) && function.block.stmts.is_empty() {
        let name = &function.sig.ident;
        let message = format!(
            "program `{name}` gives nothing back; add what it answers: `-> Result<String>`"
        );
        errors.on(name, message);
    }
}

/// `#[parallel(n)]` where it stands.
struct Marks<'e> {
    errors: &'e mut Errors,
}

impl Marks<'_> {
    fn judge(&mut self, attrs: &[syn::Attribute], is_for: bool) {
        for attr in attrs.iter().filter(|attr| attr.path().is_ident("parallel")) {
            if !is_for {
                self.errors.on(attr, "`#[parallel(n)]` stands on a `for` loop; move it to one, or remove it");
                continue;
            }
            let number: Result<syn::Expr, _> = attr.parse_args();
            match number {
                Err(_) => self.errors.on(attr, "`#[parallel]` does not say how many turns at once; write `#[parallel(8)]`"),
                Ok(syn::Expr::Lit(lit)) => match &lit.lit {
                    syn::Lit::Int(int) if int.base10_digits() != "0" => {}
                    syn::Lit::Int(_) => self.errors.on(&lit, "with `#[parallel(0)]` no turn ever begins; write `#[parallel(1)]` or more, or remove it"),
                    other => {
                        let message = format!("`{}` is no number of turns; write `#[parallel(8)]`", shown(other));
                        self.errors.on(other, message);
                    }
                },
                Ok(_) => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Marks<'_> {
    fn visit_expr_for_loop(&mut self, of: &'ast syn::ExprForLoop) {
        self.judge(&of.attrs, true);
        syn::visit::visit_expr_for_loop(self, of);
    }
    fn visit_expr_while(&mut self, of: &'ast syn::ExprWhile) {
        self.judge(&of.attrs, false);
        syn::visit::visit_expr_while(self, of);
    }
    fn visit_expr_loop(&mut self, of: &'ast syn::ExprLoop) {
        self.judge(&of.attrs, false);
        syn::visit::visit_expr_loop(self, of);
    }
    fn visit_stmt(&mut self, stmt: &'ast Stmt) {
        if let Stmt::Local(local) = stmt {
            self.judge(&local.attrs, false);
        }
        syn::visit::visit_stmt(self, stmt);
    }
}

/// The function without marks of ours, as rustc takes it.
pub(super) fn without_marks(mut function: ItemFn) -> ItemFn {
    struct Strip;
    impl VisitMut for Strip {
        fn visit_expr_for_loop_mut(&mut self, of: &mut syn::ExprForLoop) {
            of.attrs.retain(|attr| !attr.path().is_ident("parallel"));
            visit_mut::visit_expr_for_loop_mut(self, of);
        }
    }
    Strip.visit_item_fn_mut(&mut function);
    function
}
