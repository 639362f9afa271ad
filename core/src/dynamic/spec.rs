//! Fields and types, described.
use super::bound::{Bound, Rule};
use crate::{
    InputField,
    schema::{Category, Meaning, Schema},
};
use serde_json::Value;

/// A type, described: by DSPy's text (`list[str]`), by a [`Schema`], or by a Rust type.
///
/// ```
/// use sigflow_core::{DynSignature, TypeSpec};
///
/// let signature = DynSignature::builder("Sort")
///     .input("numbers", TypeSpec::of::<Vec<i64>>())
///     .output("sorted", "list[int]")
///     .build()?;
/// assert_eq!(signature.inputs()[0].python_type(), "list[int]");
/// # Ok::<(), sigflow_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct TypeSpec(pub(super) Kind);

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Untyped,
    Text(String),
    Schema(Schema),
}

impl TypeSpec {
    /// No type, as in `question -> answer`: text, and an input takes any value.
    pub const UNTYPED: TypeSpec = TypeSpec(Kind::Untyped);

    /// DSPy's `Noul`: yes or no with a confidence, and what each of them means. A meaning is text, an object, a
    /// list or null.
    ///
    /// ```
    /// use sigflow_core::{DynSignature, FieldSpec, TypeSpec};
    ///
    /// let blocked = TypeSpec::noul([(true, "blocked"), (false, "usable")]);
    /// let signature = DynSignature::parse("text ->")?.append(FieldSpec::output("blocked", blocked))?;
    /// assert_eq!(signature.outputs()[0].python_type(), "Noul[(True, 'blocked'), (False, 'usable')]");
    /// # Ok::<(), sigflow_core::Error>(())
    /// ```
    pub fn noul<D: Into<Value>>(criteria: impl IntoIterator<Item = (bool, D)>) -> Self {
        let criteria: Vec<_> = criteria
            .into_iter()
            .map(|(value, description)| (value, description.into()))
            .collect();
        TypeSpec(Kind::Schema(crate::types::noul_schema(&criteria)))
    }
    /// DSPy's `Choice`: one of several values with a confidence, and what each of them means. Values are
    /// text, whole numbers, booleans or null.
    pub fn choice<V: Into<Value>, D: Into<Value>>(
        options: impl IntoIterator<Item = (V, D)>,
    ) -> Self {
        let options: Vec<_> = options
            .into_iter()
            .map(|(value, description)| (value.into(), description.into()))
            .collect();
        TypeSpec(Kind::Schema(crate::types::choice_schema(&options)))
    }
    /// DSPy's `Score`: a number on a scale of levels, lowest first, with a confidence.
    pub fn score<D: Into<Value>>(levels: impl IntoIterator<Item = D>) -> Self {
        let levels: Vec<Value> = levels.into_iter().map(Into::into).collect();
        TypeSpec(Kind::Schema(crate::types::score_schema(&levels)))
    }

    /// What kind of thing it is, where a schema says.
    pub(super) fn category(&self) -> Option<Category> {
        match &self.0 {
            Kind::Schema(schema) => schema.meaning().map(Meaning::category),
            _ => None,
        }
    }
    /// The schema of a Rust type.
    pub fn of<T: InputField>() -> Self {
        TypeSpec(Kind::Schema(T::SCHEMA.get().clone()))
    }
}

impl From<&str> for TypeSpec {
    fn from(text: &str) -> Self {
        TypeSpec(Kind::Text(text.to_owned()))
    }
}
impl From<String> for TypeSpec {
    fn from(text: String) -> Self {
        TypeSpec(Kind::Text(text))
    }
}
impl From<Schema> for TypeSpec {
    fn from(schema: Schema) -> Self {
        TypeSpec(Kind::Schema(schema))
    }
}

/// Which side of the arrow a field is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Input,
    Output,
    /// Of a record.
    Member,
}

/// A field, described: name and type, and what DSPy's `InputField` and `OutputField` take.
///
/// ```
/// use sigflow_core::{DynSignature, FieldSpec};
///
/// let score = FieldSpec::output("score", "int").description("how good").ge(1).le(5);
/// let signature = DynSignature::parse("text -> label")?.append(score)?;
/// assert_eq!(signature.outputs()[1].constraints_text().as_deref(),
///     Some("greater than or equal to: 1, less than or equal to: 5"));
/// # Ok::<(), sigflow_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct FieldSpec {
    pub(super) name: String,
    pub(super) side: Side,
    pub(super) ty: TypeSpec,
    pub(super) description: String,
    pub(super) bounds: Vec<Bound>,
    pub(super) default: Option<Value>,
    pub(super) default_hidden: bool,
    pub(super) examples: Vec<Value>,
    pub(super) aliases: Vec<String>,
    pub(super) prefix: Option<String>,
    pub(super) type_description: Option<String>,
}

