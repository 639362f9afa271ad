//! The machine learning types: what models say about their own work, in a form that is checked.
//!
//! | in a string | in Rust | what it is | rounded to |
//! |---|---|---|---|
//! | `prompt_template` | [`PromptTemplate`] | text with `{{name}}`, 1 to 100,000 characters | |
//! | `reasoning_step` | [`ReasoningStep`] | number, thought, reasoning, confidence | |
//! | `reasoning_chain` | [`ReasoningChain`] | 1 to 50 steps, numbered from 1 | |
//! | `confidence_score` | [`ConfidenceScore`] | 0 to 1 | 3 decimals |
//! | `probability` | [`Probability`] | 0 to 1 | 6 decimals |
//! | `similarity_score` | [`SimilarityScore`] | -1 to 1 | 4 decimals |
//! | `token_count` | [`TokenCount`] | 0 to 1,000,000 | |
//! | `token_usage` | [`TokenUsage`] | tokens in, out and together | |
//! | `embedding` | [`EmbeddingVec`], [`Embedding<N>`](Embedding) | 1 to 10,000 numbers, not all zero | |
//! | `function_call` | [`FunctionCall`] | a function's name and arguments | |
//! | `tool_result` | [`ToolResult`] | a result, or an error | |
//! | `model_output` | [`ModelOutput`] | what a model said, and at what cost | |
//!
//! All of them hold what they say: there is no value out of bounds, neither made by a program nor read from a reply.
//! Numbers are read from text and from percentages (`85%` is 0.85 of 1) and rounded once their bounds hold; none is
//! pressed into its bounds. What is refused is an error, whose [`reason`](crate::Error::reason) tells too little from too
//! much.
//!
//! The checks stand in the schema, as [`Meaning`], so the names in a [`DynSignature`](crate::DynSignature) are held
//! to the same as the types in a `signature!`.
mod arguments;
mod calls;
mod embedding;
mod measure;
mod output;
mod quality;
mod steps;
mod template;
#[cfg(test)]
mod tests;
mod tokens;

pub use calls::{FunctionCall, ToolResult};
pub(crate) use embedding::{EMBEDDING, MOST_NUMBERS};
pub use embedding::{Embedding, EmbeddingVec};
pub use measure::{
    Confidence, ConfidenceScore, Likelihood, Measure, Probability, Scale, Similarity,
    SimilarityScore,
};
pub use output::ModelOutput;
pub use quality::ReasoningQuality;
pub use steps::{ReasoningChain, ReasoningStep};
pub use template::PromptTemplate;
pub use tokens::{TokenCount, TokenUsage};

use crate::{
    Error, ErrorKind, InputField, Result,
    constant::Ref,
    error::Fault,
    parse,
    schema::{Category, Constraint, FieldDef, Limit, Meaning, Schema},
};
use serde_json::Value;

/// A type that every signature may name: see [`BUILT_IN`].
#[derive(Clone, Copy, Debug)]
pub struct BuiltIn {
    meaning: &'static Meaning,
    docs: &'static str,
    schema: &'static Schema,
}

impl BuiltIn {
    const fn of<T: InputField>(meaning: &'static Meaning, docs: &'static str) -> Self {
        BuiltIn {
            meaning,
            docs,
            schema: const { &T::SCHEMA }.get(),
        }
    }
    /// Its name in signatures: `confidence_score`.
    pub const fn name(&self) -> &'static str {
        self.meaning.name()
    }
    /// What kind of thing it is.
    pub const fn category(&self) -> Category {
        self.meaning.category()
    }
    /// What it is, for people.
    pub const fn docs(&self) -> &'static str {
        self.docs
    }
    /// What its values look like.
    pub const fn schema(&self) -> &'static Schema {
        self.schema
    }
}

/// The types that every signature may name.
///
/// ```
/// use sigflow_core::{schema::Category, types::BUILT_IN};
///
/// let numeric = BUILT_IN.iter().filter(|ty| ty.category() == Category::Numeric);
/// let names: Vec<_> = numeric.map(|ty| ty.name()).collect();
/// assert_eq!(names, ["confidence_score", "probability", "similarity_score"]);
/// ```
pub static BUILT_IN: [BuiltIn; 12] = [
    BuiltIn::of::<PromptTemplate>(
        &template::MEANING,
        "text with `{{name}}` for what is filled in",
    ),
    BuiltIn::of::<ReasoningStep>(
        &steps::STEP,
        "one step of a reasoning, with its number and confidence",
    ),
    BuiltIn::of::<ReasoningChain>(&steps::CHAIN, "1 to 50 steps, numbered from 1"),
    BuiltIn::of::<ConfidenceScore>(
        ConfidenceScore::MEANING,
        "how sure somebody is: 0 to 1, with three decimals",
    ),
    BuiltIn::of::<Probability>(
        Probability::MEANING,
        "how likely something is: 0 to 1, with six decimals",
    ),
    BuiltIn::of::<SimilarityScore>(
        SimilarityScore::MEANING,
        "how alike two things are: -1 to 1, with four decimals",
    ),
    BuiltIn::of::<TokenCount>(&tokens::COUNT, "a number of tokens, 0 to 1,000,000"),
    BuiltIn::of::<TokenUsage>(&tokens::USAGE, "tokens in, out and together"),
    BuiltIn::of::<EmbeddingVec>(&embedding::MEANING, "a vector of 1 to 10,000 numbers"),
    BuiltIn::of::<FunctionCall>(&calls::CALL, "a function that shall be called"),
    BuiltIn::of::<ToolResult>(&calls::RESULT, "what a tool gave back"),
    BuiltIn::of::<ModelOutput>(&output::MEANING, "what a model said"),
];

