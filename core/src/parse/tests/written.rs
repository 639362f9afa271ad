//! What is written as JSON without a tree of values says the same as the tree, with the same repairs.
use super::generate::{Random, outline, record, value};
use crate::{
    parse::{Form, Given, How, Keep, Strictness, reply},
    schema::Schema,
};
use serde_json::Value;
use std::fmt::Write;

/// Writes a value as a model might: names in another case, members in another order or twice, numbers and
/// truth as text, other quotes, commas too many, values in lists.
fn mess(random: &mut Random, value: &Value, out: &mut String) {
    let quote = |random: &mut Random, text: &str, out: &mut String| {
        if random.below(3) == 0 && !text.contains(['\'', '\\', '\n']) {
            let _ = write!(out, "'{text}'");
        } else {
            let _ = write!(out, "{}", Value::from(text));
        }
    };
    match value {
        Value::Object(members) => {
            out.push('{');
            let mut order: Vec<_> = members.iter().collect();
            if random.below(3) == 0 && !order.is_empty() {
                let (one, two) = (random.below(order.len()), random.below(order.len()));
                order.swap(one, two);
            }
            for (name, member) in order {
                if random.below(12) == 0 {
                    continue;
                }
                let name = match random.below(4) {
                    0 => name.to_uppercase(),
                    _ => name.clone(),
                };
                quote(random, &name, out);
                out.push_str(": ");
                mess(random, member, out);
                out.push_str(", ");
                if random.below(20) == 0 {
                    let _ = write!(out, "\"more\": {}, ", random.below(9));
                }
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for item in items {
                mess(random, item, out);
                out.push_str(", ");
            }
            out.push(']');
        }
        Value::String(text) => quote(random, text, out),
        scalar => match random.below(5) {
            0 => quote(random, &scalar.to_string(), out),
            1 => {
                let _ = write!(out, "[{scalar}]");
            }
            2 => {
                let _ = writeln!(out, "{scalar} // so it is");
            }
            _ => {
                let _ = write!(out, "{scalar}");
            }
        },
    }
}

#[test]
fn it_says_the_same_as_the_tree_of_values() {
    let mut random = Random(0x0dd_ba11);
    let item = record(
        outline()
            .into_iter()
            .filter(|field| field.name.get() != "next")
            .collect(),
    );
    let mut fields = outline();
    fields.push(super::generate::field(
        "things",
        super::generate::made(Schema::List(super::generate::made(item))),
    ));
    let schema = record(fields.clone());
    let (mut whole, mut written) = (0, 0);
    for round in 0..3_000 {
        let mut text = String::new();
        let said = value(&mut random, &schema, 0);
        mess(&mut random, &said, &mut text);
        let form = [Form::Chat, Form::Json, Form::Xml][round % 3];
        let how = How::new(form, Strictness::Lenient);
        let tree = reply::fields_of(&fields, how, &text, Keep::default());
        let keep = Keep {
            written: true,
            listed: true,
        };
        let flat = reply::fields_of(&fields, how, &text, keep);
        assert_eq!(flat.faults.len(), tree.faults.len(), "{text}");
        if !tree.faults.is_empty() {
            continue;
        }
        whole += 1;
        for (flat_value, value) in flat.values.iter().zip(tree.as_values()) {
            let said = match flat_value {
                Some(Given::Value(value)) => value.clone(),
                Some(Given::Stands(range)) => json(&text[range.clone()]),
                Some(Given::Written(range)) => {
                    written += 1;
                    json(&flat.text[range.clone()])
                }
                None => Value::Null,
            };
            assert_eq!(said, value, "{text}");
        }
        let listed = |reading: &reply::Reading| {
            let mut listed: Vec<String> = reading
                .repairs
                .iter()
                .map(|repair| format!("{repair:?}"))
                .collect();
            listed.sort();
            listed
        };
        assert_eq!(listed(&flat), listed(&tree), "{text}");
    }
    assert!(whole > 500 && written > 2_000, "{whole} {written}");
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}
