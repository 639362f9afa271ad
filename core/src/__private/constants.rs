//! The texts of a signature as constants of traits. A type that is no signature is then one error in the
//! words of the trait [`Signature`], on the author's token: each text asks for the same trait, [`Made`],
//! and rustc prints equal errors once. Of inherent constants it says that they exist, "but its trait
//! bounds were not satisfied", once for each text.
use crate::{
    Signature, SignatureDef,
    schema::render::{Constant, First},
};

/// What the compiler makes of a signature.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a signature",
    label = "expected a struct declared with `signature!`",
    note = "declare it: `signature! {{ struct {Self} {{ inputs }} -> {{ outputs }} }}`"
)]
pub trait Made {
    /// The definition.
    const DEF: &'static SignatureDef;
    /// How long each text is, in bytes.
    const LENGTHS: [usize; 7];
}
impl<S: Signature> Made for S {
    const DEF: &'static SignatureDef = S::DEF;
    const LENGTHS: [usize; 7] = [
        First::<S, 0>::LEN,
        First::<S, 1>::LEN,
        First::<S, 2>::LEN,
        First::<S, 3>::LEN,
        First::<S, 4>::LEN,
        First::<S, 5>::LEN,
        First::<S, 6>::LEN,
    ];
}

/// Text `WHAT`, which is `LEN` bytes long.
pub trait Written<const WHAT: usize, const LEN: usize> {
    /// The text.
    const TEXT: &'static str;
}
impl<S: Signature, const WHAT: usize, const LEN: usize> Written<WHAT, LEN> for S {
    const TEXT: &'static str = Constant::<S, WHAT, LEN>::TEXT;
}

/// Text number `$what` of a signature.
#[doc(hidden)]
#[macro_export]
macro_rules! __text {
    ($signature:ty, $what:literal) => {
        <$signature as $crate::__private::Written<
            $what,
            { <$signature as $crate::__private::Made>::LENGTHS[$what] },
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
                <$fixed as $crate::__private::Made>::DEF, Self::PROMPT.len()
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
