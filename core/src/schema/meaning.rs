//! What a type means beyond its form and its bounds.
use crate::error::Fault;
use serde_json::Value;
use std::fmt;

/// What kind of thing a type of [`types`](crate::types) is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Category {
    /// Text with a form of its own.
    Text,
    /// How an answer came about.
    Reasoning,
    /// A number on a scale.
    Numeric,
    /// What a call used.
    Metrics,
    /// A vector.
    Vector,
    /// A call of a function and what came of it.
    Function,
    /// What a model said, as a whole.
    Model,
}

impl Category {
    /// Its name: `text`, `reasoning`, `numeric`, `metrics`, `vector`, `function`, `model`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Category::Text => "text",
            Category::Reasoning => "reasoning",
            Category::Numeric => "numeric",
            Category::Metrics => "metrics",
            Category::Vector => "vector",
            Category::Function => "function",
            Category::Model => "model",
        }
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a type means beyond its form and its bounds: what models are told of it, in which other ways its values
/// may be said, what becomes of them, what is checked. It stands in the schema
/// ([`Constraint::Meaning`](super::Constraint::Meaning)), so static and dynamic signatures hold values to the same.
///
/// ```
/// use sigflow_core::{DynSignature, Fault, TypeRegistry, TypeSpec, schema::{Category, Constraint, Meaning, Schema}};
/// use serde_json::{Value, json};
///
/// fn even(value: &Value) -> Result<(), Fault> {
///     match value.as_u64() {
///         Some(number) if number % 2 == 0 => Ok(()),
///         _ => Err(Fault::constraint("", "an even number", value.to_string())),
///     }
/// }
/// static SEATS: Meaning = Meaning::new("seats", Category::Numeric, "Seats come in pairs.").checked(even);
///
/// let seats = Schema::bounded(Schema::Integer(""), [Constraint::Meaning(&SEATS)]);
/// let types = TypeRegistry::new().with("seats", TypeSpec::from(seats));
/// let signature = DynSignature::parse_with("plan: str -> count: seats", &types)?;
/// let error = signature.read(Default::default(), "[[ ## count ## ]]\n3").unwrap_err();
/// assert_eq!(error.to_string(), "output `count` is 3, must be an even number");
/// # Ok::<(), sigflow_core::Error>(())
/// ```
pub struct Meaning {
    name: &'static str,
    category: Category,
    about: &'static str,
    whole: Option<f64>,
    decimals: Option<u32>,
    check: Option<Check>,
}

/// What no bound says of a value.
type Check = fn(&Value) -> Result<(), Fault>;

impl Meaning {
    /// A type by its name in signatures. `about` is a sentence that prompts and schemas show; it may be empty.
    pub const fn new(name: &'static str, category: Category, about: &'static str) -> Self {
        Meaning {
            name,
            category,
            about,
            whole: None,
            decimals: None,
            check: None,
        }
    }
    /// A number that may also be said in percent of `whole`: `85%` of 1 is 0.85.
    #[must_use]
    pub const fn percent_of(mut self, whole: f64) -> Self {
        self.whole = Some(whole);
        self
    }
    /// A number that is rounded to so many decimals, once its bounds hold.
    #[must_use]
    pub const fn rounded(mut self, decimals: u32) -> Self {
        self.decimals = Some(decimals);
        self
    }
    /// What no bound says. It sees values in their schema's form, whose bounds hold; the path of its fault begins
    /// at the value.
    #[must_use]
    pub const fn checked(mut self, check: fn(&Value) -> Result<(), Fault>) -> Self {
        self.check = Some(check);
        self
    }
    /// Its name in signatures.
    pub const fn name(&self) -> &'static str {
        self.name
    }
    /// What kind of thing it is.
    pub const fn category(&self) -> Category {
        self.category
    }
    /// The sentence that models read.
    pub const fn about(&self) -> &'static str {
        self.about
    }
    /// What a hundred percent are, where a value may be said in percent.
    pub const fn whole(&self) -> Option<f64> {
        self.whole
    }
    /// How many decimals its numbers have.
    pub const fn decimals(&self) -> Option<u32> {
        self.decimals
    }
    /// Whether something is checked that no bound says.
    pub(crate) const fn checks(&self) -> bool {
        self.check.is_some()
    }
    /// What its check says of a value.
    pub(crate) fn check(&self, value: &Value) -> Result<(), Fault> {
        self.check.map_or(Ok(()), |check| check(value))
    }
    /// A number as the type has it.
    pub(crate) fn round(&self, number: f64) -> f64 {
        match self.decimals {
            Some(decimals) => rounded(number, decimals),
            None => number,
        }
    }
}

/// To so many decimals, half away from zero.
fn rounded(number: f64, decimals: u32) -> f64 {
    let scale = 10_f64.powi(i32::try_from(decimals).unwrap_or(i32::MAX));
    let round = (number * scale).round() / scale;
    // minus nothing is nothing
    if round == 0.0 { 0.0 } else { round }
}

/// By name: a check is a function, and functions cannot be told apart.
impl PartialEq for Meaning {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.about == other.about && self.decimals == other.decimals
    }
}

impl fmt::Debug for Meaning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Meaning({})", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::rounded;

    #[test]
    fn numbers_are_rounded_to_decimals() {
        for (number, decimals, expected) in [
            (0.12345, 3, 0.123),
            (0.1235, 3, 0.124),
            (0.9996, 3, 1.0),
            (0.123_456_7, 6, 0.123_457),
            (-0.99995, 4, -1.0),
            (-0.000_01, 4, 0.0),
            (1.0, 3, 1.0),
        ] {
            let found = rounded(number, decimals);
            assert_eq!(found.to_bits(), f64::to_bits(expected), "{number}");
        }
    }
}
