//! The graph as a constant.
use super::{
    edges::{Edge, Kind},
    nodes::{Node, Role},
    pure::Awaited,
};
use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::{Expr, Stmt, spanned::Spanned};

#[derive(Clone, Default)]
pub(super) struct NodeModel {
    pub(super) name: String,
    pub(super) kind: &'static str,
    pub(super) signature: Option<String>,
    pub(super) span: Option<Span>,
    pub(super) reason: Option<String>,
    pub(super) inside: Vec<GraphModel>,
}

#[derive(Clone, Default)]
pub(super) struct GraphModel {
    pub(super) name: String,
    pub(super) nodes: Vec<NodeModel>,
    pub(super) edges: Vec<Edge>,
}

impl GraphModel {
    pub(super) fn new(name: &str, nodes: usize) -> Self {
        Self {
            name: name.to_owned(),
            nodes: vec![NodeModel::default(); nodes],
            edges: Vec::new(),
        }
    }
    /// One node for a body that was not analysed.
    pub(super) fn opaque(name: &str, span: Span, reason: &str) -> Self {
        let node = NodeModel {
            name: "body".to_owned(),
            kind: "Opaque",
            span: Some(span),
            reason: Some(reason.to_owned()),
            ..NodeModel::default()
        };
        Self {
            name: name.to_owned(),
            nodes: vec![node],
            edges: Vec::new(),
        }
    }

    /// A constant expression.
    pub(super) fn to_tokens(&self, krate: &TokenStream) -> TokenStream {
        let private = quote!(#krate::__private);
        let name = &self.name;
        let kept: Vec<usize> = (0..self.nodes.len())
            .filter(|at| !self.nodes[*at].kind.is_empty())
            .collect();
        let place = |index: usize| kept.iter().position(|at| *at == index);
        let nodes = kept.iter().map(|at| {
            let node = &self.nodes[*at];
            let name = &node.name;
            let kind = format_ident!("{}", node.kind);
            let option = |text: &Option<String>| match text {
                Some(text) => quote!(#private::core::option::Option::Some(#text)),
                None => quote!(#private::core::option::Option::None),
            };
            let (signature, reason) = (option(&node.signature), option(&node.reason));
            let line = node.span.map_or(0, line);
            let inside = node.inside.iter().map(|graph| graph.to_tokens(krate));
            quote!(#private::graph::Node::__new(#name, #private::graph::NodeKind::#kind, #signature, #line, #reason, &[#(#inside),*]))
        });
        let edges = self.edges.iter().filter_map(|edge| {
            let (from, to) = (place(edge.from)?, place(edge.to)?);
            let kind = match edge.kind {
                Kind::Data => quote!(Data),
                Kind::Order => quote!(Order),
                Kind::Control => quote!(Control),
            };
            let rule = &edge.rule;
            Some(quote!(#private::graph::Edge::__new(#from, #to, #private::graph::EdgeKind::#kind, #rule)))
        });
        quote!(#private::graph::Graph::__new(#name, &[#(#nodes),*], &[#(#edges),*]))
    }
}

/// The line in the author's file. `line!()` would give that of the attribute.
fn line(span: Span) -> u32 {
    if !proc_macro::is_available() {
        return 0;
    }
    u32::try_from(span.unwrap().line()).unwrap_or(0)
}

impl NodeModel {
    pub(super) fn of(node: &Node, binds: &[&str], alone: bool) -> Self {
        let composite = match &node.stmt {
            Stmt::Expr(expr, _) => is_composite(expr),
            Stmt::Local(local) => local
                .init
                .as_ref()
                .is_some_and(|init| is_composite(&init.expr)),
            _ => false,
        };
        let kind = if node.role == Role::Tail {
            "Answer"
        } else if node.fence {
            "Fence"
        } else if composite && node.facts.awaits > 0 {
            "Composite"
        } else {
            match &node.awaited {
                Some(Awaited::Model(_)) => "Model",
                Some(Awaited::Program(_)) => "Program",
                Some(_) if node.facts.awaits > 0 => "Awaited",
                _ if node.judged.is_ok() || node.role == Role::Floats => "Value",
                _ => "Host",
            }
        };
        let (signature, called) = match &node.awaited {
            // what is inside of it has names of its own
            _ if kind == "Composite" => (None, None),
            Some(Awaited::Model(name) | Awaited::Program(name)) => {
                (Some(name.clone()), Some(name.clone()))
            }
            Some(Awaited::Named(name) | Awaited::Unknown(name)) => (None, Some(name.clone())),
            None => (None, None),
        };
        let name = match (binds, called) {
            ([], Some(called)) => called,
            ([], None) if node.role == Role::Tail => "answer".to_owned(),
            ([], None) => first_word(&node.stmt),
            (binds, _) => binds.join(", "),
        };
        let reason = match &node.judged {
            Err(why) if node.role != Role::Tail => Some(why.clone()),
            _ if alone && node.role != Role::Tail => Some("nothing overlaps with it".to_owned()),
            _ => None,
        };
        Self {
            name,
            kind,
            signature,
            span: Some(node.stmt.span()),
            reason,
            inside: Vec::new(),
        }
    }
}

fn is_composite(expr: &Expr) -> bool {
    match expr {
        Expr::If(_)
        | Expr::Match(_)
        | Expr::Block(_)
        | Expr::ForLoop(_)
        | Expr::While(_)
        | Expr::Loop(_) => true,
        Expr::Try(of) => is_composite(&of.expr),
        _ => false,
    }
}

fn first_word(stmt: &Stmt) -> String {
    let tokens = quote!(#stmt);
    let words = tokens.into_iter().find_map(|token| match token {
        proc_macro2::TokenTree::Ident(ident) => Some(ident.to_string()),
        _ => None,
    });
    words.unwrap_or_else(|| "statement".to_owned())
}
