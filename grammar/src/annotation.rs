//! The tokens of a type annotation into a type, by the steps by which DSPy evaluates them.

use crate::brackets::{DEEPEST, too_deep};
use crate::constraint::Constraint;
use crate::error::{Error, Span};
use crate::lexer::{Kind, Token, is_keyword};
use crate::literal::{self, Constant};
use crate::names::{self, Meaning, Names};
use crate::operand::{Operand, Value};
use crate::subscript::Subscript;
use crate::types::Type;
use crate::union::Union;

/// Reads the tokens of one annotation; there is at least one.
pub(crate) fn evaluate(text: &str, tokens: &[Token], names: Names<'_>) -> Result<Type, Error> {
    let mut evaluator = Evaluator {
        text,
        tokens,
        names,
        at: 0,
        depth: 0,
    };
    let operand = evaluator.expression()?;
    if let Some(token) = evaluator.peek() {
        return Err(evaluator.unexpected(token));
    }
    // DSPy takes the value `None` for "no type", which is `str`; the class `NoneType` stays itself.
    if matches!(operand.value, Value::Constant(Constant::None)) {
        return Ok(Type::Str);
    }
    operand.into_type(text)
}

struct Evaluator<'a> {
    text: &'a str,
    tokens: &'a [Token],
    names: Names<'a>,
    at: usize,
    depth: usize,
}

impl<'a> Evaluator<'a> {
    fn peek(&self) -> Option<Token> {
        self.tokens.get(self.at).copied()
    }

