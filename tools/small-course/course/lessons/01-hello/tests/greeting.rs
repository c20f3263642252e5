//! The beginning.

use crate::chat;

#[test]
fn it_greets() {
    assert_eq!(chat::greeting(), "hello");
}

#[test]
fn it_is_short() {
    assert!(chat::greeting().len() < 20);
}
