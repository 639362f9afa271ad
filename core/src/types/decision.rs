//! Decisions: a value and how sure the model is of it.
use super::{
    kind::{Kind, id},
    record::{described, hidden, member, serde_traits},
};
use crate::{
    Fault, Field, InputField, Members, View,
    adapter::{framing, python},
    constant::{Out, Ref},
    parse::Values,
    schema::{Body, Constraint, Definition, FieldDef, Limit, Literal, Named, Schema},
};
use serde_json::{Value, json};
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    marker::PhantomData,
    sync::Arc,
};

const fn limit(value: f64, text: &'static str) -> Limit {
    Limit {
        value,
        text: Ref::new(text),
    }
}

const CONFIDENCE: FieldDef = described::<f64>(
    "confidence",
    framing::CONFIDENCE,
    const {
        &[
            Constraint::Ge(limit(0.0, "0")),
            Constraint::Le(limit(1.0, "1")),
        ]
    },
    None,
);

/// Yes or no, with the confidence in it.
///
/// ```
/// use sigflow_core::{Field, types::Noul};
/// use serde_json::json;
///
/// let decision = Noul::from_value(json!({"confidence": 0.8, "value": true})).expect("a decision");
/// assert!(decision.value && decision.confidence > 0.5);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Noul {
    /// How sure the model is, 0 to 1.
    pub confidence: f64,
    /// The decision.
    pub value: bool,
    /// The probability of yes, if the model gives one.
    pub probability: Option<f64>,
}

static NOUL: Definition = Definition {
    doc: Ref::new(framing::NOUL),
    body: Body::Record(Ref::new(
        const { &[CONFIDENCE, member::<bool>("value", None)] },
    )),
};
static NOUL_SCHEMA: Schema = Schema::Named(Named {
    name: Ref::new("Noul"),
    arguments: Ref::new(&[]),
    id: id(Kind::Noul, 0),
    definition: Ref::new(&NOUL),
});

impl InputField for Noul {
    const SCHEMA: Ref<Schema> = Ref::new(&NOUL_SCHEMA);
    fn view(&self) -> View<'_> {
        View::Members(self)
    }
}
impl Members for Noul {
    fn each(&self, member: &mut dyn FnMut(&str, View<'_>)) {
        member("confidence", View::Number(self.confidence));
        member("value", View::Boolean(self.value));
        if let Some(probability) = self.probability {
            member("probability", View::Number(probability));
        }
    }
}
impl Field for Noul {
    fn from_value(mut value: Value) -> Result<Self, Fault> {
        let probability = hidden(&mut value, "probability")?;
        let mut values = Values::of_record(value, &NOUL)?;
        Ok(Noul {
            confidence: values.next()?,
            value: values.next()?,
            probability,
        })
    }
}
serde_traits!(Noul);

/// One of several values, with the confidence in it. `T` is an enum or another field type.
///
/// ```
/// use sigflow_core::{Field, types::Choice};
/// use serde_json::json;
///
/// let choice = Choice::<String>::from_value(json!({"confidence": 1.0, "value": "billing"})).expect("a choice");
/// assert_eq!(choice.value, "billing");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Choice<T> {
    /// How sure the model is, 0 to 1.
    pub confidence: f64,
    /// The value.
    pub value: T,
}

impl<T: InputField> Choice<T> {
    const DEFINITION: &'static Definition = &Definition {
        doc: Ref::new(framing::BARE_CHOICE),
        body: Body::Record(Ref::new(
            const { &[CONFIDENCE, member::<T>("value", None)] },
        )),
    };
}
impl<T: InputField> InputField for Choice<T> {
    const SCHEMA: Ref<Schema> = Ref::new(
        const {
            &Schema::Named(Named {
                name: Ref::new("Choice"),
                arguments: Ref::new(const { &[T::SCHEMA] }),
                id: id(Kind::Choice, identity(const { &T::SCHEMA }.get())),
                definition: Ref::new(Self::DEFINITION),
            })
        },
    );
    fn view(&self) -> View<'_> {
        View::Members(self)
    }
}

/// Tells apart choices among different types.
const fn identity(schema: &Schema) -> u64 {
    match schema.shape() {
        Schema::Named(named) => named.id,
        Schema::Text => 1,
        Schema::Integer(_) => 2,
        Schema::Boolean => 3,
        _ => 4,
    }
}

impl<T: InputField> Members for Choice<T> {
    fn each(&self, member: &mut dyn FnMut(&str, View<'_>)) {
        member("confidence", View::Number(self.confidence));
        member("value", self.value.view());
    }
}
impl<T: Field> Field for Choice<T> {
    fn from_value(value: Value) -> Result<Self, Fault> {
        let mut values = Values::of_record(value, Self::DEFINITION)?;
        Ok(Choice {
            confidence: values.next()?,
            value: values.next()?,
        })
    }
}
impl<T: InputField> serde::Serialize for Choice<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        crate::__private::serialize(self.view(), serializer)
    }
}
impl<'de, T: Field> serde::Deserialize<'de> for Choice<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::__private::deserialize(deserializer)
    }
}

