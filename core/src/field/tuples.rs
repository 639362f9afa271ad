//! Tuples of up to eight.
use super::{Field, InputField, Items, View};
use crate::{
    constant::Ref,
    error::Fault,
    read::{Reader, unclean},
    schema::Schema,
};
use serde_json::Value;

macro_rules! tuples {
    ($($count:literal: $($name:ident $index:tt)+;)*) => { $(
        impl<$($name: InputField),+> Items for ($($name,)+) {
            fn count(&self) -> usize {
                $count
            }
            fn each(&self, item: &mut dyn FnMut(View<'_>)) {
                $( item(self.$index.view()); )+
            }
        }
        impl<$($name: InputField),+> InputField for ($($name,)+) {
            const SCHEMA: Ref<Schema> =
                Ref::new(const { &Schema::Tuple(Ref::new(const { &[$($name::SCHEMA),+] })) });
            fn view(&self) -> View<'_> {
                View::Items(self)
            }
        }
        impl<$($name: Field),+> Field for ($($name,)+) {
            fn from_value(value: Value) -> Result<Self, Fault> {
                Self::read(&mut Reader::of(value))
            }
            fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
                let mut items = reader.items()?;
                items.are($count)?;
                let made = ($({
                    if !items.next(reader)? {
                        return Err(unclean());
                    }
                    $name::read(reader).map_err(|fault| items.within(fault))?
                },)+);
                if items.next(reader)? {
                    return Err(unclean());
                }
                Ok(made)
            }
        }
    )* };
}
tuples! {
    1: A 0;
    2: A 0 B 1;
    3: A 0 B 1 C 2;
    4: A 0 B 1 C 2 D 3;
    5: A 0 B 1 C 2 D 3 E 4;
    6: A 0 B 1 C 2 D 3 E 4 F 5;
    7: A 0 B 1 C 2 D 3 E 4 F 5 G 6;
    8: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7;
}
