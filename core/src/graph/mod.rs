//! The graph of a program: what its nodes are, and what each waits for.
mod dot;
mod draw;
mod json;
mod mermaid;
mod path;

pub use draw::{Chart, ChartText, HasGraph};

/// A program as the compiler saw it: the nodes of its body in the order of the source, and the edges
/// between them. `#[program]` makes it as a constant.
///
/// ```
/// use sigflow_core::{EdgeKind, Graph};
///
/// fn overlaps(graph: &Graph) -> bool {
///     graph.width() > 1
/// }
/// # assert!(!overlaps(&Graph::EMPTY));
/// # let _ = EdgeKind::Data;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Graph {
    /// The name of the function, or what a composite's inside is (`then`, `else`, `body`, an arm).
    pub name: &'static str,
    /// In the order of the source.
    pub nodes: &'static [Node],
    /// From what must be done to what waits for it.
    pub edges: &'static [Edge],
}

/// A statement of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Node {
    /// What it binds, else what it calls.
    pub name: &'static str,
    /// What it is.
    pub kind: NodeKind,
    /// The signature it asks, as written.
    pub signature: Option<&'static str>,
    /// Where it stands in its file.
    pub line: u32,
    /// Why it runs in source order and not as soon as its inputs are there.
    pub reason: Option<&'static str>,
    /// The blocks inside a composite.
    pub inside: &'static [Graph],
}

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NodeKind {
    /// A call of a language model: a predictor.
    Model,
    /// A call of another program.
    Program,
    /// Another call that is awaited.
    Awaited,
    /// A value made without waiting.
    Value,
    /// An `if`, a `match`, a block or a loop with awaits inside.
    Composite,
    /// A statement of the host lane: it runs in source order.
    Host,
    /// A statement that holds back everything after it.
    Fence,
    /// What the function gives back.
    Answer,
    /// A body that was not analysed: one node.
    Opaque,
}

/// What one node waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Edge {
    /// Index of the node that comes first.
    pub from: usize,
    /// Index of the node that waits.
    pub to: usize,
    /// Why it waits.
    pub kind: EdgeKind,
    /// The rule that made the edge, in its own words: the variable, the exit, the fence.
    pub rule: &'static str,
}

/// Why a node waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EdgeKind {
    /// It reads what the other makes.
    Data,
    /// Both are of the host lane, or one is a fence.
    Order,
    /// The other may leave the function.
    Control,
}

impl Graph {
    /// A graph without nodes.
    pub const EMPTY: Graph = Graph {
        name: "",
        nodes: &[],
        edges: &[],
    };

    #[doc(hidden)]
    pub const fn __new(name: &'static str, nodes: &'static [Node], edges: &'static [Edge]) -> Self {
        Self { name, nodes, edges }
    }
}

impl Node {
    #[doc(hidden)]
    pub const fn __new(
        name: &'static str,
        kind: NodeKind,
        signature: Option<&'static str>,
        line: u32,
        reason: Option<&'static str>,
        inside: &'static [Graph],
    ) -> Self {
        Self {
            name,
            kind,
            signature,
            line,
            reason,
            inside,
        }
    }
    /// Whether it awaits something, itself or inside.
    pub fn waits(&self) -> bool {
        match self.kind {
            NodeKind::Model | NodeKind::Program | NodeKind::Awaited => true,
            _ => self
                .inside
                .iter()
                .any(|graph| graph.nodes.iter().any(Node::waits)),
        }
    }
}

impl Edge {
    #[doc(hidden)]
    pub const fn __new(from: usize, to: usize, kind: EdgeKind, rule: &'static str) -> Self {
        Self {
            from,
            to,
            kind,
            rule,
        }
    }
}
