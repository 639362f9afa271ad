//! The recorded answers of DSPy itself, when they are at hand.

use serde_json::Value;

use crate::{Names, default_instructions, infer_prefix, parse_with, python_name};

/// Strings that DSPy refuses and that are read here on purpose; none so far.
const ACCEPTED: [&str; 0] = [];

#[test]
fn the_recorded_signatures_agree() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../shared/conformance/dspy/signature.json"
    );
    let Ok(file) = std::fs::read_to_string(path) else {
        eprintln!("skipped: no recorded vectors beside the repository");
        return;
    };
    let file: Value = serde_json::from_str(&file).unwrap();
    let mut compared = 0;
    for vector in file["vectors"].as_array().unwrap() {
        let id = text(&vector["id"]);
        match text(&vector["op"]) {
            "parse_string" => parse_string(id, vector),
            "infer_prefix" => assert_eq!(
                infer_prefix(text(&vector["name"])),
                text(&vector["result"]),
                "{id}"
            ),
            _ => continue,
        }
        compared += 1;
    }
    eprintln!("{compared} recorded vectors agree");
    assert!(compared > 0);
}

fn parse_string(id: &str, vector: &Value) {
    let string = text(&vector["string"]);
    let types = vector["signature"]["types"].as_object();
    let custom: Vec<&str> = types
        .into_iter()
        .flatten()
        .map(|(name, _)| name.as_str())
        .collect();
    let parsed = parse_with(string, Names::Listed(&custom));
    if vector.get("error").is_some() {
        assert!(
            parsed.is_err() || ACCEPTED.contains(&string),
            "{id}: {string:?} is read"
        );
        return;
    }
    let ast = parsed.unwrap_or_else(|error| panic!("{id}: {}", error.render(string)));
    assert_eq!(ast.canonical(), text(&vector["canonical"]), "{id}");

    let fields = [("input", &ast.inputs), ("output", &ast.outputs)];
    let ours: Vec<_> = fields
        .iter()
        .flat_map(|(role, fields)| fields.iter().map(move |field| (*role, field)))
        .map(|(role, field)| {
            let undefined = role == "input" && field.ty.is_none();
            (
                role,
                field.name.clone(),
                python_name(&field.type_or_str()),
                format!("{}:", infer_prefix(&field.name)),
                undefined,
            )
        })
        .collect();
    let recorded: Vec<_> = vector["signature"]["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|field| {
            let part = |key: &str| text(&field[key]).to_owned();
            let undefined = field["type_undefined"] == true;
            (
                text(&field["role"]),
                part("name"),
                part("annotation_name"),
                part("prefix"),
                undefined,
            )
        })
        .collect();
    assert_eq!(ours, recorded, "{id}");

    let names = |fields: &[crate::Field]| {
        fields
            .iter()
            .map(|field| field.name.clone())
            .collect::<Vec<_>>()
    };
    let (inputs, outputs) = (names(&ast.inputs), names(&ast.outputs));
    let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
    let outputs: Vec<&str> = outputs.iter().map(String::as_str).collect();
    assert_eq!(
        default_instructions(&inputs, &outputs),
        text(&vector["signature"]["instructions"]),
        "{id}"
    );
}

fn text(value: &Value) -> &str {
    value
        .as_str()
        .unwrap_or_else(|| panic!("text expected, found {value}"))
}
