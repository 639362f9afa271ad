//! What is rendered in constants is what is rendered at run time, also for signatures that no one would
//! write.
use super::{samples::*, unspelled::unspelled, valid};
use sigflow::{
    Adapter, Dialect, Field, Signature,
    prelude::*,
    schema::{What, render},
};

macro_rules! hundred {
    ($($name:ident)*) => {
        signature! {
            /// One hundred outputs, "quoted" \ and	tabbed.
            struct Hundred { text: String } -> { $(
                /// it's "quoted", has a back\slash, a tab	, {braces}, `ticks`, <tags>, é, 日本 and 😀
                ///
                /// - and a list
                $name: Option<u16>
            ),* }
        }
    };
}
hundred!(
    a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 b0 b1 b2 b3 b4 b5 b6 b7 b8 b9 c0 c1 c2 c3 c4 c5 c6 c7 c8 c9 d0 d1 d2 d3 d4 d5 d6
    d7 d8 d9 e0 e1 e2 e3 e4 e5 e6 e7 e8 e9 f0 f1 f2 f3 f4 f5 f6 f7 f8 f9 g0 g1 g2 g3 g4 g5 g6 g7 g8 g9 h0 h1 h2 h3
    h4 h5 h6 h7 h8 h9 i0 i1 i2 i3 i4 i5 i6 i7 i8 i9 j0 j1 j2 j3 j4 j5 j6 j7 j8 j9
);

/// Each a struct that holds the next three.
macro_rules! chain {
    ($first:ident) => {
        #[derive(Field)]
        pub struct $first { end: bool }
    };
    ($first:ident $second:ident) => {
        #[derive(Field)]
        pub struct $first { /** "next" \ one */ next: $second }
        chain!($second);
    };
    ($first:ident $second:ident $third:ident $($rest:ident)*) => {
        #[derive(Field)]
        /// Has others.
        pub struct $first { /** next */ next: Vec<$second>, other: Option<$third> }
        chain!($second $third $($rest)*);
    };
}
macro_rules! wide {
    ($($name:ident)*) => {
        $( mod $name {
            use sigflow::Field;
            chain!(A B C D E F);
        } )*
        /// Types of the same names from many modules.
        #[derive(Field)]
        struct Wide { $( $name: $name::A ),* }
    };
}
wide!(m0 m1 m2 m3 m4 m5 m6 m7 m8 m9);

signature! {
    struct Sixty { text: String } -> { /** all of them */ wide: Wide, again: Option<Wide> }
    struct Strange { r#type: String } -> {
        #[field(desc = "control \u{1} \u{1f} \u{7f} \r\n end", pattern = "^\"\\\\[a-z]+\"$")]
        controls: String,
        größe: Größe,
    }
    struct Empty { text: String } -> { nothing: Hollow }
    /// Every kind of row that the macros join pieces for.
    struct Usual { text: String, /** described */ count: u8, exact: bool } -> {
        /// how many; é and 日本
        many: i64,
        few: u16,
        share: f32,
        sure: bool,
        /// bounded
        #[field(ge = 1)]
        least: i64,
        #[field(default = "none")]
        remark: String,
        list: Vec<f64>,
        maybe: Option<u32>,
        records: Vec<Usually>,
    }
}

#[derive(Field)]
struct Größe {
    日本: f64,
    #[field(alias = "with \"quotes\" and \\")]
    quoted: String,
}
#[derive(Field)]
struct Hollow {}
/// A record.
#[derive(Field)]
struct Usually {
    /// described
    full_name: String,
    #[field(alias = "aBC_d")]
    odd: bool,
    size: u8,
    #[field(ge = 0.5)]
    share: f64,
    last: i32,
}

/// Each constant against the renderer at run time, and each schema against what a schema must be.
macro_rules! agree {
    ($($signature:ident)*) => { $(
        let definition = <$signature as Signature>::DEF;
        assert_eq!($signature::PROMPT, render(What::System(Adapter::Chat, None), definition, false));
        assert_eq!($signature::INPUT_SCHEMA, render(What::Input(Dialect::Plain), definition, false));
        assert!(valid::check(Dialect::Plain, $signature::INPUT_SCHEMA).is_some());
        for (dialect, constant) in [
            (Dialect::Plain, $signature::JSON_SCHEMA),
            (Dialect::OpenAi, $signature::OPENAI_SCHEMA),
            (Dialect::Anthropic, $signature::ANTHROPIC_SCHEMA),
            (Dialect::Gemini, $signature::GEMINI_SCHEMA),
        ] {
            assert_eq!(constant, render(What::Output(dialect), definition, false), "{dialect:?}");
            valid::check(dialect, constant);
        }
        let bare = unspelled(definition);
        for what in [
            What::System(Adapter::Chat, None),
            What::System(Adapter::Json, None),
            What::Reminder(Adapter::Chat),
            What::Input(Dialect::Plain),
            What::Output(Dialect::Plain),
            What::Output(Dialect::OpenAi),
            What::Output(Dialect::Anthropic),
            What::Output(Dialect::Gemini),
        ] {
            assert_eq!(render(what, definition, false), render(what, &bare, false), "{what:?}");
        }
    )* };
}

#[test]
fn constants_are_what_is_rendered_at_run_time() {
    agree!(ReadInvoice Classify Outline Calculate Hundred Sixty Strange Empty Usual);
}

#[test]
fn types_of_one_name_have_definitions_of_their_own() {
    let schema = valid::check(Dialect::Plain, Sixty::JSON_SCHEMA).unwrap();
    let definitions = schema["$defs"].as_object().unwrap();
    assert_eq!(definitions.len(), 61);
    for name in ["Wide", "A", "A_2", "A_10", "F_10"] {
        assert!(definitions.contains_key(name), "{name}");
    }
    assert_eq!(Sixty::ANALYSIS.types, 61);
}

#[test]
fn names_stay_within_what_references_take() {
    let schema = valid::check(Dialect::OpenAi, Strange::OPENAI_SCHEMA).unwrap();
    assert_eq!(schema["properties"]["größe"]["$ref"], "#/$defs/Gr__e");
    assert_eq!(
        schema["$defs"]["Gr__e"]["properties"]["日本"]["type"],
        "number"
    );
    assert_eq!(
        schema["$defs"]["Gr__e"]["properties"]["with \"quotes\" and \\"]["type"],
        "string"
    );
}
