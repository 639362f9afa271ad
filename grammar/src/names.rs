//! The names that a type annotation may use.

use crate::types::{Dspy, Type};
use crate::unknown::{python_counterpart, rust_counterpart, unknown};

/// The names of types that only the caller of the parser knows.
///
/// ```
/// use sigflow_grammar::{parse_with, Names, Type};
///
/// let names = Names::Listed(&["Profile"]);
/// let ast = parse_with("text -> person: Profile", names)?;
/// assert_eq!(ast.outputs[0].ty, Some(Type::Named("Profile".to_owned())));
///
/// let error = parse_with("text -> person: Profil", names).unwrap_err();
/// assert_eq!(error.message, "unknown type `Profil`; did you mean `Profile`?");
/// # Ok::<(), sigflow_grammar::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub enum Names<'a> {
    /// These and no others. They win over the grammar's own, as DSPy's `custom_types` do.
    Listed(&'a [&'a str]),
    /// Any name that begins with a capital and is not the grammar's own: the macro cannot see which
    /// types exist, and rustc says better which do not.
    Open,
}

/// The machine learning types, which every signature may use; they parse to [`Type::Named`].
pub const ML_TYPES: [&str; 12] = [
    "prompt_template",
    "reasoning_step",
    "reasoning_chain",
    "confidence_score",
    "probability",
    "similarity_score",
    "token_count",
    "token_usage",
    "embedding",
    "function_call",
    "tool_result",
    "model_output",
];

/// What a name means before its parameters are seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    Type(Type),
    /// A generic: Python's own may stand bare, `typing`'s may not.
    Generic {
        generic: Generic,
        typing: bool,
    },
    Optional,
    Union,
    Literal,
    Annotated,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Generic {
    List,
    Set,
    FrozenSet,
    Dict,
    Tuple,
}

impl Generic {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Set => "set",
            Self::FrozenSet => "frozenset",
            Self::Dict => "dict",
            Self::Tuple => "tuple",
        }
    }

    /// The form without parameters.
    pub(crate) fn bare(self) -> Type {
        let any = || Box::new(Type::Any);
        let bare = true;
        match self {
            Self::List => Type::List { item: any(), bare },
            Self::Set => Type::Set { item: any(), bare },
            Self::FrozenSet => Type::FrozenSet { item: any(), bare },
            Self::Dict => Type::Dict {
                key: any(),
                value: any(),
                bare,
            },
            Self::Tuple => Type::Tuple {
                items: Vec::new(),
                bare,
            },
        }
    }
}

/// Looks up a name, dotted or not. The error is the message.
pub(crate) fn resolve(path: &str, names: Names<'_>) -> Result<Meaning, String> {
    let by_name = || Ok(Meaning::Type(Type::Named(path.to_owned())));
    if matches!(names, Names::Listed(listed) if listed.contains(&path)) {
        return by_name();
    }
    let (module, name) = path.rsplit_once('.').unwrap_or(("", path));
    if let Some(meaning) = known(module, name) {
        return Ok(meaning);
    }
    if ML_TYPES.contains(&path) {
        return by_name();
    }
    // A user may well have a type called `Collection`, which is only Python's to us, but hardly a `Vec`.
    let open = matches!(names, Names::Open) && name.starts_with(char::is_uppercase);
    let counterpart = rust_counterpart(name).or_else(|| python_counterpart(name).filter(|_| !open));
    if let Some(counterpart) = counterpart {
        return Err(format!(
            "`{path}` is not a type of signatures; write `{counterpart}`"
        ));
    }
    if open {
        return by_name();
    }
    let listed = match names {
        Names::Listed(listed) => listed,
        Names::Open => &[],
    };
    Err(unknown(path, listed))
}

fn known(module: &str, name: &str) -> Option<Meaning> {
    match module {
        "" => builtin(name)
            .or_else(|| typing(name))
            .or_else(|| imported(name).map(Meaning::Type)),
        "builtins" if name == "object" => Some(Meaning::Type(Type::Object)),
        "builtins" => builtin(name),
        "typing" => typing(name),
        "types" if name == "NoneType" => Some(Meaning::Type(Type::None)),
        "dspy" | "dspy.experimental" => dspy(name).map(|dspy| Meaning::Type(Type::Dspy(dspy))),
        _ => library(module, name).map(Meaning::Type),
    }
}

