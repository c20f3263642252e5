//! All tests, as one program: it is linked once, and they run side by side. A file
//! that is not named here is not run.

#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use small_course as common;

mod carry;
#[cfg(target_os = "linux")]
mod killed;
mod new;
mod verify;
mod verify_course;
mod verify_files;
mod verify_glossary;
mod verify_links;
mod verify_pages;
mod verify_slides;
mod verify_spelling;
mod verify_stages;
mod verify_steps;
mod verify_tests_named;
mod verify_words;
