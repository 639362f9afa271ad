//! The dialects of JSON Schema: what each says, lowers and refuses, and that replies in lowered forms are
//! read back.
#![allow(
    elided_lifetimes_in_paths,
    missing_docs,
    unreachable_pub,
    clippy::pedantic
)]

#[path = "schemas/constants.rs"]
mod constants;
#[path = "schemas/derived.rs"]
mod derived;
#[path = "schemas/fit.rs"]
mod fit;
#[path = "schemas/lowered.rs"]
mod lowered;
#[path = "schemas/samples.rs"]
mod samples;
#[path = "schemas/snapshots.rs"]
mod snapshots;
#[path = "schemas/strict_json.rs"]
mod strict_json;
#[path = "schemas/unspelled.rs"]
mod unspelled;
#[path = "schemas/valid.rs"]
mod valid;
