//! `Option`, lists, sets and maps.
use super::{Field, InputField, Items, MapKey, Members, View, mismatch};
use crate::{constant::Ref, error::Fault, schema::Schema};
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
}

/// The items of a list, each read.
fn items<T: Field, C: FromIterator<T>>(value: Value) -> Result<C, Fault> {
    let Value::Array(list) = value else {
        return Err(mismatch("a list", &value));
    };
    list.into_iter()
        .enumerate()
        .map(|(index, item)| {
            T::from_value(item).map_err(|fault| fault.within(&format!("[{index}]")))
        })
        .collect()
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

impl<T: Field> Field for Vec<T> {
    fn from_value(value: Value) -> Result<Self, Fault> {
        items(value)
    }
}
impl<T: Field> Field for VecDeque<T> {
    fn from_value(value: Value) -> Result<Self, Fault> {
        items(value)
    }
}
impl<T: Field> Field for Box<[T]> {
    fn from_value(value: Value) -> Result<Self, Fault> {
        items(value)
    }
}
impl<T: Field + Sync> Field for std::sync::Arc<[T]> {
    fn from_value(value: Value) -> Result<Self, Fault> {
        items(value)
    }
}
impl<T: Field + Ord> Field for BTreeSet<T> {
    fn from_value(value: Value) -> Result<Self, Fault> {
        items(value)
    }
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
        items(value)
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
        let list: Vec<T> = items(value)?;
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
                let Value::Object(members) = value else { return Err(mismatch("an object", &value)) };
                members
                    .into_iter()
                    .map(|(name, value)| {
                        let key = K::from_key(&name).map_err(|fault| fault.within(&name))?;
                        let value = V::from_value(value).map_err(|fault| fault.within(&name))?;
                        Ok((key, value))
                    })
                    .collect()
            }
        }
    )* };
}
maps! {
    BTreeMap [] [Ord];
    HashMap [S] [Eq + Hash];
}
