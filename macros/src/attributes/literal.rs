//! Values in attributes, as JSON.
use sigflow_grammar::json_string;
use syn::{Expr, ExprLit, Lit, UnOp};

/// A literal as JSON text, or why it is none.
pub(crate) fn json(expression: &Expr) -> Result<String, syn::Error> {
    match expression {
        Expr::Lit(ExprLit { lit, .. }) => match lit {
            Lit::Str(text) => Ok(json_string(&text.value())),
            Lit::Char(character) => Ok(json_string(&character.value().to_string())),
            Lit::Bool(value) => Ok(value.value.to_string()),
            Lit::Int(_) | Lit::Float(_) => shown_number(expression).ok_or_else(|| refused(expression)),
            _ => Err(refused(expression)),
        },
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => {
            shown_number(expression).ok_or_else(|| refused(expression))
        }
        Expr::Array(array) => {
            let items: Vec<String> = array.elems.iter().map(json).collect::<Result<_, _>>()?;
            Ok(format!("[{}]", items.join(",")))
        }
        Expr::Tuple(tuple) => {
            let items: Vec<String> = tuple.elems.iter().map(json).collect::<Result<_, _>>()?;
            Ok(format!("[{}]", items.join(",")))
        }
        Expr::Path(path) if path.path.is_ident("None") => Ok("null".to_owned()),
        Expr::Call(call) if matches!(&*call.func, Expr::Path(path) if path.path.is_ident("Some")) && call.args.len() == 1 => {
            json(&call.args[0])
        }
        Expr::Group(group) => json(&group.expr),
        Expr::Paren(paren) => json(&paren.expr),
        other => Err(refused(other)),
    }
}

fn refused(expression: &Expr) -> syn::Error {
    let shown = quote::quote!(#expression).to_string();
    syn::Error::new_spanned(
        expression,
        format!("`{shown}` is no literal; write text, a number, `true`, `false`, `None` or a list `[…]` of these"),
    )
}

/// A number as JSON writes it: without suffix and underscores.
pub(crate) fn shown_number(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => Some(number.base10_digits().to_owned()),
        Expr::Lit(ExprLit { lit: Lit::Float(number), .. }) => {
            let digits = number.base10_digits();
            // `1.` is a Rust number and no JSON
            Some(if digits.ends_with('.') { format!("{digits}0") } else { digits.to_owned() })
        }
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => {
            shown_number(&unary.expr).filter(|digits| !digits.starts_with('-')).map(|digits| format!("-{digits}"))
        }
        Expr::Group(group) => shown_number(&group.expr),
        Expr::Paren(paren) => shown_number(&paren.expr),
        _ => None,
    }
}
