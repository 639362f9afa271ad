//! The values of a signature's outputs or of a record's members, in the order of the fields.
use super::{Reader, unclean};
use crate::{
    Field, View,
    adapter::system::REASONING,
    error::Fault,
    parse::{absent, check},
    schema::{Body, Definition, FieldDef},
    signature::Def,
};
use serde_json::Value;
use std::ops::Range;

/// Values in the order of the fields. Generated code takes one for each field.
pub struct Values<'a, 't> {
    source: Source<'a, 't>,
    fields: &'a [FieldDef],
    /// A reasoning comes before the fields.
    reasoning: bool,
    taken: usize,
}

enum Source<'a, 't> {
    /// What the tolerant reader made: in order, in its schemas' form, within its bounds.
    Values(std::vec::IntoIter<Value>),
    /// The same, some of them in a text of their own.
    Given(&'a mut Reader<'t>, [&'t str; 2], std::vec::IntoIter<Given>),
    /// Sections of a chat reply.
    Sections(&'a mut Reader<'t>),
    /// Members of an object.
    Object(&'a mut Reader<'t>, Object),
}

/// An output as the tolerant reader gives it.
#[derive(Clone, Debug)]
pub(crate) enum Given {
    /// In its schema's form, within its bounds.
    Value(Value),
    /// Clean JSON that stands there in the reply; its bounds are not looked at yet.
    Stands(Range<usize>),
    /// The same in a text that was made of the reply.
    Written(Range<usize>),
}

impl Default for Given {
    fn default() -> Self {
        Given::Value(Value::Null)
    }
}

impl Given {
    /// The value; nothing if it stands in a text.
    pub(crate) fn into_value(self) -> Value {
        match self {
            Given::Value(value) => value,
            Given::Stands(_) | Given::Written(_) => Value::Null,
        }
    }
}

/// What is known of the members of an object that is being read.
#[derive(Default)]
struct Object {
    /// No member was read yet.
    first: bool,
    /// The bracket at the end was taken.
    closed: bool,
    /// Members that came before their turn, and where their values stand.
    waiting: Vec<(usize, usize)>,
    /// Where to go on after one of these.
    resume: Option<usize>,
}

impl<'a, 't> Values<'a, 't> {
    fn new(source: Source<'a, 't>, fields: &'a [FieldDef], reasoning: bool) -> Self {
        Values {
            source,
            fields,
            reasoning,
            taken: 0,
        }
    }
    /// The outputs of a signature, in order.
    pub(crate) fn of_outputs(values: Vec<Value>, def: &'a Def) -> Self {
        let source = Source::Values(values.into_iter());
        Values::new(source, def.signature.outputs.get(), def.reasoning)
    }
    /// The outputs of a signature, in order, some of them in a text.
    pub(crate) fn of_given(
        reader: &'a mut Reader<'t>,
        written: &'t str,
        given: Vec<Given>,
        def: &'a Def,
    ) -> Self {
        let texts = [reader.text, written];
        let source = Source::Given(reader, texts, given.into_iter());
        Values::new(source, def.signature.outputs.get(), def.reasoning)
    }
    /// The outputs of a signature in a chat reply.
    pub(super) fn of_sections(reader: &'a mut Reader<'t>, def: &'a Def) -> Self {
        let source = Source::Sections(reader);
        Values::new(source, def.signature.outputs.get(), def.reasoning)
    }
    /// The outputs of a signature in an object.
    pub(super) fn of_object(reader: &'a mut Reader<'t>, def: &'a Def) -> Result<Self, Fault> {
        Values::of_members(reader, def.signature.outputs.get(), def.reasoning)
    }
    fn of_members(
        reader: &'a mut Reader<'t>,
        fields: &'a [FieldDef],
        reasoning: bool,
    ) -> Result<Self, Fault> {
        reader.enter(b'{')?;
        let mut object = Object {
            first: true,
            ..Object::default()
        };
        if fields.is_empty() && !reasoning {
            object.end(reader)?;
        }
        Ok(Values::new(
            Source::Object(reader, object),
            fields,
            reasoning,
        ))
    }
    /// The members of the record that a reader stands at, in the order of its fields; missing ones have
    /// their default or null.
    ///
    /// # Errors
    /// A fault if there is no object, or a member is missing that must be there.
    pub fn at(reader: &'a mut Reader<'t>, definition: &'a Definition) -> Result<Self, Fault> {
        match (reader.given(), &definition.body) {
            (Some(value), _) => Values::of_record(value, definition),
            (None, Body::Record(fields)) => Values::of_members(reader, fields.get(), false),
            _ => Err(unclean()),
        }
    }
    /// The members of a record in the order of its fields; missing ones have their default or null.
    ///
    /// # Errors
    /// A fault if the value is no object, or a member is missing that must be there.
    pub fn of_record(value: Value, definition: &'a Definition) -> Result<Self, Fault> {
        let Body::Record(fields) = &definition.body else {
            return Err(Fault::mismatch(
                "",
                "a record",
                "a definition of something else",
            ));
        };
        let fields = fields.get();
        let mut members = match value {
            Value::Object(members) => members,
            other => return Err(crate::field::mismatch("an object", &other)),
        };
        let mut values = Vec::with_capacity(fields.len());
        // the tolerant reader gives all of them in order
        let names = fields.iter().map(|field| field.name.get());
        if members.len() == fields.len() && members.keys().eq(names) {
            values.extend(members.into_iter().map(|(_, value)| value));
        } else {
            for field in fields {
                values.push(match members.swap_remove(field.name.get()) {
                    Some(value) => value,
                    None => absent(field)?,
                });
            }
        }
        let source = Source::Values(values.into_iter());
        Ok(Values::new(source, fields, false))
    }

    /// The next value, typed.
    ///
    /// # Errors
    /// A fault if the value is not of that type.
    #[allow(
        clippy::should_implement_trait,
        reason = "typed: an iterator has one item type"
    )]
    pub fn next<T: Field>(&mut self) -> Result<T, OneFault> {
        let given = self.enter()?;
        let value = match given {
            Some(value) => T::read(&mut Reader::of(value)),
            None => T::read(self.reader()?),
        };
        match value {
            Ok(value) => {
                self.leave(&|| value.view())?;
                Ok(value)
            }
            Err(fault) => Err(self.fault(fault)),
        }
    }

