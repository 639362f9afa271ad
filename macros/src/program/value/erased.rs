//! The form of a program without types: JSON in and out.
use super::{Value, allowed};
use crate::{
    diag::shown,
    program::{
        names::plain,
        shape::{attributes, mentions},
    },
};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::Type;

impl Value<'_> {
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
            .any(|argument| mentions(argument.of.to_token_stream(), "impl"));
        has_impl.then_some("an argument's type is written `impl …`")
    }

    pub(super) fn erased(&self) -> TokenStream {
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
                quote!((&&#p::AnswerSchema::<#gives>(#phantom)).schema()),
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
                use #p::{
                    ArgOther as _, SchemaOfAnything as _, SchemaOfObject as _, SchemaOfOutputs as _, SendableOther as _,
                };
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
