//! The small course, and submissions to grade.

pub use small_course::*;

pub mod handed_in;
pub mod small_chat;
