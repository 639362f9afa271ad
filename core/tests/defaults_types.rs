//! The figures the product ships with: section 1, the types, and of section 3 the chain of thought that is checked. A
//! changed figure is a failing test here and a line in the changelog.
use serde_json::{Value, json};
use sigflow_core::{
    Adapter, Ask, DynSignature, Reason, Rule, Sampling, Settings, TypeRegistry,
    schema::json::of_type,
    testing::Scripted,
    types::{BUILT_IN, BuiltIn, ConfidenceScore, Embedding, EmbeddingVec, PromptTemplate},
};

/// A row of section 1: the name, its category, what its schema says, the least and the greatest value that hold, and
/// the nearest that do not, with the reason.
struct Row {
    name: &'static str,
    category: &'static str,
    schema: Value,
    holds: Vec<Value>,
    refused: Vec<(Value, Reason)>,
}

fn text(length: usize) -> String {
    // words and not one letter again and again, which no reasoning is
    "reasons "
        .chars()
        .cycle()
        .take(length - 1)
        .chain(['.'])
        .collect()
}
fn step(number: usize, thought: usize, reasoning: usize) -> Value {
    let numbered = |length: usize, mark: &str| {
        let mark = format!("{mark}{number} ");
        let rest = length.saturating_sub(mark.chars().count()).max(1);
        format!("{mark}{}", text(rest.max(2)))
    };
    json!({"step_number": number, "thought": numbered(thought, "T"), "reasoning": numbered(reasoning, "Because ")})
}
fn steps(count: usize) -> Value {
    (1..=count).map(|number| step(number, 20, 40)).collect()
}
fn usage(total: u64) -> Value {
    json!({"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": total})
}
fn result(success: bool, error: &Value) -> Value {
    json!({"tool_name": "t", "result": [1], "success": success, "error": error})
}
fn call(name: usize) -> Value {
    json!({"function_name": "n".repeat(name), "arguments": {}})
}

