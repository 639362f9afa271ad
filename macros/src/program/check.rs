//! What a program must be, one function a rule.
use super::{
    names::{Sink, Use, Walk},
    options::Options,
    pure::{Awaited, Purity, asks},
};
use crate::diag::{Errors, shown};
use syn::{
    ItemFn, ReturnType, Stmt,
    visit::Visit,
    visit_mut::{self, VisitMut},
};

pub(super) fn function(function: &ItemFn, options: &Options, errors: &mut Errors) {
    is_async(function, errors);
    gives_something(function, errors);
    let mut marks = Marks { errors };
    marks.visit_block(&function.block);
    if options.strict && function.sig.receiver().is_some() {
        let purity = Purity { options };
        Unseen { purity, errors }.visit_block(&function.block);
    }
}

/// Model calls of a method that the macro cannot see, for `strict`.
struct Unseen<'a> {
    purity: Purity<'a>,
    errors: &'a mut Errors,
}

impl<'ast> Visit<'ast> for Unseen<'_> {
    fn visit_expr_await(&mut self, of: &'ast syn::ExprAwait) {
        if asks(&of.base) && matches!(self.purity.awaited(of), Awaited::Unknown(_)) {
            let message = "`strict`: this model call is not seen, so it cannot be tuned; call a predictor of the struct: `self.question.call(Question { text })`";
            self.errors.on(&of.base, message);
        }
        syn::visit::visit_expr_await(self, of);
    }
}

fn is_async(function: &ItemFn, errors: &mut Errors) {
    if function.sig.asyncness.is_none() {
        let name = &function.sig.ident;
        let message = format!("program `{name}` is not async; write `async fn {name}`");
        errors.on(function.sig.fn_token, message);
    }
}

/// Whether a `?` of a function stands in its body, outside of closures.
fn asks_in(function: &ItemFn) -> bool {
    struct Nothing;
    impl Sink for Nothing {
        fn mention(&mut self, _: &syn::Ident, _: &Use, _: bool) -> Option<syn::Expr> {
            None
        }
    }
    let mut nothing = Nothing;
    let mut walk = Walk::new(&mut nothing);
    walk.block(&mut function.block.clone());
    walk.facts.asks
}

/// Without an answer there is nothing to `?` into, and an empty body does nothing.
fn gives_something(function: &ItemFn, errors: &mut Errors) {
    if !matches!(function.sig.output, ReturnType::Default) {
        return;
    }
    if asks_in(function) || function.block.stmts.is_empty() {
        let name = &function.sig.ident;
        let message = format!(
            "program `{name}` has no return type; add what it answers: `-> Result<String>`"
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
                self.errors.on(
                    attr,
                    "`#[parallel(n)]` stands on a `for` loop; move it to one, or remove it",
                );
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
        fn visit_expr_while_mut(&mut self, of: &mut syn::ExprWhile) {
            of.attrs.retain(|attr| !attr.path().is_ident("parallel"));
            visit_mut::visit_expr_while_mut(self, of);
        }
        fn visit_expr_loop_mut(&mut self, of: &mut syn::ExprLoop) {
            of.attrs.retain(|attr| !attr.path().is_ident("parallel"));
            visit_mut::visit_expr_loop_mut(self, of);
        }
        fn visit_local_mut(&mut self, of: &mut syn::Local) {
            of.attrs.retain(|attr| !attr.path().is_ident("parallel"));
            visit_mut::visit_local_mut(self, of);
        }
    }
    Strip.visit_item_fn_mut(&mut function);
    if matches!(function.sig.output, ReturnType::Default) && asks_in(&function) {
        // its `?` would be a second error for the one mistake
        *function.block = syn::parse_quote!({ loop {} });
    }
    function
}
