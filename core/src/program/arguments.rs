//! Arguments of a program out of JSON.
use crate::{
    Error, ErrorKind, Field, Result,
    constant::Ref,
    error::Fault,
    field::shorten,
    parse,
    schema::{Dialect, FieldDef, What},
    signature::{Def, SignatureDef},
};
use serde_json::{Map, Value};
use sigflow_grammar::closest;
use std::sync::Arc;

/// Arguments by name: first each is [expected](Self::expect), then, if [all fit](Self::checked), each is taken.
pub struct Arguments {
    program: &'static str,
    given: Result<Map<String, Value>>,
    read: Map<String, Value>,
    faults: Vec<Fault>,
}

impl Arguments {
    /// The arguments of a program.
    pub fn new(program: &'static str, given: Value) -> Self {
        Arguments {
            program,
            given: match given {
                Value::Object(members) => Ok(members),
                other => Err(no_object(program, &other)),
            },
            read: Map::new(),
            faults: Vec::new(),
        }
    }
    /// Judges the next argument.
    pub fn expect<T: Field>(&mut self, name: &'static str) {
        let Ok(given) = &mut self.given else {
            return;
        };
        let field = FieldDef::new(Ref::new(name), T::SCHEMA);
        let value = match given.shift_remove(name) {
            Some(value) => parse::input(&field, value, &mut self.faults),
            None => parse::absent(&field).unwrap_or_else(|fault| {
                self.faults.push(fault);
                Value::Null
            }),
        };
        self.read.insert(name.to_owned(), value);
    }
    /// It cannot be called with JSON at all.
    #[cold]
    pub(crate) fn refuse(&mut self, why: &str) {
        self.given = Err(crate::__private::programs::no_json(self.program, why));
    }
    /// All that was wrong, or the arguments to be taken.
    ///
    /// # Errors
    /// If anything was wrong: [`Error::is_invalid_input`].
    pub fn checked(mut self) -> Result<Self> {
        let given = std::mem::replace(&mut self.given, Ok(Map::new()))?;
        for name in given.keys() {
            let known = self.read.keys().map(String::as_str);
            let expected = match closest(name, known.clone()) {
                Some(close) => format!("`{close}`"),
                None if self.read.is_empty() => "no arguments".to_owned(),
                None => format!("one of `{}`", known.collect::<Vec<_>>().join("`, `")),
            };
            self.faults.push(Fault::mismatch(name, expected, "unknown"));
        }
        if self.faults.is_empty() {
            return Ok(self);
        }
        let error = Error::from_faults(ErrorKind::InvalidInput, self.faults);
        Err(error.at(self.program.to_owned()))
    }
    /// An argument, typed.
    ///
    /// # Errors
    /// If its type wants more than its schema says: [`Error::is_invalid_input`].
    pub fn take<T: Field>(&mut self, name: &'static str) -> Result<T> {
        let value = self.read.shift_remove(name).unwrap_or_default();
        T::from_value(value).map_err(|fault| {
            let faults = vec![fault.within(name)];
            Error::from_faults(ErrorKind::InvalidInput, faults).at(self.program.to_owned())
        })
    }
}

#[cold]
pub(super) fn no_object(program: &str, found: &Value) -> Error {
    let message = format!(
        "inputs are an object of values by name, and this is {}; write `{{\"name\": value}}`",
        shorten(found)
    );
    Error::new(ErrorKind::InvalidInput, message).at(program.to_owned())
}

/// JSON Schema of a program's arguments.
pub fn schema(program: &'static str, arguments: Vec<FieldDef>) -> Value {
    let signature = SignatureDef {
        name: Ref::new(program),
        instructions: Ref::new(""),
        inputs: Ref::shared(Arc::from(arguments)),
        outputs: Ref::new(&[]),
    };
    let def = Def::new(Ref::shared(Arc::new(signature)));
    super::erased::schema(What::Input(Dialect::Plain), &def)
}
/// One argument of [`schema`].
pub fn argument<T: Field>(name: &'static str) -> FieldDef {
    FieldDef::new(Ref::new(name), T::SCHEMA)
}
