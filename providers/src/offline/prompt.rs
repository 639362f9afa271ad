//! Reads a prompt in the chat or JSON format of `DSPy`: what is asked, the demonstrations, the inputs.
use super::value::BOUNDS;
use regex_lite::Regex;
use serde_json::{Map, Value, json};
use sigflow_core::{Request, ResponseFormat, Role};

/// A prompt, read: the text of its inputs, other texts with the outputs that belong to them, the
/// schema of an object with all outputs, and whether that object is asked for instead of sections.
#[derive(Default)]
pub(super) struct Prompt {
    pub(super) text: String,
    pub(super) demos: Vec<(String, Value)>,
    pub(super) schema: Value,
    pub(super) json: bool,
}

impl Prompt {
    pub(super) fn read(request: &Request) -> Self {
        let mut prompt = Prompt::default();
        for (role, message) in request.messages().skip(1) {
            let message = message.as_str();
            let (message, _) = message.rsplit_once("\n\nRespond ").unwrap_or((message, ""));
            let section = |part| str::split_once(part, " ## ]]");
            let sections: Vec<_> = message.split("[[ ## ").filter_map(section).collect();
            if role == Role::Assistant {
                let sections = sections.iter().map(|(name, text)| (*name, value(text)));
                let outputs = serde_json::from_str(message).unwrap_or(sections.collect());
                prompt.demos.push((prompt.text.clone(), outputs));
            } else if !sections.is_empty() {
                prompt.text = sections.iter().map(|section| section.1).collect();
            } else if prompt.text.is_empty() {
                message.clone_into(&mut prompt.text);
            }
        }
        prompt.outputs(request.prefix.system.as_str());
        prompt.json |= request.response_format != ResponseFormat::Text;
        if let ResponseFormat::Schema(whole) = &request.response_format {
            prompt.schema = serde_json::from_str(whole.plain.as_str()).unwrap_or_default();
        }
        prompt
    }

    /// Reads the list of outputs, and the notes on their types behind their placeholders.
    fn outputs(&mut self, system: &str) {
        let (lists, notes) = system.split_once("\nAll interactions ").unwrap_or_default();
        self.json = notes.contains("\nOutputs will be a JSON object ");
        let (_, list) = lists.split_once("\nYour output fields").unwrap_or_default();
        let (mut properties, mut defs) = (Map::new(), Map::new());
        let start = Regex::new(r"\n\d+\. `").ok();
        for field in start.iter().flat_map(|start| start.split(list).skip(1)) {
            let (name, text) = field.split_once("` (").unwrap_or_default();
            let (_, doc) = text.split_once("):").unwrap_or_default();
            let start = format!("{{{name}}}        # note: the value you produce ");
            let (_, note) = notes.split_once(&start).unwrap_or_default();
            let note = note.lines().next().unwrap_or_default();
            // in the JSON format, the note stands in a JSON string
            let string = format!("\"{}", note.trim_end_matches(','));
            let note = serde_json::from_str(&string).unwrap_or(note.to_owned());
            let mut schema = match note.split_once(": ") {
                Some(("must adhere to the JSON schema", schema)) => value(schema),
                Some((_, all)) => json!({ "enum": all.split("; ").map(value).collect::<Value>() }),
                None if note.contains("int") => json!({ "type": "integer" }),
                None if note.contains("float") => json!({ "type": "number" }),
                None if note.contains("True") => json!({ "type": "boolean" }),
                None => json!({ "type": "string" }),
            };
            if let Some(members) = schema.as_object_mut() {
                let (_, bounds) = doc.split_once("\nConstraints: ").unwrap_or_default();
                for (words, key, _) in BOUNDS {
                    if let Some((_, bound)) = bounds.split_once(words) {
                        let bound = bound.split(", ").next().unwrap_or_default();
                        members.insert(key.to_owned(), value(bound));
                    }
                }
                members.insert("description".to_owned(), doc.into());
                let own = members.remove("$defs").unwrap_or_default();
                defs.extend(own.as_object().cloned().unwrap_or_default());
            }
            properties.insert(name.to_owned(), schema);
        }
        let required: Vec<&String> = properties.keys().collect();
        self.schema = json!({ "required": required, "properties": properties, "$defs": defs });
    }
}

/// A value as it stands in a section.
fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| text.trim().into())
}
