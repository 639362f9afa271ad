//! One side of the arrow as Python reads the parameters of a function.

use std::ops::Range;

use crate::brackets;
use crate::error::{Error, Span};
use crate::expression;
use crate::lexer::{Kind, Token, is_keyword};

/// A parameter that is a field: positional and by name, as the plain ones are.
#[derive(Clone, Debug)]
pub(crate) struct Parameter {
    pub(crate) name: Span,
    /// The tokens of the annotation.
    pub(crate) annotation: Option<Range<usize>>,
}

/// Splits a side into its fields.
///
/// What Python allows beside them is read and left out, as DSPy leaves it out: defaults, `*args`,
/// `**kwargs`, and the parameters before `/` and after `*`.
pub(crate) fn split(text: &str, tokens: &[Token], end: usize) -> Result<Vec<Parameter>, Error> {
    let mut splitter = Splitter {
        text,
        tokens,
        end,
        at: 0,
    };
    let mut fields = Vec::new();
    let mut defaulted = false;
    let mut slash = false;
    let mut star: Option<Star> = None;
    while let Some(token) = splitter.peek() {
        match token.span.of(text) {
            "/" => {
                if slash || star.is_some() || splitter.at == 0 {
                    return Err(Error::new(token.span, "misplaced `/`; remove it"));
                }
                slash = true;
                splitter.at += 1;
                for Parameter { annotation, .. } in fields.drain(..) {
                    splitter.check(annotation)?;
                }
            }
            "*" => {
                if star.is_some() {
                    return Err(Error::new(token.span, "a second `*`; remove it"));
                }
                splitter.at += 1;
                let named = splitter.peek().is_some_and(|next| next.kind == Kind::Name);
                if named {
                    splitter.ignored()?;
                }
                star = Some(Star {
                    span: token.span,
                    needs_name: !named,
                });
            }
            "**" => {
                splitter.at += 1;
                splitter.ignored()?;
                splitter.comma()?;
                if let Some(next) = splitter.peek() {
                    return Err(Error::new(
                        next.span,
                        "nothing may follow `**`; move it to the end or remove it",
                    ));
                }
            }
            _ => {
                let field = splitter.field()?;
                let default = splitter.default()?;
                match &mut star {
                    Some(star) => {
                        star.needs_name = false;
                        splitter.check(field.annotation)?;
                    }
                    None if defaulted && !default => {
                        let name = field.name.of(text);
                        let message = format!(
                            "field `{name}` has no default but follows one that has; remove the defaults, which mean nothing here"
                        );
                        return Err(Error::new(field.name, message));
                    }
                    None => {
                        defaulted |= default;
                        fields.push(field);
                    }
                }
            }
        }
        splitter.comma()?;
    }
    match star {
        Some(Star {
            span,
            needs_name: true,
        }) => Err(Error::new(
            span,
            "a lone `*` with no name after it; remove it",
        )),
        _ => Ok(fields),
    }
}

struct Star {
    span: Span,
    /// A bare `*` must be followed by a parameter.
    needs_name: bool,
}

struct Splitter<'a> {
    text: &'a str,
    tokens: &'a [Token],
    /// Where the side ends, for errors about what is missing there.
    end: usize,
    at: usize,
}

