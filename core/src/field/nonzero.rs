//! Integers that are not zero.
use super::{Field, InputField, View, mismatch};
use crate::{
    constant::Ref,
    error::Fault,
    schema::{Constraint, Limit, Schema},
};
use serde_json::Value;
use std::num::NonZero;

/// Unsigned ones are at least one, which every dialect can say or describe. Of signed ones no schema of ours
/// says that zero is missing (`not` is in no dialect): reading them does.
macro_rules! nonzero {
    ($($type:ident, $schema:expr;)*) => { $(
        impl InputField for NonZero<$type> {
            const SCHEMA: Ref<Schema> = Ref::new(const { &$schema });
            fn view(&self) -> View<'_> {
                let number = self.get();
                // beyond `i128` there is no view of a number; as text nothing is lost
                i128::try_from(number).map_or(View::Display(self), View::Integer)
            }
        }
        impl super::Written for NonZero<$type> {
            fn write(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(self, f)
            }
        }
        impl Field for NonZero<$type> {
            fn from_value(value: Value) -> Result<Self, Fault> {
                let zero = || mismatch("an integer other than 0", &Value::from(0));
                NonZero::new($type::from_value(value)?).ok_or_else(zero)
            }
            fn read(reader: &mut crate::Reader<'_>) -> Result<Self, Fault> {
                let zero = || mismatch("an integer other than 0", &Value::from(0));
                NonZero::new($type::read(reader)?).ok_or_else(zero)
            }
        }
    )* };
}

const LEAST: &[Constraint] = &[Constraint::Ge(Limit::new(1.0, Ref::new("1")))];

nonzero! {
    u8, Schema::Constrained(u8::SCHEMA, Ref::new(LEAST));
    u16, Schema::Constrained(u16::SCHEMA, Ref::new(LEAST));
    u32, Schema::Constrained(u32::SCHEMA, Ref::new(LEAST));
    u64, Schema::Constrained(u64::SCHEMA, Ref::new(LEAST));
    u128, Schema::Constrained(u128::SCHEMA, Ref::new(LEAST));
    usize, Schema::Constrained(usize::SCHEMA, Ref::new(LEAST));
    i8, Schema::Integer("int8");
    i16, Schema::Integer("int16");
    i32, Schema::Integer("int32");
    i64, Schema::Integer("int64");
    i128, Schema::Integer("int128");
    isize, Schema::Integer("int");
}

#[cfg(test)]
mod tests {
    use crate::{Field, InputField, schema::json::of_type};
    use serde_json::json;
    use std::num::{NonZeroI8, NonZeroU8, NonZeroU128};

    #[test]
    fn zero_is_a_fault() {
        assert_eq!(
            NonZeroU8::from_value(json!(7)).map(NonZeroU8::get).ok(),
            Some(7)
        );
        let fault = NonZeroI8::from_value(json!(0))
            .expect_err("zero")
            .to_string();
        assert!(fault.contains("an integer other than 0"), "{fault}");
        assert_eq!(
            of_type(NonZeroU8::SCHEMA.get()),
            r#"{"type":"integer","format":"uint8","maximum":255,"minimum":1}"#
        );
    }

    #[test]
    fn the_greatest_keeps_its_digits() {
        let digits = u128::MAX.to_string();
        let number = NonZeroU128::from_value(json!(digits)).expect("a number");
        assert_eq!(number.view().to_value(), json!(digits));
    }
}
