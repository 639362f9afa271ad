//! A graph in Graphviz's language.
use super::{
    Edge, EdgeKind, Graph, Node, NodeKind,
    draw::{Language, Place, escaped, id, indent, inside, label},
};
use crate::constant::Out;

/// The whole digraph.
pub(super) const fn digraph(out: &mut Out<'_>, graph: &Graph) {
    out.push("digraph \"");
    escaped(out, graph.name, "\\\"");
    out.push("\" {\n    node [fontname=\"sans-serif\"];\n    edge [fontname=\"sans-serif\", fontsize=10];\n");
    inside(out, Language::Dot, graph, Place::TOP);
    out.push("}\n");
}

pub(super) const fn node(out: &mut Out<'_>, node: &Node, place: Place<'_>) {
    if node.inside.is_empty() {
        single(out, node, place);
    } else {
        composite(out, node, place);
    }
}

const fn single(out: &mut Out<'_>, node: &Node, place: Place<'_>) {
    indent(out, place);
    id(out, place);
    out.push(" [label=\"");
    label(out, node, "\\n", "\\\"");
    out.push(match node.kind {
        NodeKind::Model => "\", shape=box, style=\"rounded,filled\", fillcolor=\"#dbe9ff\"];\n",
        NodeKind::Program => {
            "\", shape=box, peripheries=2, style=filled, fillcolor=\"#dbe9ff\"];\n"
        }
        NodeKind::Awaited => "\", shape=box, style=rounded];\n",
        NodeKind::Host => "\", shape=parallelogram];\n",
        NodeKind::Fence => "\", shape=hexagon];\n",
        NodeKind::Answer => "\", shape=cds];\n",
        NodeKind::Opaque => "\", shape=box, style=dashed];\n",
        _ => "\", shape=box];\n",
    });
}

/// A box around the node's own name, which the edges end at, and a box for each graph inside.
const fn composite(out: &mut Out<'_>, node: &Node, place: Place<'_>) {
    open(out, place, "");
    single(out, node, place);
    let mut index = 0;
    while index < node.inside.len() {
        let within = place.within(index);
        open(out, within, node.inside[index].name);
        inside(out, Language::Dot, &node.inside[index], within);
        close(out, within);
        index += 1;
    }
    close(out, place);
}

const fn open(out: &mut Out<'_>, place: Place<'_>, name: &str) {
    indent(out, place);
    out.push("subgraph cluster_");
    id(out, place);
    out.push(" {\n");
    indent(out, place);
    out.push("    label=\"");
    escaped(out, name, "\\\"");
    out.push("\";\n");
}

const fn close(out: &mut Out<'_>, place: Place<'_>) {
    indent(out, place);
    out.push("}\n");
}

pub(super) const fn edge(out: &mut Out<'_>, edge: &Edge, place: Place<'_>) {
    let from = place.node(edge.from);
    indent(out, from);
    id(out, from);
    out.push(" -> ");
    id(out, place.node(edge.to));
    out.push(" [label=\"");
    escaped(out, edge.rule, "\\\"");
    out.push(match edge.kind {
        EdgeKind::Data => "\"];\n",
        EdgeKind::Order => "\", style=dashed];\n",
        EdgeKind::Control => "\", style=bold];\n",
    });
}
