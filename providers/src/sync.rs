//! What the cells of limits, breakers, hedges and money are made of. A name of its own, so that `loom/` can compile the
//! same files over loom's types and try every order of their steps.
pub(crate) use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};
