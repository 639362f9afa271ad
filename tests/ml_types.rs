//! The machine learning types in signatures that the compiler knows: as types, by their names in a string, and as
//! signatures made at run time. All three are one.
use serde_json::{Value, json};
use sigflow::{
    Adapter, DynSignature, Reason, TypeRegistry,
    prelude::*,
    telemetry::{Series, Telemetry, Window},
    testing::Scripted,
    types::{
        ConfidenceScore, Embedding, EmbeddingVec, FunctionCall, ModelOutput, Probability,
        PromptTemplate, ReasoningChain, ReasoningStep, SimilarityScore, TokenCount, TokenUsage,
        ToolResult,
    },
};

signature! {
    /// Judge it.
    pub struct Typed {
        prompt: PromptTemplate,
        vector: EmbeddingVec,
        output: ModelOutput,
        result: ToolResult,
    } -> {
        step: ReasoningStep,
        chain: ReasoningChain,
        sure: ConfidenceScore,
        likely: Vec<Probability>,
        alike: Option<SimilarityScore>,
        count: TokenCount,
        usage: TokenUsage,
        call: FunctionCall,
    }
}

const TEXT: &str = "prompt: prompt_template, vector: embedding, output: model_output, result: tool_result -> \
    step: reasoning_step, chain: reasoning_chain, sure: confidence_score, likely: list[probability], \
    alike: similarity_score | None, count: token_count, usage: token_usage, call: function_call";

signature! {
    /// Judge it.
    pub Named = "prompt: prompt_template, vector: embedding, output: model_output, result: tool_result -> \
        step: reasoning_step, chain: reasoning_chain, sure: confidence_score, likely: list[probability], \
        alike: similarity_score | None, count: token_count, usage: token_usage, call: function_call"
}

fn inputs() -> (PromptTemplate, EmbeddingVec, ModelOutput, ToolResult) {
    (
        PromptTemplate::new("Hi {{name}}").expect("a template"),
        EmbeddingVec::new(vec![0.5, 1.0]).expect("a vector"),
        ModelOutput::new("Paris", "gpt-5-mini").with_usage(TokenUsage::new(2, 3).expect("usage")),
        ToolResult::success("search", json!([1])).expect("a result"),
    )
}

fn outputs() -> Value {
    let step = json!({"step_number": 1, "thought": "What is asked.", "reasoning": "The question wants a city.", "confidence": "50%"});
    json!({
        "step": step, "chain": [step], "sure": "85%", "likely": [0.123_456_78, "1"], "alike": null, "count": "1,000",
        "usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3},
        "call": {"function_name": "search", "arguments": {"q": 1}},
    })
}

#[test]
fn all_three_say_the_same() {
    assert_eq!(Typed::PROMPT, Named::PROMPT);
    for (one, two) in [
        (Typed::OPENAI_SCHEMA, Named::OPENAI_SCHEMA),
        (Typed::ANTHROPIC_SCHEMA, Named::ANTHROPIC_SCHEMA),
        (Typed::GEMINI_SCHEMA, Named::GEMINI_SCHEMA),
        (
            &Typed::JSON_SCHEMA.replace("Typed", "Named"),
            Named::JSON_SCHEMA,
        ),
        (
            &Typed::INPUT_SCHEMA.replace("Typed", "Named"),
            Named::INPUT_SCHEMA,
        ),
    ] {
        assert_eq!(one, two);
    }
    let dynamic = DynSignature::parse(TEXT).expect("a signature");
    let dynamic = dynamic.with_instructions("Judge it.");
    let typed = DynSignature::of::<Typed>();
    for adapter in [Adapter::Chat, Adapter::Json, Adapter::Xml] {
        let (one, two) = (
            dynamic.format(adapter, &[], &Record::default()),
            typed.format(adapter, &[], &Record::default()),
        );
        assert_eq!(one, two, "{adapter:?}");
    }
    assert!(Typed::PROMPT.contains("A number from 0 to 1: how sure you are"));
    assert_eq!(TypeRegistry::built_in().len(), 12);
}

