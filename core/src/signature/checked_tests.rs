//! Reasoning in steps, end to end.
use crate::{
    Adapter, Ask, Checked, DynAsk, DynSignature, Error, Record, Rule, Settings, Strictness,
    stream::{CheckedField, FieldEvent},
    testing::Scripted,
    types::ConfidenceScore,
};
use serde_json::{Value, json};

const STEPS: &str = r#"[
  {"step_number": 1, "thought": "What is asked for.", "reasoning": "The question wants \"the capital\". Assumptions: none."},
  {"step_number": 2, "thought": "Which city it is.", "reasoning": "By step 1 it is the capital, so Paris. Uncertainties: none.", "confidence": 0.9}
]"#;

fn block<T>(future: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().build();
    runtime.expect("a runtime").block_on(future)
}

fn ask_of(text: &str) -> DynAsk {
    let signature = DynSignature::parse(text).expect("a signature");
    let question = [("question", json!("What is the capital of France?"))];
    signature.ask(question).expect("a question")
}
fn ask() -> DynAsk {
    ask_of("question -> answer")
}

fn reply(steps: &str, confidence: &str, rest: &str) -> String {
    format!(
        "[[ ## reasoning_steps ## ]]\n{steps}\n\n[[ ## confidence ## ]]\n{confidence}\n\n{rest}"
    )
}

fn answer(script: &Scripted) -> Result<Checked<Record>, Error> {
    block(ask().checked_reasoning().with(&script.lm()).into_future())
}

#[test]
fn steps_confidence_and_quality_come_with_the_answer() {
    let script = Scripted::new([reply(STEPS, "0.9512", "[[ ## answer ## ]]\nParis")]);
    let call = ask().checked_reasoning().with(&script.lm()).prediction();
    let prediction = block(call).expect("an answer");
    assert_eq!(prediction.calls, 1);
    let checked = prediction.output;
    assert_eq!(checked.output.get("answer"), Some(&json!("Paris")));
    assert_eq!(
        checked.confidence,
        ConfidenceScore::new(0.951).expect("a score")
    );
    assert_eq!(checked.steps[1].thought(), "Which city it is.");
    let quality = checked.quality;
    assert_eq!(quality.step_count, 2);
    // the first step names an input and quotes it, the second an earlier step
    let found = [
        quality.logical_consistency,
        quality.evidence_strength,
        quality.uncertainty_handling,
    ];
    assert_eq!(
        found.map(f64::to_bits),
        [1.0, 0.75, 0.5].map(f64::to_bits),
        "{found:?}"
    );

    let request = &script.requests()[0];
    assert_eq!(
        request.settings,
        Settings::default(),
        "nothing is sent that nobody set"
    );
    let system = request.prefix.system.as_str();
    for line in [
        "1. `reasoning_steps` (list[ReasoningStep]): the way to the answer. Of each step say in `thought`",
        "2. `confidence` (float): how sure you are of what these steps lead to",
        "3. `answer` (str):",
    ] {
        assert!(system.contains(line), "{line}\n\n{system}");
    }
}

#[test]
fn the_model_is_told_once_what_is_wrong() {
    let wrong = STEPS.replace("\"step_number\": 2", "\"step_number\": 3");
    let rest = "[[ ## answer ## ]]\nParis";
    let script = Scripted::new([reply(&wrong, "1.2", rest), reply(STEPS, "0.9", rest)]);
    let call = ask().checked_reasoning().with(&script.lm()).prediction();
    let prediction = block(call).expect("an answer");
    assert_eq!(prediction.calls, 2);
    let complaint = script.requests()[1]
        .turns
        .last()
        .expect("a turn")
        .text()
        .to_owned();
    for fault in [
        "- `reasoning_steps[1].step_number` must be 2: steps are numbered from 1; it is `3`",
        "- `confidence` must be at most 1; it is `1.2`",
    ] {
        assert!(complaint.contains(fault), "{complaint}");
    }

    // once and not more; and not at all for who does not want it
    let twice = Scripted::new([reply(&wrong, "1", rest), reply(&wrong, "1", rest)]);
    let error = answer(&twice).expect_err("two replies that are wrong");
    assert!(error.is_constraint() && error.raw_reply().is_some());
    assert_eq!(twice.requests().len(), 2);
    let script = Scripted::new([reply(&wrong, "1", rest)]);
    let call = ask().checked_reasoning().reask(0).with(&script.lm());
    block(call.into_future()).expect_err("a reply that is wrong");
    assert_eq!(script.requests().len(), 1);
}

#[test]
fn a_missing_answer_is_looked_for_in_the_last_steps() {
    for (said, expected) in [
        ("By step 1 it is the capital. Answer: Paris.", Some("Paris")),
        (
            "By step 1 it is the capital. **Final answer:** Paris",
            Some("Paris"),
        ),
        (
            "By step 1 it is the capital; the answer is \\\"Paris\\\".",
            Some("Paris"),
        ),
        ("By step 1 it is the capital, which is Paris.", None),
        ("By step 1 it is the capital; the answers are many.", None),
    ] {
        let steps = STEPS.replace(
            "By step 1 it is the capital, so Paris. Uncertainties: none.",
            said,
        );
        let script = Scripted::new([reply(&steps, "0.9", "")]);
        let call = ask()
            .checked_reasoning()
            .reask(0)
            .with(&script.lm())
            .prediction();
        match (block(call), expected) {
            (Ok(prediction), Some(expected)) => {
                assert_eq!(prediction.output.output["answer"], expected, "{said}");
                let repair = prediction.repairs().last().expect("a repair");
                assert_eq!(repair.rule, Rule::LastSteps);
                assert!(repair.to_string().contains("(step 2)"), "{repair}");
                assert_eq!(&prediction.raw[repair.range.clone()], "Paris");
            }
            (Err(error), None) => {
                assert!(error.to_string().contains("`answer` is missing"), "{error}");
                assert!(error.partial_fields().contains_key("reasoning_steps"));
            }
            (result, _) => panic!("{said}: {result:?}"),
        }
    }
}

