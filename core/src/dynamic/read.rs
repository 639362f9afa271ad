//! Replies read without a call.
use super::DynSignature;
use crate::{
    Adapter, Completion, Error, ErrorKind, Record, Repair, Result, Strictness,
    parse::{self, Form, How},
    schema::Schema,
};
use serde_json::Value;

impl DynSignature {
    /// Reads a reply that came some other way: recorded, or of another client. `adapter`: how the model
    /// was asked; a reply in another form is read all the same.
    ///
    /// # Errors
    /// If it cannot be read, or breaks a constraint; as a call would.
    ///
    /// ```
    /// use sigflow_core::{Adapter, DynSignature};
    ///
    /// let signature = DynSignature::parse("question -> answer, stars: int")?;
    /// let outputs = signature.read(Adapter::Json, "Sure: {'answer': 'Paris', stars: \"5\",}")?;
    /// assert_eq!((outputs["answer"].as_str(), outputs["stars"].as_i64()), (Some("Paris"), Some(5)));
    /// # Ok::<(), sigflow_core::Error>(())
    /// ```
    pub fn read(&self, adapter: Adapter, reply: &str) -> Result<Record> {
        read(self, Form::from(adapter), Strictness::default(), reply).map(|(record, _)| record)
    }
}

/// Reads a reply of a form, and says what was forgiven.
#[doc(hidden)]
pub fn read(
    signature: &DynSignature,
    form: Form,
    strictness: Strictness,
    reply: &str,
) -> Result<(Record, Vec<Repair>)> {
    let how = How { form, strictness };
    parse::read::<super::DynAsk>(&signature.def(), how, &Completion::text(reply))
}

/// Reads one value of a schema from a text.
#[doc(hidden)]
pub fn read_value(schema: &Schema, text: &str, partial: bool) -> Result<(Value, Vec<Repair>)> {
    parse::value(schema, text, partial)
        .map_err(|faults| Error::from_faults(ErrorKind::Parse, faults).with_raw_reply(text))
}

/// Brings a value into the form of a schema, as inputs are.
#[doc(hidden)]
pub fn align_value(schema: &Schema, value: Value) -> Result<Value> {
    parse::aligned(schema, &value).map_err(|faults| Error::from_faults(ErrorKind::Parse, faults))
}
