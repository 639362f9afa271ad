//! What the offline model answers to prompts as `DSPy` writes them.
use super::respond;
use serde_json::{Map, Value, json};
use sigflow_core::{
    Message, OutputSchema, Prefix, Request, ResponseFormat,
    Role::{self, Assistant as Model, User},
};
use std::{fmt::Write, fs, path::Path};

fn request(system: &str, turns: &[(Role, &str)], schema: Option<&str>) -> Request {
    let turns = turns
        .iter()
        .map(|(role, text)| Message::new(*role, (*text).to_owned()));
    let mut request = Request::new(
        Prefix::new(system.to_owned().into()),
        turns.collect::<Vec<_>>(),
    );
    if let Some(schema) = schema {
        let schema = OutputSchema::new("Out", schema.to_owned());
        request.response_format = ResponseFormat::Schema(schema);
    }
    request
}

/// The text of the reply.
fn answer(system: &str, turns: &[(Role, &str)], schema: Option<&str>) -> String {
    respond(&request(system, turns, schema)).completions[0]
        .text
        .clone()
}

#[test]
fn copies_are_equal_and_words_are_counted() {
    let system = system(&[("total", "", "")]);
    let mut request = request(&system, &[(User, "[[ ## text ## ]]\nTotal: 5")], None);
    request.settings.n = Some(3);
    let response = respond(&request);
    let texts = response.completions.iter().map(|each| each.text.as_str());
    let texts: Vec<&str> = texts.collect();
    assert_eq!(texts, ["[[ ## total ## ]]\n5\n\n[[ ## completed ## ]]"; 3]);
    assert_eq!(response.usage.map(|usage| usage.output_tokens), Some(33));
    assert_eq!(response.model, "offline");
}

