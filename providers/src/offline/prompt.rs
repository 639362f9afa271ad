//! Reads a prompt in the chat or JSON format of `DSPy`: what is asked, the demonstrations, the inputs.
use serde_json::{Deserializer, Map, Value, json};

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

/// The inputs of a question, by name.
pub(super) type Inputs = Vec<(String, String)>;

/// A prompt, read.
pub(super) struct Prompt {
    pub(super) fields: Vec<Field>,
    pub(super) inputs: Inputs,
    pub(super) demos: Vec<(Inputs, Map<String, Value>)>,
    /// One JSON object is asked for, not sections.
    pub(super) json: bool,
}

const CHAT_REMINDER: &str = "Respond with the corresponding output fields";
const JSON_REMINDER: &str = "Respond with a JSON object in the following order";
const JSON_OUTPUTS: &str = "Outputs will be a JSON object with the following fields.";
const STRUCTURE: &str = "\nAll interactions will be structured in the following way";
const OBJECTIVE: &str = "\nIn adhering to this structure, your objective is: ";

impl Prompt {
    /// Reads the messages; `schema` is that of the whole answer, if the request brought one.
    pub(super) fn read(system: &str, turns: &[(Speaker, &str)], schema: Option<&str>) -> Self {
        let known = listed(
            system,
            "Your input fields are:\n",
            "\nYour output fields are:",
        );
        let known = |name: &str| known.iter().any(|(input, ..)| input == name);
        let outputs = listed(system, "Your output fields are:\n", STRUCTURE);
        let whole: Option<Value> = schema.and_then(|schema| serde_json::from_str(schema).ok());
        let whole = whole.filter(|whole| whole["properties"].is_object());
        let fields = match &whole {
            Some(whole) => schema_fields(whole, &outputs),
            None => noted_fields(system, outputs),
        };
        let last = turns.last().map_or("", |(_, text)| *text);
        let json =
            schema.is_some() || system.contains(JSON_OUTPUTS) || last.contains(JSON_REMINDER);
        let mut read = Prompt {
            fields,
            inputs: Vec::new(),
            demos: Vec::new(),
            json,
        };
        for (at, (speaker, text)) in turns.iter().enumerate() {
            if *speaker == Speaker::Model {
                read.demos.push((read.inputs.clone(), read.outputs(text)));
                continue;
            }
            let text = [CHAT_REMINDER, JSON_REMINDER]
                .iter()
                .find_map(|mark| text.rsplit_once(mark))
                .map_or(*text, |(text, _)| text);
            let found = sections(text, &known);
            if !found.is_empty() {
                read.inputs = found;
            } else if read.inputs.is_empty() {
                read.inputs.push(("text".to_owned(), text.to_owned()));
            } else if at + 1 == turns.len() {
                // a last turn without inputs is about the answer before it: what was wrong there is no demonstration
                read.demos.pop();
            }
        }
        read
    }

    /// The model's side of a demonstration.
    fn outputs(&self, answer: &str) -> Map<String, Value> {
        let field = |name: &str| self.fields.iter().find(|field| field.name == name);
        let read = |(name, text): (String, String)| {
            let json = field(&name)
                .filter(|field| !field.python)
                .and_then(|_| serde_json::from_str(&text).ok());
            (name, json.unwrap_or(Value::String(text)))
        };
        let mut outputs: Map<String, Value> = match serde_json::from_str(answer.trim()) {
            Ok(Value::Object(members)) => members,
            _ => sections(answer, &|name| field(name).is_some())
                .into_iter()
                .map(read)
                .collect(),
        };
        outputs.retain(|_, value| {
            value
                .as_str()
                .is_none_or(|text| !text.starts_with("Not supplied for"))
        });
        outputs
    }
}

