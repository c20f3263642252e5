//! The end.

use crate::chat;

#[test]
fn it_says_bye() {
    assert_eq!(chat::last_word(), "bye");
}
