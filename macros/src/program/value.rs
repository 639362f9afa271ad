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
//!         p::Scheduled(Self::__scheduled(self, question)).enter(&self.__common, "multi_hop", given).await
//!     }
//!     async fn __scheduled(__this: &Self, question: String) -> … { the body }
//! }
//! ```
use super::{
    Program,
    graph::GraphModel,
    members::{Kind, Member, this},
    names::plain,
    shape::{Shape, attributes},
};
use crate::diag::shown;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Ident, ItemFn, Type, spanned::Spanned};

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

    fn methods(&self) -> TokenStream {
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
                    quote_spanned!(at=> #name: <#of as #private::programs::Nested>::NEW,)
                }
                _ => quote!(#name: #private::programs::Predict::named(#text),),
            }
        });
        let params = self.program.options.params.iter().map(|param| {
            let (name, default) = (&param.name, &param.default);
            quote!(#name: #default,)
        });
        let arguments_given = Ident::new("given", Span::mixed_site());
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
                    use #private::programs::{GivenOther as _, ScheduledOther as _};
                    let mut #arguments_given = #private::programs::Given::new();
                    #(#checks)*
                    #private::programs::Scheduled(Self::__scheduled #fish(self, #(#names),*))
                        .enter(&self.__common, #name, #arguments_given)
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
                }
            };
        }
    }

    /// Why the form without types can never be called: what rustc would have to guess.
    fn not_from_json(&self) -> Option<&'static str> {
        if self.shape.of_methods.type_params().next().is_some()
            || self.shape.of_methods.const_params().next().is_some()
        {
            return Some("it has type parameters of its own");
        }
        let has_impl = self
            .shape
            .arguments
            .iter()
            .any(|argument| super::shape::mentions(argument.of.to_token_stream(), "impl"));
        has_impl.then_some("an argument's type is written `impl …`")
    }

    fn erased(&self) -> TokenStream {
        let (private, core, allowed, of) = (self.private(), self.core(), allowed(), self.of);
        let configured = attributes(&self.function.attrs).configured;
        let (impl_generics, arguments, clause) = self.shape.of_struct.split_for_impl();
        let name = self.name();
        let gives = without_lifetimes(&self.shape.gives);
        let gives_shown = shown(&self.shape.gives);
        let owned: Vec<Lent> = self
            .shape
            .arguments
            .iter()
            .map(|argument| lent(&argument.of, &private))
            .collect();
        let names = self.shape.names();
        let texts: Vec<String> = names.iter().map(|name| plain(name)).collect();
        let types: Vec<&TokenStream> = owned.iter().map(|lent| &lent.owned).collect();
        let words: Vec<&String> = owned.iter().map(|lent| &lent.words).collect();
        let handed = owned.iter().zip(&names).map(|(lent, name)| {
            if lent.is_lent {
                quote!(&#name)
            } else {
                quote!(#name)
            }
        });
        let phantom = quote!(#core::marker::PhantomData);
        let p = quote!(#private::programs);
        let (input, output, call, helper) = match self.not_from_json() {
            Some(why) => (
                quote!(#private::arguments_schema(#name, #private::std::vec::Vec::new())),
                quote!(#private::Value::Null),
                quote!({ let _ = (inputs, scope); #p::refused(#name, #why) }),
                TokenStream::new(),
            ),
            None => (
                quote! {{
                    let mut __fields = #private::std::vec::Vec::new();
                    #((&#p::Arg::<#types>(#phantom)).field(#texts, &mut __fields);)*
                    #private::arguments_schema(#name, __fields)
                }},
                quote!((&#p::Answer::<#gives>(#phantom)).schema()),
                quote!(#p::Sendable(#core::clone::Clone::clone(scope).enter(Self::__json(self, inputs))).boxed(#name)),
                quote! {
                    #(#configured)*
                    #allowed
                    impl #impl_generics #of #arguments #clause {
                        async fn __json(&self, inputs: #private::Value) -> #p::Result<#private::Value> {
                            #[allow(unused_imports)]
                            use #p::{AnswerOther as _, AnswerOutputs as _, ArgOther as _};
                            let mut __arguments = #private::Arguments::new(#name, inputs);
                            #((&#p::Arg::<#types>(#phantom)).expect(#texts, #words, &mut __arguments);)*
                            let __answer = #p::Answer::<#gives>(#phantom);
                            (&__answer).expect(#gives_shown, &mut __arguments);
                            let mut __arguments = __arguments.checked()?;
                            #(let #names = (&#p::Arg::<#types>(#phantom)).take(#texts, &mut __arguments)?;)*
                            let __given = self.call(#(#handed),*).await;
                            (&__answer).json(__given)
                        }
                    }
                },
            ),
        };
        quote! {
            #helper
            #(#configured)*
            #allowed
            const _: () = {
                #[allow(unused_imports)]
                use #p::{AnswerOther as _, AnswerOutputs as _, ArgOther as _, SendableOther as _};
                #[automatically_derived]
                impl #impl_generics #private::ErasedProgram for #of #arguments #clause {
                    fn name(&self) -> &str { #name }
                    fn input_schema(&self) -> #private::Value { #input }
                    fn output_schema(&self) -> #private::Value { #output }
                    fn call_json<'__json>(
                        &'__json self,
                        inputs: #private::Value,
                        scope: &#p::Scope,
                    ) -> #p::BoxFuture<'__json, #p::Result<#private::Value>> {
                        #call
                    }
                    fn graph(&self) -> #core::option::Option<#private::Value> {
                        #core::option::Option::Some(Self::GRAPH.to_json())
                    }
                    fn history(&self) -> #private::std::vec::Vec<#p::RunEntry> {
                        self.__common.history()
                    }
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

/// How an argument is had from JSON: a reference is lent what was read.
struct Lent {
    owned: TokenStream,
    is_lent: bool,
    words: String,
}

fn lent(of: &Type, private: &TokenStream) -> Lent {
    let words = shown(of);
    if let Type::Reference(reference) = of
        && reference.mutability.is_none()
    {
        let owned = match &*reference.elem {
            Type::Path(path) if path.path.is_ident("str") => {
                Some(quote!(#private::std::string::String))
            }
            Type::Slice(slice) => {
                let item = without_lifetimes(&slice.elem);
                Some(quote!(#private::std::vec::Vec<#item>))
            }
            Type::Path(_) | Type::Tuple(_) | Type::Array(_) => {
                Some(without_lifetimes(&reference.elem).to_token_stream())
            }
            _ => None,
        };
        if let Some(owned) = owned {
            return Lent {
                owned,
                is_lent: true,
                words,
            };
        }
    }
    Lent {
        owned: without_lifetimes(of).to_token_stream(),
        is_lent: false,
        words,
    }
}

/// A type where its lifetimes are rustc's to find.
fn without_lifetimes(of: &Type) -> Type {
    struct Free;
    impl syn::visit_mut::VisitMut for Free {
        fn visit_lifetime_mut(&mut self, of: &mut syn::Lifetime) {
            if of.ident != "static" {
                *of = syn::Lifetime::new("'_", of.span());
            }
        }
        fn visit_type_fn_ptr_mut(&mut self, _: &mut syn::TypeFnPtr) {}
    }
    let mut of = of.clone();
    syn::visit_mut::VisitMut::visit_type_mut(&mut Free, &mut of);
    of
}

/// The graph and its charts as constants.
pub(super) fn constants(
    program: &Program,
    function: &ItemFn,
    of: &Ident,
    graph: &GraphModel,
    implementation: &TokenStream,
    rest: &TokenStream,
) -> TokenStream {
    let krate = &program.krate;
    let private = quote!(#krate::__private);
    let vis = &function.vis;
    let configured = attributes(&function.attrs).configured;
    let name = plain(&function.sig.ident);
    let docs = format!("The graph of `{name}`.");
    let graph = graph.to_tokens(krate);
    let is_generic = rest.to_string().contains('<');
    // a chart is cut to a length, and that cannot depend on parameters
    let known = if is_generic {
        graph.clone()
    } else {
        quote!(#of::GRAPH)
    };
    let chart = |what: usize| {
        quote! {{
            struct Charted;
            impl #private::graph::HasGraph for Charted {
                const GRAPH: &'static #private::graph::Graph = &#known;
            }
            #private::graph::ChartText::<Charted, #what, { #private::graph::Chart::<Charted, #what>::LEN }>::TEXT
        }}
    };
    let (mermaid, dot) = (chart(0), chart(1));
    quote! {
        #(#configured)*
        #[allow(dead_code, clippy::all, clippy::pedantic)]
        #implementation #of #rest {
            #[doc = #docs]
            #vis const GRAPH: #private::graph::Graph = #graph;
            /// The graph as a Mermaid flowchart.
            #vis const MERMAID: &'static str = #mermaid;
            /// The graph for Graphviz.
            #vis const DOT: &'static str = #dot;
        }
    }
}
