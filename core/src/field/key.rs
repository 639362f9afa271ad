//! What may be the key of a map: what JSON can write as a member's name.
use crate::{constant::Ref, error::Fault, schema::Schema};
use std::borrow::Cow;

/// The key of a map.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the key of a map",
    label = "JSON writes keys as text",
    note = "use `String`, an integer, `char`, `bool` or an enum of words with `#[derive(Field)]`; or a `Vec` of pairs"
)]
pub trait MapKey {
    /// What keys look like.
    const KEY_SCHEMA: Ref<Schema>;
    /// The key as a member's name.
    fn to_key(&self) -> Cow<'_, str>;
    /// Reads a member's name.
    ///
    /// # Errors
    /// A fault if it is no such key.
    fn from_key(name: &str) -> Result<Self, Fault>
    where
        Self: Sized;
}

impl MapKey for String {
    const KEY_SCHEMA: Ref<Schema> = Ref::new(&Schema::Text);
    fn to_key(&self) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }
    fn from_key(name: &str) -> Result<Self, Fault> {
        Ok(name.to_owned())
    }
}

impl MapKey for &str {
    const KEY_SCHEMA: Ref<Schema> = Ref::new(&Schema::Text);
    fn to_key(&self) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }
    /// Always a fault: a borrowed key is an input's, and is never read.
    fn from_key(name: &str) -> Result<Self, Fault> {
        Err(Fault::mismatch("", "an owned key", name))
    }
}

macro_rules! keys {
    ($($type:ident)*) => { $(
        impl MapKey for $type {
            const KEY_SCHEMA: Ref<Schema> = <$type as crate::InputField>::SCHEMA;
            fn to_key(&self) -> Cow<'_, str> {
                Cow::Owned(self.to_string())
            }
            fn from_key(name: &str) -> Result<Self, Fault> {
                name.trim().parse().map_err(|_| {
                    Fault::mismatch("", concat!("a key of type ", stringify!($type)), format!("`{name}`"))
                })
            }
        }
    )* };
}
keys! { i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize char bool }
