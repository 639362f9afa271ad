//! Bounds as they are given, and what they become.
use super::refs;
use crate::{
    adapter::value::number_text,
    schema::{Constraint, Limit, Schema},
};
use serde_json::Value;
use sigflow_grammar::Constant;

/// A bound as it was given.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bound {
    pub(super) rule: Rule,
    pub(super) value: Value,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    Ge,
    Gt,
    Le,
    Lt,
    MultipleOf,
    MinLen,
    MaxLen,
    Pattern,
    AllowInfNan,
}

/// pydantic's names of the rules.
const NAMES: [(&str, Rule); 9] = [
    ("ge", Rule::Ge),
    ("gt", Rule::Gt),
    ("le", Rule::Le),
    ("lt", Rule::Lt),
    ("multiple_of", Rule::MultipleOf),
    ("min_length", Rule::MinLen),
    ("max_length", Rule::MaxLen),
    ("pattern", Rule::Pattern),
    ("allow_inf_nan", Rule::AllowInfNan),
];

impl Bound {
    /// An argument of `Field(…)` that is a bound.
    pub(super) fn of(argument: &sigflow_grammar::Constraint) -> Option<Self> {
        let (_, rule) = NAMES.iter().find(|(name, _)| *name == argument.name)?;
        let value = match &argument.value {
            Constant::Str(text) => Value::from(text.as_str()),
            Constant::Int(number) => Value::from(*number),
            Constant::Float(number) => Value::from(*number),
            Constant::Bool(flag) => Value::from(*flag),
            Constant::None => Value::Null,
        };
        Some(Bound { rule: *rule, value })
    }

    fn name(&self) -> &'static str {
        NAMES
            .iter()
            .find(|(_, rule)| *rule == self.rule)
            .map_or("", |(name, _)| name)
    }

    /// The constraint; none for a rule that is only said.
    fn constraint(&self) -> Result<Option<Constraint>, String> {
        let limit = || match &self.value {
            Value::Number(number) => {
                let value = number.as_f64().unwrap_or(f64::NAN);
                Ok(Limit::new(value, refs::text(&number_text(number))))
            }
            other => Err(format!("`{}` is `{other}`; write a number", self.name())),
        };
        let length = || match self.value.as_u64().map(usize::try_from) {
            Some(Ok(length)) => Ok(length),
            _ => Err(format!(
                "`{}` is `{}`; write a whole number from 0 on",
                self.name(),
                self.value
            )),
        };
        Ok(Some(match self.rule {
            Rule::Ge => Constraint::Ge(limit()?),
            Rule::Gt => Constraint::Gt(limit()?),
            Rule::Le => Constraint::Le(limit()?),
            Rule::Lt => Constraint::Lt(limit()?),
            Rule::MultipleOf => {
                let limit = limit()?;
                if limit.value <= 0.0 {
                    return Err(format!(
                        "`multiple_of` is `{}`; write a number above 0",
                        limit.text.get()
                    ));
                }
                Constraint::MultipleOf(limit)
            }
            Rule::MinLen => Constraint::MinLen(length()?),
            Rule::MaxLen => Constraint::MaxLen(length()?),
            Rule::Pattern => {
                let pattern = self.value.as_str().unwrap_or_default();
                if let Err(error) = regex_lite::Regex::new(pattern) {
                    return Err(format!("the pattern `{pattern}` does not compile: {error}"));
                }
                Constraint::Pattern(refs::text(pattern))
            }
            Rule::AllowInfNan => return Ok(None),
        }))
    }
}

/// The constraints of bounds; an error if one makes no sense for such values.
pub(super) fn constraints(bounds: &[Bound], schema: &Schema) -> Result<Vec<Constraint>, String> {
    let mut constraints = Vec::with_capacity(bounds.len());
    for bound in bounds {
        let Some(constraint) = bound.constraint()? else {
            continue;
        };
        let shape = schema.shape();
        let misplaced = match &constraint {
            Constraint::Pattern(_) => {
                matches!(
                    shape,
                    Schema::Integer(_)
                        | Schema::Number(_)
                        | Schema::Boolean
                        | Schema::List(_)
                        | Schema::Map(..)
                )
            }
            Constraint::MinLen(_) | Constraint::MaxLen(_) => {
                matches!(
                    shape,
                    Schema::Integer(_) | Schema::Number(_) | Schema::Boolean
                )
            }
            _ => matches!(
                shape,
                Schema::Text | Schema::Boolean | Schema::List(_) | Schema::Map(..)
            ),
        };
        if misplaced {
            let ty = crate::schema::python_text(schema);
            return Err(format!(
                "`{}` does not bound values of type `{ty}`; take it away",
                bound.name()
            ));
        }
        constraints.push(constraint);
    }
    contradiction(&constraints).map_or(Ok(constraints), Err)
}

/// Two bounds that no value can keep.
fn contradiction(constraints: &[Constraint]) -> Option<String> {
    let (mut low, mut high) = ((f64::NEG_INFINITY, false), (f64::INFINITY, false));
    let (mut shortest, mut longest) = (0, usize::MAX);
    for constraint in constraints {
        match constraint {
            Constraint::Ge(limit) if limit.value > low.0 => low = (limit.value, false),
            Constraint::Gt(limit) if limit.value >= low.0 => low = (limit.value, true),
            Constraint::Le(limit) if limit.value < high.0 => high = (limit.value, false),
            Constraint::Lt(limit) if limit.value <= high.0 => high = (limit.value, true),
            Constraint::MinLen(length) => shortest = shortest.max(*length),
            Constraint::MaxLen(length) => longest = longest.min(*length),
            _ => {}
        }
    }
    let touching = low.0.total_cmp(&high.0).is_eq() && (low.1 || high.1);
    (low.0 > high.0 || touching || shortest > longest)
        .then(|| "no value can keep all of its bounds; widen one of them".to_owned())
}

/// DSPy's line of constraints where it says more than [`Constraint`]s can; else nothing.
pub(super) fn special_text(bounds: &[Bound]) -> Option<String> {
    if !bounds.iter().any(|bound| bound.rule == Rule::AllowInfNan) {
        return None;
    }
    let mut words = Vec::new();
    for bound in bounds {
        if bound.rule == Rule::AllowInfNan {
            let flag = if bound.value == Value::Bool(true) {
                "True"
            } else {
                "False"
            };
            words.push(format!("allow 'inf', '-inf', 'nan' values: {flag}"));
        } else if let Ok(Some(constraint)) = bound.constraint() {
            words.push(crate::schema::words_text(std::slice::from_ref(&constraint)));
        }
    }
    Some(words.join(", "))
}
