//! What a type annotation means.

use crate::constraint::Constraint;
use crate::literal::Constant;

/// A field's type.
///
/// ```
/// use sigflow_grammar::{parse_type, Names, Type};
///
/// let ty = parse_type("dict[str, int] | None", Names::Listed(&[]))?;
/// let Type::Union(options) = ty else { panic!() };
/// assert_eq!(options.len(), 2);
/// assert_eq!(options[1], Type::None);
/// # Ok::<(), sigflow_grammar::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the scalars' names are Python's")]
pub enum Type {
    Str,
    Int,
    Float,
    Bool,
    None,
    Any,
    Object,
    Bytes,
    Complex,
    DateTime,
    Date,
    Time,
    TimeDelta,
    Decimal,
    Uuid,
    /// `list[item]`; `bare` is the form without a parameter, whose item is `Any`.
    List {
        item: Box<Type>,
        bare: bool,
    },
    /// `set[item]`.
    Set {
        item: Box<Type>,
        bare: bool,
    },
    /// `frozenset[item]`.
    FrozenSet {
        item: Box<Type>,
        bare: bool,
    },
    /// `dict[key, value]`.
    Dict {
        key: Box<Type>,
        value: Box<Type>,
        bare: bool,
    },
    /// `tuple[first, second]`; empty both when bare and as `tuple[()]`.
    Tuple {
        items: Vec<Type>,
        bare: bool,
    },
    /// `tuple[item, ...]`.
    TupleVariadic {
        item: Box<Type>,
    },
    /// At least two options, flat and distinct. `Optional[T]` is a union with `None`.
    Union(Vec<Type>),
    /// At least one value, distinct: text, whole numbers, `True`, `False`, `None`.
    Literal(Vec<Constant>),
    /// `Annotated[inner, Field(…)]`; constraints in the order written.
    Annotated {
        inner: Box<Type>,
        constraints: Vec<Constraint>,
    },
    /// A type of DSPy's own.
    Dspy(Dspy),
    /// A name that the caller of the parser knows, or one of [`ML_TYPES`](crate::ML_TYPES).
    Named(String),
}

impl Type {
    /// Whether `None` is a value of the type.
    ///
    /// ```
    /// use sigflow_grammar::{parse_type, Names};
    ///
    /// assert!(parse_type("int | None", Names::Listed(&[]))?.admits_none());
    /// # Ok::<(), sigflow_grammar::Error>(())
    /// ```
    pub fn admits_none(&self) -> bool {
        match self {
            Self::None | Self::Any => true,
            Self::Union(options) => options.iter().any(Self::admits_none),
            Self::Literal(values) => values.contains(&Constant::None),
            Self::Annotated { inner, .. } => inner.admits_none(),
            _ => false,
        }
    }

    /// The type without `Annotated[…]` around it.
    pub fn unannotated(&self) -> &Self {
        let mut ty = self;
        while let Self::Annotated { inner, .. } = ty {
            ty = inner;
        }
        ty
    }
}

/// DSPy's own types.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names are DSPy's")]
pub enum Dspy {
    Image,
    Audio,
    File,
    Document,
    Citations,
    /// `dspy.Code`, or `dspy.Code["rust"]` with its language.
    Code {
        language: Option<String>,
    },
    History,
    Tool,
    ToolCalls,
    ToolCallResults,
    Reasoning,
}

impl Dspy {
    /// DSPy's name of the type, without `dspy.` and without parameters.
    ///
    /// ```
    /// use sigflow_grammar::Dspy;
    ///
    /// assert_eq!(Dspy::Code { language: None }.name(), "Code");
    /// ```
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Image => "Image",
            Self::Audio => "Audio",
            Self::File => "File",
            Self::Document => "Document",
            Self::Citations => "Citations",
            Self::Code { .. } => "Code",
            Self::History => "History",
            Self::Tool => "Tool",
            Self::ToolCalls => "ToolCalls",
            Self::ToolCallResults => "ToolCallResults",
            Self::Reasoning => "Reasoning",
        }
    }
}
