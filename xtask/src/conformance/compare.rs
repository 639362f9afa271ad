//! A signature of ours held against a recorded one.
use super::{list, text, types};
use serde_json::Value;
use sigflow_core::{DynSignature, schema::FieldDef};

/// The first difference, if there is one.
pub(crate) fn signature(ours: &DynSignature, recorded: &Value) -> Result<(), String> {
    same(
        "instructions",
        ours.instructions(),
        text(&recorded["instructions"]),
    )?;
    let fields: Vec<(&str, &FieldDef)> = ours
        .inputs()
        .iter()
        .map(|field| ("input", field))
        .chain(ours.outputs().iter().map(|field| ("output", field)))
        .collect();
    let names = |names: Vec<String>| names.join(", ");
    same(
        "fields",
        &names(
            fields
                .iter()
                .map(|(role, field)| format!("{role} {}", field.name.get()))
                .collect(),
        ),
        &names(
            list(&recorded["fields"])
                .iter()
                .map(|f| format!("{} {}", text(&f["role"]), text(&f["name"])))
                .collect(),
        ),
    )?;
    // the types again, made of the recorded tree instead of the string
    let tree = types::built(recorded).map_err(|error| format!("the recorded types: {error}"))?;
    let again = tree.inputs().iter().chain(tree.outputs());
    for (((_, field), recorded), again) in fields.iter().zip(list(&recorded["fields"])).zip(again) {
        let name = field.name.get();
        let about = |what: &str| format!("`{name}`: {what}");
        let doc = if field.doc.is_empty() {
            format!("${{{name}}}")
        } else {
            field.doc.to_string()
        };
        same(
            &about("annotation_name"),
            &field.python_type(),
            text(&recorded["annotation_name"]),
        )?;
        same(&about("desc"), &doc, text(&recorded["desc"]))?;
        same(&about("prefix"), &field.prefix(), text(&recorded["prefix"]))?;
        same(
            &about("constraints_text"),
            &field.constraints_text().unwrap_or_default(),
            text(&recorded["constraints_text"]),
        )?;
        same(
            &about("type_undefined"),
            flag(field.is_untyped()),
            flag(recorded["type_undefined"] == true),
        )?;
        same(
            &about("required"),
            flag(field.default.is_none()),
            flag(recorded["required"] != false),
        )?;
        if field.schema != again.schema {
            return Err(about("type tree: another type than the recorded one"));
        }
    }
    Ok(())
}

fn flag(flag: bool) -> &'static str {
    if flag { "true" } else { "false" }
}

/// Two texts are the same; else where they part.
pub(crate) fn same(what: &str, ours: &str, recorded: &str) -> Result<(), String> {
    if ours == recorded {
        return Ok(());
    }
    let common = ours
        .chars()
        .zip(recorded.chars())
        .take_while(|(one, two)| one == two)
        .count();
    let part = |text: &str| {
        text.chars()
            .skip(common.saturating_sub(20))
            .take(80)
            .collect::<String>()
    };
    Err(format!(
        "{what} at {common}: ours {:?}, recorded {:?}",
        part(ours),
        part(recorded)
    ))
}
