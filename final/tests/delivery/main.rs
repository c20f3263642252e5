//! Nothing is lost and nothing is doubled, whatever happens to connections and
//! to the program.

#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

#[path = "../support/mod.rs"]
mod support;

mod away;
mod connections;
mod happening;
mod slow;
mod together;
mod whatever;