#[test]
fn what_is_found_has_the_type_and_the_bounds_of_its_output() {
    let signature = DynSignature::builder("Count")
        .input("question", "str")
        .field(crate::FieldSpec::output("total_count", "int").le(20))
        .build()
        .expect("a signature");
    let read = |said: &str| {
        let steps = STEPS.replace("so Paris. Uncertainties: none.", said);
        let lm = Scripted::new([reply(&steps, "0.9", "")]).lm();
        let ask = signature
            .ask([("question", json!("How many?"))])
            .expect("a question");
        block(ask.checked_reasoning().reask(0).with(&lm).into_future())
            .map(|checked| checked.output["total_count"].clone())
            .map_err(|error| error.to_string())
    };
    assert_eq!(read("so the total count is 12."), Ok(json!(12)));
    assert_eq!(read("so total_count = 1 dozen"), Ok(json!(12)));
    // the first one that holds, from the end on
    assert_eq!(
        read("so total count: 12. Or is it? Total count: 99."),
        Ok(json!(12))
    );
    assert!(read("so the total count is 99.").is_err());
}

#[test]
fn to_the_letter_nothing_is_looked_for() {
    let steps = STEPS.replace("so Paris. Uncertainties: none.", "so the answer is Paris.");
    let script = Scripted::new([reply(&steps, "0.9", "")]);
    let call = ask()
        .checked_reasoning()
        .reask(0)
        .strictness(Strictness::Strict);
    let error = block(call.with(&script.lm()).into_future()).expect_err("no answer");
    assert!(error.to_string().contains("`answer`"), "{error}");
}

#[test]
fn a_field_of_the_same_name_keeps_it() {
    let lm = Scripted::new([format!(
        "[[ ## reasoning_steps ## ]]\n{STEPS}\n[[ ## reasoning_confidence ## ]]\n0.75\n[[ ## answer ## ]]\nParis\n\
         [[ ## confidence ## ]]\n0.5"
    )])
    .lm();
    let ask = ask_of("question -> answer, confidence: float");
    let checked = block(ask.checked_reasoning().with(&lm).into_future()).expect("an answer");
    assert_eq!(checked.confidence.get().to_bits(), 0.75_f64.to_bits());
    assert_eq!(checked.output["confidence"], json!(0.5));
}

#[test]
fn json_replies_are_read_too() {
    let steps: Value = serde_json::from_str(STEPS).expect("JSON");
    let text =
        json!({"reasoning_steps": steps, "confidence": "90%", "answer": "Paris"}).to_string();
    let lm = Scripted::new([text]).lm();
    let call = ask().checked_reasoning().adapter(Adapter::Json).with(&lm);
    let checked = block(call.into_future()).expect("an answer");
    assert_eq!(
        (checked.confidence.get() * 10.0).round().to_bits(),
        9.0_f64.to_bits()
    );
}

#[test]
fn steps_arrive_one_by_one() {
    let lm = Scripted::new([reply(STEPS, "0.9", "[[ ## answer ## ]]\nParis")]).lm();
    block(async {
        let mut stream = ask().checked_reasoning().with(&lm).stream();
        let mut finished = Vec::new();
        while let Some(event) = stream.next().await.expect("an event") {
            if event.what == FieldEvent::Finished {
                finished.push(event.field);
            }
        }
        let answer = CheckedField::Output("answer".to_owned());
        assert_eq!(
            finished,
            [CheckedField::Steps, CheckedField::Confidence, answer]
        );
        assert_eq!(
            stream.partial().steps.done().map(|steps| steps.len()),
            Some(2)
        );
        assert_eq!(
            stream.partial().output["answer"].done(),
            Some(&json!("Paris"))
        );
        let checked = stream.finish().await.expect("an answer");
        assert_eq!(checked.steps.len(), 2);
    });
}

#[test]
fn demos_and_a_shared_prompt_stay_what_they_are() {
    let demo = Record::from_iter([("question", json!("D")), ("answer", json!("E"))]);
    let text = reply(STEPS, "0.9", "[[ ## answer ## ]]\nParis");
    let script = Scripted::new([text.clone(), text.clone(), text]);
    let lm = script.lm();
    let signature = DynSignature::parse("question -> answer").expect("a signature");
    let ask = || {
        signature
            .ask([("question", json!("Q"))])
            .expect("a question")
    };
    block(async {
        ask()
            .demos([demo])
            .checked_reasoning()
            .with(&lm)
            .await
            .expect("an answer");
        for _ in 0..2 {
            ask()
                .checked_reasoning()
                .with(&lm)
                .await
                .expect("an answer");
        }
    });
    let requests = script.requests();
    assert_eq!(requests[0].prefix.demos.len(), 2);
    let system = |index: usize| requests[index].prefix.system.as_str();
    assert!(std::ptr::eq(system(1), system(2)), "rendered once");
}
