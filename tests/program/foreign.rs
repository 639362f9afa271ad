//! Programs whose error is another's, and the schemas of what programs give back.
use serde_json::json;
use sigflow::{ErasedProgram, ErrorKind, prelude::*, testing::Scripted};
use std::time::Duration;

signature! {
    /// Write a search query.
    pub struct SearchQuery<'a> { question: &'a str } -> { query: String }
    /// Weigh it.
    pub struct Weigh { thing: String } -> { #[field(ge = 0.0)] grams: f64 }
    /// The author has both ways through serde.
    #[derive(serde::Deserialize)]
    pub struct Name { thing: String } -> { name: String, tags: Vec<String> }
    /// Take the value out of the text.
    pub struct Extract<T: Field> { text: String } -> { value: T }
}

/// As applications have one.
#[derive(Debug)]
enum Trouble {
    Model(sigflow::Error),
    Empty,
}
impl From<sigflow::Error> for Trouble {
    fn from(error: sigflow::Error) -> Self {
        Trouble::Model(error)
    }
}
impl Trouble {
    fn ours(self) -> sigflow::Error {
        match self {
            Trouble::Model(error) => error,
            Trouble::Empty => panic!("it was the application's own"),
        }
    }
}

/// At most three.
#[derive(Field, Clone)]
pub struct Few {
    #[field(le = 3)]
    count: u8,
}

#[program]
async fn look_up(question: &str, few: Few) -> Result<String, Trouble> {
    let direct = SearchQuery { question }.predict().await?;
    let again = SearchQuery {
        question: &direct.query,
    }
    .predict()
    .await?;
    if again.query.is_empty() {
        return Err(Trouble::Empty);
    }
    Ok(format!("{} {}", again.query, few.count))
}

#[program]
async fn idle() -> Result<String, Trouble> {
    tokio::time::sleep(Duration::from_secs(9)).await;
    Ok(String::new())
}

fn slow() -> Lm {
    Lm::from_fn(|_| async {
        tokio::time::sleep(Duration::from_secs(9)).await;
        Ok(Response::text("[[ ## query ## ]]\nlate"))
    })
}

#[tokio::test(start_paused = true)]
async fn a_run_with_an_error_of_another_crate_is_held_in_bounds() {
    let few = || Few { count: 2 };
    let begin = tokio::time::Instant::now();
    let late = LookUp::new()
        .with(&slow())
        .deadline(Duration::from_secs(10))
        .call("?", few())
        .await
        .expect_err("late")
        .ours();
    // the call's own words, for it knows its path
    assert!(late.is_timeout() && late.path() == "again", "{late}");
    assert_eq!(begin.elapsed(), Duration::from_secs(10));

    let idle = Idle::new().deadline(Duration::from_secs(1));
    let late = idle.call().await.expect_err("late").ours();
    assert_eq!(late.to_string(), "the deadline of run `idle` passed");
    assert!(late.run_id().is_some());

    let spent = LookUp::new().with(&slow()).max_calls(1);
    let error = spent.call("?", few()).await.expect_err("two calls").ours();
    assert_eq!(error.kind(), ErrorKind::Budget, "{error}");
    assert_eq!(error.path(), "again");

    let script = Scripted::new(["[[ ## query ## ]]\none"]);
    let error = LookUp::new()
        .with(&script.lm())
        .call("?", Few { count: 4 })
        .await
        .expect_err("four")
        .ours();
    assert!(
        error.is_invalid_input() && error.to_string().contains("few.count"),
        "{error}"
    );
    assert!(script.requests().is_empty());
}

#[tokio::test]
async fn errors_of_another_crate_pass_unchanged_and_are_in_the_history() {
    let replies = [
        "[[ ## query ## ]]\none",
        "[[ ## query ## ]]\ntwo",
        "[[ ## query ## ]]\nthree",
        "[[ ## query ## ]]\n",
    ];
    let program = LookUp::new().with(&Scripted::new(replies).lm());
    let answer = program.call("?", Few { count: 2 }).await;
    assert_eq!(answer.expect("both calls"), "two 2");
    let error = program.call("?", Few { count: 2 }).await;
    assert!(matches!(error, Err(Trouble::Empty)), "{error:?}");
    let history = program.history();
    let seen: Vec<_> = history.iter().map(|run| (run.failed, run.error)).collect();
    assert_eq!(seen, [(false, None), (true, None)]);
    assert_eq!(history[1].spent.calls, 2);
}

#[program]
async fn weigh_it(thing: String) -> Result<WeighOutput> {
    Weigh { thing }.predict().await
}
#[program]
async fn weigh_with_care(thing: String) -> Result<Reasoned<WeighOutput>> {
    Weigh { thing }.chain_of_thought().await
}
#[program]
async fn name_it(thing: String) -> Result<NameOutput> {
    Name { thing }.predict().await
}
#[program]
async fn take_out(text: String) -> Result<ExtractOutput<Vec<u8>>> {
    Extract::<Vec<u8>>::new(text).predict().await
}
#[program]
async fn count_bytes(text: String) -> Result<u32> {
    Ok(u32::from(text.is_empty()))
}
#[program]
async fn first_word(text: &str) -> Option<&str> {
    text.split(' ').next()
}

#[test]
fn outputs_have_the_schema_of_their_signature() {
    let parsed = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("JSON");
    assert_eq!(WeighIt::new().output_schema(), parsed(Weigh::JSON_SCHEMA));
    assert_eq!(NameIt::new().output_schema(), parsed(Name::JSON_SCHEMA));
    let reasoned = WeighWithCare::new().output_schema();
    assert_eq!(reasoned["required"], json!(["reasoning", "grams"]));
    assert_eq!(reasoned["properties"]["grams"]["minimum"], 0.0);
    let generic = TakeOut::new().output_schema();
    assert_eq!(generic["properties"]["value"]["items"]["type"], "integer");
    // values of fields have that of their type, and what has no form in JSON none
    assert_eq!(CountBytes::new().output_schema()["type"], "integer");
    assert_eq!(FirstWord::new().output_schema(), json!({}));
}
