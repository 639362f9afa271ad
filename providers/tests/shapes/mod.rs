//! Bodies against the shapes of an AWS service: what botocore's `service-2.json` says of a request.
#![allow(dead_code, unreachable_pub)]
use serde_json::{Map, Value};
use std::{path::Path, sync::LazyLock};

/// The shapes of Bedrock's runtime; nothing where the folder with them is not beside the repository.
static SHAPES: LazyLock<Option<Map<String, Value>>> = LazyLock::new(|| {
    let name = "bedrock-runtime.service-2.botocore-1.44.5.json";
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/specs/bedrock");
    let Ok(text) = std::fs::read_to_string(folder.join(name)) else {
        eprintln!("{name} is not in shared/specs/bedrock: bodies are not checked against it");
        return None;
    };
    let model: Value = serde_json::from_str(&text).expect("a model of JSON");
    model["shapes"].as_object().cloned()
});

/// Fails unless `body` has the shape `name`. `elsewhere` are its members that do not travel in the body.
#[track_caller]
pub fn check(name: &str, body: &Value, elsewhere: &[&str]) {
    let faults = faults(name, body, elsewhere).unwrap_or_default();
    assert!(faults.is_empty(), "{faults:?}\n{body}");
}

/// What is wrong with `body`; nothing without the shapes.
pub fn faults(name: &str, body: &Value, elsewhere: &[&str]) -> Option<Vec<String>> {
    let shapes = SHAPES.as_ref()?;
    let mut body = body.clone();
    for name in elsewhere {
        assert_eq!(body.get(name), None, "`{name}` travels elsewhere");
        body[name] = "elsewhere".into();
    }
    let mut faults = Vec::new();
    shape(shapes, name, &body, name, &mut faults);
    Some(faults)
}

fn shape(shapes: &Map<String, Value>, name: &str, value: &Value, at: &str, out: &mut Vec<String>) {
    let of = &shapes[name];
    let mut fault = |what: String| out.push(format!("{at}: {what}"));
    match of["type"].as_str().expect("a type") {
        "structure" => structure(shapes, of, value, at, out),
        "list" => {
            let Some(items) = value.as_array() else {
                return fault("no list".to_owned());
            };
            bounds(of, items.len(), ("fewer", "more"), &mut fault);
            let member = of["member"]["shape"].as_str().expect("a shape");
            for (index, item) in items.iter().enumerate() {
                shape(shapes, member, item, &format!("{at}[{index}]"), out);
            }
        }
        "map" => {
            let Some(members) = value.as_object() else {
                return fault("no map".to_owned());
            };
            let member = of["value"]["shape"].as_str().expect("a shape");
            for (key, item) in members {
                shape(shapes, member, item, &format!("{at}.{key}"), out);
            }
        }
        "string" => text(of, value, &mut fault),
        "blob" => {
            let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte);
            match value.as_str() {
                Some(text) if text.bytes().all(is_base64) && text.len() % 4 == 0 => {
                    bounds(of, text.len(), ("shorter", "longer"), &mut fault);
                }
                _ => fault("no base64".to_owned()),
            }
        }
        "boolean" if !value.is_boolean() => fault("neither true nor false".to_owned()),
        "boolean" => {}
        "integer" | "long" | "float" | "double" => {
            let whole = matches!(of["type"].as_str(), Some("integer" | "long"));
            let Some(number) = value
                .as_f64()
                .filter(|_| !whole || value.is_i64() || value.is_u64())
            else {
                return fault("no number of its type".to_owned());
            };
            if of["min"].as_f64().is_some_and(|least| number < least) {
                fault(format!("{number} is below {}", of["min"]));
            }
            if of["max"].as_f64().is_some_and(|most| number > most) {
                fault(format!("{number} is above {}", of["max"]));
            }
        }
        other => panic!("shape `{name}` is a {other}, which this checker does not know"),
    }
}

fn structure(
    shapes: &Map<String, Value>,
    of: &Value,
    value: &Value,
    at: &str,
    out: &mut Vec<String>,
) {
    // any JSON at all
    if of["document"] == true {
        return;
    }
    let Some(given) = value.as_object() else {
        return out.push(format!("{at}: no object"));
    };
    let members = of["members"].as_object().expect("members");
    if of["union"] == true && given.len() != 1 {
        out.push(format!(
            "{at}: a union wants exactly one member, and has {}",
            given.len()
        ));
    }
    for name in of["required"].as_array().into_iter().flatten() {
        let name = name.as_str().expect("a name");
        if !given.contains_key(name) {
            out.push(format!("{at}: `{name}` is missing"));
        }
    }
    for (name, inner) in given {
        match members.get(name) {
            None => out.push(format!("{at}: `{name}` is no member")),
            Some(member) => {
                let member = member["shape"].as_str().expect("a shape");
                // where a name travels in the address it has another form
                if inner != "elsewhere" {
                    shape(shapes, member, inner, &format!("{at}.{name}"), out);
                }
            }
        }
    }
}

fn text(of: &Value, value: &Value, fault: &mut impl FnMut(String)) {
    let Some(text) = value.as_str() else {
        return fault("no text".to_owned());
    };
    bounds(of, text.chars().count(), ("shorter", "longer"), fault);
    if let Some(words) = of["enum"].as_array()
        && !words.contains(value)
    {
        fault(format!("`{text}` is none of its words"));
    }
    if let Some(pattern) = of["pattern"].as_str() {
        let pattern = regex_lite::Regex::new(&format!("^(?:{pattern})$")).expect("a pattern");
        if !pattern.is_match(text) {
            fault(format!("`{text}` does not fit the pattern"));
        }
    }
}

fn bounds(of: &Value, length: usize, words: (&str, &str), fault: &mut impl FnMut(String)) {
    let of = |name: &str| {
        of[name]
            .as_u64()
            .and_then(|bound| usize::try_from(bound).ok())
    };
    if let Some(least) = of("min").filter(|least| length < *least) {
        fault(format!("{} than {least}", words.0));
    }
    if let Some(most) = of("max").filter(|most| length > *most) {
        fault(format!("{} than {most}", words.1));
    }
}
