//! DSPy's signature strings: grammar, types and names.
//!
//! A signature string is two lists of fields around an arrow, each written as Python writes the
//! parameters of a function: `context: list[str], question -> answer, confidence: float`. This crate
//! reads such strings as DSPy reads them and knows the texts that DSPy derives from them. It has no
//! dependencies, because it serves twice: `signature!` uses it while compiling, and signatures made at
//! run time use it in the program, so the two cannot drift apart.
//!
//! ```
//! use sigflow_grammar::{parse, python_name, Type};
//!
//! let ast = parse("context: list[str], question -> answer, confidence: float | None")?;
//! assert_eq!(ast.inputs[1].name, "question");
//! assert_eq!(ast.inputs[1].ty, None); // not written, which means `str`
//! assert_eq!(python_name(&ast.outputs[1].type_or_str()), "Union[float, NoneType]");
//! # Ok::<(), sigflow_grammar::Error>(())
//! ```
//!
//! A mistake is an [`Error`] that says what to write instead and where:
//!
//! ```
//! let text = "question -> score: floot";
//! let error = sigflow_grammar::parse(text).unwrap_err();
//! assert_eq!(
//!     error.render(text),
//!     [
//!         "unknown type `floot`; did you mean `float`?",
//!         "  | question -> score: floot",
//!         "  |                    ^^^^^",
//!     ]
//!     .join("\n"),
//! );
//! ```
//!
//! # What differs from DSPy
//!
//! - DSPy looks names up in its caller's imports. Here the usual ones count as imported: `Image` is
//!   `dspy.Image`, `date` is `datetime.date`, `Decimal` is `decimal.Decimal`, `UUID` is `uuid.UUID`.
//! - Negative numbers are literals (`Literal[-1]`); DSPy's string form refuses them.
//! - Types without a counterpart here (`Sequence`, `Callable`, …) are errors that name a near one, and so
//!   are a `typing` alias without its parameters (`List`), a type in quotes, a literal that is a number
//!   with a fraction or bytes, and an argument that `Field` does not have.
//! - A constraint within a type (`list[Annotated[str, Field(max_length=5)]]`) is left out of the printed
//!   name, where DSPy prints pydantic's own object.

mod annotation;
mod brackets;
mod constraint;
mod error;
mod expression;
mod identifiers;
mod lexer;
mod literal;
mod names;
mod operand;
mod parameters;
mod parser;
mod python_name;
mod subscript;
mod suggest;
mod text;
mod types;
mod union;
mod unknown;

pub use crate::constraint::Constraint;
pub use crate::error::{Error, Span};
pub use crate::identifiers::{infer_prefix, pascal_case, snake_case, title};
pub use crate::literal::Constant;
pub use crate::names::{ML_TYPES, Names};
pub use crate::parser::{Ast, Field, parse, parse_type, parse_with};
pub use crate::python_name::python_name;
pub use crate::suggest::closest;
pub use crate::text::{cleandoc, default_instructions, json_string, python_repr_str};
pub use crate::types::{Dspy, Type};

#[cfg(test)]
mod conformance;
#[cfg(test)]
mod robustness;
