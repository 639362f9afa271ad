//! The fixed framing text of DSPy's chat and JSON adapters.
//!
//! This text is a wire format: prompts tuned with DSPy behave the same here only if every byte of the
//! frame is the same. It is taken from DSPy 3.4.1 (Stanford NLP, MIT licence), `ChatAdapter` and
//! `JSONAdapter`; it is the only text in this project that comes from elsewhere.

pub(crate) const INPUTS: &str = "Your input fields are:\n";
pub(crate) const OUTPUTS: &str = "Your output fields are:\n";
pub(crate) const STRUCTURE: &str = "All interactions will be structured in the following way, with the appropriate values filled in.";
pub(crate) const JSON_INPUTS: &str = "Inputs will have the following structure:";
pub(crate) const JSON_OUTPUTS: &str = "Outputs will be a JSON object with the following fields.";
pub(crate) const OBJECTIVE: &str = "In adhering to this structure, your objective is: ";
pub(crate) const INDENT: &str = "\n        ";
pub(crate) const CONSTRAINTS: &str = "\nConstraints: ";
pub(crate) const NOTE: &str = crate::__framing!(note);
pub(crate) const OPEN: &str = crate::__framing!(open);
pub(crate) const CLOSE: &str = crate::__framing!(close);
pub(crate) const COMPLETED: &str = "completed";
pub(crate) const RESPOND: &str =
    "Respond with the corresponding output fields, starting with the field ";
pub(crate) const RESPOND_JSON: &str =
    "Respond with a JSON object in the following order of fields: ";
pub(crate) const VALID_PYTHON: &str = crate::__framing!(valid);
pub(crate) const THEN: &str = crate::__framing!(then);
pub(crate) const ENDING: &str = ", and then ending with the marker for `[[ ## completed ## ]]`.";
pub(crate) const INCOMPLETE: &str =
    "This is an example of the task, though some input or output fields are not supplied.";
pub(crate) const NOT_SUPPLIED: &str = "Not supplied for this particular example. ";
pub(crate) const TYPE_DESCRIPTION: &str = "Type description of ";
pub(crate) const CODE: &str = "Code represented in a string, specified in the `code` field. If this is an output field, the code field should follow the markdown code block format, e.g. \n```";
pub(crate) const CODE_END: &str = "\n{code}\n```\nProgramming language: ";

/// What expansions join with names, as literals for `concat!`.
#[doc(hidden)]
#[macro_export]
macro_rules! __framing {
    (open) => {
        "[[ ## "
    };
    (close) => {
        " ## ]]"
    };
    (note) => {
        "        # note: the value you produce "
    };
    (valid) => {
        " (must be formatted as a valid Python "
    };
    (then) => {
        ", then "
    };
}
