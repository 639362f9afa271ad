//! The family `format` through `signature!`: source for the vectors, compiled and run.
//!
//! Each vector becomes a module: its types with `derive(Field)`, its signature, and a function that prints
//! the messages of each adapter. What cannot be written as Rust is not applicable, with the reason.
use super::{
    Outcome, Report, format, list, not_applicable,
    rust::{self, Source},
    text, values,
};
use crate::generated::Crate;
use serde_json::Value;
use std::{collections::BTreeMap, fmt::Write as _};

/// What became of the vectors: the messages by vector and adapter, or why there are none.
struct Printed {
    messages: BTreeMap<(String, String), Vec<Value>>,
    reasons: BTreeMap<String, String>,
}

/// Runs the vectors of a file.
pub(crate) fn run(vectors: &[Value]) -> Result<Report, String> {
    let mut report = Report::default();
    let printed = printed(vectors)?;
    for vector in vectors {
        let id = text(&vector["id"]);
        for (name, expected) in vector["expected"].as_object().into_iter().flatten() {
            let outcome = outcome(&printed, vector, name, expected);
            report.add_to(name, &format!("{id} {name} (static)"), outcome);
        }
    }
    for (id, reason) in &printed.reasons {
        println!("{id}: not applicable as Rust source: {reason}");
    }
    Ok(report)
}

fn outcome(printed: &Printed, vector: &Value, adapter: &str, expected: &Value) -> Outcome {
    let id = text(&vector["id"]);
    let members_of_enums = adapter == "two_step"
        && [&vector["inputs"], &vector["demos"]]
            .iter()
            .any(|value| values::contains(value, "enum"));
    if printed.reasons.contains_key(id)
        || not_applicable::format(vector, adapter, expected).is_some()
        // an enum of Rust is its words: it has no members with values besides
        || members_of_enums
    {
        return Outcome::NotApplicable;
    }
    match printed.messages.get(&(id.to_owned(), adapter.to_owned())) {
        None => Outcome::Failed("the program printed nothing for it".to_owned()),
        Some(ours) => format::messages(ours, list(&expected["messages"]))
            .map_or_else(Outcome::Failed, |()| Outcome::Passed),
    }
}

/// Writes the crate, builds and runs it.
fn printed(vectors: &[Value]) -> Result<Printed, String> {
    let mut printed = Printed {
        messages: BTreeMap::new(),
        reasons: BTreeMap::new(),
    };
    let mut modules = String::new();
    let mut calls = String::new();
    let mut files = Vec::new();
    for (index, vector) in vectors.iter().enumerate() {
        match module(vector) {
            Ok(source) => {
                let file = format!("v{index}.txt");
                let source = source.replace(rust::INSTRUCTIONS, &file);
                files.push((file, text(&vector["signature"]["instructions"])));
                let _ = writeln!(modules, "mod v{index} {{\n{source}}}");
                let _ = writeln!(calls, "    v{index}::run();");
            }
            Err(reason) => {
                printed
                    .reasons
                    .insert(text(&vector["id"]).to_owned(), reason);
            }
        }
    }
    let main = format!("{SUPPORT}\nfn main() {{\n{calls}}}\n\n{modules}");
    let lines = compiled(&main, &files)?;
    for line in lines.lines() {
        let line: Value = serde_json::from_str(line).map_err(|error| format!("{line}: {error}"))?;
        let id = text(&line["id"]).to_owned();
        if let Some(reason) = line["reason"].as_str() {
            printed.reasons.insert(id, reason.to_owned());
        } else {
            let key = (id, text(&line["adapter"]).to_owned());
            printed
                .messages
                .insert(key, list(&line["messages"]).to_vec());
        }
    }
    Ok(printed)
}

/// The source of one vector.
fn module(vector: &Value) -> Result<String, String> {
    let Source { types, signature } = rust::source(&vector["signature"])?;
    let demos: Value = list(&vector["demos"]).iter().map(values::plain).collect();
    let instructions = text(&vector["signature"]["instructions"]);
    let mut reads = String::new();
    for field in list(&vector["signature"]["fields"]) {
        if field["role"] == "input" {
            let name = text(&field["name"]);
            let _ = write!(
                reads,
                "{}: read(inputs, {name:?})?, ",
                rust::identifier(name)?
            );
        }
    }
    Ok(format!(
        "    use super::*;\n{types}\n{signature}\n    pub fn run() {{\n        \
         show({:?}, {instructions:?}, {:?}, {:?}, |inputs| Ok(Sig {{ {reads} }}));\n    }}\n",
        text(&vector["id"]),
        values::plain(&vector["inputs"]).to_string(),
        demos.to_string(),
    ))
}

