//! The family `value`: single values, and JSON that has to be repaired.
use super::{Outcome, Report, equal, not_applicable, readings, text, types, values};
use serde_json::{Value, json};
use sigflow_core::{
    __private::{Form, Schema, align_value, read_reply, read_value},
    Strictness,
};

pub(crate) fn run(_: &Value, vector: &Value, report: &mut Report) {
    let outcome = match text(&vector["op"]) {
        "parse_value" => parse_value(vector),
        "json_repair.loads" => loads(vector),
        other => Outcome::Failed(format!("there is no op `{other}` here")),
    };
    report.add(text(&vector["id"]), outcome);
}

/// A value is what stands in a section, if it is text; else a member of an object.
fn parse_value(vector: &Value) -> Outcome {
    let field = json!({"name": "x", "role": "output", "type": vector["type"], "annotation_name": vector["type_text"], "desc": "", "prefix": "X:"});
    let recorded = json!({"name": "Value", "instructions": "Read.", "fields": [field], "types": vector["types"]});
    if not_applicable::reply(&recorded)
        || not_applicable::fields(&vector["result"])
        || not_applicable::instance(&vector["value"])
    {
        return Outcome::NotApplicable;
    }
    let signature = match types::built(&recorded) {
        Ok(signature) => signature,
        Err(error) => return Outcome::Failed(error.to_string()),
    };
    let ours = match &vector["value"] {
        Value::String(value) => {
            let reply = format!("[[ ## x ## ]]\n{value}\n\n[[ ## completed ## ]]\n");
            read_reply(&signature, Form::Chat, Strictness::Lenient, &reply)
                .map(|(record, _)| record["x"].clone())
        }
        other => align_value(&signature.outputs()[0].schema, values::plain(other)),
    };
    match (ours, vector.get("result")) {
        // where DSPy fails we may succeed
        (_, None) => Outcome::Passed,
        (Err(error), Some(_)) => Outcome::Failed(error.to_string()),
        (Ok(ours), Some(result)) => match equal::typed(&ours, result, &vector["types"], "value") {
            Ok(()) => Outcome::Passed,
            Err(_)
                if not_applicable::literal(&vector["type"], &ours, result)
                    || not_applicable::whole_number(&vector["value"])
                    || vector["value"]
                        .as_str()
                        .is_some_and(|text| readings::decided(text, &ours, result).is_some()) =>
            {
                Outcome::NotApplicable
            }
            Err(error) => Outcome::Failed(error),
        },
    }
}

fn loads(vector: &Value) -> Outcome {
    let input = text(&vector["text"]);
    if not_applicable::fields(&vector["result"]) {
        return Outcome::NotApplicable;
    }
    // the empty text says that nothing was found
    if vector["result"] == "" && !input.trim().starts_with("\"\"") {
        return Outcome::Passed;
    }
    match read_value(&Schema::Any, input, false) {
        Ok((ours, _)) => match equal::plain(&ours, &vector["result"], "value") {
            Ok(()) => Outcome::Passed,
            Err(_) if readings::decided(input, &ours, &vector["result"]).is_some() => {
                Outcome::NotApplicable
            }
            Err(error) => Outcome::Failed(error),
        },
        Err(error) => Outcome::Failed(error.to_string()),
    }
}
