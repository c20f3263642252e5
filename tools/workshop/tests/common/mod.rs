//! The small course, and its workshop served.

pub use small_course::*;

pub mod served;
