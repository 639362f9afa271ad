//! `#[program]`: an `async fn` whose body is scheduled.
//!
//! parse (options, function) → nodes (who mentions what, who may float) → edges (pieces, what waits for
//! what) → emit. A body that is not understood stays as it is, and the graph says why.
mod check;
mod edges;
mod emit;
mod graph;
mod known;
mod members;
mod names;
mod nest;
mod nodes;
mod options;
mod parallel;
mod pure;
mod shape;
mod value;

#[cfg(test)]
mod tests;

use crate::{case, diag::Errors, paths::Krate};
use graph::GraphModel;
use nodes::{Outer, Outers, is_copy, is_exclusive};
use options::Options;
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
};
use syn::{FnArg, Ident, ItemFn, Pat, ReturnType, Type};

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

fn expand(mut function: ItemFn, options: Options) -> TokenStream {
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
    let name = names::plain(&function.sig.ident);
    let original = function.clone();
    let value = value_of(&mut function, &program);
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
            &parameters(&function, &program.options),
            &[],
            &name,
        ),
    };
    if program.errors.borrow().any() {
        let errors = program.errors.borrow().to_tokens();
        let function = check::without_marks(original);
        return quote!(#function #errors);
    }
    if let Some((of, members, shape)) = value {
        let value = value::Value {
            program: &program,
            function: &function,
            shape: &shape,
            members: &members,
            of: &of,
            graph: &graph,
            body,
        };
        return value.tokens();
    }
    let (attrs, vis, sig) = (&function.attrs, &function.vis, &function.sig);
    let beside = beside(&function, &program, &graph);
    quote!(#(#attrs)* #vis #sig { #body } #beside)
}

/// The struct of a program and its predictors, whose places are written into the body. None for functions that
/// can have none: methods, and those whose own types stand in its way.
fn value_of(
    function: &mut ItemFn,
    program: &Program,
) -> Option<(Ident, Vec<members::Member>, shape::Shape)> {
    let options = &program.options;
    let of = struct_name(function);
    let refused = if program.hidden {
        Some("what it gives back has no name")
    } else if shape::mentions(function.to_token_stream(), "Self") {
        Some("it stands in an `impl`")
    } else {
        shape::refused(function, options)
    };
    let nameless = || shape::Shape::new(function, &[], options).is_none();
    let its_own = mentions_type(function, &of.to_string());
    if refused.is_some() || its_own || nameless() {
        let errors = &mut *program.errors.borrow_mut();
        if function.sig.receiver().is_some() {
            members::no_literals(function, errors);
        }
        if !options.params.is_empty() {
            let why =
                refused.unwrap_or("a type of its name, or what it gives back, stands in the way");
            let message =
                format!("this program has no place for parameters: {why}; make them arguments");
            errors.at(options.params[0].name.span(), message);
        }
        return None;
    }
    let mut errors = program.errors.borrow_mut();
    let taken = taken_names(function, options, &mut errors);
    let mut finder = members::Finder::new(
        program.krate.clone(),
        function,
        of.to_string(),
        taken,
        &mut errors,
    );
    syn::visit_mut::VisitMut::visit_block_mut(&mut finder, &mut function.block);
    let (found, unseen) = (finder.members, finder.unseen);
    if options.strict {
        for (expr, why) in unseen {
            let message =
                format!("`strict`: this model call is not seen, so it cannot be tuned; {why}");
            errors.on(&expr, message);
        }
    }
    let shape = shape::Shape::new(function, &found, options)?;
    Some((of, found, shape))
}

/// Names that are not free for predictors, and two things of one name.
fn taken_names(
    function: &ItemFn,
    options: &Options,
    errors: &mut Errors,
) -> HashMap<String, &'static str> {
    let mut taken = HashMap::new();
    for param in &options.params {
        let name = names::plain(&param.name);
        let argument = function.sig.inputs.iter().any(|input| {
            matches!(input, FnArg::Typed(typed) if names::bound(&typed.pat).iter().any(|ident| names::plain(&ident.ident) == name))
        });
        if argument {
            let message =
                format!("`{name}` is a parameter and an argument of the function; rename one");
            errors.at(param.name.span(), message);
        }
        if taken.insert(name.clone(), "a parameter").is_some() {
            let message = format!("two parameters are named `{name}`; rename one");
            errors.at(param.name.span(), message);
        }
    }
    taken
}

fn struct_name(function: &ItemFn) -> Ident {
    let name = names::plain(&function.sig.ident);
    format_ident!(
        "{}",
        case::field(&name, Some("PascalCase")),
        span = function.sig.ident.span()
    )
}

/// Whether the function speaks of a type of that name that is not its own program: `fn result() -> Result<…>`.
/// A program that calls itself says `Own::run(…)`.
fn mentions_type(function: &ItemFn, name: &str) -> bool {
    struct Types<'n> {
        name: &'n str,
        found: bool,
    }
    fn look(tokens: TokenStream, types: &mut Types<'_>) {
        let all: Vec<proc_macro2::TokenTree> = tokens.into_iter().collect();
        for (at, token) in all.iter().enumerate() {
            match token {
                proc_macro2::TokenTree::Group(group) => look(group.stream(), types),
                proc_macro2::TokenTree::Ident(ident) if ident == types.name => {
                    let rest: String = all[at + 1..]
                        .iter()
                        .take(3)
                        .map(ToString::to_string)
                        .collect();
                    types.found |= rest != "::run";
                }
                _ => {}
            }
        }
    }
    let mut types = Types { name, found: false };
    look(function.to_token_stream(), &mut types);
    types.found
}

/// The constant that has the graph, of a program without a value.
fn beside(function: &ItemFn, program: &Program, graph: &GraphModel) -> TokenStream {
    let krate = &program.krate;
    let vis = &function.vis;
    let name = names::plain(&function.sig.ident);
    let in_impl = function.sig.receiver().is_some()
        || program.options.method
        || shape::mentions(function.to_token_stream(), "Self");
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
        let graph = graph.to_tokens(krate);
        return quote! {
            #[doc = #docs]
            #[allow(dead_code)]
            #vis const #constant: #krate::__private::graph::Graph = #graph;
        };
    }
    let of = struct_name(function);
    // a type of the user's with that name stands: the function speaks of it
    if shape::mentions(function.to_token_stream(), &of.to_string()) {
        return TokenStream::new();
    }
    let about = format!("The program `{name}`, of which there is only the graph.");
    let constants = value::constants(
        program,
        function,
        &of,
        graph,
        &quote!(impl),
        &TokenStream::new(),
    );
    quote! {
        #[doc = #about]
        #[derive(Debug, Clone, Copy)]
        #[allow(dead_code)]
        #vis struct #of;
        #constants
    }
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

fn parameters(function: &ItemFn, options: &Options) -> Outers {
    let mut outers = Outers::new();
    for param in &options.params {
        let outer = Outer {
            copy: is_copy(&param.of),
            ..Outer::default()
        };
        outers.insert(names::plain(&param.name), outer);
    }
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
