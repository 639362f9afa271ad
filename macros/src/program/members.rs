//! The predictors of a program: its model calls and nested programs, each under a name.
//!
//! `X { … }.predict()` becomes `X { … }.predict().using(&__this.name)`, and `Inner::run(a)` becomes
//! `within::<Inner, _>("name", __this.name.call(a))`, so that what is called can be tuned. What has no place in the
//! struct stays as it is.
use super::{known, names::plain, pure::asked_type};
use crate::{case, diag::Errors};
use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident};
use std::collections::{HashMap, HashSet};
use syn::{
    Expr, Ident, Macro, Pat, Path, Stmt, Token,
    parse::Parser,
    parse_quote_spanned,
    punctuated::Punctuated,
    spanned::Spanned,
    visit::Visit,
    visit_mut::{self, VisitMut},
};

/// What the program's value is called in its body.
pub(super) const THIS: &str = "__this";

pub(super) fn this() -> Ident {
    Ident::new(THIS, Span::mixed_site())
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Predict,
    ChainOfThought,
    CheckedReasoning,
    Program,
}

/// A field of the struct.
pub(super) struct Member {
    pub(super) name: Ident,
    pub(super) kind: Kind,
    /// The signature's or program's type, as written.
    pub(super) of: Path,
}

/// Collects the members of a body, and writes their places into it.
pub(super) struct Finder<'e> {
    krate: TokenStream,
    /// The program itself: its name, and that of its struct.
    program: String,
    own: String,
    /// Names that only the body knows.
    inner: HashSet<String>,
    /// Parameters by name: what a predictor may not be called.
    taken: HashMap<String, &'static str>,
    /// What the expression at hand is bound to, until its call is found.
    binding: Option<Ident>,
    pub(super) members: Vec<Member>,
    /// Model calls without a place, and why.
    pub(super) unseen: Vec<(Expr, &'static str)>,
    errors: &'e mut Errors,
}

impl<'e> Finder<'e> {
    pub(super) fn new(
        krate: TokenStream,
        function: &syn::ItemFn,
        own: String,
        taken: HashMap<String, &'static str>,
        errors: &'e mut Errors,
    ) -> Self {
        let mut inner = Inner(HashSet::new());
        inner.visit_block(&function.block);
        let mut inner = inner.0;
        inner.extend(
            function
                .sig
                .generics
                .type_params()
                .map(|of| plain(&of.ident)),
        );
        Self {
            krate,
            program: plain(&function.sig.ident),
            own,
            inner,
            taken,
            binding: None,
            members: Vec::new(),
            unseen: Vec::new(),
            errors,
        }
    }

    /// The field of a call of `of`.
    fn place(&mut self, of: &Path, kind: Kind) -> Option<Ident> {
        let last = of.segments.last()?;
        let bound = self.binding.take();
        let unbound = bound.is_none();
        let name = bound.unwrap_or_else(|| {
            let snake = case::variant(&plain(&last.ident), Some("snake_case"));
            field_name(&snake, last.ident.span())
        });
        let text = plain(&name);
        let what = if kind == Kind::Program {
            "nested program"
        } else {
            "model call"
        };
        let fix = if unbound {
            format!("bind it under a name of its own: `let other_{text} = …`")
        } else {
            format!("give this binding another name: `let other_{text} = …`")
        };
        let program = &self.program;
        let message = if let Some(known) = self.taken.get(&text) {
            Some(format!(
                "this {what} of program `{program}` is named `{text}`, as {known} is; {fix}"
            ))
        } else if self
            .members
            .iter()
            .any(|member| plain(&member.name) == text)
        {
            Some(format!(
                "two predictors of program `{program}` are named `{text}`; {fix}"
            ))
        } else if text == "metadata" {
            Some(format!(
                "`metadata` is what a saved state has beside the predictors; {fix}"
            ))
        } else {
            None
        };
        if let Some(message) = message {
            self.errors.at(name.span(), message);
            return None;
        }
        self.members.push(Member {
            name: name.clone(),
            kind,
            of: of.clone(),
        });
        Some(name)
    }

    /// Whether a type's name means the same beside the function as inside of it.
    fn is_visible(&self, of: &Path) -> bool {
        let first = of.segments.first().map(|first| plain(&first.ident));
        first.is_some_and(|first| first != "Self" && !self.inner.contains(&first))
    }

