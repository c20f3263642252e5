//! The end.

/// Said last.
pub fn farewell() -> &'static str {
    "bye"
}
