//! Text, numbers and booleans.
use super::{Field, InputField, View, Written, mismatch};
use crate::{
    constant::Ref,
    error::Fault,
    read::{Reader, unclean},
    schema::Schema,
    stream::Grown,
};
use serde_json::Value;
use std::{borrow::Cow, fmt};

impl InputField for &str {
    const SCHEMA: Ref<Schema> = Ref::new(&Schema::Text);
    fn view(&self) -> View<'_> {
        View::Text(self)
    }
}
impl InputField for String {
    const SCHEMA: Ref<Schema> = Ref::new(&Schema::Text);
    fn view(&self) -> View<'_> {
        View::Text(self)
    }
}
impl Field for String {
    fn from_value(value: Value) -> Result<Self, Fault> {
        match value {
            Value::String(text) => Ok(text),
            other => Err(mismatch("text", &other)),
        }
    }
    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        match reader.given() {
            Some(value) => Self::from_value(value),
            None => reader.text().map(Cow::into_owned),
        }
    }
    fn grow(so_far: &mut Option<Self>, more: Grown<'_, '_>) {
        if let Grown::Text(text) = more {
            so_far.get_or_insert_default().push_str(text);
        }
    }
}

impl InputField for char {
    const SCHEMA: Ref<Schema> = Ref::new(&Schema::Character);
    fn view(&self) -> View<'_> {
        View::Character(*self)
    }
}
impl Field for char {
    fn from_value(value: Value) -> Result<Self, Fault> {
        let mut characters = value.as_str().unwrap_or_default().chars();
        match (characters.next(), characters.next()) {
            (Some(character), None) => Ok(character),
            _ => Err(mismatch("one character", &value)),
        }
    }
    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        if let Some(value) = reader.given() {
            return Self::from_value(value);
        }
        let text = reader.text()?;
        let mut characters = text.chars();
        match (characters.next(), characters.next()) {
            (Some(character), None) => Ok(character),
            _ => Err(unclean()),
        }
    }
}

impl InputField for bool {
    const SCHEMA: Ref<Schema> = Ref::new(&Schema::Boolean);
    fn view(&self) -> View<'_> {
        View::Boolean(*self)
    }
}
impl Field for bool {
    fn from_value(value: Value) -> Result<Self, Fault> {
        value
            .as_bool()
            .ok_or_else(|| mismatch("true or false", &value))
    }
    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        match reader.given() {
            Some(value) => Self::from_value(value),
            None => reader.boolean(),
        }
    }
}

impl InputField for Value {
    const SCHEMA: Ref<Schema> = Ref::new(&Schema::Any);
    fn view(&self) -> View<'_> {
        View::Json(self)
    }
}
impl Field for Value {
    fn from_value(value: Value) -> Result<Self, Fault> {
        Ok(value)
    }
    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        reader.value()
    }
    fn grow(so_far: &mut Option<Self>, more: Grown<'_, '_>) {
        match (more, so_far) {
            (Grown::Text(text), Some(Value::String(so_far))) => so_far.push_str(text),
            (Grown::Text(text), so_far) => *so_far = Some(Value::from(text)),
            (Grown::Item(reader), so_far) => {
                let Ok(item) = reader.value() else { return };
                match so_far {
                    Some(Value::Array(items)) => items.push(item),
                    so_far => *so_far = Some(Value::Array(vec![item])),
                }
            }
        }
    }
}

macro_rules! integers {
    ($($type:ident $name:literal)*) => { $(
        impl InputField for $type {
            const SCHEMA: Ref<Schema> = Ref::new(&Schema::Integer($name));
            fn view(&self) -> View<'_> {
                i128::try_from(*self).map_or(View::Display(self), View::Integer)
            }
        }
        impl Written for $type {
            fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
        impl Field for $type {
            fn from_value(value: Value) -> Result<Self, Fault> {
                let number = match &value {
                    Value::Number(number) => {
                        let signed = number.as_i64().and_then(|number| $type::try_from(number).ok());
                        signed.or_else(|| $type::try_from(number.as_u64()?).ok())
                    }
                    // numbers beyond 64 bits come as text, see `View::to_value`
                    Value::String(digits) => digits.parse().ok(),
                    _ => None,
                };
                number
                    .ok_or_else(|| mismatch(
                        &format!("an integer from {} to {}", $type::MIN, $type::MAX), &value,
                    ))
            }
            fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
                if let Some(value) = reader.given() {
                    return Self::from_value(value);
                }
                match reader.number()? {
                    (digits, true) => digits.parse().map_err(|_| unclean()),
                    _ => Err(unclean()),
                }
            }
        }
    )* };
}
integers! {
    i8 "int8" i16 "int16" i32 "int32" i64 "int64" i128 "int128" isize "int"
    u8 "uint8" u16 "uint16" u32 "uint32" u64 "uint64" u128 "uint128" usize "uint"
}

/// The least and greatest value that JSON Schema states for a width: both for 8 and 16 bits, the zero
/// of unsigned ones, else nothing (as schemars does).
pub(crate) const fn bounds_of(name: &str) -> (Option<i128>, Option<i128>) {
    match name.as_bytes() {
        b"int8" => (Some(i8::MIN as i128), Some(i8::MAX as i128)),
        b"int16" => (Some(i16::MIN as i128), Some(i16::MAX as i128)),
        b"uint8" => (Some(0), Some(u8::MAX as i128)),
        b"uint16" => (Some(0), Some(u16::MAX as i128)),
        b"uint32" | b"uint64" | b"uint128" | b"uint" => (Some(0), None),
        _ => (None, None),
    }
}

/// A number whose digits are those of the narrower one: `0.1_f32` is 0.1 and not 0.10000000149011612.
fn exact<T: Copy + Into<f64> + fmt::Display>(number: T) -> f64 {
    if size_of::<T>() == size_of::<f64>() {
        return number.into();
    }
    number.to_string().parse().unwrap_or_else(|_| number.into())
}

macro_rules! floats {
    ($($type:ident $name:literal)*) => { $(
        impl InputField for $type {
            const SCHEMA: Ref<Schema> = Ref::new(&Schema::Number($name));
            fn view(&self) -> View<'_> {
                View::Number(exact(*self))
            }
        }
        impl Field for $type {
            #[allow(clippy::cast_possible_truncation, reason = "`f32` is asked for")]
            fn from_value(value: Value) -> Result<Self, Fault> {
                value
                    .as_f64()
                    .map(|number| number as $type)
                    .filter(|number| number.is_finite())
                    .ok_or_else(|| mismatch("a number", &value))
            }
            #[allow(clippy::cast_possible_truncation, reason = "`f32` is asked for")]
            fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
                if let Some(value) = reader.given() {
                    return Self::from_value(value);
                }
                let (digits, _) = reader.number()?;
                digits
                    .parse()
                    .ok()
                    .map(|number: f64| number as $type)
                    .filter(|number| number.is_finite())
                    .ok_or_else(unclean)
            }
        }
    )* };
}
floats! { f32 "float" f64 "double" }