impl FieldSpec {
    /// An input of a signature.
    pub fn input(name: impl Into<String>, ty: impl Into<TypeSpec>) -> Self {
        Self::new(Side::Input, name.into(), ty.into())
    }
    /// An output of a signature.
    pub fn output(name: impl Into<String>, ty: impl Into<TypeSpec>) -> Self {
        Self::new(Side::Output, name.into(), ty.into())
    }
    /// A member of a record; see [`TypeDefinition::record`](crate::TypeDefinition::record).
    pub fn member(name: impl Into<String>, ty: impl Into<TypeSpec>) -> Self {
        Self::new(Side::Member, name.into(), ty.into())
    }
    fn new(side: Side, name: String, ty: TypeSpec) -> Self {
        FieldSpec {
            name,
            side,
            ty,
            description: String::new(),
            bounds: Vec::new(),
            default: None,
            default_hidden: false,
            examples: Vec::new(),
            aliases: Vec::new(),
            prefix: None,
            type_description: None,
        }
    }
    /// Its description.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }
    /// The value that stands for a missing one.
    #[must_use]
    pub fn default(mut self, value: impl Into<Value>) -> Self {
        self.default = Some(value.into());
        self
    }
    /// As [`default`](Self::default), and not shown in pydantic's schemas: `default_factory` of Python, or,
    /// with null, a member that may be left out.
    #[must_use]
    pub fn default_hidden(mut self, value: impl Into<Value>) -> Self {
        self.default_hidden = true;
        self.default(value)
    }
    /// An example value; several calls give several.
    #[must_use]
    pub fn example(mut self, value: impl Into<Value>) -> Self {
        self.examples.push(value.into());
        self
    }
    /// Another name by which a reply may call it: pydantic's field name where an alias is shown.
    #[must_use]
    pub fn also(mut self, name: impl Into<String>) -> Self {
        self.aliases.push(name.into());
        self
    }
    /// The label that old DSPy prompts used, which saved states still carry.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = Some(prefix.into());
        self
    }
    /// A line below the description that says what the type is.
    #[must_use]
    pub fn type_description(mut self, text: impl Into<String>) -> Self {
        self.type_description = Some(text.into());
        self
    }
    fn bound(mut self, rule: Rule, value: impl Into<Value>) -> Self {
        self.bounds.push(Bound {
            rule,
            value: value.into(),
        });
        self
    }
    /// Greater than or equal to.
    #[must_use]
    pub fn ge(self, limit: impl Into<Value>) -> Self {
        self.bound(Rule::Ge, limit)
    }
    /// Greater than.
    #[must_use]
    pub fn gt(self, limit: impl Into<Value>) -> Self {
        self.bound(Rule::Gt, limit)
    }
    /// Less than or equal to.
    #[must_use]
    pub fn le(self, limit: impl Into<Value>) -> Self {
        self.bound(Rule::Le, limit)
    }
    /// Less than.
    #[must_use]
    pub fn lt(self, limit: impl Into<Value>) -> Self {
        self.bound(Rule::Lt, limit)
    }
    /// A multiple of.
    #[must_use]
    pub fn multiple_of(self, step: impl Into<Value>) -> Self {
        self.bound(Rule::MultipleOf, step)
    }
    /// At least as many characters, items or members.
    #[must_use]
    pub fn min_length(self, length: usize) -> Self {
        self.bound(Rule::MinLen, length)
    }
    /// At most as many characters, items or members.
    #[must_use]
    pub fn max_length(self, length: usize) -> Self {
        self.bound(Rule::MaxLen, length)
    }
    /// Text that matches a regular expression somewhere.
    #[must_use]
    pub fn pattern(self, pattern: impl Into<String>) -> Self {
        self.bound(Rule::Pattern, pattern.into())
    }
    /// Says in the prompt whether infinities and NaN are allowed. JSON has none, so nothing is checked.
    #[must_use]
    pub fn allow_inf_nan(self, allow: bool) -> Self {
        self.bound(Rule::AllowInfNan, allow)
    }
}