/// The type of a name.
pub(crate) fn built_in(name: &str) -> Option<&'static BuiltIn> {
    BUILT_IN.iter().find(|ty| ty.name() == name)
}

/// Whether a schema's values are confidence scores, or nothing where there may be none.
pub(crate) fn is_confidence(schema: &Schema) -> bool {
    match schema {
        Schema::Optional(inner) => is_confidence(inner.get()),
        other => other
            .meaning()
            .is_some_and(|meaning| meaning.name() == <Confidence as Scale>::NAME),
    }
}

/// A bound of whole numbers.
const fn limit(value: f64, text: &'static str) -> Limit {
    Limit::new(value, Ref::new(text))
}

/// A value in its schema's form, held to all that the schema says; the path of a fault begins at the value.
fn held(schema: &'static Schema, value: Value) -> Result<Value, Fault> {
    let field = FieldDef::new(Ref::new(""), Ref::new(schema));
    let mut faults = Vec::new();
    let value = parse::input(&field, value, &mut faults);
    match faults.into_iter().next() {
        None => Ok(value),
        Some(fault) => Err(fault),
    }
}

/// A value that a program made, if it is one.
fn valid<T: InputField>(value: T, schema: &'static Schema, meaning: &Meaning) -> Result<T> {
    match held(schema, value.view().to_value()) {
        Ok(_) => Ok(value),
        Err(fault) => Err(refused(fault, meaning)),
    }
}

/// A value that a type refuses: what is wrong with it, under the type's name.
#[cold]
fn refused(fault: Fault, meaning: &Meaning) -> Error {
    Error::from_faults(ErrorKind::InvalidInput, vec![fault.within(meaning.name())])
}

/// A row of a record's table.
const fn member<T: InputField>(
    name: &'static str,
    also: &'static [Ref<str>],
    about: &'static str,
    bounds: &'static [Constraint],
    default: Option<&'static str>,
) -> FieldDef {
    FieldDef {
        name: Ref::new(name),
        aliases: Ref::new(also),
        doc: Ref::new(about),
        schema: Ref::new(const { &T::SCHEMA }.get()),
        constraints: Ref::new(bounds),
        default: match default {
            Some(json) => Some(Ref::new(json)),
            None => None,
        },
        examples: Ref::new(&[]),
        dspy: None,
        spelled: None,
    }
}

/// A struct of named members as a field type: its schema, its view, how it is read, and serde's traits. Each
/// member has its name, other names that a reply may use, what is said of it, its bounds, and what stands for
/// a missing one.
macro_rules! record {
    (
        $type:ident: $meaning:ident, $doc:expr,
        $($field:ident [$($also:literal)*] $about:literal $bounds:expr, $default:expr => $of:ty;)*
    ) => {
        impl $type {
            /// What kind of thing it is.
            pub const CATEGORY: $crate::schema::Category = $meaning.category();
            const DEFINITION: &'static $crate::schema::Definition = {
                use $crate::{constant::Ref, schema::{Body, Definition}};
                static DEFINITION: Definition = Definition {
                    doc: Ref::new($doc),
                    body: Body::Record(Ref::new(const { &[$($crate::types::ml::member::<$of>(
                        stringify!($field),
                        const { &[$(Ref::new($also)),*] },
                        $about,
                        const { $bounds },
                        $default,
                    )),*] })),
                };
                &DEFINITION
            };
            const SCHEMA: &'static $crate::schema::Schema = {
                use $crate::{constant::Ref, schema::{Constraint, Named, Schema}};
                static NAMED: Schema = Schema::Named(Named {
                    name: Ref::new(stringify!($type)),
                    arguments: Ref::new(&[]),
                    id: $crate::__private::identity(concat!("sigflow::types::", stringify!($type))),
                    definition: Ref::new($type::DEFINITION),
                });
                static SCHEMA: Schema = Schema::Constrained(
                    Ref::new(&NAMED),
                    Ref::new(const { &[Constraint::Meaning(&$meaning)] }),
                );
                &SCHEMA
            };
        }
        impl $crate::InputField for $type {
            const SCHEMA: $crate::constant::Ref<$crate::schema::Schema> =
                $crate::constant::Ref::new($type::SCHEMA);
            fn view(&self) -> $crate::View<'_> {
                $crate::View::Members(self)
            }
        }
        impl $crate::Members for $type {
            fn each(&self, member: &mut dyn FnMut(&str, $crate::View<'_>)) {
                $(member(stringify!($field), $crate::InputField::view(&self.$field));)*
            }
        }
        impl $crate::Field for $type {
            fn from_value(value: serde_json::Value) -> Result<Self, $crate::Fault> {
                let value = $crate::types::ml::held($type::SCHEMA, value)?;
                let mut values = $crate::parse::Values::of_record(value, $type::DEFINITION)?;
                Ok($type { $($field: values.next()?,)* })
            }
            fn read(reader: &mut $crate::Reader<'_>) -> Result<Self, $crate::Fault> {
                if let Some(value) = reader.given() {
                    return Self::from_value(value);
                }
                // members are held to their bounds on the way
                let mut values = $crate::parse::Values::at(reader, $type::DEFINITION)?;
                let made = $type { $($field: values.next()?,)* };
                if $meaning.checks() {
                    let value = $crate::View::Members(&made).to_value();
                    $meaning.check(&value).map_err(|_| $crate::read::unclean())?;
                }
                Ok(made)
            }
        }
        $crate::types::record::serde_traits!($type);
    };
}
use record;
