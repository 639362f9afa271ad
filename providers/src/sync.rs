//! What cells of limits and breakers are made of. A name of its own, so that `providers/loom` can compile the same
//! files over loom's types and try every order of their steps.
pub(crate) use std::sync::{Mutex, PoisonError};
