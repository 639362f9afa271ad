//! A library as a user would publish it, under the strictest lints: what the macros make public is
//! documented, and its pages are those of a user. The tests of this package are in `tests/`.
#![no_implicit_prelude]
#![forbid(unsafe_code)]
#![deny(
    warnings,
    missing_docs,
    missing_debug_implementations,
    rust_2018_idioms,
    unreachable_pub,
    unused
)]

use ::std::{option::Option, string::String, vec::Vec};

/// What was bought, and from whom.
#[derive(::sigflow::Field)]
#[non_exhaustive]
pub struct Invoice {
    /// as printed
    pub number: String,
    /// in order
    pub lines: Vec<Line>,
    /// None if it was paid
    pub due: Option<Due>,
}

/// One article.
#[derive(::sigflow::Field)]
pub struct Line {
    /// what
    pub article: String,
    /// how many
    #[field(ge = 1)]
    pub count: u32,
}

/// When to pay.
#[derive(::sigflow::Field)]
pub enum Due {
    /// at once
    Now,
    /// after some days
    After {
        /// how many
        days: u16,
    },
}

::sigflow::signature! {
    /// Read the invoice.
    ///
    /// Leave out what cannot be read.
    pub struct ReadInvoice<'a> {
        /// as scanned
        text: &'a str,
        language: String,
    } -> {
        invoice: Invoice,
        #[field(ge = 0, le = 1)]
        confidence: f64,
        /// what could not be read
        gaps: Vec<String>,
    }

    pub struct Extract<T: ::sigflow::Field> { text: String } -> { value: T }

    pub type ExtractInvoice = Extract<Invoice>;

    /// Answer it.
    pub QA = "context: list[str], question -> answer, mood: Literal['happy', 'sad']";
}
