//! Exact, lowered, refused: each with its reason.
use super::{samples::*, strict_json, valid};
use sigflow::{
    Dialect, Fit, Refusal, Signature,
    prelude::*,
    schema::{What, dialect, render},
};
use std::collections::{BTreeMap, BTreeSet};

fn fits<S: Signature>() -> [Fit; 3] {
    [Dialect::OpenAi, Dialect::Anthropic, Dialect::Gemini]
        .map(|dialect| dialect::fit(dialect, S::DEF, false))
}

const EXACT: Fit = Fit::Exact;
const LOWERED: Fit = Fit::Lowered;

signature! {
    struct Of<T: Field> { text: String } -> { value: T }
    struct Bounded { text: String } -> { #[field(ge = 0, le = 150)] value: u8 }
    struct Long { text: String } -> { #[field(min_len = 2)] value: String }
    struct Listed { text: String } -> { #[field(min_len = 1)] value: Vec<String> }
    struct ListedMore { text: String } -> { #[field(max_len = 5)] value: Vec<String> }
    struct Like { text: String } -> { #[field(pattern = "^[a-z]+$")] value: String }
    struct LikeFlags { text: String } -> { #[field(pattern = "(?i)^abc$")] value: String }
    struct Multiple { text: String } -> { #[field(multiple_of = 5)] value: i64 }
    struct Over { text: String } -> { #[field(gt = 0.5)] value: f64 }
    struct Default { text: String } -> { #[field(default = 3)] value: i64 }
}

#[test]
fn each_form_fits_as_well_as_it_can() {
    #[derive(Field)]
    struct Plain {
        word: String,
        #[allow(dead_code)]
        list: Vec<bool>,
    }
    #[derive(Field)]
    enum Mixed {
        One,
        Two(Plain),
    }
    for (name, found, expected) in [
        ("text", fits::<Of<String>>(), [EXACT, EXACT, EXACT]),
        ("number", fits::<Of<f64>>(), [EXACT, EXACT, EXACT]),
        ("signed", fits::<Of<i64>>(), [EXACT, EXACT, EXACT]),
        ("unsigned", fits::<Of<u32>>(), [EXACT, LOWERED, EXACT]),
        ("character", fits::<Of<char>>(), [LOWERED, LOWERED, LOWERED]),
        ("list", fits::<Of<Vec<bool>>>(), [EXACT, EXACT, EXACT]),
        (
            "set",
            fits::<Of<BTreeSet<String>>>(),
            [LOWERED, LOWERED, LOWERED],
        ),
        ("array", fits::<Of<[f64; 3]>>(), [EXACT, LOWERED, EXACT]),
        ("record", fits::<Of<Plain>>(), [EXACT, EXACT, EXACT]),
        ("enum", fits::<Of<Mixed>>(), [EXACT, EXACT, EXACT]),
        (
            "option",
            fits::<Of<Option<String>>>(),
            [LOWERED, LOWERED, EXACT],
        ),
        (
            "list of options",
            fits::<Of<Vec<Option<bool>>>>(),
            [EXACT, EXACT, EXACT],
        ),
        (
            "map",
            fits::<Of<BTreeMap<String, f64>>>(),
            [LOWERED, LOWERED, EXACT],
        ),
        (
            "map by words",
            fits::<Of<BTreeMap<Team, f64>>>(),
            [LOWERED, LOWERED, EXACT],
        ),
        (
            "map by numbers",
            fits::<Of<BTreeMap<u8, f64>>>(),
            [LOWERED, LOWERED, LOWERED],
        ),
        (
            "tuple",
            fits::<Of<(String, f64)>>(),
            [LOWERED, LOWERED, EXACT],
        ),
        ("bounds", fits::<Bounded>(), [EXACT, LOWERED, EXACT]),
        ("open bound", fits::<Over>(), [EXACT, LOWERED, LOWERED]),
        ("multiple", fits::<Multiple>(), [EXACT, LOWERED, LOWERED]),
        (
            "length of text",
            fits::<Long>(),
            [LOWERED, LOWERED, LOWERED],
        ),
        ("one item", fits::<Listed>(), [EXACT, EXACT, EXACT]),
        ("five items", fits::<ListedMore>(), [EXACT, LOWERED, EXACT]),
        ("pattern", fits::<Like>(), [EXACT, EXACT, LOWERED]),
        (
            "pattern with flags",
            fits::<LikeFlags>(),
            [LOWERED, LOWERED, LOWERED],
        ),
        ("default", fits::<Default>(), [LOWERED, LOWERED, LOWERED]),
        (
            "invoice",
            fits::<ReadInvoice>(),
            [LOWERED, LOWERED, LOWERED],
        ),
    ] {
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn a_bound_replaces_that_of_the_width() {
    strict_json::check(Bounded::JSON_SCHEMA).unwrap();
    let value =
        |dialect, text: &str| valid::check(dialect, text).unwrap()["properties"]["value"].clone();
    let plain = value(Dialect::Plain, Bounded::JSON_SCHEMA);
    assert_eq!(
        (&plain["minimum"], &plain["maximum"]),
        (&0.into(), &150.into()),
        "{plain}"
    );
    let anthropic = value(Dialect::Anthropic, Bounded::ANTHROPIC_SCHEMA);
    assert_eq!(
        anthropic["description"],
        "(greater than or equal to: 0, less than or equal to: 150)"
    );
}

/// A list of structs, each within the next, and a signature of the outermost.
macro_rules! levels {
    ($signature:ident: $first:ident $($rest:ident)*) => {
        signature! { struct $signature { text: String } -> { value: $first } }
        levels!($first $($rest)*);
    };
    ($first:ident) => {
        #[derive(Field)]
        struct $first { end: bool }
    };
    ($first:ident $second:ident $($rest:ident)*) => {
        #[derive(Field)]
        struct $first { inner: $second }
        levels!($second $($rest)*);
    };
}
levels!(Ten: T1 T2 T3 T4 T5 T6 T7 T8 T9);
levels!(Eleven: E1 E2 E3 E4 E5 E6 E7 E8 E9 E10);

#[derive(Field)]
struct ManyOptions {
    #[allow(dead_code)]
    list: (One, One, One, One, One, One),
}
/// Four optional fields.
#[derive(Field)]
struct One {
    a: Option<u8>,
    b: Option<u8>,
    c: Option<u8>,
    d: Option<u8>,
}

macro_rules! optional {
    ($signature:ident: $($name:ident)*) => {
        signature! { struct $signature { text: String } -> { $( $name: Option<bool> ),* } }
    };
}
optional!(TwentyFour: a b c d e f g h i j k l m n o p q r s t u v w x);
optional!(TwentyFive: a b c d e f g h i j k l m n o p q r s t u v w x y);
macro_rules! unions {
    ($signature:ident: $($name:ident)*) => {
        signature! { struct $signature { text: String } -> { $( $name: Vec<Option<bool>> ),* } }
    };
}
unions!(Sixteen: a b c d e f g h i j k l m n o p);
unions!(Seventeen: a b c d e f g h i j k l m n o p q);

signature! {
    struct Anything { text: String } -> { fine: bool, value: serde_json::Value }
    struct MapOfAnything { text: String } -> { value: BTreeMap<String, serde_json::Value> }
    struct Recursive { text: String } -> { fine: bool, value: Vec<Section> }
    struct RecursiveRequired { text: String } -> { value: Expression }
}

#[test]
fn each_limit_refuses_with_its_reason() {
    use Refusal::*;
    let no = Fit::Refused;
    for (name, found, expected) in [
        (
            "anything",
            fits::<self::Anything>(),
            [no(Refusal::Anything); 3],
        ),
        (
            "anything in a map",
            fits::<MapOfAnything>(),
            [no(Refusal::Anything), no(Refusal::Anything), EXACT],
        ),
        (
            "recursion",
            fits::<self::Recursive>(),
            [LOWERED, no(Refusal::Recursive), LOWERED],
        ),
        (
            "recursion that must be",
            fits::<self::RecursiveRequired>(),
            [
                LOWERED,
                no(Refusal::Recursive),
                no(Refusal::RecursiveRequired),
            ],
        ),
        ("ten levels", fits::<Ten>(), [EXACT, EXACT, EXACT]),
        (
            "eleven levels",
            fits::<Eleven>(),
            [no(TooDeep), EXACT, EXACT],
        ),
        (
            "24 optional",
            fits::<TwentyFour>(),
            [LOWERED, LOWERED, EXACT],
        ),
        (
            "25 optional",
            fits::<TwentyFive>(),
            [LOWERED, no(TooManyOptional), EXACT],
        ),
        ("16 unions", fits::<Sixteen>(), [EXACT, EXACT, EXACT]),
        (
            "17 unions",
            fits::<Seventeen>(),
            [EXACT, no(TooManyUnions), EXACT],
        ),
    ] {
        assert_eq!(found, expected, "{name}");
    }
    assert_eq!((Ten::ANALYSIS.depth, Eleven::ANALYSIS.depth), (10, 11));
    assert_eq!(Eleven::ANALYSIS.openai, no(TooDeep));
    assert_eq!(Eleven::OPENAI_SCHEMA, "");
    assert!(!Eleven::GEMINI_SCHEMA.is_empty());
}

/// Limits that no one reaches by hand are reached by types made at run time.
mod huge {
    use super::*;
    use sigflow::{
        __private::{Body, Definition, FieldDef, Literal, Named, Ref, Schema},
        SignatureDef,
    };
    use std::sync::Arc;

    fn text(text: String) -> Ref<str> {
        Ref::shared(Arc::from(text))
    }
    fn signature(schema: Schema) -> SignatureDef {
        let field = FieldDef::new(Ref::new("value"), Ref::shared(Arc::new(schema)));
        SignatureDef {
            name: Ref::new("Huge"),
            instructions: Ref::new(""),
            inputs: Ref::new(&[]),
            outputs: Ref::shared(Arc::from(vec![
                FieldDef::new(Ref::new("fine"), Ref::new(&Schema::Boolean)),
                field,
            ])),
        }
    }
    fn record(properties: usize, name: impl Fn(usize) -> String) -> Schema {
        let fields: Vec<FieldDef> = (0..properties)
            .map(|index| FieldDef::new(text(name(index)), Ref::new(&Schema::Text)))
            .collect();
        Schema::Named(Named {
            name: Ref::new("Record"),
            arguments: Ref::new(&[]),
            id: 7,
            definition: Ref::shared(Arc::new(Definition {
                doc: Ref::new(""),
                body: Body::Record(Ref::shared(Arc::from(fields))),
            })),
        })
    }
    fn words(count: usize, length: usize) -> Schema {
        let words: Vec<Literal> = (0..count)
            .map(|index| Literal::Text(text(format!("{index:0>length$}"))))
            .collect();
        Schema::Literal(Ref::shared(Arc::from(words)))
    }
    fn openai(schema: Schema) -> (Fit, usize) {
        dialect::misfit(Dialect::OpenAi, &signature(schema), false)
    }

    #[test]
    fn openai_counts() {
        assert_eq!(openai(record(4998, |index| format!("p{index}"))).0, EXACT);
        assert_eq!(
            openai(record(4999, |index| format!("p{index}"))),
            (Fit::Refused(Refusal::TooManyProperties), 1)
        );
        assert_eq!(
            openai(record(119, |index| format!("{index:0>1000}"))).0,
            EXACT
        );
        assert_eq!(
            openai(record(120, |index| format!("{index:0>1000}"))),
            (Fit::Refused(Refusal::TooLong), 1)
        );
        assert_eq!(openai(words(1000, 10)).0, EXACT);
        assert_eq!(
            openai(words(1001, 10)),
            (Fit::Refused(Refusal::TooManyWords), 1)
        );
        assert_eq!(openai(words(250, 100)).0, EXACT);
        assert_eq!(
            openai(words(251, 100)),
            (Fit::Refused(Refusal::LongWords), 1)
        );
    }

    #[test]
    fn bounds_in_layers_keep_the_tightest_and_say_the_rest() {
        use sigflow::__private::{Constraint, Limit};
        let bounded = |inner: Schema, bounds: Vec<Constraint>| {
            Schema::Constrained(Ref::shared(Arc::new(inner)), Ref::shared(Arc::from(bounds)))
        };
        let limit = |text: &'static str| Limit::new(text.parse().unwrap(), Ref::new(text));
        let number = bounded(
            bounded(
                Schema::Integer("uint8"),
                vec![Constraint::Ge(limit("3")), Constraint::Le(limit("9"))],
            ),
            vec![
                Constraint::Ge(limit("5")),
                Constraint::MultipleOf(limit("2")),
                Constraint::MultipleOf(limit("3")),
            ],
        );
        let word = bounded(
            Schema::Text,
            vec![
                Constraint::Pattern(Ref::new("^a")),
                Constraint::Pattern(Ref::new("z$")),
                Constraint::MinLen(2),
            ],
        );
        let union = bounded(
            Schema::Union(Ref::shared(Arc::from(vec![
                Ref::new(&Schema::Integer("")),
                Ref::new(&Schema::Text),
                Ref::new(&Schema::Null),
            ]))),
            vec![Constraint::Ge(limit("1")), Constraint::MaxLen(4)],
        );
        let expect = |schema: &Schema, dialect: Dialect, expected: &str| {
            let text = render(What::Output(dialect), &signature(schema.clone()), false);
            let schema = valid::check(dialect, &text).unwrap();
            assert_eq!(schema["properties"]["value"].to_string(), expected);
        };
        expect(
            &number,
            Dialect::Plain,
            r#"{"type":"integer","format":"uint8","minimum":5,"multipleOf":2,"maximum":9,"allOf":[{"multipleOf":3}]}"#,
        );
        expect(
            &number,
            Dialect::OpenAi,
            r#"{"type":"integer","minimum":5,"multipleOf":2,"maximum":9,"description":"(a multiple of the given number: 3)"}"#,
        );
        expect(
            &word,
            Dialect::Plain,
            r#"{"type":"string","pattern":"^a","minLength":2,"allOf":[{"pattern":"z$"}]}"#,
        );
        expect(
            &word,
            Dialect::Anthropic,
            r#"{"type":"string","pattern":"^a","description":"(must match: z$, minimum length: 2)"}"#,
        );
        expect(
            &union,
            Dialect::Plain,
            r#"{"anyOf":[{"type":"integer","minimum":1},{"type":"string","maxLength":4},{"type":"null"}]}"#,
        );
        expect(
            &union,
            Dialect::Gemini,
            r#"{"anyOf":[{"type":"integer","minimum":1},{"type":"string","description":"(maximum length: 4)"},{"type":"null"}]}"#,
        );
    }
}

#[test]
fn a_required_dialect_names_the_output_and_the_fix() {
    let message = |dialect, signature| {
        let payload =
            std::panic::catch_unwind(|| dialect::require(dialect, signature)).unwrap_err();
        payload.downcast_ref::<String>().unwrap().clone()
    };
    let quiet = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let found = [
        message(Dialect::OpenAi, self::Anything::DEF),
        message(Dialect::Anthropic, self::Recursive::DEF),
        message(Dialect::Gemini, self::RecursiveRequired::DEF),
        message(Dialect::OpenAi, Eleven::DEF),
        message(Dialect::Anthropic, TwentyFive::DEF),
    ];
    std::panic::set_hook(quiet);
    assert_eq!(
        found,
        [
            "output `value` of `Anything` does not fit `openai`: it holds a value of any shape, which strict structured output cannot say; give it a type of its own",
            "output `value` of `Recursive` does not fit `anthropic`: it contains itself, which this dialect refuses; leave the dialect out of `strict(…)` or make the type flat",
            "output `value` of `RecursiveRequired` does not fit `gemini`: it contains itself in a value that must be there, which this dialect refuses; write `Option<Box<…>>` or `Vec<…>` where it does",
            "output `value` of `Eleven` does not fit `openai`: it is nested deeper than 10 levels, the dialect's limit; flatten the type",
            "output `y` of `TwentyFive` does not fit `anthropic`: it makes more than 24 optional fields, the dialect's limit; use fewer `Option`s and defaults",
        ]
    );
    dialect::require(Dialect::Gemini, Eleven::DEF);
    let _ = fits::<Of<ManyOptions>>();
}
