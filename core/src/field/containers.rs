//! `Option`, lists, sets and maps.
use super::{Field, InputField, Items, MapKey, Members, View};
use crate::{
    constant::Ref,
    error::Fault,
    read::{Reader, unclean},
    schema::Schema,
    stream::Grown,
};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque},
    hash::{BuildHasher, Hash},
};

impl<T: InputField> InputField for Option<T> {
    const SCHEMA: Ref<Schema> = Ref::new(const { &Schema::Optional(T::SCHEMA) });
    fn view(&self) -> View<'_> {
        self.as_ref().map_or(View::Null, T::view)
    }
}
impl<T: Field> Field for Option<T> {
    fn from_value(value: Value) -> Result<Self, Fault> {
        if value.is_null() {
            Ok(None)
        } else {
            T::from_value(value).map(Some)
        }
    }
    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        if let Some(value) = reader.given() {
            return Self::from_value(value);
        }
        if reader.is_bare() {
            match T::SCHEMA.get().shape() {
                // DSPy takes as text what may be text, whatever it says
                Schema::Text => return T::read(reader).map(Some),
                Schema::Boolean
                | Schema::Integer(_)
                | Schema::Number(_)
                | Schema::List(_)
                | Schema::Map(..) => {}
                // the word for nothing may be one of the type's own
                _ => return Err(unclean()),
            }
        }
        if reader.nothing() {
            Ok(None)
        } else {
            T::read(reader).map(Some)
        }
    }
    fn grow(so_far: &mut Option<Self>, more: Grown<'_, '_>) {
        let mut inner = so_far.take().flatten();
        T::grow(&mut inner, more);
        *so_far = inner.map(Some);
    }
}

/// The items of a list, each read.
fn items<T: Field>(reader: &mut Reader<'_>) -> Result<Vec<T>, Fault> {
    let mut items = reader.items()?;
    let mut list = Vec::new();
    while items.next(reader)? {
        match T::read(reader) {
            Ok(item) => list.push(item),
            Err(fault) => return Err(items.within(fault)),
        }
    }
    Ok(list)
}

/// Lists of every kind: how they are seen, and how they are read.
macro_rules! lists {
    ($($type:ty, $schema:expr;)*) => { $(
        impl<T: InputField> Items for $type {
            fn count(&self) -> usize {
                self.len()
            }
            fn each(&self, item: &mut dyn FnMut(View<'_>)) {
                self.iter().for_each(|value| item(value.view()));
            }
        }
        impl<T: InputField> InputField for $type {
            const SCHEMA: Ref<Schema> = Ref::new(const { &$schema });
            fn view(&self) -> View<'_> {
                View::Items(self)
            }
        }
    )* };
}
lists! {
    &[T], Schema::List(T::SCHEMA);
    Vec<T>, Schema::List(T::SCHEMA);
    VecDeque<T>, Schema::List(T::SCHEMA);
    Box<[T]>, Schema::List(T::SCHEMA);
    std::sync::Arc<[T]>, Schema::List(T::SCHEMA);
    BTreeSet<T>, Schema::Set(T::SCHEMA);
}

/// How lists are read: as the items come, into a list that is made into another.
macro_rules! read_lists {
    ($([$($bound:tt)*] $type:ty, $made:expr $(, { $($grow:tt)* })?;)*) => { $(
        impl<T: Field + $($bound)*> Field for $type {
            fn from_value(value: Value) -> Result<Self, Fault> {
                Self::read(&mut Reader::of(value))
            }
            fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
                let made: fn(Vec<T>) -> Self = $made;
                items(reader).map(made)
            }
            $($($grow)*)?
        }
    )* };
}
read_lists! {
    [] Vec<T>, |list| list, {
    fn grow(so_far: &mut Option<Self>, more: Grown<'_, '_>) {
        if let Grown::Item(reader) = more
            && let Ok(item) = T::read(reader)
        {
            so_far.get_or_insert_default().push(item);
        }
    }
    };
    [] VecDeque<T>, VecDeque::from;
    [] Box<[T]>, Vec::into_boxed_slice;
    [Sync] std::sync::Arc<[T]>, std::sync::Arc::from;
    [Ord] BTreeSet<T>, |list| list.into_iter().collect();
}

impl<T: InputField, S> Items for HashSet<T, S> {
    fn count(&self) -> usize {
        self.len()
    }
    fn each(&self, item: &mut dyn FnMut(View<'_>)) {
        self.iter().for_each(|value| item(value.view()));
    }
}
impl<T: InputField, S> InputField for HashSet<T, S> {
    const SCHEMA: Ref<Schema> = Ref::new(const { &Schema::Set(T::SCHEMA) });
    fn view(&self) -> View<'_> {
        View::Items(self)
    }
}
impl<T: Field + Eq + Hash, S: BuildHasher + Default + Send + 'static> Field for HashSet<T, S> {
    fn from_value(value: Value) -> Result<Self, Fault> {
        Self::read(&mut Reader::of(value))
    }
    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        Ok(items(reader)?.into_iter().collect())
    }
}

impl<T: InputField, const N: usize> Items for [T; N] {
    fn count(&self) -> usize {
        N
    }
    fn each(&self, item: &mut dyn FnMut(View<'_>)) {
        self.iter().for_each(|value| item(value.view()));
    }
}
impl<T: InputField, const N: usize> InputField for [T; N] {
    const SCHEMA: Ref<Schema> = Ref::new(const { &Schema::Array(T::SCHEMA, N) });
    fn view(&self) -> View<'_> {
        View::Items(self)
    }
}
impl<T: Field, const N: usize> Field for [T; N] {
    fn from_value(value: Value) -> Result<Self, Fault> {
        Self::read(&mut Reader::of(value))
    }
    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        let list: Vec<T> = items(reader)?;
        let found = list.len();
        list.try_into()
            .map_err(|_| Fault::mismatch("", format!("{N} items"), format!("{found} items")))
    }
}

/// Maps of every kind.
macro_rules! maps {
    ($($type:ident [$($hasher:ident)?] [$($key:tt)*];)*) => { $(
        impl<K: MapKey, V: InputField $(, $hasher)?> Members for $type<K, V $(, $hasher)?> {
            fn each(&self, member: &mut dyn FnMut(&str, View<'_>)) {
                self.iter().for_each(|(key, value)| member(&key.to_key(), value.view()));
            }
        }
        impl<K: MapKey, V: InputField $(, $hasher)?> InputField for $type<K, V $(, $hasher)?> {
            const SCHEMA: Ref<Schema> = Ref::new(const { &Schema::Map(K::KEY_SCHEMA, V::SCHEMA) });
            fn view(&self) -> View<'_> {
                View::Members(self)
            }
        }
        impl<K: MapKey + Send + 'static + $($key)*, V: Field $(, $hasher: BuildHasher + Default + Send + 'static)?> Field
            for $type<K, V $(, $hasher)?>
        {
            fn from_value(value: Value) -> Result<Self, Fault> {
                Self::read(&mut Reader::of(value))
            }
            fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
                let mut entries = reader.entries()?;
                let mut list = Vec::new();
                while let Some(name) = entries.next(reader)? {
                    let entry = K::from_key(&name).and_then(|key| Ok((key, V::read(reader)?)));
                    list.push(entry.map_err(|fault| entries.within(fault, &name))?);
                }
                let count = list.len();
                let map: Self = list.into_iter().collect();
                entries.are(count, map.len())?;
                Ok(map)
            }
        }
    )* };
}
maps! {
    BTreeMap [] [Ord];
    HashMap [S] [Eq + Hash];
}
