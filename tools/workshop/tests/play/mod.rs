//! Tests Play: the chats that the workshop starts, and the packets that it records.

mod ends;
mod records;
mod tool;
