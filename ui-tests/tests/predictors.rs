//! Compile errors of `derive(Predictors)`, as documentation: see `signature.rs`.
#[test]
fn programs_that_compile() {
    trybuild::TestCases::new().pass("tests/predictors/pass/*.rs");
}

#[test]
fn programs_that_do_not() {
    trybuild::TestCases::new().compile_fail("tests/predictors/fail/*.rs");
}
