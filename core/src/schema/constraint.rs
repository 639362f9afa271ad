//! Bounds of values, and DSPy's words for them.
use super::Meaning;
use crate::constant::{Out, Ref, written};

/// A bound of a value.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Constraint {
    /// Greater than or equal to.
    Ge(Limit),
    /// Greater than.
    Gt(Limit),
    /// Less than or equal to.
    Le(Limit),
    /// Less than.
    Lt(Limit),
    /// A multiple of.
    MultipleOf(Limit),
    /// At least as many characters, items or members.
    MinLen(usize),
    /// At most as many characters, items or members.
    MaxLen(usize),
    /// Text that matches a regular expression somewhere.
    Pattern(Ref<str>),
    /// What the type means beyond its form: it belongs to the schema of a type, not to a field.
    Meaning(&'static Meaning),
}

/// What some bounds say of the meaning of their type.
pub(crate) const fn meaning(bounds: &[Constraint]) -> Option<&'static Meaning> {
    let mut at = 0;
    while at < bounds.len() {
        if let Constraint::Meaning(meaning) = &bounds[at] {
            return Some(*meaning);
        }
        at += 1;
    }
    None
}

/// A number as the author wrote it: the value, and its digits for texts and schemas.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    /// The value; exact for whole numbers up to 2^53.
    pub value: f64,
    /// The digits: `0.5`, `-3`.
    pub text: Ref<str>,
}

impl Limit {
    /// A limit and its digits.
    pub const fn new(value: f64, text: Ref<str>) -> Self {
        Limit { value, text }
    }
    /// Whether the digits say a whole number.
    pub const fn is_whole(&self) -> bool {
        let bytes = self.text.get().as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            if !(bytes[at].is_ascii_digit() || bytes[at] == b'-') {
                return false;
            }
            at += 1;
        }
        true
    }
}

impl Constraint {
    /// DSPy's words, without the bound.
    pub(super) const fn words(&self) -> &'static str {
        match self {
            Constraint::Ge(_) => "greater than or equal to: ",
            Constraint::Gt(_) => "greater than: ",
            Constraint::Le(_) => "less than or equal to: ",
            Constraint::Lt(_) => "less than: ",
            Constraint::MultipleOf(_) => "a multiple of the given number: ",
            Constraint::MinLen(_) => "minimum length: ",
            Constraint::MaxLen(_) => "maximum length: ",
            Constraint::Pattern(_) => "must match: ",
            Constraint::Meaning(_) => "",
        }
    }
    const fn limit(&self, out: &mut Out<'_>) {
        match self {
            Constraint::Ge(limit)
            | Constraint::Gt(limit)
            | Constraint::Le(limit)
            | Constraint::Lt(limit)
            | Constraint::MultipleOf(limit) => out.push(limit.text.get()),
            Constraint::MinLen(len) | Constraint::MaxLen(len) => out.number(*len as i128),
            Constraint::Pattern(pattern) => out.push(pattern.get()),
            Constraint::Meaning(meaning) => out.push(meaning.about()),
        }
    }
    /// The member of a JSON Schema for this bound, after a comma. `listed`: maps are lists here.
    pub(super) const fn json(&self, out: &mut Out<'_>, shape: &super::Schema, listed: bool) {
        use super::Schema;
        let text = matches!(
            shape,
            Schema::Text | Schema::Character | Schema::Formatted(_) | Schema::Any
        );
        let map = !listed && matches!(shape, Schema::Map(..));
        out.push(match self {
            Constraint::Ge(_) => ",\"minimum\":",
            Constraint::Gt(_) => ",\"exclusiveMinimum\":",
            Constraint::Le(_) => ",\"maximum\":",
            Constraint::Lt(_) => ",\"exclusiveMaximum\":",
            Constraint::MultipleOf(_) => ",\"multipleOf\":",
            Constraint::MinLen(_) if text => ",\"minLength\":",
            Constraint::MaxLen(_) if text => ",\"maxLength\":",
            Constraint::MinLen(_) if map => ",\"minProperties\":",
            Constraint::MaxLen(_) if map => ",\"maxProperties\":",
            Constraint::MinLen(_) => ",\"minItems\":",
            Constraint::MaxLen(_) => ",\"maxItems\":",
            Constraint::Pattern(_) => ",\"pattern\":",
            // no key says it, see `applies`
            Constraint::Meaning(_) => return,
        });
        self.value(out);
    }
    /// The bound itself as JSON.
    pub(super) const fn value(&self, out: &mut Out<'_>) {
        match self {
            Constraint::Pattern(pattern) => out.json(pattern.get()),
            _ => self.limit(out),
        }
    }
    /// The bound itself within a JSON string.
    pub(super) const fn limit_json(&self, out: &mut Out<'_>) {
        match self {
            Constraint::Pattern(pattern) => out.json_inner(pattern.get()),
            _ => self.limit(out),
        }
    }
}

/// DSPy's line of constraints: `greater than or equal to: 1, maximum length: 3`.
pub(crate) const fn words(out: &mut Out<'_>, constraints: &[Constraint]) {
    let mut at = 0;
    while at < constraints.len() {
        if at > 0 {
            out.push(", ");
        }
        out.push(constraints[at].words());
        constraints[at].limit(out);
        at += 1;
    }
}

/// [`words`] as text.
pub(crate) fn words_text(constraints: &[Constraint]) -> String {
    written(|out| words(out, constraints))
}

impl std::fmt::Display for Constraint {
    /// For errors: `at least 1`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Constraint::Ge(limit) => write!(f, "at least {}", limit.text.get()),
            Constraint::Gt(limit) => write!(f, "greater than {}", limit.text.get()),
            Constraint::Le(limit) => write!(f, "at most {}", limit.text.get()),
            Constraint::Lt(limit) => write!(f, "less than {}", limit.text.get()),
            Constraint::MultipleOf(limit) => write!(f, "a multiple of {}", limit.text.get()),
            Constraint::MinLen(len) => write!(f, "at least {len} long"),
            Constraint::MaxLen(len) => write!(f, "at most {len} long"),
            Constraint::Pattern(pattern) => write!(f, "text matching `{}`", pattern.get()),
            Constraint::Meaning(meaning) => write!(f, "a `{}`", meaning.name()),
        }
    }
}
