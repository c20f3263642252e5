//! All tests.

use lesson_02 as chat;

mod farewell;
mod greeting;
