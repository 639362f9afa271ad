//! The one module with unsafe code: references that constants can hold, and the buffer that constants
//! are rendered into.
//!
//! Why unsafe at all, on stable Rust 1.95:
//! - rustc follows references when it validates a constant, so a recursive type's schema is a query
//!   cycle (E0391) unless the reference is a raw pointer. [`Ref`] wraps that pointer.
//! - In a constant, copying a string through slices costs ten times a raw copy (150 µs against 15 µs of
//!   compile time for each piece). [`Out`] does the raw copy, bounds checked.
//!
//! Invariants: a `Ref` points at a `'static` value or into the `Arc` it keeps; `Out` takes only `&str`
//! and ASCII, so what it holds is UTF-8.
#![allow(unsafe_code)]
#![allow(
    clippy::ref_as_ptr,
    clippy::ptr_as_ptr,
    reason = "a cast is free in a constant, and the methods that clippy would have are generic functions: 5 µs each"
)]

mod out;
mod reference;

pub(crate) use out::{Out, is_plain_line};
pub(crate) use out::{Rendered, Scratch, at_run_time, written};
pub use reference::Ref;