    fn field(&self, index: usize) -> Option<&'a FieldDef> {
        match (self.reasoning, index) {
            (true, 0) => Some(&REASONING),
            (reasoning, index) => self.fields.get(index - usize::from(reasoning)),
        }
    }
    fn reader(&mut self) -> Result<&mut Reader<'t>, OneFault> {
        match &mut self.source {
            Source::Sections(reader) | Source::Object(reader, _) | Source::Given(reader, ..) => {
                Ok(reader)
            }
            Source::Values(_) => Err(OneFault(unclean())),
        }
    }
    /// Stands at the next value of the text, or gives it out where there is none.
    fn enter(&mut self) -> Result<Option<Value>, OneFault> {
        let (index, field) = (self.taken, self.field(self.taken));
        self.taken += 1;
        let Some(field) = field else {
            return Ok(Some(Value::Null));
        };
        let entered = match &mut self.source {
            Source::Values(values) => return Ok(Some(values.next().unwrap_or_default())),
            Source::Given(reader, texts, given) => {
                // a value leaves nothing of a text behind it
                reader.at = reader.end;
                let (text, range) = match given.next().unwrap_or_default() {
                    Given::Value(value) => return Ok(Some(value)),
                    Given::Stands(range) => (texts[0], range),
                    Given::Written(range) => (texts[1], range),
                };
                (reader.text, reader.at, reader.end) = (text, range.start, range.end);
                return Ok(None);
            }
            Source::Sections(reader) => reader.enter_section(field.name.get()).map(|()| None),
            Source::Object(reader, object) => {
                let place = |key: &str| {
                    let reasoning = usize::from(self.reasoning);
                    let mut fields = self.fields.iter();
                    let place = fields.position(|field| field.name.get() == key);
                    place.map(|place| place + reasoning)
                };
                match object.find(reader, index, field.name.get(), &place) {
                    Ok(true) => Ok(None),
                    Ok(false) => absent(field).map(Some),
                    Err(fault) => Err(fault),
                }
            }
        };
        entered.map_err(OneFault)
    }
    /// Leaves a value of a text: its bounds hold, and nothing of it is left.
    fn leave<'v>(&mut self, view: &dyn Fn() -> View<'v>) -> Result<(), OneFault> {
        if let Source::Values(_) = self.source {
            return Ok(());
        }
        if let Some(field) = self.field(self.taken - 1)
            && !field.constraints.is_empty()
        {
            let value = view().to_value();
            let mut faults = Vec::new();
            // what is absent has no bounds to break
            if !value.is_null() {
                check(&value, &field.constraints, &String::new, &mut faults);
            }
            if !faults.is_empty() {
                return Err(OneFault(unclean()));
            }
        }
        let last = self.taken == self.fields.len() + usize::from(self.reasoning);
        let left = match &mut self.source {
            Source::Values(_) => Ok(()),
            Source::Given(reader, ..) => {
                if reader.is_at_end() {
                    Ok(())
                } else {
                    Err(unclean())
                }
            }
            Source::Sections(reader) => reader
                .leave_section()
                .and_then(|()| if last { reader.completed() } else { Ok(()) }),
            Source::Object(reader, object) => {
                if let Some(resume) = object.resume.take() {
                    reader.at = resume;
                }
                if last { object.end(reader) } else { Ok(()) }
            }
        };
        left.map_err(OneFault)
    }
    #[cold]
    fn fault(&self, fault: Fault) -> OneFault {
        OneFault(match (&self.source, self.field(self.taken - 1)) {
            (Source::Values(_) | Source::Given(..), Some(field)) => fault.within(field.name.get()),
            _ => fault,
        })
    }
}

