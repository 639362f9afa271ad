//! What a demo shows is read back as the value it was: over random signatures and values.
use crate::{Adapter, DynSignature, FieldSpec, Record, TypeDefinition, TypeRegistry, parse};
use serde_json::{Map, Value, json};

/// A small generator of numbers: the same for the same seed.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }
    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        let index = usize::try_from(self.below(of.len() as u64)).unwrap_or(0);
        &of[index]
    }
}

const WORDS: &[&str] = &[
    "plain",
    "two words",
    "ünï côdé 日本",
    "a\nb",
    "quote \" and ' and \\",
    "{\"json\": [1, 2]}",
    "[1, 2]",
    "a < b & c > d",
    "# comment",
    "12",
    "true",
    "null",
    "  inside  blanks",
    "tab\there",
    "comma, semicolon; colon:",
    "«guillemets»",
    "```fenced```",
    "trailing \\",
];

/// A type as a signature writes it, and how its values are made.
#[derive(Clone)]
enum Kind {
    Text,
    Integer,
    Number,
    Boolean,
    Literal,
    Word,
    Record,
    List(Box<Kind>),
    Map(Box<Kind>),
    Optional(Box<Kind>),
}

impl Kind {
    fn any(random: &mut Random, depth: u64) -> Self {
        match random.below(if depth == 0 { 7 } else { 10 }) {
            0 => Kind::Text,
            1 => Kind::Integer,
            2 => Kind::Number,
            3 => Kind::Boolean,
            4 => Kind::Literal,
            5 => Kind::Word,
            6 => Kind::Record,
            7 => Kind::List(Box::new(Kind::any(random, depth - 1))),
            8 => Kind::Map(Box::new(Kind::any(random, depth - 1))),
            _ => match Kind::any(random, depth - 1) {
                Kind::Optional(inner) => Kind::Optional(inner),
                inner => Kind::Optional(Box::new(inner)),
            },
        }
    }
    fn may_be_text(&self) -> bool {
        matches!(self, Kind::Optional(item) if matches!(**item, Kind::Text))
    }
    /// An empty tag is no items, and nothing at all.
    fn may_be_empty_or_nothing(&self) -> bool {
        match self {
            Kind::Optional(item) => matches!(**item, Kind::List(_) | Kind::Map(_)),
            Kind::List(item) | Kind::Map(item) => item.may_be_empty_or_nothing(),
            _ => false,
        }
    }
    fn written(&self) -> String {
        match self {
            Kind::Text => "str".to_owned(),
            Kind::Integer => "int".to_owned(),
            Kind::Number => "float".to_owned(),
            Kind::Boolean => "bool".to_owned(),
            Kind::Literal => "Literal['yes', 'no', 'it is so']".to_owned(),
            Kind::Word => "Color".to_owned(),
            Kind::Record => "Item".to_owned(),
            Kind::List(item) => format!("list[{}]", item.written()),
            Kind::Map(item) => format!("dict[str, {}]", item.written()),
            Kind::Optional(item) => format!("Optional[{}]", item.written()),
        }
    }
    /// A value. `top` is one behind a marker, where text has no quotes around it: so it is none that
    /// blanks at its ends, or the words for nothing, would make another of.
    fn value(&self, random: &mut Random, top: bool) -> Value {
        match self {
            Kind::Text if top => Value::from(random.one(WORDS).trim()),
            Kind::Text => Value::from(*random.one(WORDS)),
            Kind::Integer => json!(i64::try_from(random.below(2_000_000)).unwrap_or(0) - 1_000_000),
            Kind::Number => {
                let halves = i32::try_from(random.below(2000)).unwrap_or(0) - 1000;
                json!(f64::from(halves) / 8.0)
            }
            Kind::Boolean => json!(random.below(2) == 0),
            Kind::Literal => json!(random.one(&["yes", "no", "it is so"])),
            Kind::Word => json!(random.one(&["red", "dark green"])),
            Kind::Record => json!({
                "name": Kind::Text.value(random, false),
                "count": Kind::Integer.value(random, false),
                "color": Kind::Word.value(random, false),
                "parts": Kind::List(Box::new(Kind::Text)).value(random, false),
                "weight": Kind::Optional(Box::new(Kind::Number)).value(random, false),
            }),
            Kind::List(item) => (0..random.below(4))
                .map(|_| item.value(random, false))
                .collect(),
            Kind::Map(item) => {
                let members = (0..random.below(4)).map(|_| {
                    let name = (*random.one(WORDS)).to_owned();
                    (name, item.value(random, false))
                });
                Value::Object(members.collect::<Map<_, _>>())
            }
            Kind::Optional(_) if random.below(3) == 0 => Value::Null,
            Kind::Optional(item) => match item.value(random, top) {
                Value::String(text) if top && text == "null" => "some".into(),
                value => value,
            },
        }
    }
}

