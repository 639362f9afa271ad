//! The texts of a signature as constants of traits: a type that is no signature is then one error, in the
//! words of the trait [`Signature`], where an inherent constant would be found with "its trait bounds
//! were not satisfied" once for each text.
use crate::{
    Signature,
    schema::render::{Constant, First},
};

/// How long text `WHAT` is.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a signature",
    label = "expected a struct declared with `signature!`",
    note = "declare it: `signature! {{ struct {Self} {{ inputs }} -> {{ outputs }} }}`"
)]
pub trait Measured<const WHAT: usize> {
    /// In bytes.
    const LEN: usize;
}
impl<S: Signature, const WHAT: usize> Measured<WHAT> for S {
    const LEN: usize = First::<S, WHAT>::LEN;
}

/// Text `WHAT`, which is `LEN` bytes long.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a signature",
    label = "expected a struct declared with `signature!`",
    note = "declare it: `signature! {{ struct {Self} {{ inputs }} -> {{ outputs }} }}`"
)]
pub trait Written<const WHAT: usize, const LEN: usize> {
    /// The text.
    const TEXT: &'static str;
}
impl<S: Signature, const WHAT: usize, const LEN: usize> Written<WHAT, LEN> for S {
    const TEXT: &'static str = Constant::<S, WHAT, LEN>::TEXT;
}
