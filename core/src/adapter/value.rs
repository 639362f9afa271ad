//! Values as DSPy prints them: text as it is, scalars in Python's words, the rest as Python's JSON.
use super::python::repr_json;
use crate::{field::View, quoted};
use serde_json::Value;
use std::fmt::Write;

/// A value behind its marker. In a field of `text` DSPy numbers the items of a list.
pub(crate) fn write(out: &mut String, view: View<'_>, text_field: bool) {
    match view {
        View::Null => out.push_str("None"),
        View::Boolean(true) => out.push_str("True"),
        View::Boolean(false) => out.push_str("False"),
        View::Text(text) => out.push_str(text),
        View::Character(character) => out.push(character),
        View::Display(value) => _ = write!(out, "{value}"),
        View::Integer(number) => _ = write!(out, "{number}"),
        View::Number(number) => float(out, number, false),
        View::Json(serde_json::Value::Array(items)) if text_field => {
            numbered(out, items.len(), &mut |each| {
                for item in items {
                    each(View::Json(item));
                }
            });
        }
        View::Json(value) => json_scalar_or(out, value),
        View::Items(items) if text_field => {
            numbered(out, items.count(), &mut |each| items.each(each));
        }
        View::Items(_) | View::Members(_) => json(out, view),
    }
}

fn json_scalar_or(out: &mut String, value: &serde_json::Value) {
    use serde_json::Value;
    match value {
        Value::Null => out.push_str("None"),
        Value::Bool(value) => write(out, View::Boolean(*value), false),
        Value::String(text) => out.push_str(text),
        Value::Number(number) => number_of(out, number, false),
        Value::Array(_) | Value::Object(_) => json(out, View::Json(value)),
    }
}

fn number_of(out: &mut String, number: &serde_json::Number, json: bool) {
    match (number.is_f64(), number.as_f64()) {
        (true, Some(value)) => float(out, value, json),
        _ => _ = write!(out, "{number}"),
    }
}

/// A number in Python's words.
pub(crate) fn number_text(number: &serde_json::Number) -> String {
    let mut out = String::new();
    number_of(&mut out, number, false);
    out
}

/// [`json`] as text.
pub(crate) fn json_text(value: &serde_json::Value) -> String {
    let mut out = String::new();
    json_value(&mut out, value);
    out
}

/// Takes the items of a list one by one.
type Sink<'a> = &'a mut dyn FnMut(View<'_>);

/// A list in a text field: `[1] «item»`, one a line.
fn numbered(out: &mut String, count: usize, items: &mut dyn FnMut(Sink<'_>)) {
    if count == 0 {
        out.push_str("N/A");
        return;
    }
    let mut index = 0;
    items(&mut |item| {
        if index > 0 {
            out.push('\n');
        }
        index += 1;
        if count > 1 {
            let _ = write!(out, "[{index}] ");
        }
        let mut text = String::new();
        match item {
            // DSPy takes the items for text: what is none is printed as Python prints it
            View::Json(value @ (Value::Array(_) | Value::Object(_))) => repr_json(&mut text, value),
            View::Items(_) | View::Members(_) => repr_json(&mut text, &item.to_value()),
            other => write(&mut text, other, false),
        }
        if text.contains(['\n', '«', '»']) {
            let _ = write!(out, "«««\n    {}\n»»»", text.replace('\n', "\n    "));
        } else {
            let _ = write!(out, "«{text}»");
        }
    });
}

/// Python's `json.dumps(value, ensure_ascii=False)`: a blank after each `,` and `:`.
pub(crate) fn json(out: &mut String, view: View<'_>) {
    match view {
        View::Null => out.push_str("null"),
        View::Boolean(value) => out.push_str(if value { "true" } else { "false" }),
        View::Integer(number) => _ = write!(out, "{number}"),
        View::Number(number) => float(out, number, true),
        View::Text(text) => quoted::write(text, out),
        View::Character(character) => quoted::write(character.encode_utf8(&mut [0; 4]), out),
        View::Display(value) => quoted::write(&value.to_string(), out),
        View::Items(items) => {
            out.push('[');
            let mut first = true;
            items.each(&mut |item| {
                if !std::mem::take(&mut first) {
                    out.push_str(", ");
                }
                json(out, item);
            });
            out.push(']');
        }
        View::Members(members) => {
            out.push('{');
            let mut first = true;
            members.each(&mut |name, value| {
                if !std::mem::take(&mut first) {
                    out.push_str(", ");
                }
                quoted::write(name, out);
                out.push_str(": ");
                json(out, value);
            });
            out.push('}');
        }
        View::Json(value) => json_value(out, value),
    }
}

fn json_value(out: &mut String, value: &serde_json::Value) {
    use serde_json::Value;
    match value {
        Value::Null => json(out, View::Null),
        Value::Bool(value) => json(out, View::Boolean(*value)),
        Value::String(text) => quoted::write(text, out),
        Value::Number(number) => number_of(out, number, true),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                json_value(out, item);
            }
            out.push(']');
        }
        Value::Object(members) => {
            out.push('{');
            for (index, (name, value)) in members.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                quoted::write(name, out);
                out.push_str(": ");
                json_value(out, value);
            }
            out.push('}');
        }
    }
}

/// `repr` of a Python float: shortest digits, an exponent below 1e-4 and from 1e16.
fn float(out: &mut String, number: f64, json: bool) {
    if !number.is_finite() {
        out.push_str(match (number.is_nan(), number > 0.0, json) {
            (true, _, false) => "nan",
            (true, _, true) => "NaN",
            (_, true, false) => "inf",
            (_, false, false) => "-inf",
            (_, true, true) => "Infinity",
            (_, false, true) => "-Infinity",
        });
        return;
    }
    let scientific = format!("{number:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if number != 0.0 && !(-4..16).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        let _ = write!(out, "{digits}e{sign}{:02}", exponent.abs());
    } else {
        let _ = write!(out, "{number:?}");
    }
}

#[cfg(test)]
mod tests {
    use super::{json, write};
    use crate::{InputField, field::View};

    fn text(value: &impl InputField) -> String {
        let mut out = String::new();
        write(&mut out, value.view(), false);
        out
    }

    #[test]
    fn floats_read_as_in_python() {
        for (number, expected) in [
            (1.0, "1.0"),
            (0.1, "0.1"),
            (1e16, "1e+16"),
            (1.5e-5, "1.5e-05"),
            (-0.0, "-0.0"),
            (123_456_789.125, "123456789.125"),
            (1e15, "1000000000000000.0"),
            (1e-4, "0.0001"),
            (1e300, "1e+300"),
        ] {
            assert_eq!(text(&number), expected);
        }
    }

    #[test]
    fn scalars_and_json() {
        assert_eq!(text(&true), "True");
        assert_eq!(text(&None::<u8>), "None");
        assert_eq!(
            text(&vec![("a", 1), ("b\"", 2)]),
            r#"[["a", 1], ["b\"", 2]]"#
        );
        let mut out = String::new();
        json(&mut out, View::Number(f64::NAN));
        assert_eq!(out, "NaN");
    }

    #[test]
    fn lists_in_untyped_fields_are_numbered() {
        let mut out = String::new();
        write(&mut out, vec!["one", "two\nlines"].view(), true);
        assert_eq!(out, "[1] «one»\n[2] «««\n    two\n    lines\n»»»");
    }
}
