//! What can be told of a type from its tokens alone.
//!
//! Types are resolved by rustc, not here: a name may be shadowed. So this is used only for messages that
//! are better than rustc's, and for the prompt in the docs; never for what a program does.
use syn::{GenericArgument, PathArguments, Type};

/// A type as its tokens suggest.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Seen {
    Text,
    Character,
    Boolean,
    /// An integer type with its bounds.
    Integer(i128, i128),
    Float,
    List(Box<Seen>),
    Set(Box<Seen>),
    Map(Box<Seen>, Box<Seen>),
    Option(Box<Seen>),
    Tuple(Vec<Seen>),
    /// Some words: what a string form says of `Literal['a', 'b']`.
    Words(Vec<String>),
    /// A type of the user's, by name.
    Other(String),
}

impl Seen {
    pub(crate) fn of(ty: &Type) -> Seen {
        match ty {
            Type::Reference(reference) => Seen::of(&reference.elem),
            Type::Paren(paren) => Seen::of(&paren.elem),
            Type::Group(group) => Seen::of(&group.elem),
            Type::Slice(slice) => Seen::List(Box::new(Seen::of(&slice.elem))),
            Type::Array(array) => Seen::List(Box::new(Seen::of(&array.elem))),
            Type::Tuple(tuple) => Seen::Tuple(tuple.elems.iter().map(Seen::of).collect()),
            Type::Path(path) if path.qself.is_none() => Seen::of_path(&path.path),
            other => Seen::Other(quote::quote!(#other).to_string()),
        }
    }

    fn of_path(path: &syn::Path) -> Seen {
        let Some(last) = path.segments.last() else {
            return Seen::Other(String::new());
        };
        let arguments: Vec<Seen> = match &last.arguments {
            PathArguments::AngleBracketed(arguments) => arguments
                .args
                .iter()
                .filter_map(|argument| match argument {
                    GenericArgument::Type(ty) => Some(Seen::of(ty)),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        };
        let name = last.ident.to_string();
        match (name.as_str(), arguments.as_slice()) {
            ("String" | "str", []) => Seen::Text,
            ("char", []) => Seen::Character,
            ("bool", []) => Seen::Boolean,
            ("f32" | "f64", []) => Seen::Float,
            ("i8", []) => Seen::Integer(i8::MIN.into(), i8::MAX.into()),
            ("i16", []) => Seen::Integer(i16::MIN.into(), i16::MAX.into()),
            ("i32", []) => Seen::Integer(i32::MIN.into(), i32::MAX.into()),
            ("i64" | "isize", []) => Seen::Integer(i64::MIN.into(), i64::MAX.into()),
            ("i128" | "u128", []) => {
                Seen::Integer(if name == "u128" { 0 } else { i128::MIN }, i128::MAX)
            }
            ("u8", []) => Seen::Integer(0, u8::MAX.into()),
            ("u16", []) => Seen::Integer(0, u16::MAX.into()),
            ("u32", []) => Seen::Integer(0, u32::MAX.into()),
            ("u64" | "usize", []) => Seen::Integer(0, u64::MAX.into()),
            ("Vec" | "VecDeque", [item]) => Seen::List(Box::new(item.clone())),
            ("HashSet" | "BTreeSet", [item, ..]) => Seen::Set(Box::new(item.clone())),
            ("HashMap" | "BTreeMap", [key, value, ..]) => {
                Seen::Map(Box::new(key.clone()), Box::new(value.clone()))
            }
            ("Option", [item]) => Seen::Option(Box::new(item.clone())),
            ("Box" | "Arc" | "Cow", [inner]) => inner.clone(),
            _ => Seen::Other(name),
        }
    }

    /// Below `Option`: what bounds apply to.
    pub(crate) fn inner(&self) -> &Seen {
        match self {
            Seen::Option(inner) => inner.inner(),
            other => other,
        }
    }
    pub(crate) fn is_number(&self) -> bool {
        matches!(self, Seen::Integer(..) | Seen::Float)
    }
    pub(crate) fn has_length(&self) -> bool {
        matches!(
            self,
            Seen::Text | Seen::List(_) | Seen::Set(_) | Seen::Map(..)
        )
    }
    pub(crate) fn is_known(&self) -> bool {
        !matches!(self, Seen::Other(_))
    }
    /// Whether nothing in it is unknown.
    pub(crate) fn is_known_inside(&self) -> bool {
        match self {
            Seen::Other(_) => false,
            Seen::List(item) | Seen::Set(item) | Seen::Option(item) => item.is_known_inside(),
            Seen::Map(key, value) => key.is_known_inside() && value.is_known_inside(),
            Seen::Tuple(items) => items.iter().all(Seen::is_known_inside),
            _ => true,
        }
    }

    /// The name DSPy prints.
    pub(crate) fn python(&self) -> String {
        match self {
            Seen::Text | Seen::Character => "str".into(),
            Seen::Boolean => "bool".into(),
            Seen::Integer(..) => "int".into(),
            Seen::Float => "float".into(),
            Seen::List(item) => format!("list[{}]", item.python()),
            Seen::Set(item) => format!("set[{}]", item.python()),
            Seen::Map(key, value) => format!("dict[{}, {}]", key.python(), value.python()),
            Seen::Option(inner) => format!("Union[{}, NoneType]", inner.python()),
            Seen::Tuple(items) => {
                format!(
                    "tuple[{}]",
                    items
                        .iter()
                        .map(Seen::python)
                        .collect::<Vec<_>>()
                        .join(", ")
                )
            }
            Seen::Words(words) => {
                let words: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
                format!("Literal[{}]", words.join(", "))
            }
            Seen::Other(name) => name.clone(),
        }
    }
    /// What the prompt in the docs says behind an output.
    pub(crate) fn note(&self) -> String {
        let rule = match self {
            Seen::Text | Seen::Character => return String::new(),
            Seen::Boolean => "must be True or False".into(),
            Seen::Integer(..) => "must be a single int value".into(),
            Seen::Float => "must be a single float value".into(),
            Seen::Words(words) => format!(
                "must exactly match (no extra characters) one of: {}",
                words.join("; ")
            ),
            other => format!(
                "must adhere to the JSON schema: {{schema of {}}}",
                other.python()
            ),
        };
        format!("        # note: the value you produce {rule}")
    }
}
