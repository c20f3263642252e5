//! The tape.

use crate::chat;

#[test]
fn bob_hears_ada() {
    insta::assert_snapshot!(chat::tape());
}
