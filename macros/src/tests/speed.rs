//! How long an expansion takes. Printed, not judged: machines differ.
use proc_macro2::TokenStream;
use std::{hint::black_box, str::FromStr, time::Instant};

const TEN_FIELDS: &str = r"
    /// Judge the answer to a question against what is known.
    pub struct Judge {
        /// what was asked
        question: String,
        context: Vec<String>,
        /// what was answered
        answer: String,
        language: Option<String>,
        attempt: u32,
    } -> {
        /// whether the answer follows from the context
        faithful: bool,
        #[field(ge = 0.0, le = 1.0)]
        score: f64,
        /// the claims that do not follow
        unsupported: Vec<String>,
        verdict: String,
        /// what to do better
        advice: Option<String>,
    }
";

#[test]
fn of_a_signature_of_ten_fields() {
    const TURNS: u32 = 200;
    let input = TokenStream::from_str(TEN_FIELDS).expect("tokens");
    let size = crate::signature::signature(input.clone()).to_string().len();
    let start = Instant::now();
    for _ in 0..TURNS {
        black_box(crate::signature::signature(input.clone()));
    }
    let build = if cfg!(debug_assertions) {
        "unoptimized"
    } else {
        "optimized"
    };
    println!("{size} bytes in {:?}, {build}", start.elapsed() / TURNS);
}
