//! The blocks inside a statement: each is scheduled on its own, by the same rules.
use super::{
    Program, emit,
    graph::GraphModel,
    nodes::{Outers, add_pattern},
    parallel,
    pure::{Awaited, Purity},
};
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{
    Block, Expr, Ident, Stmt, parse_quote,
    spanned::Spanned,
    visit::Visit,
    visit_mut::{self, VisitMut},
};

/// Visits a statement of the frame whose groups are given.
pub(super) struct Nest<'p> {
    program: &'p Program,
    pub(super) outers: Outers,
    groups: Vec<Ident>,
    pub(super) inside: Vec<GraphModel>,
    /// What the node is called whose statement this is.
    name: String,
}

struct Awaits(usize);
impl<'ast> Visit<'ast> for Awaits {
    fn visit_expr_await(&mut self, of: &'ast syn::ExprAwait) {
        self.0 += 1;
        syn::visit::visit_expr_await(self, of);
    }
    fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
    fn visit_expr_async(&mut self, _: &'ast syn::ExprAsync) {}
    fn visit_item(&mut self, _: &'ast syn::Item) {}
}

fn awaits_in(block: &Block) -> usize {
    let mut awaits = Awaits(0);
    awaits.visit_block(block);
    awaits.0
}

impl<'p> Nest<'p> {
    pub(super) fn new(
        program: &'p Program,
        outers: Outers,
        groups: Vec<Ident>,
        name: String,
    ) -> Self {
        Self {
            program,
            outers,
            groups,
            inside: Vec::new(),
            name,
        }
    }
    pub(super) fn stmt(&mut self, stmt: &mut Stmt) {
        match stmt {
            Stmt::Local(local) => {
                if let Some(init) = &mut local.init {
                    self.visit_expr_mut(&mut init.expr);
                    if let Some((_, otherwise)) = &mut init.diverge {
                        self.visit_expr_mut(otherwise);
                    }
                }
                add_pattern(&mut self.outers, &local.pat);
            }
            Stmt::Expr(expr, _) => self.visit_expr_mut(expr),
            Stmt::Item(_) | Stmt::Macro(_) => {}
        }
    }
    /// Puts what is awaited into its node's span. `asks`: a `?` is behind it, so its type is known there.
    fn node(&mut self, of: &mut syn::ExprAwait, asks: bool) {
        let purity = Purity {
            options: &self.program.options,
        };
        let awaited = purity.awaited(of);
        let mut called = &*of.base;
        while let Expr::Paren(inner) = called {
            called = &inner.expr;
        }
        if !matches!(called, Expr::Call(_) | Expr::MethodCall(_)) || is_node(called) {
            return;
        }
        let krate = &self.program.krate;
        let p = quote!(#krate::__private::programs);
        let core = quote!(#krate::__private::core);
        let name = self.name.clone();
        let future = Ident::new("future", Span::mixed_site());
        let span = of.base.span();
        let asked = matches!(&awaited, Awaited::Model(_)) && !is_call_of_field(called);
        // `ready(Ok(…))` leaves its error open
        let open = matches!(&awaited, Awaited::Unknown(name) if name == "ready");
        self.visit_expr_mut(&mut of.base);
        let base = &of.base;
        let node = if asked {
            quote::quote_spanned!(span=> #p::result_node(#name, #base))
        } else if asks && !open {
            quote::quote_spanned!(span=> match #core::future::IntoFuture::into_future(#base) {
                #future => {
                    #[allow(unused_imports)]
                    use #p::{JudgedForeign as _, JudgedOther as _};
                    let #future = #p::Judged(#name, #future);
                    let judge = (&#future).judge();
                    #future.node(judge)
                }
            })
        } else {
            quote::quote_spanned!(span=> #p::node(#name, #core::future::IntoFuture::into_future(#base)))
        };
        *of.base = Expr::Verbatim(node);
    }
    fn scoped(&mut self, inside: impl FnOnce(&mut Self)) {
        let outers = self.outers.clone();
        inside(self);
        self.outers = outers;
    }
    fn block(&mut self, block: &mut Block, name: &str) {
        if awaits_in(block) == 0 {
            return;
        }
        let (tokens, graph) = emit::block(self.program, block, &self.outers, &self.groups, name);
        self.inside.push(graph);
        block.stmts = vec![Stmt::Expr(Expr::Verbatim(tokens), None)];
    }
}

/// Whether it is a predictor of the author's own, or maybe a program: `self.field.call(…)`.
fn is_call_of_field(expr: &Expr) -> bool {
    match expr {
        Expr::MethodCall(call) => {
            (call.method == "call" && !call.args.is_empty()) || is_call_of_field(&call.receiver)
        }
        _ => false,
    }
}
fn is_node(expr: &Expr) -> bool {
    matches!(expr, Expr::Verbatim(_))
}

/// What is awaited, with the floaters of all groups beside it.
pub(super) fn beside(groups: &[Ident], base: &Expr, span: Span) -> TokenStream {
    let future = Ident::new("future", Span::mixed_site());
    let Some((inner, outer)) = groups.split_last() else {
        return quote!(#base.await);
    };
    let mut host = quote!(#inner.host(#future));
    for group in outer.iter().rev() {
        host = quote!(#group.drive(#host));
    }
    quote::quote_spanned!(span=> match #base { #future => #host.await })
}

impl VisitMut for Nest<'_> {
    fn visit_expr_closure_mut(&mut self, _: &mut syn::ExprClosure) {}
    fn visit_expr_async_mut(&mut self, _: &mut syn::ExprAsync) {}
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
    fn visit_macro_mut(&mut self, _: &mut syn::Macro) {}

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Try(of) if matches!(&*of.expr, Expr::Await(_)) => {
                if let Expr::Await(inner) = &mut *of.expr {
                    self.node(inner, true);
                }
                self.visit_expr_mut(&mut of.expr);
            }
            Expr::Await(of) => {
                self.node(of, false);
                self.visit_expr_mut(&mut of.base);
                if !self.groups.is_empty() {
                    let tokens = beside(&self.groups, &of.base, of.base.span());
                    *expr = Expr::Verbatim(quote!((#tokens)));
                }
            }
            Expr::If(of) => self.scoped(|nest| {
                nest.visit_expr_mut(&mut of.cond);
                nest.block(&mut of.then_branch, "then");
                if let Some((_, otherwise)) = &mut of.else_branch {
                    match &mut **otherwise {
                        Expr::Block(of) if of.label.is_none() => nest.block(&mut of.block, "else"),
                        other => nest.visit_expr_mut(other),
                    }
                }
            }),
            Expr::Let(of) => {
                self.visit_expr_mut(&mut of.expr);
                add_pattern(&mut self.outers, &of.pat);
            }
            Expr::Match(of) => {
                self.visit_expr_mut(&mut of.expr);
                for arm in &mut of.arms {
                    self.scoped(|nest| {
                        add_pattern(&mut nest.outers, &arm.pat);
                        match &mut *arm.body {
                            Expr::Block(of) if of.label.is_none() => {
                                nest.block(&mut of.block, "arm");
                            }
                            other => {
                                nest.visit_expr_mut(other);
                                if matches!(other, Expr::Verbatim(_)) {
                                    let inner = other.clone();
                                    *other = parse_quote!((#inner));
                                }
                            }
                        }
                    });
                }
            }
            Expr::ForLoop(of) => {
                self.visit_expr_mut(&mut of.expr);
                let turns = parallel::turns(&mut of.attrs);
                if let Some(turns) = turns {
                    let (tokens, graph) =
                        parallel::turn_loop(self.program, of, &turns, &self.outers, &self.groups);
                    self.inside.push(graph);
                    *expr = Expr::Verbatim(tokens);
                    return;
                }
                self.scoped(|nest| {
                    add_pattern(&mut nest.outers, &of.pat);
                    nest.block(&mut of.body, "turn");
                });
            }
            Expr::While(of) => self.scoped(|nest| {
                nest.visit_expr_mut(&mut of.cond);
                nest.block(&mut of.body, "turn");
            }),
            Expr::Loop(of) => self.scoped(|nest| nest.block(&mut of.body, "turn")),
            Expr::Block(of) => self.scoped(|nest| nest.block(&mut of.block, "block")),
            Expr::Unsafe(of) => self.scoped(|nest| nest.block(&mut of.block, "block")),
            _ => visit_mut::visit_expr_mut(self, expr),
        }
    }
}
