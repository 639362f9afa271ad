//! What happens inside of layers, told to whoever wants to know.
pub mod event;

pub use event::{Event, Recovery, Sink};
