//! All tests, as one program: it is linked once, and they run side by side. A file
//! that is not named here is not run.

#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use small_course as common;

mod alone;
mod check;
mod check_browser;
mod check_build;
mod check_graded;
mod check_output;
mod check_test_files;
mod colours;
mod diff;
mod edit;
#[cfg(unix)]
mod hand_in;
mod hint;
#[cfg(unix)]
mod history;
mod keep;
mod list;
mod restore;
mod start;
mod steps;
mod surroundings;
#[cfg(unix)]
mod tools;
mod watch;
