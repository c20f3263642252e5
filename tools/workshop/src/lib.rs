//! The workshop as pages: lessons, differences, checks, chats at play, and slides.

pub mod diff_html;
pub mod excerpt;
mod highlight;
mod play;
pub mod schedule;
mod sequence;
pub mod serve;
mod signals;
pub mod slides;