impl Splitter<'_> {
    fn peek(&self) -> Option<Token> {
        self.tokens.get(self.at).copied()
    }

    fn next_is(&self, op: &str) -> bool {
        self.peek()
            .is_some_and(|token| token.span.of(self.text) == op)
    }

    fn eat(&mut self, op: &str) -> bool {
        let found = self.next_is(op);
        self.at += usize::from(found);
        found
    }

    /// The name of a field and the tokens of its type.
    fn field(&mut self) -> Result<Parameter, Error> {
        let name = self.name()?;
        let annotation = self.eat(":").then(|| self.annotation(name)).transpose()?;
        Ok(Parameter { name, annotation })
    }

    fn name(&mut self) -> Result<Span, Error> {
        let Some(token) = self.peek() else {
            return Err(Error::new(
                Span::new(self.end, self.end),
                "a name is missing here; add one or remove the `*`",
            ));
        };
        let word = token.span.of(self.text);
        let message = match token.kind {
            Kind::Name if is_keyword(word) => {
                format!(
                    "`{word}` is a word of Python and cannot name a field; write `{}_`",
                    word.to_lowercase()
                )
            }
            Kind::Name => {
                self.at += 1;
                return Ok(token.span);
            }
            Kind::Op if word == "," => {
                "a field is missing before this `,`; remove the `,`".to_owned()
            }
            Kind::Op if matches!(word, ")" | "]" | "}") => {
                format!("`{word}` closes nothing; remove it")
            }
            _ => {
                format!("expected a field's name, found `{word}`; write a name such as `question`")
            }
        };
        Err(Error::new(token.span, message))
    }

    fn annotation(&mut self, name: Span) -> Result<Range<usize>, Error> {
        let range = self.expression()?;
        if range.is_empty() {
            let name = name.of(self.text);
            let place = self.tokens[self.at - 1].span;
            return Err(Error::new(
                place,
                format!(
                    "field `{name}` has `:` but no type; write `{name}: str`, or `{name}` alone"
                ),
            ));
        }
        Ok(range)
    }

    /// Whether there is a default, which is checked and dropped.
    fn default(&mut self) -> Result<bool, Error> {
        if !self.eat("=") {
            return Ok(false);
        }
        let equals = self.tokens[self.at - 1].span;
        let range = self.expression()?;
        if range.is_empty() {
            return Err(Error::new(
                equals,
                "`=` without a default after it; remove the `=`",
            ));
        }
        self.check(Some(range))?;
        Ok(true)
    }

    /// The name and type after `*` or `**`.
    fn ignored(&mut self) -> Result<(), Error> {
        let field = self.field()?;
        // Python lets `*args: *Ts` spread its type.
        let spread = |range: Range<usize>| {
            let star = self.tokens[range.start].span.of(self.text) == "*";
            range.start + usize::from(star)..range.end
        };
        self.check(field.annotation.map(spread))?;
        if self.next_is("=") {
            return Err(Error::new(
                self.tokens[self.at].span,
                "`*` and `**` take no default; remove it",
            ));
        }
        Ok(())
    }

    /// The comma after a parameter, or the end.
    fn comma(&mut self) -> Result<(), Error> {
        let Some(token) = self.peek() else {
            return Ok(());
        };
        if self.eat(",") {
            return Ok(());
        }
        let found = token.span.of(self.text);
        let message = match token.kind {
            Kind::Name | Kind::Number | Kind::Str => {
                format!(
                    "unexpected `{found}`; separate fields with commas, and write types after `:`"
                )
            }
            Kind::Op if matches!(found, ")" | "]" | "}") => {
                format!("`{found}` closes nothing; remove it")
            }
            Kind::Op => format!(
                "unexpected `{found}`; a field is a name, then `:` and its type, then a comma"
            ),
        };
        Err(Error::new(token.span, message))
    }

    /// The tokens of an expression.
    fn expression(&mut self) -> Result<Range<usize>, Error> {
        let start = self.at;
        self.at = brackets::expression_end(self.text, self.tokens, start)?;
        Ok(start..self.at)
    }

    /// Checks an expression that is dropped.
    fn check(&self, range: Option<Range<usize>>) -> Result<(), Error> {
        expression::check(self.text, &self.tokens[range.unwrap_or_default()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexer::lex;

    fn names(text: &str) -> Result<Vec<&str>, Error> {
        let tokens = lex(text, Span::new(0, text.len()))?;
        let fields = split(text, &tokens, text.len())?;
        Ok(fields.iter().map(|field| field.name.of(text)).collect())
    }

    #[test]
    fn only_plain_parameters_are_fields() {
        assert_eq!(
            names("a, b: list[int], c: int = 3,").unwrap(),
            ["a", "b", "c"]
        );
        assert_eq!(names("a, /, b, *args: *Ts, c, **kw: int").unwrap(), ["b"]);
        assert_eq!(names("a=1, *, b, c=2, d").unwrap(), ["a"]);
        assert_eq!(
            names("a=lambda x, y: {x: 1}, b=not f(1, *z)[1:2] or 'x' 'y'").unwrap(),
            ["a", "b"]
        );
        assert!(names("").unwrap().is_empty());
    }

    #[test]
    fn what_python_refuses_is_refused() {
        for text in [
            ",",
            "a,,b",
            "a b",
            "a-b",
            "a:",
            "a=",
            "a=1, b",
            "*",
            "*,",
            "*, **kw",
            "**kw, a",
            "*a, *b",
            "/",
            "a, /, b, /",
            "*a, /",
            "*a=1",
            "class",
            "None",
            "2fast",
            "a)",
            "a: list[int",
            "a: list[int)",
            "a=1 2",
            "a=+",
            "a=(]",
            "\"a\"",
            "a: int = 3 = 4",
            "(a, b)",
            "a.b",
            "**",
            "a=x y",
            "a=pass",
        ] {
            assert!(names(text).is_err(), "{text}");
        }
    }
}