fn rows() -> Vec<Row> {
    vec![
        Row {
            name: "prompt_template",
            category: "text",
            schema: json!({"type": "string", "minLength": 1, "maxLength": 100_000}),
            holds: vec![json!("x"), json!("x".repeat(100_000)), json!("{{_a9}} {x}")],
            refused: vec![
                (json!("x".repeat(100_001)), Reason::TooLarge),
                (json!("{{a}"), Reason::Check),
                (json!("a}}"), Reason::Check),
                (json!("{{9a}}"), Reason::Check),
            ],
        },
        Row {
            name: "reasoning_step",
            category: "reasoning",
            schema: json!({
                "type": "object",
                "properties": {
                    "step_number": {"type": "integer", "format": "uint32", "minimum": 1},
                    "thought": {"type": "string", "minLength": 10, "maxLength": 1_000},
                    "reasoning": {"type": "string", "minLength": 20, "maxLength": 2_000},
                    "confidence": {
                        "type": ["number", "null"], "format": "double", "minimum": 0, "maximum": 1, "default": null,
                    },
                },
                "required": ["step_number", "thought", "reasoning"],
            }),
            holds: vec![step(1, 10, 20), step(1, 1_000, 2_000)],
            refused: vec![
                (step(0, 20, 40), Reason::Below),
                (step(1, 9, 40), Reason::TooSmall),
                (step(1, 1_001, 40), Reason::TooLarge),
                (step(1, 20, 19), Reason::TooSmall),
                (step(1, 20, 2_001), Reason::TooLarge),
                (
                    json!({"step_number": 1, "thought": text(20)}),
                    Reason::Missing,
                ),
                (
                    json!({"step_number": 1, "reasoning": text(40)}),
                    Reason::Missing,
                ),
                // complete, and of some quality
                (
                    json!({"step_number": 1, "thought": "-".repeat(20), "reasoning": text(40)}),
                    Reason::Check,
                ),
                (
                    json!({"step_number": 1, "thought": text(40), "reasoning": text(40)}),
                    Reason::Check,
                ),
            ],
        },
        Row {
            name: "reasoning_chain",
            category: "reasoning",
            schema: json!({
                "type": "array",
                "items": {"$ref": "#/$defs/ReasoningStep"},
                "minItems": 1,
                "maxItems": 50,
            }),
            holds: vec![steps(1), steps(50)],
            refused: vec![
                (json!([]), Reason::TooSmall),
                (steps(51), Reason::TooLarge),
                (json!([step(2, 20, 40)]), Reason::Check),
                (json!([step(1, 20, 40), step(3, 20, 40)]), Reason::Check),
            ],
        },
        Row {
            name: "confidence_score",
            category: "numeric",
            schema: json!({
                "type": "number", "format": "double", "minimum": 0, "maximum": 1,
            }),
            holds: vec![json!(0), json!(1), json!("0.5"), json!("85%")],
            refused: vec![
                (json!(-0.000_001), Reason::Below),
                (json!(1.000_001), Reason::Above),
            ],
        },
        Row {
            name: "probability",
            category: "numeric",
            schema: json!({
                "type": "number", "format": "double", "minimum": 0, "maximum": 1,
            }),
            holds: vec![json!(0), json!(1)],
            refused: vec![(json!(-0.1), Reason::Below), (json!(1.1), Reason::Above)],
        },
        Row {
            name: "similarity_score",
            category: "numeric",
            schema: json!({
                "type": "number", "format": "double", "minimum": -1, "maximum": 1,
            }),
            holds: vec![json!(-1), json!(1)],
            refused: vec![(json!(-1.1), Reason::Below), (json!(1.1), Reason::Above)],
        },
        Row {
            name: "token_count",
            category: "metrics",
            schema: json!({
                "type": "integer", "format": "uint32", "minimum": 0, "maximum": 1_000_000,
            }),
            holds: vec![json!(0), json!(1_000_000)],
            refused: vec![
                (json!(-1), Reason::Below),
                (json!(1_000_001), Reason::Above),
            ],
        },
        Row {
            name: "token_usage",
            category: "metrics",
            schema: json!({
                "type": "object",
                "properties": {
                    "prompt_tokens": {"type": "integer", "format": "uint64", "minimum": 0},
                    "completion_tokens": {"type": "integer", "format": "uint64", "minimum": 0},
                    "total_tokens": {"type": "integer", "format": "uint64", "minimum": 0},
                },
                "required": ["prompt_tokens", "completion_tokens", "total_tokens"],
            }),
            holds: vec![usage(3)],
            refused: vec![(usage(2), Reason::Check), (usage(4), Reason::Check)],
        },
        Row {
            name: "embedding",
            category: "vector",
            schema: json!({
                "type": "array", "items": {"type": "number", "format": "float"}, "minItems": 1, "maxItems": 10_000,
            }),
            holds: vec![json!([1]), json!(vec![0.5; 10_000])],
            refused: vec![
                (json!([]), Reason::TooSmall),
                (json!(vec![0.5; 10_001]), Reason::TooLarge),
                (json!(["x"]), Reason::Mismatch),
                (json!([1e200]), Reason::NotFinite),
                (json!([0, 0]), Reason::ZeroMagnitude),
            ],
        },
        Row {
            name: "function_call",
            category: "function",
            schema: json!({
                "type": "object",
                "properties": {
                    "function_name": {"type": "string", "minLength": 1, "maxLength": 100},
                    "arguments": {"type": "object", "additionalProperties": true},
                    "call_id": {"type": ["string", "null"], "default": null},
                },
                "required": ["function_name", "arguments"],
            }),
            holds: vec![call(1), call(100)],
            refused: vec![
                (call(0), Reason::TooSmall),
                (call(101), Reason::TooLarge),
                (
                    json!({"function_name": "n", "arguments": [1]}),
                    Reason::Mismatch,
                ),
            ],
        },
        Row {
            name: "tool_result",
            category: "function",
            schema: json!({
                "type": "object",
                "properties": {
                    "tool_name": {"type": "string", "minLength": 1, "maxLength": 100},
                    "result": {"default": null},
                    "success": {"type": "boolean"},
                    "error": {"type": ["string", "null"], "default": null},
                },
                "required": ["tool_name", "success"],
            }),
            holds: vec![result(true, &Value::Null), result(false, &json!("no"))],
            refused: vec![
                (result(true, &json!("no")), Reason::Check),
                (result(false, &Value::Null), Reason::Check),
            ],
        },
        Row {
            name: "model_output",
            category: "model",
            schema: json!({
                "type": "object",
                "properties": {
                    "content": {"type": "string"},
                    "model": {"type": "string"},
                    "usage": {"anyOf": [{"$ref": "#/$defs/TokenUsage"}, {"type": "null"}], "default": null},
                    "finish_reason": {"type": ["string", "null"], "default": null},
                },
                "required": ["content", "model"],
            }),
            holds: vec![
                json!({"content": "", "model": "m"}),
                json!({"content": "", "model": "m", "usage": usage(3), "finish_reason": "stop"}),
            ],
            refused: vec![(
                json!({"content": "", "model": "m", "usage": usage(9)}),
                Reason::Check,
            )],
        },
    ]
}

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

