//! Types, inputs and outputs against schemars.
use super::{normal::normal, strict_json, types::*, valid};
use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::Value;
use sigflow::{
    Dialect, Field, Fit, Signature,
    prelude::*,
    schema::{What, dialect::fit, json::of_type, render},
};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

signature! {
    /// Every type stands here as an input and as an output.
    struct Both<T: Field> {
        /// what is given
        given: T,
        bare: T,
        /// if there is more
        more: Option<T>,
    } -> {
        /// what comes back
        value: T,
        list: Vec<T>,
        /// perhaps
        perhaps: Option<T>,
    }
}

/// The inputs, as schemars sees them.
#[derive(JsonSchema)]
#[allow(dead_code)]
struct In<T> {
    /// what is given
    given: T,
    bare: T,
    /// if there is more
    more: Option<T>,
}

/// The outputs.
#[derive(JsonSchema)]
#[allow(dead_code)]
struct Out<T> {
    /// what comes back
    value: T,
    list: Vec<T>,
    /// perhaps
    perhaps: Option<T>,
}

fn theirs<T: JsonSchema>() -> Value {
    SchemaSettings::draft2020_12()
        .into_generator()
        .into_root_schema_for::<T>()
        .to_value()
}

fn ours(text: &str) -> Value {
    strict_json::check(text).unwrap();
    serde_json::from_str(text).unwrap()
}

fn compare(what: &str, mut theirs: Value, ours: Value, seen: &mut Seen) {
    // the descriptions of `In` and `Out`
    if what.ends_with("puts") {
        theirs.as_object_mut().unwrap().remove("description");
    }
    let (left, right) = (normal(&theirs), normal(&ours));
    if left != right {
        seen.different
            .push(format!("{what}\nschemars {left}\nours     {right}"));
    }
}

/// What was compared.
#[derive(Default)]
struct Seen {
    count: usize,
    fitting: usize,
    different: Vec<String>,
}

impl Seen {
    fn finish(self, at_least: usize) {
        let Seen {
            count,
            fitting,
            different,
        } = self;
        assert!(
            different.is_empty(),
            "{} differ, such as\n{}",
            different.len(),
            different[..different.len().min(8)].join("\n")
        );
        assert!(count >= at_least, "{count} types");
        println!("{count} types, {fitting} schemas of dialects");
    }
}

fn same<T: Field + JsonSchema>(name: &str, seen: &mut Seen) {
    compare(name, theirs::<T>(), ours(&of_type(T::SCHEMA.get())), seen);
    let definition = <Both<T> as Signature>::DEF;
    for dialect in [Dialect::OpenAi, Dialect::Anthropic, Dialect::Gemini] {
        let schema = valid::check(dialect, &render(What::Output(dialect), definition, false));
        let fits = !matches!(fit(dialect, definition, false), Fit::Refused(_));
        assert_eq!(schema.is_some(), fits, "{name} in {dialect:?}");
        seen.fitting += usize::from(fits);
        valid::check(dialect, &render(What::Output(dialect), definition, true));
    }
    let [inputs, outputs] = [What::Input(Dialect::Plain), What::Output(Dialect::Plain)]
        .map(|what| valid::check(Dialect::Plain, &render(what, definition, false)).unwrap());
    compare(&format!("{name}: inputs"), theirs::<In<T>>(), inputs, seen);
    compare(
        &format!("{name}: outputs"),
        theirs::<Out<T>>(),
        outputs,
        seen,
    );
    seen.count += 1;
}

/// Each type by itself and inside others.
macro_rules! nested {
    ($seen:ident: $($type:ty),* $(,)?) => { $(
        each!($seen: $type, Option<$type>, Vec<$type>, Box<$type>, Vec<Option<$type>>, Option<Vec<$type>>,
            BTreeMap<String, $type>, HashMap<i32, Option<$type>>, BTreeMap<u64, Vec<$type>>, BTreeMap<Level, $type>,
            ($type, String), (Option<$type>,), [$type; 3], Page<$type>, Link<$type>, Either<$type, Vec<$type>>,
            Option<Option<$type>>, VecDeque<($type, Box<$type>)>, Option<Box<Page<$type>>>);
    )* };
}
macro_rules! each {
    ($seen:ident: $($type:ty),* $(,)?) => { $(
        same::<$type>(stringify!($type), &mut $seen);
    )* };
}

#[test]
fn scalars_within_everything() {
    let mut seen = Seen::default();
    nested!(seen: String, char, bool, i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize, f32, f64);
    nested!(seen: serde_json::Value, std::sync::Arc<str>, Box<str>);
    each!(seen: BTreeSet<String>, BTreeSet<u8>, HashSet<i64>, HashSet<char>, BTreeSet<Vec<bool>>, BTreeSet<Level>,
        Option<BTreeSet<(u8, String)>>, HashSet<Option<State>>, [String; 0], [u8; 1], [Option<f64>; 32],
        BTreeMap<char, u8>, BTreeMap<bool, u8>, BTreeMap<u8, u8>, BTreeMap<usize, Value>, BTreeMap<i128, char>,
        (bool,), (u8, i8), (u8, i8, char, bool), (String, String, String, String, String, String, String, String),
        BTreeMap<String, BTreeMap<i8, BTreeMap<Level, BTreeMap<String, BTreeSet<char>>>>>,
        Vec<Vec<Vec<Vec<u16>>>>, Option<(Option<u8>, [Option<i8>; 2])>);
    seen.finish(400);
}

