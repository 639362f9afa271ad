//! One call over several attempts: the loop that [`retry`](crate::retry) and [`route`](crate::route) share.
//!
//! [`plan`] decides and notes, without input and output of its own; [`whole`] and [`stream`] ask and wait.
mod attempts;
pub(crate) mod clock;
pub(crate) mod engine;
mod gate;
#[cfg(test)]
mod handling_tests;
pub(crate) mod layer;
pub(crate) mod line;
mod plan;
mod settings;
pub(crate) mod stream;
#[cfg(test)]
pub(crate) mod testing;
pub(crate) mod whole;

pub(crate) use attempts::{Took, answered, billed, failed, left, was_sent};
pub(crate) use clock::now;
pub use gate::{Admission, Ended, Gate, Ticket};
pub(crate) use settings::engine_settings;
pub(crate) use stream::is_empty;
