//! Named values in order.
use crate::{
    Field, InputField, Members, View, constant::Ref, error::Fault, field::mismatch, schema::Schema,
};
use serde_json::{Map, Value};

/// Named values in order: a demo, or the outputs of a signature made at run time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record(Map<String, Value>);

impl Record {
    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }
    /// Sets the value of a name; a new name goes to the end.
    pub fn set(&mut self, name: impl Into<String>, value: Value) {
        self.0.insert(name.into(), value);
    }
    /// Names and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// As a JSON object.
    pub fn into_json(self) -> Value {
        Value::Object(self.0)
    }
}

impl From<Map<String, Value>> for Record {
    fn from(members: Map<String, Value>) -> Self {
        Record(members)
    }
}
impl<N: Into<String>> FromIterator<(N, Value)> for Record {
    fn from_iter<I: IntoIterator<Item = (N, Value)>>(members: I) -> Self {
        Record(
            members
                .into_iter()
                .map(|(name, value)| (name.into(), value))
                .collect(),
        )
    }
}
impl std::ops::Index<&str> for Record {
    type Output = Value;
    /// The value of a name, or null.
    fn index(&self, name: &str) -> &Value {
        static NULL: Value = Value::Null;
        self.get(name).unwrap_or(&NULL)
    }
}

/// As a field: an object of anything, `dict[str, Any]`.
impl InputField for Record {
    const SCHEMA: Ref<Schema> =
        Ref::new(const { &Schema::Map(Ref::new(&Schema::Text), Ref::new(&Schema::Any)) });
    fn view(&self) -> View<'_> {
        View::Members(self)
    }
}
impl Members for Record {
    fn each(&self, member: &mut dyn FnMut(&str, View<'_>)) {
        for (name, value) in self.iter() {
            member(name, View::Json(value));
        }
    }
}
impl Field for Record {
    fn from_value(value: Value) -> Result<Self, Fault> {
        match value {
            Value::Object(members) => Ok(Record(members)),
            other => Err(mismatch("an object", &other)),
        }
    }
}
impl serde::Serialize for Record {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
impl<'de> serde::Deserialize<'de> for Record {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Map::deserialize(deserializer).map(Record)
    }
}
