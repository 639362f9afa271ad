//! What the records among DSPy's types have in common.
use crate::{
    Fault, Field, InputField,
    constant::Ref,
    schema::{Constraint, FieldDef},
};
use serde_json::Value;

/// A member: its name, what is said of it, and what stands for it where it is missing.
pub(super) const fn member<T: InputField>(
    name: &'static str,
    default: Option<&'static str>,
) -> FieldDef {
    described::<T>(name, "", &[], default)
}

/// A member with a description and bounds.
pub(super) const fn described<T: InputField>(
    name: &'static str,
    doc: &'static str,
    constraints: &'static [Constraint],
    default: Option<&'static str>,
) -> FieldDef {
    FieldDef {
        name: Ref::new(name),
        doc: Ref::new(doc),
        schema: Ref::new(const { &T::SCHEMA }.get()),
        constraints: Ref::new(constraints),
        default: match default {
            Some(json) => Some(Ref::new(json)),
            None => None,
        },
        examples: Ref::new(&[]),
        aliases: Ref::new(&[]),
        dspy: None,
        spelled: None,
    }
}

/// A member that no schema mentions.
pub(super) fn hidden<T: Field>(value: &mut Value, name: &str) -> Result<Option<T>, Fault> {
    match value
        .as_object_mut()
        .and_then(|members| members.swap_remove(name))
    {
        None | Some(Value::Null) => Ok(None),
        Some(value) => T::from_value(value)
            .map(Some)
            .map_err(|fault| fault.within(name)),
    }
}

/// A struct of named members as a field type: its schema, its view, how it is read, and serde's traits.
/// `$normal` brings the other forms that DSPy accepts into this one. Members after the `;` are optional,
/// and no schema mentions them: a model is not asked for them.
macro_rules! record {
    (
        $type:ident: $kind:ident, $doc:expr, $normal:expr,
        $($field:ident $name:literal $default:expr => $of:ty),* $(,)?
        $(; $($hidden:ident $hidden_name:literal => $hidden_of:ty),* $(,)?)?
    ) => {
        const _: () = {
            use crate::{
                constant::Ref,
                schema::{Body, Definition, Named, Schema},
                types::{kind::{Kind, id}, record::member},
            };
            static DEFINITION: Definition = Definition {
                doc: Ref::new($doc),
                body: Body::Record(Ref::new(const { &[$(member::<$of>($name, $default)),*] })),
            };
            static SCHEMA: Schema = Schema::Named(Named {
                name: Ref::new(stringify!($kind)),
                arguments: Ref::new(&[]),
                id: id(Kind::$kind, 0),
                definition: Ref::new(&DEFINITION),
            });
            impl crate::InputField for $type {
                const SCHEMA: Ref<Schema> = Ref::new(&SCHEMA);
                fn view(&self) -> crate::View<'_> {
                    crate::View::Members(self)
                }
            }
            impl crate::Members for $type {
                fn each(&self, member: &mut dyn FnMut(&str, crate::View<'_>)) {
                    $(member($name, crate::InputField::view(&self.$field));)*
                    $($(
                        if let Some(value) = &self.$hidden {
                            member($hidden_name, crate::InputField::view(value));
                        }
                    )*)?
                }
            }
            impl crate::Field for $type {
                fn from_value(value: serde_json::Value) -> Result<Self, crate::Fault> {
                    let normal: fn(serde_json::Value) -> serde_json::Value = $normal;
                    #[allow(unused_mut)]
                    let mut value = normal(value);
                    $($(let $hidden = crate::types::record::hidden::<$hidden_of>(&mut value, $hidden_name)?;)*)?
                    let mut values = crate::parse::Values::of_record(value, &DEFINITION)?;
                    Ok($type { $($field: values.next()?,)* $($($hidden),*)? })
                }
            }
            crate::types::record::serde_traits!($type);
        };
    };
}

/// serde's traits of a field type.
macro_rules! serde_traits {
    ($type:ty) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                crate::__private::serialize(crate::InputField::view(self), serializer)
            }
        }
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                crate::__private::deserialize(deserializer)
            }
        }
    };
}
pub(super) use {record, serde_traits};
