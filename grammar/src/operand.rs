//! What the parts of an annotation evaluate to.

use crate::constraint::Constraint;
use crate::error::{Error, Span};
use crate::literal::Constant;
use crate::names::{self, Meaning, Names};
use crate::types::Type;

/// What an expression evaluates to in Python, of which only some is a type.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Meaning(Meaning),
    Constant(Constant),
    Ellipsis,
    Tuple(Vec<Operand>),
    Field(Vec<Constraint>),
}

#[derive(Clone, Debug)]
pub(crate) struct Operand {
    pub(crate) value: Value,
    pub(crate) span: Span,
}

impl Operand {
    /// The type that the value is, if it is one.
    pub(crate) fn into_type(self, text: &str) -> Result<Type, Error> {
        let written = self.span.of(text);
        let message = match self.value {
            Value::Meaning(Meaning::Type(ty)) => return Ok(ty),
            Value::Meaning(Meaning::Generic {
                generic,
                typing: false,
            }) => return Ok(generic.bare()),
            Value::Constant(Constant::None) => return Ok(Type::None),
            Value::Meaning(Meaning::Generic { generic, .. }) => {
                let bare = generic.name();
                format!("`{written}` needs its parameters; write `{bare}` for any, or `{bare}[…]`")
            }
            Value::Meaning(Meaning::Literal) => {
                format!("`{written}` needs its values; write `{written}['a', 'b']`")
            }
            Value::Meaning(_) => format!("`{written}` needs its parameters; write `{written}[…]`"),
            Value::Constant(Constant::Str(name))
                if names::resolve(&name, Names::Listed(&[])).is_ok() =>
            {
                format!("a type is written without quotes; write `{name}`")
            }
            Value::Constant(Constant::Float(_)) => {
                format!("`{written}` is a value, not a type; write `float`")
            }
            Value::Constant(_) => {
                format!("`{written}` is a value, not a type; write `Literal[{written}]`")
            }
            Value::Ellipsis => {
                "`...` stands only after a tuple's one type; write `tuple[int, ...]`".to_owned()
            }
            Value::Tuple(_) => format!("`{written}` is not a type; write `tuple[…]`"),
            Value::Field(_) => {
                "`Field(…)` stands only in `Annotated`; write `Annotated[str, Field(…)]`".to_owned()
            }
        };
        Err(Error::new(self.span, message))
    }
}
