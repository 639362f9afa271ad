//! The family `signature`: string grammar, edits, default prefix, equality.
use super::{Outcome, Report, compare, list, not_applicable, text, types};
use serde_json::Value;
use sigflow_core::{DynSignature, Error, FieldSpec, FieldUpdate};
use sigflow_grammar::infer_prefix;

pub(crate) fn run(vector: &Value, report: &mut Report) {
    let id = text(&vector["id"]);
    report.add(id, outcome(vector));
}

fn outcome(vector: &Value) -> Outcome {
    if not_applicable::signature(vector).is_some() {
        return Outcome::NotApplicable;
    }
    let checked = match text(&vector["op"]) {
        "parse_string" => parse_string(vector),
        "edit" => edit(vector),
        "infer_prefix" => compare::same(
            "prefix",
            &infer_prefix(text(&vector["name"])),
            text(&vector["result"]),
        ),
        "equals" => equals(vector),
        other => Err(format!("there is no op `{other}` here")),
    };
    checked.map_or_else(Outcome::Failed, |()| Outcome::Passed)
}

fn parse_string(vector: &Value) -> Result<(), String> {
    let recorded = &vector["signature"];
    let parsed = DynSignature::parse_with(
        text(&vector["string"]),
        &types::registry(&recorded["types"]),
    );
    let Some(ours) = expected(vector, parsed)? else {
        return Ok(());
    };
    compare::same("canonical", &ours.canonical(), text(&vector["canonical"]))?;
    compare::signature(&ours, recorded)
}

/// The signature, or nothing where an error was expected and came.
fn expected(
    vector: &Value,
    made: Result<DynSignature, Error>,
) -> Result<Option<DynSignature>, String> {
    match (made, vector.get("error")) {
        (Ok(signature), None) => Ok(Some(signature)),
        (Err(_), Some(_)) => Ok(None),
        (Ok(signature), Some(error)) => Err(format!(
            "{signature:?}, where DSPy says: {}",
            text(&error["message"])
        )),
        (Err(error), None) => Err(error.to_string()),
    }
}

fn edit(vector: &Value) -> Result<(), String> {
    let base = types::made(&vector["base"]).map_err(|error| format!("base: {error}"))?;
    compare::signature(&base, &vector["base"]).map_err(|error| format!("base: {error}"))?;
    let edited = edited(&base, vector)?;
    match expected(vector, edited)? {
        Some(ours) => compare::signature(&ours, &vector["signature"]),
        None => Ok(()),
    }
}

fn edited(base: &DynSignature, vector: &Value) -> Result<Result<DynSignature, Error>, String> {
    let arguments = &vector["args"];
    let (edit, name) = (text(&vector["edit"]), text(&arguments["name"]));
    let is = |op: &str| edit.starts_with(op);
    Ok(if is("with_instructions") {
        Ok(base.with_instructions(text(&arguments["instructions"])))
    } else if is("append_instructions") {
        Ok(base.append_instructions(text(&arguments["instructions"])))
    } else if is("append") {
        base.append(field(vector))
    } else if is("prepend") {
        base.prepend(field(vector))
    } else if is("insert") {
        let index = arguments["index"]
            .as_i64()
            .and_then(|index| isize::try_from(index).ok())
            .unwrap_or_default();
        base.insert(index, field(vector))
    } else if is("delete") {
        Ok(base.delete(name))
    } else if is("with_updated_fields") {
        let mut update = FieldUpdate::new();
        if let Some(ty) = arguments["type"].as_str() {
            update = update.ty(ty);
        }
        if let Some(description) = arguments["desc"].as_str() {
            update = update.description(description);
        }
        if let Some(prefix) = arguments["prefix"].as_str() {
            update = update.prefix(prefix);
        }
        base.with_updated_fields(name, update)
    } else {
        return Err(format!("there is no edit `{edit}` here"));
    })
}

/// The new field of an edit. Inserts were recorded without the type they used: it stands in the result,
/// unless the edit was an error or the old field stayed.
fn field(vector: &Value) -> FieldSpec {
    let arguments = &vector["args"];
    let name = text(&arguments["name"]);
    let named = |fields: &'_ Value| {
        list(fields)
            .iter()
            .find(|field| field["name"] == name)
            .cloned()
    };
    let ty = match (
        arguments["type"].as_str(),
        named(&vector["base"]["fields"]),
        named(&vector["signature"]["fields"]),
    ) {
        (Some(ty), ..) => ty.to_owned(),
        (None, None, Some(field)) => {
            types::written(&field["type"], text(&field["annotation_name"]))
        }
        _ => "int".to_owned(),
    };
    let spec = if arguments["role"] == "input" {
        FieldSpec::input(name, ty)
    } else {
        FieldSpec::output(name, ty)
    };
    spec.description(text(&arguments["desc"]))
}

fn equals(vector: &Value) -> Result<(), String> {
    let made = |key: &str| types::made(&vector[key]).map_err(|error| format!("{key}: {error}"));
    let ours = made("a")?.equals(&made("b")?);
    if vector["result"] == ours {
        Ok(())
    } else {
        Err(format!("ours is {ours}"))
    }
}
