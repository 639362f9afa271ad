#![no_implicit_prelude]
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs)]
//! Names of the author's own, and none of Rust's.
extern crate sigflow as flow;
use ::core::convert::From;
use ::std::string::String;
use ::flow::{Ask as _, Error};

::flow::signature! {
    #[signature(crate = ::flow)]
    /// Answer.
    pub struct Question<'a> { text: &'a str } -> { answer: String }
}

/// Asks twice.
#[::flow::program(crate = ::flow, params(k: usize = 3))]
pub async fn inner(text: &str) -> ::core::result::Result<String, Error> {
    let asked = Question { text }.predict().await?;
    let again = Question { text: &asked.answer }.chain_of_thought().await?;
    let _ = k;
    ::core::result::Result::Ok(again.output.answer)
}

#[::flow::program(crate = ::flow)]
async fn outer(text: String) -> ::core::result::Result<String, Error> {
    let part = Inner::run(&text).await?;
    ::core::result::Result::Ok(part)
}

// the function speaks of `Result`, so there is no struct of that name
#[::flow::program(crate = ::flow)]
async fn result(text: String) -> ::flow::Result<String> {
    let asked = Question { text: &text }.predict().await?;
    ::core::result::Result::Ok(asked.answer)
}

fn main() {
    const PROGRAM: Outer = Outer::new();
    let _ = (outer(String::from("?")), result(String::new()), PROGRAM.part.asked.instructions());
}
