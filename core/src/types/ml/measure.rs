//! Numbers on a scale.
use super::{held, limit, refused};
use crate::{
    Error, Field, InputField, Reader, Result, View,
    constant::{Out, Ref},
    error::{Fault, Reason},
    field::shorten,
    read::unclean,
    schema::{Category, Constraint, Limit, Meaning, Schema},
};
use serde_json::Value;
use std::{cmp::Ordering, fmt, marker::PhantomData, str::FromStr};

/// A scale for a [`Measure`]: between which whole numbers, with how many decimals.
///
/// ```
/// use sigflow_core::{DynSignature, TypeRegistry, TypeSpec, types::{Measure, Scale}};
///
/// struct Agreement;
/// impl Scale for Agreement {
///     const NAME: &'static str = "agreement";
///     const ABOUT: &'static str = "How much both sides agree, from 0 to 10.";
///     const LOW: i32 = 0;
///     const HIGH: i32 = 10;
///     const DECIMALS: u32 = 1;
/// }
/// assert_eq!("7.25".parse::<Measure<Agreement>>()?.get(), 7.3);
/// assert_eq!("40%".parse::<Measure<Agreement>>()?.get(), 4.0);
///
/// // the same at run time
/// let types = TypeRegistry::new().with("agreement", TypeSpec::of::<Measure<Agreement>>());
/// let signature = DynSignature::parse_with("talk -> agreement: agreement", &types)?;
/// let error = signature.read(Default::default(), "[[ ## agreement ## ]]\n11").unwrap_err();
/// assert_eq!(error.to_string(), "output `agreement` is `11`, must be at most 10");
/// # Ok::<(), sigflow_core::Error>(())
/// ```
pub trait Scale: 'static {
    /// Its name in signatures and errors.
    const NAME: &'static str;
    /// A sentence that prompts and schemas show.
    const ABOUT: &'static str;
    /// The least number.
    const LOW: i32;
    /// The greatest number, of which a percentage is.
    const HIGH: i32;
    /// How many decimals are kept.
    const DECIMALS: u32;
}

/// A number on a scale, rounded to the scale's decimals. There is none beyond the ends of the scale, and none is
/// pressed into it.
///
/// Reads numbers, numbers in text, and percentages of the scale's highest.
pub struct Measure<S> {
    number: f64,
    scale: PhantomData<fn() -> S>,
}

/// The scale of a [`ConfidenceScore`].
#[derive(Clone, Copy, Debug)]
pub enum Confidence {}
/// The scale of a [`Probability`].
#[derive(Clone, Copy, Debug)]
pub enum Likelihood {}
/// The scale of a [`SimilarityScore`].
#[derive(Clone, Copy, Debug)]
pub enum Similarity {}

impl Scale for Confidence {
    const NAME: &'static str = "confidence_score";
    const ABOUT: &'static str =
        "A number from 0 to 1: how sure you are, 0 being not at all and 1 certain.";
    const LOW: i32 = 0;
    const HIGH: i32 = 1;
    const DECIMALS: u32 = 3;
}
impl Scale for Likelihood {
    const NAME: &'static str = "probability";
    const ABOUT: &'static str =
        "A number from 0 to 1: how likely it is, 0 being impossible and 1 certain.";
    const LOW: i32 = 0;
    const HIGH: i32 = 1;
    const DECIMALS: u32 = 6;
}
impl Scale for Similarity {
    const NAME: &'static str = "similarity_score";
    const ABOUT: &'static str =
        "A number from -1 to 1: how alike both are, 1 being the same, 0 unrelated and -1 opposite.";
    const LOW: i32 = -1;
    const HIGH: i32 = 1;
    const DECIMALS: u32 = 4;
}

