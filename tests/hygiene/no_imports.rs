//! Everything by its full path.

/// A review.
#[derive(::sigflow::Field)]
struct Review {
    /// how good
    #[field(ge = 1, le = 5, default = 3, check = is_odd)]
    stars: u8,
    words: ::std::vec::Vec<::std::string::String>,
    #[field(skip)]
    seen: bool,
}

#[derive(::sigflow::Field)]
enum Mood {
    Happy,
    Sad,
}

#[derive(::sigflow::Field)]
enum Shape<T> {
    Round(f64),
    Line(f64, f64),
    Square {
        side: T,
        corners: ::std::option::Option<::std::boxed::Box<Self>>,
    },
    Nothing,
}

#[derive(::sigflow::Field)]
struct Wrapper(Mood);

#[derive(::sigflow::Field)]
struct Passage<'a> {
    text: &'a str,
}

fn is_odd(number: &u8) -> bool {
    number % 2 == 1
}

fn is_short(text: &str) -> ::std::result::Result<(), ::std::string::String> {
    if text.len() < 10 {
        ::std::result::Result::Ok(())
    } else {
        ::std::result::Result::Err(::std::format!("{text} is long"))
    }
}

::sigflow::signature! {
    /// Read it.
    #[signature(strict(openai))]
    struct Read<'a> {
        #[field(check = is_short)]
        text: &'a str,
        passages: &'a [Passage<'a>],
    } -> {
        #[field(min_len = 1, examples = ["good"])]
        word: ::std::string::String,
        #[field(check = is_short)]
        sort: ::std::string::String,
        review: Review,
        mood: Wrapper,
        shapes: ::std::vec::Vec<Shape<Review>>,
    }

    struct Extract<T: ::sigflow::Field> { text: ::std::string::String } -> { value: T }
    type ExtractReview = Extract<Review>;

    QA = "context: list[str], question -> answer, mood: Literal['very happy', 'sad'], scores: dict[str, float]"
}

#[::core::prelude::v1::test]
fn they_compile_and_run() {
    let lm = ::sigflow::testing::Scripted::new([
        r#"{"word": "good", "sort": "a", "review": {"stars": 3, "words": []}, "mood": "Sad", "shapes": [{"Square": {"side": {"stars": 1, "words": ["a"]}, "corners": null}}]}"#,
    ])
    .lm();
    let passage = Passage { text: "a" };
    let ask = Read {
        text: "a",
        passages: &[passage],
    };
    let call = ::sigflow::Ask::predict(ask)
        .adapter(::sigflow::Adapter::Json)
        .with(&lm);
    let runtime = ::tokio::runtime::Builder::new_current_thread().build();
    let output = runtime
        .expect("a runtime")
        .block_on(call)
        .expect("an answer");
    ::std::assert_eq!(output.review.stars, 3);
    ::std::assert_eq!(
        ::std::format!("{:?} {:?}", output.mood, output.shapes),
        r#"Wrapper(Sad) [Square { side: Review { stars: 1, words: ["a"], seen: false }, corners: None }]"#
    );
    ::std::assert!(ExtractReview::PROMPT.contains("value"));
    ::std::assert!(QA::PROMPT.contains("very happy"));
    let _ = Extract::<Mood>::new(::std::string::String::new());
}
