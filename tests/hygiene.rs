//! Expansions stand on their own: in a crate without a prelude, with every lint denied, among names that
//! are meant to collide, inside functions, in modules without imports.
#![no_implicit_prelude]
#![forbid(unsafe_code)]
#![deny(
    warnings,
    missing_docs,
    missing_debug_implementations,
    rust_2018_idioms,
    rust_2021_compatibility,
    rust_2024_compatibility,
    unreachable_pub,
    unused,
    elided_lifetimes_in_paths,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unused_import_braces,
    unused_lifetimes,
    unused_qualifications,
    variant_size_differences,
    clippy::all
)]
// users' names here are as bad as they can be
#![allow(
    dead_code,
    non_camel_case_types,
    non_upper_case_globals,
    clippy::disallowed_names,
    clippy::enum_variant_names,
    clippy::trivially_copy_pass_by_ref
)]

fn text(text: &str) -> ::std::string::String {
    ::std::borrow::ToOwned::to_owned(text)
}

#[path = "hygiene/bodies.rs"]
mod bodies;
#[path = "hygiene/configured.rs"]
mod configured;
#[path = "hygiene/hostile_fields.rs"]
mod hostile_fields;
#[path = "hygiene/hostile_types.rs"]
mod hostile_types;
#[path = "hygiene/no_imports.rs"]
mod no_imports;
#[path = "hygiene/public.rs"]
mod public;
#[path = "hygiene/serde_names.rs"]
mod serde_names;
