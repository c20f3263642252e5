//! Play: a chat that the workshop starts, and what it records of it.

mod ends;
mod records;
mod tool;
