//! A reference for constants and for run time alike.
use crate::{
    schema::{Constraint, Definition, DspyField, FieldDef, Literal, Schema, Variant},
    signature::SignatureDef,
};
use std::{fmt, sync::Arc};

/// A shared reference to a `'static` value (what the compiler made) or into an `Arc` (what came at run
/// time). Reading it is a `const fn` either way, so one renderer serves both.
pub struct Ref<T: ?Sized + 'static> {
    target: *const T,
    /// Keeps the target alive; `None` when it is `'static`.
    keep: Option<Arc<T>>,
}

// SAFETY: a `Ref` gives out `&T` only and owns nothing but an `Arc<T>`; both cross threads when `T` is
// `Send + Sync`.
unsafe impl<T: ?Sized + Send + Sync> Send for Ref<T> {}
// SAFETY: as above.
unsafe impl<T: ?Sized + Send + Sync> Sync for Ref<T> {}

impl<T: ?Sized> Ref<T> {
    /// A reference to what lives for ever.
    pub const fn new(target: &'static T) -> Self {
        Ref { target, keep: None }
    }
    /// A reference to what is shared.
    pub fn shared(target: Arc<T>) -> Self {
        Ref {
            target: Arc::as_ptr(&target),
            keep: Some(target),
        }
    }
    /// The value. In constants use `get`, which is not generic and costs a tenth.
    const fn value(&self) -> &T {
        // SAFETY: the target is `'static`, or `self.keep` owns it as long as `self` lives, and an `Arc`
        // never moves what it holds.
        unsafe { &*self.target }
    }
    /// The value for ever, if it is `'static`.
    pub const fn get_static(&self) -> Option<&'static T> {
        match self.keep {
            // SAFETY: without `keep` the target came from a `&'static T`.
            None => Some(unsafe { &*self.target }),
            Some(_) => None,
        }
    }
}

/// `get` for each type there is a reference to. Not one generic function: rustc's interpreter looks a
/// generic function's instance up at every call, and the renderers call this for every name and type.
macro_rules! get {
    ($($target:ty),*) => { $(
        impl Ref<$target> {
            /// The value.
            pub const fn get(&self) -> &$target {
                // SAFETY: as in `value`.
                unsafe { &*self.target }
            }
        }
    )* };
}
get! {
    str, [Ref<str>], Schema, [Ref<Schema>], [Literal], [Constraint], [FieldDef], [Variant], Definition, DspyField,
    SignatureDef
}

impl<T: ?Sized> Clone for Ref<T> {
    fn clone(&self) -> Self {
        Ref {
            target: self.target,
            keep: self.keep.clone(),
        }
    }
}
impl<T: ?Sized> std::ops::Deref for Ref<T> {
    type Target = T;
    fn deref(&self) -> &T {
        self.value()
    }
}
impl<T: ?Sized + fmt::Debug> fmt::Debug for Ref<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value().fmt(f)
    }
}
/// Empty text.
impl Default for Ref<str> {
    fn default() -> Self {
        Ref::new("")
    }
}
/// Text made at run time.
impl From<String> for Ref<str> {
    fn from(text: String) -> Self {
        Ref::shared(Arc::from(text))
    }
}
impl<T: ?Sized + PartialEq> PartialEq for Ref<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value() == other.value()
    }
}

#[cfg(test)]
mod tests {
    use super::Ref;
    use std::sync::Arc;

    #[test]
    fn a_shared_target_outlives_the_arc_it_came_from() {
        let text: Arc<str> = Arc::from(String::from("kept"));
        let one = Ref::shared(text.clone());
        let two = one.clone();
        drop((text, one));
        assert_eq!(two.get(), "kept");
        assert_eq!(two.get_static(), None);
    }

    #[test]
    fn a_static_target_reads_in_a_constant() {
        static TEXT: Ref<str> = Ref::new("for ever");
        const LENGTH: usize = TEXT.get().len();
        assert_eq!((LENGTH, TEXT.get_static()), (8, Some("for ever")));
    }
}
