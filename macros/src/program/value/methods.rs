//! What one does with a program: how it is made, set, called and run.
use super::{Value, allowed};
use crate::program::{
    members::{Kind, this},
    names::plain,
    shape::attributes,
};
use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Ident, Type, spanned::Spanned};

impl Value<'_> {
    pub(super) fn methods(&self) -> TokenStream {
        let (private, core, allowed, of) = (self.private(), self.core(), allowed(), self.of);
        let attrs = attributes(&self.function.attrs);
        let (configured, of_body) = (&attrs.configured, &attrs.body);
        let vis = &self.function.vis;
        let (impl_generics, arguments, clause) = self.shape.of_struct.split_for_impl();
        let name = self.name();
        let methods = &self.shape.of_methods;
        let methods_clause = &methods.where_clause;
        let gives = &self.shape.gives;
        let names = self.shape.names();
        let types: Vec<&Type> = self
            .shape
            .arguments
            .iter()
            .map(|argument| &argument.of)
            .collect();
        let fish = self.shape.turbofish();
        let made = self.members.iter().map(|member| {
            let (name, text) = (&member.name, plain(&member.name));
            match member.kind {
                Kind::Program => {
                    let of = &member.of;
                    let at = Span::call_site().located_at(of.span());
                    quote_spanned! {at=>
                        #name: if common.is_once() {
                            <#of as #private::programs::Nested>::ONCE
                        } else {
                            <#of as #private::programs::Nested>::NEW
                        },
                    }
                }
                _ => quote!(#name: #private::programs::Predict::part(#text, common.is_once()),),
            }
        });
        let params = self.program.options.params.iter().map(|param| {
            let (name, default) = (&param.name, &param.default);
            quote!(#name: #default,)
        });
        let arguments_given = Ident::new("given", Span::mixed_site());
        let (body, how) = (
            Ident::new("body", Span::mixed_site()),
            Ident::new("how", Span::mixed_site()),
        );
        let checks = self.shape.arguments.iter().map(|argument| {
            let (name, text) = (&argument.name, plain(&argument.name));
            quote!((&#private::programs::GivenValue(&#name)).check(#text, &mut #arguments_given);)
        });
        let inner = self.scheduled();
        let docs_run = format!(
            "Runs `{name}` as it is written: with nothing tuned. Inside of another program it is a part of that one."
        );
        quote! {
            #(#configured)*
            #allowed
            impl #impl_generics #of #arguments #clause {
                /// The program with nothing tuned.
                #[must_use]
                #vis const fn new() -> Self {
                    Self::__with(#private::Common::new())
                }
                const fn __with(common: #private::Common) -> Self {
                    Self {
                        #(#made)*
                        #(#params)*
                        __common: common,
                        __of: #core::marker::PhantomData,
                    }
                }
                /// It with a model for all its predictors that have none of their own.
                #[must_use]
                #vis fn with(mut self, lm: &#private::programs::Lm) -> Self {
                    self.__common.set_lm(lm);
                    self
                }
                /// It with so much time for each run.
                #[must_use]
                #vis fn deadline(mut self, after: #core::time::Duration) -> Self {
                    self.__common.set_timeout(after);
                    self
                }
                /// It with at most so many calls of models in each run.
                #[must_use]
                #vis fn max_calls(mut self, calls: u64) -> Self {
                    self.__common.set_calls(calls);
                    self
                }
                /// It with at most so many tokens, in and out, for each run.
                #[must_use]
                #vis fn max_total_tokens(mut self, tokens: u64) -> Self {
                    self.__common.set_tokens(tokens);
                    self
                }
                /// Its last 100 runs, oldest first. Clones share them.
                #[must_use]
                #vis fn history(&self) -> #private::std::vec::Vec<#private::programs::RunEntry> {
                    self.__common.history()
                }
                #[doc = #docs_run]
                #vis async fn run #methods (#(#names: #types),*) -> #gives #methods_clause {
                    Self::__with(#private::Common::once()).call #fish(#(#names),*).await
                }
                /// Runs it. Arguments whose types have bounds are held to them first.
                #vis async fn call #methods (&self, #(#names: #types),*) -> #gives #methods_clause {
                    #[allow(unused_imports)]
                    use #private::programs::{GivenOther as _, ScheduledForeign as _, ScheduledOther as _};
                    let mut #arguments_given = #private::programs::Given::new();
                    #(#checks)*
                    // a block, or the body would have a place of its own beside that of its run
                    {
                        let #body = #private::programs::Scheduled(Self::__scheduled #fish(self, #(#names),*));
                        let #how = (&#body).how();
                        #how.enter(#body, &self.__common, #name, #arguments_given)
                    }
                    .await
                }
            }
            #(#configured)*
            #[allow(elided_lifetimes_in_paths, private_bounds, private_interfaces, single_use_lifetimes)]
            impl #impl_generics #of #arguments #clause {
                #(#of_body)*
                #inner
            }
        }
    }

    /// The body, with the author's arguments as they are written.
    fn scheduled(&self) -> TokenStream {
        let mut sig = self.shape.inner.clone();
        sig.ident = format_ident!("__scheduled", span = self.function.sig.ident.span());
        sig.generics = self.shape.of_methods.clone();
        let this = this();
        sig.inputs.insert(0, syn::parse_quote!(#this: &Self));
        let core = self.core();
        let params = self.program.options.params.iter().map(|param| {
            let (name, of) = (&param.name, &param.of);
            quote!(let #name: #of = #core::clone::Clone::clone(&#this.#name);)
        });
        let body = &self.body;
        quote! {
            #sig {
                let _ = #this;
                #(#params)*
                #body
            }
        }
    }
}
