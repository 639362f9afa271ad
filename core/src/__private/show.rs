//! `Debug` of what a macro made.
use std::fmt;

/// A value to be shown by its own `Debug` if it has one.
///
/// An inherent method comes before one of a trait, so `Show(&value).shown()` takes the value's `Debug`
/// where there is one and a stand-in where there is none: a derived `Debug` would ask it of each field,
/// and add a second error to each type that lacks `derive(Field)`, which brings `Debug` along.
pub struct Show<'a, T>(pub &'a T);

impl<'a, T: fmt::Debug> Show<'a, T> {
    /// The value.
    pub fn shown(&self) -> &'a dyn fmt::Debug {
        self.0
    }
}

/// The stand-in.
pub trait Shown<'a> {
    /// `…`
    fn shown(&self) -> &'a dyn fmt::Debug;
}
impl<'a, T> Shown<'a> for Show<'a, T> {
    fn shown(&self) -> &'a dyn fmt::Debug {
        const { &format_args!("…") }
    }
}

/// `Name { field: value }`
///
/// # Errors
/// The formatter's.
pub fn debug_struct(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    fields: &[(&str, &dyn fmt::Debug)],
) -> fmt::Result {
    let mut writer = f.debug_struct(name);
    for (name, value) in fields {
        writer.field(name, value);
    }
    writer.finish()
}

/// `Name(value)`
///
/// # Errors
/// The formatter's.
pub fn debug_tuple(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    fields: &[&dyn fmt::Debug],
) -> fmt::Result {
    let mut writer = f.debug_tuple(name);
    for value in fields {
        writer.field(value);
    }
    writer.finish()
}

#[cfg(test)]
mod tests {
    use super::{Show, Shown as _, debug_struct};
    use std::fmt;

    struct Silent;
    struct Sample(&'static str, Silent);
    impl fmt::Debug for Sample {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            let fields = [
                ("text", Show(&self.0).shown()),
                ("silent", Show(&self.1).shown()),
            ];
            debug_struct(f, "Sample", &fields)
        }
    }

    #[test]
    fn a_value_without_debug_is_a_stand_in() {
        assert_eq!(
            format!("{:?}", Sample("a", Silent)),
            "Sample { text: \"a\", silent: … }"
        );
    }
}
