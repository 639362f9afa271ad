//! Values written as clean JSON, to be read into their types like a clean reply.
use super::node::{Kind, Node};
use crate::scan;
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
        Kind::Text(content) | Kind::Bare(content) => text(content, out),
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
                text(&member.name, out);
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
        Value::String(content) => text(content, out),
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
                text(name, out);
                out.push(':');
                self::value(member, out);
            }
            out.push('}');
        }
    }
}

/// Writes a text in quotes.
pub(super) fn text(content: &str, out: &mut String) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    out.reserve(content.len() + 2);
    out.push('"');
    let bytes = content.as_bytes();
    let mut copied = 0;
    loop {
        let at = scan::plain(bytes, copied, [b'"', b'\\'], false);
        // what stops the scan is ASCII
        out.push_str(&content[copied..at]);
        let Some(byte) = bytes.get(at) else {
            break;
        };
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\t' => out.push_str("\\t"),
            b'\r' => out.push_str("\\r"),
            control => {
                out.push_str("\\u00");
                out.push(char::from(HEX[usize::from(control >> 4)]));
                out.push(char::from(HEX[usize::from(control & 15)]));
            }
        }
        copied = at + 1;
    }
    out.push('"');
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
