//! All tests, as one program: it is linked once, and they run side by side. A file
//! that is not named here is not run.

#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod alone;
mod carry;
mod check;
mod check_browser;
mod check_graded;
mod check_output;
mod check_test_files;
mod colours;
mod common;
mod diff;
#[cfg(target_os = "linux")]
mod grade;
#[cfg(unix)]
mod grade_files;
#[cfg(target_os = "linux")]
mod grade_hand_ins;
#[cfg(target_os = "linux")]
mod grade_limits;
#[cfg(target_os = "linux")]
mod grade_reports;
#[cfg(target_os = "linux")]
mod grade_seeds;
#[cfg(unix)]
mod hand_in;
mod hint;
#[cfg(unix)]
mod history;
mod keep;
#[cfg(target_os = "linux")]
mod killed;
mod list;
mod new;
mod pictures;
mod play;
mod restore;
mod serve;
mod serve_check;
mod serve_guard;
mod serve_slides;
mod serve_student;
mod slides;
mod start;
mod steps;
mod surroundings;
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
mod watch;
