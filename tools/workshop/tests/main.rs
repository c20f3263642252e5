//! All tests, as one program: it is linked once, and they run side by side. A file
//! that is not named here is not run.

#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod common;
mod pictures;
mod play;
mod serve;
mod serve_check;
mod serve_guard;
mod serve_slides;
mod serve_student;
mod slides;
