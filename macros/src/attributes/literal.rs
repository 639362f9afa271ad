//! Values in attributes.
use crate::{diag::shown, seen::Seen};
use sigflow_grammar::json_string;
use syn::{Expr, ExprLit, Lit, UnOp};

/// A literal, as JSON has it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Null,
    Boolean(bool),
    /// Its digits.
    Number(String),
    Text(String),
    List(Vec<Value>),
}

impl Value {
    /// A literal expression, or why it is none.
    pub(crate) fn of(expression: &Expr) -> syn::Result<Value> {
        let list = |items: syn::punctuated::Iter<'_, Expr>| {
            items
                .map(Value::of)
                .collect::<syn::Result<_>>()
                .map(Value::List)
        };
        match expression {
            Expr::Lit(ExprLit { lit, .. }) => match lit {
                Lit::Str(text) => Ok(Value::Text(text.value())),
                Lit::Char(character) => Ok(Value::Text(character.value().to_string())),
                Lit::Bool(value) => Ok(Value::Boolean(value.value)),
                Lit::Int(_) | Lit::Float(_) => {
                    number(expression).ok_or_else(|| refused(expression))
                }
                _ => Err(refused(expression)),
            },
            Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => {
                number(expression).ok_or_else(|| refused(expression))
            }
            Expr::Array(array) => list(array.elems.iter()),
            Expr::Tuple(tuple) => list(tuple.elems.iter()),
            Expr::Path(path) if path.path.is_ident("None") => Ok(Value::Null),
            Expr::Call(call)
                if matches!(&*call.func, Expr::Path(path) if path.path.is_ident("Some"))
                    && call.args.len() == 1 =>
            {
                Value::of(&call.args[0])
            }
            Expr::Group(group) => Value::of(&group.expr),
            Expr::Paren(paren) => Value::of(&paren.expr),
            other => Err(refused(other)),
        }
    }

    /// As JSON text.
    pub(crate) fn json(&self) -> String {
        match self {
            Value::Null => "null".to_owned(),
            Value::Boolean(value) => value.to_string(),
            Value::Number(digits) => digits.clone(),
            Value::Text(text) => json_string(text),
            Value::List(items) => {
                let items: Vec<String> = items.iter().map(Value::json).collect();
                format!("[{}]", items.join(","))
            }
        }
    }

    /// Whether a field of this type can have it, as far as the macro can see.
    pub(crate) fn fits(&self, seen: &Seen) -> bool {
        match (seen, self) {
            (Seen::Other(_), _) | (Seen::Option(_), Value::Null) => true,
            (Seen::Option(inner), value) => value.fits(inner),
            (Seen::Text, Value::Text(_)) | (Seen::Boolean, Value::Boolean(_)) => true,
            (Seen::Words(words), Value::Text(text)) => words.contains(text),
            (Seen::Character, Value::Text(text)) => text.chars().count() == 1,
            (Seen::Float, Value::Number(_)) => true,
            (Seen::Integer(low, high), Value::Number(digits)) => digits
                .parse::<i128>()
                .is_ok_and(|value| (*low..=*high).contains(&value)),
            (Seen::List(item) | Seen::Set(item), Value::List(items)) => {
                items.iter().all(|value| value.fits(item))
            }
            (Seen::Tuple(types), Value::List(items)) => {
                types.len() == items.len()
                    && items.iter().zip(types).all(|(value, ty)| value.fits(ty))
            }
            _ => false,
        }
    }
}

fn refused(expression: &Expr) -> syn::Error {
    syn::Error::new_spanned(
        expression,
        format!(
            "`{}` is no literal; write text, a number, `true`, `false`, `None` or a list `[…]` of these",
            shown(expression)
        ),
    )
}

fn number(expression: &Expr) -> Option<Value> {
    shown_number(expression).map(Value::Number)
}

/// A number as JSON writes it: without suffix and underscores.
pub(crate) fn shown_number(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(ExprLit {
            lit: Lit::Int(number),
            ..
        }) => Some(number.base10_digits().to_owned()),
        Expr::Lit(ExprLit {
            lit: Lit::Float(number),
            ..
        }) => {
            let digits = number.base10_digits();
            // `1.` is a Rust number and no JSON
            Some(if digits.ends_with('.') {
                format!("{digits}0")
            } else {
                digits.to_owned()
            })
        }
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => shown_number(&unary.expr)
            .filter(|digits| !digits.starts_with('-'))
            .map(|digits| format!("-{digits}")),
        Expr::Group(group) => shown_number(&group.expr),
        Expr::Paren(paren) => shown_number(&paren.expr),
        _ => None,
    }
}
