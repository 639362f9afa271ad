//! `&T`, `Box`, `Arc`, `Cow`: pointers look like what they point at.
use super::{Field, InputField, View};
use crate::{constant::Ref, error::Fault, read::Reader, schema::Schema, stream::Grown};
use serde_json::Value;
use std::{borrow::Cow, sync::Arc};

impl<T: InputField> InputField for &T {
    const SCHEMA: Ref<Schema> = T::SCHEMA;
    fn view(&self) -> View<'_> {
        (**self).view()
    }
}
impl<T: InputField> InputField for Box<T> {
    const SCHEMA: Ref<Schema> = T::SCHEMA;
    fn view(&self) -> View<'_> {
        (**self).view()
    }
}
impl<T: Field> Field for Box<T> {
    fn from_value(value: Value) -> Result<Self, Fault> {
        T::from_value(value).map(Box::new)
    }
    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        T::read(reader).map(Box::new)
    }
    fn grow(so_far: &mut Option<Self>, more: Grown<'_, '_>) {
        let mut inner = so_far.take().map(|so_far| *so_far);
        T::grow(&mut inner, more);
        *so_far = inner.map(Box::new);
    }
}
impl<T: InputField> InputField for Arc<T> {
    const SCHEMA: Ref<Schema> = T::SCHEMA;
    fn view(&self) -> View<'_> {
        (**self).view()
    }
}
impl<T: Field + Sync> Field for Arc<T> {
    fn from_value(value: Value) -> Result<Self, Fault> {
        T::from_value(value).map(Arc::new)
    }
    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        T::read(reader).map(Arc::new)
    }
}

macro_rules! texts {
    ($($type:ty),*) => { $(
        impl InputField for $type {
            const SCHEMA: Ref<Schema> = Ref::new(&Schema::Text);
            fn view(&self) -> View<'_> {
                View::Text(self)
            }
        }
        impl Field for $type {
            fn from_value(value: Value) -> Result<Self, Fault> {
                String::from_value(value).map(Into::into)
            }
            fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
                String::read(reader).map(Into::into)
            }
        }
    )* };
}
texts!(Box<str>, Arc<str>);

impl InputField for Cow<'_, str> {
    const SCHEMA: Ref<Schema> = Ref::new(&Schema::Text);
    fn view(&self) -> View<'_> {
        View::Text(self)
    }
}
impl Field for Cow<'static, str> {
    fn from_value(value: Value) -> Result<Self, Fault> {
        String::from_value(value).map(Cow::Owned)
    }
    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        String::read(reader).map(Cow::Owned)
    }
}

impl<T: InputField + Clone> InputField for Cow<'_, [T]> {
    const SCHEMA: Ref<Schema> = <Vec<T> as InputField>::SCHEMA;
    fn view(&self) -> View<'_> {
        View::Items(self)
    }
}
impl<T: InputField + Clone> super::Items for Cow<'_, [T]> {
    fn count(&self) -> usize {
        self.len()
    }
    fn each(&self, item: &mut dyn FnMut(View<'_>)) {
        self.iter().for_each(|value| item(value.view()));
    }
}
