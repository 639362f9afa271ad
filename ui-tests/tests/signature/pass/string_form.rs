//! DSPy's strings.
use sigflow::prelude::*;

signature! {
    /// Answer it.
    #[derive(Clone, PartialEq)]
    pub QA = "context: list[str], question -> answer, confidence: float";
    Mood = "text -> mood: Literal['very happy', 'sad', '1st'], why: Optional[str]";
    Types = "a: int, b: bool, c: dict[str, list[int]], d: set[str], type -> e: tuple[int, str], f: list, g: dict";
    Bounded = "text -> score: Annotated[float, Field(ge=0, le=1, description='how sure')]";
    Last = "
        question
        -> answer
    "
}

fn main() {
    let qa = QA { context: vec![], question: "a".into() };
    let _ = qa.clone().predict();
    let _ = QAOutput { answer: "b".into(), confidence: 0.5 };
    assert!(QA::PROMPT.contains("Answer it."));
    let moods = [MoodMood::VeryHappy, MoodMood::Sad, MoodMood::Value1st];
    assert_eq!(serde_json::to_string(&moods).expect("JSON"), r#"["very happy","sad","1st"]"#);
    let _ = Types { a: 1, b: true, c: Default::default(), d: Default::default(), r#type: "a".into() };
    assert!(Bounded::PROMPT.contains("how sure"));
    let _ = (Mood::PROMPT, Last::PROMPT);
}
