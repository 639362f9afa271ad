//! The arguments of `Field(…)`.

use crate::literal::Constant;
use crate::suggest::closest;

/// One argument of `Field(…)` in `Annotated[…]`, such as `max_length=5`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Constraint {
    /// The argument's name, as pydantic spells it.
    pub name: String,
    /// Its value, of a fitting kind.
    pub value: Constant,
}

/// Arguments that compare the value with a number.
const NUMERIC: [&str; 5] = ["gt", "ge", "lt", "le", "multiple_of"];
/// Arguments that bound a length.
const LENGTHS: [&str; 2] = ["min_length", "max_length"];
/// Arguments that are text.
const TEXTS: [&str; 4] = ["pattern", "description", "title", "alias"];
/// Arguments that are switched on or off.
const SWITCHES: [&str; 2] = ["allow_inf_nan", "strict"];

impl Constraint {
    /// Whether `Field` takes the argument. The error says whether it is about the value, and the message.
    pub(crate) fn check(name: &str, value: &Constant) -> Result<(), (bool, String)> {
        let (fits, kind) = if NUMERIC.contains(&name) {
            (
                matches!(value, Constant::Int(_) | Constant::Float(_)),
                "a number",
            )
        } else if LENGTHS.contains(&name) {
            (
                matches!(value, Constant::Int(0..)),
                "a whole number from 0 on",
            )
        } else if TEXTS.contains(&name) {
            (matches!(value, Constant::Str(_)), "text in quotes")
        } else if SWITCHES.contains(&name) {
            (matches!(value, Constant::Bool(_)), "`True` or `False`")
        } else if name == "default" {
            (true, "")
        } else {
            let known = NUMERIC
                .iter()
                .chain(&LENGTHS)
                .chain(&TEXTS)
                .chain(&SWITCHES)
                .copied();
            let fix = closest(name, known.clone()).map_or_else(
                || format!("write one of `{}`", known.collect::<Vec<_>>().join("`, `")),
                |close| format!("did you mean `{close}`?"),
            );
            return Err((false, format!("`Field` has no argument `{name}`; {fix}")));
        };
        if fits {
            Ok(())
        } else {
            Err((
                true,
                format!("the value does not fit `{name}`; write {kind}"),
            ))
        }
    }
}
