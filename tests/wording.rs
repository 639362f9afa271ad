//! What signatures say where blanks end a description, and what variants are called.
use sigflow::{Adapter, DynSignature, FieldSpec, Record, TypeSpec, prelude::*};

signature! {
    struct Blank { #[field(desc = "kept inside  ")] text: String, #[field(desc = "at the end \u{3000}")] more: String }
        -> { #[field(desc = "  ")] one: i64, #[field(desc = "few words \t")] two: String }
    struct OnlyBlank { text: String } -> { #[field(desc = "   ")] answer: String }
    struct Bounded { text: String } -> { #[field(desc = "stars  ", le = 5)] stars: i64 }
    struct Told { text: String } -> { #[field(desc = "as it is  ", default = "\"a\"")] calls: String }
}

/// DSPy strips each list of fields as a whole: what ends it loses its blanks, of any kind; others keep theirs.
#[test]
fn blanks_at_the_end_of_descriptions() {
    assert!(
        Blank::PROMPT
            .contains("1. `text` (str): kept inside  \n2. `more` (str): at the end\nYour output")
    );
    assert!(
        Blank::PROMPT.contains("1. `one` (int):   \n2. `two` (str): few words\nAll inter"),
        "{}",
        Blank::PROMPT
    );
    assert!(
        OnlyBlank::PROMPT.contains("1. `answer` (str):\nAll inter"),
        "{}",
        OnlyBlank::PROMPT
    );
    assert!(
        Bounded::PROMPT
            .contains("1. `stars` (int): stars  \nConstraints: less than or equal to: 5")
    );
    assert!(
        Told::PROMPT.contains("1. `calls` (str): as it is\nAll inter"),
        "{}",
        Told::PROMPT
    );
    // the same texts of fields that have no pieces joined by rustc
    let built = DynSignature::builder("Blank")
        .field(FieldSpec::input("text", TypeSpec::of::<String>()).description("kept inside  "))
        .field(
            FieldSpec::input("more", TypeSpec::of::<String>()).description("at the end \u{3000}"),
        )
        .field(FieldSpec::output("one", TypeSpec::of::<i64>()).description("  "))
        .field(FieldSpec::output("two", TypeSpec::of::<String>()).description("few words \t"))
        .instructions("Given the fields `text`, `more`, produce the fields `one`, `two`.")
        .build()
        .expect("a signature");
    let messages = built.format(Adapter::Chat, &[], &Record::default());
    assert_eq!(messages[0].text(), Blank::PROMPT);
}

#[derive(Field, Clone, PartialEq)]
enum Mood {
    #[field(alias = "glad")]
    Cheerful,
    #[serde(rename = "down")]
    Sombre,
    // what one is called in Rust another is called in JSON
    #[field(alias = "Calm")]
    Quiet,
    #[field(alias = "silent")]
    Calm,
}
#[derive(Field, Clone, PartialEq)]
enum Shape {
    #[field(alias = "round")]
    Circle(f64),
    Square {
        side: f64,
    },
}
signature! { struct Judge { text: String } -> { mood: Mood, shape: Shape } }

/// A model that knows the code may answer with the name in Rust.
#[tokio::test]
async fn variants_by_their_names_in_rust() -> Result<()> {
    for (mood, word, repaired) in [
        (Mood::Cheerful, "glad", false),
        (Mood::Cheerful, "Cheerful", true),
        (Mood::Sombre, "Sombre", true),
        (Mood::Quiet, "Calm", false),
        (Mood::Quiet, "Quiet", true),
        (Mood::Calm, "silent", false),
    ] {
        let reply = format!("[[ ## mood ## ]]\n{word}\n\n[[ ## shape ## ]]\n{{\"round\": 1.5}}");
        let lm = sigflow::testing::Scripted::new([reply]).lm();
        let ask = Judge {
            text: String::new(),
        };
        let prediction = ask.predict().with(&lm).prediction().await?;
        assert!(
            prediction.mood == mood && prediction.shape == Shape::Circle(1.5),
            "{word}"
        );
        assert_eq!(
            prediction.repairs().is_empty(),
            !repaired,
            "{word}: {:?}",
            prediction.repairs()
        );
    }
    let reply = "[[ ## mood ## ]]\nglad\n\n[[ ## shape ## ]]\n{\"Circle\": 2}";
    let lm = sigflow::testing::Scripted::new([reply]).lm();
    let ask = Judge {
        text: String::new(),
    };
    let prediction = ask.predict().with(&lm).prediction().await?;
    assert!(prediction.shape == Shape::Circle(2.0));
    assert_eq!(prediction.repairs().len(), 1, "{:?}", prediction.repairs());
    Ok(())
}
