//! What is not held against the vectors, with the reasons. COMPATIBILITY.md lists the same.
use super::{list, text, values};
use serde_json::Value;

/// Vectors of the family `signature` that have no meaning in Rust: id and reason. None is known.
const SIGNATURE: [(&str, &str); 0] = [];

pub(crate) fn signature(id: &str) -> bool {
    SIGNATURE.iter().any(|(known, _)| *known == id)
}

/// Why the messages of an adapter are not compared, if they are not.
pub(crate) fn format(vector: &Value, adapter: &str, expected: &Value) -> Option<&'static str> {
    let signature = &vector["signature"];
    let values = [&vector["inputs"], &vector["demos"]];
    let holds = |kind: &str| values.iter().any(|value| values::contains(value, kind));
    if expected.get("error").is_some() {
        return Some("DSPy raises an error; here a type inside itself is called by its name");
    }
    if holds("float") {
        return Some("JSON has no NaN and no infinities; a typed `f64` prints them");
    }
    if list(&signature["fields"])
        .iter()
        .any(|field| is_printed(&field["type"]))
    {
        return Some("bounds inside a type: the object that DSPy prints there is an accident");
    }
    if list(&signature["fields"])
        .iter()
        .any(|field| wraps_code(&field["type"]))
    {
        return Some("code inside another type: its schema is that of a text here");
    }
    let outputs = list(&signature["fields"])
        .iter()
        .filter(|field| field["role"] == "output");
    let python_classes = ["typed_dict", "dataclass"];
    match adapter {
        // these print what kind of class it is, or its Python name
        "xml" | "baml" => {
            let mut outputs = outputs.clone();
            if outputs.any(|field| {
                python_classes
                    .iter()
                    .any(|kind| mentions(&field["type"], &signature["types"], kind))
            }) {
                return Some(
                    "a TypedDict or a dataclass: a Rust struct stands for a pydantic model",
                );
            }
            if has_alias(&signature["types"]) {
                return Some("a member with two names: here the name on the wire is the only one");
            }
        }
        "two_step"
            if python_classes
                .iter()
                .any(|kind| holds(kind) || mentions_any(signature, kind)) =>
        {
            return Some("a TypedDict or a dataclass: a Rust struct stands for a pydantic model");
        }
        "two_step" if holds("enum") && has_int_enum(&signature["types"]) => {
            return Some("an IntEnum, which is its number: here an enum of numbers is its member");
        }
        _ => {}
    }
    if matches!(adapter, "baml" | "two_step") && dict_for_model(vector) {
        return Some("a dict where a model is declared: a Rust struct has one form");
    }
    None
}

/// Whether a type, or one that it names, is of this kind.
fn mentions(tree: &Value, types: &Value, kind: &str) -> bool {
    fn find(tree: &Value, types: &Value, kind: &str, seen: &mut Vec<String>) -> bool {
        match tree {
            Value::Array(items) => items.iter().any(|item| find(item, types, kind, seen)),
            Value::Object(members) => {
                if tree["kind"] == kind {
                    return true;
                }
                let name = text(&tree["name"]).to_owned();
                if tree.get("kind").is_some() && !name.is_empty() && !seen.contains(&name) {
                    seen.push(name.clone());
                    if find(&types[&name], types, kind, seen) {
                        return true;
                    }
                }
                members
                    .iter()
                    .filter(|(name, _)| *name != "json_schema")
                    .any(|(_, member)| find(member, types, kind, seen))
            }
            _ => false,
        }
    }
    find(tree, types, kind, &mut Vec::new())
}

fn mentions_any(signature: &Value, kind: &str) -> bool {
    list(&signature["fields"])
        .iter()
        .any(|field| mentions(&field["type"], &signature["types"], kind))
}

fn has_alias(types: &Value) -> bool {
    let types = types.as_object().into_iter().flatten();
    types
        .flat_map(|(_, ty)| list(&ty["fields"]))
        .any(|field| field["alias"].is_string() && field["alias"] != field["name"])
}

/// Whether bounds stand inside a type, where they are printed with it.
fn is_printed(tree: &Value) -> bool {
    inner(tree).any(|tree| tree["kind"] == "annotated" || is_printed(tree))
}

fn wraps_code(tree: &Value) -> bool {
    inner(tree).any(|tree| tree["type"] == "Code" || wraps_code(tree))
}

/// The types that a type is made of.
fn inner(tree: &Value) -> impl Iterator<Item = &Value> {
    let one = ["item", "key", "value"]
        .into_iter()
        .filter_map(|name| tree.get(name));
    let several = ["items", "options"]
        .into_iter()
        .flat_map(|name| list(&tree[name]));
    one.chain(several)
}

fn has_int_enum(types: &Value) -> bool {
    let mut types = types.as_object().into_iter().flatten();
    types.any(|(_, ty)| ty["kind"] == "enum" && ty["mixin"] == "int")
}

/// Whether a field of a model has a plain dict as its value.
fn dict_for_model(vector: &Value) -> bool {
    let demos = list(&vector["demos"]).iter();
    let fields = list(&vector["signature"]["fields"]);
    let mut records = std::iter::once(&vector["inputs"]).chain(demos);
    records.any(|record| {
        fields.iter().any(|field| {
            let value = &record[text(&field["name"])];
            plain_dict(&field["type"], value)
        })
    })
}

fn plain_dict(ty: &Value, value: &Value) -> bool {
    match (text(&ty["kind"]), value) {
        ("model", Value::Object(members)) => !members.contains_key("$type"),
        ("list", Value::Array(items)) => items.iter().any(|item| plain_dict(&ty["item"], item)),
        ("dict", Value::Object(members)) => members
            .values()
            .any(|member| plain_dict(&ty["value"], member)),
        ("union", _) => list(&ty["options"])
            .iter()
            .any(|option| plain_dict(option, value)),
        _ => false,
    }
}
