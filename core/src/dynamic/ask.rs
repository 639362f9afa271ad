//! A question put to a signature made at run time.
use super::DynSignature;
use crate::{
    Call, Error, ErrorKind, Record, Result,
    constant::Ref,
    error::Fault,
    field::{View, shorten},
    parse::{self, Values},
    predict::State,
    schema::{Body, FieldDef, Schema},
    signature::{Ask, Def, WithReasoning, WithSteps},
    stream::PartialRecord,
};
use serde_json::Value;
use sigflow_grammar::closest;
use std::sync::Arc;

/// A question: a [`DynSignature`] and values for its inputs, made by [`DynSignature::ask`]. What it
/// answers with is a [`Record`].
#[derive(Clone)]
pub struct DynAsk {
    signature: DynSignature,
    /// In the order of the inputs.
    inputs: Vec<Value>,
    demos: Option<Vec<Record>>,
}

impl DynSignature {
    /// Checks the values by name, type and bounds; then it is a question like any other.
    ///
    /// Text that holds a number is a number where one is wanted, and the like; an input without a type
    /// takes any value. A missing input has its default, or null where null is a value.
    ///
    /// # Errors
    /// One that lists all that is wrong: [`Error::is_invalid_input`].
    ///
    /// ```
    /// use serde_json::json;
    /// use sigflow_core::DynSignature;
    ///
    /// let signature = DynSignature::parse("question, limit: int -> answer")?;
    /// let error = signature.ask([("qestion", json!("Why?")), ("limit", json!("many"))]).unwrap_err();
    /// assert!(error.is_invalid_input());
    /// assert_eq!(
    ///     error.to_string(),
    ///     "StringSignature: input `qestion` is unknown, expected `question`; \
    ///      `question` is missing, expected text; `limit` is `many`, expected an integer",
    /// );
    /// # Ok::<(), sigflow_core::Error>(())
    /// ```
    pub fn ask<N: Into<String>>(
        &self,
        inputs: impl IntoIterator<Item = (N, Value)>,
    ) -> Result<DynAsk> {
        let (mut given, mut faults) = (Record::default(), Vec::new());
        for (name, value) in inputs {
            let name = name.into();
            if !self.inputs().iter().any(|field| field.name.get() == name) {
                faults.push(self.unknown(&name));
            } else if given.get(&name).is_some() {
                faults.push(Fault::mismatch(name, "one value", "given twice"));
            } else {
                given.set(name, value);
            }
        }
        let values = self
            .inputs()
            .iter()
            .map(|field| input(field, given.get(field.name.get()), &mut faults))
            .collect();
        if faults.is_empty() {
            Ok(DynAsk {
                signature: self.clone(),
                inputs: values,
                demos: None,
            })
        } else {
            Err(Error::from_faults(ErrorKind::InvalidInput, faults).at(self.name().to_owned()))
        }
    }

    fn unknown(&self, name: &str) -> Fault {
        let names = self.inputs().iter().map(|field| field.name.get());
        let expected = match closest(name, names.clone()) {
            Some(close) => format!("`{close}`"),
            None if self.inputs().is_empty() => "no inputs".to_owned(),
            None => format!("one of `{}`", names.collect::<Vec<_>>().join("`, `")),
        };
        Fault::mismatch(name, expected, "unknown")
    }
}

/// The value of one input, in its schema's form.
fn input(field: &FieldDef, given: Option<&Value>, faults: &mut Vec<Fault>) -> Value {
    let name = field.name.get();
    let Some(given) = given else {
        return parse::absent(field).unwrap_or_else(|fault| {
            faults.push(fault);
            Value::Null
        });
    };
    if field.is_untyped() {
        return given.clone();
    }
    // what a reply may be forgiven, a program's own input is not: one value where a list is asked for
    let fits = match field.schema.get().shape() {
        Schema::Text => !matches!(given, Value::Array(_) | Value::Object(_)),
        Schema::List(_) | Schema::Set(_) | Schema::Array(..) | Schema::Tuple(_) => given.is_array(),
        Schema::Map(..) => given.is_object(),
        Schema::Named(named) if matches!(named.body(), Body::Record(_)) => given.is_object(),
        _ => true,
    };
    if !fits {
        faults.push(Fault::mismatch(
            name,
            parse::expected(field.schema.get()),
            shorten(given),
        ));
        return Value::Null;
    }
    parse::input(field, given.clone(), faults)
}

impl DynAsk {
    /// The same question after these demonstrations: records of inputs and the outputs they should give.
    #[must_use]
    pub fn demos(mut self, demos: impl IntoIterator<Item = Record>) -> Self {
        self.demos = Some(demos.into_iter().collect());
        self
    }
    /// The signature.
    pub fn signature(&self) -> &DynSignature {
        &self.signature
    }
    /// The demos of this question, or else the state that keeps the signature's rendered prompt.
    fn state(&mut self, shared: Arc<State>) -> Arc<State> {
        match self.demos.take() {
            Some(demos) => {
                let mut state = State::default();
                state.demos = demos;
                Arc::new(state)
            }
            None => shared,
        }
    }
}

impl Ask for DynAsk {
    type Output = Record;
    type Partial = PartialRecord;
    /// A record knows no types: the reader of [`parse`](crate::parse) holds values to their schemas.
    const TYPED: bool = false;
    fn def(&self) -> Def {
        self.signature.def()
    }
    fn each_input(&self, input: &mut dyn FnMut(usize, View<'_>)) {
        self.inputs
            .iter()
            .enumerate()
            .for_each(|(index, value)| input(index, View::Json(value)));
    }
    fn read(def: &Def, mut values: Values<'_, '_>) -> Result<Record, Vec<Fault>> {
        let mut record = Record::default();
        for field in def.signature.outputs.get() {
            record.set(field.name.get(), values.next::<Value>()?);
        }
        Ok(record)
    }
    fn predict(mut self) -> Call<Self> {
        let state = self.state(self.signature.0.plain.clone());
        Call::new(self).tuned(Ref::default(), Some(state))
    }
    fn chain_of_thought(mut self) -> Call<WithReasoning<Self>> {
        let state = self.state(self.signature.0.reasoned.clone());
        Call::new(WithReasoning(self)).tuned(Ref::default(), Some(state))
    }
    fn checked_reasoning(mut self) -> Call<WithSteps<Self>> {
        let state = self.state(self.signature.0.stepped.clone());
        Call::new(WithSteps(self)).tuned(Ref::default(), Some(state))
    }
}

impl std::fmt::Debug for DynAsk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names = self.signature.inputs().iter().map(|field| field.name.get());
        f.debug_map().entries(names.zip(&self.inputs)).finish()
    }
}
