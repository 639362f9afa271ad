//! What a program returns, as JSON: a value of some field type, or the outputs of a signature.
use crate::{InputField, Members, View, schema::json};
use serde_json::{Value, json};
use std::marker::PhantomData;

/// A value that a program returned. Its own methods are there for the types of fields; those of [`ReturnedOutputs`] stand in
/// for the outputs of signatures.
pub struct Returned<'a, T: ?Sized>(pub &'a T);

impl<T: InputField> Returned<'_, T> {
    /// The value.
    pub fn to_json(&self) -> Value {
        self.0.view().to_value()
    }
}

/// The outputs of a signature.
pub trait ReturnedOutputs {
    /// The outputs by name.
    fn to_json(&self) -> Value;
}
impl<T: Members> ReturnedOutputs for Returned<'_, T> {
    fn to_json(&self) -> Value {
        View::Members(self.0).to_value()
    }
}

/// The type of what a program returns.
pub struct ReturnedType<T>(pub PhantomData<T>);

impl<T: InputField> ReturnedType<T> {
    /// JSON Schema of the values.
    pub fn schema(&self) -> Value {
        serde_json::from_str(&json::of_type(T::SCHEMA.get())).unwrap_or_default()
    }
}

/// The outputs of a signature, which do not know their signature: some object.
pub trait ReturnedObject {
    /// JSON Schema of the values.
    fn schema(&self) -> Value {
        json!({ "type": "object" })
    }
}
impl<T> ReturnedObject for ReturnedType<T> {}
