//! The struct of a program, beside its function:
//!
//! ```text
//! pub async fn multi_hop(question: String) -> Result<String> { MultiHop::run(question).await }
//! pub struct MultiHop { pub direct: p::Plain<fn(p::Bare<SearchQuery>)>, pub k: usize, __common: Common }
//! impl MultiHop {
//!     pub const fn new() -> Self { … }
//!     pub async fn run(question: String) -> … { …new, for one run….call(question).await }
//!     pub async fn call(&self, question: String) -> … {
//!         let mut given = …checks…;
//!         let body = p::Scheduled(Self::__scheduled(self, question));
//!         (&body).how().enter(body, &self.__common, "multi_hop", given).await
//!     }
//!     async fn __scheduled(__this: &Self, question: String) -> … { the body }
//! }
//! ```
mod charts;
mod erased;
mod methods;

pub(super) use charts::constants;

use super::{
    Program,
    graph::GraphModel,
    members::{Kind, Member},
    names::plain,
    shape::{Shape, attributes},
};
use crate::diag::shown;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Ident, ItemFn, spanned::Spanned};

/// All that is made of one function.
pub(super) struct Value<'a> {
    pub(super) program: &'a Program,
    pub(super) function: &'a ItemFn,
    pub(super) shape: &'a Shape,
    pub(super) members: &'a [Member],
    /// The struct's name.
    pub(super) of: &'a Ident,
    pub(super) graph: &'a GraphModel,
    pub(super) body: TokenStream,
}

/// Lints that are about the author's code and not about ours.
fn allowed() -> TokenStream {
    quote! {
        #[allow(
            dead_code, elided_lifetimes_in_paths, private_bounds, private_interfaces, single_use_lifetimes,
            unused_mut, clippy::all, clippy::pedantic
        )]
    }
}

