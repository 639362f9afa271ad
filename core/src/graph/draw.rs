//! What both languages of charts share: names for places, labels, escapes; and charts as constants.
use super::{Graph, Node, NodeKind, dot, mermaid};
use crate::constant::{Out, Rendered, Scratch, at_run_time};
use std::marker::PhantomData;

/// Where a node stands: on its own, or in a graph inside another node.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    around: Option<&'a Place<'a>>,
    /// Of the node in its graph.
    node: Option<usize>,
    /// Of the graph in its node.
    graph: Option<usize>,
}

impl<'a> Place<'a> {
    pub(super) const TOP: Place<'static> = Place {
        around: None,
        node: None,
        graph: None,
    };
    /// A node of the graph that is here.
    pub(super) const fn node(self, index: usize) -> Self {
        Place {
            node: Some(index),
            ..self
        }
    }
    /// A graph inside of the node that is here.
    pub(super) const fn within(&'a self, index: usize) -> Place<'a> {
        Place {
            around: Some(self),
            node: None,
            graph: Some(index),
        }
    }
}

/// A name that no other place of the chart has: `n2`, and inside of it `n2_0`, `n2_0_n1`.
pub(super) const fn id(out: &mut Out<'_>, place: Place<'_>) {
    if let (Some(around), Some(graph)) = (place.around, place.graph) {
        id(out, *around);
        out.push("_");
        out.number(graph as i128);
        if place.node.is_some() {
            out.push("_");
        }
    }
    if let Some(node) = place.node {
        out.push("n");
        out.number(node as i128);
    }
}

pub(super) const fn indent(out: &mut Out<'_>, place: Place<'_>) {
    out.push("    ");
    let mut around = place.around;
    while let Some(place) = around {
        out.push("    ");
        around = place.around;
    }
}

/// What a node is called, which signature it asks, and why it waits its turn, if it does.
pub(super) const fn label(out: &mut Out<'_>, node: &Node, line: &str, quote: &str) {
    escaped(out, node.name, quote);
    if let Some(signature) = node.signature {
        out.push(": ");
        escaped(out, signature, quote);
    }
    if let Some(reason) = node.reason
        && !matches!(node.kind, NodeKind::Answer)
    {
        out.push(line);
        escaped(out, reason, quote);
    }
}

/// The text with `quote` in the place of each `"`, and without line ends and backslashes.
pub(super) const fn escaped(out: &mut Out<'_>, text: &str, quote: &str) {
    let bytes = text.as_bytes();
    let mut from = 0;
    let mut index = 0;
    while index < bytes.len() {
        let instead = match bytes[index] {
            b'"' => quote,
            b'\n' | b'\r' | b'\\' => " ",
            _ => {
                index += 1;
                continue;
            }
        };
        out.piece(text, from, index);
        out.push(instead);
        index += 1;
        from = index;
    }
    if from == 0 {
        out.push(text);
    } else {
        out.piece(text, from, bytes.len());
    }
}

/// A language of charts.
#[derive(Clone, Copy)]
pub(super) enum Language {
    Mermaid,
    Dot,
}

/// Those of the constants, in the order that expansions count in.
const LANGUAGES: [Language; 2] = [Language::Mermaid, Language::Dot];

const fn write(out: &mut Out<'_>, language: Language, graph: &Graph) {
    match language {
        Language::Mermaid => mermaid::chart(out, graph),
        Language::Dot => dot::digraph(out, graph),
    }
}

/// The nodes of a graph, and behind them its edges.
pub(super) const fn inside(out: &mut Out<'_>, language: Language, graph: &Graph, place: Place<'_>) {
    let mut index = 0;
    while index < graph.nodes.len() {
        let (node, here) = (&graph.nodes[index], place.node(index));
        match language {
            Language::Mermaid => mermaid::node(out, node, here),
            Language::Dot => dot::node(out, node, here),
        }
        index += 1;
    }
    let mut index = 0;
    while index < graph.edges.len() {
        let edge = &graph.edges[index];
        match language {
            Language::Mermaid => mermaid::edge(out, edge, place),
            Language::Dot => dot::edge(out, edge, place),
        }
        index += 1;
    }
}

impl Graph {
    /// The graph as a [Mermaid](https://mermaid.js.org) flowchart.
    ///
    /// Round boxes ask a model, double ones another program, plain ones make a value, slanted ones run in
    /// the order of the source and say why; `-->` brings a value, `-.->` keeps the order, `==>` waits for an exit.
    /// A program has the same text as a constant, `MERMAID`.
    ///
    /// ```
    /// assert_eq!(sigflow_core::Graph::EMPTY.mermaid(), "flowchart TD\n");
    /// ```
    pub fn mermaid(&self) -> String {
        at_run_time(|out| write(out, Language::Mermaid, self))
    }
    /// The graph for [Graphviz](https://graphviz.org): `dot -Tsvg`. A program has the same text as a constant, `DOT`.
    ///
    /// ```
    /// assert!(sigflow_core::Graph::EMPTY.dot().starts_with("digraph \"\" {"));
    /// ```
    pub fn dot(&self) -> String {
        at_run_time(|out| write(out, Language::Dot, self))
    }
}

/// What has a graph as a constant: every program.
pub trait HasGraph {
    /// The graph.
    const GRAPH: &'static Graph;
}

/// A chart of `P` as a constant, `WHAT` being an index into `LANGUAGES`: the first pass, for its length.
pub struct Chart<P, const WHAT: usize>(PhantomData<P>);

impl<P: HasGraph, const WHAT: usize> Chart<P, WHAT> {
    const SCRATCH: &'static Scratch<8192> = &scratch::<WHAT, 8192>(P::GRAPH);
    /// How long the text is.
    pub const LEN: usize = Self::SCRATCH.len();
}

/// The second pass: the text, cut to its length.
pub struct ChartText<P, const WHAT: usize, const LEN: usize>(PhantomData<P>);

impl<P: HasGraph, const WHAT: usize, const LEN: usize> ChartText<P, WHAT, LEN> {
    const RENDERED: &'static Rendered<LEN> = &match Rendered::cut(Chart::<P, WHAT>::SCRATCH) {
        Some(rendered) => rendered,
        // longer than the first pass had room for
        None => Rendered::exact(scratch::<WHAT, LEN>(P::GRAPH)),
    };
    /// The text.
    pub const TEXT: &'static str = Self::RENDERED.as_str();
}

const fn scratch<const WHAT: usize, const CAPACITY: usize>(graph: &Graph) -> Scratch<CAPACITY> {
    let mut scratch = Scratch::new();
    let mut out = scratch.out();
    write(&mut out, LANGUAGES[WHAT], graph);
    let length = out.len();
    scratch.with_len(length)
}
