//! Beginnings of values: what is shown of them while the rest is on its way.
use super::node::{Kind, Node};
use serde_json::{Map, Value};

/// A value of which nothing is known, as far as it goes: a name without a value is left out.
pub(super) fn plain(node: &Node<'_>) -> Value {
    match &node.kind {
        Kind::List(items) => items
            .iter()
            .filter(|item| !matches!(item.kind, Kind::Nothing))
            .map(plain)
            .collect(),
        Kind::Object(members) => {
            let mut object = Map::new();
            for member in members
                .iter()
                .filter(|member| !matches!(member.value.kind, Kind::Nothing))
            {
                object.insert(member.name.to_string(), plain(&member.value));
            }
            Value::Object(object)
        }
        _ => super::plain::plain(node),
    }
}
