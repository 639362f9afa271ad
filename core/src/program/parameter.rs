//! Values of a program that are tuned like its predictors: how many hops, how sure is sure.
use crate::{
    Error, ErrorKind, Field, Result,
    constant::Ref,
    parse,
    schema::{FieldDef, json},
};
use serde_json::Value;

/// A typed parameter of a program, seen without its type. Every [`Field`] is one.
///
/// ```
/// use sigflow_core::Parameter;
///
/// let mut hops: u8 = 3;
/// let parameter: &mut dyn Parameter = &mut hops;
/// assert_eq!((parameter.value(), &parameter.schema()["type"]), (3.into(), &"integer".into()));
/// let error = parameter.set(300.into()).unwrap_err();
/// assert!(error.is_invalid_input());
/// parameter.set(4.into())?;
/// assert_eq!(hops, 4);
/// # Ok::<(), sigflow_core::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a parameter of a program",
    label = "how a `{Self}` is written and read is not known",
    note = "if it is your own struct or enum, add `#[derive(Field)]` to it"
)]
pub trait Parameter: Send + Sync {
    /// The value, as JSON.
    fn value(&self) -> Value;
    /// JSON Schema of its values.
    fn schema(&self) -> Value;
    /// Whether a value would do.
    ///
    /// # Errors
    /// If it would not: [`Error::is_invalid_input`], with the place.
    fn check(&self, value: &Value) -> Result<()>;
    /// Another value.
    ///
    /// # Errors
    /// As [`check`](Self::check); then the value stays.
    fn set(&mut self, value: Value) -> Result<()>;
}

impl<T: Field + Sync> Parameter for T {
    fn value(&self) -> Value {
        self.view().to_value()
    }
    fn schema(&self) -> Value {
        // our own writer writes JSON
        serde_json::from_str(&json::of_type(T::SCHEMA.get())).unwrap_or_default()
    }
    fn check(&self, value: &Value) -> Result<()> {
        read::<T>(value).map(drop)
    }
    fn set(&mut self, value: Value) -> Result<()> {
        *self = read(&value)?;
        Ok(())
    }
}

/// As the input of a signature made at run time is read.
fn read<T: Field>(value: &Value) -> Result<T> {
    let mut faults = Vec::new();
    let field = FieldDef::new(Ref::new("value"), T::SCHEMA);
    let value = parse::input(&field, value.clone(), &mut faults);
    if faults.is_empty() {
        match T::from_value(value) {
            Ok(value) => return Ok(value),
            Err(fault) => faults.push(fault.within("value")),
        }
    }
    Err(Error::from_faults(ErrorKind::InvalidInput, faults))
}
