//! Types with names, given as data.
use super::spec::{FieldSpec, TypeSpec};
use crate::{
    schema::{Category, Schema},
    types::{BUILT_IN, BuiltIn, built_in},
};
use serde_json::Value;
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

/// The types that signatures made at run time may name besides the grammar's own and the
/// [built-in](Self::built_in) ones. A value: there is no global one. Cheap to clone.
///
/// Definitions may name each other and themselves, in any order.
///
/// ```
/// use sigflow_core::{DynSignature, FieldSpec, TypeDefinition, TypeRegistry};
///
/// let item = TypeDefinition::record([FieldSpec::member("name", "str"), FieldSpec::member("color", "Color")]);
/// let types = TypeRegistry::new().with("Item", item).with("Color", TypeDefinition::words(["red", "green"]));
/// assert!(DynSignature::parse_with("text -> items: list[Item]", &types).is_ok());
///
/// let error = DynSignature::parse_with("text -> items: list[Itm]", &types).unwrap_err();
/// assert!(error.to_string().starts_with("unknown type `Itm`; did you mean `Item`?"));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TypeRegistry(Arc<Types>);

#[derive(Clone, Debug, Default, PartialEq)]
struct Types {
    types: Vec<(String, TypeDefinition)>,
    fingerprint: u64,
}

impl TypeRegistry {
    /// No types besides the grammar's own.
    pub fn new() -> Self {
        Self::default()
    }
    /// The same types and this one. A name that is known already means this type from now on.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, definition: impl Into<TypeDefinition>) -> Self {
        self.register(name, definition);
        self
    }
    /// Adds a type. A name that is known already means this type from now on.
    pub fn register(&mut self, name: impl Into<String>, definition: impl Into<TypeDefinition>) {
        let (name, definition) = (name.into(), definition.into());
        let types = Arc::make_mut(&mut self.0);
        types.fingerprint = hash(&(types.fingerprint, &name, format!("{definition:?}")));
        match types.types.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = definition,
            None => types.types.push((name, definition)),
        }
    }
    /// The types that are known without being registered: those of machine learning. A registered type of the same
    /// name wins.
    pub fn built_in() -> &'static [BuiltIn] {
        &BUILT_IN
    }
    /// What kind of thing the type of a name is, registered or built in, if that is known.
    ///
    /// ```
    /// use sigflow_core::{TypeRegistry, schema::Category};
    ///
    /// assert_eq!(TypeRegistry::new().category("token_usage"), Some(Category::Metrics));
    /// ```
    pub fn category(&self, name: &str) -> Option<Category> {
        match self.get(name) {
            Some((_, definition)) => definition.category(),
            None => built_in(name).map(BuiltIn::category),
        }
    }
    /// The names in the order of their registration.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.types.iter().map(|(name, _)| name.as_str())
    }
    pub(super) fn get(&self, name: &str) -> Option<(&str, &TypeDefinition)> {
        self.0
            .types
            .iter()
            .find(|(known, _)| known == name)
            .map(|(name, definition)| (name.as_str(), definition))
    }
    /// Tells registries apart without comparing them.
    pub(super) fn fingerprint(&self) -> u64 {
        self.0.fingerprint
    }
}

pub(super) fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// What a named type is.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeDefinition {
    pub(super) doc: String,
    /// The name to print, if not the one it is registered under.
    pub(super) title: Option<String>,
    pub(super) shape: Shape,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shape {
    Record(Vec<FieldSpec>),
    Words(Vec<(String, Option<Value>)>),
    /// Another name for a type.
    Alias(TypeSpec),
}

impl TypeDefinition {
    /// Named members: a struct, a pydantic model.
    pub fn record(members: impl IntoIterator<Item = FieldSpec>) -> Self {
        TypeDefinition {
            doc: String::new(),
            title: None,
            shape: Shape::Record(members.into_iter().collect()),
        }
    }
    /// One of these words: an enum.
    pub fn words<T: Into<String>>(words: impl IntoIterator<Item = T>) -> Self {
        let words = words.into_iter().map(|word| (word.into(), None)).collect();
        TypeDefinition {
            doc: String::new(),
            title: None,
            shape: Shape::Words(words),
        }
    }
    /// One of these members by value: Python's `Enum`. Values are text, whole numbers or booleans; a reply
    /// may also say a member's name.
    pub fn members<N: Into<String>, V: Into<Value>>(
        members: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let members = members
            .into_iter()
            .map(|(name, value)| (name.into(), Some(value.into())))
            .collect();
        TypeDefinition {
            doc: String::new(),
            title: None,
            shape: Shape::Words(members),
        }
    }
    /// What kind of thing it is, where its schema says.
    fn category(&self) -> Option<Category> {
        match &self.shape {
            Shape::Alias(ty) => ty.category(),
            _ => None,
        }
    }
    /// Its description.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.doc = description.into();
        self
    }
    /// The name that prompts and schemas show, if it is not the one signatures use: `Page[Person]`.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }
}

/// Another name for a type.
impl From<TypeSpec> for TypeDefinition {
    fn from(ty: TypeSpec) -> Self {
        TypeDefinition {
            doc: String::new(),
            title: None,
            shape: Shape::Alias(ty),
        }
    }
}
impl From<Schema> for TypeDefinition {
    fn from(schema: Schema) -> Self {
        TypeSpec::from(schema).into()
    }
}
impl From<&str> for TypeDefinition {
    fn from(text: &str) -> Self {
        TypeSpec::from(text).into()
    }
}
