//! Impls that expansions ask for by a line each. The bodies are here, once.
use crate::{
    Constants, Def, Field, Members, Signature, SignatureDef, View,
    constant::Ref,
    error::Fault,
    parse::{OneFault, Values},
    schema::{Body, Definition},
};
use serde::de::Error as _;
use serde_json::Value;
use std::sync::OnceLock;

/// The definition of a signature, with its constants.
pub fn def<S: Signature>() -> Def {
    crate::signature::def_of::<S>()
}

/// Renders the constants of a signature with a reasoning, once.
pub fn reasoned_constants(
    cell: &'static OnceLock<Constants>,
    signature: &'static SignatureDef,
) -> &'static Constants {
    cell.get_or_init(|| Constants::render(signature, true))
}

/// Inputs by index.
pub fn each_input(inputs: &dyn Members, input: &mut dyn FnMut(usize, View<'_>)) {
    let mut index = 0;
    inputs.each(&mut |_, value| {
        input(index, value);
        index += 1;
    });
}

/// Writes named members into any serde format.
///
/// # Errors
/// The format's.
pub fn serialize<S: serde::Serializer>(value: View<'_>, serializer: S) -> Result<S::Ok, S::Error> {
    serde::Serialize::serialize(&value, serializer)
}

/// Reads any serde format that describes itself, by way of JSON.
///
/// # Errors
/// The format's, or the first thing that does not fit.
pub fn deserialize<'de, T: Field, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    let value = <Value as serde::Deserialize>::deserialize(deserializer)?;
    T::from_value(value).map_err(D::Error::custom)
}

/// Reads the outputs of a signature by way of JSON.
///
/// # Errors
/// The format's, or all that does not fit.
pub fn deserialize_outputs<'de, S: Signature, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<S::Output, D::Error> {
    let value = <Value as serde::Deserialize>::deserialize(deserializer)?;
    let def = def::<S>();
    let values = crate::parse::outputs_of_json(&def, value)
        .map_err(|fault| D::Error::custom(placed::<S>(fault)))?;
    S::read(&def, values).map_err(|faults| {
        let all: Vec<String> = faults.iter().map(ToString::to_string).collect();
        D::Error::custom(all.join("; "))
    })
}

/// Reads the inputs of a signature by way of JSON, as [`deserialize_outputs`] reads outputs: types are
/// judged and defaults filled in; bounds are judged when it is asked.
///
/// # Errors
/// The format's, or the first thing that does not fit.
pub fn deserialize_inputs<'de, S: Signature, D: serde::Deserializer<'de>>(
    deserializer: D,
    read: fn(&mut Values<'_, '_>) -> Result<S, OneFault>,
) -> Result<S, D::Error> {
    let value = <Value as serde::Deserialize>::deserialize(deserializer)?;
    let record = Definition {
        doc: Ref::new(""),
        body: Body::Record(S::DEF.inputs.clone()),
    };
    let mut values =
        Values::of_record(value, &record).map_err(|fault| D::Error::custom(placed::<S>(fault)))?;
    read(&mut values).map_err(|fault| D::Error::custom(Fault::from(fault)))
}

/// A fault of the whole value stands at the name of the signature.
#[cold]
fn placed<S: Signature>(fault: Fault) -> Fault {
    if fault.path.is_empty() {
        fault.within(S::DEF.name.get())
    } else {
        fault
    }
}

/// How a [`Field`] is read, in a trait that names a lifetime: rustc lets a bound that does stand also where
/// the type breaks it, and the impl below the bound then is not there. So an input that can be written
/// and not read costs its signature no more than `Deserialize`.
pub trait ReadAt<'de>: Sized {
    /// The next of some values.
    ///
    /// # Errors
    /// A fault if it is not of this type.
    fn next(values: &mut Values<'_, '_>) -> Result<Self, OneFault>;
}
// No supertrait: rustc would see through it, to a bound without the lifetime.
impl<T: Field> ReadAt<'_> for T {
    fn next(values: &mut Values<'_, '_>) -> Result<Self, OneFault> {
        values.next()
    }
}

