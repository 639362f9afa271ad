//! With the feature `schemars`, our types have its `JsonSchema` by themselves.
#![cfg(feature = "schemars")]
use schemars::{JsonSchema, generate::SchemaSettings, schema_for};
use serde_json::{Value, json};
use sigflow::prelude::*;

/// A place.
#[derive(Field)]
struct Point {
    /// to the east
    x: f64,
    y: Option<u8>,
}
#[derive(Field)]
struct Tree<T> {
    value: T,
    children: Vec<Tree<T>>,
}
#[derive(Field)]
enum Kind {
    One,
    Other(Point),
}
#[derive(Field)]
struct Wrapper(Vec<Point>);

mod elsewhere {
    #[derive(sigflow::Field)]
    pub struct Point {
        pub name: String,
    }
}

/// A struct of someone else's, with fields of ours.
#[derive(JsonSchema)]
#[allow(dead_code)]
struct Theirs {
    point: Point,
    other: elsewhere::Point,
    tree: Tree<Point>,
    kind: Option<Kind>,
    wrapped: Wrapper,
}

#[test]
fn our_types_stand_in_structs_of_schemars() {
    let schema = schema_for!(Theirs).to_value();
    jsonschema::meta::validate(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let value = json!({
        "point": {"x": 1.5}, "other": {"name": "here"},
        "tree": {"value": {"x": 1}, "children": [{"value": {"x": 2, "y": 3}, "children": []}]},
        "kind": {"Other": {"x": 0}}, "wrapped": [{"x": 1}],
    });
    assert!(validator.is_valid(&value), "{schema:#}");
    for (place, wrong) in [
        ("/point", json!({"name": "here"})),
        ("/other", json!({"x": 1})),
        ("/tree/children/0/value", json!({"name": "here"})),
        ("/tree/children/0/children", json!([{"value": {"x": 1}}])),
        ("/kind", json!({"Other": {"name": "here"}})),
        ("/wrapped/0", json!({})),
    ] {
        let mut value = value.clone();
        *value.pointer_mut(place).unwrap() = wrong;
        assert!(!validator.is_valid(&value), "{place} in {schema:#}");
    }
}

#[test]
fn definitions_go_where_the_settings_say() {
    let schema = SchemaSettings::draft07()
        .into_generator()
        .into_root_schema_for::<Tree<Point>>()
        .to_value();
    assert_eq!(
        schema["properties"]["children"]["items"]["$ref"],
        "#/definitions/Tree_Point_"
    );
    assert_eq!(schema["definitions"]["Point"]["description"], "A place.");
    assert_eq!(schema.get("$defs"), None::<&Value>);
    assert_eq!(
        (
            Point::schema_name(),
            Tree::<u8>::schema_name(),
            Wrapper::schema_name()
        ),
        ("Point".into(), "Tree_int_".into(), "Wrapper".into())
    );
    assert_ne!(Point::schema_id(), elsewhere::Point::schema_id());
    assert_eq!(
        schema_for!(Kind).to_value()["oneOf"][0],
        json!({"type": "string", "enum": ["One"]})
    );
}
