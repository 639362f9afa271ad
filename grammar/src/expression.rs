//! Expressions that mean nothing in a signature: defaults, and the types of `*args`.

use crate::error::{Error, Span};
use crate::lexer::{Kind, Token, is_keyword};
use crate::literal;

/// What a token is to its neighbours.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// A name, number or `...`.
    Operand,
    /// A string, which may stand beside another.
    Text,
    /// `(` or `[`, which begin an operand or follow one.
    Open,
    /// `{`, which begins one.
    Brace,
    Close,
    /// A sign or word that may begin an expression, and may also follow an operand.
    Prefix,
    /// A word that begins an expression and cannot follow one.
    Starter,
    /// `,` and `:`, which may follow nothing as well.
    Separator,
    /// What stands between two operands.
    Infix,
    /// A word that no expression has.
    Foreign,
}

/// Whether the tokens are an expression at all: operands and operators take turns.
///
/// Brackets match already. What only Python's full grammar could refuse passes, since it is dropped
/// anyway.
pub(crate) fn check(text: &str, tokens: &[Token]) -> Result<(), Error> {
    let mut previous = Role::Separator;
    for token in tokens {
        let role = role(text, *token);
        let after_operand = matches!(previous, Role::Operand | Role::Text | Role::Close);
        let fits = match role {
            Role::Operand | Role::Brace | Role::Starter => !after_operand,
            Role::Text => !after_operand || previous == Role::Text,
            Role::Close => {
                after_operand || matches!(previous, Role::Open | Role::Brace | Role::Separator)
            }
            Role::Infix => after_operand,
            Role::Open | Role::Prefix | Role::Separator => true,
            Role::Foreign => false,
        };
        if !fits {
            return Err(refused(text, token.span));
        }
        previous = role;
    }
    match tokens.last() {
        Some(last) if !matches!(previous, Role::Operand | Role::Text | Role::Close) => {
            Err(refused(text, last.span))
        }
        _ => Ok(()),
    }
}

fn role(text: &str, token: Token) -> Role {
    let word = token.span.of(text);
    match (token.kind, word) {
        (Kind::Number, _) if literal::number(word).is_none() => Role::Foreign,
        (Kind::Number, _) | (Kind::Op, "...") | (Kind::Name, "True" | "False" | "None") => {
            Role::Operand
        }
        (Kind::Str, _) => Role::Text,
        (Kind::Op, "(" | "[") => Role::Open,
        (Kind::Op, "{") => Role::Brace,
        (Kind::Op, ")" | "]" | "}") => Role::Close,
        (Kind::Op, "+" | "-" | "~" | "*" | "**") | (Kind::Name, "not" | "async" | "for" | "if") => {
            Role::Prefix
        }
        (Kind::Name, "lambda" | "await") => Role::Starter,
        (Kind::Op, "," | ":") => Role::Separator,
        (Kind::Op, _) | (Kind::Name, "and" | "or" | "in" | "is" | "else") => Role::Infix,
        (Kind::Name, _) if is_keyword(word) => Role::Foreign,
        (Kind::Name, _) => Role::Operand,
    }
}

fn refused(text: &str, span: Span) -> Error {
    let word = span.of(text);
    let message = format!(
        "`{word}` does not fit here; defaults and `*args` mean nothing in a signature, remove them"
    );
    Error::new(span, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexer::lex;

    fn is_expression(text: &str) -> bool {
        let tokens = lex(text, Span::new(0, text.len())).unwrap();
        check(text, &tokens).is_ok()
    }

    #[test]
    fn expressions_pass() {
        for text in [
            "3",
            "-x ** ~2",
            "'a' 'b'",
            "f(1, *a, k=2)[1:2, ::3].b",
            "lambda: 1",
            "not a in b",
            "{1: 2, **c}",
            "[x for x in y if not x]",
            "1 if a else ...",
            "()",
            "(1,)",
        ] {
            assert!(is_expression(text), "{text}");
        }
    }

    #[test]
    fn other_token_runs_do_not() {
        for text in [
            "1 2",
            "+",
            "a b",
            "class",
            "a 'b'",
            "07",
            "a.",
            "and b",
            "(+)",
            "a {}",
            "...x",
            "a lambda: 1",
        ] {
            assert!(!is_expression(text), "{text}");
        }
    }
}
