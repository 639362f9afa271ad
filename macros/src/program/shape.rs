//! What a program's functions look like: arguments, generics, what is given back.
use super::{members::Member, names::plain, options::Options};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{
    Attribute, FnArg, GenericParam, Generics, Ident, ItemFn, Lifetime, Pat, ReturnType, Signature,
    Type, WherePredicate,
    visit::Visit,
    visit_mut::{self, VisitMut},
};

/// An argument as the functions around the body take it.
pub(super) struct Argument {
    pub(super) name: Ident,
    pub(super) of: Type,
}

/// The parts of the functions that are made.
pub(super) struct Shape {
    pub(super) arguments: Vec<Argument>,
    /// What is given back, with the lifetimes that rustc would have filled in.
    pub(super) gives: Type,
    /// Parameters of the struct.
    pub(super) of_struct: Generics,
    /// Parameters of its methods.
    pub(super) of_methods: Generics,
    /// The body's own function: its arguments as written, with lifetimes as in `gives`.
    pub(super) inner: Signature,
}

/// Why a function has no struct with predictors.
pub(super) fn refused(function: &ItemFn, options: &Options) -> Option<&'static str> {
    let sig = &function.sig;
    if sig.receiver().is_some() || options.method {
        return Some("it is a method");
    }
    if sig.abi.is_some() || !matches!(sig.safety, syn::Safety::Default) || sig.variadic.is_some() {
        return Some("only a plain `async fn` has a value");
    }
    let configured = sig.inputs.iter().any(|input| {
        let FnArg::Typed(typed) = input else {
            return false;
        };
        typed
            .attrs
            .iter()
            .any(|attr| attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr"))
    });
    configured.then_some("an argument stands under `cfg`")
}

impl Shape {
    /// The names of the arguments.
    pub(super) fn names(&self) -> Vec<&Ident> {
        self.arguments
            .iter()
            .map(|argument| &argument.name)
            .collect()
    }
    /// None if the lifetimes of what is given back are not known here.
    pub(super) fn new(function: &ItemFn, members: &[Member], options: &Options) -> Option<Self> {
        let mut sig = function.sig.clone();
        name_lifetimes(&mut sig)?;
        let gives = match &sig.output {
            ReturnType::Default => syn::parse_quote!(()),
            ReturnType::Type(_, of) => (**of).clone(),
        };
        let arguments = sig
            .inputs
            .iter()
            .enumerate()
            .filter_map(|(index, input)| {
                let FnArg::Typed(typed) = input else {
                    return None;
                };
                let name = match &*typed.pat {
                    Pat::Ident(ident) if ident.subpat.is_none() => ident.ident.clone(),
                    _ => format_ident!("argument_{index}", span = Span::call_site()),
                };
                Some(Argument {
                    name,
                    of: (*typed.ty).clone(),
                })
            })
            .collect();
        let (of_struct, of_methods) = split(&sig.generics, members, options);
        Some(Self {
            arguments,
            gives,
            of_struct,
            of_methods,
            inner: sig,
        })
    }

    /// Types and constants among the parameters of the methods, as arguments of a call.
    pub(super) fn turbofish(&self) -> TokenStream {
        let names = arguments_of(&self.of_methods);
        if names.is_empty() {
            TokenStream::new()
        } else {
            quote!(::<#(#names),*>)
        }
    }
}

/// The names of types and constants.
fn arguments_of(generics: &Generics) -> Vec<&Ident> {
    let names = generics.params.iter().filter_map(|param| match param {
        GenericParam::Type(of) => Some(&of.ident),
        GenericParam::Const(of) => Some(&of.ident),
        GenericParam::Lifetime(_) => None,
    });
    names.collect()
}

/// The parameters that the fields of the struct mention bring all others with them, for bounds may connect them.
fn split(generics: &Generics, members: &[Member], options: &Options) -> (Generics, Generics) {
    let mut fields: Vec<TokenStream> = members
        .iter()
        .map(|member| member.of.to_token_stream())
        .collect();
    fields.extend(
        options
            .params
            .iter()
            .map(|param| param.of.to_token_stream()),
    );
    let names = arguments_of(generics);
    let mentioned = fields.iter().any(|field| {
        names
            .iter()
            .any(|name| mentions(field.clone(), &plain(name)))
    });
    if !mentioned {
        return (Generics::default(), generics.clone());
    }
    let lifetimes: Vec<String> = generics
        .lifetimes()
        .map(|of| of.lifetime.ident.to_string())
        .collect();
    let bounds = generics.params.iter().filter_map(|param| match param {
        GenericParam::Lifetime(_) => None,
        other => Some(other.to_token_stream()),
    });
    let connected = bounds
        .into_iter()
        .any(|bound| lifetimes.iter().any(|name| mentions(bound.clone(), name)));
    let (mut of_struct, mut of_methods) = (Generics::default(), Generics::default());
    for param in &generics.params {
        let here = connected || !matches!(param, GenericParam::Lifetime(_));
        let of = if here {
            &mut of_struct
        } else {
            &mut of_methods
        };
        of.params.push(param.clone());
    }
    let predicates = generics
        .where_clause
        .iter()
        .flat_map(|clause| &clause.predicates);
    for predicate in predicates {
        let tokens = predicate.to_token_stream();
        let about_lifetimes = lifetimes.iter().any(|name| mentions(tokens.clone(), name));
        let of = if connected || !about_lifetimes {
            &mut of_struct
        } else {
            &mut of_methods
        };
        of.make_where_clause()
            .predicates
            .push(WherePredicate::clone(predicate));
    }
    (of_struct, of_methods)
}

pub(super) fn mentions(tokens: TokenStream, word: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        proc_macro2::TokenTree::Group(group) => mentions(group.stream(), word),
        proc_macro2::TokenTree::Ident(ident) => plain(&ident) == word,
        _ => false,
    })
}