    fn word(&self) -> &'a str {
        self.peek().map_or("", |token| token.span.of(self.text))
    }

    fn eat(&mut self, op: &str) -> bool {
        let found = self.word() == op;
        self.at += usize::from(found);
        found
    }

    /// The span of the token before the current one.
    fn previous(&self) -> Span {
        self.tokens[self.at.max(1) - 1].span
    }

    fn unexpected(&self, token: Token) -> Error {
        let found = token.span.of(self.text);
        Error::new(
            token.span,
            format!(
                "unexpected `{found}` in a type; types are names, `list[…]`, `Literal[…]` and `A | B`"
            ),
        )
    }

    fn missing(&self) -> Error {
        let before = self.previous();
        let message = format!(
            "a type is missing after `{}`; add one",
            before.of(self.text)
        );
        Error::new(before, message)
    }

    /// Operands between `|`.
    fn expression(&mut self) -> Result<Operand, Error> {
        if self.depth == DEEPEST {
            return Err(too_deep(self.previous()));
        }
        self.depth += 1;
        let first = self.operand()?;
        let operand = if self.word() == "|" {
            self.union(first)?
        } else {
            first
        };
        self.depth -= 1;
        Ok(operand)
    }

    fn union(&mut self, first: Operand) -> Result<Operand, Error> {
        let start = first.span;
        // `NoneType | T` is `Optional[T]`, where `None` comes last; `None | T` keeps its order.
        let mut only_none_type = matches!(first.value, Value::Meaning(Meaning::Type(Type::None)));
        let mut union = Union::default();
        union.add(first.into_type(self.text)?);
        while self.eat("|") {
            let ty = self.operand()?.into_type(self.text)?;
            if only_none_type {
                union = Union::default();
                union.add(ty);
                union.add(Type::None);
            } else {
                union.add(ty);
            }
            only_none_type = union.is_none();
        }
        Ok(Operand {
            value: Value::Meaning(Meaning::Type(union.finish())),
            span: start.to(self.previous()),
        })
    }

    /// An atom and the brackets after it.
    fn operand(&mut self) -> Result<Operand, Error> {
        let mut operand = self.atom()?;
        while self.eat("[") {
            let opened = self.previous();
            let mut arguments = self.list("]")?;
            // Python does not tell `dict[(str, int)]` from `dict[str, int]`.
            let comma = self.tokens[self.at - 2].span.of(self.text) == ",";
            arguments = match arguments.pop() {
                None => {
                    let span = opened.to(self.previous());
                    return Err(Error::new(
                        span,
                        "empty brackets; write the type's parameters or remove them",
                    ));
                }
                Some(Operand {
                    value: Value::Tuple(items),
                    ..
                }) if arguments.is_empty() && !comma => items,
                Some(last) => {
                    arguments.push(last);
                    arguments
                }
            };
            let span = operand.span.to(self.previous());
            let subscript = Subscript {
                text: self.text,
                written: operand.span.of(self.text),
                arguments,
                span,
            };
            let value = Value::Meaning(Meaning::Type(subscript.apply(&operand.value)?));
            operand = Operand { value, span };
        }
        Ok(operand)
    }

    /// Expressions between commas, up to and with the closing bracket.
    fn list(&mut self, close: &str) -> Result<Vec<Operand>, Error> {
        let mut items = Vec::new();
        while !self.eat(close) {
            items.push(self.expression()?);
            if !self.eat(",") && self.word() != close {
                return Err(self
                    .peek()
                    .map_or_else(|| self.missing(), |token| self.unexpected(token)));
            }
        }
        Ok(items)
    }

    fn atom(&mut self) -> Result<Operand, Error> {
        let token = self.peek().ok_or_else(|| self.missing())?;
        let word = token.span.of(self.text);
        let value = match token.kind {
            Kind::Name => return self.name(),
            Kind::Number => {
                self.at += 1;
                Value::Constant(literal::number_constant(self.text, token.span, false)?)
            }
            Kind::Str => Value::Constant(self.strings()?),
            Kind::Op if word == "..." => {
                self.at += 1;
                Value::Ellipsis
            }
            Kind::Op if word == "-" => {
                self.at += 1;
                let digits = self.peek().filter(|next| next.kind == Kind::Number);
                let digits = digits.ok_or_else(|| self.unexpected(token))?;
                self.at += 1;
                Value::Constant(literal::number_constant(self.text, digits.span, true)?)
            }
            Kind::Op if word == "(" => {
                self.at += 1;
                let mut items = self.list(")")?;
                let comma = self.tokens[self.at - 2].span.of(self.text) == ",";
                match items.pop() {
                    Some(only) if items.is_empty() && !comma => only.value,
                    last => {
                        items.extend(last);
                        Value::Tuple(items)
                    }
                }
            }
            Kind::Op if matches!(word, "]" | ")" | ",") => return Err(self.missing()),
            Kind::Op => return Err(self.unexpected(token)),
        };
        Ok(Operand {
            value,
            span: token.span.to(self.previous()),
        })
    }

    /// A name, dotted or not, or a call of `Field`.
    fn name(&mut self) -> Result<Operand, Error> {
        let token = self.tokens[self.at];
        let mut path = token.span.of(self.text).to_owned();
        self.at += 1;
        let constant = match path.as_str() {
            "None" => Some(Constant::None),
            "True" => Some(Constant::Bool(true)),
            "False" => Some(Constant::Bool(false)),
            word if is_keyword(word) => return Err(self.unexpected(token)),
            _ => None,
        };
        if let Some(constant) = constant {
            return Ok(Operand {
                value: Value::Constant(constant),
                span: token.span,
            });
        }
        while self.eat(".") {
            let part = self.peek().filter(|part| part.kind == Kind::Name);
            let part = part.ok_or_else(|| self.missing())?;
            path.push('.');
            path.push_str(part.span.of(self.text));
            self.at += 1;
        }
        let span = token.span.to(self.previous());
        if self.word() == "(" {
            if path != "Field" {
                return Err(Error::new(
                    span,
                    format!(
                        "`{path}(…)` is a call, not a type; only `Field(…)` in `Annotated[…]` is called"
                    ),
                ));
            }
            self.at += 1;
            let value = Value::Field(self.constraints()?);
            return Ok(Operand {
                value,
                span: span.to(self.previous()),
            });
        }
        let meaning =
            names::resolve(&path, self.names).map_err(|message| Error::new(span, message))?;
        Ok(Operand {
            value: Value::Meaning(meaning),
            span,
        })
    }

    /// Strings side by side, which are one.
    fn strings(&mut self) -> Result<Constant, Error> {
        let mut value = String::new();
        while let Some(token) = self.peek().filter(|token| token.kind == Kind::Str) {
            value.push_str(&literal::string(self.text, token.span)?);
            self.at += 1;
        }
        Ok(Constant::Str(value))
    }

    /// The arguments of `Field(`. DSPy reads those with names and passes over the others.
    fn constraints(&mut self) -> Result<Vec<Constraint>, Error> {
        let mut constraints: Vec<Constraint> = Vec::new();
        while !self.eat(")") {
            let key = self.peek().filter(|token| token.kind == Kind::Name);
            let named = self
                .tokens
                .get(self.at + 1)
                .is_some_and(|next| next.span.of(self.text) == "=");
            if let Some(key) = key.filter(|_| named) {
                self.at += 2;
                let name = key.span.of(self.text);
                let argument = self.expression()?;
                let Value::Constant(value) = argument.value else {
                    return Err(Error::new(
                        argument.span,
                        format!(
                            "`{name}` takes a constant; write a number, text in quotes, `True` or `False`"
                        ),
                    ));
                };
                Constraint::check(name, &value).map_err(|(of_value, message)| {
                    Error::new(if of_value { argument.span } else { key.span }, message)
                })?;
                if constraints.iter().any(|constraint| constraint.name == name) {
                    return Err(Error::new(
                        key.span,
                        format!("`{name}` is given twice; remove one"),
                    ));
                }
                constraints.push(Constraint {
                    name: name.to_owned(),
                    value,
                });
            } else {
                self.expression()?;
            }
            if !self.eat(",") && self.word() != ")" {
                return Err(self
                    .peek()
                    .map_or_else(|| self.missing(), |token| self.unexpected(token)));
            }
        }
        Ok(constraints)
    }
}
