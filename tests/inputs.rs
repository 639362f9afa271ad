//! Inputs out of JSON: what `Serialize` writes of them, `Deserialize` reads.
use serde::de::DeserializeOwned;
use sigflow::prelude::*;
use std::collections::BTreeMap;

#[derive(Field, Clone, PartialEq)]
struct City {
    name: String,
    twins: Vec<City>,
}

/// Borrows, which its name does not tell.
type Language = &'static str;

signature! {
    #[derive(PartialEq)]
    struct Plan {
        #[field(alias = "where")]
        city: City,
        #[field(ge = 1)]
        days: u8,
        #[field(default = "en")]
        language: String,
        budget: Option<f64>,
        hours: BTreeMap<String, (u8, u8)>,
    } -> { plan: String }

    struct Compare<T: Field + Clone> where T: PartialEq { one: T, two: T } -> { same: bool }
    struct Extract<T: Field> { text: String } -> { value: T }
    struct Fixed { language: &'static str, text: String } -> { translation: String }
    struct Hidden { language: Language, text: String } -> { translation: String }
    struct Borrows<'a> { text: &'a str } -> { answer: String }
    struct Nothing {} -> { answer: String }
    QA = "question, context: list[str] -> answer";
}

fn plan() -> Plan {
    Plan {
        city: City {
            name: "Bern".to_owned(),
            twins: vec![],
        },
        days: 2,
        language: "de".to_owned(),
        budget: None,
        hours: BTreeMap::from([("museum".to_owned(), (9, 17))]),
    }
}

#[test]
fn inputs_come_back_as_they_were_written() {
    let json = serde_json::to_string(&plan()).unwrap();
    assert_eq!(serde_json::from_str::<Plan>(&json).unwrap(), plan());
    let yaml = serde_norway::to_string(&plan()).unwrap();
    assert_eq!(serde_norway::from_str::<Plan>(&yaml).unwrap(), plan());

    let both = Compare { one: 1, two: 2 };
    let json = serde_json::to_string(&both).unwrap();
    let Compare::<i32> { one, two } = serde_json::from_str(&json).unwrap();
    assert_eq!((one, two), (1, 2));

    let extract: Extract<City> = serde_json::from_str(r#"{"text": "Bern"}"#).unwrap();
    assert_eq!(extract.text, "Bern");
    let qa: QA = serde_json::from_str(r#"{"context": ["a"], "question": "q"}"#).unwrap();
    assert_eq!((qa.question.as_str(), qa.context.len()), ("q", 1));
    let _: Nothing = serde_json::from_str("{}").unwrap();
}

#[test]
fn defaults_stand_for_what_is_missing() {
    let read: Plan =
        serde_json::from_str(r#"{"where": {"name": "Bern", "twins": []}, "days": 1, "hours": {}}"#)
            .unwrap();
    assert_eq!((read.language.as_str(), read.budget), ("en", None));
}

#[test]
fn what_does_not_fit_is_named_by_its_path() {
    let fault = |json: &str| serde_json::from_str::<Plan>(json).unwrap_err().to_string();
    assert_eq!(
        fault(r#"{"days": 1, "hours": {}}"#),
        "`where` is missing, expected an object `City`"
    );
    assert_eq!(
        fault(r#"{"where": {"name": 3, "twins": []}, "days": 1, "hours": {}}"#),
        "`where.name` is `3`, expected text",
    );
    assert_eq!(fault("[]"), "`Plan` is `[]`, expected an object");
}

/// Reading judges types. Bounds are judged before the question is sent, as those of a literal are.
#[tokio::test]
async fn bounds_are_judged_when_it_is_asked() {
    let json = r#"{"where": {"name": "Bern", "twins": []}, "days": 0, "hours": {}}"#;
    let read: Plan = serde_json::from_str(json).unwrap();
    let lm = sigflow::testing::Scripted::new(["unused"]).lm();
    assert!(
        read.predict()
            .with(&lm)
            .await
            .unwrap_err()
            .is_invalid_input()
    );
}

/// `is_read::<T>()`: whether `T` can be read, which is no error to ask.
trait Unread {
    const READ: bool = false;
}
impl<T> Unread for T {}
struct Is<T>(std::marker::PhantomData<T>);
impl<T: DeserializeOwned> Is<T> {
    const READ: bool = true;
}

#[test]
fn inputs_that_borrow_are_written_only() {
    const { assert!(Is::<Plan>::READ && Is::<Compare<City>>::READ) };
    const { assert!(!Is::<Fixed>::READ && !Is::<Hidden>::READ && !Is::<Borrows<'static>>::READ) };
    let hidden = Hidden {
        language: "en",
        text: "a".to_owned(),
    };
    assert_eq!(
        serde_json::to_string(&hidden).unwrap(),
        r#"{"language":"en","text":"a"}"#
    );
}