    fn ask(&mut self, expr: &mut Expr) -> bool {
        let Expr::MethodCall(call) = &mut *expr else {
            return false;
        };
        let name = call.method.to_string();
        if !known::ASKS.contains(&name.as_str()) || !call.args.is_empty() {
            return false;
        }
        let Some(of) = asked_type(&call.receiver) else {
            self.binding = None;
            let why = "write the signature where it is asked: `Question { text }.predict()`";
            self.unseen.push((expr.clone(), why));
            return false;
        };
        if !self.is_visible(&of) {
            self.binding = None;
            let why = "declare the signature beside the function, not inside of it";
            self.unseen.push((expr.clone(), why));
            return false;
        }
        let kind = match name.as_str() {
            "predict" => Kind::Predict,
            "chain_of_thought" => Kind::ChainOfThought,
            _ => Kind::CheckedReasoning,
        };
        let at = Span::mixed_site().located_at(call.method.span());
        let place = self.place(&of, kind);
        self.visit_expr_mut(&mut call.receiver);
        if let Some(field) = place {
            let this = this();
            let inner = expr.clone();
            *expr = parse_quote_spanned!(at=> #inner.using(&#this.#field));
        }
        true
    }

    fn nested(&mut self, expr: &mut Expr) -> bool {
        let Expr::Call(call) = &mut *expr else {
            return false;
        };
        let Some(of) = program_of(&call.func) else {
            return false;
        };
        let Some(last) = of.segments.last() else {
            return false;
        };
        let krate = &self.krate;
        let this = this();
        let at = Span::mixed_site().located_at(call.func.span());
        if last.ident == self.own.as_str() {
            // it calls itself: with the same predictors
            self.binding = None;
            call.args
                .iter_mut()
                .for_each(|arg| self.visit_expr_mut(arg));
            let args = &call.args;
            *expr = parse_quote_spanned!(at=> #this.call(#args));
            return true;
        }
        if !self.is_visible(&of) {
            self.binding = None;
            return false;
        }
        let krate = krate.clone();
        let place = self.place(&of, Kind::Program);
        call.args
            .iter_mut()
            .for_each(|arg| self.visit_expr_mut(arg));
        if let Some(field) = place {
            let args = &call.args;
            let name = plain(&field);
            *expr = parse_quote_spanned!(at=> #krate::__private::programs::within::<#of, _>(#name, #this.#field.call(#args)));
        }
        true
    }
}

impl VisitMut for Finder<'_> {
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}

    fn visit_local_mut(&mut self, local: &mut syn::Local) {
        let bound = match &local.pat {
            Pat::Ident(ident) => Some(ident),
            Pat::Type(typed) => match &*typed.pat {
                Pat::Ident(ident) => Some(ident),
                _ => None,
            },
            _ => None,
        };
        if let Some(init) = &mut local.init {
            self.binding = bound
                .filter(|_| leads_to_a_call(&init.expr))
                .map(|ident| (plain(&ident.ident), ident.ident.span()))
                .map(|(name, span)| (name.trim_start_matches('_').to_owned(), span))
                .filter(|(name, _)| !name.is_empty())
                .map(|(name, span)| field_name(&name, span));
            self.visit_expr_mut(&mut init.expr);
            self.binding = None;
            if let Some((_, otherwise)) = &mut init.diverge {
                self.visit_expr_mut(otherwise);
            }
        }
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if self.ask(expr) || self.nested(expr) {
            return;
        }
        match expr {
            // what is spawned outlives the program's value
            Expr::MethodCall(call) if call.method.to_string().starts_with("spawn") => {
                self.visit_expr_mut(&mut call.receiver);
                call.args.iter().for_each(|arg| self.left_alone(arg));
            }
            Expr::Call(call) if is_spawn(&call.func) => {
                call.args.iter().for_each(|arg| self.left_alone(arg));
            }
            _ => visit_mut::visit_expr_mut(self, expr),
        }
    }

    /// Inside of a macro, as far as its words are a list of expressions.
    fn visit_macro_mut(&mut self, of: &mut Macro) {
        let parser = Punctuated::<Expr, Token![,]>::parse_terminated;
        let Ok(mut list) = parser.parse2(of.tokens.clone()) else {
            return;
        };
        let before = self.members.len();
        list.iter_mut().for_each(|expr| self.visit_expr_mut(expr));
        if self.members.len() > before {
            of.tokens = list.to_token_stream();
        }
    }
}

impl Finder<'_> {
    /// Model calls here have no place.
    fn left_alone(&mut self, expr: &Expr) {
        struct Asks(Vec<Expr>);
        impl<'ast> Visit<'ast> for Asks {
            fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
                if known::ASKS.contains(&call.method.to_string().as_str()) && call.args.is_empty() {
                    self.0.push(Expr::MethodCall(call.clone()));
                }
                syn::visit::visit_expr_method_call(self, call);
            }
        }
        let mut asks = Asks(Vec::new());
        asks.visit_expr(expr);
        let why = "what is spawned outlives the program; await it in the program, or nest a program of its own";
        self.unseen
            .extend(asks.0.into_iter().map(|expr| (expr, why)));
    }
}

