//! All tests, as one program: it is linked once, and they run side by side. A file
//! that is not named here is not run.

#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod common;
#[cfg(target_os = "linux")]
mod grade;
#[cfg(target_os = "linux")]
mod grade_browser;
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
