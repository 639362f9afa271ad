//! Types with parameters in brackets.

use std::collections::HashSet;

use crate::constraint::Constraint;
use crate::error::{Error, Span};
use crate::literal::Constant;
use crate::names::{Generic, Meaning};
use crate::operand::{Operand, Value};
use crate::types::{Dspy, Type};
use crate::union::Union;

/// A type and the parameters that it is given.
pub(crate) struct Subscript<'a> {
    /// The signature.
    pub(crate) text: &'a str,
    /// The type before the brackets, and as the user wrote it.
    pub(crate) written: &'a str,
    pub(crate) arguments: Vec<Operand>,
    /// All of it.
    pub(crate) span: Span,
}

impl Subscript<'_> {
    /// What `base` with these parameters is.
    pub(crate) fn apply(self, base: &Value) -> Result<Type, Error> {
        match base {
            Value::Meaning(Meaning::Generic { generic, .. }) => self.generic(*generic),
            Value::Meaning(Meaning::Optional) => {
                let [inner] = self.types()?;
                Ok(Union::of([inner, Type::None]))
            }
            Value::Meaning(Meaning::Union) => self.union(),
            Value::Meaning(Meaning::Literal) => self.literal(),
            Value::Meaning(Meaning::Annotated) => self.annotated(),
            Value::Meaning(Meaning::Type(Type::Dspy(Dspy::Code { language: None }))) => self.code(),
            _ => {
                let written = self.written;
                Err(self.error(format!(
                    "`{written}` takes no parameters; write `{written}` alone"
                )))
            }
        }
    }

    fn error(&self, message: String) -> Error {
        Error::new(self.span, message)
    }

    fn generic(self, generic: Generic) -> Result<Type, Error> {
        let bare = false;
        Ok(match generic {
            Generic::List => {
                let [item] = self.types()?.map(Box::new);
                Type::List { item, bare }
            }
            Generic::Set => {
                let [item] = self.types()?.map(Box::new);
                Type::Set { item, bare }
            }
            Generic::FrozenSet => {
                let [item] = self.types()?.map(Box::new);
                Type::FrozenSet { item, bare }
            }
            Generic::Dict => {
                let [key, value] = self.types()?.map(Box::new);
                Type::Dict { key, value, bare }
            }
            Generic::Tuple => return self.tuple(),
        })
    }

    fn tuple(mut self) -> Result<Type, Error> {
        let variadic = matches!(
            self.arguments.as_slice(),
            [
                _,
                Operand {
                    value: Value::Ellipsis,
                    ..
                }
            ]
        );
        if variadic {
            self.arguments.truncate(1);
            let [item] = self.types()?.map(Box::new);
            return Ok(Type::TupleVariadic { item });
        }
        let items = self.all_types()?;
        Ok(Type::Tuple { items, bare: false })
    }

    /// Exactly `N` types.
    fn types<const N: usize>(self) -> Result<[Type; N], Error> {
        let (written, span) = (self.written, self.span);
        self.all_types()?.try_into().map_err(|types: Vec<Type>| {
            let (count, example) = if N == 1 {
                ("one type", "str")
            } else {
                ("two types", "str, int")
            };
            let given = types.len();
            let message =
                format!("`{written}` takes {count}, not {given}; write `{written}[{example}]`");
            Error::new(span, message)
        })
    }

    fn all_types(self) -> Result<Vec<Type>, Error> {
        let text = self.text;
        self.arguments
            .into_iter()
            .map(|argument| argument.into_type(text))
            .collect()
    }

    fn union(self) -> Result<Type, Error> {
        let written = self.written;
        if self.arguments.is_empty() {
            return Err(self.error(format!(
                "`{written}` needs types; write `{written}[int, str]`"
            )));
        }
        Ok(Union::of(self.all_types()?))
    }

    fn literal(self) -> Result<Type, Error> {
        let mut values = Vec::new();
        let mut seen = HashSet::new();
        let mut add = |value: Constant| {
            if seen.insert(value.clone()) {
                values.push(value);
            }
        };
        let written = self.written;
        if self.arguments.is_empty() {
            return Err(self.error(format!(
                "`{written}` needs its values; write `{written}['a', 'b']`"
            )));
        }
        for argument in self.arguments {
            match argument.value {
                // `typing` flattens a literal within a literal.
                Value::Meaning(Meaning::Type(Type::Literal(inner))) => {
                    inner.into_iter().for_each(&mut add);
                }
                Value::Constant(value) if !matches!(value, Constant::Float(_)) => add(value),
                _ => {
                    let value = argument.span.of(self.text);
                    let message = format!(
                        "`{value}` cannot be a literal's value; write text in quotes, a whole number, `True`, `False` or `None`"
                    );
                    return Err(Error::new(argument.span, message));
                }
            }
        }
        Ok(Type::Literal(values))
    }

    fn annotated(self) -> Result<Type, Error> {
        let written = self.written;
        if self.arguments.len() < 2 {
            return Err(self.error(format!(
                "`{written}` takes a type and what to note on it; write `{written}[str, Field(max_length=5)]`"
            )));
        }
        let mut arguments = self.arguments.into_iter();
        let inner = arguments
            .next()
            .map_or(Ok(Type::Any), |inner| inner.into_type(self.text))?;
        // Annotations within annotations are one in Python, the inner first.
        let (inner, mut constraints) = match inner {
            Type::Annotated { inner, constraints } => (inner, constraints),
            inner => (Box::new(inner), Vec::new()),
        };
        // Other notes mean nothing to DSPy. Of two values for one constraint the later counts.
        let notes = arguments.flat_map(|argument| match argument.value {
            Value::Field(constraints) => constraints,
            _ => Vec::new(),
        });
        for constraint in notes {
            constraints.retain(|earlier: &Constraint| earlier.name != constraint.name);
            constraints.push(constraint);
        }
        Ok(Type::Annotated { inner, constraints })
    }

    fn code(self) -> Result<Type, Error> {
        if let [
            Operand {
                value: Value::Constant(Constant::Str(language)),
                ..
            },
        ] = self.arguments.as_slice()
        {
            let language = Some(language.clone());
            return Ok(Type::Dspy(Dspy::Code { language }));
        }
        let written = self.written;
        Err(self.error(format!(
            "`{written}` takes one language in quotes; write `{written}[\"python\"]`"
        )))
    }
}