/// Lifetimes that are left out, in the order of the source, and those that are named.
#[derive(Default)]
struct Lifetimes {
    left_out: usize,
    named: Vec<Lifetime>,
}
impl<'ast> Visit<'ast> for Lifetimes {
    fn visit_type_reference(&mut self, of: &'ast syn::TypeReference) {
        if of.lifetime.is_none() {
            self.left_out += 1;
        }
        syn::visit::visit_type_reference(self, of);
    }
    fn visit_lifetime(&mut self, of: &'ast Lifetime) {
        if of.ident == "_" {
            self.left_out += 1;
        } else if of.ident != "static" && !self.named.contains(of) {
            self.named.push(of.clone());
        }
    }
    // functions as types have lifetimes of their own
    fn visit_type_fn_ptr(&mut self, _: &'ast syn::TypeFnPtr) {}
    fn visit_parenthesized_generic_arguments(
        &mut self,
        _: &'ast syn::ParenthesizedGenericArguments,
    ) {
    }
}

struct Named(Lifetime);
impl VisitMut for Named {
    fn visit_type_reference_mut(&mut self, of: &mut syn::TypeReference) {
        if of.lifetime.is_none() {
            of.lifetime = Some(self.0.clone());
        }
        visit_mut::visit_type_reference_mut(self, of);
    }
    fn visit_lifetime_mut(&mut self, of: &mut Lifetime) {
        if of.ident == "_" {
            *of = self.0.clone();
        }
    }
    fn visit_type_fn_ptr_mut(&mut self, _: &mut syn::TypeFnPtr) {}
    fn visit_parenthesized_generic_arguments_mut(
        &mut self,
        _: &mut syn::ParenthesizedGenericArguments,
    ) {
    }
}

/// Beside `&self` a lifetime that is left out in the answer would be another: it gets a name.
fn name_lifetimes(sig: &mut Signature) -> Option<()> {
    let mut given = Lifetimes::default();
    given.visit_return_type(&sig.output);
    if given.left_out == 0 {
        // one in a path that does not show it is rustc's to find: there are none in types that own
        return Some(());
    }
    let mut taken = Lifetimes::default();
    for input in &sig.inputs {
        if let FnArg::Typed(typed) = input {
            taken.visit_type(&typed.ty);
        }
    }
    let name = match (taken.left_out, taken.named.as_slice()) {
        (1, []) => {
            let name = Lifetime::new("'given", Span::call_site());
            let mut named = Named(name.clone());
            for input in &mut sig.inputs {
                if let FnArg::Typed(typed) = input {
                    named.visit_type_mut(&mut typed.ty);
                }
            }
            sig.generics.params.insert(0, syn::parse_quote!(#name));
            name
        }
        (0, [one]) => one.clone(),
        _ => return None,
    };
    Named(name).visit_return_type_mut(&mut sig.output);
    Some(())
}

/// Attributes of the function by where they belong: on the struct too, on the function, on the body.
pub(super) struct Attributes<'a> {
    pub(super) configured: Vec<&'a Attribute>,
    pub(super) function: Vec<&'a Attribute>,
    pub(super) body: Vec<&'a Attribute>,
}

pub(super) fn attributes(all: &[Attribute]) -> Attributes<'_> {
    let mut sorted = Attributes {
        configured: Vec::new(),
        function: Vec::new(),
        body: Vec::new(),
    };
    for attr in all {
        let is = |name: &str| attr.path().is_ident(name);
        if is("cfg") {
            sorted.configured.push(attr);
        } else if is("expect") {
            sorted.body.push(attr);
        } else if is("allow") || is("warn") || is("deny") || is("forbid") {
            sorted.body.push(attr);
            sorted.function.push(attr);
        } else {
            sorted.function.push(attr);
        }
    }
    sorted
}
