//! A chat.

/// Said first.
pub fn greeting() -> &'static str {
    "hello"
}

/// Said last.
pub fn last_word() -> &'static str {
    greeting()
}
