//! Whole expansions: what they look like, where their tokens come from, how long they take.
mod snapshots;
mod spans;
mod speed;
