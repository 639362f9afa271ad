//! The book: a page for each thing that a user does. Every example is compiled and run as a test.
//!
//! 1. [`signatures`]: what goes in and what comes out.
//! 2. [`adapters`]: how it is put to a model, and how a reply is read.
//! 3. [`programs`]: functions that are scheduled, tuned, saved, traced.
//! 4. [`streaming`]: outputs while they arrive.
//! 5. [`testing`]: tests without a model, snapshots of prompts.
//! 6. [`reliability`]: limits, retries, routes, breakers, hedges, money, caches.
//! 7. [`telemetry`]: figures, spans, alerts, and bounds for memory.
//! 8. [`defaults`]: all figures that hold when nobody set anything, and where each is set.
//! 9. [`moving_from_dspy`]: the words of Python DSPy and the words here.
//! 10. [`compile_errors`]: what the compiler says, and what to do.

#[doc = include_str!("adapters.md")]
pub mod adapters {}
#[doc = include_str!("compile_errors.md")]
pub mod compile_errors {}
#[doc = include_str!("defaults.md")]
pub mod defaults {}
#[doc = include_str!("moving_from_dspy.md")]
pub mod moving_from_dspy {}
#[doc = include_str!("programs.md")]
pub mod programs {}
#[doc = include_str!("reliability.md")]
pub mod reliability {}
#[doc = include_str!("signatures.md")]
pub mod signatures {}
#[doc = include_str!("streaming.md")]
pub mod streaming {}
#[doc = include_str!("telemetry.md")]
pub mod telemetry {}
#[doc = include_str!("testing.md")]
pub mod testing {}
