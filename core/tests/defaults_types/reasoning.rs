//! Of section 3 the chain of thought that is checked.
use serde_json::{Value, json};
use sigflow_core::{Ask, DynSignature, Rule, Sampling, Settings, testing::Scripted};

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