/// Members out of a closure: the data of a variant.
#[allow(
    clippy::type_complexity,
    reason = "an alias would say `'static` of the closure"
)]
pub struct MembersFn<'a>(pub &'a dyn Fn(&mut dyn FnMut(&str, View<'_>)));
impl Members for MembersFn<'_> {
    fn each(&self, member: &mut dyn FnMut(&str, View<'_>)) {
        (self.0)(member);
    }
}

/// What each question answers for itself.
#[doc(hidden)]
#[macro_export]
macro_rules! __question {
    () => {
        fn def(&self) -> $crate::__private::Def {
            $crate::__private::def::<Self>()
        }
        fn each_input(
            &self,
            __input: &mut dyn $crate::__private::core::ops::FnMut(
                $crate::__private::core::primitive::usize,
                $crate::__private::View<'_>,
            ),
        ) {
            $crate::__private::each_input(self, __input);
        }
    };
    (constants) => {
        $crate::__private::reasoned!();
        $crate::__private::question!();
    };
}

/// `Debug` that asks nothing of the fields, see [`Show`](crate::__private::Show).
#[doc(hidden)]
#[macro_export]
macro_rules! __debug {
    ([$($generics:tt)*] [$type:ty] [$($where:tt)*] $name:literal $($field:ident $text:literal)*) => {
        $crate::__private::impl_debug!(
            [$($generics)*] [$type] [$($where)*] |self, __formatter| $crate::__private::debug_struct(
                __formatter, $name, &[$(($text, $crate::__private::Show(&self.$field).shown())),*]
            )
        );
    };
    ([$($generics:tt)*] [$type:ty] [$($where:tt)*] |$this:ident, $formatter:ident| $body:expr) => {
        #[automatically_derived]
        impl $($generics)* $crate::__private::core::fmt::Debug for $type $($where)* {
            fn fmt(
                &$this,
                $formatter: &mut $crate::__private::core::fmt::Formatter<'_>,
            ) -> $crate::__private::core::fmt::Result {
                #[allow(unused_imports)]
                use $crate::__private::Shown as _;
                $body
            }
        }
    };
}

/// `Serialize` by way of [`View`].
#[doc(hidden)]
#[macro_export]
macro_rules! __serialize {
    ([$($generics:tt)*] [$type:ty] [$($where:tt)*] $view:expr) => {
        #[automatically_derived]
        impl $($generics)* $crate::__private::serde::Serialize for $type $($where)* {
            fn serialize<__S: $crate::__private::serde::Serializer>(
                &self,
                __serializer: __S,
            ) -> $crate::__private::std::result::Result<__S::Ok, __S::Error> {
                let __view: fn(&Self) -> $crate::__private::View<'_> = $view;
                $crate::__private::serialize(__view(self), __serializer)
            }
        }
    };
}

/// `Deserialize` by way of JSON.
#[doc(hidden)]
#[macro_export]
macro_rules! __deserialize {
    ([$($generics:tt)*] [$type:ty] [$($where:tt)*]) => {
        #[automatically_derived]
        impl $($generics)* $crate::__private::serde::Deserialize<'__de> for $type $($where)* {
            fn deserialize<__D: $crate::__private::serde::Deserializer<'__de>>(
                __deserializer: __D,
            ) -> $crate::__private::std::result::Result<Self, __D::Error> {
                $crate::__private::deserialize(__deserializer)
            }
        }
    };
}

/// `Deserialize` of a signature's outputs.
#[doc(hidden)]
#[macro_export]
macro_rules! __deserialize_outputs {
    ([$($generics:tt)*] [$type:ty] [$($where:tt)*] [$signature:ty]) => {
        #[automatically_derived]
        impl $($generics)* $crate::__private::serde::Deserialize<'__de> for $type $($where)* {
            fn deserialize<__D: $crate::__private::serde::Deserializer<'__de>>(
                __deserializer: __D,
            ) -> $crate::__private::std::result::Result<Self, __D::Error> {
                $crate::__private::deserialize_into::<$signature, __D>(__deserializer)
            }
        }
        $crate::__private::outputs_of!([$($generics)*] [$type] [$($where)*] [$signature]);
    };
}

/// Whose outputs they are.
#[doc(hidden)]
#[macro_export]
macro_rules! __outputs_of {
    ([$($generics:tt)*] [$type:ty] [$($where:tt)*] [$signature:ty]) => {
        #[automatically_derived]
        impl $($generics)* $crate::__private::OutputsOf for $type $($where)* {
            type Of = $signature;
        }
    };
}

