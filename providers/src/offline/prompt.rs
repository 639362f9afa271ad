//! Reads a prompt in DSPy's chat or JSON format: what is asked, the demonstrations and the inputs.
use serde_json::{Map, Value, json};

/// Who says a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Speaker {
    User,
    Model,
}

/// An output that the prompt asks for.
pub(super) struct Field {
    pub(super) name: String,
    pub(super) doc: String,
    pub(super) schema: Value,
    /// Written in Python's words (`True`, `None`) when it stands in a section.
    pub(super) python: bool,
}

/// A question with its answer.
pub(super) struct Demo {
    pub(super) inputs: Vec<(String, String)>,
    pub(super) outputs: Map<String, Value>,
}

/// A prompt, read.
pub(super) struct Prompt {
    pub(super) fields: Vec<Field>,
    pub(super) inputs: Vec<(String, String)>,
    pub(super) demos: Vec<Demo>,
    /// One JSON object is asked for, not sections.
    pub(super) json: bool,
}

const REMINDERS: [&str; 2] = [
    "Respond with the corresponding output fields",
    "Respond with a JSON object in the following",
];
const JSON_OUTPUTS: &str = "Outputs will be a JSON object with the following fields.";
const STRUCTURE: &str = "\nAll interactions will be structured in the following way";
const OBJECTIVE: &str = "\nIn adhering to this structure, your objective is: ";

impl Prompt {
    /// Reads the messages; `schema` is that of the whole answer, if the request brought one.
    pub(super) fn read(system: &str, turns: &[(Speaker, &str)], schema: Option<&str>) -> Self {
        let inputs = listed(
            system,
            "Your input fields are:\n",
            "\nYour output fields are:",
        );
        let outputs = listed(system, "Your output fields are:\n", STRUCTURE);
        let schema = schema.and_then(|text| serde_json::from_str::<Value>(text).ok());
        let fields = match &schema {
            Some(schema) if schema.get("properties").is_some() => schema_fields(schema, &outputs),
            _ => noted_fields(system, outputs),
        };
        let last = turns.last().map_or("", |(_, text)| *text);
        let json = schema.is_some() || system.contains(JSON_OUTPUTS) || last.contains(REMINDERS[1]);
        let known = |name: &str| inputs.iter().any(|(input, ..)| input == name);
        let mut read = Prompt {
            fields,
            inputs: Vec::new(),
            demos: Vec::new(),
            json,
        };
        for (at, (speaker, text)) in turns.iter().enumerate() {
            match speaker {
                Speaker::User => {
                    let found = sections(before_reminder(text), &known);
                    // a turn without inputs speaks about those before it: a complaint about the answer
                    if !found.is_empty() || read.inputs.is_empty() {
                        let free = || vec![("text".to_owned(), before_reminder(text).to_owned())];
                        read.inputs = if found.is_empty() { free() } else { found };
                    } else if at + 1 == turns.len() {
                        read.demos.pop();
                    }
                }
                Speaker::Model => read.demos.push(read.demo(text)),
            }
        }
        read
    }

    fn demo(&self, answer: &str) -> Demo {
        let mut outputs = Map::new();
        if let Ok(Value::Object(members)) = serde_json::from_str(answer.trim()) {
            outputs = members;
        } else {
            for (name, text) in sections(answer, &|name| self.fields.iter().any(|f| f.name == name))
            {
                let plain = self
                    .fields
                    .iter()
                    .any(|field| field.name == name && field.python);
                let value = if plain {
                    None
                } else {
                    serde_json::from_str(&text).ok()
                };
                outputs.insert(name, value.unwrap_or(Value::String(text)));
            }
        }
        outputs.retain(|_, value| {
            value
                .as_str()
                .is_none_or(|text| !text.starts_with("Not supplied for"))
        });
        Demo {
            inputs: self.inputs.clone(),
            outputs,
        }
    }
}

fn before_reminder(text: &str) -> &str {
    let end = REMINDERS
        .iter()
        .filter_map(|reminder| text.rfind(reminder))
        .max();
    text.get(..end.unwrap_or(text.len())).unwrap_or(text).trim()
}

/// The numbered list of fields: name, type, description with the lines that follow it.
fn listed(system: &str, head: &str, end: &str) -> Vec<(String, String, String)> {
    let body = system.split_once(head).map_or("", |(_, rest)| rest);
    let body = body.split_once(end).map_or(body, |(body, _)| body);
    let mut found: Vec<(String, String, String)> = Vec::new();
    for line in body.lines() {
        let item = line
            .strip_prefix(&format!("{}. `", found.len() + 1))
            .and_then(|rest| {
                let (name, rest) = rest.split_once("` (")?;
                let (kind, doc) = rest.split_once("):")?;
                Some((name.to_owned(), kind.to_owned(), doc.trim().to_owned()))
            });
        match (item, found.last_mut()) {
            (Some(item), _) => found.push(item),
            (None, Some((_, _, doc))) => *doc += &format!("\n{line}"),
            (None, None) => {}
        }
    }
    found
}

