//! Vectors that stand for meanings.
use super::{SimilarityScore, held, refused};
use crate::{
    Error, Field, InputField, Reader, Result, View,
    constant::Ref,
    error::{Fault, Reason},
    read::unclean,
    schema::{Category, Constraint, Meaning, Schema},
    types::record::serde_traits,
};
use serde_json::Value;

/// The most numbers of a vector.
pub(crate) const MOST_NUMBERS: usize = 10_000;
/// Its name in signatures.
pub(crate) const EMBEDDING: &str = "embedding";

pub(super) static MEANING: Meaning = Meaning::new(
    EMBEDDING,
    Category::Vector,
    "A vector of numbers, at most 10000 of them and not all zero.",
)
.checked(points_somewhere);

/// Numbers that fit, one of which is not zero.
fn points_somewhere(value: &Value) -> Result<(), Fault> {
    #[allow(
        clippy::cast_possible_truncation,
        reason = "a vector's numbers are `f32`"
    )]
    let number = |value: &Value| value.as_f64().unwrap_or(f64::NAN) as f32;
    let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
    judged(items.iter().map(number))
}

fn judged(numbers: impl Iterator<Item = f32>) -> Result<(), Fault> {
    let mut zero = true;
    for (index, number) in numbers.enumerate() {
        if !number.is_finite() {
            let found = format!("`{number}`");
            let fault = Fault::constraint(format!("[{index}]"), "a finite number", found);
            return Err(fault.because(Reason::NotFinite));
        }
        zero &= number == 0.0;
    }
    if zero {
        let fault = Fault::constraint(
            "",
            "a vector that points somewhere: one number that is not zero",
            "all zeros",
        );
        return Err(fault.because(Reason::ZeroMagnitude));
    }
    Ok(())
}

fn sized(count: usize) -> Result<(), Fault> {
    let beyond = |expected: &str, reason| {
        let found = format!("`{count}` numbers");
        Err(Fault::constraint("", expected, found).because(reason))
    };
    match count {
        0 => beyond("at least 1 long", Reason::TooSmall),
        1..=MOST_NUMBERS => Ok(()),
        _ => beyond("at most 10000 long", Reason::TooLarge),
    }
}

fn dot(one: &[f32], two: &[f32]) -> f64 {
    let products = one
        .iter()
        .zip(two)
        .map(|(one, two)| f64::from(*one) * f64::from(*two));
    products.sum()
}

/// The same direction with a length of 1. It is scaled first, so that squares neither overflow nor vanish.
#[allow(
    clippy::cast_possible_truncation,
    reason = "a vector's numbers are `f32`"
)]
fn normalize(numbers: &mut [f32]) {
    let largest = numbers
        .iter()
        .fold(0.0_f64, |most, number| most.max(f64::from(*number).abs()));
    let squares = numbers
        .iter()
        .map(|number| (f64::from(*number) / largest).powi(2));
    let length = largest * squares.sum::<f64>().sqrt();
    for number in numbers {
        *number = (f64::from(*number) / length) as f32;
    }
}

fn cosine(one: &[f32], two: &[f32]) -> Result<SimilarityScore> {
    if one.len() != two.len() {
        let expected = format!("a vector of {} numbers, as the other is", one.len());
        let fault = Fault::mismatch("", expected, format!("one of {}", two.len()));
        return Err(refused(fault, &MEANING));
    }
    let (mut one, mut two) = (one.to_vec(), two.to_vec());
    normalize(&mut one);
    normalize(&mut two);
    Ok(SimilarityScore::cosine(dot(&one, &two)))
}

