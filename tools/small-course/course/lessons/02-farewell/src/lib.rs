//! A chat.

pub mod farewell;

/// Said first.
pub fn greeting() -> &'static str {
    "hello!"
}

/// Said last.
pub fn last_word() -> &'static str {
    farewell::farewell()
}