/// The numbered list of fields: name, type, description with the lines that follow it.
fn listed(system: &str, head: &str, end: &str) -> Vec<(String, String, String)> {
    let body = system.split_once(head).map_or("", |(_, rest)| rest);
    let mut found: Vec<(String, String, String)> = Vec::new();
    for line in body.split_once(end).map_or(body, |(body, _)| body).lines() {
        let item = line.strip_prefix(&format!("{}. `", found.len() + 1));
        let item = item
            .and_then(|rest| rest.split_once("` ("))
            .and_then(|(name, rest)| Some((name, rest.split_once("):")?)));
        if let Some((name, (kind, doc))) = item {
            found.push((name.to_owned(), kind.to_owned(), doc.trim().to_owned()));
        } else if let Some((_, _, doc)) = found.last_mut() {
            doc.extend(["\n", line]);
        }
    }
    found
}

/// The fields of the schema that came with the request; the prompt adds the descriptions.
fn schema_fields(whole: &Value, listed: &[(String, String, String)]) -> Vec<Field> {
    let field = |(name, property): (&String, &Value)| {
        let mut schema = property.clone();
        if let (Some(own), Some(shared)) = (schema.as_object_mut(), whole.get("$defs")) {
            own.insert("$defs".to_owned(), shared.clone());
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
            schema,
            python: false,
        }
    };
    whole["properties"]
        .as_object()
        .into_iter()
        .flatten()
        .map(field)
        .collect()
}

/// The fields of the list, their types by the note behind the placeholder.
fn noted_fields(system: &str, listed: Vec<(String, String, String)>) -> Vec<Field> {
    let structure = system.split_once(STRUCTURE).map_or("", |(_, rest)| rest);
    let structure = structure
        .split_once(OBJECTIVE)
        .map_or(structure, |(structure, _)| structure);
    let object = structure
        .split_once(JSON_OUTPUTS)
        .map_or("", |(_, rest)| rest);
    let object = Deserializer::from_str(object).into_iter::<Value>().next();
    let object = object.and_then(Result::ok).unwrap_or_default();
    let field = |(name, kind, doc): (String, String, String)| {
        let start = format!("{{{name}}}        # note: the value you produce ");
        let mut lines = structure.lines().chain(object[&name].as_str());
        let note = lines
            .find_map(|line| line.strip_prefix(&start))
            .unwrap_or_default();
        let (mut schema, python) = noted(note, &kind);
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
        return (serde_json::from_str(json).unwrap_or_default(), false);
    }
    if let Some((_, list)) = note.split_once("one of: ") {
        let value = |word: &str| match word {
            word if kind.contains(&format!("'{word}'")) => Value::from(word),
            "True" | "False" => Value::from(word == "True"),
            "None" => Value::Null,
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
    const WORDS: [(&str, &str); 12] = [
        ("greater than or equal to: ", "minimum"),
        ("greater than: ", "exclusiveMinimum"),
        ("less than or equal to: ", "maximum"),
        ("less than: ", "exclusiveMaximum"),
        ("a multiple of the given number: ", "multipleOf"),
        ("minimum length: ", "minLength"),
        ("minimum length: ", "minItems"),
        ("minimum length: ", "minProperties"),
        ("maximum length: ", "maxLength"),
        ("maximum length: ", "maxItems"),
        ("maximum length: ", "maxProperties"),
        ("must match: ", "pattern"),
    ];
    let Some((_, line)) = doc.rsplit_once("Constraints: ") else {
        return;
    };
    let Some(schema) = schema.as_object_mut() else {
        return;
    };
    for (words, key) in WORDS {
        let Some((_, rest)) = line.split_once(words) else {
            continue;
        };
        let number = rest
            .split(", ")
            .next()
            .and_then(|text| serde_json::from_str(text).ok());
        let bound = if key == "pattern" {
            Some(Value::from(rest))
        } else {
            number
        };
        schema.extend(
            bound
                .filter(|_| !schema.contains_key(key))
                .map(|bound| (key.to_owned(), bound)),
        );
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
        let fresh =
            header.filter(|(name, _)| known(name) && !found.iter().any(|(seen, _)| seen == name));
        if let Some((name, rest)) = fresh {
            found.push((name.to_owned(), rest.to_owned()));
        } else if let Some((_, text)) = found.last_mut().filter(|_| line != "[[ ## completed ## ]]")
        {
            text.extend(["\n", line]);
        }
    }
    found
        .into_iter()
        .map(|(name, text)| (name, text.trim().to_owned()))
        .collect()
}
