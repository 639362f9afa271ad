//! Values of which nothing is known: as JSON has them.
use super::node::{Kind, Node};
use crate::field::shorten;
use serde_json::{Map, Number, Value};

/// A value as it stands there. Of members with one name the last is kept.
pub(super) fn plain(node: &Node<'_>) -> Value {
    match &node.kind {
        Kind::Nothing | Kind::Null => Value::Null,
        Kind::Bool(value) => Value::from(*value),
        Kind::Number(digits) => {
            number(digits).map_or_else(|| Value::from(&**digits), Value::Number)
        }
        Kind::Text(text) | Kind::Bare(text) => Value::from(&**text),
        Kind::List(items) => items.iter().map(plain).collect(),
        Kind::Object(members) => {
            let mut object = Map::new();
            for member in members {
                object.insert(member.name.to_string(), plain(&member.value));
            }
            Value::Object(object)
        }
    }
}

/// A value in the few words that a message has room for.
pub(super) fn brief(node: &Node<'_>) -> String {
    let mut room = ROOM;
    shorten(&beginning(node, &mut room))
}

/// How many characters and values are looked at for a message: it shows fewer.
const ROOM: usize = 200;

/// A value as far as there is room for it.
fn beginning(node: &Node<'_>, room: &mut usize) -> Value {
    *room = room.saturating_sub(1);
    match &node.kind {
        Kind::Text(text) | Kind::Bare(text) => {
            let end = text
                .char_indices()
                .nth(*room)
                .map_or(text.len(), |(end, _)| end);
            *room = room.saturating_sub(end);
            Value::from(&text[..end])
        }
        Kind::List(items) => {
            let mut values = Vec::new();
            for item in items {
                if *room == 0 {
                    break;
                }
                values.push(beginning(item, room));
            }
            Value::Array(values)
        }
        Kind::Object(members) => {
            let mut object = Map::new();
            for member in members {
                if *room == 0 {
                    break;
                }
                *room = room.saturating_sub(member.name.len());
                object.insert(member.name.to_string(), beginning(&member.value, room));
            }
            Value::Object(object)
        }
        _ => plain(node),
    }
}

/// The number that some digits say, as JSON numbers are kept here: whole ones of 64 bits exactly.
pub(super) fn number(digits: &str) -> Option<Number> {
    if let Ok(number) = digits.parse::<i64>() {
        return Some(number.into());
    }
    if let Ok(number) = digits.parse::<u64>() {
        return Some(number.into());
    }
    digits.parse::<f64>().ok().and_then(Number::from_f64)
}

/// A value as Python prints it: what DSPy makes of a value where text is wanted.
pub(super) fn python(node: &Node<'_>, out: &mut String) {
    use std::fmt::Write;
    match &node.kind {
        Kind::Nothing | Kind::Null => out.push_str("None"),
        Kind::Bool(value) => out.push_str(if *value { "True" } else { "False" }),
        Kind::Number(digits) => out.push_str(&python_number(digits)),
        Kind::Text(text) | Kind::Bare(text) => {
            out.push_str(&sigflow_grammar::python_repr_str(text));
        }
        Kind::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                python(item, out);
            }
            out.push(']');
        }
        Kind::Object(members) => {
            out.push('{');
            for (index, member) in members.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                let _ = write!(out, "{}: ", sigflow_grammar::python_repr_str(&member.name));
                python(&member.value, out);
            }
            out.push('}');
        }
    }
}

/// A number's digits as Python prints the number.
pub(super) fn python_number(digits: &str) -> String {
    if digits
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'-')
    {
        return digits.to_owned();
    }
    let Ok(value) = digits.parse::<f64>() else {
        return digits.to_owned();
    };
    let size = value.abs();
    if size != 0.0 && !(1e-4..1e16).contains(&size) {
        let text = format!("{value:e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, exponent) = exponent
            .strip_prefix('-')
            .map_or(("+", exponent), |rest| ("-", rest));
        return format!("{mantissa}e{sign}{exponent:0>2}");
    }
    format!("{value:?}")
}