/// `Deserialize` of a signature's inputs:
/// `[impl generics] [type] [predicates] field: Type, …; what else the struct holds`.
#[doc(hidden)]
#[macro_export]
macro_rules! __deserialize_inputs {
    (
        [$($generics:tt)*] [$type:ty] [$($predicates:tt)*] $name:ident
        $($field:ident: $of:ty,)* ; $($rest:tt)*
    ) => {
        #[automatically_derived]
        impl $($generics)* $crate::__private::serde::Deserialize<'__de> for $type
        where
            $($predicates)*
            $($of: $crate::__private::ReadAt<'__de>,)*
        {
            fn deserialize<__D: $crate::__private::serde::Deserializer<'__de>>(
                __deserializer: __D,
            ) -> $crate::__private::std::result::Result<Self, __D::Error> {
                $crate::__private::read_inputs(__deserializer, |__values| {
                    $crate::__private::std::result::Result::Ok($name {
                        $($field: <$of as $crate::__private::ReadAt<'__de>>::next(__values)?,)*
                        $($rest)*
                    })
                })
            }
        }
    };
}

/// `MapKey` of an enum of words.
#[doc(hidden)]
#[macro_export]
macro_rules! __key {
    ([$($generics:tt)*] [$type:ty] [$($where:tt)*]) => {
        #[automatically_derived]
        impl $($generics)* $crate::__private::MapKey for $type $($where)* {
            const KEY_SCHEMA: $crate::__private::Ref<$crate::__private::Schema> =
                <Self as $crate::__private::InputField>::SCHEMA;
            fn to_key(&self) -> $crate::__private::std::borrow::Cow<'_, str> {
                match $crate::__private::InputField::view(self) {
                    $crate::__private::View::Text(__text) => $crate::__private::std::borrow::Cow::Borrowed(__text),
                    _ => $crate::__private::std::borrow::Cow::Borrowed(""),
                }
            }
            fn from_key(__name: &str) -> $crate::__private::std::result::Result<Self, $crate::__private::Fault> {
                $crate::__private::Field::from_value($crate::__private::Value::String($crate::__private::std::borrow::ToOwned::to_owned(__name)))
            }
        }
    };
}

/// How a type with parameters mentions itself: a marker with the same identity. It has no values.
#[doc(hidden)]
#[macro_export]
macro_rules! __recursion {
    ([$($parameter:ident)*] $identity:expr) => {
        #[allow(dead_code)]
        struct __Recursion<$($parameter),*>(
            $crate::__private::std::convert::Infallible,
            $crate::__private::std::marker::PhantomData<fn() -> ($($parameter,)*)>,
        );
        impl<$($parameter: $crate::__private::InputField),*> $crate::__private::InputField for __Recursion<$($parameter),*> {
            const SCHEMA: $crate::__private::Ref<$crate::__private::Schema> = $crate::__private::Ref::new(const {
                &$crate::__private::Schema::Recursion($crate::__private::instance(
                    $identity,
                    const { &[$(<$parameter as $crate::__private::InputField>::SCHEMA),*] },
                ))
            });
            fn view(&self) -> $crate::__private::View<'_> {
                match self.0 {}
            }
        }
        impl<$($parameter: $crate::__private::Field),*> $crate::__private::Field for __Recursion<$($parameter),*> {
            fn from_value(
                __value: $crate::__private::Value,
            ) -> $crate::__private::std::result::Result<Self, $crate::__private::Fault> {
                $crate::__private::std::result::Result::Err($crate::__private::mismatch("a value", &__value))
            }
        }
    };
}

/// `schemars::JsonSchema`, if the feature is on: `[impl generics] [type] [where clause] "Name"`.
#[cfg(feature = "schemars")]
#[doc(hidden)]
#[macro_export]
macro_rules! __schemars {
    ([$($generics:tt)*] [$type:ty] [$($where:tt)*] $name:expr) => {
        #[automatically_derived]
        impl $($generics)* $crate::__private::schemars::JsonSchema for $type $($where)* {
            fn schema_name() -> $crate::__private::std::borrow::Cow<'static, str> {
                $crate::__private::schema_name::<Self>($name)
            }
            fn schema_id() -> $crate::__private::std::borrow::Cow<'static, str> {
                $crate::__private::schema_id::<Self>($name, $crate::__private::std::module_path!())
            }
            fn json_schema(
                generator: &mut $crate::__private::schemars::SchemaGenerator,
            ) -> $crate::__private::schemars::Schema {
                $crate::__private::json_schema::<Self>(generator)
            }
        }
    };
}

/// Without the feature there is no `JsonSchema` to implement.
#[cfg(not(feature = "schemars"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __schemars {
    ($($ignored:tt)*) => {};
}