const STEPS: &str = r#"[
  {"step_number": 1, "thought": "What is asked for.", "reasoning": "The question wants a whole number, \"how many\"."},
  {"step_number": 2, "thought": "What is known of it.", "reasoning": "Whales live in water. Assumptions: none."},
  {"step_number": 3, "thought": "The number itself.", "reasoning": "By step 2 there are some; the answer is 12. Uncertainties: none."}
]"#;

/// Section 3, "Chain of thought, checked".
#[tokio::test]
async fn section_3_checked_reasoning() {
    let signature = DynSignature::parse("question -> answer: int").expect("a signature");
    let ask = || {
        signature
            .ask([("question", json!("How many?"))])
            .expect("a question")
    };
    let reply = |steps: &str, rest: &str| {
        format!("[[ ## reasoning_steps ## ]]\n{steps}\n[[ ## confidence ## ]]\n0.9\n{rest}")
    };

    // the fields, and what is asked of each step
    let script = Scripted::new([reply(STEPS, "[[ ## answer ## ]]\n12")]);
    let checked = ask()
        .checked_reasoning()
        .with(&script.lm())
        .await
        .expect("an answer");
    let request = script.requests().remove(0);
    let system = request.prefix.system.as_str();
    for words in [
        "1. `reasoning_steps` (list[ReasoningStep])",
        "2. `confidence` (float)",
        "what it is about",
        "why it holds",
        "`Assumptions:`",
        "`Uncertainties:`",
    ] {
        assert!(system.contains(words), "{words}: {system}");
    }
    assert_eq!(
        request.settings,
        Settings::default(),
        "no preset unless it was asked for"
    );

    let script = Scripted::new([reply(STEPS, "[[ ## answer ## ]]\n12")]);
    let call = ask()
        .checked_reasoning()
        .settings(&Sampling::checked_reasoning());
    call.with(&script.lm()).await.expect("an answer");
    let settings = script.requests().remove(0).settings;
    assert_eq!(
        (settings.temperature, settings.max_tokens),
        (Some(0.3), Some(4_096))
    );

    // the report
    let quality = checked.quality;
    assert_eq!(quality.step_count, 3);
    let parts = [
        quality.logical_consistency,
        quality.evidence_strength,
        quality.uncertainty_handling,
    ];
    assert!(
        parts.iter().all(|part| (0.0..=1.0).contains(part)),
        "{quality:?}"
    );
    let mean = parts.iter().sum::<f64>() / 3.0;
    assert_eq!(quality.overall_score.to_bits(), mean.to_bits());
    // the second step takes nothing up of the first, the third names the second: (0.5 + 1.0) / 2
    assert_eq!(quality.logical_consistency.to_bits(), 0.75_f64.to_bits());
    let one: Value = serde_json::from_str::<Vec<Value>>(STEPS)
        .expect("JSON")
        .remove(0);
    let single = Scripted::new([reply(&json!([one]).to_string(), "[[ ## answer ## ]]\n12")]);
    let single = ask()
        .checked_reasoning()
        .with(&single.lm())
        .await
        .expect("an answer");
    assert_eq!(
        single.quality.logical_consistency.to_bits(),
        1.0_f64.to_bits()
    );

    // a missing answer is looked for in the last steps before it is an error
    let script = Scripted::new([reply(STEPS, "")]);
    let found = ask()
        .checked_reasoning()
        .with(&script.lm())
        .prediction()
        .await
        .expect("an answer");
    assert_eq!(
        (&found.output.output["answer"], found.calls),
        (&json!(12), 1)
    );
    assert!(
        found
            .repairs()
            .iter()
            .any(|repair| repair.rule == Rule::LastSteps)
    );

    // one retry, which names the faults
    let wrong = reply(&STEPS.replace("the answer is 12", "so many"), "");
    let script = Scripted::new([wrong.clone(), wrong]);
    let error = ask()
        .checked_reasoning()
        .with(&script.lm())
        .await
        .expect_err("no answer");
    assert!(error.to_string().contains("`answer` is missing"), "{error}");
    let requests = script.requests();
    assert_eq!(requests.len(), 2);
    let complaint = requests[1].turns.last().expect("a turn").text().to_owned();
    assert!(
        complaint.contains("`answer` is missing; expected an integer"),
        "{complaint}"
    );
}
