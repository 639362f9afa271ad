//! States that fit, and all the ways in which they do not.
use super::SavedState;
use crate::{
    Adapter, DynProgram, DynSignature, FieldSpec, Predictors, Record, Settings, Walk, WalkMut,
    testing::Scripted,
};
use serde_json::{Value, json};

fn signature(text: &str) -> DynSignature {
    DynSignature::parse(text).expect("a signature")
}
fn program(signatures: &[(&str, &str)]) -> DynProgram {
    let all = signatures
        .iter()
        .map(|(path, text)| (*path, signature(text)));
    DynProgram::from_signatures(all).expect("a program")
}
fn two() -> DynProgram {
    program(&[
        ("search", "question -> query"),
        ("answer", "context: list[str], question -> answer"),
    ])
}
/// As Python would have written it.
fn without_ours(state: &SavedState) -> SavedState {
    let mut json = state.as_json().clone();
    json["metadata"]
        .as_object_mut()
        .expect("metadata")
        .remove("sigflow");
    SavedState::parse(&json.to_string()).expect("a state")
}

#[test]
fn everything_that_was_tuned_comes_back() {
    let mut one = two();
    let answer = one.predictor_mut("answer").expect("a predictor");
    answer.set_instructions("Be brief.");
    answer.set_demos(vec![Record::from_iter([
        ("question", json!("Q")),
        ("answer", json!("A")),
        ("augmented", json!(true)),
    ])]);
    answer.set_settings(Settings {
        temperature: Some(0.25),
        stop: Some(["END".to_owned()].into()),
        ..Settings::default()
    });
    let mut fields = answer.fields();
    fields[2].description = "one word".into();
    fields[2].prefix = "A:".into();
    answer.set_fields(&fields).expect("fields");

    let state = SavedState::of(&one);
    let mut again = two();
    SavedState::parse(&state.to_string())
        .expect("a state")
        .apply(&mut again)
        .expect("it fits");
    let loaded = again.predictor("answer").expect("a predictor");
    assert_eq!(loaded.instructions(), "Be brief.");
    assert_eq!(loaded.demos()[0]["augmented"], true);
    assert_eq!(loaded.settings().temperature, Some(0.25));
    assert_eq!(
        loaded.settings().stop.as_deref(),
        Some(&["END".to_owned()][..])
    );
    assert_eq!(loaded.fields(), fields);
    assert_eq!(SavedState::of(&again).to_string(), state.to_string());
    // what was not tuned still costs nothing
    let search = again.predictor("search").expect("a predictor").state();
    assert!(search.is_none_or(|state| state.instructions.is_none() && state.edited.is_none()));
}

#[tokio::test]
async fn descriptions_of_a_state_are_in_the_prompt() {
    let mut tuned = two();
    let answer = tuned.predictor_mut("answer").expect("a predictor");
    let mut fields = answer.fields();
    fields[2].description = "one word".into();
    answer.set_fields(&fields).expect("fields");
    let script = Scripted::new(["[[ ## answer ## ]]\nParis"]);
    let call = tuned
        .get("answer")
        .expect("a predictor")
        .call([("context", json!([])), ("question", json!("Q"))]);
    let outputs = call
        .expect("inputs that fit")
        .with(&script.lm())
        .await
        .expect("outputs");
    assert_eq!(outputs["answer"], "Paris");
    let edited = signature("context: list[str], question -> answer")
        .with_updated_fields("answer", crate::FieldUpdate::new().description("one word"))
        .expect("a signature");
    let system = edited.format(Adapter::Chat, &[], &Record::default())[0]
        .text()
        .to_owned();
    assert_eq!(script.requests()[0].prefix.system.as_str(), system);
    assert!(system.contains("one word"));
}

#[test]
fn states_are_equal_apart_from_metadata() {
    let state = SavedState::of(&two());
    assert_eq!(state, without_ours(&state));
    let mut other = two();
    other
        .predictor_mut("search")
        .expect("a predictor")
        .set_instructions("Other.");
    assert_ne!(state, SavedState::of(&other));
}

#[test]
fn all_that_does_not_fit_is_said_at_once_and_nothing_is_changed() {
    let mut wrong = SavedState::of(&two()).as_json().clone();
    wrong["answer"]["demos"] = json!([{"question": "Q"}, 7]);
    wrong["answer"]["lm"] = json!("gpt");
    wrong["search"]["signature"]["instructions"] = json!("Loaded.");
    wrong["serach"] = wrong["search"].clone();
    wrong["metadata"]["sigflow"]["settings"]["search"] = json!({"temperature": "hot", "colour": 1});
    let mut target = two();
    target
        .predictor_mut("search")
        .expect("a predictor")
        .set_instructions("Mine.");
    let error = SavedState::parse(&wrong.to_string())
        .expect("a state")
        .apply(&mut target)
        .expect_err("a misfit");
    assert!(error.is_state());
    let paths: Vec<&str> = error
        .faults()
        .iter()
        .map(|fault| fault.path.as_str())
        .collect();
    assert_eq!(
        paths,
        [
            "metadata.sigflow.settings['search'].temperature",
            "metadata.sigflow.settings['search'].colour",
            "answer.demos[1]",
            "answer.lm",
            "serach",
        ]
    );
    assert_eq!(
        target
            .predictor("search")
            .expect("a predictor")
            .instructions(),
        "Mine."
    );
    assert!(
        target
            .predictor("answer")
            .expect("a predictor")
            .demos()
            .is_empty()
    );
}