/// The value, its texts without blanks at their ends.
fn trimmed(value: Value) -> Value {
    match value {
        Value::String(text) => text.trim().into(),
        Value::Array(items) => items.into_iter().map(trimmed).collect(),
        Value::Object(members) => {
            let members = members.into_iter();
            let trim = |(name, value): (String, Value)| (name.trim().to_owned(), trimmed(value));
            Value::Object(members.map(trim).collect())
        }
        other => other,
    }
}

fn types() -> TypeRegistry {
    let item = TypeDefinition::record([
        FieldSpec::member("name", "str"),
        FieldSpec::member("count", "int"),
        FieldSpec::member("color", "Color"),
        FieldSpec::member("parts", "list[str]"),
        FieldSpec::member("weight", "Optional[float]"),
    ]);
    TypeRegistry::new()
        .with("Item", item)
        .with("Color", TypeDefinition::words(["red", "dark green"]))
}

/// Renders random outputs as a demo, reads the model's side back, and compares.
fn trips(adapter: Adapter, rounds: u64) {
    let types = types();
    for seed in 1..=rounds {
        let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let kinds: Vec<Kind> = (0..=random.below(4))
            .map(|_| Kind::any(&mut random, 2))
            .collect();
        if adapter == Adapter::Xml && kinds.iter().any(Kind::may_be_empty_or_nothing) {
            continue;
        }
        let outputs: Vec<String> = kinds
            .iter()
            .enumerate()
            .map(|(index, kind)| format!("out_{index}: {}", kind.written()))
            .collect();
        let text = format!("question -> {}", outputs.join(", "));
        let signature = DynSignature::parse_with(&text, &types).expect("a signature");
        let mut demo = Record::from_iter([("question", Value::from("q"))]);
        for (index, kind) in kinds.iter().enumerate() {
            let value = match kind.value(&mut random, true) {
                // DSPy takes the word for nothing as text where text may stand
                Value::Null if kind.may_be_text() && !adapter.replies_in_json() => "none".into(),
                // blanks around text are the tags' own
                value if adapter == Adapter::Xml => trimmed(value),
                value => value,
            };
            demo.set(format!("out_{index}"), value);
        }
        let def = signature.def();
        let fields: Vec<_> = def.outputs().collect();
        let said = super::turn::answer(&fields, adapter, &demo, None);
        let how = parse::How {
            form: parse::Form::from(adapter),
            ..Default::default()
        };
        let read = parse::read_outputs(&def, how, &said, parse::Keep::default());
        let expected: Vec<Value> = (0..kinds.len())
            .map(|index| demo[&*format!("out_{index}")].clone())
            .collect();
        assert!(
            read.faults.is_empty(),
            "seed {seed}: {text}\n{said}\n{:?}",
            read.faults
        );
        let values: Vec<Value> = read.as_values();
        assert_eq!(values, expected, "seed {seed}: {text}\n{said}");
    }
}

#[test]
fn chat() {
    trips(Adapter::Chat, 2000);
}

#[test]
fn json() {
    for adapter in [
        Adapter::Json,
        Adapter::Baml,
        Adapter::Structured,
        Adapter::Tool,
    ] {
        trips(adapter, 1000);
    }
}

#[test]
fn xml() {
    trips(Adapter::Xml, 1000);
}
