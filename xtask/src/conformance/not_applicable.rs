//! What is not held against the vectors, with the reasons. COMPATIBILITY.md lists the same.
use super::values;
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

pub(crate) fn format(vector: &Value) -> bool {
    let unknown = |(name, _): &(&str, &str)| types(&vector["signature"]["fields"], name);
    let inexpressible = |(kind, _): &(&str, &str)| {
        values::contains(&vector["inputs"], kind) || values::contains(&vector["demos"], kind)
    };
    TYPES.iter().any(unknown) || VALUES.iter().any(inexpressible)
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
