//! Each type, static and dynamic: the same schema, the same values, the same faults.
use super::*;
use crate::{
    Adapter, DynSignature, Field, FieldSpec, Reader, Reason, Record, TypeSpec,
    schema::{Dialect, json::of_type},
};
use serde_json::{Value, json};
use std::fmt::Debug;

/// What a value of the type reads as, from JSON, from a clean reply and by name at run time: all the same.
fn read<T: Field + Debug>(value: &Value) -> Result<Value, (String, Reason)> {
    let name = T::SCHEMA.get().meaning().expect("a type of ours").name();
    let said = |fault: &Fault| (fault.to_string(), fault.reason);
    let typed = T::from_value(value.clone())
        .map(|value| value.view().to_value())
        .map_err(|fault| said(&fault.within("x")));
    let signature = DynSignature::parse(&format!("a -> x: {name}")).expect("a signature");
    for adapter in [Adapter::Json, Adapter::Chat] {
        let text = match adapter {
            Adapter::Json => json!({ "x": value }).to_string(),
            _ => format!("[[ ## x ## ]]\n{}", shown(value)),
        };
        let dynamic = signature
            .read(adapter, &text)
            .map(|outputs| outputs["x"].clone())
            .map_err(|error| said(&error.faults()[0]));
        assert_eq!(dynamic, typed, "{adapter:?}: {text}");
    }
    // clean JSON that can be read at once is read as it is otherwise
    let text = value.to_string();
    if let Ok(clean) = T::read(&mut Reader::new(&text)) {
        assert_eq!(Ok(clean.view().to_value()), typed, "{text}");
    }
    let asked = DynSignature::parse(&format!("x: {name} -> a")).expect("a signature");
    assert_eq!(
        asked.ask([("x", value.clone())]).is_ok(),
        typed.is_ok(),
        "as an input: {text}"
    );
    typed
}

/// Text stands in a chat reply without quotes.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[track_caller]
fn reads<T: Field + Debug>(value: Value, expected: Value) {
    assert_eq!(read::<T>(&value), Ok(expected), "{value}");
}
#[track_caller]
fn refuses<T: Field + Debug>(value: Value, reason: Reason, words: &str) {
    let (said, found) = read::<T>(&value).expect_err("a fault");
    assert!(said.contains(words), "{said}");
    assert_eq!(found, reason, "{said}");
}

#[test]
fn measures_are_held_to_their_scale_and_rounded() {
    reads::<ConfidenceScore>(json!(0.123_456), json!(0.123));
    reads::<ConfidenceScore>(json!(1), json!(1.0));
    reads::<ConfidenceScore>(json!("0.85"), json!(0.85));
    reads::<ConfidenceScore>(json!("85%"), json!(0.85));
    reads::<ConfidenceScore>(json!("85 percent"), json!(0.85));
    reads::<ConfidenceScore>(json!("I am 99.9 % sure."), json!(0.999));
    reads::<ConfidenceScore>(json!("0.5%"), json!(0.005));
    refuses::<ConfidenceScore>(
        json!(1.0004),
        Reason::Above,
        "`x` is `1.0004`, must be at most 1",
    );
    refuses::<ConfidenceScore>(json!(-0.0004), Reason::Below, "must be at least 0");
    refuses::<ConfidenceScore>(json!(85), Reason::Above, "`x` is `85`, must be at most 1");
    refuses::<ConfidenceScore>(
        json!("120%"),
        Reason::Above,
        "`x` is `1.2`, must be at most 1",
    );
    refuses::<ConfidenceScore>(
        json!("sure"),
        Reason::Mismatch,
        "`x` is `sure`, expected a number",
    );
    reads::<Probability>(json!(0.123_456_78), json!(0.123_457));
    refuses::<Probability>(json!(2), Reason::Above, "must be at most 1");
    reads::<SimilarityScore>(json!("-50%"), json!(-0.5));
    reads::<SimilarityScore>(json!(0.345_678), json!(0.3457));
    refuses::<SimilarityScore>(json!(-1.5), Reason::Below, "must be at least -1");
}