impl Value<'_> {
    fn private(&self) -> TokenStream {
        let krate = &self.program.krate;
        quote!(#krate::__private)
    }
    fn name(&self) -> String {
        plain(&self.function.sig.ident)
    }

    pub(super) fn tokens(&self) -> TokenStream {
        let function = self.outer_function();
        let structure = self.structure();
        let methods = self.methods();
        let graph = self.constants();
        let traits = self.traits();
        let erased = self.erased();
        quote!(#function #structure #methods #graph #traits #erased)
    }

    /// The function that the author wrote, which runs the program as it is.
    fn outer_function(&self) -> TokenStream {
        let attrs = attributes(&self.function.attrs);
        let (configured, attrs) = (&attrs.configured, &attrs.function);
        let vis = &self.function.vis;
        let sig = &self.function.sig;
        let (name, generics, output) = (&sig.ident, &sig.generics, &sig.output);
        let clause = &generics.where_clause;
        let (of, allowed) = (self.of, allowed());
        let names = self.shape.names();
        // as written: what is given back has its lifetimes from these types
        let types = sig.inputs.iter().filter_map(|input| match input {
            syn::FnArg::Typed(typed) => Some(&typed.ty),
            syn::FnArg::Receiver(_) => None,
        });
        let of_struct = turbofish(&self.shape.of_struct);
        let fish = self.shape.turbofish();
        quote! {
            #(#configured)* #(#attrs)* #allowed
            #vis async fn #name #generics (#(#names: #types),*) #output #clause {
                #of #of_struct::run #fish(#(#names),*).await
            }
        }
    }

    fn field_type(&self, member: &Member) -> TokenStream {
        let (of, private) = (&member.of, self.private());
        let at = Span::call_site().located_at(of.span());
        match member.kind {
            Kind::Predict => {
                quote_spanned!(at=> #private::programs::Plain<fn(#private::programs::Bare<#of>)>)
            }
            Kind::ChainOfThought => {
                quote_spanned!(at=> #private::programs::Reasoned<fn(#private::programs::Bare<#of>)>)
            }
            Kind::CheckedReasoning => {
                quote_spanned!(at=> #private::programs::Stepped<fn(#private::programs::Bare<#of>)>)
            }
            Kind::Program => of.to_token_stream(),
        }
    }

    fn structure(&self) -> TokenStream {
        let (private, allowed, of) = (self.private(), allowed(), self.of);
        let configured = attributes(&self.function.attrs).configured;
        let vis = &self.function.vis;
        let generics = &self.shape.of_struct;
        let clause = &generics.where_clause;
        let about = format!(
            "The program [`{0}`] as a value: its predictors can be read, tuned, saved and loaded.",
            self.name()
        );
        let fields = self.members.iter().map(|member| {
            let (name, of) = (&member.name, self.field_type(member));
            let asked = shown(&member.of);
            let docs = match member.kind {
                Kind::Predict => format!("Asks `{asked}`."),
                Kind::ChainOfThought => format!("Asks `{asked}`, with its reasoning first."),
                Kind::CheckedReasoning => {
                    format!("Asks `{asked}`, with checked steps of reasoning first.")
                }
                Kind::Program => format!("The program `{asked}` inside of this one."),
            };
            quote!(#[doc = #docs] #vis #name: #of,)
        });
        let params = self.program.options.params.iter().map(|param| {
            let (name, of) = (&param.name, &param.of);
            let docs = format!("The parameter `{}`.", plain(name));
            quote!(#[doc = #docs] #vis #name: #of,)
        });
        let marker = self.marker_type();
        quote! {
            #(#configured)*
            #[doc = #about]
            #allowed
            #vis struct #of #generics #clause {
                #(#fields)*
                #(#params)*
                __common: #private::Common,
                __of: #private::core::marker::PhantomData<fn() -> #marker>,
            }
        }
    }

    /// All parameters of the struct are used.
    fn marker_type(&self) -> TokenStream {
        let core = self.core();
        let params = self.shape.of_struct.params.iter().map(|param| match param {
            syn::GenericParam::Type(of) => {
                let name = &of.ident;
                quote!(#core::marker::PhantomData<#name>)
            }
            syn::GenericParam::Lifetime(of) => {
                let name = &of.lifetime;
                quote!(&#name ())
            }
            syn::GenericParam::Const(_) => quote!(()),
        });
        quote!((#(#params,)*))
    }
    fn core(&self) -> TokenStream {
        let private = self.private();
        quote!(#private::core)
    }

    fn constants(&self) -> TokenStream {
        let (impl_generics, arguments, clause) = self.shape.of_struct.split_for_impl();
        constants(
            self.program,
            self.function,
            self.of,
            self.graph,
            &quote!(impl #impl_generics),
            &quote!(#arguments #clause),
        )
    }

    fn traits(&self) -> TokenStream {
        let (private, core, allowed, of) = (self.private(), self.core(), allowed(), self.of);
        let configured = attributes(&self.function.attrs).configured;
        let (impl_generics, arguments, clause) = self.shape.of_struct.split_for_impl();
        let (mut clones, mut walk, mut walk_mut) = (Vec::new(), Vec::new(), Vec::new());
        for member in self.members {
            let (name, text) = (&member.name, plain(&member.name));
            clones.push(quote!(#name: #core::clone::Clone::clone(&self.#name),));
            walk.push(quote!(__walk.member(#text, &self.#name);));
            walk_mut.push(quote!(__walk.member(#text, &mut self.#name);));
        }
        for param in &self.program.options.params {
            let (name, text) = (&param.name, plain(&param.name));
            let at = Span::call_site().located_at(param.of.span());
            clones.push(quote_spanned!(at=> #name: #core::clone::Clone::clone(&self.#name),));
            walk.push(quote_spanned!(at=> __walk.parameter(#text, &self.#name);));
            walk_mut.push(quote_spanned!(at=> __walk.parameter(#text, &mut self.#name);));
        }
        let text = of.to_string();
        quote! {
            #(#configured)*
            #allowed
            const _: () = {
                #[automatically_derived]
                impl #impl_generics #core::clone::Clone for #of #arguments #clause {
                    fn clone(&self) -> Self {
                        Self {
                            #(#clones)*
                            __common: #core::clone::Clone::clone(&self.__common),
                            __of: #core::marker::PhantomData,
                        }
                    }
                }
                #[automatically_derived]
                impl #impl_generics #core::default::Default for #of #arguments #clause {
                    fn default() -> Self {
                        Self::new()
                    }
                }
                #[automatically_derived]
                impl #impl_generics #core::fmt::Debug for #of #arguments #clause {
                    fn fmt(&self, f: &mut #core::fmt::Formatter<'_>) -> #core::fmt::Result {
                        f.debug_struct(#text).finish_non_exhaustive()
                    }
                }
                #[automatically_derived]
                impl #impl_generics #private::Predictors for #of #arguments #clause {
                    fn walk<'__walk>(&'__walk self, __walk: &mut #private::Walk<'__walk>) {
                        let _ = &__walk;
                        #(#walk)*
                    }
                    fn walk_mut<'__walk>(&'__walk mut self, __walk: &mut #private::WalkMut<'__walk>) {
                        let _ = &__walk;
                        #(#walk_mut)*
                    }
                }
                #[automatically_derived]
                impl #impl_generics #private::programs::Nested for #of #arguments #clause {
                    const NEW: Self = Self::__with(#private::Common::new());
                    const ONCE: Self = Self::__with(#private::Common::once());
                }
            };
        }
    }
}

/// `::<T, N>` of a struct.
fn turbofish(generics: &syn::Generics) -> TokenStream {
    let (_, arguments, _) = generics.split_for_impl();
    arguments.as_turbofish().to_token_stream()
}
