//! What to say about a name that is no type.

use crate::names::ML_TYPES;
use crate::suggest::closest;

/// The message about a name that nobody knows.
pub(crate) fn unknown(path: &str, listed: &[&str]) -> String {
    let candidates = listed.iter().chain(&SUGGESTED).chain(&ML_TYPES).copied();
    // A module is easily right when the name is wrong, and the other way round.
    let name = path.rsplit('.').next().unwrap_or(path);
    let close = closest(path, candidates.clone()).or_else(|| closest(name, candidates));
    match close {
        Some(close) => format!("unknown type `{path}`; did you mean `{close}`?"),
        None if listed.is_empty() => format!(
            "unknown type `{path}`; write a type such as `str`, `int`, `list[str]` or `Literal['a', 'b']`"
        ),
        None => format!(
            "unknown type `{path}`; write a known type such as `str` or `{}`",
            listed[0]
        ),
    }
}

/// The names that a misspelt one may have meant.
const SUGGESTED: [&str; 40] = [
    "str",
    "int",
    "float",
    "bool",
    "bytes",
    "complex",
    "list",
    "set",
    "frozenset",
    "dict",
    "tuple",
    "Any",
    "Optional",
    "Union",
    "Literal",
    "Annotated",
    "List",
    "Dict",
    "Set",
    "Tuple",
    "FrozenSet",
    "datetime",
    "date",
    "time",
    "timedelta",
    "Decimal",
    "UUID",
    "NoneType",
    "Image",
    "Audio",
    "File",
    "Document",
    "Citations",
    "Code",
    "History",
    "Tool",
    "ToolCalls",
    "ToolCallResults",
    "Reasoning",
    "None",
];

/// What to write for a type of Rust.
pub(crate) fn rust_counterpart(name: &str) -> Option<&'static str> {
    Some(match name {
        "String" => "str",
        "i8" | "i16" | "i32" | "i64" | "i128" | "isize" | "u8" | "u16" | "u32" | "u64" | "u128"
        | "usize" => "int",
        "f32" | "f64" => "float",
        "Vec" => "list",
        "HashSet" | "BTreeSet" => "set",
        "HashMap" | "BTreeMap" => "dict",
        "Option" => "Optional",
        _ => return None,
    })
}

/// What to write for a type of Python that signatures do not have, or of another language.
pub(crate) fn python_counterpart(name: &str) -> Option<&'static str> {
    Some(match name {
        "object" => "Any",
        "string" | "text" | "AnyStr" | "LiteralString" => "str",
        "integer" => "int",
        "double" | "number" => "float",
        "boolean" => "bool",
        "bytearray" | "ByteString" => "bytes",
        "array" | "Sequence" | "MutableSequence" | "Iterable" | "Iterator" | "Collection"
        | "Deque" => "list",
        "AbstractSet" | "MutableSet" => "set",
        "map" | "Mapping" | "MutableMapping" | "DefaultDict" | "OrderedDict" => "dict",
        "null" | "nil" => "None",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::{Names, resolve};

    const NONE: Names<'_> = Names::Listed(&[]);

    #[test]
    fn every_suggestion_is_a_known_name() {
        for name in SUGGESTED {
            assert!(name == "None" || resolve(name, NONE).is_ok(), "{name}");
        }
    }

    #[test]
    fn unknown_names_are_told_the_nearest() {
        let message = |name| resolve(name, NONE).unwrap_err();
        assert_eq!(
            message("flot"),
            "unknown type `flot`; did you mean `float`?"
        );
        assert_eq!(
            message("dspy.Imag"),
            "unknown type `dspy.Imag`; did you mean `Image`?"
        );
        assert_eq!(
            message("ConfidenceScore"),
            "unknown type `ConfidenceScore`; did you mean `confidence_score`?"
        );
        assert_eq!(
            message("Sequence"),
            "`Sequence` is not a type of signatures; write `list`"
        );
        assert!(message("Foo").contains("such as `str`"));
    }
}