/// The fields of the schema that came with the request; the prompt adds the descriptions.
fn schema_fields(schema: &Value, listed: &[(String, String, String)]) -> Vec<Field> {
    let properties = schema["properties"].as_object().into_iter().flatten();
    let field = |(name, property): (&String, &Value)| {
        let mut property = property.clone();
        for key in ["$defs", "definitions"] {
            if let (Some(own), Some(shared)) = (property.as_object_mut(), schema.get(key)) {
                own.insert(key.to_owned(), shared.clone());
            }
        }
        let doc = listed
            .iter()
            .find(|(listed, ..)| listed == name)
            .map(|(_, _, doc)| doc.as_str());
        let doc = doc
            .or(property["description"].as_str())
            .unwrap_or_default()
            .to_owned();
        Field {
            name: name.clone(),
            doc,
            schema: property,
            python: false,
        }
    };
    properties.map(field).collect()
}

/// The fields of the list, their types by the note behind the placeholder.
fn noted_fields(system: &str, listed: Vec<(String, String, String)>) -> Vec<Field> {
    let structure = system.split_once(STRUCTURE).map_or("", |(_, rest)| rest);
    let structure = structure
        .split_once(OBJECTIVE)
        .map_or(structure, |(structure, _)| structure);
    let object = structure.split_once(JSON_OUTPUTS).and_then(|(_, rest)| {
        serde_json::Deserializer::from_str(rest)
            .into_iter::<Value>()
            .next()?
            .ok()
    });
    let field = |(name, kind, doc): (String, String, String)| {
        let start = format!("{{{name}}}        # note: the value you produce ");
        let line = structure.lines().find_map(|line| line.strip_prefix(&start));
        let inside = || object.as_ref()?.get(&name)?.as_str()?.strip_prefix(&start);
        let (mut schema, python) = noted(line.or_else(inside).unwrap_or_default(), &kind);
        constrain(&mut schema, &doc);
        Field {
            name,
            doc,
            schema,
            python,
        }
    };
    listed.into_iter().map(field).collect()
}

fn noted(note: &str, kind: &str) -> (Value, bool) {
    if let Some(json) = note.strip_prefix("must adhere to the JSON schema: ") {
        return (
            serde_json::from_str(json).unwrap_or(Value::Bool(true)),
            false,
        );
    }
    if let Some((_, list)) = note.split_once("one of: ") {
        let quoted = |word: &str| kind.contains(&format!("'{word}'"));
        let value = |word: &str| match word {
            "True" | "False" if !quoted(word) => Value::Bool(word == "True"),
            "None" if !quoted(word) => Value::Null,
            _ if quoted(word) => Value::from(word),
            _ => word
                .parse::<i64>()
                .map_or_else(|_| Value::from(word), Value::from),
        };
        return (
            json!({ "enum": list.split("; ").map(value).collect::<Vec<_>>() }),
            true,
        );
    }
    let kinds = [
        ("int value", "integer"),
        ("float value", "number"),
        ("True or False", "boolean"),
    ];
    let kind = kinds
        .iter()
        .find(|(words, _)| note.contains(words))
        .map_or("string", |(_, kind)| kind);
    (json!({ "type": kind }), true)
}

/// Bounds that stand in words behind the description.
fn constrain(schema: &mut Value, doc: &str) {
    const WORDS: [(&str, &[&str]); 7] = [
        ("greater than or equal to: ", &["minimum"]),
        ("greater than: ", &["exclusiveMinimum"]),
        ("less than or equal to: ", &["maximum"]),
        ("less than: ", &["exclusiveMaximum"]),
        ("a multiple of the given number: ", &["multipleOf"]),
        (
            "minimum length: ",
            &["minLength", "minItems", "minProperties"],
        ),
        (
            "maximum length: ",
            &["maxLength", "maxItems", "maxProperties"],
        ),
    ];
    let Some((_, line)) = doc.rsplit_once("Constraints: ") else {
        return;
    };
    let Some(schema) = schema.as_object_mut() else {
        return;
    };
    for (words, keys) in WORDS {
        let bound = line
            .split_once(words)
            .and_then(|(_, rest)| rest.split(", ").next());
        if let Some(Ok(bound)) = bound.map(|text| serde_json::from_str::<Value>(text.trim())) {
            keys.iter()
                .for_each(|key| _ = schema.entry(*key).or_insert(bound.clone()));
        }
    }
    if let Some((_, pattern)) = line.split_once("must match: ") {
        schema
            .entry("pattern")
            .or_insert(Value::from(pattern.trim()));
    }
}

/// The `[[ ## name ## ]]` sections with known names; the first of a name counts.
fn sections(text: &str, known: &dyn Fn(&str) -> bool) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        let header = line
            .trim_start()
            .strip_prefix("[[ ## ")
            .and_then(|rest| rest.split_once(" ## ]]"));
        match header {
            Some((name, rest)) if known(name) && !found.iter().any(|(seen, _)| seen == name) => {
                found.push((name.to_owned(), rest.to_owned()));
            }
            Some(("completed", _)) if !found.is_empty() && !known("completed") => break,
            _ => {
                if let Some((_, text)) = found.last_mut() {
                    *text += &format!("\n{line}");
                }
            }
        }
    }
    found
        .iter_mut()
        .for_each(|(_, text)| *text = text.trim().to_owned());
    found
}
