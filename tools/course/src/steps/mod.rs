//! A lesson's page, replayed: its code blocks are edits that lead from the lesson
//! before to the finished lesson.
//!
//! - [`script`] reads the page: what is given, the steps, the turn.
//! - [`text`] sees lines, and which of them enclose which.
//! - [`place`] finds where a block belongs in a file, [`edit`] writes it there;
//!   [`imports`] merges blocks of imports.
//! - [`lay`] writes a state into a student's folder.
//! - [`state`] knows the chat before the first step and after each.
//! - [`table`] reads which tests a step turns green.

pub mod edit;
mod head;
mod imports;
pub mod lay;
pub mod place;
pub mod script;
pub mod state;
pub mod table;
mod text;

pub use script::{GIVEN, Moment, Script};
pub use state::{Replay, replay};
