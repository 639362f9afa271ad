//! `#[program]`: an `async fn` whose body is scheduled.
//!
//! parse (options, function) → nodes (who mentions what, who may float) → edges (pieces, what waits for
//! what) → emit. A body that is not understood stays as it is, and the graph says why.
mod check;
mod edges;
mod emit;
mod graph;
mod known;
mod names;
mod nest;
mod nodes;
mod options;
mod parallel;
mod pure;

#[cfg(test)]
mod tests;

use crate::{case, diag::Errors, paths::Krate};
use graph::GraphModel;
use nodes::{Outer, Outers, is_copy, is_exclusive};
use options::Options;
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use std::cell::{Cell, RefCell};
use syn::{FnArg, ItemFn, Pat, ReturnType, Type};

/// What all blocks of one program share.
pub(crate) struct Program {
    pub(crate) options: Options,
    pub(crate) krate: TokenStream,
    /// The type that the function gives back.
    pub(crate) gives: TokenStream,
    /// That type has no name: it says `impl`.
    pub(crate) hidden: bool,
    /// Mistakes that only the schedule shows.
    pub(crate) errors: RefCell<Errors>,
    count: Cell<usize>,
}

impl Program {
    /// A number that no other name of this program has.
    pub(crate) fn fresh(&self) -> usize {
        self.count.set(self.count.get() + 1);
        self.count.get()
    }
}

/// The expansion of the attribute; on mistakes the function stays beside them, unscheduled.
pub(crate) fn program(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let options = options::parse(attribute, &mut errors);
    let function: ItemFn = match syn::parse2(item.clone()) {
        Ok(function) => function,
        Err(error) => {
            let is_function = item
                .clone()
                .into_iter()
                .any(|token| token.to_string() == "fn");
            if is_function {
                errors.push(error);
                let errors = errors.to_tokens();
                return quote!(#item #errors);
            }
            errors.on(
                &item,
                "`#[program]` stands on an `async fn`; move it to one, or remove it",
            );
            let errors = errors.to_tokens();
            return quote!(#item #errors);
        }
    };
    check::function(&function, &options, &mut errors);
    if errors.any() {
        let function = check::without_marks(function);
        let errors = errors.to_tokens();
        return quote!(#function #errors);
    }
    expand(function, options)
}

fn expand(function: ItemFn, options: Options) -> TokenStream {
    let gives = match &function.sig.output {
        ReturnType::Default => quote!(()),
        ReturnType::Type(_, of) => of.to_token_stream(),
    };
    let hidden = gives.clone().into_iter().any(is_hidden);
    let program = Program {
        krate: Krate(options.krate.clone()).to_token_stream(),
        gives,
        hidden,
        options,
        errors: RefCell::default(),
        count: Cell::new(0),
    };
    let name = function.sig.ident.to_string();
    let (body, graph) = match unanalysed(&function) {
        Some(why) => {
            let plain = check::without_marks(function.clone());
            let stmts = plain.block.stmts;
            (
                quote!(#(#stmts)*),
                GraphModel::opaque(&name, function.sig.ident.span(), why),
            )
        }
        None => emit::block(
            &program,
            &function.block,
            &parameters(&function),
            &[],
            &name,
        ),
    };
    if program.errors.borrow().any() {
        let errors = program.errors.borrow().to_tokens();
        let function = check::without_marks(function);
        return quote!(#function #errors);
    }
    let graph = graph.to_tokens(&program.krate);
    let (attrs, vis, sig) = (&function.attrs, &function.vis, &function.sig);
    let beside = beside(&function, &program, &graph);
    quote!(#(#attrs)* #vis #sig { #body } #beside)
}

/// The constant that has the graph.
fn beside(function: &ItemFn, program: &Program, graph: &TokenStream) -> TokenStream {
    let krate = &program.krate;
    let vis = &function.vis;
    let name = names::plain(&function.sig.ident);
    let in_impl = function.sig.receiver().is_some()
        || program.options.method
        || mentions(function.to_token_stream(), "Self");
    let docs = format!("The graph of `{name}`.");
    if in_impl {
        // without a visibility it may be a method of a trait, beside which nothing may stand
        if matches!(vis, syn::Visibility::Inherited) {
            return TokenStream::new();
        }
        let constant = format_ident!(
            "{}_GRAPH",
            name.to_uppercase(),
            span = function.sig.ident.span()
        );
        return quote! {
            #[doc = #docs]
            #[allow(dead_code)]
            #vis const #constant: #krate::__private::graph::Graph = #graph;
        };
    }
    let of = format_ident!(
        "{}",
        case::field(&name, Some("PascalCase")),
        span = function.sig.ident.span()
    );
    // a type of the user's with that name stands: the function speaks of it
    if mentions(function.to_token_stream(), &of.to_string()) {
        return TokenStream::new();
    }
    let about = format!("The program `{name}`.");
    quote! {
        #[doc = #about]
        #[derive(Debug, Clone, Copy)]
        #[allow(dead_code)]
        #vis struct #of;
        #[allow(dead_code)]
        impl #of {
            #[doc = #docs]
            #vis const GRAPH: #krate::__private::graph::Graph = #graph;
        }
    }
}

fn mentions(tokens: TokenStream, word: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        proc_macro2::TokenTree::Group(group) => mentions(group.stream(), word),
        proc_macro2::TokenTree::Ident(ident) => ident == word,
        _ => false,
    })
}

fn is_hidden(token: proc_macro2::TokenTree) -> bool {
    match token {
        proc_macro2::TokenTree::Group(group) => group.stream().into_iter().any(is_hidden),
        proc_macro2::TokenTree::Ident(ident) => ident == "impl",
        _ => false,
    }
}

/// Why a body is not looked into at all.
fn unanalysed(function: &ItemFn) -> Option<&'static str> {
    if matches!(&function.sig.output, ReturnType::Type(_, of) if matches!(&**of, Type::Never(_))) {
        return Some("a function that never returns has no answer");
    }
    None
}

fn parameters(function: &ItemFn) -> Outers {
    let mut outers = Outers::new();
    for input in &function.sig.inputs {
        match input {
            FnArg::Receiver(receiver) => {
                let (copy, exclusive) = match &receiver.kind {
                    syn::ReceiverKind::Reference(_, _, mutability) => {
                        (mutability.is_none(), mutability.is_some())
                    }
                    syn::ReceiverKind::Typed(_, of) => (is_copy(of), is_exclusive(of)),
                    _ => (false, false),
                };
                let mutable = receiver.mutability.is_some();
                outers.insert(
                    "self".to_owned(),
                    Outer {
                        copy,
                        exclusive,
                        mutable,
                    },
                );
            }
            FnArg::Typed(typed) => {
                let single = matches!(&*typed.pat, Pat::Ident(_));
                for ident in names::bound(&typed.pat) {
                    let outer = Outer {
                        copy: single && is_copy(&typed.ty),
                        exclusive: is_exclusive(&typed.ty),
                        mutable: ident.mutability.is_some(),
                    };
                    outers.insert(names::plain(&ident.ident), outer);
                }
            }
        }
    }
    outers
}
