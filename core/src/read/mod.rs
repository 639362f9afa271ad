//! From a clean reply to typed values, in one pass over its bytes and with nothing in between.
//!
//! A [`Reader`] stands at a value: of a text, which types read as they need it, or of a `Value` that the
//! tolerant reader of [`parse`](crate::parse) made. Generated code takes one value for each field from
//! [`Values`] and does not see which it is.
//!
//! Here nothing is forgiven and nothing is reported: at the first surprise the reply goes to the tolerant
//! reader, which knows what to make of it. So what is read here must be what is read there, and a test
//! holds both equal.
mod json;
mod lists;
mod members;
mod sections;

pub(crate) use members::Given;
pub use members::{OneFault, Values};

use crate::{
    error::Fault,
    parse::{Form, How, Strictness},
    scan,
    signature::{Ask, Def},
};
use serde_json::Value;

/// Texts of so many bytes are read rather than looked over first.
const SHORT: usize = 512;
/// Deeper values are left to the tolerant reader, which says what is wrong with them.
const DEEPEST: u8 = 64;

/// Stands at a value that a [`Field`](crate::Field) is read from.
///
/// ```
/// use serde_json::json;
/// use sigflow_core::{Field, Reader};
///
/// let mut reader = Reader::of(json!([1, 2]));
/// assert_eq!(Vec::<u8>::read(&mut reader).expect("a list of bytes"), [1, 2]);
/// ```
#[derive(Debug)]
pub struct Reader<'t> {
    text: &'t str,
    at: usize,
    /// Where the text ends for now: a section of a reply has its end.
    end: usize,
    /// The value is a whole section: text stands there without quotes.
    bare: bool,
    depth: u8,
    /// A value instead of a text.
    value: Option<Value>,
}

impl<'t> Reader<'t> {
    pub(crate) const fn new(text: &'t str) -> Self {
        Reader {
            text,
            at: 0,
            end: text.len(),
            bare: false,
            depth: 0,
            value: None,
        }
    }
    /// Stands at a part of a text: a whole section, or a value of JSON.
    pub(crate) fn part(text: &'t str, range: (usize, usize), bare: bool) -> Option<Self> {
        let mut reader = Reader::new(text.get(..range.1)?);
        (reader.at, reader.bare) = (range.0, bare);
        // an empty section may be nothing, or a default
        (!bare || !reader.text[range.0..].trim_ascii().is_empty()).then_some(reader)
    }
    /// Stands at a value.
    pub fn of(value: Value) -> Self {
        let mut reader = Reader::new("");
        reader.value = Some(value);
        reader
    }
    /// The value, if it is none of a text.
    pub(crate) fn given(&mut self) -> Option<Value> {
        self.value.take()
    }
    /// The value as JSON, whatever it is.
    ///
    /// # Errors
    /// A fault if there is no clean JSON here; the tolerant reader looks at it then.
    pub fn value(&mut self) -> Result<Value, Fault> {
        match self.value.take() {
            Some(value) => Ok(value),
            None => self.any(),
        }
    }
}

/// What is not clean. It says nothing, because no one sees it: the tolerant reader reports.
#[cold]
pub(crate) const fn unclean() -> Fault {
    Fault {
        path: String::new(),
        expected: String::new(),
        found: String::new(),
        constraint: false,
        reason: crate::Reason::Mismatch,
    }
}

/// Both readings of a reply, for the test that holds them equal: the clean one, if there is one, and the
/// tolerant one.
#[doc(hidden)]
pub fn both<S: crate::Signature>(
    form: Form,
    text: &str,
) -> (Option<S::Output>, crate::Result<S::Output>) {
    let def = crate::signature::def_of::<S>();
    let how = How {
        form,
        ..Default::default()
    };
    let tolerant = crate::parse::tolerantly::<S>(&def, how, text, false);
    (
        clean::<S>(&def, how, text),
        tolerant.map(|(output, _)| output),
    )
}

/// The outputs of a clean reply; `None` leaves it to the tolerant reader.
pub(crate) fn clean<S: Ask>(def: &Def, how: How, text: &str) -> Option<S::Output> {
    if !S::TYPED {
        return None;
    }
    // what is cut off is not read to its end in vain
    let object = text.trim_ascii_start().starts_with('{');
    if object
        && (!text.trim_ascii_end().ends_with('}')
            || text.len() > SHORT && scan::lacks_closers(text.as_bytes()))
    {
        return None;
    }
    let mut reader = Reader::new(text);
    let output = S::read(def, outputs(&mut reader, def, how)?).ok()?;
    reader.is_at_end().then_some(output)
}

/// Where the outputs stand.
fn outputs<'a, 't>(reader: &'a mut Reader<'t>, def: &'a Def, how: How) -> Option<Values<'a, 't>> {
    let lenient = how.strictness == Strictness::Lenient;
    match how.form {
        // an object where sections were asked for says as much
        Form::Chat if lenient && reader.peek() == Some(b'{') => Values::of_object(reader, def).ok(),
        Form::Chat => Some(Values::of_sections(reader, def)),
        Form::Json => Values::of_object(reader, def).ok(),
        Form::Xml => None,
    }
}
