//! Mistakes in programs, as `signature.rs` has those in signatures.
#[test]
fn programs_that_compile() {
    trybuild::TestCases::new().pass("tests/program/pass/*.rs");
}

#[test]
fn programs_that_do_not() {
    trybuild::TestCases::new().compile_fail("tests/program/fail/*.rs");
}
