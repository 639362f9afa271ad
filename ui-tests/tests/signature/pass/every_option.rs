//! Every option of fields, types and signatures.
use sigflow::prelude::*;

fn is_short(text: &str) -> bool {
    text.len() < 100
}

fn is_even(number: &u32) -> std::result::Result<(), String> {
    if number % 2 == 0 { Ok(()) } else { Err(format!("{number} is odd")) }
}

/// A review.
#[derive(Field, Clone, PartialEq)]
#[field(rename = "ProductReview", rename_all = "camelCase")]
struct Review {
    /// what was bought
    product_name: String,
    #[field(desc = "from one to five", ge = 1, le = 5, default = 3, examples = [1, 5])]
    star_count: u8,
    #[field(alias = "lang", min_len = 2, max_len = 2, pattern = "^[a-z]+$")]
    language: Option<String>,
    #[field(check = is_even)]
    votes: u32,
    #[field(skip)]
    note: Option<u64>,
}

/// How it sounds.
#[derive(Field, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[serde(rename_all = "SCREAMING-KEBAB-CASE")]
enum Mood {
    /// glad
    VeryHappy,
    #[serde(rename = "so-so")]
    Neutral,
    #[field(alias = "grim", desc = "not at all glad")]
    Sad,
}

#[derive(Field, Clone, PartialEq)]
#[serde(rename_all = "snake_case", rename_all_fields = "camelCase")]
enum Shape {
    RoundOne(f64),
    Line((f64, f64), (f64, f64)),
    Square {
        #[field(gt = 0, check = is_even)]
        side_length: u32,
        #[field(skip)]
        seen: bool,
    },
    Nothing,
}

#[derive(Field)]
#[field(without(Debug, Serialize, Deserialize))]
struct Bare {
    name: String,
}

#[derive(Field)]
struct Newtype(Vec<Review>);

signature! {
    /// Read a review.
    ///
    /// Be fair.
    #[derive(Clone, PartialEq)]
    #[signature(strict(gemini))]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct ReadReview {
        #[field(check = is_short, min_len = 1)]
        text: String,
        /// of the shop
        #[field(alias = "shop")]
        pub(crate) shop_name: String,
    } -> {
        review: Review,
        #[field(default = "so-so", examples = ["grim"])]
        mood: Mood,
        shapes: Vec<Shape>,
        #[field(multiple_of = 0.5, lt = 10)]
        total_score: f64,
        #[serde(rename = "tags")]
        #[field(max_len = 3, default = [])]
        tag_list: Vec<String>,
    }

    #[doc = include_str!("every_option.md")]
    struct FromFile { text: String } -> { bare: bool }

    struct Nested { text: String } -> { bare: Newtype }
}

fn main() {
    assert!(ReadReview::PROMPT.contains("Be fair."));
    assert!(ReadReview::PROMPT.contains("totalScore"));
    assert!(ReadReview::JSON_SCHEMA.contains("VERY-HAPPY") && ReadReview::JSON_SCHEMA.contains("so-so"));
    assert!(ReadReview::JSON_SCHEMA.contains("productName") && ReadReview::JSON_SCHEMA.contains("sideLength"));
    assert!(ReadReview::JSON_SCHEMA.contains("round_one") && !ReadReview::JSON_SCHEMA.contains("note"));
    assert!(FromFile::PROMPT.contains("Say whether it is bare."));
    let bare = Bare { name: String::new() };
    let _ = (bare.name, Nested::PROMPT);
    let review = Review { product_name: "a".into(), star_count: 1, language: None, votes: 2, note: None };
    assert_eq!(
        format!("{review:?}"),
        r#"Review { product_name: "a", star_count: 1, language: None, votes: 2, note: None }"#
    );
    let square = Shape::Square { side_length: 2, seen: true };
    assert_eq!(serde_json::to_string(&square).expect("JSON"), r#"{"square":{"sideLength":2}}"#);
    let back: Shape = serde_json::from_str(r#"{"square":{"sideLength":2}}"#).expect("a shape");
    assert!(back == Shape::Square { side_length: 2, seen: false });
    assert!(serde_json::from_str::<Shape>(r#"{"square":{"sideLength":3}}"#).is_err());
    assert_eq!(format!("{:?}", Shape::RoundOne(1.0)), "RoundOne(1.0)");
    assert_eq!(format!("{:?} {:?}", Mood::Sad, Shape::Nothing), "Sad Nothing");
    let _ = Shape::Line((0.0, 0.0), (1.0, 1.0));
}
