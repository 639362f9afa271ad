//! Compile errors as documentation: each program in `signature/fail` makes the mistake that its name
//! tells, and its `.stderr` is what the author reads.
#[test]
fn programs() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/signature/pass/*.rs");
    cases.compile_fail("tests/signature/fail/*.rs");
}