#[test]
fn a_schema_of_the_request_is_kept() {
    let system = system(&[("total", "", "")]);
    let schema = r#"{"type": "object", "properties": {"total": {"type": "integer"}}, "required": ["total"]}"#;
    let question = [(User, "[[ ## text ## ]]\nTotal: 5")];
    assert_eq!(answer(&system, &question, Some(schema)), r#"{"total":5}"#);
    let mut request = request(&system, &question, None);
    request.response_format = ResponseFormat::JsonObject;
    assert_eq!(respond(&request).completions[0].text, r#"{"total":"5"}"#);
}

/// A chat prompt of one input `text` and the given outputs: name, type, description, note.
fn system(outputs: &[(&str, &str, &str)]) -> String {
    let mut prompt = "Your input fields are:\n1. `text` (str):\nYour output fields are:".to_owned();
    for (at, (name, doc, _)) in outputs.iter().enumerate() {
        _ = write!(prompt, "\n{}. `{name}` (T): {doc}", at + 1);
    }
    prompt += "\nAll interactions will be structured in the following way, with the appropriate values filled in.\n\n\
        [[ ## text ## ]]\n{text}\n\n";
    for (name, _, note) in outputs {
        _ = write!(prompt, "[[ ## {name} ## ]]\n{{{name}}}");
        if !note.is_empty() {
            _ = write!(prompt, "        # note: the value you produce {note}");
        }
        prompt += "\n\n";
    }
    prompt
        + "[[ ## completed ## ]]\nIn adhering to this structure, your objective is: \n        Do it."
}

fn question(text: &str) -> String {
    format!("[[ ## text ## ]]\n{text}")
}

/// The value of a single output with that schema.
fn fill(name: &str, doc: &str, schema: &Value, text: &str) -> Value {
    let note = format!("must adhere to the JSON schema: {schema}");
    let reply = answer(
        &system(&[(name, doc, &note)]),
        &[(User, &question(text))],
        None,
    );
    let reply = reply
        .strip_prefix(&format!("[[ ## {name} ## ]]\n"))
        .expect("a section");
    let reply = reply
        .strip_suffix("\n\n[[ ## completed ## ]]")
        .expect("an end");
    let value = serde_json::from_str(reply).unwrap_or_else(|_| Value::from(reply));
    assert!(
        jsonschema::is_valid(schema, &value),
        "{value} against {schema}"
    );
    value
}

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

fn shared(path: &str) -> Option<String> {
    let found = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path));
    if found.is_err() {
        eprintln!("skipped: there is no {path}");
    }
    found.ok()
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

// with its lines broken as in a doc comment
const CATEGORIES: &str =
    "billing: invoices, charges, refunds and payment methods; bug: something is broken, crashes or
shows wrong data; account: sign-in, passwords, profile, permissions and deletion of the account;
feature_request: asks for something the product cannot do yet";

/// The share of tickets with the right category when the first `each` of each category are shown.
fn accuracy(each: usize) -> Option<f64> {
    let tickets = shared("../examples/data/tickets.jsonl")?;
    let note = "must be one of: billing; bug; account; feature_request";
    let system = system(&[("category", CATEGORIES, note)])
        .replace("`text`", "`ticket`")
        .replace("text", "ticket");
    let (mut demos, mut asked): (Vec<[String; 2]>, Vec<(String, String)>) =
        (Vec::new(), Vec::new());
    for line in tickets.lines() {
        let ticket: Value = serde_json::from_str(line).expect("JSON");
        let (text, category) = (ticket["text"].as_str()?, ticket["category"].as_str()?);
        let text = format!("[[ ## ticket ## ]]\n{text}");
        let label = format!("[[ ## category ## ]]\n{category}\n\n[[ ## completed ## ]]\n");
        if demos.iter().filter(|[_, known]| *known == label).count() < each {
            demos.push([text, label]);
        } else {
            asked.push((text, label));
        }
    }
    assert_eq!(demos.len() + asked.len(), 200);
    let mut right = 0;
    for (ticket, label) in &asked {
        let last = format!(
            "{ticket}\n\nRespond with the corresponding output fields, starting with the field `[[ ## category ## ]]` \
             (must be formatted as a valid Python Category), and then ending with the marker for `[[ ## completed ## ]]`."
        );
        let mut turns: Vec<(Role, &str)> = demos
            .iter()
            .flat_map(|[text, label]| [(User, text.as_str()), (Model, label.as_str())])
            .collect();
        turns.push((User, &last));
        right += u32::from(answer(&system, &turns, None).trim() == label.trim());
    }
    Some(f64::from(right) / f64::from(u32::try_from(asked.len()).ok()?))
}

#[test]
fn tickets_are_sorted_by_description_and_better_by_demonstration() {
    let (Some(without), Some(with)) = (accuracy(0), accuracy(4)) else {
        return;
    };
    eprintln!("without demos {without:.3}, with 16 demos {with:.3}");
    assert!(without >= 0.6, "{without}");
    assert!(with >= 0.85, "{with}");
}

#[test]
fn an_invoice_is_read() {
    let schema = json!({
        "$defs": {
            "Line": {"type": "object", "properties": {
                "description": {"type": "string"}, "quantity": {"type": "integer", "minimum": 0}, "price": {"type": "number"}
            }, "required": ["description", "quantity", "price"]},
            "Party": {"type": "object", "properties": {"name": {"type": "string"}, "vat_id": {"anyOf": [{"type": "string"}, {"type": "null"}]}}, "required": ["name", "vat_id"]},
        },
        "type": "object",
        "properties": {
            "number": {"type": "string", "description": "the invoice's number"},
            "issued": {"type": "string", "format": "date"},
            "supplier": {"$ref": "#/$defs/Party"},
            "lines": {"type": "array", "items": {"$ref": "#/$defs/Line"}},
            "total": {"type": "number"},
            "discount": {"anyOf": [{"type": "number"}, {"type": "null"}]},
            "currency": {"type": "string", "enum": ["USD", "EUR"]},
            "paid": {"type": "boolean"}
        },
        "required": ["number", "issued", "supplier", "lines", "total", "discount", "currency", "paid"]
    });
    let text = "Supplier: Harbour Tools Ltd\nInvoice number: INV-2041\nIssued: 2026-03-03\nCurrency: EUR\nPaid: no\n\n\
        | Description | Quantity | Price |\n|---|---|---|\n| Torque wrench | 2 | 149.50 |\n| Bolts, box of 100 | 12 | 8.05 |\n\n\
        Total: EUR 1,395.60";
    let expected = json!({
        "number": "INV-2041", "issued": "2026-03-03", "supplier": {"name": "Harbour Tools Ltd", "vat_id": null},
        "lines": [
            {"description": "Torque wrench", "quantity": 2, "price": 149.50},
            {"description": "Bolts, box of 100", "quantity": 12, "price": 8.05}
        ],
        "total": 1395.60, "discount": null, "currency": "EUR", "paid": false
    });
    assert_eq!(fill("invoice", "", &schema, text), expected);
    let due = json!({"type": "object", "properties": {
        "due_date": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "customer_email": {"anyOf": [{"type": "string"}, {"type": "null"}]}
    }, "required": ["due_date", "customer_email"]});
    let found = fill(
        "invoice",
        "",
        &due,
        "Invoice date: 2026-02-03\nCustomer: Ines Okafor",
    );
    assert_eq!(
        found,
        json!({"due_date": null, "customer_email": null}),
        "other keys share a word"
    );
    let list = text
        .replace("| Description | Quantity | Price |\n|---|---|---|\n", "")
        .replace(
            "| Torque wrench | 2 | 149.50 |",
            "- Torque wrench, quantity 2, price 149.50",
        );
    let list = list.replace(
        "| Bolts, box of 100 | 12 | 8.05 |",
        "- Bolts, quantity 12, price 8.05",
    );
    assert_eq!(
        fill("invoice", "", &schema, &list)["lines"][1],
        json!({"description": "Bolts", "quantity": 12, "price": 8.05})
    );
}

#[test]
fn bounds_and_patterns_are_kept() {
    let text =
        "Ticket ref: AB-1234. Order 7 of 250 crates for ops@example.org by 2026-05-12T08:00:00Z.";
    let huge = json!({"type": "integer", "minimum": 5});
    let found = fill("value", "", &huge, "99999999999999999999 stars");
    assert_eq!(found, json!(5), "a number that no integer holds is none");
    let all = [
        (
            json!({"type": "integer", "minimum": 10, "maximum": 300}),
            json!(250),
        ),
        (
            json!({"type": "integer", "multipleOf": 4, "exclusiveMinimum": 300}),
            json!(304),
        ),
        (
            json!({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}),
            json!(0.5),
        ),
        (
            json!({"type": "string", "pattern": "^[A-Z]{2}-\\d{4}$"}),
            json!("AB-1234"),
        ),
        (
            json!({"type": "string", "pattern": "^x[0-9]+$"}),
            json!("x0"),
        ),
        (
            json!({"type": "string", "format": "email"}),
            json!("ops@example.org"),
        ),
        (
            json!({"type": "string", "format": "date-time"}),
            json!("2026-05-12T08:00:00Z"),
        ),
        (json!({"type": "string", "maxLength": 6}), json!("AB-123")),
        (
            json!({"type": ["integer", "null"], "minimum": 1000}),
            json!(null),
        ),
        (json!({"const": 5}), json!(5)),
        (
            json!({"type": "array", "prefixItems": [{"type": "integer"}, {"type": "integer"}], "items": false}),
            json!([7, 250]),
        ),
        (
            json!({"type": "array", "items": {"type": "integer"}, "uniqueItems": true, "minItems": 3, "maxItems": 3}),
            json!([7, 250, 0]),
        ),
        (
            json!({"type": "array", "items": {"enum": ["a", "b", "c"]}, "uniqueItems": true, "minItems": 2}),
            Value::Null,
        ),
        (
            json!({"type": "object", "additionalProperties": {"type": "string"}, "minProperties": 2}),
            Value::Null,
        ),
        (json!({"type": "string", "minLength": 200}), Value::Null),
    ];
    for (schema, expected) in all {
        let found = fill("value", "", &schema, text);
        assert!(
            expected.is_null() && schema["type"] != json!(["integer", "null"]) || found == expected,
            "{schema}: {found}"
        );
    }
}

#[test]
fn recursion_ends() {
    let schema = json!({
        "$defs": {"Node": {"type": "object", "properties": {
            "name": {"type": "string"},
            "left": {"anyOf": [{"$ref": "#/$defs/Node"}, {"type": "null"}]},
            "children": {"type": "array", "items": {"$ref": "#/$defs/Node"}}
        }, "required": ["name", "left", "children"]}},
        "$ref": "#/$defs/Node"
    });
    let found = fill("tree", "", &schema, "Name: oak\n- first\n- second");
    assert_eq!(
        (&found["name"], &found["left"]),
        (&json!("oak"), &Value::Null)
    );
    let endless = json!({"$defs": {"E": {"type": "object", "properties": {"e": {"$ref": "#/$defs/E"}}, "required": ["e"]}}, "$ref": "#/$defs/E"});
    let note = format!("must adhere to the JSON schema: {endless}");
    assert!(
        answer(
            &system(&[("e", "", &note)]),
            &[(User, "[[ ## text ## ]]\nx")],
            None
        )
        .ends_with("[[ ## completed ## ]]")
    );
}

#[test]
fn types_that_all_hold_each_other_are_soon_filled() {
    let types = 'a'..='i';
    let member = |to: char| {
        let held = json!({"anyOf": [{"$ref": format!("#/$defs/{to}")}, {"type": "null"}]});
        (to.to_string(), held)
    };
    let properties: Map<String, Value> = types.clone().map(member).collect();
    let required: Vec<String> = types.clone().map(String::from).collect();
    let each = json!({"type": "object", "properties": properties, "required": required});
    let all: Map<String, Value> = types.map(|name| (name.to_string(), each.clone())).collect();
    let schema = json!({"$defs": all, "$ref": "#/$defs/a"});
    let started = std::time::Instant::now();
    fill("all", "", &schema, "a: b\nc: d");
    // 0.1 seconds; following every path takes minutes
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}

#[test]
fn a_variant_that_ends_is_chosen() {
    let schema = json!({
        "$defs": {"Term": {"anyOf": [
            {"type": "object", "properties": {"negated": {"$ref": "#/$defs/Term"}}, "required": ["negated"]},
            {"type": "object", "properties": {"number": {"type": "integer"}}, "required": ["number"]}
        ]}},
        "type": "array", "items": {"$ref": "#/$defs/Term"}, "minItems": 1
    });
    let found = fill("terms", "", &schema, "nothing to read");
    assert_eq!(found.as_array().map(Vec::len), Some(1), "{found}");
}

#[test]
fn bounds_in_words_hold() {
    let note = |schema: Value| format!("must adhere to the JSON schema: {schema}");
    let rating = note(json!({"anyOf": [{"type": "integer"}, {"type": "null"}]}));
    let rows = note(json!({"type": "array", "items": {"type": "string"}}));
    let system = system(&[
        (
            "stars",
            "Stars.\nConstraints: greater than or equal to: 3, less than: 5",
            "must be a single int value",
        ),
        (
            "rating",
            "Rating.\nConstraints: less than or equal to: 5",
            &rating,
        ),
        ("rows", "Rows.\nConstraints: minimum length: 2", &rows),
    ]);
    let reply = answer(&system, &[(User, &question("Rating: 7. Stars: 9"))], None);
    let expected = "[[ ## stars ## ]]\n3\n\n[[ ## rating ## ]]\nnull\n\n[[ ## rows ## ]]\n[\"0\",\"1\"]\n\n[[ ## completed ## ]]";
    assert_eq!(reply, expected);
}

#[test]
fn variants_are_chosen_by_their_words() {
    let described = json!({"oneOf": [
        {"const": "late", "description": "the parcel has not arrived"},
        {"const": "broken", "description": "the goods are damaged"}
    ]});
    assert_eq!(
        fill(
            "reason",
            "",
            &described,
            "Two plates were damaged in the box."
        ),
        json!("broken")
    );
    let shapes = json!({"anyOf": [
        {"type": "object", "title": "Circle", "properties": {"kind": {"const": "circle"}, "radius": {"type": "number"}}, "required": ["kind", "radius"]},
        {"type": "object", "title": "Square", "properties": {"kind": {"const": "square"}, "side": {"type": "number"}}, "required": ["kind", "side"]}
    ]});
    assert_eq!(
        fill("shape", "", &shapes, "A square whose side is 4.5 cm"),
        json!({"kind": "square", "side": 4.5})
    );
}

#[test]
fn an_answer_comes_from_the_context() {
    let system = system(&[
        ("reasoning", "", ""),
        ("answer", "often between one and five words", ""),
    ])
    .replace(
        "1. `text` (str):",
        "1. `context` (str): \n2. `question` (str):",
    );
    let user = "[[ ## context ## ]]\n[1] «Oslo is a city in Norway.»\n[2] «The bridge was built by Ada Lindgren in 1932.»\n\n\
        [[ ## question ## ]]\nWho built the bridge?\n\nRespond with the corresponding output fields, starting with …";
    let reply = answer(&system, &[(User, user)], None);
    let found = "The bridge was built by Ada Lindgren in 1932.";
    assert_eq!(
        reply,
        format!(
            "[[ ## reasoning ## ]]\n{found}\n\n[[ ## answer ## ]]\n{found}\n\n[[ ## completed ## ]]"
        )
    );
}

#[test]
fn a_second_try_reads_the_inputs_again() {
    let system = system(&[("total", "", "must be a single int value")]);
    let turns = [
        (User, "[[ ## text ## ]]\nTotal: 12"),
        (Model, "twelve"),
        (User, "Your answer was not an integer."),
    ];
    assert_eq!(
        answer(&system, &turns, None),
        "[[ ## total ## ]]\n12\n\n[[ ## completed ## ]]"
    );
}

#[test]
fn prompts_of_other_kinds_end_at_once() {
    let end = "[[ ## completed ## ]]";
    assert_eq!(answer("Be nice.", &[(User, "Hello there.")], None), end);
    assert_eq!(answer("", &[], None), end);
    assert_eq!(answer("", &[(User, "")], Some("{}")), "{}");
}

#[test]
fn descriptions_of_labels_are_read() {
    let kind = json!({"enum": ["bug", "idea", "other"]});
    let doc = "The kind. bug: something is broken,\ncrashes; idea: a wish for the future; other: the rest";
    assert_eq!(
        fill("kind", doc, &kind, "It crashes all the time"),
        json!("bug")
    );
    assert_eq!(
        fill("kind", doc, &kind, "I wish it had colours"),
        json!("idea")
    );
}
