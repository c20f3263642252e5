//! The chat page, as the server sends it.

use crate::support::{Chat, each_database};
use insta::assert_snapshot;
use macro_rules_attribute::apply;

#[apply(each_database!)]
async fn the_chat_page_contains_no_data_of_a_channel(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let page = ada.get("/home").await;
    assert_eq!(page.status, 200);
    assert_snapshot!("home", page.stable());
    // The browser reads the channel from its address.
    assert_eq!(
        ada.get("/home?channel=7&message=3").await.stable(),
        page.stable()
    );
}

#[apply(each_database!)]
async fn a_name_on_the_page_is_text(chat: Chat) {
    let mut mallory = chat.signed_up("<script>").await;
    let page = mallory.get("/home").await;
    assert!(page.says("&#60;script&#62;") && !page.says("<script>"));
}
