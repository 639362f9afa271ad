//! Items of lists and members of maps, one after another, wherever they stand.
use super::{Reader, unclean};
use crate::error::Fault;
use serde_json::Value;
use std::borrow::Cow;

impl Reader<'_> {
    /// The members of a map.
    pub(crate) fn entries(&mut self) -> Result<Entries, Fault> {
        let values = match self.value.take() {
            Some(Value::Object(members)) => Some(members.into_iter()),
            Some(other) => return Err(crate::field::mismatch("an object", &other)),
            None => {
                self.enter(b'{')?;
                None
            }
        };
        Ok(Entries {
            values,
            first: true,
        })
    }
    /// The items of a list.
    pub(crate) fn items(&mut self) -> Result<Items, Fault> {
        let values = match self.value.take() {
            Some(Value::Array(values)) => Some(values.into_iter()),
            Some(other) => return Err(crate::field::mismatch("a list", &other)),
            None => {
                self.enter(b'[')?;
                None
            }
        };
        Ok(Items {
            values,
            taken: 0,
            first: true,
        })
    }
}

/// The members of a map, one after another.
pub(crate) struct Entries {
    values: Option<serde_json::map::IntoIter>,
    first: bool,
}

impl Entries {
    /// Stands at the value of the next member, whose name comes back.
    pub(crate) fn next<'t>(
        &mut self,
        reader: &mut Reader<'t>,
    ) -> Result<Option<Cow<'t, str>>, Fault> {
        let Some(values) = &mut self.values else {
            if !reader.more(b'}', &mut self.first)? {
                return Ok(None);
            }
            let name = reader.string()?;
            reader.take(b':')?;
            return Ok(Some(name));
        };
        Ok(values.next().map(|(name, value)| {
            reader.value = Some(value);
            Cow::Owned(name)
        }))
    }
    /// A member that came twice is the tolerant reader's.
    pub(crate) fn are(&self, count: usize, kept: usize) -> Result<(), Fault> {
        if self.values.is_none() && count != kept {
            return Err(unclean());
        }
        Ok(())
    }
    /// The fault of a member, with its name.
    #[cold]
    pub(crate) fn within(&self, fault: Fault, name: &str) -> Fault {
        match self.values {
            Some(_) => fault.within(name),
            None => fault,
        }
    }
}

/// The items of a list, one after another.
pub(crate) struct Items {
    values: Option<std::vec::IntoIter<Value>>,
    taken: usize,
    first: bool,
}

impl Items {
    /// As many as are wanted, as far as that is known.
    pub(crate) fn are(&self, wanted: usize) -> Result<(), Fault> {
        match &self.values {
            Some(values) if values.len() != wanted => Err(Fault::mismatch(
                "",
                format!("{wanted} items"),
                format!("{} items", values.len()),
            )),
            _ => Ok(()),
        }
    }
    /// Stands at the next item, if there is one.
    pub(crate) fn next(&mut self, reader: &mut Reader<'_>) -> Result<bool, Fault> {
        self.taken += 1;
        match &mut self.values {
            Some(values) => {
                reader.value = values.next();
                Ok(reader.value.is_some())
            }
            None => reader.more(b']', &mut self.first),
        }
    }
    /// The fault of the item, with its place.
    #[cold]
    pub(crate) fn within(&self, fault: Fault) -> Fault {
        match self.values {
            Some(_) => fault.within(&format!("[{}]", self.taken - 1)),
            None => fault,
        }
    }
}