#[tokio::test]
async fn all_three_read_the_same() {
    let text = outputs().to_string();
    let lm = Scripted::new([text.clone(), text.clone(), text.clone()]).lm();
    let (prompt, vector, output, result) = inputs();
    let typed = Typed {
        prompt,
        vector,
        output,
        result,
    };
    let typed = typed
        .predict()
        .adapter(Adapter::Json)
        .with(&lm)
        .await
        .expect("outputs");
    assert_eq!(typed.sure.get().to_bits(), 0.85_f64.to_bits());
    assert_eq!(typed.likely[0].get().to_bits(), 0.123_457_f64.to_bits());
    assert_eq!((typed.count.get(), typed.usage.total_tokens()), (1_000, 3));
    assert_eq!(
        typed.chain[0].confidence(),
        Some(ConfidenceScore::new(0.5).expect("a score"))
    );
    let (prompt, vector, output, result) = inputs();
    let named = Named {
        prompt,
        vector,
        output,
        result,
    };
    let named = named
        .predict()
        .adapter(Adapter::Json)
        .with(&lm)
        .await
        .expect("outputs");
    let (one, two) = (
        serde_json::to_value(&typed).expect("JSON"),
        serde_json::to_value(&named).expect("JSON"),
    );
    assert_eq!(one, two);

    let signature = DynSignature::parse(TEXT).expect("a signature");
    let given = signature.ask([
        ("prompt", json!("Hi {{name}}")),
        ("vector", json!([0.5, 1])),
        ("output", json!({"content": "Paris", "model": "gpt-5-mini", "usage": null, "finish_reason": null})),
        ("result", json!({"tool_name": "search", "result": [1], "success": true, "error": null})),
    ]);
    let ask = given
        .expect("inputs")
        .predict()
        .adapter(Adapter::Json)
        .with(&lm);
    assert_eq!(ask.await.expect("outputs").into_json(), one);
}

#[tokio::test]
async fn what_breaks_a_type_is_told_in_the_fields_words() {
    let mut outputs = outputs();
    outputs["sure"] = json!(85);
    outputs["count"] = json!(-1);
    outputs["usage"]["total_tokens"] = json!(4);
    let lm = Scripted::new([outputs.to_string()]).lm();
    let (prompt, vector, output, result) = inputs();
    let typed = Typed {
        prompt,
        vector,
        output,
        result,
    };
    let error = typed
        .predict()
        .adapter(Adapter::Json)
        .with(&lm)
        .await
        .expect_err("faults");
    assert!(error.is_constraint());
    let faults: Vec<_> = error
        .faults()
        .iter()
        .map(|fault| (fault.to_string(), fault.reason))
        .collect();
    assert_eq!(
        faults,
        [
            (
                "`sure` is `85`, must be at most 1".to_owned(),
                Reason::Above
            ),
            (
                "`count` is `-1`, must be at least 0".to_owned(),
                Reason::Below
            ),
            (
                "`usage.total_tokens` is `4`, must be 3, the sum of the other two".to_owned(),
                Reason::Check
            ),
        ]
    );
}

signature! {
    /// Search by a vector.
    pub struct Near { vector: Embedding<3> } -> { alike: SimilarityScore }
}

#[test]
fn a_vector_of_a_known_length_says_so_in_its_schema() {
    let schema: Value = serde_json::from_str(Near::INPUT_SCHEMA).expect("JSON");
    let vector = &schema["properties"]["vector"];
    assert_eq!(
        (&vector["minItems"], &vector["maxItems"]),
        (&json!(3), &json!(3))
    );
}

signature! {
    /// Answer the question.
    pub struct Ask { question: String } -> {
        answer: String,
        #[field(ge = 1, le = 5)]
        stars: u8,
    }
}

const STEPS: &str = r#"[
  {"step_number": 1, "thought": "What is asked for.", "reasoning": "The question wants a number of stars."},
  {"step_number": 2, "thought": "How many they are.", "reasoning": "By step 1 there are stars, which are 4."}
]"#;

#[derive(Predictors)]
struct Holder {
    ask: CheckedReasoning<Ask>,
}

