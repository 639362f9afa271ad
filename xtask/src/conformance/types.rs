//! Recorded types and signatures, made ours by the same words a user would write.
use super::{list, text, values};
use serde_json::Value;
use sigflow_core::{DynSignature, Error, FieldSpec, TypeDefinition, TypeRegistry, TypeSpec};
use sigflow_grammar::{cleandoc, python_repr_str};

/// The text of a type tree, as one writes it in a signature. `printed` is how DSPy shows the field's type:
/// it alone tells `Code` from `Code["python"]`.
pub(crate) fn written(tree: &Value, printed: &str) -> String {
    let inner = |key: &str| written(&tree[key], printed);
    let each = |key: &str| {
        list(&tree[key])
            .iter()
            .map(|tree| written(tree, printed))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let bare = tree["bare"] == true;
    match text(&tree["kind"]) {
        "none" => "None".to_owned(),
        "any" => "Any".to_owned(),
        "object" => "builtins.object".to_owned(),
        kind @ ("datetime" | "date" | "time" | "timedelta") => format!("datetime.{kind}"),
        "decimal" => "decimal.Decimal".to_owned(),
        "uuid" => "uuid.UUID".to_owned(),
        kind @ ("list" | "set" | "frozenset" | "dict" | "tuple") if bare => kind.to_owned(),
        kind @ ("list" | "set" | "frozenset") => format!("{kind}[{}]", inner("item")),
        "dict" => format!("dict[{}, {}]", inner("key"), inner("value")),
        "tuple" if list(&tree["items"]).is_empty() => "tuple[()]".to_owned(),
        "tuple" => format!("tuple[{}]", each("items")),
        "tuple_variadic" => format!("tuple[{}, ...]", inner("item")),
        "union" => format!("Union[{}]", each("options")),
        "literal" => {
            let values: Vec<_> = list(&tree["values"]).iter().map(python).collect();
            format!("Literal[{}]", values.join(", "))
        }
        "annotated" => format!(
            "Annotated[{}, {}]",
            inner("inner"),
            arguments(&tree["constraints"])
        ),
        "enum" | "model" | "typed_dict" | "dataclass" => registered(text(&tree["name"])),
        "dspy" => match (text(&tree["type"]), tree["language"].as_str()) {
            ("Code", Some(language)) if printed.contains("Code_") => {
                format!("dspy.Code[{}]", python_repr_str(language))
            }
            (name, _) => format!("dspy.{name}"),
        },
        kind => kind.to_owned(),
    }
}

/// `Field(ge=1, …)` of an object or of pairs.
fn arguments(constraints: &Value) -> String {
    let written: Vec<String> = match constraints {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| format!("{name}={}", python(value)))
            .collect(),
        pairs => list(pairs)
            .iter()
            .map(|pair| format!("{}={}", text(&pair[0]), text(&pair[1])))
            .collect(),
    };
    format!("Field({})", written.join(", "))
}

fn python(value: &Value) -> String {
    match value {
        Value::String(text) => python_repr_str(text),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Null => "None".to_owned(),
        other => other.to_string(),
    }
}

/// A name that a signature string can hold: `Page[Person]` is registered as `Page_Person_`.
fn registered(name: &str) -> String {
    name.chars()
        .map(|c| if c.is_alphanumeric() { c } else { '_' })
        .collect()
}

/// The named types of a signature.
pub(crate) fn registry(types: &Value) -> TypeRegistry {
    let mut registry = TypeRegistry::new();
    for (name, ty) in types.as_object().into_iter().flatten() {
        let definition = match text(&ty["kind"]) {
            "enum" => TypeDefinition::members(
                list(&ty["members"])
                    .iter()
                    .map(|member| (text(&member["name"]), member["value"].clone())),
            ),
            _ => TypeDefinition::record(list(&ty["fields"]).iter().map(member)),
        };
        let doc = ty["json_schema"]["description"]
            .as_str()
            .or(ty["doc"].as_str())
            .unwrap_or_default();
        // the recorded schema of a recursive type has its description elsewhere
        let recursive = ty["json_schema"]["$ref"].is_string();
        let described = recursive
            || ty["json_schema"]["description"].is_string()
            || ty["json_schema"].is_null();
        let doc = if described {
            cleandoc(doc)
        } else {
            String::new()
        };
        registry.register(registered(name), definition.description(doc).title(name));
    }
    registry
}

