//! A server that fails on purpose: a wall of faults for clients of model APIs.
//!
//! [`Wall`] speaks raw TCP, because no HTTP framework resets a connection, falls silent with the socket open or
//! leaves a chunked body without its end. The part of the model's name after the last `/` picks the [`Fault`], so a
//! client under test needs ordinary configuration only; the path of the request picks the [`Api`] that is spoken.
//! Each request is noted ([`Seen`]), also when its client went away.
//!
//! The sixteen faults `fb-s01-…` to `fb-s16-…` are those of the catalogue of Failover Bench, methodology v0.1
//! (<https://github.com/failoverbench/failoverbench>); the others are ours. Nothing here knows sigflow.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
//! use sigflow_testkit::{Timing, Wall};
//!
//! let wall = Wall::start(Timing::scaled(10.0)).await?;
//! println!("{}", wall.base("http", "/v1"));
//! assert!(wall.seen().is_empty());
//! # Ok(()) }
//! ```
#![forbid(unsafe_code)]

mod act;
mod answer;
mod api;
mod checksum;
mod date;
mod fault;
mod http;
mod problem;
mod script;
mod timing;
mod wall;

pub use answer::{CANONICAL, PROMPT, WIDE, is_complete};
pub use api::Api;
pub use fault::{BIG, Fault};
pub use timing::Timing;
pub use wall::{Seen, Wall};