/// The levels of a [`Score`], lowest first.
///
/// ```
/// use sigflow_core::types::{Rubric, Score};
///
/// struct Quality;
/// impl Rubric for Quality {
///     const LEVELS: &'static [&'static str] = &["poor", "fair", "excellent"];
/// }
/// let score = Score::<Quality>::new(1.6, 0.9);
/// assert_eq!(score.level(), Some("excellent"));
/// ```
pub trait Rubric: Send + Sync + 'static {
    /// What each level means: two at least, all together no longer than a kilobyte.
    const LEVELS: &'static [&'static str];
}

/// Texts about a rubric, made by the compiler.
struct Texts<R>(PhantomData<R>);

impl<R: Rubric> Texts<R> {
    const NAME: ([u8; 2048], usize) = {
        let mut buffer = [0; 2048];
        let mut out = Out::new(&mut buffer);
        out.push("Score[");
        let mut at = 0;
        while at < R::LEVELS.len() {
            out.push(if at > 0 { ", '" } else { "'" });
            out.push(R::LEVELS[at]);
            out.push("'");
            at += 1;
        }
        out.push("]");
        let len = out.len();
        assert!(
            len <= 2048,
            "the levels of a score are longer than two kilobytes"
        );
        (buffer, len)
    };
    const HIGHEST: ([u8; 8], usize) = {
        assert!(R::LEVELS.len() >= 2, "a score has two levels at least");
        let mut buffer = [0; 8];
        let mut out = Out::new(&mut buffer);
        out.number(R::LEVELS.len() as i128 - 1);
        let len = out.len();
        (buffer, len)
    };
    const DOC: ([u8; 2048], usize) = {
        let mut buffer = [0; 2048];
        let mut out = Out::new(&mut buffer);
        out.push(framing::SCORE);
        out.number(R::LEVELS.len() as i128 - 1);
        out.push(framing::RUBRIC);
        let mut at = 0;
        while at < R::LEVELS.len() {
            out.push(if at > 0 { ", [" } else { "[[" });
            out.number(at as i128);
            out.push(", ");
            out.json(R::LEVELS[at]);
            out.push("]");
            at += 1;
        }
        out.push("].");
        let len = out.len();
        assert!(
            len <= 2048,
            "the levels of a score are longer than two kilobytes"
        );
        (buffer, len)
    };
}

/// The text in a buffer.
const fn cut(buffer: &'static [u8], len: usize) -> &'static str {
    match std::str::from_utf8(buffer.split_at(len).0) {
        Ok(text) => text,
        Err(_) => "",
    }
}

/// A number on a scale of levels, between which it may stand, with the confidence in it.
pub struct Score<R> {
    /// How sure the model is, 0 to 1.
    pub confidence: f64,
    /// From 0 to the index of the last level.
    pub value: f64,
    of: PhantomData<fn() -> R>,
}

impl<R: Rubric> Score<R> {
    #[allow(clippy::cast_precision_loss, reason = "a rubric has a few levels")]
    const HIGHEST: f64 = (R::LEVELS.len() - 1) as f64;
    const DEFINITION: &'static Definition = &Definition {
        doc: Ref::new(cut(&Texts::<R>::DOC.0, Texts::<R>::DOC.1)),
        body: Body::Record(Ref::new(
            const {
                &[
                    CONFIDENCE,
                    described::<f64>(
                        "value",
                        "",
                        const {
                            &[
                                Constraint::Ge(limit(0.0, "0")),
                                Constraint::Le(limit(
                                    Self::HIGHEST,
                                    cut(&Texts::<R>::HIGHEST.0, Texts::<R>::HIGHEST.1),
                                )),
                            ]
                        },
                        None,
                    ),
                ]
            },
        )),
    };
    /// A score.
    pub const fn new(value: f64, confidence: f64) -> Self {
        Score {
            confidence,
            value,
            of: PhantomData,
        }
    }
    /// What the nearest level means.
    pub fn level(&self) -> Option<&'static str> {
        let nearest = R::LEVELS.iter().zip(0u32..).min_by(|(_, one), (_, two)| {
            let distance = |level: u32| (self.value - f64::from(level)).abs();
            distance(*one).total_cmp(&distance(*two))
        })?;
        Some(nearest.0)
    }
}
impl<R: Rubric> InputField for Score<R> {
    const SCHEMA: Ref<Schema> = Ref::new(
        const {
            &Schema::Named(Named {
                name: Ref::new(cut(&Texts::<R>::NAME.0, Texts::<R>::NAME.1)),
                arguments: Ref::new(&[]),
                id: id(
                    Kind::Score,
                    crate::__private::identity(cut(&Texts::<R>::NAME.0, Texts::<R>::NAME.1)),
                ),
                definition: Ref::new(Self::DEFINITION),
            })
        },
    );
    fn view(&self) -> View<'_> {
        View::Members(self)
    }
}
impl<R> Members for Score<R> {
    fn each(&self, member: &mut dyn FnMut(&str, View<'_>)) {
        member("confidence", View::Number(self.confidence));
        member("value", View::Number(self.value));
    }
}
impl<R: Rubric> Field for Score<R> {
    fn from_value(value: Value) -> Result<Self, Fault> {
        let mut values = Values::of_record(value, Self::DEFINITION)?;
        let confidence = values.next()?;
        Ok(Score::new(values.next()?, confidence))
    }
}
impl<R> Clone for Score<R> {
    fn clone(&self) -> Self {
        Score { ..*self }
    }
}
impl<R> PartialEq for Score<R> {
    fn eq(&self, other: &Self) -> bool {
        self.confidence.total_cmp(&other.confidence).is_eq()
            && self.value.total_cmp(&other.value).is_eq()
    }
}
impl<R> std::fmt::Debug for Score<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Score")
            .field("confidence", &self.confidence)
            .field("value", &self.value)
            .finish()
    }
}
impl<R> serde::Serialize for Score<R> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        crate::__private::serialize(View::Members(self), serializer)
    }
}
impl<'de, R: Rubric> serde::Deserialize<'de> for Score<R> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::__private::deserialize(deserializer)
    }
}

