//! The family `parse`: replies and what DSPy reads in them; and `recovery`, what they plainly say although
//! DSPy fails.
use super::{Outcome, Report, equal, list, not_applicable, readings, text, types};
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
    match compare(recorded, vector, fields, &read) {
        Ok(()) => Outcome::Passed,
        // a decision of ours: COMPATIBILITY.md lists them by kind
        Err(Differs::Decided) => Outcome::NotApplicable,
        Err(_) if tagged("quirk") => Outcome::NotApplicable,
        Err(Differs::Wrong(error)) => Outcome::Failed(error),
    }
}

/// Whether we read what DSPy reads; what breaks its own bound must be an error with the other fields.
fn compare(
    recorded: &Value,
    vector: &Value,
    fields: &Map<String, Value>,
    read: &Read,
) -> Result<(), Differs> {
    match read {
        Ok(record) => {
            let mut decided = false;
            for (name, value) in fields {
                let ours = record
                    .get(name)
                    .ok_or_else(|| format!("`{name}` is missing"))?;
                match equal::typed(ours, value, &recorded["types"], name) {
                    Ok(()) => {}
                    Err(_) if excused(recorded, vector, name, ours, value).is_some() => {
                        decided = true;
                    }
                    Err(error) => return Err(error.into()),
                }
            }
            if decided {
                Err(Differs::Decided)
            } else {
                Ok(())
            }
        }
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
                    None => return Err(format!("`{name}` is not carried by {error}").into()),
                }
            }
            Ok(())
        }
        Err(error) => Err(format!("{error:?}").into()),
    }
}

/// A difference: one of the rules, or a mistake.
enum Differs {
    Decided,
    Wrong(String),
}

impl From<String> for Differs {
    fn from(error: String) -> Self {
        Differs::Wrong(error)
    }
}

/// Why an output is not what DSPy reads: a rule that looks at the reply, the output's type and both values.
fn excused(
    recorded: &Value,
    vector: &Value,
    name: &str,
    ours: &Value,
    value: &Value,
) -> Option<&'static str> {
    let field = list(&recorded["fields"])
        .iter()
        .find(|field| field["name"] == name)?;
    let (ty, completion, said) = (&field["type"], text(&vector["completion"]), text(value));
    let kinds = ["any", "union"];
    let adapter = text(&vector["adapter"]);
    let open = kinds.contains(&text(&ty["kind"]));
    if not_applicable::literal(ty, ours, value) {
        return Some("Python's `True == 1`");
    }
    if adapter == "chat" && said.starts_with(']') {
        return Some("a marker behind blanks: `]]` leaks into the value");
    }
    if said
        .strip_prefix(text(ours))
        .is_some_and(|rest| rest.trim_start().starts_with("[[ ## "))
    {
        return Some("the beginning of a marker at the end of a cut reply");
    }
    if matches!(adapter, "json" | "baml") && open && ours.is_string() {
        let quoted = completion.contains(&ours.to_string());
        return quoted.then_some("text in quotes is text, where text may come");
    }
    if said == "None" && field["required"] == false && completion.contains("null") {
        return Some("null for an output that has a default is the default");
    }
    if adapter == "xml" {
        let tag = format!("<{name}>");
        if said.starts_with("['") && completion.matches(&tag).count() > 1 {
            return Some("several tags of one name for text");
        }
        if ours.is_null() && completion.contains(&format!("{tag}null<")) {
            return Some("a word for nothing where nothing may come");
        }
    }
    readings::decided(completion, ours, value)
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