/// How sure a model, or somebody else, is: 0 to 1 with three decimals.
///
/// What a call answers with goes into the telemetry series `confidence_score`.
///
/// ```
/// use sigflow_core::{Reason, types::ConfidenceScore};
///
/// let sure: ConfidenceScore = "85%".parse()?;
/// assert_eq!(sure.get(), 0.85);
/// assert!(sure > 0.5);
///
/// // models are surer than they ought to be: what their confidence is worth is yours to measure
/// let worth = sure.calibrated(|said| said.powi(3))?;
/// assert_eq!(worth.get(), 0.614);
///
/// let error = ConfidenceScore::new(85.0).unwrap_err();
/// assert_eq!(error.reason(), Some(Reason::Above));
/// # Ok::<(), sigflow_core::Error>(())
/// ```
pub type ConfidenceScore = Measure<Confidence>;

/// How likely something is: 0 to 1 with six decimals.
///
/// ```
/// use sigflow_core::types::Probability;
///
/// assert_eq!(Probability::new(1.0 / 3.0)?.to_string(), "0.333333");
/// assert_eq!(Probability::new(1.0 / 3.0)?.complement().get(), 0.666667);
/// # Ok::<(), sigflow_core::Error>(())
/// ```
pub type Probability = Measure<Likelihood>;

/// How alike two things are: -1 to 1 with four decimals, as the cosine between two embeddings.
///
/// ```
/// use sigflow_core::types::{EmbeddingVec, SimilarityScore};
///
/// let (one, two) = (EmbeddingVec::new(vec![1.0, 0.0])?, EmbeddingVec::new(vec![1.0, 1.0])?);
/// assert_eq!(one.similarity(&two)?, SimilarityScore::new(0.7071)?);
/// # Ok::<(), sigflow_core::Error>(())
/// ```
pub type SimilarityScore = Measure<Similarity>;

/// The digits of a whole number, made by the compiler.
const fn digits(number: i32) -> ([u8; 12], usize) {
    let mut buffer = [0; 12];
    let mut out = Out::new(&mut buffer);
    out.number(number as i128);
    let len = out.len();
    (buffer, len)
}
const fn cut(buffer: &'static ([u8; 12], usize)) -> &'static str {
    match std::str::from_utf8(buffer.0.split_at(buffer.1).0) {
        Ok(text) => text,
        Err(_) => "",
    }
}

impl<S: Scale> Measure<S> {
    const LOW: ([u8; 12], usize) = digits(S::LOW);
    const HIGH: ([u8; 12], usize) = digits(S::HIGH);
    // whether the scale has its ends in order is judged where a field has the type, so that the error stands there
    // (`__private/bounds.rs`), else where a number is made
    const BOUNDS: &'static [Constraint] = &[
        Constraint::Ge(Self::at(S::LOW, &Self::LOW)),
        Constraint::Le(Self::at(S::HIGH, &Self::HIGH)),
        Constraint::Meaning(Self::MEANING),
    ];
    const OF_NUMBER: &'static Schema =
        &Schema::Constrained(Ref::new(&Schema::Number("double")), Ref::new(Self::BOUNDS));
    pub(super) const MEANING: &'static Meaning =
        &Meaning::new(S::NAME, Category::Numeric, S::ABOUT)
            .percent_of(S::HIGH as f64)
            .rounded(S::DECIMALS);
    /// What kind of thing it is.
    pub const CATEGORY: Category = Category::Numeric;

    const fn at(end: i32, digits: &'static ([u8; 12], usize)) -> Limit {
        limit(end as f64, cut(digits))
    }
    /// A number of the scale, rounded to its decimals.
    ///
    /// # Errors
    /// [`Reason::Below`] and [`Reason::Above`] beyond the ends of the scale, [`Reason::NotFinite`] for what is no
    /// number.
    pub fn new(number: f64) -> Result<Self> {
        Self::of(number).map_err(|fault| refused(fault, Self::MEANING))
    }
    fn of(number: f64) -> Result<Self, Fault> {
        const {
            assert!(
                S::LOW < S::HIGH,
                "the `HIGH` of a `Scale` is not above its `LOW`; change one of them"
            );
        }
        let beyond = |expected: String, reason| {
            let found = format!("`{number}`");
            Err(Fault::constraint("", expected, found).because(reason))
        };
        if !number.is_finite() {
            return beyond("a finite number".to_owned(), Reason::NotFinite);
        }
        if number < f64::from(S::LOW) {
            return beyond(format!("at least {}", S::LOW), Reason::Below);
        }
        if number > f64::from(S::HIGH) {
            return beyond(format!("at most {}", S::HIGH), Reason::Above);
        }
        Ok(Measure {
            number: Self::MEANING.round(number),
            scale: PhantomData,
        })
    }
    /// The number.
    pub const fn get(self) -> f64 {
        self.number
    }
    /// What the number is worth, by a function of yours: a model's confidence, held against how often it was right.
    /// It sees a valid number, and what it gives must be one too.
    ///
    /// # Errors
    /// As [`new`](Self::new), if the function leaves the scale.
    pub fn calibrated(self, worth: impl FnOnce(f64) -> f64) -> Result<Self> {
        Self::new(worth(self.number))
    }
}

