//! All tests.

use lesson_01 as chat;

mod greeting;