macro_rules! vector {
    ([$($generics:tt)*] $type:ty, $inner:ty, $new:expr) => {
        impl $($generics)* $type {
            /// What kind of thing it is.
            pub const CATEGORY: Category = MEANING.category();

            /// A vector.
            ///
            /// # Errors
            /// [`Reason::TooSmall`] and [`Reason::TooLarge`] by its count, [`Reason::NotFinite`] by one of its
            /// numbers, [`Reason::ZeroMagnitude`] if all are zero.
            pub fn new(numbers: $inner) -> Result<Self> {
                Self::of(numbers).map_err(|fault| refused(fault, &MEANING))
            }
            fn of(numbers: $inner) -> Result<Self, Fault> {
                sized(numbers.len())?;
                judged(numbers.iter().copied())?;
                Ok($new(numbers))
            }
            /// Its numbers.
            pub fn as_slice(&self) -> &[f32] {
                &self.0
            }
            /// Its numbers, to keep.
            pub fn into_inner(self) -> $inner {
                self.0
            }
            /// The same direction with a length of 1.
            #[must_use]
            pub fn normalized(mut self) -> Self {
                normalize(&mut self.0);
                self
            }
            /// The cosine of the angle between two.
            ///
            /// # Errors
            /// If they are of different lengths.
            pub fn similarity(&self, other: &Self) -> Result<SimilarityScore> {
                cosine(&self.0, &other.0)
            }
        }
        impl $($generics)* AsRef<[f32]> for $type {
            fn as_ref(&self) -> &[f32] {
                &self.0
            }
        }
        impl $($generics)* TryFrom<$inner> for $type {
            type Error = Error;
            fn try_from(numbers: $inner) -> Result<Self> {
                Self::new(numbers)
            }
        }
        impl $($generics)* InputField for $type {
            const SCHEMA: Ref<Schema> = Ref::new(Self::OF_NUMBERS);
            fn view(&self) -> View<'_> {
                self.0.view()
            }
        }
        impl $($generics)* Field for $type {
            fn from_value(value: Value) -> Result<Self, Fault> {
                let value = held(Self::OF_NUMBERS, value)?;
                Self::of(<$inner>::from_value(value)?)
            }
            fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
                if let Some(value) = reader.given() {
                    return Self::from_value(value);
                }
                Self::of(<$inner>::read(reader)?).map_err(|_| unclean())
            }
        }
    };
}

/// A vector of 1 to 10,000 numbers, however many a model gives.
///
/// ```
/// use sigflow_core::{Reason, types::EmbeddingVec};
///
/// let vector = EmbeddingVec::new(vec![3.0, 4.0])?.normalized();
/// assert_eq!(vector.as_slice(), [0.6, 0.8]);
///
/// let reason = |numbers: Vec<f32>| EmbeddingVec::new(numbers).unwrap_err().reason().unwrap();
/// assert_eq!(reason(vec![]), Reason::TooSmall);
/// assert_eq!(reason(vec![1.0; 10_001]), Reason::TooLarge);
/// assert_eq!(reason(vec![f32::NAN]), Reason::NotFinite);
/// assert_eq!(reason(vec![0.0, 0.0]), Reason::ZeroMagnitude);
/// # Ok::<(), sigflow_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct EmbeddingVec(Vec<f32>);

/// A vector of exactly `N` numbers, 1 to 10,000; another count is an error of the reply, and an `N` out of these
/// one of the compiler's.
///
/// ```
/// use sigflow_core::types::Embedding;
///
/// let [one, two] = [[1.0, 0.0], [0.0, 2.0]].map(|numbers| Embedding::<2>::new(numbers).expect("a vector"));
/// assert_eq!(one.similarity(&two)?, 0.0);
/// # Ok::<(), sigflow_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Embedding<const N: usize>([f32; N]);

impl EmbeddingVec {
    const OF_NUMBERS: &'static Schema = {
        static SCHEMA: Schema = Schema::Constrained(
            Ref::new(const { &Schema::List(Ref::new(&Schema::Number("float"))) }),
            Ref::new(
                const {
                    &[
                        Constraint::MinLen(1),
                        Constraint::MaxLen(MOST_NUMBERS),
                        Constraint::Meaning(&MEANING),
                    ]
                },
            ),
        );
        &SCHEMA
    };
}
impl<const N: usize> Embedding<N> {
    // whether `N` fits is judged where a field has the type, so that the error stands there (`__private/bounds.rs`),
    // else where one is made
    const OF_NUMBERS: &'static Schema = &Schema::Constrained(
        Ref::new(const { &Schema::Array(Ref::new(&Schema::Number("float")), N) }),
        Ref::new(const { &[Constraint::Meaning(&MEANING)] }),
    );
    const fn made(numbers: [f32; N]) -> Self {
        const {
            assert!(
                N >= 1 && N <= MOST_NUMBERS,
                "an `Embedding` has 1 to 10000 numbers; write another `N`, or use `Vec<f32>`"
            );
        }
        Embedding(numbers)
    }
}

vector!([] EmbeddingVec, Vec<f32>, EmbeddingVec);
vector!([<const N: usize>] Embedding<N>, [f32; N], Embedding::made);
serde_traits!(EmbeddingVec);

impl<const N: usize> serde::Serialize for Embedding<N> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        crate::__private::serialize(self.view(), serializer)
    }
}
impl<'de, const N: usize> serde::Deserialize<'de> for Embedding<N> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::__private::deserialize(deserializer)
    }
}
