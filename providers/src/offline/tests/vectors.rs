//! Every signature of the recorded prompts gets a reply that obeys it.
use super::*;

fn text_of(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        parts => parts
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|part| part["text"].as_str())
            .collect(),
    }
}

/// Checks a section by the note behind its placeholder.
fn obeys(id: &str, note: &str, kind: &str, section: &str) {
    if let Some(schema) = note.strip_prefix("must adhere to the JSON schema: ") {
        let schema: Value = serde_json::from_str(schema).expect("a schema");
        let as_text = Value::from(section);
        let valid = serde_json::from_str(section)
            .is_ok_and(|value: Value| jsonschema::is_valid(&schema, &value));
        // texts stand without quotes, so they may also be read as they are
        assert!(
            valid || jsonschema::is_valid(&schema, &as_text),
            "{id}: {section} against {schema}"
        );
    } else if let Some((_, options)) = note.split_once("one of: ") {
        assert!(
            options.split("; ").any(|option| option == section),
            "{id}: {section} of {options} ({kind})"
        );
    } else if note.contains("int value") {
        assert!(section.parse::<i64>().is_ok(), "{id}: {section}");
    } else if note.contains("float value") {
        assert!(section.parse::<f64>().is_ok(), "{id}: {section}");
    } else if note.contains("True or False") {
        assert!(["True", "False"].contains(&section), "{id}: {section}");
    } else {
        assert!(note.is_empty(), "{id}: {note}");
        assert!(!section.is_empty(), "{id}: an empty text");
    }
}

#[test]
fn replies_obey_every_signature_of_the_format_vectors() {
    let Some(vectors) = shared("../../shared/conformance/dspy/format.json") else {
        return;
    };
    let vectors: Value = serde_json::from_str(&vectors).expect("JSON");
    let (mut checked, mut objects) = (0, 0);
    for vector in vectors["vectors"].as_array().expect("vectors") {
        let id = vector["id"].as_str().expect("an id");
        for adapter in ["chat", "json"] {
            let messages = vector["expected"][adapter]["messages"]
                .as_array()
                .cloned()
                .unwrap_or_default();
            let Some(first) = messages.first() else {
                continue;
            };
            let prompt = text_of(&first["content"]);
            let turns: Vec<(Role, String)> = messages[1..]
                .iter()
                .map(|message| {
                    (
                        if message["role"] == "assistant" {
                            Model
                        } else {
                            User
                        },
                        text_of(&message["content"]),
                    )
                })
                .collect();
            let all: Vec<(Role, &str)> = turns
                .iter()
                .map(|(who, text)| (*who, text.as_str()))
                .collect();
            let chat = text_of(&vector["expected"]["chat"]["messages"][0]["content"]);
            for turns in [&all[all.len() - 1..], &all[..]] {
                let reply = answer(&prompt, turns, None);
                assert_eq!(reply, answer(&prompt, turns, None), "{id}: the same bytes");
                let outputs = chat
                    .split_once("Your output fields are:\n")
                    .expect("outputs")
                    .1;
                let outputs = outputs
                    .split_once("\nAll interactions")
                    .expect("a structure")
                    .0;
                let names = outputs
                    .lines()
                    .filter(|line| line.starts_with(|c: char| c.is_ascii_digit()));
                let names: Vec<&str> = names
                    .map(|line| line.split('`').nth(1).expect("a name"))
                    .collect();
                if adapter == "json" {
                    let reply: Map<String, Value> =
                        serde_json::from_str(&reply).expect("an object");
                    assert_eq!(reply.keys().collect::<Vec<_>>(), names, "{id}");
                    for (name, value) in &reply {
                        let start = format!("{{{name}}}        # note: the value you produce ");
                        let note = chat
                            .lines()
                            .find_map(|line| line.strip_prefix(&start))
                            .unwrap_or_default();
                        if let Some(schema) = note.strip_prefix("must adhere to the JSON schema: ")
                        {
                            let schema: Value = serde_json::from_str(schema).expect("a schema");
                            assert!(
                                jsonschema::is_valid(&schema, value),
                                "{id}: {value} against {schema}"
                            );
                        }
                    }
                    objects += 1;
                    continue;
                }
                let mut rest = reply.as_str();
                for (at, name) in names.iter().enumerate() {
                    let next = names.get(at + 1).copied().unwrap_or("completed");
                    rest = rest
                        .strip_prefix(&format!("[[ ## {name} ## ]]\n"))
                        .expect("a section");
                    let (section, _) = rest
                        .split_once(&format!("\n\n[[ ## {next} ## ]]"))
                        .expect("a next one");
                    rest = &rest[section.len() + 2..];
                    let start = format!("{{{name}}}        # note: the value you produce ");
                    let note = chat
                        .lines()
                        .find_map(|line| line.strip_prefix(&start))
                        .unwrap_or_default();
                    obeys(id, note, name, section);
                    checked += 1;
                }
                assert_eq!(rest, "[[ ## completed ## ]]", "{id}");
            }
        }
    }
    eprintln!("{checked} sections, {objects} objects");
    assert!(checked > 150 && objects > 50);
}