/// Names that items inside of a body may declare.
struct Inner(HashSet<String>);
impl<'ast> Visit<'ast> for Inner {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        words(item.to_token_stream(), &mut self.0);
    }
    fn visit_stmt(&mut self, stmt: &'ast Stmt) {
        if let Stmt::Macro(of) = stmt
            && matches!(of.mac.delimiter, syn::MacroDelimiter::Brace(_))
        {
            words(of.mac.tokens.clone(), &mut self.0);
        }
        if let Stmt::Macro(of) = stmt
            && of
                .mac
                .path
                .segments
                .last()
                .is_some_and(|last| last.ident == "signature")
        {
            words(of.mac.tokens.clone(), &mut self.0);
        }
        syn::visit::visit_stmt(self, stmt);
    }
}

fn words(tokens: TokenStream, all: &mut HashSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => words(group.stream(), all),
            TokenTree::Ident(ident) => {
                all.insert(plain(&ident));
            }
            _ => {}
        }
    }
}

/// `Inner` of `Inner::run`.
pub(super) fn program_of(func: &Expr) -> Option<Path> {
    let Expr::Path(path) = func else {
        return None;
    };
    if path.qself.is_some() {
        return None;
    }
    let mut of = path.path.clone();
    let last = of.segments.pop()?;
    of.segments.pop_punct();
    let owner = plain(&of.segments.last()?.ident);
    (last.ident == "run" && owner.starts_with(char::is_uppercase) && owner != "Self").then_some(of)
}

fn is_spawn(func: &Expr) -> bool {
    let Expr::Path(path) = func else {
        return false;
    };
    path.path
        .segments
        .last()
        .is_some_and(|last| last.ident.to_string().starts_with("spawn"))
}

/// Whether an expression is one call with what is done to its answer.
fn leads_to_a_call(expr: &Expr) -> bool {
    match expr {
        Expr::Await(of) => leads_to_a_call(&of.base),
        Expr::Try(of) => leads_to_a_call(&of.expr),
        Expr::Paren(of) => leads_to_a_call(&of.expr),
        Expr::Group(of) => leads_to_a_call(&of.expr),
        Expr::Field(of) => leads_to_a_call(&of.base),
        Expr::Reference(of) => leads_to_a_call(&of.expr),
        Expr::MethodCall(call) => {
            let asks = known::ASKS.contains(&call.method.to_string().as_str());
            (asks && asked_type(&call.receiver).is_some()) || leads_to_a_call(&call.receiver)
        }
        Expr::Call(call) => program_of(&call.func).is_some(),
        _ => false,
    }
}

/// A name of a field, also where it is a word of Rust's.
fn field_name(name: &str, at: Span) -> Ident {
    if syn::parse_str::<Ident>(name).is_ok() {
        Ident::new(name, at)
    } else {
        format_ident!("r#{name}", span = at)
    }
}

/// A method has no place for predictors: they are fields of its struct.
pub(super) fn no_literals(function: &syn::ItemFn, errors: &mut Errors) {
    struct Literals<'e>(&'e mut Errors);
    impl<'ast> Visit<'ast> for Literals<'_> {
        fn visit_item(&mut self, _: &'ast syn::Item) {}
        fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
            let name = call.method.to_string();
            if known::ASKS.contains(&name.as_str())
                && call.args.is_empty()
                && let Some(of) = asked_type(&call.receiver)
                && let Some(last) = of.segments.last()
            {
                let signature = &last.ident;
                let field = case::variant(&plain(signature), Some("snake_case"));
                let module = match name.as_str() {
                    "predict" => "Predict",
                    "chain_of_thought" => "ChainOfThought",
                    _ => "CheckedReasoning",
                };
                let message = format!(
                    "the predictors of a method are fields of its struct, which derives `Predictors`; add `{field}: {module}<{signature}>` to it (`{signature}<'static>` if it borrows), and write `self.{field}.call({signature} {{ … }})`"
                );
                self.0.on(&of, message);
            }
            syn::visit::visit_expr_method_call(self, call);
        }
    }
    Literals(errors).visit_block(&function.block);
}