#[tokio::test]
async fn reasoning_in_steps_is_checked_for_static_signatures_too() {
    let text = format!(
        "[[ ## reasoning_steps ## ]]\n{STEPS}\n[[ ## confidence ## ]]\n0.9\n[[ ## answer ## ]]\nFour.\n\n\
         [[ ## stars ## ]]\n4"
    );
    let script = Scripted::new([text.clone(), text.clone(), text]);
    let lm = script.lm();
    let ask = || Ask {
        question: "How many?".into(),
    };
    let checked: Checked<AskOutput> = ask()
        .checked_reasoning()
        .with(&lm)
        .await
        .expect("an answer");
    assert_eq!((checked.answer.as_str(), checked.stars), ("Four.", 4));
    assert_eq!(checked.quality.step_count, 2);

    let mut holder = Holder {
        ask: CheckedReasoning::new(),
    };
    holder
        .predictor_mut("ask")
        .expect("a predictor")
        .set_instructions("Count.");
    let demo = ask().demo(AskOutput {
        answer: "Two.".into(),
        stars: 2,
    });
    holder.ask.set_demos([demo]);
    let again = holder.ask.call(ask()).with(&lm).await.expect("an answer");
    assert_eq!(again.steps, checked.steps);
    let request = script.requests()[1].clone();
    assert!(request.prefix.system.as_str().contains("Count."));
    assert_eq!(request.prefix.demos.len(), 2);

    // what is said of the steps can be tuned, and they stay steps
    let names: Vec<String> = holder
        .ask
        .fields()
        .into_iter()
        .map(|field| field.name)
        .collect();
    assert_eq!(
        names,
        [
            "question",
            "reasoning_steps",
            "confidence",
            "answer",
            "stars"
        ]
    );
    let mut field = holder.ask.fields().swap_remove(1);
    field.description = "at most three steps".into();
    holder.ask.set_fields(&[field]).expect("a field");
    let third = holder.ask.call(ask()).with(&lm).await.expect("an answer");
    assert_eq!(third.steps, checked.steps);
    assert!(
        script.requests()[2]
            .prefix
            .system
            .as_str()
            .contains("at most three steps")
    );
}

signature! {
    /// Weigh it.
    pub struct Weigh { claim: String } -> { verdict: String, sure: ConfidenceScore }
}

#[tokio::test]
async fn the_series_of_confidence_is_fed_by_its_type() {
    let lm = Scripted::new(["[[ ## verdict ## ]]\nfair\n[[ ## sure ## ]]\n85%"]).lm();
    let telemetry = Telemetry::new();
    let call = Weigh {
        claim: "It rains.".into(),
    }
    .predict()
    .with(&lm);
    telemetry.watch(call).await.expect("an answer");
    let labels = [("signature", "Weigh")];
    let summary = telemetry.summary(Series::ConfidenceScore, &labels, Window::Minute);
    let summary = summary.expect("a figure");
    assert_eq!(
        (summary.count, summary.max.to_bits()),
        (1, 0.85_f64.to_bits())
    );
}

/// A program whose call is a predictor like others.
#[program]
async fn counted(question: String) -> Result<Checked<AskOutput>> {
    Ask { question }.checked_reasoning().await
}

#[tokio::test]
async fn programs_know_checked_reasoning() {
    let wrong = "[[ ## reasoning_steps ## ]]\n[]\n[[ ## confidence ## ]]\n0.9\n[[ ## answer ## ]]\nF\n[[ ## stars ## ]]\n4";
    let right = format!(
        "[[ ## reasoning_steps ## ]]\n{STEPS}\n[[ ## confidence ## ]]\n0.9\n[[ ## answer ## ]]\nFour.\n\
         [[ ## stars ## ]]\n4"
    );
    let script = Scripted::new([wrong.to_owned(), right]);
    let program = Counted::new().with(&script.lm());
    let paths: Vec<String> = program
        .named_predictors()
        .into_iter()
        .map(|(path, _)| path)
        .collect();
    assert_eq!(paths, ["ask"]);
    let checked = program.call("How many?".into()).await.expect("an answer");
    assert_eq!((checked.stars, script.requests().len()), (4, 2));
}
