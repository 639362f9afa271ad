//! A graph as a Mermaid flowchart.
use super::{
    Edge, EdgeKind, Graph, Node, NodeKind,
    draw::{Language, Place, escaped, id, indent, inside, label},
};
use crate::constant::Out;

/// The whole chart.
pub(super) const fn chart(out: &mut Out<'_>, graph: &Graph) {
    out.push("flowchart TD\n");
    inside(out, Language::Mermaid, graph, Place::TOP);
}

pub(super) const fn node(out: &mut Out<'_>, node: &Node, place: Place<'_>) {
    if node.inside.is_empty() {
        single(out, node, place);
    } else {
        composite(out, node, place);
    }
}

const fn single(out: &mut Out<'_>, node: &Node, place: Place<'_>) {
    let (open, close) = shape(node.kind);
    indent(out, place);
    id(out, place);
    out.push(open);
    label(out, node, "<br/>", "#quot;");
    out.push(close);
}

/// The form of a node tells what it is: round what asks, a box what is made, slanted what is the host's.
const fn shape(kind: NodeKind) -> (&'static str, &'static str) {
    match kind {
        NodeKind::Model => ("([\"", "\"])\n"),
        NodeKind::Program => ("[[\"", "\"]]\n"),
        NodeKind::Awaited => ("(\"", "\")\n"),
        NodeKind::Host => ("[/\"", "\"/]\n"),
        NodeKind::Fence => ("{{\"", "\"}}\n"),
        NodeKind::Answer => (">\"", "\"]\n"),
        _ => ("[\"", "\"]\n"),
    }
}

const fn composite(out: &mut Out<'_>, node: &Node, place: Place<'_>) {
    indent(out, place);
    out.push("subgraph ");
    id(out, place);
    out.push("[\"");
    label(out, node, "<br/>", "#quot;");
    out.push("\"]\n");
    let mut index = 0;
    while index < node.inside.len() {
        let within = place.within(index);
        let graph = &node.inside[index];
        indent(out, within);
        out.push("subgraph ");
        id(out, within);
        out.push_three("[\"", graph.name, "\"]\n");
        inside(out, Language::Mermaid, graph, within);
        indent(out, within);
        out.push("end\n");
        index += 1;
    }
    indent(out, place);
    out.push("end\n");
}

pub(super) const fn edge(out: &mut Out<'_>, edge: &Edge, place: Place<'_>) {
    let from = place.node(edge.from);
    indent(out, from);
    id(out, from);
    out.push(match edge.kind {
        EdgeKind::Data => " -->",
        EdgeKind::Order => " -.->",
        EdgeKind::Control => " ==>",
    });
    if !edge.rule.is_empty() {
        out.push("|\"");
        escaped(out, edge.rule, "#quot;");
        out.push("\"|");
    }
    out.push(" ");
    id(out, place.node(edge.to));
    out.push("\n");
}