impl Object {
    /// Stands at the value of a member; whether there is one.
    fn find(
        &mut self,
        reader: &mut Reader<'_>,
        index: usize,
        name: &str,
        place: &dyn Fn(&str) -> Option<usize>,
    ) -> Result<bool, Fault> {
        if let Some(found) = self
            .waiting
            .iter()
            .position(|(waiting, _)| *waiting == index)
        {
            let (_, at) = self.waiting.swap_remove(found);
            self.resume = Some(reader.at);
            reader.at = at;
            return Ok(true);
        }
        while !self.closed {
            if !reader.more(b'}', &mut self.first)? {
                self.closed = true;
                break;
            }
            if reader.key(name) {
                return Ok(true);
            }
            let key = reader.string()?;
            reader.take(b':')?;
            if key == name {
                return Ok(true);
            }
            // a member that is not known, or was there already, is a surprise
            let waits = place(&key)
                .filter(|place| {
                    *place > index && self.waiting.iter().all(|(waiting, _)| waiting != place)
                })
                .ok_or_else(unclean)?;
            reader.peek();
            self.waiting.push((waits, reader.at));
            reader.skip()?;
        }
        Ok(false)
    }
    /// Takes the bracket at the end. Members that no one asked for are a surprise.
    fn end(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        if !self.closed && reader.more(b'}', &mut self.first)? {
            return Err(unclean());
        }
        self.closed = true;
        Ok(())
    }
}

/// A fault on its way out of generated code.
#[doc(hidden)]
pub struct OneFault(Fault);
impl From<OneFault> for Fault {
    fn from(fault: OneFault) -> Self {
        fault.0
    }
}
impl From<OneFault> for Vec<Fault> {
    fn from(fault: OneFault) -> Self {
        vec![fault.0]
    }
}