fn member(field: &Value) -> FieldSpec {
    let name = field["alias"].as_str().unwrap_or(text(&field["name"]));
    let mut spec = FieldSpec::member(name, written(&field["type"], ""))
        .description(text(&field["description"]));
    if field["alias"].is_string() {
        spec = spec.also(text(&field["name"]));
    }
    spec = bounded(spec, &field["constraints"]);
    if field["required"] == false {
        let default = values::plain(&field["default"]);
        let hidden = field["default_is_factory"] == true || field.get("default").is_none();
        spec = if hidden {
            spec.default_hidden(default)
        } else {
            spec.default(default)
        };
    }
    spec
}

/// A field with the bounds of an object: pydantic's names and values.
fn bounded(spec: FieldSpec, bounds: &Value) -> FieldSpec {
    let length = |value: &Value| {
        value
            .as_u64()
            .and_then(|length| usize::try_from(length).ok())
            .unwrap_or_default()
    };
    bounds
        .as_object()
        .into_iter()
        .flatten()
        .fold(spec, |spec, (name, value)| match name.as_str() {
            "ge" => spec.ge(value.clone()),
            "gt" => spec.gt(value.clone()),
            "le" => spec.le(value.clone()),
            "lt" => spec.lt(value.clone()),
            "multiple_of" => spec.multiple_of(value.clone()),
            "min_length" => spec.min_length(length(value)),
            "max_length" => spec.max_length(length(value)),
            "pattern" => spec.pattern(text(value)),
            "allow_inf_nan" => spec.allow_inf_nan(value == true),
            _ => spec,
        })
}

/// The type of a recorded field, bounds that DSPy does not print included.
fn field_type(field: &Value) -> TypeSpec {
    if field["type_undefined"] == true {
        return TypeSpec::UNTYPED;
    }
    if field["type"]["kind"] == "decision" {
        return decision(&field["type"]);
    }
    let written = written(&field["type"], text(&field["annotation_name"]));
    let hidden = field["constraints_text"].is_null()
        && field["metadata"]
            .as_object()
            .is_some_and(|all| !all.is_empty());
    if hidden {
        return TypeSpec::from(format!(
            "Annotated[{written}, {}]",
            arguments(&field["metadata"])
        ));
    }
    TypeSpec::from(written)
}

/// A decision with its criteria.
fn decision(tree: &Value) -> TypeSpec {
    let criteria = &tree["criteria"];
    let named = || criteria.as_object().into_iter().flatten();
    match text(&tree["type"]) {
        "Noul" => TypeSpec::noul(named().map(|(value, text)| (value == "true", text.clone()))),
        // the criteria have the values as text; the description has them as they are
        "Choice" => {
            let description = text(&tree["description"]);
            let options = description
                .split_once("Options: ")
                .and_then(|(_, options)| options.strip_suffix('.'))
                .and_then(|options| serde_json::from_str::<Vec<(Value, Value)>>(options).ok());
            TypeSpec::choice(options.unwrap_or_default())
        }
        _ => TypeSpec::score(list(criteria).iter().cloned()),
    }
}

/// A recorded signature, field by field.
pub(crate) fn built(recorded: &Value) -> Result<DynSignature, Error> {
    let mut builder = DynSignature::builder(text(&recorded["name"]))
        .instructions(text(&recorded["instructions"]))
        .types(&registry(&recorded["types"]));
    for field in list(&recorded["fields"]) {
        let (name, ty) = (text(&field["name"]), field_type(field));
        let spec = if field["role"] == "input" {
            FieldSpec::input(name, ty)
        } else {
            FieldSpec::output(name, ty)
        };
        let mut spec = spec
            .description(text(&field["desc"]))
            .prefix(text(&field["prefix"]));
        if field["constraints_text"].is_string() {
            spec = bounded(spec, &field["metadata"]);
        }
        if let Some(default) = field.get("default") {
            spec = spec.default(values::plain(default));
        }
        builder = builder.field(spec);
    }
    builder.build()
}

/// A recorded signature the way it was made: from its string, if it has one.
pub(crate) fn made(recorded: &Value) -> Result<DynSignature, Error> {
    let Some(string) = recorded["string"].as_str() else {
        return built(recorded);
    };
    let signature = DynSignature::parse_with(string, &registry(&recorded["types"]))?;
    if signature.instructions() == text(&recorded["instructions"]) {
        return Ok(signature);
    }
    Ok(signature.with_instructions(text(&recorded["instructions"])))
}
