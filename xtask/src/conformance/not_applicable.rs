//! What is not held against the vectors, with the reasons. COMPATIBILITY.md lists the same.
use super::{list, text, values};
use serde_json::Value;

/// Vectors of the family `signature` that have no meaning in Rust: id and reason. None is known.
const SIGNATURE: [(&str, &str); 0] = [];

/// Types that have no prompt of text here yet: DSPy's name and reason.
const TYPES: [(&str, &str); 12] = [
    ("Image", "a content block: media types are not there yet"),
    ("Audio", "a content block: media types are not there yet"),
    ("File", "a content block: media types are not there yet"),
    ("Document", "a content block: media types are not there yet"),
    ("Citations", "citations are not there yet"),
    ("History", "turns of a conversation are not there yet"),
    ("Tool", "tools are not there yet"),
    ("ToolCalls", "tools are not there yet"),
    ("ToolCallResults", "tools are not there yet"),
    ("Noul", "decision types are not there yet"),
    ("Choice", "decision types are not there yet"),
    ("Score", "decision types are not there yet"),
];

/// Readings of text that is not clean in which DSPy loses or adds something; here the schema-aligned
/// reading holds. By id and reason; COMPATIBILITY.md lists the rules.
const DECIDED: [(&str, &str); 4] = [
    (
        "parse/json/qa/single_quotes_apostrophe",
        "DSPy keeps the closing quote of `'It's fine'` in the text",
    ),
    (
        "value/json_repair/030",
        "DSPy keeps the closing quote of `'it's'` in the text",
    ),
    (
        "value/json_repair/023",
        "a member without a value is nothing, not the empty text",
    ),
    (
        "value/json_repair/082",
        "`{a b: 1}` has one name of two words, not the name `b`",
    ),
];

pub(crate) fn decided(id: &str) -> bool {
    DECIDED.iter().any(|(known, _)| *known == id)
}

/// Values that JSON cannot hold: the kind and the reason.
const VALUES: [(&str, &str); 1] = [(
    "float",
    "JSON has no NaN and no infinities; a typed `f64` prints them",
)];

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

/// Outputs of a type that is not there yet.
pub(crate) fn reply(signature: &Value) -> bool {
    let outputs: Vec<&Value> = super::list(&signature["fields"])
        .iter()
        .filter(|field| field["role"] == "output")
        .collect();
    TYPES.iter().any(|(name, _)| {
        outputs.iter().any(|field| types(field, name)) || types(&signature["types"], name)
    })
}

/// Values that JSON cannot hold, among the fields of a reply.
pub(crate) fn fields(fields: &Value) -> bool {
    VALUES
        .iter()
        .any(|(kind, _)| values::contains(fields, kind))
        || values::contains(fields, "bytes")
}

/// A Python object where a value is parsed: there is no such input here.
pub(crate) fn instance(value: &Value) -> bool {
    value["$type"] == "enum"
}

/// `True == 1` and `1.0 == 1` in Python, so that a literal is kept as the other value it is equal to. Here
/// a literal is its own value.
pub(crate) fn literal(ty: &Value, value: &Value) -> bool {
    ty["kind"] == "literal" && value.is_boolean()
}

/// Whether one of DSPy's own types is mentioned.
fn types(tree: &Value, name: &str) -> bool {
    match tree {
        Value::Array(items) => items.iter().any(|item| types(item, name)),
        Value::Object(members) => {
            let own = tree["kind"] == "dspy" || tree["kind"] == "decision";
            own && tree["type"] == name || members.values().any(|member| types(member, name))
        }
        _ => false,
    }
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

/// A state: one that DSPy itself could not save, or with parts that are no predictors.
pub(crate) fn state(vector: &Value) -> bool {
    let other = |parameter: &Value| parameter[1] != "Predict";
    vector["saved_text"].is_null() || list(&vector["named_parameters"]).iter().any(other)
}
