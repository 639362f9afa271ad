//! Programs against the clock: makespans under paused time, errors, cancels, drops, the graph.
#![cfg(feature = "macros")]
// programs as users write them
#![allow(missing_docs, unreachable_pub)]
#![allow(
    clippy::items_after_statements,
    clippy::match_bool,
    clippy::unused_async
)]

#[path = "program/blocks.rs"]
mod blocks;
#[path = "program/calls.rs"]
mod calls;
#[path = "program/drops.rs"]
mod drops;
#[path = "program/foreign.rs"]
mod foreign;
#[path = "program/graph.rs"]
mod graph;
#[path = "program/graphs.rs"]
mod graphs;
#[path = "program/makespan.rs"]
mod makespan;
#[path = "program/routes.rs"]
mod routes;
#[path = "program/values.rs"]
mod values;
