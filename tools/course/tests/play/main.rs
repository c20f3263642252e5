//! Play: a chat that the workshop starts, and what it records of it.

// What goes wrong in here fails the test.
#![allow(clippy::unwrap_used)]

#[path = "../common/mod.rs"]
mod common;
mod ends;
mod records;
mod tool;
