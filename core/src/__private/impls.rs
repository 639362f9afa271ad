//! Impls that expansions ask for by a line each. The bodies are here, once.
use crate::{Constants, Def, Field, Members, Signature, SignatureDef, View};
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
    T::from_value(value).map_err(serde::de::Error::custom)
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
    let values = crate::parse::outputs_of_json(&def, value).map_err(serde::de::Error::custom)?;
    S::read(&def, values).map_err(|faults| {
        let all: Vec<String> = faults.iter().map(ToString::to_string).collect();
        serde::de::Error::custom(all.join("; "))
    })
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

/// Text number `$what` of a signature.
#[doc(hidden)]
#[macro_export]
macro_rules! __text {
    ($signature:ty, $what:literal) => {
        <$signature as $crate::__private::Written<
            $what,
            { <$signature as $crate::__private::Measured<$what>>::LEN },
        >>::TEXT
    };
}

/// The constants of a signature without type parameters:
/// `[visibility] [impl generics] [type] [type with 'static]`.
#[doc(hidden)]
#[macro_export]
macro_rules! __constants {
    ([$($visibility:tt)*] [$($generics:tt)*] [$type:ty] [$fixed:ty]) => {
        impl $($generics)* $type {
            /// The system prompt of the chat adapter: DSPy's text, byte for byte.
            $($visibility)* const PROMPT: &'static str = $crate::__text!($fixed, 0);
            /// JSON Schema (2020-12) of the outputs.
            $($visibility)* const JSON_SCHEMA: &'static str = $crate::__text!($fixed, 2);
            /// JSON Schema (2020-12) of the inputs.
            $($visibility)* const INPUT_SCHEMA: &'static str = $crate::__text!($fixed, 3);
            /// The outputs for OpenAI's strict structured output; empty if it refuses them, and
            /// [`ANALYSIS`](Self::ANALYSIS) says why.
            $($visibility)* const OPENAI_SCHEMA: &'static str = $crate::__text!($fixed, 4);
            /// The outputs for Anthropic's structured output; empty if it refuses them, and
            /// [`ANALYSIS`](Self::ANALYSIS) says why.
            $($visibility)* const ANTHROPIC_SCHEMA: &'static str = $crate::__text!($fixed, 5);
            /// The outputs for Gemini's structured output; empty if it refuses them, and
            /// [`ANALYSIS`](Self::ANALYSIS) says why.
            $($visibility)* const GEMINI_SCHEMA: &'static str = $crate::__text!($fixed, 6);
            /// Facts: fields, bytes, estimated tokens, fit per dialect.
            $($visibility)* const ANALYSIS: $crate::__private::Analysis = $crate::__private::Analysis::of(
                <$fixed as $crate::__private::Signature>::DEF, Self::PROMPT.len()
            );
        }
    };
}

/// The constants that calls use.
#[doc(hidden)]
#[macro_export]
macro_rules! __plain {
    ($fixed:ty) => {
        fn constants()
        -> $crate::__private::std::option::Option<&'static $crate::__private::Constants> {
            static JSON: $crate::__private::std::sync::OnceLock<
                $crate::__private::std::string::String,
            > = $crate::__private::std::sync::OnceLock::new();
            $crate::__private::std::option::Option::Some(
                const {
                    &$crate::__private::Constants {
                        prompt: $crate::__private::Text::constant(<$fixed>::PROMPT, &JSON),
                        reminder: $crate::__private::std::borrow::Cow::Borrowed($crate::__text!(
                            $fixed, 1
                        )),
                        json_schema: $crate::__private::Text::borrowed(<$fixed>::JSON_SCHEMA),
                        input_schema: $crate::__private::Text::borrowed(<$fixed>::INPUT_SCHEMA),
                        openai_schema: $crate::__private::Text::borrowed(<$fixed>::OPENAI_SCHEMA),
                        anthropic_schema: $crate::__private::Text::borrowed(
                            <$fixed>::ANTHROPIC_SCHEMA,
                        ),
                        gemini_schema: $crate::__private::Text::borrowed(<$fixed>::GEMINI_SCHEMA),
                    }
                },
            )
        }
    };
}

/// What calls that ask for a reasoning use: rendered at their first use and kept. Constants would cost
/// every signature the compile time of a second prompt, whether it is asked that way or not.
#[doc(hidden)]
#[macro_export]
macro_rules! __reasoned {
    () => {
        fn reasoned()
        -> $crate::__private::std::option::Option<&'static $crate::__private::Constants> {
            static REASONED: $crate::__private::std::sync::OnceLock<$crate::__private::Constants> =
                $crate::__private::std::sync::OnceLock::new();
            $crate::__private::std::option::Option::Some($crate::__private::reasoned_constants(
                &REASONED,
                <Self as $crate::__private::Signature>::DEF,
            ))
        }
    };
}

/// `Debug` that asks nothing of the fields, see [`Show`](crate::__private::Show).
#[doc(hidden)]
#[macro_export]
macro_rules! __debug {
    ([$($generics:tt)*] [$type:ty] [$($where:tt)*] $this:ident $formatter:ident $body:expr) => {
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
                serializer: __S,
            ) -> $crate::__private::std::result::Result<__S::Ok, __S::Error> {
                let view: fn(&Self) -> $crate::__private::View<'_> = $view;
                $crate::__private::serialize(view(self), serializer)
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
                deserializer: __D,
            ) -> $crate::__private::std::result::Result<Self, __D::Error> {
                $crate::__private::deserialize(deserializer)
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
                deserializer: __D,
            ) -> $crate::__private::std::result::Result<Self, __D::Error> {
                $crate::__private::deserialize_into::<$signature, __D>(deserializer)
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
                    $crate::__private::View::Text(text) => $crate::__private::std::borrow::Cow::Borrowed(text),
                    _ => $crate::__private::std::borrow::Cow::Borrowed(""),
                }
            }
            fn from_key(name: &str) -> $crate::__private::std::result::Result<Self, $crate::__private::Fault> {
                $crate::__private::Field::from_value($crate::__private::Value::from(name))
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
                value: $crate::__private::Value,
            ) -> $crate::__private::std::result::Result<Self, $crate::__private::Fault> {
                $crate::__private::std::result::Result::Err($crate::__private::mismatch("a value", &value))
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
