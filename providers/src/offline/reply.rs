//! From a prompt to the text of a reply.
use super::{
    prompt::{Field, Inputs, Prompt, Speaker},
    text::{Topic, stems, words},
    value::{Ask, Walk},
};
use serde_json::{Map, Value};

/// The reply to a prompt: one JSON object if that is asked for (`schema` is the whole answer's),
/// else `[[ ## field ## ]]` sections.
pub(super) fn answer(system: &str, turns: &[(Speaker, &str)], schema: Option<&str>) -> String {
    let prompt = Prompt::read(system, turns, schema);
    let flat = |inputs: &Inputs| {
        inputs
            .iter()
            .map(|(_, text)| plain_lines(text))
            .collect::<Vec<_>>()
            .join("\n")
    };
    let all = flat(&prompt.inputs);
    let shown: Vec<String> = prompt
        .demos
        .iter()
        .map(|(inputs, _)| flat(inputs))
        .collect();
    // a question is about the other inputs: it says what to look for, they where
    let asking = |word: &String| ["question", "query", "request", "hint"].contains(&word.as_str());
    let asks =
        |(name, text): &&(String, String)| text.ends_with('?') || words(name).iter().any(asking);
    let documents: Inputs = prompt
        .inputs
        .iter()
        .filter(|input| !asks(input))
        .cloned()
        .collect();
    let documents = flat(&documents);
    let documents = if documents.trim().is_empty() {
        all.clone()
    } else {
        documents
    };
    let question = flat(
        &prompt
            .inputs
            .iter()
            .filter(asks)
            .cloned()
            .collect::<Inputs>(),
    );
    let fill = |field: &Field| {
        let mut topic = Topic::inside(&Topic::default(), &field.name, &field.doc);
        topic.more.extend(stems(&question));
        let mut ask = Ask::new(topic, &field.doc, &documents, &all);
        let shown = prompt.demos.iter().zip(&shown);
        let shown = shown
            .filter_map(|((_, outputs), text)| Some((text.as_str(), outputs.get(&field.name)?)));
        ask.demos.extend(shown);
        Walk::new(&field.schema).value(&field.schema, &ask).0
    };
    if prompt.json {
        let members: Map<String, Value> = prompt
            .fields
            .iter()
            .map(|field| (field.name.clone(), fill(field)))
            .collect();
        return Value::Object(members).to_string();
    }
    if prompt.fields.is_empty() {
        return Topic::default().sentence(&all).0.to_owned();
    }
    let mut reply = String::new();
    for field in &prompt.fields {
        let value = written(&fill(field), field.python);
        reply.extend(["[[ ## ", &field.name, " ## ]]\n", &value, "\n\n"]);
    }
    reply + "[[ ## completed ## ]]"
}

/// A value behind its marker, in Python's words where the prompt asks for them.
fn written(value: &Value, python: bool) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(value) if python => if *value { "True" } else { "False" }.to_owned(),
        Value::Null if python => "None".to_owned(),
        other => other.to_string(),
    }
}

/// An input as plain lines: JSON members as `key: value`, items as a list, `[1] «text»` too.
fn plain_lines(text: &str) -> String {
    let one = |value: &Value| {
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned)
    };
    let lines = |members: &Map<String, Value>, between: &str| {
        members
            .iter()
            .map(|(key, value)| format!("{key}: {}", one(value)))
            .collect::<Vec<_>>()
            .join(between)
    };
    match serde_json::from_str(text) {
        Ok(Value::Object(members)) => lines(&members, "\n"),
        Ok(Value::Array(items)) => {
            let item = |item: &Value| {
                item.as_object()
                    .map_or_else(|| one(item), |members| lines(members, ", "))
            };
            items
                .iter()
                .map(|each| format!("- {}", item(each)))
                .collect::<Vec<_>>()
                .join("\n")
        }
        _ if text.contains('«') => {
            let inner = |line: &str| {
                let line = line
                    .trim_start_matches(|c: char| "[]0123456789 ".contains(c))
                    .trim_matches(['«', '»']);
                line.trim().to_owned()
            };
            text.lines()
                .map(inner)
                .filter(|line| !line.is_empty())
                .collect::<Vec<_>>()
                .join("\n")
        }
        _ => text.to_owned(),
    }
}
