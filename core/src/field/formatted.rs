//! Types with a text form: dates, durations, addresses.
use super::mismatch;
use crate::{error::Fault, schema::Format};
use serde_json::Value;

/// Reads the text of a value; a fault says what it looks like.
pub(super) fn read<T>(
    format: Format,
    value: &Value,
    read: impl FnOnce(&str) -> Option<T>,
) -> Result<T, Fault> {
    let found = match value {
        Value::String(text) => read(text.trim()),
        // a length in seconds, a decimal
        Value::Number(number) => read(&number.to_string()),
        _ => None,
    };
    found.ok_or_else(|| mismatch(format.words(), value))
}

/// The impls of types with a text form: how it is written, and how it is read.
macro_rules! formatted {
    ($($type:ty, $format:ident, $write:expr, $read:expr;)*) => { $(
        impl $crate::field::Written for $type {
            fn write(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                let write: fn(&$type, &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result = $write;
                write(self, f)
            }
        }
        impl $crate::InputField for $type {
            const SCHEMA: $crate::constant::Ref<$crate::schema::Schema> =
                $crate::constant::Ref::new(&$crate::schema::Schema::Formatted($crate::schema::Format::$format));
            fn view(&self) -> $crate::View<'_> {
                $crate::View::Display(self)
            }
        }
        impl $crate::Field for $type {
            fn from_value(value: ::serde_json::Value) -> Result<Self, $crate::error::Fault> {
                $crate::field::formatted::read($crate::schema::Format::$format, &value, $read)
            }
            fn read(reader: &mut $crate::Reader<'_>) -> Result<Self, $crate::error::Fault> {
                let value = match reader.given() {
                    Some(value) => value,
                    None => ::serde_json::Value::from(reader.text()?.into_owned()),
                };
                Self::from_value(value)
            }
        }
        impl $crate::MapKey for $type {
            const KEY_SCHEMA: $crate::constant::Ref<$crate::schema::Schema> = <$type as $crate::InputField>::SCHEMA;
            fn to_key(&self) -> ::std::borrow::Cow<'_, str> {
                let written: &dyn $crate::field::Written = self;
                ::std::borrow::Cow::Owned(written.to_string())
            }
            fn from_key(name: &str) -> Result<Self, $crate::error::Fault> {
                <$type as $crate::Field>::from_value(::serde_json::Value::from(name))
            }
        }
    )* };
}
pub(super) use formatted;