impl Measure<Likelihood> {
    /// How likely the opposite is.
    #[must_use]
    pub fn complement(self) -> Self {
        Measure {
            number: Self::MEANING.round(1.0 - self.number),
            scale: PhantomData,
        }
    }
}

impl Measure<Similarity> {
    /// The cosine of two vectors. Rounding may carry it a little beyond its ends: that is no fault of theirs.
    pub(super) fn cosine(number: f64) -> Self {
        Measure {
            number: Self::MEANING.round(number.clamp(-1.0, 1.0)),
            scale: PhantomData,
        }
    }
}

impl<S: Scale> InputField for Measure<S> {
    const SCHEMA: Ref<Schema> = Ref::new(Self::OF_NUMBER);
    fn view(&self) -> View<'_> {
        View::Number(self.number)
    }
}
impl<S: Scale> Field for Measure<S> {
    fn from_value(value: Value) -> Result<Self, Fault> {
        let value = held(Self::OF_NUMBER, value)?;
        match value.as_f64() {
            Some(number) => Self::of(number),
            None => Err(Fault::mismatch("", "a number", shorten(&value))),
        }
    }
    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        if let Some(value) = reader.given() {
            return Self::from_value(value);
        }
        Self::of(f64::read(reader)?).map_err(|_| unclean())
    }
}

/// As in a reply: `0.85`, `85%`.
impl<S: Scale> FromStr for Measure<S> {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        Self::from_value(Value::from(text)).map_err(|fault| refused(fault, Self::MEANING))
    }
}
impl<S: Scale> TryFrom<f64> for Measure<S> {
    type Error = Error;
    fn try_from(number: f64) -> Result<Self> {
        Self::new(number)
    }
}
impl<S> From<Measure<S>> for f64 {
    fn from(measure: Measure<S>) -> f64 {
        measure.number
    }
}

// by hand: derives would ask the same of the scale
impl<S> Clone for Measure<S> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<S> Copy for Measure<S> {}
impl<S> PartialEq for Measure<S> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}
impl<S> Eq for Measure<S> {}
impl<S> PartialOrd for Measure<S> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
// never NaN, and never minus zero
impl<S> Ord for Measure<S> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.number.total_cmp(&other.number)
    }
}
impl<S> PartialEq<f64> for Measure<S> {
    #[allow(clippy::float_cmp, reason = "what `==` of numbers means")]
    fn eq(&self, other: &f64) -> bool {
        self.number == *other
    }
}
impl<S> PartialOrd<f64> for Measure<S> {
    fn partial_cmp(&self, other: &f64) -> Option<Ordering> {
        self.number.partial_cmp(other)
    }
}
impl<S> fmt::Display for Measure<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.number, f)
    }
}
impl<S> fmt::Debug for Measure<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.number, f)
    }
}
impl<S> serde::Serialize for Measure<S> {
    fn serialize<W: serde::Serializer>(&self, serializer: W) -> Result<W::Ok, W::Error> {
        serializer.serialize_f64(self.number)
    }
}
impl<'de, S: Scale> serde::Deserialize<'de> for Measure<S> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::__private::deserialize(deserializer)
    }
}
