//! DSPy as a compiler.
pub use sigflow_core::*;
#[doc(hidden)]
pub mod __private {
    pub use sigflow_core::__private::*;
    #[cfg(feature = "macros")]
    pub use sigflow_macros::Field as DeriveField;
}
#[cfg(feature = "macros")]
pub use sigflow_macros::{Field, signature};

/// What almost every program needs.
pub mod prelude {
    #[cfg(feature = "macros")]
    pub use sigflow_macros::{Field, signature};
    pub use sigflow_core::{
        Ask as _, Field as _, InScope as _, InputField as _, Signature as _,
        Adapter, ChainOfThought, Lm, Predict, Prediction, Reasoned, Record, Result,
    };
}