/// What the program prints.
fn compiled(main: &str, files: &[(String, &str)]) -> Result<String, String> {
    let program = Crate {
        name: "conformance-static",
        features: "features = [\"chrono\", \"decimal\", \"uuid\"]",
        manifest: "chrono = { version = \"0.4.42\", default-features = false }\n\
                   rust_decimal = { version = \"1.39\", default-features = false }\n\
                   uuid = { version = \"1.18\", default-features = false }\n\
                   serde_json = { version = \"1.0.145\", features = [\"preserve_order\"] }\n",
    };
    let others = files.iter().map(|(name, text)| (name.as_str(), *text));
    let files: Vec<_> = std::iter::once(("main.rs", main)).chain(others).collect();
    let output = program.write(&files)?.output();
    let output = output.map_err(|error| format!("cargo: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// What all modules share.
const SUPPORT: &str = r#"// written by `cargo xtask conformance --static`
#![allow(dead_code, non_snake_case, non_camel_case_types, unused_imports, unused_parens)]
use serde_json::{Value, json};
use sigflow::{Adapter, Ask, Demo, Message, Part, Record, Signature, prelude::*, types};
use std::collections::{BTreeMap, BTreeSet};

const ADAPTERS: [(&str, Adapter); 5] = [
    ("chat", Adapter::Chat),
    ("json", Adapter::Json),
    ("xml", Adapter::Xml),
    ("baml", Adapter::Baml),
    ("two_step", Adapter::TwoStep),
];

/// An input, if its Rust type says just what was recorded.
fn read<T: sigflow::Field>(inputs: &Value, name: &str) -> Result<T, String> {
    let given = inputs.get(name).ok_or("a missing input: a struct has all its fields")?;
    let value = T::from_value(given.clone()).map_err(|fault| format!("input `{name}`: {fault}"))?;
    let again = sigflow::InputField::view(&value).to_value();
    // a tool without results has no member for them
    if again.to_string() == given.to_string().replace(",\"tool_call_results\":null", "").replace("\"id\":null,", "") || again == *given {
        return Ok(value);
    }
    Err(format!("input `{name}`: its Rust type does not keep its form: {given}, {again}"))
}

/// Prints the messages of a signature, an adapter a line.
fn show<S>(
    id: &str,
    instructions: &str,
    inputs: &str,
    demos: &str,
    make: impl Fn(&Value) -> Result<S, String>,
) where
    S: Signature<At<'static> = S>,
{
    let no = |reason: String| println!("{}", json!({"id": id, "reason": reason}));
    if S::DEF.instructions.get() != instructions {
        return no("instructions that a doc comment does not hold".to_owned());
    }
    let inputs: Value = serde_json::from_str(inputs).expect("inputs");
    for (name, adapter) in ADAPTERS {
        let ask = match make(&inputs) {
            Ok(ask) => ask,
            Err(reason) => return no(reason),
        };
        let demos: Vec<Record> = serde_json::from_str(demos).expect("demos");
        let call = ask.predict().adapter(adapter).demos(demos.into_iter().map(Demo::from_record));
        match call.request() {
            Err(error) => return no(format!("the inputs are refused: {error}")),
            Ok(request) => {
                let mut messages = vec![json!({"role": "system", "content": request.prefix.system.as_str()})];
                messages.extend(request.prefix.demos.iter().chain(&request.turns).map(message));
                println!("{}", json!({"id": id, "adapter": name, "messages": messages}));
            }
        }
    }
}

fn message(message: &Message) -> Value {
    let parts: Vec<Value> = message.parts.iter().map(Part::block).collect();
    let calls: Vec<Value> = message.tool_calls.iter().map(|call| json!({
        "id": call.id, "type": "function",
        "function": {"name": call.name, "arguments": call.arguments},
    })).collect();
    let (id, name) = message.answers.clone().unwrap_or_default();
    json!({
        "role": message.role.as_str(), "content": message.text(), "parts": parts,
        "tool_calls": calls, "tool_call_id": id, "name": name,
    })
}
"#;
