//! Tool calls in a provider's form: `function` with `arguments`, which may be JSON in a text.
use super::Fit;
use crate::{
    parse::node::{Kind, Member, Node},
    schema::{Body, FieldDef, Schema},
    types::kind,
};
use serde_json::Value;
use std::borrow::Cow;

/// The names that arguments go by.
const ARGUMENTS: [&str; 2] = ["args", "arguments"];
/// The names that the name of a call goes by; no schema mentions it.
const IDS: [&str; 2] = ["id", "call_id"];

fn find<'n, 't>(members: &'n [Member<'t>], names: &[&str]) -> Option<&'n Node<'t>> {
    let found = |name: &&str| members.iter().rev().find(|member| member.name == **name);
    names.iter().find_map(found).map(|member| &member.value)
}

impl<'s> Fit<'_, 's> {
    /// A record of one of DSPy's types for tools, from the forms that its class reads.
    pub(super) fn tools(
        &mut self,
        schema: &'s Schema,
        body: &'s Body,
        kind: kind::Kind,
        node: &Node<'_>,
    ) -> Option<Value> {
        let Body::Record(fields) = body else {
            return self.mismatch(schema, node);
        };
        let fields = fields.get();
        let Kind::Object(members) = &node.kind else {
            return self.record(schema, fields, node);
        };
        match kind {
            kind::Kind::ToolCall => self.call(schema, fields, members, node),
            // one call where a list of them is wanted
            kind::Kind::ToolCalls
                if find(members, &["tool_calls"]).is_none()
                    && find(members, &["name", "function"]).is_some() =>
            {
                let one = Node {
                    kind: Kind::List(vec![node.clone()]),
                    ..node.clone()
                };
                self.record(schema, fields, &one)
            }
            _ => self.record(schema, fields, node),
        }
    }

    fn call<'t>(
        &mut self,
        schema: &'s Schema,
        fields: &'s [FieldDef],
        members: &[Member<'t>],
        node: &Node<'t>,
    ) -> Option<Value> {
        let inside = match find(members, &["function"]) {
            Some(Node {
                kind: Kind::Object(inside),
                ..
            }) => inside,
            _ => members,
        };
        let name = find(inside, &["name"]).or_else(|| find(members, &["name"]));
        let args = find(inside, &ARGUMENTS).or_else(|| find(members, &ARGUMENTS));
        let plain = inside.len() == members.len() && find(members, &["args"]).is_some();
        let mut value = if plain || name.is_none() {
            self.record(schema, fields, node)?
        } else {
            let member = |name: &'static str, value: Option<&Node<'t>>| Member {
                name: Cow::Borrowed(name),
                value: value.map_or_else(
                    || Node {
                        kind: Kind::Object(Vec::new()),
                        ..node.clone()
                    },
                    Node::clone,
                ),
            };
            let call = Node {
                kind: Kind::Object(vec![member("name", name), member("args", args)]),
                start: node.start,
                end: node.end,
                open: node.open,
                plain: false,
            };
            self.record(schema, fields, &call)?
        };
        if let Some(id) = find(members, &IDS).and_then(Node::text) {
            value["id"] = Value::from(id);
        }
        Some(value)
    }
}
