//! A graph as JSON.
use super::{EdgeKind, Graph, Node, NodeKind};
use serde_json::{Value, json};

/// The version of the form below.
const VERSION: u64 = 1;

impl NodeKind {
    /// Its name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            NodeKind::Model => "model",
            NodeKind::Program => "program",
            NodeKind::Awaited => "call",
            NodeKind::Value => "value",
            NodeKind::Composite => "composite",
            NodeKind::Host => "host",
            NodeKind::Fence => "fence",
            NodeKind::Answer => "answer",
            NodeKind::Opaque => "opaque",
        }
    }
}

impl EdgeKind {
    /// Its name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            EdgeKind::Data => "data",
            EdgeKind::Order => "order",
            EdgeKind::Control => "control",
        }
    }
}

impl Graph {
    /// The graph as JSON, for tools: `version`, `name`, `nodes` (`name`, `kind`, `signature`, `line`, `reason`, and
    /// `inside`, a list of graphs) and `edges` (`from`, `to`, indexes into `nodes`; `kind`, `rule`).
    ///
    /// ```
    /// let json = sigflow_core::Graph::EMPTY.to_json();
    /// assert_eq!(json["version"], 1);
    /// assert_eq!(json["nodes"], serde_json::json!([]));
    /// ```
    pub fn to_json(&self) -> Value {
        let mut whole = json!({ "version": VERSION });
        if let (Some(whole), Value::Object(graph)) = (whole.as_object_mut(), self.value()) {
            whole.extend(graph);
        }
        whole
    }
    fn value(&self) -> Value {
        let edges = self.edges.iter().map(|edge| {
            json!({ "from": edge.from, "to": edge.to, "kind": edge.kind.as_str(), "rule": edge.rule })
        });
        json!({
            "name": self.name,
            "nodes": self.nodes.iter().map(Node::value).collect::<Vec<_>>(),
            "edges": edges.collect::<Vec<_>>(),
        })
    }
}

impl Node {
    fn value(&self) -> Value {
        json!({
            "name": self.name,
            "kind": self.kind.as_str(),
            "signature": self.signature,
            "line": self.line,
            "reason": self.reason,
            "inside": self.inside.iter().map(Graph::value).collect::<Vec<_>>(),
        })
    }
}
