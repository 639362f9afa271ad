//! What is not held against the vectors, with the reasons. COMPATIBILITY.md lists the same.
use super::{list, text, values};
use serde_json::Value;

/// Values that JSON cannot hold: the kind and the reason.
const VALUES: [(&str, &str); 1] = [(
    "float",
    "JSON has no NaN and no infinities; a typed `f64` prints them",
)];

/// Why a signature is not compared, if it is not.
pub(crate) fn signature(vector: &Value) -> Option<&'static str> {
    let string = text(&vector["string"]);
    if vector.get("error").is_some() && mentions_attribute(string) {
        return Some("a field named like an attribute of DSPy's class: Python's accident");
    }
    let parsed = vector.get("signature")?;
    let mut fields = list(&parsed["fields"]).iter();
    if fields.any(|field| odd(&field["type"], text(&field["annotation_name"]))) {
        return Some("a type that Python takes and that says nothing");
    }
    if string.contains(['"', '\'']) && !string.contains("Literal") && !string.contains("Code[") {
        return Some("a name of a type in quotes: a forward reference of Python's");
    }
    None
}

/// What Python's class of signatures has itself.
fn mentions_attribute(string: &str) -> bool {
    let names = [
        "model_config",
        "model_fields",
        "instructions",
        "signature",
        "fields",
        "input_fields",
        "output_fields",
    ];
    let mut words = string.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    words.any(|word| names.contains(&word))
}

/// `list[int, str]`, whose second type is dropped, and `Optional[None]`.
fn odd(ty: &Value, printed: &str) -> bool {
    let two = |kind: &str| {
        ty["kind"] == kind && printed.contains(", ") && !text(&ty["item"]["kind"]).is_empty()
    };
    ty["kind"] == "none" || (two("list") || two("set")) && inner(&ty["item"]).next().is_none()
}

/// Why the messages of an adapter are not compared, if they are not.
pub(crate) fn format(vector: &Value, adapter: &str, expected: &Value) -> Option<&'static str> {
    let signature = &vector["signature"];
    let values = [&vector["inputs"], &vector["demos"]];
    let holds = |kind: &str| values.iter().any(|value| values::contains(value, kind));
    if expected.get("error").is_some() {
        return Some("DSPy raises an error; here a type inside itself is called by its name");
    }
    if fractions(&signature["types"]) {
        return Some("an enum of fractions: a Rust enum has none");
    }
    let classes = || signature["types"].as_object().into_iter().flatten();
    if matches!(adapter, "chat" | "json")
        && classes().any(|(_, class)| class["config"]["extra"] == "forbid")
    {
        return Some("a closed model: every record is closed where a provider asks for it");
    }
    if matches!(adapter, "chat" | "json")
        && classes().any(|(_, class)| {
            list(&class["fields"])
                .iter()
                .any(|field| field["title"].is_string())
        })
    {
        return Some("a member's own title: its title is its name here");
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
    if adapter == "baml"
        && python_classes
            .iter()
            .any(|kind| holds(kind) || mentions_any(signature, kind))
    {
        return Some("a TypedDict or a dataclass: a Rust struct stands for a pydantic model");
    }
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
        "two_step" if has_alias(&signature["types"]) && holds("model") => {
            return Some("a member with two names: here the name on the wire is the only one");
        }
        "two_step" if text_for_enum(vector) => {
            return Some("text where an enum is declared: a Rust enum has one form");
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

/// A signature of a type that Rust has no counterpart for.
pub(crate) fn reply(signature: &Value) -> bool {
    fractions(&signature["types"])
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

/// `True == 1` and `1.0 == 1` in Python, so that a literal is kept as the other value it is equal to; and a
/// number beside its own text. Here a literal is its own value.
pub(crate) fn literal(ty: &Value, ours: &Value, recorded: &Value) -> bool {
    let number = |value: &Value| match value {
        Value::Bool(value) => Some(f64::from(u8::from(*value))),
        Value::String(text) => text.parse().ok(),
        other => other.as_f64(),
    };
    let values = list(&ty["values"]);
    ty["kind"] == "literal"
        && values.contains(ours)
        && number(ours).is_some()
        && number(ours) == number(recorded)
}

/// A whole number beyond 64 bits: JSON values do not hold it here.
pub(crate) fn whole_number(value: &Value) -> bool {
    value.is_f64() && value.as_f64().is_some_and(|value| value.abs() >= 9.2e18)
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
    any_value(vector, plain_dict)
}

/// Whether a field of an enum has a value that is no member.
fn text_for_enum(vector: &Value) -> bool {
    any_value(vector, |ty, value| {
        ty["kind"] == "enum" && !value.is_null() && value["$type"] != "enum"
    })
}

/// Whether a value of the inputs or demos is such, its type being asked too.
fn any_value(vector: &Value, test: impl Fn(&Value, &Value) -> bool) -> bool {
    let demos = list(&vector["demos"]).iter();
    let fields = list(&vector["signature"]["fields"]);
    let mut records = std::iter::once(&vector["inputs"]).chain(demos);
    records.any(|record| {
        fields
            .iter()
            .any(|field| test(&field["type"], &record[text(&field["name"])]))
    })
}

/// Whether one of some types is an enum of numbers that are not whole.
fn fractions(types: &Value) -> bool {
    let mut types = types.as_object().into_iter().flatten();
    types.any(|(_, ty)| {
        list(&ty["members"])
            .iter()
            .any(|member| member["value"].is_f64())
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