fn builtin(name: &str) -> Option<Meaning> {
    let generic = |generic| Meaning::Generic {
        generic,
        typing: false,
    };
    Some(match name {
        "str" => Meaning::Type(Type::Str),
        "int" => Meaning::Type(Type::Int),
        "float" => Meaning::Type(Type::Float),
        "bool" => Meaning::Type(Type::Bool),
        "bytes" => Meaning::Type(Type::Bytes),
        "complex" => Meaning::Type(Type::Complex),
        "list" => generic(Generic::List),
        "set" => generic(Generic::Set),
        "frozenset" => generic(Generic::FrozenSet),
        "dict" => generic(Generic::Dict),
        "tuple" => generic(Generic::Tuple),
        _ => return None,
    })
}

fn typing(name: &str) -> Option<Meaning> {
    let generic = |generic| Meaning::Generic {
        generic,
        typing: true,
    };
    Some(match name {
        "Any" => Meaning::Type(Type::Any),
        "Text" => Meaning::Type(Type::Str),
        "List" => generic(Generic::List),
        "Set" => generic(Generic::Set),
        "FrozenSet" => generic(Generic::FrozenSet),
        "Dict" => generic(Generic::Dict),
        "Tuple" => generic(Generic::Tuple),
        "Optional" => Meaning::Optional,
        "Union" => Meaning::Union,
        "Literal" => Meaning::Literal,
        "Annotated" => Meaning::Annotated,
        _ => return None,
    })
}

/// What a Python file has usually imported by its name.
fn imported(name: &str) -> Option<Type> {
    ["datetime", "decimal", "uuid"]
        .into_iter()
        .find_map(|module| library(module, name))
        .or_else(|| (name == "NoneType").then_some(Type::None))
        .or_else(|| dspy(name).map(Type::Dspy))
}

fn library(module: &str, name: &str) -> Option<Type> {
    Some(match (module, name) {
        ("datetime", "datetime") => Type::DateTime,
        ("datetime", "date") => Type::Date,
        ("datetime", "time") => Type::Time,
        ("datetime", "timedelta") => Type::TimeDelta,
        ("decimal", "Decimal") => Type::Decimal,
        ("uuid", "UUID") => Type::Uuid,
        _ => return None,
    })
}

fn dspy(name: &str) -> Option<Dspy> {
    Some(match name {
        "Image" => Dspy::Image,
        "Audio" => Dspy::Audio,
        "File" => Dspy::File,
        "Document" => Dspy::Document,
        "Citations" => Dspy::Citations,
        "Code" => Dspy::Code { language: None },
        "History" => Dspy::History,
        "Tool" => Dspy::Tool,
        "ToolCalls" => Dspy::ToolCalls,
        "ToolCallResults" => Dspy::ToolCallResults,
        "Reasoning" => Dspy::Reasoning,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Names<'_> = Names::Listed(&[]);

    #[test]
    fn modules_qualify_their_own_names() {
        let image = Meaning::Type(Type::Dspy(Dspy::Image));
        assert_eq!(resolve("dspy.Image", NONE), Ok(image.clone()));
        assert_eq!(resolve("Image", NONE), Ok(image));
        assert_eq!(
            resolve("datetime.date", NONE),
            Ok(Meaning::Type(Type::Date))
        );
        assert_eq!(
            resolve("builtins.object", NONE),
            Ok(Meaning::Type(Type::Object))
        );
        assert!(resolve("typing.int", NONE).is_err());
        assert!(resolve("os.Image", NONE).is_err());
    }

    #[test]
    fn listed_names_win_over_ours_and_open_ones_do_not() {
        let file = Meaning::Type(Type::Named("File".to_owned()));
        assert_eq!(resolve("File", Names::Listed(&["File"])), Ok(file));
        assert_eq!(
            resolve("File", Names::Open),
            Ok(Meaning::Type(Type::Dspy(Dspy::File)))
        );
        assert!(resolve("geo.City", Names::Open).is_ok());
        assert!(resolve("city", Names::Open).is_err());
        assert!(resolve("String", Names::Open).is_err());
        assert!(resolve("Collection", Names::Open).is_ok());
    }
}