#[test]
fn fields_that_moved_are_found_by_their_names() {
    let mut tuned = program(&[("self", "question, context -> answer")]);
    let alone = tuned.predictor_mut("self").expect("a predictor");
    let mut fields = alone.fields();
    fields[0].description = "what is asked".into();
    alone.set_fields(&fields).expect("fields");
    let state = SavedState::of(&tuned).allow_changed_signatures();
    for state in [without_ours(&state), state] {
        let mut moved = program(&[("self", "context, question -> answer")]);
        state.apply(&mut moved).expect("it fits");
        let fields = moved.predictor("self").expect("a predictor").fields();
        assert_eq!(
            (fields[1].name.as_str(), fields[1].description.as_str()),
            ("question", "what is asked")
        );
        assert_eq!(fields[0].description, "${context}");
    }
}

#[test]
fn labels_and_counts_must_agree_unless_places_may_decide() {
    let state = without_ours(&SavedState::of(&program(&[("ask", "question -> answer")])));
    let mut other = program(&[("ask", "question -> reply")]);
    let error = state.apply(&mut other).expect_err("another label");
    assert_eq!(
        error.to_string(),
        "the state does not fit the program (to take fields by their place, as DSPy does: \
         `SavedState::allow_positional`): `ask.signature.fields[1]` is `Answer:`, expected one of `Reply:`"
    );
    state
        .clone()
        .allow_positional()
        .apply(&mut other)
        .expect("by place");
    assert_eq!(
        other.predictor("ask").expect("a predictor").fields()[1].prefix,
        "Answer:"
    );

    let mut longer = program(&[("ask", "question -> answer, why")]);
    let error = state.apply(&mut longer).expect_err("one field more");
    assert_eq!(
        error.faults()[0].to_string(),
        "`ask.signature.fields` is 2 fields, expected 3 fields"
    );
    state
        .allow_positional()
        .apply(&mut longer)
        .expect("by place");
}

#[test]
fn alike_labels_are_taken_in_order() {
    let twice = || {
        let field = |name: &str| FieldSpec::input(name, "str").prefix("Text:");
        let signature = DynSignature::builder("Same")
            .field(field("a"))
            .field(field("b"))
            .output("c", "str")
            .build();
        DynProgram::from_signatures([("self", signature.expect("a signature"))]).expect("a program")
    };
    let mut tuned = twice();
    let alone = tuned.predictor_mut("self").expect("a predictor");
    let mut fields = alone.fields();
    fields[1].description = "the second".into();
    alone.set_fields(&fields).expect("fields");
    let mut loaded = twice();
    without_ours(&SavedState::of(&tuned))
        .apply(&mut loaded)
        .expect("it fits");
    assert_eq!(
        loaded.predictor("self").expect("a predictor").fields(),
        fields
    );
}

#[test]
fn a_type_that_changed_is_noticed() {
    let state = SavedState::of(&program(&[("ask", "question -> stars: int")]));
    let mut other = program(&[("ask", "question -> stars: float")]);
    let error = state.apply(&mut other).expect_err("another type");
    assert_eq!(
        error.to_string(),
        "the state does not fit the program (to take it over all the same: \
         `SavedState::allow_changed_signatures`): `ask.signature` is changed, expected the types and sides it was saved with"
    );
    state
        .allow_changed_signatures()
        .apply(&mut other)
        .expect("allowed");
}

#[test]
fn what_is_no_state_is_refused_in_its_own_words() {
    let said = |text: &str| SavedState::parse(text).expect_err("no state").to_string();
    assert_eq!(
        said("[1]"),
        "a saved state is a JSON object, and this is `[1]`; save it anew"
    );
    assert!(said("{").starts_with("the saved state is no JSON (EOF"));
    let mut target = program(&[("ask", "a -> b")]);
    let old = json!({"ask": {"extended_signature": {}, "signature": {}}});
    let error = SavedState::parse(&old.to_string())
        .expect("a state")
        .apply(&mut target)
        .expect_err("too old");
    assert!(
        error.to_string().contains("a state of DSPy 2.6 or later"),
        "{error}"
    );
    let mut newer = SavedState::of(&target).as_json().clone();
    newer["metadata"]["sigflow"]["version"] = json!(2);
    let error = SavedState::parse(&newer.to_string())
        .expect("a state")
        .apply(&mut target)
        .expect_err("too new");
    assert!(
        error
            .to_string()
            .contains("a newer sigflow wrote this state"),
        "{error}"
    );
}

