//! What may stand in a signature: [`InputField`]s are written, [`Field`]s are also read back.
#[cfg(feature = "chrono")]
mod chrono;
mod containers;
#[cfg(feature = "decimal")]
mod decimal;
mod duration;
mod formatted;
#[cfg(feature = "jiff")]
mod jiff;
mod key;
mod network;
mod nonzero;
mod pointers;
mod scalars;
mod tuples;
#[cfg(feature = "uuid")]
mod uuid;
mod view;

pub(crate) use duration::{is_duration, parse as read_duration};
pub use key::MapKey;
pub(crate) use scalars::bounds_of;
pub use view::{Items, Members, View, Written};

use crate::{
    constant::Ref,
    error::Fault,
    read::{Reader, unclean},
    schema::Schema,
    stream::Grown,
};
use serde_json::Value;

/// An input: written into the prompt, never read back, so it may borrow.
///
/// Implemented for text, numbers, `Option`, lists, sets, maps, tuples, and by `#[derive(Field)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a field of a signature",
    label = "how `{Self}` looks to a model is not known",
    note = "if it is your own struct or enum, add `#[derive(Field)]` to it",
    note = "if it comes from another crate, write a struct of your own with what the model shall see"
)]
pub trait InputField {
    /// What its values look like.
    const SCHEMA: Ref<Schema>;
    /// The value, to be written.
    fn view(&self) -> View<'_>;
}

/// An output: owned, and read from the reply.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an output of a signature",
    label = "how to read a `{Self}` from a reply is not known",
    note = "if it is your own struct or enum, add `#[derive(Field)]` to it",
    note = "if it borrows, write a type that owns: `String` instead of `&str`, `Vec<T>` instead of `&[T]`"
)]
pub trait Field: InputField + Sized + Send + 'static {
    /// Reads a value that fits [`SCHEMA`](InputField::SCHEMA).
    ///
    /// # Errors
    /// A fault whose path starts at this value.
    fn from_value(value: Value) -> Result<Self, Fault>;
    /// Reads the value that a reader stands at: where [`from_value`](Self::from_value) takes what the
    /// tolerant reader made, this also takes what stands in a clean reply. Without it a reply with such a
    /// value always goes through the tolerant reader.
    ///
    /// # Errors
    /// A fault if it is not of this type, or not clean.
    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        match reader.given() {
            Some(value) => Self::from_value(value),
            None => Err(unclean()),
        }
    }
    /// Lets a value that is arriving grow: text by text, a list by items. What else grows has nothing to show.
    #[doc(hidden)]
    fn grow(so_far: &mut Option<Self>, more: Grown<'_, '_>) {
        let _ = (so_far, more);
    }
}

/// A value that is not what its type wants.
#[cold]
pub fn mismatch(expected: &str, found: &Value) -> Fault {
    Fault::mismatch("", expected, shorten(found))
}

/// A value in one line of at most 80 characters.
pub(crate) fn shorten(value: &Value) -> String {
    use std::fmt::Write;
    let mut short = Short {
        text: String::new(),
        room: 80,
    };
    let whole = match value {
        Value::String(text) => write!(short, "`{text}`"),
        other => write!(short, "`{other}`"),
    };
    if whole.is_err() {
        short.text.push_str("…`");
    }
    short.text
}

/// The first characters of what is written to it, in one line. What is longer is not looked at.
struct Short {
    text: String,
    room: usize,
}

impl std::fmt::Write for Short {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        for character in text.chars() {
            self.room = self.room.checked_sub(1).ok_or(std::fmt::Error)?;
            self.text.push(match character {
                '\n' | '\r' => ' ',
                other => other,
            });
        }
        Ok(())
    }
}

impl Fault {
    /// The same fault, one level further out.
    #[cold]
    pub(crate) fn within(mut self, outer: &str) -> Self {
        self.path = match self.path.chars().next() {
            None => outer.to_owned(),
            Some('[') => format!("{outer}{}", self.path),
            Some(_) => format!("{outer}.{}", self.path),
        };
        self
    }
}
