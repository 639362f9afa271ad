//! The family `parse`: replies and what DSPy reads in them; and `recovery`, what they plainly say although
//! DSPy fails.
use super::{Outcome, Report, equal, list, not_applicable, text, types};
use serde_json::{Map, Value};
use sigflow_core::{
    __private::{Form, read_reply},
    DynSignature, Error, Record, Strictness,
};

/// What we read in a reply.
type Read = Result<Record, Error>;

pub(crate) fn run(file: &Value, vector: &Value, report: &mut Report) {
    let recorded = &file["signatures"][text(&vector["signature"])];
    report.add(text(&vector["id"]), outcome(recorded, vector));
}

/// Vectors that say what can be recovered.
pub(crate) fn recovery(file: &Value, vector: &Value, report: &mut Report) {
    if vector.get("expected_recovery").is_none() {
        return;
    }
    let recorded = &file["signatures"][text(&vector["signature"])];
    let outcome = if not_applicable::reply(recorded) {
        Outcome::NotApplicable
    } else {
        read(recorded, vector)
            .and_then(|read| recovered(recorded, vector, &read))
            .map_or_else(Outcome::Failed, |()| Outcome::Passed)
    };
    report.add(text(&vector["id"]), outcome);
}

fn read(recorded: &Value, vector: &Value) -> Result<Read, String> {
    let signature: DynSignature = types::built(recorded).map_err(|error| error.to_string())?;
    let form = match text(&vector["adapter"]) {
        "chat" => Form::Chat,
        "json" | "baml" => Form::Json,
        "xml" => Form::Xml,
        other => return Err(format!("there is no form `{other}` here")),
    };
    Ok(read_reply(
        &signature,
        form,
        Strictness::Lenient,
        text(&vector["completion"]),
    )
    .map(|(record, _)| record))
}

fn outcome(recorded: &Value, vector: &Value) -> Outcome {
    // a sample may lack the signature
    if recorded.is_null()
        || not_applicable::reply(recorded)
        || not_applicable::decided(text(&vector["id"]))
        || not_applicable::fields(&vector["fields"])
    {
        return Outcome::NotApplicable;
    }
    let read = match read(recorded, vector) {
        Ok(read) => read,
        Err(error) => return Outcome::Failed(error),
    };
    // where DSPy fails we may succeed
    let Some(fields) = vector["fields"].as_object() else {
        return Outcome::Passed;
    };
    let tagged = |tag: &str| list(&vector["tags"]).iter().any(|known| known == tag);
    match compare(recorded, fields, &read) {
        Ok(()) => Outcome::Passed,
        // a decision of ours: COMPATIBILITY.md lists them by kind
        Err(_) if tagged("quirk") => Outcome::NotApplicable,
        Err(error) => Outcome::Failed(error),
    }
}

/// Whether we read what DSPy reads; what breaks its own bound must be an error with the other fields.
fn compare(recorded: &Value, fields: &Map<String, Value>, read: &Read) -> Result<(), String> {
    match read {
        Ok(record) => fields.iter().try_for_each(|(name, value)| {
            let ours = record
                .get(name)
                .ok_or_else(|| format!("`{name}` is missing"))?;
            equal::typed(ours, value, &recorded["types"], name)
        }),
        Err(error) if error.is_constraint() => {
            let broken: Vec<&str> = error
                .faults()
                .iter()
                .map(|fault| fault.path.split(['.', '[']).next().unwrap_or(""))
                .collect();
            for (name, value) in fields {
                if broken.contains(&name.as_str()) {
                    continue;
                }
                match error.partial_fields().get(name) {
                    Some(ours) => equal::typed(ours, value, &recorded["types"], name)?,
                    // defaults are not carried
                    None if value.is_null()
                        || list(&recorded["fields"])
                            .iter()
                            .any(|field| field["name"] == **name && field["required"] == false) => {
                    }
                    None => return Err(format!("`{name}` is not carried by {error}")),
                }
            }
            Ok(())
        }
        Err(error) => Err(format!("{error:?}")),
    }
}

fn recovered(recorded: &Value, vector: &Value, read: &Read) -> Result<(), String> {
    let expected = &vector["expected_recovery"]["fields"];
    let ours: Map<String, Value> = match read {
        Ok(record) => record
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name.to_owned(), value.clone()))
            .collect(),
        Err(error) => error.partial_fields().clone(),
    };
    for (name, value) in expected.as_object().into_iter().flatten() {
        let found = ours.get(name).ok_or_else(|| match read {
            Ok(_) => format!("`{name}` is missing"),
            Err(error) => format!("`{name}` is missing: {error}"),
        });
        equal::typed(found?, value, &recorded["types"], name)?;
    }
    match ours
        .iter()
        .find(|(name, _)| expected.get(name.as_str()).is_none())
    {
        Some((name, value)) => Err(format!("`{name}` is {value}, though it cannot be read")),
        None => Ok(()),
    }
}
