//! The figures the product ships with: section 1, the types, and of section 3 the chain of thought that is checked. A
//! changed figure is a failing test here and a line in the changelog.
mod reasoning;
mod rows;

use rows::rows;
use serde_json::{Value, json};
use sigflow_core::{
    Adapter, DynSignature, Reason, TypeRegistry,
    schema::json::of_type,
    types::{BUILT_IN, BuiltIn, ConfidenceScore, Embedding, EmbeddingVec, PromptTemplate},
};

/// The schema of a type by itself, without the definitions of those that it mentions and without words.
fn schema(name: &str) -> Value {
    let ty = BUILT_IN.iter().find(|ty| ty.name() == name);
    let text = of_type(ty.expect("a type").schema());
    let mut schema: Value = serde_json::from_str(&text).expect("JSON");
    let definitions = schema
        .as_object_mut()
        .and_then(|schema| schema.remove("$defs"));
    let mut schema = match schema.get("$ref").and_then(Value::as_str) {
        // a record by itself is a reference to its definition
        Some(place) => {
            let name = place.trim_start_matches("#/$defs/");
            definitions.expect("definitions")[name].clone()
        }
        None => schema,
    };
    wordless(&mut schema);
    schema
}

/// Takes descriptions away: they are words and no figures.
fn wordless(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            members.shift_remove("description");
            members.values_mut().for_each(wordless);
        }
        Value::Array(items) => items.iter_mut().for_each(wordless),
        _ => {}
    }
}

#[test]
fn section_1_types() {
    let registry = TypeRegistry::new();
    let rows = rows();
    let names: Vec<&str> = rows.iter().map(|row| row.name).collect();
    assert_eq!(names, BUILT_IN.each_ref().map(BuiltIn::name));
    for row in rows {
        let category = registry
            .category(row.name)
            .map(|category| category.to_string());
        assert_eq!(category.as_deref(), Some(row.category), "{}", row.name);
        assert_eq!(schema(row.name), row.schema, "{}", row.name);
        let signature = DynSignature::parse(&format!("a -> x: {}", row.name)).expect("a signature");
        let read = |value: &Value| {
            let text = json!({"x": value}).to_string();
            signature
                .read(Adapter::Json, &text)
                .map(|outputs| outputs["x"].clone())
        };
        for value in &row.holds {
            assert!(read(value).is_ok(), "{}: {:?}", row.name, read(value));
        }
        for (value, reason) in &row.refused {
            let error = read(value).expect_err(row.name);
            assert_eq!(error.faults()[0].reason, *reason, "{}: {error}", row.name);
        }
    }
}

/// Rounding, coercion, and that nothing is pressed into its bounds.
#[test]
fn section_1_numbers() {
    let read = |ty: &str, value: Value| {
        let signature = DynSignature::parse(&format!("a -> x: {ty}")).expect("a signature");
        let outputs = signature.read(Adapter::Json, &json!({"x": value}).to_string());
        outputs.map(|outputs| outputs["x"].clone()).ok()
    };
    let number = 0.123_456_789;
    assert_eq!(read("confidence_score", json!(number)), Some(json!(0.123)));
    assert_eq!(read("probability", json!(number)), Some(json!(0.123_457)));
    assert_eq!(read("similarity_score", json!(number)), Some(json!(0.1235)));
    assert_eq!(read("confidence_score", json!("0.5")), Some(json!(0.5)));
    assert_eq!(read("confidence_score", json!("85%")), Some(json!(0.85)));
    assert_eq!(read("token_count", json!("12,000")), Some(json!(12_000)));
    for beyond in [json!(1.0001), json!("101%"), json!(-0.0001), json!(85)] {
        assert_eq!(read("confidence_score", beyond.clone()), None, "{beyond}");
    }
    // calibration comes after validation, and its result is held to the scale too
    let sure = ConfidenceScore::new(0.9).expect("a score");
    assert_eq!(
        sure.calibrated(|said| said / 2.0).expect("a score"),
        ConfidenceScore::new(0.45).expect("a score")
    );
    assert_eq!(
        sure.calibrated(|said| said * 2.0)
            .expect_err("1.8")
            .reason(),
        Some(Reason::Above)
    );
}

/// `variables()` lists each once, `normalized()` has length 1, an `Embedding<N>` has `N` numbers.
#[test]
fn section_1_methods() {
    let template = PromptTemplate::new("{{b}} {{a}} {{b}}").expect("a template");
    assert_eq!(template.variables(), ["b", "a"]);
    let vector = EmbeddingVec::new(vec![3.0, 4.0])
        .expect("a vector")
        .normalized();
    assert_eq!(vector.as_slice(), [0.6, 0.8]);
    assert!(serde_json::from_value::<Embedding<2>>(json!([1, 2])).is_ok());
    assert!(serde_json::from_value::<Embedding<2>>(json!([1, 2, 3])).is_err());
}

/// An unknown name is an error with the close match; a registered one wins; nothing is global.
#[test]
fn section_1_names() {
    let error = DynSignature::parse("a -> x: confidence_scores").expect_err("a typo");
    assert!(
        error
            .to_string()
            .contains("did you mean `confidence_score`?"),
        "{error}"
    );
    let types = TypeRegistry::new().with("confidence_score", "str");
    let own = DynSignature::parse_with("a -> x: confidence_score", &types).expect("a signature");
    let other = DynSignature::parse("a -> x: confidence_score").expect("a signature");
    assert_eq!(
        (
            own.outputs()[0].python_type(),
            other.outputs()[0].python_type()
        ),
        ("str".into(), "float".into())
    );
}
