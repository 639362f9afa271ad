//! Programs as values: their predictors and parameters by path, and their state in files.
//!
//! [`Predictors`] walks a program; what it finds is seen through [`Predictor`] and [`Parameter`], whatever
//! its types are. [`SavedState`] is what `save` writes and `load` reads: DSPy's format. [`DynProgram`] is a
//! program of signatures that came at run time.
mod arguments;
mod common;
mod dynamic;
mod erased;
mod parameter;
mod predictor;
mod predictors;
mod state;
mod walk;

#[cfg(test)]
mod erased_tests;
#[cfg(test)]
mod walk_tests;

pub use arguments::{Arguments, argument, schema};
pub use common::Common;
pub use dynamic::{DynPredict, DynProgram};
pub use erased::ErasedProgram;
pub(crate) use erased::outputs_schema;
pub use parameter::Parameter;
pub use predictor::Predictor;
pub use predictors::Predictors;
pub use state::SavedState;
pub use walk::{Walk, WalkMut, Walker};

use crate::{Error, ErrorKind};
use sigflow_grammar::closest;

/// A part that a program does not have.
#[cold]
fn no_part<'a>(what: &str, path: &str, known: impl Iterator<Item = &'a str> + Clone) -> Error {
    let hint = match closest(path, known.clone()) {
        Some(close) => format!("did you mean `{close}`?"),
        None => match known.collect::<Vec<_>>().as_slice() {
            [] => format!("it has no {what}s at all"),
            all => format!("write one of `{}`", all.join("`, `")),
        },
    };
    Error::new(
        ErrorKind::State,
        format!("the program has no {what} `{path}`; {hint}"),
    )
}
