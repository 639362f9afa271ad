//! The graph of a program as constants.
use crate::program::{Program, graph::GraphModel, names::plain, shape::attributes};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, ItemFn};

/// The graph and its charts as constants.
pub(in crate::program) fn constants(
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
