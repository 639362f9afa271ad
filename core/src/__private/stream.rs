//! What a signature's outputs are while they arrive.

/// The partial outputs of a signature, and the names of its outputs:
/// `visibility Output Partial Field [derives] [generics] [impl generics] [arguments] [where]; name Variant Type, …`,
/// without generics `visibility Output Partial Field [derives] name Variant Type, …`.
#[doc(hidden)]
#[macro_export]
macro_rules! __partial {
    (
        $visibility:vis $output:ident $partial:ident $key:ident [$($derive:ident)*]
        [$($generics:tt)*] [$($impl_generics:tt)*] [$($arguments:tt)*] [$($where:tt)*];
        $($field:ident $variant:ident $type:ty,)*
    ) => {
        #[doc = $crate::__private::core::concat!(
            "[`", $crate::__private::core::stringify!($output), "`] as far as it has come."
        )]
        #[allow(missing_docs, dead_code, private_interfaces, deprecated)]
        $(#[derive($derive)])*
        $visibility struct $partial $($generics)* $($where)* {
            $($visibility $field: $crate::__private::OutputPart<$type>,)*
        }
        #[doc = $crate::__private::core::concat!(
            "Names an output of [`", $crate::__private::core::stringify!($output), "`]."
        )]
        #[allow(missing_docs, dead_code, non_camel_case_types)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        $visibility enum $key {
            $($variant,)*
        }
        #[allow(deprecated)]
        const _: () = {
            use $crate::__private as __p;
            #[automatically_derived]
            impl $($impl_generics)* __p::Partial for $partial $($arguments)* $($where)* {
                type Key = $key;
                fn empty(_: &__p::Def) -> Self {
                    Self { $($field: __p::OutputPart::Absent,)* }
                }
                fn key(_: &__p::Def, __index: __p::core::primitive::usize) -> __p::core::option::Option<$key> {
                    __p::nth(&[$($key::$variant),*], __index)
                }
                fn part(&mut self, __index: __p::core::primitive::usize) -> __p::core::option::Option<&mut dyn __p::Slot> {
                    __p::output_part([$(__p::output::<$type>().part(&mut self.$field),)*], __index)
                }
            }
            __p::impl_debug!(
                [$($impl_generics)*] [$partial $($arguments)*] [$($where)*] |self, __formatter| __p::debug_struct(
                    __formatter, __p::core::stringify!($partial),
                    &[$((__p::core::stringify!($field), __p::Show(&self.$field).shown())),*]
                )
            );
        };
    };
    ($visibility:vis $output:ident $partial:ident $key:ident [$($derive:ident)*] $($fields:tt)*) => {
        $crate::__private::partial!(
            $visibility $output $partial $key [$($derive)*] [] [] [] []; $($fields)*
        );
    };
}

/// One of some names.
pub fn nth<K: Copy>(keys: &[K], index: usize) -> Option<K> {
    keys.get(index).copied()
}

/// One of some parts.
pub fn output_part<const N: usize>(
    parts: [&mut dyn crate::stream::Slot; N],
    index: usize,
) -> Option<&mut dyn crate::stream::Slot> {
    parts.into_iter().nth(index)
}
