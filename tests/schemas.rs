//! The schemas of types and signatures: equal to schemars', valid, without a key twice, the same in
//! constants and at run time.
#![allow(
    clippy::tabs_in_doc_comments,
    clippy::type_complexity,
    reason = "odd texts and deep types are what is tested"
)]
// with the feature, `derive(Field)` gives `JsonSchema` by itself, and there would be nothing to compare
#![cfg(not(feature = "schemars"))]
#![allow(missing_docs, unreachable_pub, clippy::pedantic)]

#[path = "schemas/equal.rs"]
mod equal;
#[path = "schemas/normal.rs"]
mod normal;
#[path = "schemas/strict_json.rs"]
mod strict_json;
#[path = "schemas/types.rs"]
mod types;
#[path = "schemas/valid.rs"]
mod valid;
