//! What `signature!` and `derive(Field)` make, used as a program would.
use sigflow::prelude::*;
use sigflow::testing::Scripted;

/// A person.
#[derive(Field, PartialEq)]
struct Person {
    /** full name */
    name: String,
    #[field(ge = 0, le = 150)]
    age: u8,
    kind: Kind,
    friends: Vec<Person>,
    shape: Option<Shape>,
}
#[derive(Field, PartialEq, Eq, Hash, Clone, Copy)]
#[field(rename_all = "snake_case")]
enum Kind {
    Human,
    FriendlyRobot,
}
#[derive(Field, PartialEq)]
enum Shape {
    Circle(f64),
    Box { w: f64, h: f64 },
    Pair(i32, String),
    Nothing,
}

signature! {
    /// Answer the question from the passages.
    #[derive(Clone)]
    pub struct GroundedAnswer {
        /// may hold relevant facts
        context: Vec<String>,
        question: String,
    } -> {
        /// often between one and five words
        answer: String,
        #[field(ge = 0.0, le = 1.0)]
        confidence: f64,
    }
    struct SearchQuery<'a> { question: &'a str } -> { query: String }
    struct GetPerson { text: String } -> { person: Person, by_kind: std::collections::HashMap<Kind, i32> }
    struct Extract<T: sigflow::Field> { text: String } -> { value: T }
    pub QA = "context: list[str], question -> answer, mood: Literal['happy', 'sad'], confidence: float";
}

#[tokio::test]
async fn works() -> Result<()> {
    println!("{}", GroundedAnswer::PROMPT);
    println!("{}", GetPerson::PROMPT);
    println!("{}", GetPerson::JSON_SCHEMA);
    println!("{}", GetPerson::OPENAI_SCHEMA);
    println!("{:?}", GetPerson::ANALYSIS);
    let lm = Scripted::new(["[[ ## answer ## ]]\nParis\n\n[[ ## confidence ## ]]\n0.9\n\n[[ ## completed ## ]]",
       "[[ ## query ## ]]\nq", "[[ ## person ## ]]\n{\"name\": \"Ada\", \"age\": 36, \"kind\": \"friendly robot\", \"friends\": [], \"shape\": {\"Box\": {\"w\": 1, \"h\": 2}}}\n[[ ## by_kind ## ]]\n{\"human\": 2}",
       "[[ ## value ## ]]\n41", "[[ ## answer ## ]]\nx\n[[ ## mood ## ]]\nSad\n[[ ## confidence ## ]]\n1"]).lm();
    let out = GroundedAnswer {
        context: vec!["a".into()],
        question: "q".into(),
    }
    .predict()
    .with(&lm)
    .await?;
    assert_eq!(out.answer, "Paris");
    assert_eq!(
        SearchQuery { question: "x" }
            .predict()
            .with(&lm)
            .await?
            .query,
        "q"
    );
    let p = GetPerson { text: "x".into() }.predict().with(&lm).await?;
    println!("{p:?} {}", serde_json::to_string(&p).unwrap());
    let back: GetPersonOutput = serde_json::from_str(&serde_json::to_string(&p).unwrap()).unwrap();
    assert_eq!(back.person, p.person);
    assert_eq!(
        Extract::<i64>::new("t".into())
            .predict()
            .with(&lm)
            .await?
            .value,
        41
    );
    let qa = QA {
        context: vec![],
        question: "q".into(),
    }
    .predict()
    .with(&lm)
    .await?;
    assert_eq!(qa.mood, QAMood::Sad);
    Ok(())
}