#[test]
fn what_only_dspy_understands_is_kept() {
    let mut json = SavedState::of(&program(&[("self", "text -> ok: bool")]))
        .as_json()
        .clone();
    json["traces"] = json!([1]);
    json["train"] = json!([{"text": "t"}]);
    json["lm"] = json!({"_dspy_lm_class": "dspy.clients.lm.LM", "model": "openai/gpt-5-mini"});
    let signature = json["signature"].take();
    let mut members: Vec<(String, Value)> = Vec::new();
    for (name, value) in json.as_object().expect("an object") {
        match name.as_str() {
            "signature" => {
                members.push((name.clone(), signature.clone()));
                members.push(("fields".into(), json!({"ok": {"threshold": 0.7}})));
            }
            _ => members.push((name.clone(), value.clone())),
        }
    }
    let text = Value::Object(members.into_iter().collect()).to_string();
    let mut target = program(&[("self", "text -> ok: bool")]);
    let state = SavedState::parse(&text).expect("a state");
    state.apply(&mut target).expect("it fits");
    assert_eq!(SavedState::of(&target).to_string(), state.to_string());
    // a model of our own takes the place of the description
    target
        .predictor_mut("self")
        .expect("a predictor")
        .state_mut()
        .lm = Some(Scripted::new([""]).lm().temperature(0.5));
    let described = SavedState::of(&target).as_json()["lm"].clone();
    assert_eq!(
        (&described["model"], &described["temperature"]),
        (&json!("scripted"), &json!(0.5))
    );
}

/// A program with parameters.
#[derive(Default)]
struct Hops {
    k: usize,
    threshold: f64,
}
impl Predictors for Hops {
    fn walk<'a>(&'a self, walk: &mut Walk<'a>) {
        walk.parameter("k", &self.k);
        walk.parameter("threshold", &self.threshold);
    }
    fn walk_mut<'a>(&'a mut self, walk: &mut WalkMut<'a>) {
        walk.parameter("k", &mut self.k);
        walk.parameter("threshold", &mut self.threshold);
    }
}

#[test]
fn parameters_are_saved_and_judged() {
    let state = SavedState::of(&Hops {
        k: 3,
        threshold: 0.5,
    });
    let mut loaded = Hops::default();
    state.apply(&mut loaded).expect("it fits");
    assert_eq!(
        (loaded.k, loaded.threshold.to_bits()),
        (3, 0.5_f64.to_bits())
    );
    let mut json = state.as_json().clone();
    json["metadata"]["sigflow"]["parameters"] = json!({"k": -1, "treshold": 0.5});
    let error = SavedState::parse(&json.to_string())
        .expect("a state")
        .apply(&mut loaded)
        .expect_err("a misfit");
    let paths: Vec<&str> = error
        .faults()
        .iter()
        .map(|fault| fault.path.as_str())
        .collect();
    assert_eq!(paths, ["k", "threshold", "treshold"]);
    assert_eq!(loaded.k, 3);
}

#[test]
fn files_are_replaced_as_a_whole() {
    let folder = std::env::temp_dir().join(format!("sigflow-state-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("program.json");
    let one = two();
    one.save(&file).expect("written");
    let mut other = two();
    other
        .predictor_mut("search")
        .expect("a predictor")
        .set_instructions("Other.");
    other.save(&file).expect("written again");
    let mut loaded = two();
    loaded.load(&file).expect("it fits");
    assert_eq!(
        loaded
            .predictor("search")
            .expect("a predictor")
            .instructions(),
        "Other."
    );
    let left: Vec<_> = std::fs::read_dir(&folder)
        .expect("a folder")
        .flatten()
        .map(|entry| entry.file_name())
        .collect();
    assert_eq!(left, ["program.json"]);
    let error = one
        .save(folder.join("missing/program.json"))
        .expect_err("no folder");
    assert!(
        error.is_state() && error.to_string().ends_with("; make its folder first"),
        "{error}"
    );
    let error = loaded.load(folder.join("none.json")).expect_err("no file");
    assert!(
        error
            .to_string()
            .ends_with("; save the program there first"),
        "{error}"
    );
    std::fs::write(&file, r#"{"search": 1}"#).expect("written");
    let error = loaded.load(&file).expect_err("a misfit");
    assert!(
        error
            .to_string()
            .contains("program.json: the state does not fit"),
        "{error}"
    );
    std::fs::remove_dir_all(&folder).expect("removed");
}
