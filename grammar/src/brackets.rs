//! Where an expression ends, by its brackets alone.

use crate::error::{Error, Span};
use crate::lexer::Token;

/// Brackets and types may nest this deep.
pub(crate) const DEEPEST: usize = 64;

/// The first token from `start` on that is not of the expression: a comma, a `=` or `:`, a bracket
/// that closes nothing, or the end.
pub(crate) fn expression_end(text: &str, tokens: &[Token], start: usize) -> Result<usize, Error> {
    // The open brackets, and beside each the `lambda`s before it that still want their `:`.
    let mut open: Vec<(Token, usize)> = Vec::new();
    let mut lambdas = 0_usize;
    let mut at = start;
    while let Some(token) = tokens.get(at) {
        match token.span.of(text) {
            "," | "=" | ":" if open.is_empty() && lambdas == 0 => break,
            "(" | "[" | "{" => {
                if open.len() == DEEPEST {
                    return Err(too_deep(token.span));
                }
                open.push((*token, std::mem::take(&mut lambdas)));
            }
            close @ (")" | "]" | "}") => {
                let Some((opened, outer)) = open.pop() else {
                    break;
                };
                let opening = opened.span.of(text);
                let wanted = closing(opening);
                if wanted != close {
                    let message = format!("`{close}` cannot close `{opening}`; write `{wanted}`");
                    return Err(Error::new(token.span, message));
                }
                lambdas = outer;
            }
            "lambda" => lambdas += 1,
            ":" => lambdas = lambdas.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    match open.last() {
        Some((opened, _)) => {
            let opening = opened.span.of(text);
            let message = format!("`{opening}` is never closed; add `{}`", closing(opening));
            Err(Error::new(opened.span, message))
        }
        None => Ok(at),
    }
}

fn closing(opening: &str) -> &'static str {
    match opening {
        "(" => ")",
        "[" => "]",
        _ => "}",
    }
}

pub(crate) fn too_deep(span: Span) -> Error {
    Error::new(
        span,
        format!("nested more than {DEEPEST} deep; give the inner part a type of its own"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexer::lex;

    /// What is left behind the expression.
    fn rest(text: &str) -> Result<&str, String> {
        let tokens = lex(text, Span::new(0, text.len())).unwrap();
        let end = expression_end(text, &tokens, 0).map_err(|error| error.message)?;
        Ok(tokens
            .get(end)
            .map_or("", |token| &text[token.span.start..]))
    }

    #[test]
    fn expressions_end_at_their_own_level() {
        assert_eq!(rest("f(a, b)[c, d], e"), Ok(", e"));
        assert_eq!(rest("int = 3"), Ok("= 3"));
        assert_eq!(rest("3: int"), Ok(": int"));
        assert_eq!(rest("lambda x, y=(1, 2): x, z"), Ok(", z"));
        assert_eq!(rest("a) b"), Ok(") b"));
        assert_eq!(rest("'],'"), Ok(""));
    }

    #[test]
    fn brackets_that_do_not_match_are_errors() {
        assert_eq!(
            rest("list[int"),
            Err("`[` is never closed; add `]`".to_owned())
        );
        assert_eq!(
            rest("list[int)"),
            Err("`)` cannot close `[`; write `]`".to_owned())
        );
        let nested = |depth| format!("{}1{}", "(".repeat(depth), ")".repeat(depth));
        assert!(rest(&nested(DEEPEST)).is_ok());
        assert!(rest(&nested(DEEPEST + 1)).is_err());
    }
}