#[test]
fn structs_and_enums_within_everything() {
    let mut seen = Seen::default();
    nested!(seen: Person, Address, Renamed, Unnamed, Named, Level, Priority, State, Shape, OnlyData, OneVariant,
        Tree, Chain, Expression, Author, Book, Shelf, Everything, elsewhere::Both);
    each!(seen: Page<Page<Point>>, Page<Option<Point>>, Pair<Point, elsewhere::Point>, Pair<Page<Point>, Page<Address>>,
        Pair<String, Pair<u8, Pair<u8, String>>>, Either<Tree, Chain>, Link<Link<Tree>>, Link<Vec<Expression>>,
        Either<Either<u8, u8>, Either<Level, Priority>>, BTreeMap<State, Shape>, BTreeMap<Level, BTreeMap<State, u8>>,
        (Person, Shape, Tree), [Page<Link<Author>>; 2], Pair<Author, Book>);
    seen.finish(370);
}

#[derive(Field, JsonSchema)]
struct Bounded {
    #[field(ge = 3, le = 150)]
    #[schemars(range(min = 3, max = 150))]
    byte: u8,
    #[field(le = 9)]
    #[schemars(range(max = 9))]
    short: i16,
    #[field(ge = 1)]
    #[schemars(range(min = 1))]
    maybe: Option<u64>,
    /// of all
    #[field(ge = 0.0, le = 1.0)]
    #[schemars(range(min = 0.0, max = 1.0))]
    share: f64,
    #[field(min_len = 2, max_len = 5)]
    #[schemars(length(min = 2, max = 5))]
    text: String,
    #[field(max_len = 3)]
    #[schemars(length(max = 3))]
    list: Option<Vec<Level>>,
    /// like this
    #[field(pattern = "^[a-z]+\\d$")]
    #[schemars(regex(pattern = r"^[a-z]+\d$"))]
    word: String,
    #[field(default = 3)]
    #[schemars(default = "three")]
    three: i32,
    #[field(default = "x", min_len = 1)]
    #[schemars(default = "letter", length(min = 1))]
    letter: String,
    #[field(examples = ["one", "t\"wo"])]
    #[schemars(example = &"one", example = &"t\"wo")]
    sample: String,
}
fn three() -> i32 {
    3
}
fn letter() -> String {
    "x".into()
}

#[test]
fn bounds_defaults_and_examples() {
    let mut seen = Seen::default();
    each!(seen: Bounded, Vec<Bounded>, Page<Bounded>);
    seen.finish(3);
}

#[test]
fn types_of_the_standard_library_and_of_other_crates() {
    use std::num::{NonZeroU8, NonZeroU16, NonZeroU32, NonZeroU64, NonZeroU128, NonZeroUsize};
    let mut seen = Seen::default();
    nested!(seen: std::net::IpAddr, std::net::Ipv4Addr, std::net::Ipv6Addr, NonZeroU8, NonZeroU64);
    each!(seen: NonZeroU16, NonZeroU32, NonZeroU128, NonZeroUsize);
    nested!(seen: chrono::NaiveDate, chrono::NaiveTime, chrono::NaiveDateTime, chrono::DateTime<chrono::Utc>,
        chrono::DateTime<chrono::FixedOffset>);
    nested!(seen: jiff::civil::Date, jiff::civil::Time, jiff::civil::DateTime, jiff::Timestamp, jiff::Zoned, jiff::Span,
        jiff::SignedDuration);
    nested!(seen: uuid::Uuid);
    nested!(seen: rust_decimal::Decimal);
    seen.finish(99);
}

/// Where ours differs: schemars writes what serde's own impls of these types do, we write what models can.
#[test]
fn what_differs_from_schemars() {
    use serde_json::json;
    fn ours_of<T: Field>() -> Value {
        ours(&of_type(T::SCHEMA.get()))
    }
    // a length of time is text, as every provider knows it, and no object of seconds and nanoseconds
    assert_eq!(
        ours_of::<std::time::Duration>(),
        json!({"type": "string", "format": "duration"})
    );
    assert_eq!(theirs::<std::time::Duration>()["type"], "object");
    // that a signed number is not zero is said by no dialect; reading says it
    assert_eq!(ours_of::<std::num::NonZeroI8>(), ours_of::<i8>());
    assert_eq!(theirs::<std::num::NonZeroI8>()["not"], json!({"const": 0}));
    // a newtype looks like what it holds
    #[derive(Field, JsonSchema)]
    struct Wrapper(Vec<u8>);
    assert_eq!(ours_of::<Wrapper>(), ours_of::<Vec<u8>>());
    assert_eq!(ours_of::<Vec<Wrapper>>()["items"]["type"], "array");
    assert_eq!(
        theirs::<Vec<Wrapper>>()["items"],
        json!({"$ref": "#/$defs/Wrapper"})
    );
    // the keys of a map are known words also when the words have descriptions
    #[derive(Field, JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
    enum Documented {
        /// the first
        One,
        Two,
    }
    assert_eq!(
        ours_of::<BTreeMap<Documented, u8>>()["additionalProperties"],
        false
    );
    assert_eq!(
        theirs::<BTreeMap<Documented, u8>>()["additionalProperties"]["type"],
        "integer"
    );
    assert_eq!(
        ours_of::<chrono::TimeDelta>(),
        json!({"type": "string", "format": "duration"})
    );
    assert_eq!(theirs::<chrono::TimeDelta>()["type"], "array");
}