#[test]
fn a_percentage_in_a_list_of_one_is_one_too() {
    let signature =
        DynSignature::parse("a -> x: confidence_score, y: list[probability]").expect("valid");
    let outputs = signature
        .read(
            Adapter::Json,
            r#"{"x": ["0.5%"], "y": ["50%", 0.25, "0.125"]}"#,
        )
        .expect("outputs");
    assert_eq!(outputs["x"], json!(0.005));
    assert_eq!(outputs["y"], json!([0.5, 0.25, 0.125]));
    // a number of another kind beside it is not one of percent
    let plain = DynSignature::parse("a -> x: float").expect("valid");
    assert_eq!(
        plain
            .read(Adapter::Json, r#"{"x": "50%"}"#)
            .expect("outputs")["x"],
        json!(50)
    );
}

#[test]
fn tokens_are_counted() {
    reads::<TokenCount>(json!("1,000,000"), json!(1_000_000));
    refuses::<TokenCount>(json!(1_000_001), Reason::Above, "must be at most 1000000");
    refuses::<TokenCount>(json!(-1), Reason::Below, "must be at least 0");
    refuses::<TokenCount>(json!(1.5), Reason::Mismatch, "expected an integer");
    let usage =
        |total: u64| json!({"prompt_tokens": 2, "completion_tokens": 3, "total_tokens": total});
    reads::<TokenUsage>(usage(5), usage(5));
    refuses::<TokenUsage>(
        usage(6),
        Reason::Check,
        "`x.total_tokens` is `6`, must be 5, the sum of the other two",
    );
    refuses::<TokenUsage>(
        json!({"prompt_tokens": 2, "completion_tokens": 3}),
        Reason::Missing,
        "`x.total_tokens`",
    );
    assert!(TokenUsage::new(u64::MAX, 1).is_err());
    assert_eq!(
        TokenCount::MAX.checked_add(TokenCount::new(1).expect("one")),
        None
    );
}

#[test]
fn vectors_point_somewhere() {
    reads::<EmbeddingVec>(json!([1.5, 0.5]), json!([1.5, 0.5]));
    refuses::<EmbeddingVec>(json!([]), Reason::TooSmall, "must be at least 1 long");
    refuses::<EmbeddingVec>(
        json!(vec![1; 10_001]),
        Reason::TooLarge,
        "must be at most 10000 long",
    );
    refuses::<EmbeddingVec>(
        json!([0, 0.0]),
        Reason::ZeroMagnitude,
        "a vector that points somewhere",
    );
    refuses::<EmbeddingVec>(
        json!([1, 1e300]),
        Reason::NotFinite,
        "`x[1]` is `inf`, must be a finite number",
    );
    let exact = Embedding::<2>::from_value(json!([3, 4]))
        .expect("a vector")
        .normalized();
    assert_eq!(exact.as_slice(), [0.6, 0.8]);
    assert!(Embedding::<2>::from_value(json!([1])).is_err());
    let tiny = EmbeddingVec::new(vec![1e-30, 1e-30])
        .expect("a vector")
        .normalized();
    let length: f32 = tiny.as_slice().iter().map(|n| n * n).sum();
    assert!((length - 1.0).abs() < 1e-6, "{length}");
}

#[test]
fn templates_have_balanced_braces_and_names() {
    let template = |text: &str, words: &str| {
        refuses::<PromptTemplate>(json!(text), Reason::Check, words);
    };
    reads::<PromptTemplate>(json!("Hi {{_a1}} {x}"), json!("Hi {{_a1}} {x}"));
    template(
        "Hi {{name}",
        "`{{name}` at character 4, must be balanced; add `}}` behind its name",
    );
    template("Hi {{a {{b}}", "`{{a {{b}}` at character 4");
    template(
        "é name}} x",
        "`name}}` at character 7, must be balanced; add `{{` before it",
    );
    template("Hi {{1st}}", "write `{{_1st}}`");
    template("Hi {{}}", "write `{{name}}`");
    template("Hi {{ name }}", "write `{{name}}`");
    refuses::<PromptTemplate>(
        json!("x".repeat(100_001)),
        Reason::TooLarge,
        "at most 100000 long",
    );
    assert_eq!(
        PromptTemplate::new("").expect_err("empty").reason(),
        Some(Reason::TooSmall)
    );
    let two = PromptTemplate::new("{{a}}{{b}}{{a}}").expect("a template");
    assert_eq!(two.variables(), ["a", "b"]);
    assert_eq!(
        two.fill([("a", "{{b}}"), ("b", "2")]).expect("filled"),
        "{{b}}2{{b}}"
    );
    let said = |values: &[(&str, &str)]| {
        two.fill(values.iter().copied())
            .expect_err("a fault")
            .to_string()
    };
    assert_eq!(
        said(&[("a", "1")]),
        "input `b` is missing, expected a value for `{{b}}`"
    );
    assert_eq!(
        said(&[("a", "1"), ("b", "2"), ("c", "3")]),
        "input `c` is unknown, expected one of `a`, `b`"
    );
}

fn step(number: u32, thought: &str, reasoning: &str) -> Value {
    json!({"step_number": number, "thought": thought, "reasoning": reasoning, "confidence": null})
}

#[test]
fn steps_are_complete_and_say_something() {
    let good = step(1, "What is asked.", "The question wants a capital city.");
    reads::<ReasoningStep>(good.clone(), good);
    let sure = json!({
        "step_number": "1", "subject": "What is asked.", "reasoning": "The question wants a capital city.",
        "confidence": "90%",
    });
    let read = ReasoningStep::from_value(sure).expect("other names and forms");
    assert_eq!(
        read.confidence(),
        Some(ConfidenceScore::new(0.9).expect("a score"))
    );
    let fault = |value, reason, words| refuses::<ReasoningStep>(value, reason, words);
    fault(
        step(0, "What is asked.", "The question wants a city."),
        Reason::Below,
        "`x.step_number` is `0`",
    );
    fault(
        step(1, "Short.", "The question wants a city."),
        Reason::TooSmall,
        "`x.thought`",
    );
    fault(
        step(1, "What is asked.", &"x".repeat(2_001)),
        Reason::TooLarge,
        "`x.reasoning`",
    );
    fault(
        step(1, &"-".repeat(20), "The question wants a city."),
        Reason::Check,
        "`x.thought` is `--------",
    );
    fault(
        step(1, "What is asked.", &format!("so{:20}", "")),
        Reason::Check,
        "at least 20 long without blanks",
    );
    fault(
        step(1, "The question wants a city.", "the question wants a city"),
        Reason::Check,
        "why the thought holds",
    );
    fault(
        json!({"step_number": 1, "thought": "What is asked."}),
        Reason::Missing,
        "`x.reasoning` is missing",
    );
}

#[test]
fn chains_are_numbered_and_lead_on() {
    let one = step(1, "What is asked.", "The question wants a capital city.");
    let two = step(2, "What is known.", "The passage names Paris as capital.");
    reads::<ReasoningChain>(json!([one, two]), json!([one, two]));
    let fault = |value, reason, words| refuses::<ReasoningChain>(value, reason, words);
    fault(json!([]), Reason::TooSmall, "at least 1 long");
    fault(
        json!([two]),
        Reason::Check,
        "`x[0].step_number` is `2`, must be 1: steps are numbered from 1",
    );
    fault(
        json!([
            one,
            step(2, "what is asked", "Another reasoning than before, it is.")
        ]),
        Reason::Check,
        "`x[1].thought` is `what is asked`, must be another thought than that of step 1",
    );
    fault(
        json!([
            one,
            step(2, "What is known.", "The question wants a capital city!")
        ]),
        Reason::Check,
        "it is the reasoning of step 1",
    );
    let many: Vec<Value> = (1..=51)
        .map(|number| {
            step(
                number,
                &format!("Thought number {number}."),
                &format!("The reasoning of number {number}."),
            )
        })
        .collect();
    fault(json!(many), Reason::TooLarge, "at most 50 long");
}

#[test]
fn calls_and_results_are_whole() {
    let call = json!({"function_name": "search", "arguments": {"query": "cats"}, "call_id": null});
    reads::<FunctionCall>(call.clone(), call);
    let short = json!({"name": "search", "args": {}, "id": "call_1"});
    assert_eq!(
        FunctionCall::from_value(short)
            .expect("other names")
            .call_id(),
        Some("call_1")
    );
    refuses::<FunctionCall>(
        json!({"function_name": "x".repeat(101), "arguments": {}}),
        Reason::TooLarge,
        "at most 100 long",
    );
    refuses::<FunctionCall>(
        json!({"function_name": "", "arguments": {}}),
        Reason::TooSmall,
        "at least 1 long",
    );
    let result = |success: bool, error: Value| json!({"tool_name": "search", "result": [1], "success": success, "error": error});
    reads::<ToolResult>(result(true, Value::Null), result(true, Value::Null));
    reads::<ToolResult>(result(false, json!("no")), result(false, json!("no")));
    refuses::<ToolResult>(
        result(true, json!("no")),
        Reason::Check,
        "`x.error` is `no`, must be null",
    );
    refuses::<ToolResult>(
        result(false, Value::Null),
        Reason::Check,
        "must be what went wrong",
    );
    let output = json!({"content": "Paris", "model": "m", "usage": null, "finish_reason": "stop"});
    reads::<ModelOutput>(output.clone(), output);
    refuses::<ModelOutput>(
        json!({"content": "", "model": "m", "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 1}}),
        Reason::Check,
        "`x.usage.total_tokens` is `1`, must be 2",
    );
}

#[test]
fn every_name_of_the_grammar_has_its_type() {
    let names: Vec<&str> = BUILT_IN.iter().map(BuiltIn::name).collect();
    assert_eq!(names, sigflow_grammar::ML_TYPES);
    for ty in &BUILT_IN {
        assert!(!ty.docs().is_empty() && !ty.category().as_str().is_empty());
        // as a type of its own, in a list, and where it may be missing
        let text = format!("a -> x: {0}, y: list[{0}], z: {0} | None", ty.name());
        let signature = DynSignature::parse(&text).expect("a signature");
        assert_eq!(signature.outputs()[0].schema.get(), ty.schema());
        let schema = serde_json::from_str::<Value>(&of_type(ty.schema()));
        assert!(
            schema.is_ok_and(|schema| schema.is_object()),
            "{}",
            ty.name()
        );
    }
}

#[test]
fn a_name_may_be_given_another_type() {
    let types = crate::TypeRegistry::new().with("probability", "int");
    let signature = DynSignature::parse_with("a -> x: probability", &types).expect("a signature");
    assert_eq!(signature.outputs()[0].python_type(), "int");
    let error = DynSignature::parse("a -> x: confidence_scor")
        .expect_err("a typo")
        .to_string();
    assert!(
        error.contains("did you mean `confidence_score`?"),
        "{error}"
    );
}

#[test]
fn static_and_dynamic_signatures_show_the_same() {
    let named = DynSignature::builder("Judge")
        .input("step", "reasoning_step")
        .field(FieldSpec::output("sure", "confidence_score").description("of it all"))
        .output("all", "list[probability]")
        .build()
        .expect("a signature");
    let typed = DynSignature::builder("Judge")
        .input("step", TypeSpec::of::<ReasoningStep>())
        .field(
            FieldSpec::output("sure", TypeSpec::of::<ConfidenceScore>()).description("of it all"),
        )
        .output("all", TypeSpec::of::<Vec<Probability>>())
        .build()
        .expect("a signature");
    for adapter in [Adapter::Chat, Adapter::Json, Adapter::Xml, Adapter::Baml] {
        let shown = |signature: &DynSignature| signature.format(adapter, &[], &Record::default());
        assert_eq!(shown(&named), shown(&typed));
    }
    let prompt = named.format(Adapter::Chat, &[], &Record::default());
    for line in [
        "1. `step` (ReasoningStep):",
        "1. `sure` (float): of it all\n    A number from 0 to 1: how sure you are, 0 being not at all and 1 certain.",
        "2. `all` (list[float]):",
        "A number from 0 to 1: how likely it is",
        "{sure}        # note: the value you produce must be a single float value",
    ] {
        assert!(
            prompt[0].text().contains(line),
            "{line}\n\n{}",
            prompt[0].text()
        );
    }
    let schema = |dialect| {
        let text = crate::schema::render(
            crate::schema::What::Output(dialect),
            named.def().signature.get(),
            false,
        );
        serde_json::from_str::<Value>(&text).expect("a schema")["properties"]["sure"].clone()
    };
    let about =
        "of it all\nA number from 0 to 1: how sure you are, 0 being not at all and 1 certain.";
    assert_eq!(
        schema(Dialect::OpenAi),
        json!({"type": "number", "minimum": 0, "maximum": 1, "description": about})
    );
    assert_eq!(
        schema(Dialect::Anthropic)["description"],
        format!("{about} (greater than or equal to: 0, less than or equal to: 1)")
    );
}

#[test]
fn what_is_written_is_read() {
    let sure = ConfidenceScore::new(0.5).expect("a score");
    assert_eq!(serde_json::to_value(sure).expect("JSON"), json!(0.5));
    assert_eq!(
        serde_json::from_value::<ConfidenceScore>(json!("50%")).expect("a score"),
        sure
    );
    assert!(serde_json::from_value::<ConfidenceScore>(json!(1.5)).is_err());
    assert!(
        ConfidenceScore::new(f64::NAN)
            .is_err_and(|error| error.reason() == Some(Reason::NotFinite))
    );
    assert!(sure.calibrated(|number| number * 3.0).is_err());
}