#[cfg(test)]
mod tests {
    use crate::{Constant, Constraint, Dspy, Names, Type, parse_type, python_name};

    fn print(text: &str) -> String {
        parse_type(text, Names::Listed(&[]))
            .map_or_else(|error| error.message, |ty| python_name(&ty))
    }

    #[test]
    fn parameters_are_pythons() {
        for (text, name) in [
            ("dict[(str, int)]", "dict[str, int]"),
            ("list[int,]", "list[int]"),
            ("tuple[()]", "tuple[]"),
            ("tuple[int, ...]", "tuple[int, Ellipsis]"),
            ("tuple[None, NoneType]", "tuple[None, None]"),
            ("Optional[Union[int, None]]", "Union[int, NoneType]"),
            ("Union[int, int]", "int"),
            ("Union[None]", "NoneType"),
            ("Union[list, list[int], list]", "Union[list, list[int]]"),
            (
                "Literal['a', Literal[1, True], 'a', 1]",
                "Literal['a', 1, True]",
            ),
            ("Literal['a' \"b\", -1, None]", "Literal['ab', -1, None]"),
            ("Annotated[list[str], 'a note']", "list[str]"),
            ("dspy.Code['rust']", "Code_rust"),
        ] {
            assert_eq!(print(text), name, "{text}");
        }
    }

    #[test]
    fn wrong_parameters_say_what_is_right() {
        for (text, message) in [
            (
                "list[int, str]",
                "`list` takes one type, not 2; write `list[str]`",
            ),
            (
                "Dict[str]",
                "`Dict` takes two types, not 1; write `Dict[str, int]`",
            ),
            ("int[str]", "`int` takes no parameters; write `int` alone"),
            (
                "Literal[()]",
                "`Literal` needs its values; write `Literal['a', 'b']`",
            ),
            ("Union[()]", "`Union` needs types; write `Union[int, str]`"),
            (
                "Code[3]",
                "`Code` takes one language in quotes; write `Code[\"python\"]`",
            ),
        ] {
            assert_eq!(print(text), message);
        }
        for text in [
            "Optional[int, str]",
            "tuple[...]",
            "tuple[..., int]",
            "Annotated[str]",
            "Literal[int]",
            "Literal[0.5]",
        ] {
            assert!(parse_type(text, Names::Listed(&[])).is_err(), "{text}");
        }
    }

    #[test]
    fn constraints_keep_their_order_and_the_last_value() {
        let text =
            "Annotated[Annotated[int, Field(ge=0, le=9)], Field(..., description='a', ge=-1)]";
        let Ok(Type::Annotated { inner, constraints }) = parse_type(text, Names::Listed(&[]))
        else {
            panic!()
        };
        assert_eq!(*inner, Type::Int);
        let constraint = |name: &str, value| Constraint {
            name: name.to_owned(),
            value,
        };
        let description = Constant::Str("a".to_owned());
        assert_eq!(
            constraints,
            [
                constraint("le", Constant::Int(9)),
                constraint("description", description),
                constraint("ge", Constant::Int(-1)),
            ]
        );
        assert_eq!(Dspy::Reasoning.name(), "Reasoning");
    }
}
