//! Values written as clean JSON, to be read into their types like a clean reply.
use super::node::{Kind, Node};
use crate::quoted;
use serde_json::Value;
use std::fmt::Write;

/// Writes a value that has its schema's form.
pub(super) fn write(node: &Node<'_>, out: &mut String) {
    match &node.kind {
        Kind::Nothing | Kind::Null => out.push_str("null"),
        Kind::Bool(true) => out.push_str("true"),
        Kind::Bool(false) => out.push_str("false"),
        Kind::Number(digits) => out.push_str(digits),
        Kind::Text(content) if node.plain => {
            out.push('"');
            out.push_str(content);
            out.push('"');
        }
        Kind::Text(content) | Kind::Bare(content) => quoted::write(content, out),
        Kind::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Kind::Object(members) => {
            out.push('{');
            for (index, member) in members.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                quoted::write(&member.name, out);
                out.push(':');
                write(&member.value, out);
            }
            out.push('}');
        }
    }
}

/// Writes a value that is made already.
pub(super) fn value(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => {
            let _ = write!(out, "{number}");
        }
        Value::String(content) => quoted::write(content, out),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                self::value(item, out);
            }
            out.push(']');
        }
        Value::Object(members) => {
            out.push('{');
            for (index, (name, member)) in members.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                quoted::write(name, out);
                out.push(':');
                self::value(member, out);
            }
            out.push('}');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::write;
    use crate::parse::{node::Node, plain::plain};
    use serde_json::{Value, json};

    #[test]
    fn what_is_written_is_read_back() {
        for value in [
            json!({"a": [1, -2.5, true, null, "x\n\t\r\u{1}\u{1f}\"\\ é 日本 😀"], "b": {}, "": []}),
            json!("a longer text with a \\ after the eighth byte and a \" at the end\""),
        ] {
            let node = Node::of(&value);
            let mut text = String::new();
            write(&node, &mut text);
            let mut same = String::new();
            super::value(&value, &mut same);
            assert_eq!(
                serde_json::from_str::<Value>(&same).ok(),
                Some(value.clone())
            );
            assert_eq!(
                serde_json::from_str::<Value>(&text).ok(),
                Some(plain(&node))
            );
        }
    }
}
