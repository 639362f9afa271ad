//! What is wrong with a value, for code.

/// What is wrong with one value: see [`Fault::reason`](crate::Fault::reason) and
/// [`Error::reason`](crate::Error::reason). New reasons may come, so a `match`
/// needs a last arm.
///
/// ```
/// use sigflow_core::{DynSignature, Reason};
///
/// let signature = DynSignature::parse("text -> sure: confidence_score, stars: int")?;
/// let error = signature.read(Default::default(), "[[ ## sure ## ]]\n1.1\n[[ ## stars ## ]]\nmany").unwrap_err();
/// let reasons: Vec<_> = error.faults().iter().map(|fault| fault.reason).collect();
/// assert_eq!(reasons, [Reason::Above, Reason::Mismatch]);
/// # Ok::<(), sigflow_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// It is of another type, or cannot be read.
    #[default]
    Mismatch,
    /// It is not there.
    Missing,
    /// A number below the least.
    Below,
    /// A number above the greatest.
    Above,
    /// A number between two steps.
    Step,
    /// Fewer characters, items or members than there must be.
    TooSmall,
    /// More characters, items or members than there may be.
    TooLarge,
    /// Text that does not match its pattern.
    Pattern,
    /// A number that is infinite or none.
    NotFinite,
    /// A vector without a direction.
    ZeroMagnitude,
    /// A check says no: the author's, or that of a type.
    Check,
}