/// A decision type made at run time. `doc` is what is said of it in prompts.
fn decision(kind: Kind, name: String, doc: &str, value: FieldDef) -> Schema {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    Schema::Named(Named {
        name: Ref::shared(name.into()),
        arguments: Ref::new(&[]),
        id: id(kind, hasher.finish()),
        definition: Ref::shared(Arc::new(Definition {
            doc: Ref::shared(doc.into()),
            body: Body::Record(Ref::shared(Arc::from([CONFIDENCE, value]))),
        })),
    })
}

/// `(True, 'blocked'), (False, 'usable')`
fn pairs(options: &[(Value, Value)]) -> String {
    let mut out = String::new();
    for (index, (value, description)) in options.iter().enumerate() {
        out.push_str(if index > 0 { ", (" } else { "(" });
        python::repr_json(&mut out, value);
        out.push_str(", ");
        python::repr_json(&mut out, description);
        out.push(')');
    }
    out
}

/// Yes or no, with what each means.
pub(crate) fn noul_schema(criteria: &[(bool, Value)]) -> Schema {
    let mut options: Vec<(Value, Value)> = criteria
        .iter()
        .map(|(value, description)| (Value::from(*value), description.clone()))
        .collect();
    options.sort_by_key(|(value, _)| *value == Value::Bool(false));
    let mut description = framing::NOUL.to_owned();
    let mut name = "Noul".to_owned();
    if !options.is_empty() {
        let criteria: serde_json::Map<_, _> = options
            .iter()
            .map(|(value, description)| (value.to_string(), description.clone()))
            .collect();
        description.push_str(framing::CRITERIA);
        python::ascii_json(&mut description, &Value::Object(criteria));
        description.push('.');
        name = format!("Noul[{}]", pairs(&options));
    }
    let value = member::<bool>("value", None);
    decision(Kind::Noul, name, &description, value)
}

/// One of several values, with what each means.
pub(crate) fn choice_schema(options: &[(Value, Value)]) -> Schema {
    let mut description = framing::CHOICE.to_owned();
    let list: Value = options
        .iter()
        .map(|(value, description)| json!([value, description]))
        .collect();
    python::ascii_json(&mut description, &list);
    description.push('.');
    let literals: Vec<Literal> = options
        .iter()
        .map(|(value, _)| match value {
            Value::String(text) => Literal::Text(Ref::shared(text.as_str().into())),
            Value::Bool(flag) => Literal::Boolean(*flag),
            Value::Number(number) => Literal::Integer(number.as_i64().unwrap_or_default()),
            _ => Literal::Null,
        })
        .collect();
    let mut value = member::<bool>("value", None);
    value.schema = Ref::shared(Arc::new(Schema::Literal(Ref::shared(literals.into()))));
    let name = format!("Choice[{}]", pairs(options));
    decision(Kind::Choice, name, &description, value)
}

/// A number on a scale of levels.
pub(crate) fn score_schema(levels: &[Value]) -> Schema {
    let highest = levels.len().saturating_sub(1);
    let mut description = format!("{}{highest}{}", framing::SCORE, framing::RUBRIC);
    let list: Value = levels
        .iter()
        .enumerate()
        .map(|(index, level)| json!([index, level]))
        .collect();
    python::ascii_json(&mut description, &list);
    description.push('.');
    let mut name = "Score[".to_owned();
    for (index, level) in levels.iter().enumerate() {
        if index > 0 {
            name.push_str(", ");
        }
        python::repr_json(&mut name, level);
    }
    name.push(']');
    let mut value = member::<f64>("value", None);
    #[allow(clippy::cast_precision_loss, reason = "a rubric has a few levels")]
    let most = Limit {
        value: highest as f64,
        text: Ref::shared(highest.to_string().into()),
    };
    value.constraints = Ref::shared(Arc::from([
        Constraint::Ge(limit(0.0, "0")),
        Constraint::Le(most),
    ]));
    decision(Kind::Score, name, &description, value)
}
