//! One output that is arriving.
use crate::{Field, View, read::Reader};
use std::{fmt, ops::Deref};

/// An output of a reply that is arriving.
///
/// ```
/// # async fn run() -> sigflow_core::Result<()> {
/// use sigflow_core::{Ask, DynSignature, testing::Scripted};
///
/// let lm = Scripted::new(["[[ ## answer ## ]]\nParis"]).lm();
/// let ask = DynSignature::parse("question -> answer")?.ask([("question", "Where?".into())])?;
/// let mut stream = ask.predict().with(&lm).stream();
/// assert!(stream.partial()["answer"].is_absent());
/// while stream.next().await?.is_some() {}
/// assert_eq!(stream.partial()["answer"].done(), Some(&"Paris".into()));
/// # Ok(()) }
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run()).unwrap();
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Part<T> {
    /// Nothing of it came yet.
    #[default]
    Absent,
    /// It has begun. Of text and lists there is what came so far; a beginning of anything else is no
    /// value: `0.9` may become `0.95`.
    Growing(Growing<T>),
    /// It is complete, and its bounds hold.
    Done(T),
}

impl<T> Part<T> {
    /// The value, once it is complete.
    pub fn done(&self) -> Option<&T> {
        match self {
            Part::Done(value) => Some(value),
            _ => None,
        }
    }
    /// The value as far as it has come: a beginning of a text, the first items of a list, or all of it.
    pub fn so_far(&self) -> Option<&T> {
        match self {
            Part::Absent => None,
            Part::Growing(growing) => growing.so_far(),
            Part::Done(value) => Some(value),
        }
    }
    /// Takes the value out, once it is complete.
    pub fn into_done(self) -> Option<T> {
        match self {
            Part::Done(value) => Some(value),
            _ => None,
        }
    }
    /// Whether nothing of it came yet.
    pub const fn is_absent(&self) -> bool {
        matches!(self, Part::Absent)
    }
    /// Whether it is complete.
    pub const fn is_done(&self) -> bool {
        matches!(self, Part::Done(_))
    }
}

/// A beginning of a value.
///
/// That of a text reads through to the text so far, that of a `Vec` to the items that are complete. Of
/// other types [`so_far`](Self::so_far) says whether there is something to see.
#[derive(Clone, Debug, PartialEq)]
pub struct Growing<T>(Option<T>);

impl<T> Growing<T> {
    /// What came so far; `None` where a beginning is no value.
    pub const fn so_far(&self) -> Option<&T> {
        self.0.as_ref()
    }
}
impl Deref for Growing<String> {
    type Target = str;
    fn deref(&self) -> &str {
        self.0.as_deref().unwrap_or_default()
    }
}
impl fmt::Display for Growing<String> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}
impl<T> Deref for Growing<Vec<T>> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        self.0.as_deref().unwrap_or_default()
    }
}

/// What a beginning grows by.
#[doc(hidden)]
#[derive(Debug)]
pub enum Grown<'a, 't> {
    /// More of a text.
    Text(&'a str),
    /// One more item, which the reader stands at.
    Item(&'a mut Reader<'t>),
}

/// A place for an output, whatever its type.
#[doc(hidden)]
pub trait Slot {
    /// Whether nothing of it came yet.
    fn is_absent(&self) -> bool;
    /// The value has begun.
    fn start(&mut self);
    /// What came is void.
    fn void(&mut self);
    /// More of it came.
    fn grow(&mut self, more: Grown<'_, '_>);
    /// Reads the whole of it, and keeps it if it is accepted.
    fn finish(
        &mut self,
        reader: &mut Reader<'_>,
        accept: &mut dyn FnMut(&mut Reader<'_>, View<'_>) -> bool,
    ) -> bool;
    /// The value, once it is complete.
    fn view(&self) -> Option<View<'_>>;
}

impl<T: Field> Slot for Part<T> {
    fn is_absent(&self) -> bool {
        matches!(self, Part::Absent)
    }
    fn start(&mut self) {
        *self = Part::Growing(Growing(None));
    }
    fn void(&mut self) {
        *self = Part::Absent;
    }
    fn grow(&mut self, more: Grown<'_, '_>) {
        if let Part::Growing(growing) = self {
            T::grow(&mut growing.0, more);
        }
    }
    fn finish(
        &mut self,
        reader: &mut Reader<'_>,
        accept: &mut dyn FnMut(&mut Reader<'_>, View<'_>) -> bool,
    ) -> bool {
        let Ok(value) = T::read(reader) else {
            return false;
        };
        let accepted = accept(reader, value.view());
        if accepted {
            *self = Part::Done(value);
        }
        accepted
    }
    fn view(&self) -> Option<View<'_>> {
        self.done().map(T::view)
    }
}
