//! Values as they are written: one shape for all types, so that renderers are compiled once.
use serde_json::Value;
use std::fmt;

/// A value, seen from outside.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum View<'a> {
    /// Nothing.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number.
    Integer(i128),
    /// A number.
    Number(f64),
    /// Text.
    Text(&'a str),
    /// One character.
    Character(char),
    /// What writes itself as text: dates, UUIDs.
    Display(&'a dyn Written),
    /// Items in order.
    Items(&'a dyn Items),
    /// Named members.
    Members(&'a dyn Members),
    /// JSON.
    Json(&'a Value),
}

/// What writes itself as text, in the form that is read back.
///
/// A trait of its own and not [`Display`](fmt::Display): what a type shows to people is often another form
/// (chrono shows `2026-03-01 12:00:00 UTC`, JSON wants `2026-03-01T12:00:00Z`).
pub trait Written {
    /// Writes the text.
    ///
    /// # Errors
    /// The formatter's.
    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;
}

impl fmt::Display for dyn Written + '_ {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f)
    }
}

/// A list, seen from outside.
pub trait Items {
    /// How many.
    fn count(&self) -> usize;
    /// Each in order.
    fn each(&self, item: &mut dyn FnMut(View<'_>));
}

/// A struct or map, seen from outside.
pub trait Members {
    /// Each in order: name and value.
    fn each(&self, member: &mut dyn FnMut(&str, View<'_>));
}

impl View<'_> {
    /// The value as JSON.
    pub fn to_value(&self) -> Value {
        match self {
            View::Null => Value::Null,
            View::Boolean(value) => Value::Bool(*value),
            View::Integer(number) => integer(*number),
            View::Number(number) => Value::from(*number),
            View::Text(text) => Value::from(*text),
            View::Character(character) => Value::from(character.to_string()),
            View::Display(value) => Value::from(value.to_string()),
            View::Items(items) => {
                let mut list = Vec::with_capacity(items.count());
                items.each(&mut |item| list.push(item.to_value()));
                Value::Array(list)
            }
            View::Members(members) => {
                let mut object = serde_json::Map::new();
                members.each(&mut |name, value| {
                    object.insert(name.to_owned(), value.to_value());
                });
                Value::Object(object)
            }
            View::Json(value) => (*value).clone(),
        }
    }
}

/// JSON numbers end at 64 bits; beyond, the digits are kept as text rather than rounded.
fn integer(number: i128) -> Value {
    if let Ok(number) = i64::try_from(number) {
        Value::from(number)
    } else if let Ok(number) = u64::try_from(number) {
        Value::from(number)
    } else {
        Value::from(number.to_string())
    }
}

/// Lets a value be serialized by any serde format.
impl serde::Serialize for View<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::{SerializeMap, SerializeSeq};
        match self {
            View::Null => serializer.serialize_none(),
            View::Boolean(value) => serializer.serialize_bool(*value),
            View::Integer(number) => match (i64::try_from(*number), u64::try_from(*number)) {
                (Ok(number), _) => serializer.serialize_i64(number),
                (_, Ok(number)) => serializer.serialize_u64(number),
                _ => serializer.serialize_i128(*number),
            },
            View::Number(number) => serializer.serialize_f64(*number),
            View::Text(text) => serializer.serialize_str(text),
            View::Character(character) => serializer.serialize_char(*character),
            View::Display(value) => serializer.collect_str(value),
            View::Json(value) => value.serialize(serializer),
            View::Items(items) => {
                let mut list = serializer.serialize_seq(Some(items.count()))?;
                let mut result = Ok(());
                items.each(&mut |item| {
                    if result.is_ok() {
                        result = list.serialize_element(&item);
                    }
                });
                result?;
                list.end()
            }
            View::Members(members) => {
                let mut count = 0;
                members.each(&mut |_, _| count += 1);
                let mut map = serializer.serialize_map(Some(count))?;
                let mut result = Ok(());
                members.each(&mut |name, value| {
                    if result.is_ok() {
                        result = map.serialize_entry(name, &value);
                    }
                });
                result?;
                map.end()
            }
        }
    }
}
