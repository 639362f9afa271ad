//! From a signature and values to the text of a prompt.
//!
//! [`system`] writes what a predictor's calls share; it is a `const fn`, so a signature known to the
//! compiler has its prompt as a constant. [`turn`] writes what one call adds.
pub(crate) mod framing;
pub(crate) mod system;
pub(crate) mod turn;
pub(crate) mod value;

/// How a signature is put to a model.
///
/// ```
/// use sigflow_core::Adapter;
/// assert_eq!(Adapter::default(), Adapter::Chat);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Adapter {
    /// DSPy's chat format: values between `[[ ## field ## ]]` markers. Any model can do it.
    #[default]
    Chat,
    /// DSPy's JSON format: one JSON object. The server is held to the signature's schema if it can be.
    Json,
}
