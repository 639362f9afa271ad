//! Types in Python's words: the names DSPy prints, its notes for outputs, and pydantic's JSON Schema as
//! DSPy's chat adapter writes it (`type` first, then keys sorted; `, ` and `: ` between).
mod definitions;
mod names;
mod note;
mod schema;
mod values;
mod writer;

pub(crate) use names::{python_name, python_text};
pub(crate) use note::python_note;
