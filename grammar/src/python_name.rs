//! The text that DSPy prints for a type.

use crate::literal::Constant;
use crate::types::{Dspy, Type};

/// The text that DSPy prints for the type in a prompt.
///
/// ```
/// use sigflow_grammar::{parse_type, python_name, Names};
///
/// let print = |text| parse_type(text, Names::Listed(&[])).map(|ty| python_name(&ty));
/// assert_eq!(print("Optional[int]")?, "Union[int, NoneType]");
/// assert_eq!(print("tuple[int, ...]")?, "tuple[int, Ellipsis]");
/// assert_eq!(print(r#"Literal["it's", 'a', True]"#)?, r#"Literal["it's", 'a', True]"#);
/// # Ok::<(), sigflow_grammar::Error>(())
/// ```
pub fn python_name(ty: &Type) -> String {
    let mut out = String::new();
    write_name(&mut out, ty);
    out
}

fn write_name(out: &mut String, ty: &Type) {
    match ty {
        // DSPy shows a reasoning to the model as the text that it wants back.
        Type::Str | Type::Dspy(Dspy::Reasoning) => out.push_str("str"),
        Type::Int => out.push_str("int"),
        Type::Float => out.push_str("float"),
        Type::Bool => out.push_str("bool"),
        Type::None => out.push_str("NoneType"),
        Type::Any => out.push_str("Any"),
        Type::Object => out.push_str("object"),
        Type::Bytes => out.push_str("bytes"),
        Type::Complex => out.push_str("complex"),
        Type::DateTime => out.push_str("datetime"),
        Type::Date => out.push_str("date"),
        Type::Time => out.push_str("time"),
        Type::TimeDelta => out.push_str("timedelta"),
        Type::Decimal => out.push_str("Decimal"),
        Type::Uuid => out.push_str("UUID"),
        Type::List { item, bare } => write_generic(out, "list", *bare, [&**item]),
        Type::Set { item, bare } => write_generic(out, "set", *bare, [&**item]),
        Type::FrozenSet { item, bare } => write_generic(out, "frozenset", *bare, [&**item]),
        Type::Dict { key, value, bare } => write_generic(out, "dict", *bare, [&**key, &**value]),
        Type::Tuple { items, bare } => write_generic(out, "tuple", *bare, items),
        Type::TupleVariadic { item } => {
            write_generic(out, "tuple", false, [&**item]);
            out.truncate(out.len() - 1);
            out.push_str(", Ellipsis]");
        }
        Type::Union(options) => {
            out.push_str("Union[");
            write_separated(out, options, write_name);
            out.push(']');
        }
        Type::Literal(values) => {
            out.push_str("Literal[");
            write_separated(out, values, write_constant);
            out.push(']');
        }
        // Pydantic keeps the constraints apart from the annotation that DSPy prints.
        Type::Annotated { inner, .. } => write_name(out, inner),
        Type::Dspy(Dspy::Code {
            language: Some(language),
        }) => {
            out.push_str("Code_");
            out.push_str(language);
        }
        Type::Dspy(dspy) => out.push_str(dspy.name()),
        // Python's `__name__` has no module before it.
        Type::Named(name) => out.push_str(name.rsplit('.').next().unwrap_or(name)),
    }
}

fn write_generic<'a>(
    out: &mut String,
    name: &str,
    bare: bool,
    items: impl IntoIterator<Item = &'a Type>,
) {
    out.push_str(name);
    if bare {
        return;
    }
    out.push('[');
    // `list[None]` keeps the value `None`; only `typing` puts its class in place.
    write_separated(out, items, |out, item| match item {
        Type::None => out.push_str("None"),
        _ => write_name(out, item),
    });
    out.push(']');
}

fn write_separated<'a, T: 'a>(
    out: &mut String,
    items: impl IntoIterator<Item = &'a T>,
    write: impl Fn(&mut String, &'a T),
) {
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        write(out, item);
    }
}

fn write_constant(out: &mut String, value: &Constant) {
    match value {
        Constant::Str(text) => write_quoted(out, text),
        Constant::Int(number) => out.push_str(&number.to_string()),
        Constant::Float(number) => out.push_str(&number.to_string()),
        Constant::Bool(true) => out.push_str("True"),
        Constant::Bool(false) => out.push_str("False"),
        Constant::None => out.push_str("None"),
    }
}

/// Quotes as DSPy does, which is `repr` but for what needs an escape: a newline stays a newline, a
/// backslash stays single.
fn write_quoted(out: &mut String, text: &str) {
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    out.push(quote);
    for c in text.chars() {
        if c == quote {
            out.push('\\');
        }
        out.push(c);
    }
    out.push(quote);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_quoted_as_dspy_quotes() {
        let values = ["it's", "say \"hi\"", "both ' and \"", "plain", "a\\b\n"];
        let values = values.map(|text| Constant::Str(text.to_owned()));
        assert_eq!(
            python_name(&Type::Literal(values.to_vec())),
            "Literal[\"it's\", 'say \"hi\"', 'both \\' and \"', 'plain', 'a\\b\n']"
        );
    }

    #[test]
    fn none_is_a_value_in_containers_and_a_class_in_unions() {
        let list = Type::List {
            item: Box::new(Type::None),
            bare: false,
        };
        assert_eq!(python_name(&list), "list[None]");
        assert_eq!(
            python_name(&Type::Union(vec![list, Type::None])),
            "Union[list[None], NoneType]"
        );
    }

    #[test]
    fn bare_and_empty_tuples_differ() {
        assert_eq!(
            python_name(&Type::Tuple {
                items: vec![],
                bare: true
            }),
            "tuple"
        );
        assert_eq!(
            python_name(&Type::Tuple {
                items: vec![],
                bare: false
            }),
            "tuple[]"
        );
    }
}
