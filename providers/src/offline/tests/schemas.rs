//! Values of one schema, read out of a text.
use super::*;

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
