//! References to what is made at run time.
use crate::{constant::Ref, schema::Schema};
use std::sync::Arc;

pub(super) fn text(text: &str) -> Ref<str> {
    Ref::shared(Arc::from(text))
}
pub(super) fn list<T>(items: Vec<T>) -> Ref<[T]> {
    Ref::shared(Arc::from(items))
}
pub(super) fn one<T>(value: T) -> Ref<T> {
    Ref::shared(Arc::new(value))
}
/// A schema with another printed name than its shape has.
pub(super) fn printed(schema: Schema, name: &str) -> Schema {
    Schema::Printed(one(schema), text(name))
}
