//! The figures the product ships with, section by section as the reference of defaults has them: a changed default is a
//! failing test here and a line in the changelog. The transport and telemetry are in the providers' file of this name.
#[path = "defaults/calls.rs"]
mod calls;
#[path = "defaults/history.rs"]
mod history;
#[path = "defaults/signatures.rs"]
mod signatures;

use serde_json::Value;
use sigflow_core::{DynAsk, DynSignature};

/// A figure: what it is, ours as the product has it now, what it shall be.
type Figure = (&'static str, String, &'static str);

#[track_caller]
fn assert_all(figures: &[Figure]) {
    let wrong: Vec<_> = figures
        .iter()
        .filter(|(_, ours, wanted)| ours != wanted)
        .collect();
    assert!(wrong.is_empty(), "(figure, ours, wanted): {wrong:#?}");
}

/// A question put to a signature of a string.
fn ask(signature: &str, input: (&str, Value)) -> DynAsk {
    let signature = DynSignature::parse(signature).expect("a signature");
    signature.ask([input]).expect("it fits")
}
