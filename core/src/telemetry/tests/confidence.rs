//! How sure answers are.
use super::{Kept, block};
use crate::{Ask, DynSignature, Scope, telemetry::EventKind, testing::Scripted};
use std::sync::Arc;

/// The event's confidence is that of the first output whose type is a confidence score, whatever it is called.
#[test]
fn confidence_has_its_type_for_a_source() {
    let told = |signature: &str, reply: &str| {
        let kept = Arc::new(Kept::default());
        let lm = Scripted::new([reply]).lm();
        let scope = Scope::current().with_lm(&lm).with_sink(kept.clone());
        let signature = DynSignature::parse(signature).unwrap();
        let ask = signature.ask([("question", "Where?".into())]).unwrap();
        block(scope.enter(ask.predict())).unwrap();
        let events = kept.events.lock().unwrap();
        let ended = events
            .iter()
            .find(|line| line.starts_with(EventKind::PredictionExecution.name()))
            .unwrap();
        let confidence = ended.split_once("confidence=");
        confidence.map(|(_, number)| number.to_owned())
    };
    let sure = "[[ ## sure ## ]]\n85%\n[[ ## confidence ## ]]\n0.5";
    for (signature, reply, expected) in [
        (
            "question -> sure: confidence_score, confidence: float",
            sure,
            Some("0.85"),
        ),
        (
            "question -> sure: confidence_score | None, confidence: float",
            sure,
            Some("0.85"),
        ),
        (
            "question -> sure: probability, confidence: float",
            sure,
            Some("0.5"),
        ),
        // of another scale
        (
            "question -> confidence: float",
            "[[ ## confidence ## ]]\n85",
            None,
        ),
        (
            "question -> confidence: str",
            "[[ ## confidence ## ]]\nhigh",
            None,
        ),
        ("question -> sure: float", "[[ ## sure ## ]]\n0.5", None),
    ] {
        assert_eq!(told(signature, reply).as_deref(), expected, "{signature}");
    }
}

#[test]
fn a_checked_reasoning_is_told_as_one() {
    let kept = Arc::new(Kept::default());
    let reply = r#"[[ ## reasoning_steps ## ]]
[{"step_number": 1, "thought": "Which city it is.", "reasoning": "It is the capital, so the answer is Paris."}]
[[ ## confidence ## ]]
0.75"#;
    let lm = Scripted::new([reply]).lm();
    let scope = Scope::current().with_lm(&lm).with_sink(kept.clone());
    let signature = DynSignature::parse("question -> answer").unwrap();
    let ask = signature.ask([("question", "Where?".into())]).unwrap();
    block(scope.enter(ask.checked_reasoning())).unwrap();
    let events = kept.events.lock().unwrap();
    for kind in [
        EventKind::PredictionExecution,
        EventKind::PredictionChainOfThought,
    ] {
        let ended = events.iter().find(|line| line.starts_with(kind.name()));
        let ended = ended.expect("an event");
        assert!(ended.contains("succeeded=true"), "{ended}");
        assert!(ended.ends_with("confidence=0.75"), "{ended}");
    }
}
